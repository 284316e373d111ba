"""Sending to all followers: one key for one post, a repeat that is a receipt, and the quota."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels import wechat_mass
from channels.abilities import Quota, Rations, Replays, Window
from channels.base import Listing, Outcome, Receipt, Rejected, Unavailable, Unsure
from channels.wechat import WeChat
from channels.wechat_api import WeChatSettings
from tests.channels.cases import CASES, SECRET
from tests.channels.platform import DROPPED, Answer, Platform
from tests.channels.twins import FILES, MemoryFiles, MemoryTokens

CASE = next(case for case in CASES if case.name == "wechat mass")
POST = CASE.post()
SEND, STANDING = "/cgi-bin/message/mass/sendall", "/cgi-bin/message/mass/get"
PARCEL = {"media_id": "draft-1"}
GONE = Answer({"errcode": 40007, "errmsg": "invalid media_id"})
REPEATED = Answer({"errcode": 45065, "errmsg": "clientmsgid exist", "msg_id": 34182})
UNCONFIRMED = Answer({"errcode": 89504, "errmsg": "need admin confirm"})
IN_BOX = Answer({"news_item": [{"title": "t"}]})


def sending(platform: Platform, **settings: Any) -> WeChat:
    CASE.play(platform)
    given = {"mass_send": True, "base_url": platform.url, **settings}
    chosen = WeChatSettings("wx1", SECRET, **given)
    return WeChat(chosen, MemoryFiles(*FILES), MemoryTokens())


def keys(platform: Platform) -> list[str]:
    return [request.json["clientmsgid"] for request in platform.asked(SEND)]


def test_the_draft_goes_to_everybody_under_a_key_of_its_own(platform: Platform) -> None:
    receipt = sending(platform).publish(POST, PARCEL)
    assert (receipt.outcome, receipt.task_id) == (Outcome.ACCEPTED, "mass:34182")
    assert receipt.remote_id == "206227730"
    (request,) = platform.asked(SEND)
    key = request.json.pop("clientmsgid")
    assert len(key.encode()) <= 32
    assert request.json | {"clientmsgid": key} == {
        "filter": {"is_to_all": True},
        "msgtype": "mpnews",
        "mpnews": {"media_id": "draft-1"},
        "send_ignore_reprint": 0,
        "clientmsgid": key,
    }


def _lost_and_asked_again(platform: Platform) -> Receipt:
    channel = sending(platform)
    assert isinstance(channel, Replays)
    platform.once(SEND, DROPPED)
    with pytest.raises(Unsure):
        channel.publish(POST, PARCEL)
    platform.once(SEND, REPEATED)
    return sending(platform).replay(POST, PARCEL)


def test_a_replay_is_the_very_same_request_even_from_another_worker(platform: Platform) -> None:
    receipt = _lost_and_asked_again(platform)
    assert (receipt.outcome, receipt.task_id) == (Outcome.ACCEPTED, "mass:34182")
    first, second = platform.asked(SEND)
    assert first.json == second.json


def test_a_repeat_taken_for_a_failure_would_be_seen(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The mutant of the test above: what every follower received would go to a person."""
    monkeypatch.setattr(wechat_mass, "_REPEATED", "no such code")
    with pytest.raises(Unsure) as caught:
        _lost_and_asked_again(platform)
    assert caught.value.code == "45065"


def test_another_revision_or_piece_has_another_key(platform: Platform) -> None:
    channel = sending(platform)
    for one in (POST, replace(POST, revision=2), replace(POST, uid="other")):
        channel.publish(one, PARCEL)
    assert len(set(keys(platform))) == 3


def test_a_repeat_that_names_no_message_proves_nothing(platform: Platform) -> None:
    channel = sending(platform)
    platform.once(SEND, Answer({"errcode": 45065, "errmsg": "clientmsgid exist"}))
    with pytest.raises(Unsure):
        channel.publish(POST, PARCEL)


def test_a_repeat_that_comes_too_soon_waits_a_minute(platform: Platform) -> None:
    channel = sending(platform)
    platform.once(SEND, CASE.rate)
    with pytest.raises(Unavailable) as caught:
        channel.replay(POST, PARCEL)
    assert caught.value.retry_after == timedelta(minutes=1)


def test_a_draft_that_is_gone_may_have_been_sent(platform: Platform) -> None:
    channel = sending(platform)
    platform.once(SEND, GONE)
    with pytest.raises(Unsure) as caught:
        channel.publish(POST, PARCEL)
    assert caught.value.code == "draft_gone"


def test_reprints_are_sent_only_if_the_account_says_so(platform: Platform) -> None:
    sending(platform, send_ignore_reprint=True).publish(POST, PARCEL)
    assert platform.asked(SEND)[0].json["send_ignore_reprint"] == 1


def test_no_list_is_taken_for_evidence(platform: Platform) -> None:
    channel = sending(platform)
    assert channel.abilities.listing is Listing.NONE
    with pytest.raises(Unsure):
        channel.find(POST, PARCEL, datetime.now(UTC))
    with pytest.raises(Unsure):
        channel.listed(datetime.now(UTC))


