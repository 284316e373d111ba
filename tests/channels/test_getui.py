"""Getui: the signature, our own request key, and what a repeated one proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Replays
from channels.base import NeedsReauth, Outcome, Recalls, Receipt, Rejected, Unavailable, Unsure
from channels.getui import Getui, request_id, sign
from tests.channels.cases import CASES, SECRET, TOKEN
from tests.channels.platform import DROPPED, Answer, Platform
from tests.channels.twins import LINK, MemoryFiles, MemoryTokens

CASE = next(case for case in CASES if case.name == "getui")
POST = CASE.post()
AUTH, ALL, TAG = "/v2/gt1/auth", "/v2/gt1/push/all", "/v2/gt1/push/tag"


def opened(platform: Platform, tokens: MemoryTokens | None = None, **settings: Any) -> Getui:
    CASE.play(platform)
    given = {"app_id": "gt1", "app_key": "key", "master_secret": SECRET, **settings}
    kept = tokens or MemoryTokens()
    return Getui(Getui.Settings(**given, base_url=platform.url), MemoryFiles(), kept)


def test_the_signature_is_the_platforms() -> None:
    golden = "50e9f01796b310a16ad8c7acc4f152ac476ad9a1bcdde640c04051a2182b9998"
    assert sign("appkey", "1714037059000", "mastersecret") == golden


def test_a_token_is_fetched_once_and_kept_for_its_day(platform: Platform) -> None:
    tokens = MemoryTokens()
    channel = opened(platform, tokens)
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    until = str(int(tomorrow.timestamp() * 1000))
    platform.on(AUTH, Answer({"code": 0, "data": {"token": TOKEN, "expire_time": until}}))
    channel.publish(POST, channel.prepare(POST))
    (request,) = platform.asked(AUTH)
    said = request.json
    assert said["sign"] == sign("key", said["timestamp"], SECRET)
    (lifetime,) = tokens.lifetimes.values()
    assert timedelta(hours=23) < lifetime < timedelta(hours=24)
    assert platform.asked(ALL)[0].headers["token"] == TOKEN


def test_a_push_goes_to_phones_on_and_off_line(platform: Platform) -> None:
    channel = opened(platform)
    receipt = channel.publish(POST, channel.prepare(POST))
    said = platform.asked(ALL)[0].json
    shown = said["push_message"]["notification"]
    assert (shown["title"], shown["body"]) == (POST.edition.title, POST.edition.body)
    assert (shown["click_type"], shown["url"]) == ("url", LINK)
    assert said["push_channel"]["ios"]["aps"]["alert"]["title"] == POST.edition.title
    assert said["settings"] == {"ttl": 7_200_000}
    assert said["audience"] == "all"
    assert (receipt.outcome, receipt.remote_id) == (Outcome.LIVE, "RASA_1126_1")


def test_tags_narrow_the_audience(platform: Platform) -> None:
    channel = opened(platform, tags="jinan，民生,")
    platform.on(TAG, Answer({"code": 0, "data": {"taskid": "RASA_2"}}))
    channel.publish(POST, channel.prepare(POST))
    tag = {"key": "custom_tag", "values": ["jinan", "民生"], "opt_type": "or"}
    assert platform.asked(TAG)[0].json["audience"] == {"tag": [tag]}
    assert platform.asked(ALL) == []


def test_the_request_key_follows_from_the_post_alone() -> None:
    key = request_id(POST)
    assert 10 <= len(key) <= 32
    assert key == request_id(CASE.post())
    assert key != request_id(replace(POST, revision=2))
    assert key != request_id(replace(POST, uid="other"))


@pytest.mark.parametrize(
    ("answer", "remote_id"),
    [
        (Answer({"code": 0, "data": {"taskid": "RASA_1126_1"}}), "RASA_1126_1"),
        (Answer({"code": 0, "data": {}}), request_id(POST)),
        (Answer({"code": 20001, "msg": "request_id cannot be repeat."}, 400), request_id(POST)),
    ],
    ids=["task", "dropped", "repeated"],
)
def test_a_repeated_key_proves_that_the_push_went_out(
    platform: Platform, answer: Answer, remote_id: str
) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    platform.once(ALL, DROPPED, answer)
    with pytest.raises(Unsure):
        channel.publish(POST, parcel)
    assert isinstance(channel, Replays)
    receipt = channel.replay(POST, parcel)
    assert (receipt.outcome, receipt.remote_id) == (Outcome.LIVE, remote_id)
    first, again = platform.asked(ALL)
    assert first.body == again.body


def test_another_refusal_of_a_repeat_proves_nothing(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    platform.on(ALL, Answer({"code": 20001, "msg": "title size over limit"}, 400))
    with pytest.raises(Rejected):
        channel.replay(POST, parcel)


def test_a_wrong_secret_needs_a_person(platform: Platform) -> None:
    channel = opened(platform)
    platform.on(AUTH, Answer({"code": 20001, "msg": "sign is invalid"}, 400))
    with pytest.raises(NeedsReauth) as caught:
        channel.prepare(POST)
    assert caught.value.code == "auth"


def test_too_many_tokens_asked_for_is_a_wait(platform: Platform) -> None:
    channel = opened(platform)
    platform.on(AUTH, Answer({"code": 10003, "msg": "too often"}, 401))
    with pytest.raises(Unavailable):
        channel.prepare(POST)


def test_who_opened_it_counts_as_read(platform: Platform) -> None:
    channel = opened(platform)
    total = {"msg_num": 100, "receive_num": 90, "display_num": 80, "click_num": 12}
    answer = Answer({"code": 0, "data": {"RASA_1": {"total": total}}})
    platform.on("/v2/gt1/report/push/task/RASA_1", answer)
    receipts = [Receipt(Outcome.LIVE, "RASA_1"), Receipt(Outcome.LIVE, request_id(POST))]
    (numbers,) = channel.measure(receipts, date(2026, 11, 26))
    assert (numbers.remote_id, numbers.reads, numbers.more["receive_num"]) == ("RASA_1", 12, 90)


def test_a_push_can_neither_be_looked_up_nor_taken_back(platform: Platform) -> None:
    channel = opened(platform)
    assert not isinstance(channel, Recalls)
    with pytest.raises(Unsure):
        channel.find(POST, {}, datetime.now(UTC))
