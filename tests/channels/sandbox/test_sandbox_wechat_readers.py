"""WeChat's readers in the sandbox: comments that come and go, numbers that grow."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.sandbox.playing import Sandbox
from tests.channels.sandbox.wechat_calls import call, draft, mass, published, settings, stable

HOUR, DAY = 3600, 86_400


@pytest.fixture
def piece(sandbox: Sandbox, token: str) -> int:
    """A live article that may be commented; its message."""
    sandbox.direct("verdicts", channel="wechat", after_polls=0)
    return int(published(sandbox, token, need_open_comment=1)["msg_data_id"])


def says(sandbox: Sandbox, piece: int, words: str = "写得好", **more: Any) -> int:
    """A reader comments; the comment's id."""
    appid = settings(sandbox)
    told = sandbox.direct(f"wechat/{appid}/comments", msg_data_id=piece, content=words, **more)
    assert told.status_code == 201
    return int(told.get_json()["user_comment_id"])


def takes_back(sandbox: Sandbox, piece: int, comment: int) -> int:
    path = f"wechat/{settings(sandbox)}/comments/delete"
    return sandbox.direct(path, msg_data_id=piece, user_comment_id=comment).status_code


def on(sandbox: Sandbox, token: str, path: str, piece: int, **body: Any) -> dict[str, Any]:
    return call(sandbox, token, f"comment/{path}", msg_data_id=piece, index=0, **body)


def listed(sandbox: Sandbox, token: str, piece: int, **body: Any) -> list[dict[str, Any]]:
    asked = {"begin": 0, "count": 49, "type": 0, **body}
    comments: list[dict[str, Any]] = on(sandbox, token, "list", piece, **asked)["comment"]
    return comments


def answer(sandbox: Sandbox, token: str, piece: int, comment: int, words: str = "谢谢") -> int:
    said = on(sandbox, token, "reply/add", piece, user_comment_id=comment, content=words)
    return int(said["errcode"])


# ---- comments ---------------------------------------------------------------------------------


def test_comments_are_listed_as_readers_left_them(sandbox: Sandbox, token: str, piece: int) -> None:
    first = says(sandbox, piece, "第一", openid="o1")
    second = says(sandbox, piece, "第二")
    found = listed(sandbox, token, piece)
    assert [it["user_comment_id"] for it in found] == [first, second]
    assert (found[0]["openid"], found[0]["content"]) == ("o1", "第一")
    assert "reply" not in found[0]
    assert [it["content"] for it in listed(sandbox, token, piece, begin=1, count=1)] == ["第二"]


def test_a_comment_takes_one_reply(sandbox: Sandbox, token: str, piece: int) -> None:
    comment = says(sandbox, piece)
    assert answer(sandbox, token, piece, comment) == 0
    assert answer(sandbox, token, piece, comment, "再谢") == 88005
    assert listed(sandbox, token, piece)[0]["reply"]["content"] == "谢谢"
    for code in (0, 87009):
        gone = on(sandbox, token, "reply/delete", piece, user_comment_id=comment)
        assert gone["errcode"] == code
    assert answer(sandbox, token, piece, comment, "再谢") == 0


def test_a_comment_taken_back_between_list_and_reply(
    sandbox: Sandbox, token: str, piece: int
) -> None:
    comment = says(sandbox, piece)
    assert len(listed(sandbox, token, piece)) == 1
    assert takes_back(sandbox, piece, comment) == 200
    assert answer(sandbox, token, piece, comment) == 88004
    assert listed(sandbox, token, piece) == []
    assert takes_back(sandbox, piece, 10**9) == 422


@pytest.mark.parametrize(("words", "code"), [("", 88007), ("字" * 600, 0), ("字" * 601, 88007)])
def test_the_length_of_a_reply(
    sandbox: Sandbox, token: str, piece: int, words: str, code: int
) -> None:
    assert answer(sandbox, token, piece, says(sandbox, piece), words) == code