def test_only_an_account_that_sends_has_a_key_and_a_quota(platform: Platform) -> None:
    quiet = sending(platform, mass_send=False)
    assert isinstance(quiet, Rations)
    assert (quiet.quota, quiet.abilities.native_key) == (None, None)
    with pytest.raises(Unsure):
        quiet.replay(POST, PARCEL)
    assert platform.asked(SEND) == []
    subscription, service = sending(platform), sending(platform, service_account=True)
    assert subscription.quota == Quota(Window.DAY, 1)
    assert service.quota == Quota(Window.MONTH, 4)
    assert subscription.abilities.native_key == timedelta(hours=23)
    assert WeChat.abilities.native_key is None


def test_keeping_drafts_only_is_stronger_than_sending(platform: Platform) -> None:
    channel = sending(platform, draft_only=True)
    assert channel.publish(POST, PARCEL).outcome is Outcome.HANDED
    assert channel.quota is None
    assert platform.asked(SEND) == []


@pytest.mark.parametrize(
    ("status", "outcome", "code"),
    [
        ("SEND_SUCCESS", Outcome.LIVE, ""),
        ("SENDING", Outcome.ACCEPTED, "mass_sending"),
        ("SEND_FAIL", Outcome.REFUSED, "mass_send_fail"),
        ("DELETE", Outcome.GONE, "mass_delete"),
    ],
)
def test_polling_tells_how_the_message_stands(
    platform: Platform, status: str, outcome: Outcome, code: str
) -> None:
    channel = sending(platform, mass_send=False)
    platform.on(STANDING, Answer({"msg_id": 34182, "msg_status": status}))
    receipt = channel.poll(Receipt(Outcome.ACCEPTED, "206227730", task_id="mass:34182"))
    assert (receipt.outcome, receipt.code, receipt.remote_id) == (outcome, code, "206227730")
    assert platform.asked(STANDING)[0].json == {"msg_id": 34182}


def test_an_unknown_standing_is_no_standing(platform: Platform) -> None:
    channel = sending(platform)
    platform.on(STANDING, Answer({"msg_id": 34182, "msg_status": "PONDERING"}))
    with pytest.raises(Unavailable):
        channel.poll(Receipt(Outcome.ACCEPTED, task_id="mass:34182"))


def test_recall_deletes_the_page_and_says_what_followers_keep(platform: Platform) -> None:
    channel = sending(platform)
    platform.on("/cgi-bin/message/mass/delete", Answer({"errcode": 0, "errmsg": "ok"}))
    receipt = channel.recall(Receipt(Outcome.LIVE, task_id="mass:34182"))
    assert receipt.outcome is Outcome.GONE
    assert "无法收回" in receipt.words
    (request,) = platform.asked("/cgi-bin/message/mass/delete")
    assert request.json == {"msg_id": 34182, "article_idx": 0}


# ---- waiting for the administrator ------------------------------------------------------------


def waiting(platform: Platform, channel: WeChat) -> Receipt:
    platform.once(SEND, UNCONFIRMED)
    receipt = channel.publish(POST, PARCEL)
    assert (receipt.outcome, receipt.code) == (Outcome.ACCEPTED, "89504")
    assert receipt.words == "need admin confirm"
    return receipt


def test_nothing_is_live_until_the_administrator_confirms(platform: Platform) -> None:
    channel = sending(platform)
    receipt = waiting(platform, channel)
    platform.on("/cgi-bin/draft/get", IN_BOX)
    assert channel.poll(receipt) == receipt
    assert len(platform.asked(SEND)) == 1


def test_once_the_draft_has_left_the_box_its_message_is_asked_for(platform: Platform) -> None:
    channel = sending(platform)
    receipt = waiting(platform, channel)
    platform.on("/cgi-bin/draft/get", GONE)
    platform.once(SEND, REPEATED)
    assert channel.poll(receipt).task_id == "mass:34182"
    first, second = platform.asked(SEND)
    assert first.json == second.json


def test_a_draft_taken_away_by_hand_is_not_called_sent(platform: Platform) -> None:
    channel = sending(platform)
    receipt = waiting(platform, channel)
    platform.on("/cgi-bin/draft/get", GONE)
    platform.once(SEND, GONE)
    with pytest.raises(Unsure):
        channel.poll(receipt)


def test_a_confirmation_that_never_came_is_a_refusal(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    channel = sending(platform)
    receipt = waiting(platform, channel)
    platform.on("/cgi-bin/draft/get", IN_BOX)
    later = time.time() + 36 * 60
    monkeypatch.setattr(time, "time", lambda: later)
    refused = channel.poll(receipt)
    assert (refused.outcome, refused.code) == (Outcome.REFUSED, "confirm_lapsed")


def test_what_waits_for_the_administrator_cannot_be_recalled(platform: Platform) -> None:
    channel = sending(platform)
    with pytest.raises(Rejected):
        channel.recall(waiting(platform, channel))
    assert platform.asked("/cgi-bin/message/mass/delete") == []
