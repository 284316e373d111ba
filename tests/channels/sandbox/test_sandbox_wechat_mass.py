"""WeChat's mass send in the sandbox: its key, its ration, its administrator."""

from __future__ import annotations

from typing import Any

import pytest

from tests.channels.sandbox.playing import Sandbox
from tests.channels.sandbox.wechat_calls import call, draft, mass, settings, stable

DAY = 86_400


def standing_of(sandbox: Sandbox, token: str, sent: dict[str, Any]) -> str:
    told = call(sandbox, token, "message/mass/get", msg_id=sent["msg_id"])
    return str(told["msg_status"])


def one(sandbox: Sandbox, token: str, key: str) -> dict[str, Any]:
    """A fresh draft, sent under that key."""
    return mass(sandbox, token, draft(sandbox, token)["media_id"], key)


def test_repeated_mass_key_answers_the_first_message(sandbox: Sandbox, token: str) -> None:
    one, two = draft(sandbox, token)["media_id"], draft(sandbox, token)["media_id"]
    first = mass(sandbox, token, one, "story-r1")
    repeat = mass(sandbox, token, two, "story-r1")
    assert (first["errcode"], repeat["errcode"]) == (0, 45065)
    assert repeat["msg_id"] == first["msg_id"]
    assert sandbox.state()["copies"] == {"abc123": 1}
    sandbox.clock.pass_(86_401)
    token = stable(sandbox)["access_token"]
    assert mass(sandbox, token, two, "story-r1")["errcode"] == 0


def test_mass_send_is_followed_by_its_number(sandbox: Sandbox, token: str) -> None:
    sent = mass(sandbox, token, draft(sandbox, token)["media_id"], "k")
    states = [
        call(sandbox, token, "message/mass/get", msg_id=sent["msg_id"])["msg_status"]
        for _ in range(2)
    ]
    assert states == ["SENDING", "SEND_SUCCESS"]
    assert call(sandbox, token, "message/mass/delete", msg_id=sent["msg_id"])["errcode"] == 0
    assert mass(sandbox, token, "x", "k" * 33)["errcode"] == 45067


def test_a_subscription_account_sends_once_a_day(sandbox: Sandbox, token: str) -> None:
    assert one(sandbox, token, "a")["errcode"] == 0
    assert one(sandbox, token, "b")["errcode"] == 45028
    sandbox.clock.pass_(DAY)
    token = stable(sandbox)["access_token"]
    assert one(sandbox, token, "b")["errcode"] == 0


def test_a_repeat_is_answered_even_when_the_ration_is_eaten(sandbox: Sandbox, token: str) -> None:
    first = one(sandbox, token, "a")
    assert one(sandbox, token, "a")["msg_id"] == first["msg_id"]


def test_a_service_account_sends_four_times_a_month(sandbox: Sandbox, token: str) -> None:
    settings(sandbox, mass_daily=0, mass_monthly=4)
    answers = [one(sandbox, token, f"k{number}")["errcode"] for number in range(5)]
    assert answers == [0, 0, 0, 0, 45028]
    sandbox.clock.pass_(31 * DAY)
    token = stable(sandbox)["access_token"]
    assert one(sandbox, token, "k5")["errcode"] == 0


def test_what_was_sent_and_deleted_is_still_counted(sandbox: Sandbox, token: str) -> None:
    sent = one(sandbox, token, "a")
    call(sandbox, token, "message/mass/delete", msg_id=sent["msg_id"])
    assert standing_of(sandbox, token, sent) == "DELETE"
    assert one(sandbox, token, "b")["errcode"] == 45028


def test_an_unverified_account_sends_nothing(sandbox: Sandbox, token: str) -> None:
    settings(sandbox, publish_allowed=False)
    assert one(sandbox, token, "a")["errcode"] == 48001


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"msgtype": "story"}, 40008),
        ({"mpnews": None}, 40007),
        ({"mpnews": {"media_id": "nobody"}}, 40007),
        ({"clientmsgid": "k" * 32}, 0),
        ({"clientmsgid": "k" * 33}, 45067),
    ],
)
def test_a_send_is_refused(
    sandbox: Sandbox, token: str, changes: dict[str, Any], code: int
) -> None:
    media_id = draft(sandbox, token)["media_id"]
    body = {"msgtype": "mpnews", "mpnews": {"media_id": media_id}, **changes}
    assert call(sandbox, token, "message/mass/sendall", **body)["errcode"] == code


