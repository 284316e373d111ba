"""What the sandbox remembers: restarts, resets, accounts, and counts under many threads."""

from __future__ import annotations

import io
import json
import re
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx
import pytest

from channels.sandbox.accounts import CHANNELS
from channels.sandbox.app import create_sandbox
from channels.sandbox.ledger import fingerprint_of, headline
from tests.channels.sandbox.playing import BASE, Sandbox, film

SHARE = "/weibo/2/statuses/share.json"


def share(sandbox: Sandbox, text: str) -> dict[str, Any]:
    token = sandbox.account("weibo")["access_token"]
    form = {"access_token": token, "status": f"{text} http://127.0.0.1/s/{text}", "rip": "::1"}
    return dict(sandbox.client.post(SHARE, data=form).get_json())


@pytest.mark.parametrize(
    ("texts", "fingerprint"),
    [
        (["看 https://a.example/s/ab_c-1 吧"], "ab_c-1"),
        (["https://a.example/p/u1,后文"], "u1"),
        (["无", "https://a.example/x/y/s/u2?from=weibo"], "u2"),
        (["先 https://a.example/s/one 后 https://a.example/s/two"], "one"),
        (["正文〔u3〕"], "u3"),
        (["〔mark〕 https://a.example/s/link"], "link"),
    ],
)
def test_fingerprint(texts: list[str], fingerprint: str) -> None:
    assert fingerprint_of(*texts) == fingerprint


@pytest.mark.parametrize(
    ("text", "title"),
    [
        ("新闻。https://a.example/s/1", "新闻。"),
        ("新闻〔u1〕 #话题", "新闻 #话题"),
        ("https://a.example/s/1", "https://a.example/s/1"),
        ("字" * 70, "字" * 60),
    ],
)
def test_headline_names_the_text_not_the_link(text: str, title: str) -> None:
    assert headline(text) == title


def test_fingerprint_without_link_follows_the_content() -> None:
    assert fingerprint_of("甲", fallback=["f"]) == fingerprint_of("甲", fallback=["f"])
    different = {fingerprint_of("甲"), fingerprint_of("乙"), fingerprint_of("甲", fallback=["f"])}
    assert len(different) == 3


def test_state_has_an_account_with_credentials_on_every_platform(sandbox: Sandbox) -> None:
    shown = {one["channel"]: set(one) for one in sandbox.state()["accounts"]}
    open_platform = {"client_key", "client_secret", "open_id", "access_token", "refresh_token"}
    wanted = {
        "wechat": {"appid", "secret", "token", "encoding_aes_key"},
        "weibo": {"app_key", "app_secret", "uid", "access_token"},
        "toutiao": open_platform,
        "douyin": open_platform,
        "kuaishou": {"app_id", "app_secret", "open_id", "access_token", "refresh_token"},
        "bilibili": {"client_id", "client_secret", "open_id", "access_token", "refresh_token"},
        "jpush": {"app_key", "master_secret"},
        "getui": {"app_id", "app_key", "master_secret"},
    }
    assert {channel: wanted[channel] - shown[channel] for channel in shown} == dict.fromkeys(
        wanted, set()
    )


def test_every_address_lies_on_this_machine(sandbox: Sandbox) -> None:
    share(sandbox, "one")
    told = json.dumps(sandbox.state())
    hosts = {urlsplit(url).hostname for url in re.findall(r"https?://[^\s\"]+", told)}
    assert hosts <= {"127.0.0.1"}


def test_restart_keeps_everything(sandbox: Sandbox) -> None:
    share(sandbox, "one")
    sandbox.direct("verdicts", channel="weibo", verdict="refused", after_polls=3)
    before = sandbox.state()
    again = create_sandbox(sandbox.home, BASE)
    assert again.test_client().get("/__sim__/state").get_json() == before
    verdicts = again.test_client().get("/__sim__/verdicts").get_json()["verdicts"]
    assert verdicts[0]["after_polls"] == 3
    again.extensions["sandbox"].store.close()


def test_two_homes_have_different_credentials(sandbox: Sandbox, tmp_path: Path) -> None:
    other = create_sandbox(tmp_path / "other", BASE)
    accounts = other.test_client().get("/__sim__/state").get_json()["accounts"]
    assert accounts[0]["secret"] != sandbox.account("wechat")["secret"]
    other.extensions["sandbox"].store.close()


def test_reset_keeps_accounts_unless_told(sandbox: Sandbox) -> None:
    sandbox.direct("accounts", channel="weibo", count=2)
    accounts = sandbox.state()["accounts"]
    first = share(sandbox, "one")
    sandbox.direct("reset")
    assert sandbox.state() == {"accounts": accounts, "objects": [], "copies": {}}
    assert share(sandbox, "one")["idstr"] != first["idstr"]
    sandbox.direct("reset", accounts=True)
    assert len(sandbox.state()["accounts"]) == len(CHANNELS)


