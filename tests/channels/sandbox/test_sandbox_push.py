"""JPush and Getui in the sandbox: keys that repeat nothing, quotas, audiences, the lock screen."""

from __future__ import annotations

import hashlib
from base64 import b64encode
from typing import Any

import pytest
from werkzeug.test import TestResponse

from tests.channels.sandbox.playing import Sandbox

LINK = "http://127.0.0.1/s/push1"
TAGGED = [{"key": "custom_tag", "values": ["jinan"], "opt_type": "or"}]


def ask(sandbox: Sandbox, method: str, path: str, **options: Any) -> TestResponse:
    """As the application of JPush, unless other headers are given."""
    account = sandbox.account("jpush")
    pair = f"{account['app_key']}:{account['master_secret']}".encode()
    headers = {"Authorization": f"Basic {b64encode(pair).decode()}"}
    return sandbox.client.open(f"/jpush{path}", method=method, **{"headers": headers, **options})


def key(sandbox: Sandbox) -> str:
    return str(ask(sandbox, "GET", "/v3/push/cid?count=1&type=push").get_json()["cidlist"][0])


def message(**changes: Any) -> dict[str, Any]:
    android = {"title": "大桥合龙", "extras": {"uri": LINK}}
    given = {
        "platform": "all",
        "audience": "all",
        "notification": {"alert": "年底通车", "android": android},
        "options": {"time_to_live": 86400, "apns_production": True},
    }
    return {**given, **changes}


def push(sandbox: Sandbox, **changes: Any) -> TestResponse:
    return ask(sandbox, "POST", "/v3/push", json=message(**changes))


def code(answer: TestResponse) -> tuple[int, int]:
    return answer.status_code, answer.get_json()["error"]["code"]


# ---- JPush ------------------------------------------------------------------------------------


def test_the_same_key_answers_the_first_push_and_reaches_nobody_twice(sandbox: Sandbox) -> None:
    cid = key(sandbox)
    first, again = push(sandbox, cid=cid).get_json(), push(sandbox, cid=cid).get_json()
    assert first == again
    assert sandbox.state()["copies"] == {"push1": 1}
    assert push(sandbox, cid=key(sandbox)).get_json()["msg_id"] != first["msg_id"]
    assert push(sandbox).status_code == 200
    assert sandbox.state()["copies"] == {"push1": 3}


def test_keys_are_given_out_ten_at_a_time_and_live_for_a_day(sandbox: Sandbox) -> None:
    keys = ask(sandbox, "GET", "/v3/push/cid?count=99").get_json()["cidlist"]
    assert len(set(keys)) == 10
    assert all(each.startswith(f"{sandbox.account('jpush')['app_key']}-") for each in keys)
    assert code(push(sandbox, cid="made-up")) == (400, 1003)
    sandbox.clock.pass_(86_401)
    assert code(push(sandbox, cid=keys[0])) == (400, 1003)


def test_a_push_that_was_refused_may_be_made_again_with_its_key(sandbox: Sandbox) -> None:
    cid = key(sandbox)
    assert code(push(sandbox, cid=cid, audience={"tag": []})) == (400, 1003)
    assert push(sandbox, cid=cid).status_code == 200


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"platform": None}, 1002),
        ({"platform": ["symbian"]}, 1003),
        ({"audience": None}, 1002),
        ({"audience": "some"}, 1003),
        ({"notification": None}, 1002),
        ({"notification": {"alert": " "}}, 1002),
        ({"options": {"time_to_live": -1}}, 1003),
        ({"notification": {"alert": "字" * 1400}}, 1005),
    ],
)
def test_what_is_no_push(sandbox: Sandbox, changes: dict[str, Any], expected: int) -> None:
    assert code(push(sandbox, **changes)) == (400, expected)
    assert sandbox.objects() == []


def test_four_kilobytes_are_the_most(sandbox: Sandbox) -> None:
    def sized(size: int) -> bytes:
        body = b'{"platform":"all","audience":"all","notification":{"alert":"%s"}}'
        return body % (b"x" * (size - len(body) + 2))

    for size, status in ((4096, 200), (4097, 400)):
        data = sized(size)
        assert len(data) == size
        options = {"data": data, "content_type": "application/json"}
        assert ask(sandbox, "POST", "/v3/push", **options).status_code == status