def test_chosen_comments_are_listed_apart(sandbox: Sandbox, token: str, piece: int) -> None:
    chosen, other = says(sandbox, piece), says(sandbox, piece)
    assert on(sandbox, token, "markelect", piece, user_comment_id=chosen)["errcode"] == 0
    assert [it["user_comment_id"] for it in listed(sandbox, token, piece, type=2)] == [chosen]
    assert [it["user_comment_id"] for it in listed(sandbox, token, piece, type=1)] == [other]
    assert on(sandbox, token, "unmarkelect", piece, user_comment_id=chosen)["errcode"] == 0
    assert listed(sandbox, token, piece, type=2) == []
    assert on(sandbox, token, "delete", piece, user_comment_id=chosen)["errcode"] == 0
    assert len(listed(sandbox, token, piece)) == 1


def test_comments_are_closed_and_opened(sandbox: Sandbox, token: str, piece: int) -> None:
    comment = says(sandbox, piece)
    assert on(sandbox, token, "close", piece)["errcode"] == 0
    assert answer(sandbox, token, piece, comment) == 88000
    path = f"wechat/{settings(sandbox)}/comments"
    assert sandbox.direct(path, msg_data_id=piece, content="在吗").status_code == 422
    assert on(sandbox, token, "open", piece)["errcode"] == 0
    assert answer(sandbox, token, piece, comment) == 0


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"msg_data_id": 5}, 88001),
        ({"index": 1}, 88001),
        ({"count": 50}, 88010),
        ({"count": 0}, 88010),
        ({"begin": -1}, 88010),
    ],
)
def test_a_list_that_cannot_be_given(
    sandbox: Sandbox, token: str, piece: int, changes: dict[str, int], code: int
) -> None:
    body = {"msg_data_id": piece, "index": 0, "begin": 0, "count": 49, "type": 0, **changes}
    assert call(sandbox, token, "comment/list", **body)["errcode"] == code


def test_an_unknown_comment(sandbox: Sandbox, token: str, piece: int) -> None:
    assert answer(sandbox, token, piece, 10**9) == 88008


# ---- numbers ----------------------------------------------------------------------------------


def ask(sandbox: Sandbox, name: str, begin: str, end: str = "") -> dict[str, Any]:
    token = stable(sandbox)["access_token"]
    body = {"begin_date": begin, "end_date": end or begin}
    return sandbox.say(f"/wechat/datacube/{name}?access_token={token}", body)


FIRST, SECOND = "2026-09-21", "2026-09-22"
"""The sandbox's clock in tests begins at 22:13 on the first day, by the clock of Beijing."""


@pytest.mark.parametrize(
    ("begin", "end", "code"),
    [
        (FIRST, "", 61503),
        (SECOND, "", 61503),
        ("2026-09-18", "2026-09-19", 61501),
        ("20260920", "", 61500),
        ("2026-13-01", "", 61500),
        ("2026-09-20", "", 0),
    ],
)
def test_only_a_whole_day_that_is_over(sandbox: Sandbox, begin: str, end: str, code: int) -> None:
    assert ask(sandbox, "getarticletotaldetail", begin, end).get("errcode", 0) == code


def test_yesterday_is_counted_at_eight(sandbox: Sandbox, piece: int) -> None:
    sandbox.clock.pass_(9 * HOUR)
    assert ask(sandbox, "getarticleread", FIRST) == {"list": [], "is_delay": True}
    sandbox.clock.pass_(HOUR)
    ready = ask(sandbox, "getarticleread", FIRST)
    assert (ready["list"][0]["msgid"], ready["is_delay"]) == (f"{piece}_1", False)


def test_a_piece_is_read_less_each_day_and_its_total_grows(sandbox: Sandbox, piece: int) -> None:
    sandbox.clock.pass_(2 * DAY)
    early = ask(sandbox, "getarticletotaldetail", FIRST)["list"][0]
    sandbox.clock.pass_(3 * DAY)
    (row,) = ask(sandbox, "getarticletotaldetail", FIRST)["list"]
    assert (row["msgid"], row["publish_type"]) == (f"{piece}_1", 1)
    assert sandbox.page(row["content_url"]).status_code == 200
    reads = [day["read_user"] for day in row["detail_list"]]
    assert reads == sorted(reads, reverse=True)
    assert len(reads) > len(early["detail_list"]) == 2
    second = ask(sandbox, "getarticleread", SECOND)["list"][0]
    assert second["detail"]["read_user"] == reads[1]
    assert ask(sandbox, "getarticleshare", FIRST)["list"][0]["detail"]["share_user"] > 0


def test_a_day_nobody_read_it_has_no_row(sandbox: Sandbox, piece: int) -> None:
    sandbox.clock.pass_(40 * DAY)
    assert ask(sandbox, "getarticleread", "2026-10-20")["list"] == []