def test_reset_removes_the_media(sandbox: Sandbox) -> None:
    account = sandbox.account("douyin")
    keys = f"open_id={account['open_id']}&access_token={account['access_token']}"
    sandbox.send(f"/douyin/video/upload/?{keys}", "video", film())
    assert len(list((sandbox.home / "media").iterdir())) == 1
    sandbox.direct("reset")
    assert list((sandbox.home / "media").iterdir()) == []


def test_accounts_are_opened_in_numbers(sandbox: Sandbox) -> None:
    opened = sandbox.direct("accounts", channel="wechat", count=111).get_json()["accounts"]
    assert len({one["appid"] for one in opened}) == 111
    assert len({one["secret"] for one in opened}) == 111
    assert len(sandbox.state()["accounts"]) == 111 + len(CHANNELS)


@pytest.mark.parametrize(
    ("path", "wish"),
    [
        ("accounts", {"channel": "myspace"}),
        ("accounts", {"channel": "weibo", "count": 0}),
        ("accounts", {"channel": "weibo", "count": 1001}),
        ("verdicts", {"channel": "weibo", "verdict": "maybe"}),
        ("verdicts", {"channel": "weibo", "after_polls": -1}),
        ("objects", {"channel": "weibo", "id": "1", "state": "live"}),
        ("objects", {"channel": "weibo", "id": "1", "state": "lost"}),
        ("accounts/{weibo}/settings", {"colour": "red"}),
        ("accounts/{weibo}/settings", {"hourly_posts": "many"}),
        ("accounts/{weibo}/callback", {"url": "http://elsewhere.example/"}),
        ("accounts/{weibo}/callback", {"url": "http://127.0.0.1.evil.example/"}),
        ("accounts/{weibo}/expire", {"kind": "everything"}),
    ],
)
def test_director_is_told_what_is_wrong(sandbox: Sandbox, path: str, wish: dict[str, Any]) -> None:
    path = path.replace("{weibo}", sandbox.account("weibo")["account"])
    answer = sandbox.direct(path, **wish)
    assert (answer.status_code, bool(answer.get_json()["error"])) == (422, True)


def test_unknown_account_is_not_found(sandbox: Sandbox) -> None:
    assert sandbox.direct("accounts/nobody/settings", title_limit=64).status_code == 404


def test_verdict_of_one_account_goes_before_that_of_all(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="*", verdict="refused", after_polls=0)
    sandbox.direct("verdicts", channel="weibo", account=sandbox.account("weibo")["account"])
    assert "idstr" in share(sandbox, "one")
    sandbox.client.delete("/__sim__/verdicts")
    sandbox.direct("verdicts", channel="weibo", verdict="refused", after_polls=0)
    assert share(sandbox, "two")["error_code"] == 20021


def test_twenty_threads_are_counted_exactly(live: str) -> None:
    opened = httpx.post(f"{live}/__sim__/accounts", json={"channel": "weibo", "count": 20}).json()
    start = threading.Barrier(20)

    def publish(account: dict[str, Any]) -> list[int]:
        form = {"access_token": account["access_token"], "rip": "::1"}
        texts = [f"第{n}条 http://127.0.0.1/s/n{n}" for n in range(5)]
        start.wait()
        with httpx.Client(verify=False) as client:
            return [
                client.post(f"{live}{SHARE}", data={**form, "status": text}).status_code
                for text in texts + texts
            ]

    with ThreadPoolExecutor(20) as pool:
        statuses = list(pool.map(publish, opened["accounts"]))
    assert statuses == [[200] * 5 + [400] * 5] * 20
    state = httpx.get(f"{live}/__sim__/state").json()
    assert state["copies"] == {f"n{n}": 20 for n in range(5)}
    assert len({one["id"] for one in state["objects"]}) == 100


def test_one_draft_is_submitted_once_by_twenty_threads(live: str) -> None:
    accounts = httpx.get(f"{live}/__sim__/state").json()["accounts"]
    keys = next(one for one in accounts if one["channel"] == "kuaishou")
    query = {"app_id": keys["app_id"], "access_token": keys["access_token"]}
    begun = httpx.post(f"{live}/kuaishou/openapi/photo/start_upload", params=query).json()
    token = {"upload_token": begun["upload_token"]}
    httpx.post(f"http://{begun['endpoint']}/api/upload", params=token, content=film())
    start = threading.Barrier(20)

    def publish(_: int) -> int:
        cover = {"cover": ("c.png", io.BytesIO(PNG))}
        start.wait()
        address = f"{live}/kuaishou/openapi/photo/publish"
        with httpx.Client(verify=False, params=query | token) as client:
            answer = client.post(address, data={"caption": "x"}, files=cover)
        return int(answer.json()["result"])

    with ThreadPoolExecutor(20) as pool:
        results = sorted(pool.map(publish, range(20)))
    assert results == [1] + [10000200] * 19


PNG = bytes.fromhex(
    "89504e470d0a1a0a0000000d49484452000000010000000108060000001f15c489"
    "0000000d49444154789c6360606060000000050001a5f645400000000049454e44ae426082"
)