@pytest.mark.parametrize("pair", [b"", b"nobody:secret", b"OWN:wrong"])
def test_a_stranger_is_turned_away(sandbox: Sandbox, pair: bytes) -> None:
    own = sandbox.account("jpush")["app_key"].encode()
    basic = b64encode(pair.replace(b"OWN", own)).decode()
    headers = {"Authorization": f"Basic {basic}"} if pair else {}
    assert code(ask(sandbox, "POST", "/v3/push", json=message(), headers=headers)) == (401, 1004)


def test_a_quota_by_the_minute_is_told_and_kept(sandbox: Sandbox) -> None:
    account = sandbox.account("jpush")["account"]
    sandbox.direct(f"accounts/{account}/settings", minute_pushes=2)
    answers = [push(sandbox) for _ in range(3)]
    assert [it.status_code for it in answers] == [200, 200, 429]
    assert [it.headers["X-Rate-Limit-Remaining"] for it in answers] == ["1", "0", "0"]
    assert answers[2].headers["X-Rate-Limit-Limit"] == "2"
    assert 0 < int(answers[2].headers["X-Rate-Limit-Reset"]) <= 60
    assert code(answers[2]) == (429, 2002)
    sandbox.clock.pass_(61)
    assert push(sandbox).status_code == 200


def test_an_audience_without_phones_is_nobody(sandbox: Sandbox) -> None:
    account = sandbox.account("jpush")["account"]
    sandbox.direct(f"accounts/{account}/settings", phone_tags=["jinan"])
    assert code(push(sandbox, audience={"tag": ["weihai"]})) == (400, 1011)
    assert push(sandbox, audience={"tag": ["weihai", "jinan"]}).status_code == 200
    sandbox.direct(f"accounts/{account}/settings", phones=0)
    assert code(push(sandbox)) == (400, 1011)


def test_a_dry_run_judges_and_sends_nothing(sandbox: Sandbox) -> None:
    assert ask(sandbox, "POST", "/v3/push/validate", json=message()).status_code == 200
    wrong = ask(sandbox, "POST", "/v3/push/validate", json=message(audience=None))
    assert code(wrong) == (400, 1002)
    assert sandbox.objects() == []


def test_the_lock_screen_shows_the_push(sandbox: Sandbox) -> None:
    push(sandbox)
    (shown,) = sandbox.objects("push")
    assert (shown["title"], shown["fingerprint"], shown["state"]) == ("大桥合龙", "push1", "live")
    page = sandbox.page(shown["url"])
    assert page.status_code == 200
    for words in ("大桥合龙", "年底通车", LINK, "送达 1000 台手机"):
        assert words in page.text
    assert "大桥合龙" in sandbox.client.get("/").text


def test_what_a_phone_shows_is_text(sandbox: Sandbox) -> None:
    attack = "<script>alert(1)</script>"
    push(sandbox, notification={"alert": attack, "android": {"title": attack}})
    page = sandbox.page(sandbox.objects("push")[0]["url"]).text
    assert "<script" not in page


def test_phones_are_reached_one_after_another(sandbox: Sandbox) -> None:
    msg_id = push(sandbox).get_json()["msg_id"]
    path = f"/v3/received/detail?msg_ids={msg_id},1"

    def received() -> list[int]:
        return [it["jpush_received"] for it in ask(sandbox, "GET", path).get_json()]

    assert received() == [0]
    sandbox.clock.pass_(300)
    assert received() == [375]
    sandbox.clock.pass_(9000)
    assert received() == [750]
    too_many = ",".join(map(str, range(101)))
    assert code(ask(sandbox, "GET", f"/v3/received/detail?msg_ids={too_many}")) == (400, 3002)


# ---- Getui ------------------------------------------------------------------------------------


def app(sandbox: Sandbox) -> str:
    return f"/getui/v2/{sandbox.account('getui')['app_id']}"


def authorized(sandbox: Sandbox, **changes: str) -> TestResponse:
    account = sandbox.account("getui")
    stamp = str(int(sandbox.clock() * 1000))
    row = f"{account['app_key']}{stamp}{account['master_secret']}".encode()
    sign = hashlib.sha256(row).hexdigest()
    said = {"sign": sign, "timestamp": stamp, "appkey": account["app_key"], **changes}
    return sandbox.client.post(f"{app(sandbox)}/auth", json=said)


