"""Bilibili in the sandbox: signatures, tokens spent once, parts, review, the list."""

from __future__ import annotations

import hashlib
import hmac
import io
import json
import uuid
from typing import Any
from urllib.parse import urlencode

import pytest
from werkzeug.datastructures import FileStorage

from tests.channels.sandbox.playing import Sandbox, film, picture

MB = 1024 * 1024
FN = "/bilibili/arcopen/fn"
LINK = "http://127.0.0.1/s/bili1"


def headers(sandbox: Sandbox, body: bytes = b"", **changes: str) -> dict[str, str]:
    """What a good application sends; ``changes`` spoil it after it was signed."""
    account = sandbox.account("bilibili")
    named = {
        "x-bili-accesskeyid": account["client_id"],
        "x-bili-content-md5": hashlib.md5(body, usedforsecurity=False).hexdigest(),
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-signature-nonce": uuid.uuid4().hex,
        "x-bili-signature-version": "2.0",
        "x-bili-timestamp": str(int(sandbox.clock())),
    }
    lines = "\n".join(f"{name}:{named[name]}" for name in sorted(named)).encode()
    proof = hmac.new(account["client_secret"].encode(), lines, hashlib.sha256).hexdigest()
    token = account["access_token"]
    return {**named, "Authorization": proof, "access-token": token, **changes}


def get(sandbox: Sandbox, path: str, **query: Any) -> dict[str, Any]:
    address = f"{FN}/{path}?{urlencode(query)}"
    return dict(sandbox.client.get(address, headers=headers(sandbox)).get_json())


def say(sandbox: Sandbox, path: str, said: Any, **query: Any) -> dict[str, Any]:
    body = json.dumps(said, ensure_ascii=False).encode()
    address = f"{FN}/{path}?{urlencode(query)}"
    answer = sandbox.client.post(
        address, data=body, headers=headers(sandbox, body), content_type="application/json"
    )
    return dict(answer.get_json())


def begun(sandbox: Sandbox) -> str:
    said = {"name": "film.mp4", "utype": "1"}
    return str(say(sandbox, "archive/video/init", said)["data"]["upload_token"])


def put(sandbox: Sandbox, path: str, data: bytes, **query: Any) -> int:
    address = f"/bilibili/video/v2/{path}?{urlencode(query)}"
    answer = sandbox.client.post(address, data=data, headers=headers(sandbox))
    return int(answer.get_json()["code"])


def uploaded(sandbox: Sandbox) -> str:
    token = begun(sandbox)
    assert put(sandbox, "upload", film(), upload_token=token) == 0
    return token


def cover(sandbox: Sandbox, data: bytes = b"") -> dict[str, Any]:
    file = FileStorage(io.BytesIO(data or picture()), "cover.jpg")
    return sandbox.send_all(f"{FN}/archive/cover/upload", {"file": file}, headers(sandbox))


def hand_in(sandbox: Sandbox, token: str, **changes: Any) -> dict[str, Any]:
    said = {
        "title": "大桥合龙",
        "cover": cover(sandbox)["data"]["url"],
        "tid": 202,
        "no_reprint": 1,
        "desc": f"年底通车\n{LINK}",
        "tag": "大桥,民生",
        "copyright": 1,
        **changes,
    }
    return say(sandbox, "archive/add-by-utoken", said, upload_token=token)


def state(sandbox: Sandbox, resource_id: str) -> int:
    data = get(sandbox, "archive/view", resource_id=resource_id)["data"]
    return int(data["addit_info"]["state"])


def test_a_piece_is_reviewed_and_then_open(sandbox: Sandbox) -> None:
    made = hand_in(sandbox, uploaded(sandbox))["data"]["resource_id"]
    assert made.startswith("BV1")
    assert sandbox.state()["copies"] == {"bili1": 1}
    assert [state(sandbox, made) for _ in range(2)] == [-30, 0]
    url = get(sandbox, "archive/view", resource_id=made)["data"]["video_info"]["share_url"]
    page = sandbox.page(url)
    assert (page.status_code, "<video" in page.text, "大桥合龙" in page.text) == (200, True, True)


def test_a_piece_that_is_sent_back_says_why(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="bilibili", verdict="refused", after_polls=0)
    made = hand_in(sandbox, uploaded(sandbox))["data"]["resource_id"]
    about = get(sandbox, "archive/view", resource_id=made)["data"]["addit_info"]
    assert (about["state"], bool(about["reject_reason"])) == (-2, True)
    assert sandbox.state()["copies"] == {}