def test_what_was_pushed_is_counted_apart(sandbox: Sandbox, token: str) -> None:
    sandbox.direct("verdicts", channel="wechat", after_polls=0)
    sent = mass(sandbox, token, draft(sandbox, token)["media_id"], "k")
    sandbox.clock.pass_(2 * DAY)
    (row,) = ask(sandbox, "getarticletotaldetail", FIRST)["list"]
    assert (row["msgid"], row["publish_type"]) == (f"{sent['msg_data_id']}_1", 0)


def test_the_retired_calls_say_so(sandbox: Sandbox) -> None:
    assert ask(sandbox, "getarticlesummary", "2026-09-20")["errcode"] == 47009


# ---- diagnostics ------------------------------------------------------------------------------


def test_a_refused_call_can_be_asked_about(sandbox: Sandbox, token: str) -> None:
    refused = call(sandbox, token, "draft/get", media_id="nobody")
    rid = refused["errmsg"].rsplit("rid: ", 1)[1]
    told = call(sandbox, token, "openapi/rid/get", rid=rid)["request"]
    assert "40007" in told["response_body"]
    assert told["request_url"] == "/wechat/cgi-bin/draft/get"
    assert token not in str(told)
    sandbox.clock.pass_(8 * DAY)
    token = stable(sandbox)["access_token"]
    assert call(sandbox, token, "openapi/rid/get", rid=rid)["errcode"] == 76022


def test_the_quota_counts_what_was_made_today(sandbox: Sandbox, token: str) -> None:
    draft(sandbox, token)
    mass(sandbox, token, draft(sandbox, token)["media_id"], "k")

    def left(path: str) -> dict[str, int]:
        told = call(sandbox, token, "openapi/quota/get", cgi_path=f"/cgi-bin/{path}")
        quota: dict[str, int] = told["quota"]
        return quota

    assert left("draft/add") == {"daily_limit": 1000, "used": 2, "remain": 998}
    assert left("message/mass/sendall") == {"daily_limit": 1, "used": 1, "remain": 0}
    unknown = call(sandbox, token, "openapi/quota/get", cgi_path="/cgi-bin/nothing")
    assert unknown["errcode"] == 76021


def test_the_quota_is_cleared_ten_times_a_month(sandbox: Sandbox) -> None:
    sandbox.clock.pass_(400 * DAY)
    token, appid = stable(sandbox)["access_token"], settings(sandbox)
    codes = [call(sandbox, token, "clear_quota", appid=appid)["errcode"] for _ in range(11)]
    assert codes == [0] * 10 + [48006]
    assert call(sandbox, token, "clear_quota", appid="wx0")["errcode"] == 40013


# ---- letters ----------------------------------------------------------------------------------


def write_to(sandbox: Sandbox, token: str, person: str, words: str = "请到窗口办理") -> int:
    """We write to somebody; the platform's verdict."""
    body = {"touser": person, "msgtype": "text", "text": {"content": words}}
    return int(call(sandbox, token, "message/custom/send", **body)["errcode"])


def test_a_follower_may_be_answered_for_two_days_and_five_times(
    sandbox: Sandbox, token: str
) -> None:
    path = f"wechat/{settings(sandbox)}/letters"
    assert write_to(sandbox, token, "o_nobody") == 40003
    sandbox.direct(path, openid="o_reader", content="社保怎么转？")
    assert [write_to(sandbox, token, "o_reader") for _ in range(6)] == [0, 0, 0, 0, 0, 45047]
    sandbox.direct(path, openid="o_reader", content="还有一事")
    sandbox.clock.pass_(2 * DAY + 1)
    told = stable(sandbox)["access_token"]
    assert write_to(sandbox, told, "o_reader") == 45015


def test_followers_are_told_of_days_that_are_over(sandbox: Sandbox, piece: int) -> None:
    sandbox.clock.pass_(2 * DAY)
    told = [ask(sandbox, "getusercumulate", day)["list"][0] for day in (FIRST, SECOND)]
    assert [row["ref_date"] for row in told] == [FIRST, SECOND]
    assert 0 < told[0]["cumulate_user"] < told[1]["cumulate_user"]
    assert ask(sandbox, "getusercumulate", "2026-12-31")["errcode"] == 61503