def token(sandbox: Sandbox) -> dict[str, str]:
    return {"token": authorized(sandbox).get_json()["data"]["token"]}


def order(**changes: Any) -> dict[str, Any]:
    shown = {"title": "大桥合龙", "body": "年底通车", "click_type": "url", "url": LINK}
    given = {
        "request_id": "0123456789abcdef",
        "settings": {"ttl": 7_200_000},
        "audience": "all",
        "push_message": {"notification": shown},
    }
    return {**given, **changes}


def send(sandbox: Sandbox, path: str = "/push/all", **changes: Any) -> TestResponse:
    address = f"{app(sandbox)}{path}"
    return sandbox.client.post(address, json=order(**changes), headers=token(sandbox))


def test_a_token_is_given_against_the_signature_and_ends_after_a_day(sandbox: Sandbox) -> None:
    data = authorized(sandbox).get_json()["data"]
    assert int(data["expire_time"]) == int((sandbox.clock() + 86_400) * 1000)
    headers = {"token": data["token"]}
    path = f"{app(sandbox)}/report/online_user"
    assert sandbox.client.get(path, headers=headers).get_json()["code"] == 0
    sandbox.clock.pass_(86_401)
    stale = sandbox.client.get(path, headers=headers)
    assert (stale.status_code, stale.get_json()["code"]) == (401, 10001)


@pytest.mark.parametrize("changes", [{"sign": "x"}, {"timestamp": "1"}, {"appkey": "x"}])
def test_a_wrong_signature_gets_no_token(sandbox: Sandbox, changes: dict[str, str]) -> None:
    answer = authorized(sandbox, **changes)
    assert (answer.status_code, answer.get_json()["code"]) == (400, 20001)


def test_a_repeated_request_key_is_dropped(sandbox: Sandbox) -> None:
    first, again = send(sandbox).get_json(), send(sandbox).get_json()
    assert first["data"]["taskid"].startswith("RASA_")
    assert again == {"code": 0, "msg": "", "data": {}}
    assert sandbox.state()["copies"] == {"push1": 1}
    send(sandbox, request_id="another-key-1")
    assert sandbox.state()["copies"] == {"push1": 2}


@pytest.mark.parametrize(
    "changes",
    [
        {"request_id": "short"},
        {"request_id": "x" * 33},
        {"request_id": None},
        {"settings": {"ttl": 4 * 86_400_000}},
        {"audience": {"tag": TAGGED}},
        {"push_message": {}},
        {"push_message": {"notification": {"title": "题" * 51, "body": "话"}}},
        {"push_message": {"notification": {"title": "题", "body": "话" * 257}}},
        {"push_message": {"notification": {"title": "题", "body": "话", "click_type": "url"}}},
    ],
)
def test_what_getui_does_not_take(sandbox: Sandbox, changes: dict[str, Any]) -> None:
    answer = send(sandbox, **changes)
    assert (answer.status_code, answer.get_json()["code"]) == (400, 20001)
    assert sandbox.objects() == []


def test_without_a_token_nothing_goes_out(sandbox: Sandbox) -> None:
    answer = sandbox.client.post(f"{app(sandbox)}/push/all", json=order())
    assert (answer.status_code, answer.get_json()["code"]) == (401, 10001)
    nobody = sandbox.client.post("/getui/v2/nobody/push/all", json=order())
    assert nobody.get_json()["code"] == 20001


def test_a_push_by_tags_and_its_counts(sandbox: Sandbox) -> None:
    sent = send(sandbox, "/push/tag", audience={"tag": TAGGED}).get_json()
    task = sent["data"]["taskid"]
    sandbox.clock.pass_(600)
    path = f"{app(sandbox)}/report/push/task/{task},RASA_none"
    data = sandbox.client.get(path, headers=token(sandbox)).get_json()["data"]
    assert data == {
        task: {
            "total": {
                "msg_num": 1000,
                "target_num": 1000,
                "receive_num": 1000,
                "display_num": 900,
                "click_num": 100,
            }
        }
    }
    assert send(sandbox, "/push/tag", audience={"tag": []}).status_code == 400


def test_getuis_phones_show_it_too(sandbox: Sandbox) -> None:
    send(sandbox)
    page = sandbox.page(sandbox.objects("push")[0]["url"])
    assert (page.status_code, "年底通车" in page.text) == (200, True)
    assert sandbox.client.get("/getui/phone/none").status_code == 404