def test_an_upload_token_is_spent_once(sandbox: Sandbox) -> None:
    token = uploaded(sandbox)
    assert hand_in(sandbox, token)["code"] == 0
    assert hand_in(sandbox, token)["code"] == 127022
    assert hand_in(sandbox, begun(sandbox))["code"] == 127022
    assert sandbox.state()["copies"] == {"bili1": 1}


def test_what_was_refused_leaves_the_upload_usable(sandbox: Sandbox) -> None:
    token = uploaded(sandbox)
    assert hand_in(sandbox, token, tag="")["code"] == 127100
    assert hand_in(sandbox, token)["code"] == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"title": "字" * 79}, 0),
        ({"title": "字" * 80}, 127100),
        ({"title": " "}, 127100),
        ({"desc": "字" * 249}, 0),
        ({"desc": "字" * 250}, 127100),
        ({"tag": "字" * 199}, 0),
        ({"tag": "字" * 200}, 127100),
        ({"tid": 0}, 127100),
        ({"copyright": 3}, 127100),
        ({"copyright": 2}, 127100),
        ({"copyright": 2, "source": "某社"}, 0),
        ({"cover": "http://127.0.0.1:8002/media/none"}, 127100),
    ],
)
def test_limits_of_a_piece(sandbox: Sandbox, changes: dict[str, Any], code: int) -> None:
    assert hand_in(sandbox, uploaded(sandbox), **changes)["code"] == code


def test_a_film_goes_up_in_parts_counted_from_one(sandbox: Sandbox) -> None:
    data = film(size=9 * MB)
    token = begun(sandbox)
    assert put(sandbox, "part/upload", data[: 8 * MB], upload_token=token, part_number=0) != 0
    assert put(sandbox, "part/upload", data[8 * MB :], upload_token=token, part_number=2) == 0
    assert say(sandbox, "archive/video/complete", {}, upload_token=token)["code"] == 127100
    assert put(sandbox, "part/upload", data[: 8 * MB], upload_token=token, part_number=1) == 0
    assert say(sandbox, "archive/video/complete", {}, upload_token=token)["code"] == 0
    assert hand_in(sandbox, token)["code"] == 0


@pytest.mark.parametrize(
    ("path", "data", "query", "code"),
    [
        ("upload", picture(), {}, 127102),
        ("part/upload", bytes(8 * MB + 1), {"part_number": 1}, 127100),
        ("upload", film(), {"upload_token": "none"}, 127022),
    ],
    ids=["no film", "part too large", "no token"],
)
def test_what_the_upload_host_refuses(
    sandbox: Sandbox, path: str, data: bytes, query: dict[str, Any], code: int
) -> None:
    assert put(sandbox, path, data, **{"upload_token": begun(sandbox), **query}) == code


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (picture(kind="PNG"), 0),
        (picture(kind="GIF"), 127102),
        (picture(5 * MB), 0),
        (picture(5 * MB + 1), 127100),
    ],
)
def test_covers(sandbox: Sandbox, data: bytes, code: int) -> None:
    assert cover(sandbox, data)["code"] == code


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"Authorization": "0" * 64}, 4002),
        ({"Authorization": "签"}, 4002),
        ({"x-bili-signature-nonce": "another"}, 4002),
        ({"x-bili-accesskeyid": "stranger"}, 4001),
        ({"x-bili-timestamp": "1"}, 4003),
        ({"x-bili-timestamp": "soon"}, 4003),
        ({"x-bili-content-md5": "0" * 32}, 4012),
        ({"access-token": "none"}, 127001),
    ],
)
def test_a_request_that_is_not_signed_well(
    sandbox: Sandbox, changes: dict[str, str], code: int
) -> None:
    changes = {name: value.encode().decode("latin-1") for name, value in changes.items()}
    answer = sandbox.client.get(
        f"{FN}/archive/viewlist", headers=headers(sandbox, **changes)
    ).get_json()
    assert (answer["code"], answer["data"]) == (code, None)


def test_a_body_that_was_changed_on_the_way(sandbox: Sandbox) -> None:
    answer = sandbox.client.post(
        f"{FN}/archive/delete",
        data=b'{"resource_id": "BV2"}',
        headers=headers(sandbox, b'{"resource_id": "BV1"}'),
    )
    assert answer.get_json()["code"] == 4012