@pytest.mark.parametrize(
    ("path", "body", "code"),
    [
        ("message/mass/get", {"msg_id": 7}, 40059),
        ("message/mass/delete", {"msg_id": 7}, 40059),
    ],
)
def test_an_unknown_message(
    sandbox: Sandbox, token: str, path: str, body: dict[str, Any], code: int
) -> None:
    assert call(sandbox, token, path, **body)["errcode"] == code


def test_a_message_has_only_so_many_articles(sandbox: Sandbox, token: str) -> None:
    sent = one(sandbox, token, "a")
    path = "message/mass/delete"
    assert call(sandbox, token, path, msg_id=sent["msg_id"], article_idx=2)["errcode"] == 40060


@pytest.mark.parametrize("verdict", ["refused", "originality", "failed"])
def test_the_platform_decides_against_a_message(sandbox: Sandbox, token: str, verdict: str) -> None:
    sandbox.direct("verdicts", channel="wechat", verdict=verdict, after_polls=0)
    sent = one(sandbox, token, "a")
    assert standing_of(sandbox, token, sent) == "SEND_FAIL"
    assert sandbox.state()["copies"] == {}


# ---- the administrator ------------------------------------------------------------------------


def waiting(sandbox: Sandbox, token: str) -> tuple[str, str]:
    """(appid, media id) of a draft about which the administrator is asked."""
    appid = settings(sandbox, mass_confirm=True)
    media_id = str(draft(sandbox, token)["media_id"])
    assert mass(sandbox, token, media_id, "k")["errcode"] == 89504
    return appid, media_id


def in_box(sandbox: Sandbox, token: str, media_id: str) -> bool:
    return "news_item" in call(sandbox, token, "draft/get", media_id=media_id)


def test_nothing_is_sent_before_the_administrator_confirms(sandbox: Sandbox, token: str) -> None:
    appid, media_id = waiting(sandbox, token)
    assert mass(sandbox, token, media_id, "k")["errcode"] == 89505
    assert in_box(sandbox, token, media_id)
    assert sandbox.state()["copies"] == {}

    (msg_id,) = sandbox.direct(f"wechat/{appid}/confirm").get_json()["sent"]
    assert not in_box(sandbox, token, media_id)
    assert sandbox.state()["copies"] == {"abc123": 1}
    repeat = mass(sandbox, token, media_id, "k")
    assert (repeat["errcode"], repeat["msg_id"]) == (45065, msg_id)


def test_an_administrator_may_refuse(sandbox: Sandbox, token: str) -> None:
    appid, media_id = waiting(sandbox, token)
    assert sandbox.direct(f"wechat/{appid}/confirm", agree=False).get_json()["sent"] == []
    assert in_box(sandbox, token, media_id)
    assert mass(sandbox, token, media_id, "k")["errcode"] == 89504


def test_a_confirmation_after_half_an_hour_sends_nothing(sandbox: Sandbox, token: str) -> None:
    appid, media_id = waiting(sandbox, token)
    sandbox.clock.pass_(1801)
    assert sandbox.direct(f"wechat/{appid}/confirm").get_json()["sent"] == []
    assert in_box(sandbox, token, media_id)


def test_only_an_account_of_wechat_has_such_an_administrator(sandbox: Sandbox) -> None:
    other = sandbox.account("weibo")["account"]
    assert sandbox.direct(f"wechat/{other}/confirm").status_code == 404


# ---- preview ----------------------------------------------------------------------------------


def preview(sandbox: Sandbox, token: str, media_id: str, **to: str) -> int:
    news = {"media_id": media_id}
    told = call(sandbox, token, "message/mass/preview", msgtype="mpnews", mpnews=news, **to)
    return int(told["errcode"])


def test_a_preview_shows_the_draft_and_publishes_nothing(sandbox: Sandbox, token: str) -> None:
    media_id = draft(sandbox, token)["media_id"]
    assert preview(sandbox, token, media_id, towxname="editor") == 0
    assert preview(sandbox, token, media_id) == 40003
    assert preview(sandbox, token, "nobody", touser="o1") == 40007
    assert in_box(sandbox, token, media_id)
    assert sandbox.state()["copies"] == {}


def test_a_hundred_previews_a_day(sandbox: Sandbox) -> None:
    sandbox.clock.pass_(400 * DAY)
    token = stable(sandbox)["access_token"]
    media_id = draft(sandbox, token)["media_id"]
    codes = {preview(sandbox, token, media_id, touser="o1") for _ in range(100)}
    assert (codes, preview(sandbox, token, media_id, touser="o1")) == ({0}, 45009)