def test_a_request_that_was_overheard_is_not_taken_again(sandbox: Sandbox) -> None:
    signed = headers(sandbox)
    codes = [
        sandbox.client.get(f"{FN}/archive/viewlist", headers=signed).get_json()["code"]
        for _ in range(2)
    ]
    assert codes == [0, 4004]


def renew(sandbox: Sandbox, **changes: str) -> dict[str, Any]:
    account = sandbox.account("bilibili")
    given = {
        "client_id": account["client_id"],
        "client_secret": account["client_secret"],
        "grant_type": "refresh_token",
        "refresh_token": account["refresh_token"],
        **changes,
    }
    address = f"/bilibili/x/account-oauth2/v1/refresh_token?{urlencode(given)}"
    return dict(sandbox.client.post(address).get_json())


def test_a_refresh_token_is_taken_once_and_names_a_moment(sandbox: Sandbox) -> None:
    spent = sandbox.account("bilibili")["refresh_token"]
    data = renew(sandbox)["data"]
    assert data["expires_in"] == int(sandbox.clock() + 30 * 86_400)
    assert renew(sandbox, refresh_token=spent)["code"] == 122007
    assert renew(sandbox, refresh_token=data["refresh_token"])["code"] == 0
    assert renew(sandbox, client_id="x")["code"] == 122000
    assert renew(sandbox, client_secret="x")["code"] == 122001  # noqa: S106


def test_tokens_run_out(sandbox: Sandbox) -> None:
    account = sandbox.account("bilibili")["account"]
    sandbox.direct(f"accounts/{account}/expire", kind="access")
    assert get(sandbox, "archive/viewlist")["code"] == 127001
    sandbox.direct(f"accounts/{account}/expire", kind="refresh")
    assert renew(sandbox)["code"] == 122007


def test_the_list_is_newest_first_and_paged(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="bilibili", after_polls=0)
    for number in range(3):
        hand_in(sandbox, uploaded(sandbox), title=f"第 {number} 条")
    first = get(sandbox, "archive/viewlist", pn=1, ps=2, status="all")["data"]
    assert [it["title"] for it in first["list"]] == ["第 2 条", "第 1 条"]
    assert first["page"] == {"pn": 1, "ps": 2, "total": 3}
    assert LINK in first["list"][0]["desc"]
    second = get(sandbox, "archive/viewlist", pn=2, ps=2, status="pubed")["data"]["list"]
    assert [it["title"] for it in second] == ["第 0 条"]
    assert get(sandbox, "archive/viewlist", status="not_pubed")["data"]["list"] == []
    assert get(sandbox, "archive/viewlist", status="odd")["code"] == 127100


def test_deleted_is_gone(sandbox: Sandbox) -> None:
    made = hand_in(sandbox, uploaded(sandbox))["data"]["resource_id"]
    assert say(sandbox, "archive/delete", {"resource_id": made})["code"] == 0
    assert say(sandbox, "archive/delete", {"resource_id": made})["code"] == 127107
    assert say(sandbox, "archive/delete", {"resource_id": "BV0"})["code"] == 127124
    assert get(sandbox, "archive/view", resource_id=made)["code"] == 127107
    assert get(sandbox, "archive/viewlist")["data"]["list"] == []
    assert sandbox.client.get(f"/bilibili/video/{made}").status_code == 410


def test_a_small_account_has_so_many_a_day(sandbox: Sandbox) -> None:
    account = sandbox.account("bilibili")["account"]
    sandbox.direct(f"accounts/{account}/settings", daily_posts=1)
    codes = [hand_in(sandbox, uploaded(sandbox))["code"] for _ in range(2)]
    assert codes == [0, 123026]
    sandbox.clock.pass_(86_401)
    assert hand_in(sandbox, uploaded(sandbox))["code"] == 0


def test_numbers_grow_once_it_is_open(sandbox: Sandbox) -> None:
    made = hand_in(sandbox, uploaded(sandbox))["data"]["resource_id"]
    sandbox.clock.pass_(600)

    def views() -> int:
        return int(get(sandbox, "data/arc/stat", resource_id=made)["data"]["view"])

    assert views() == 0
    sandbox.direct("objects", channel="bilibili", id=made, state="live")
    assert views() == 120
    sandbox.clock.pass_(600)
    assert views() == 240
