"""JPush: a key fetched beforehand, the same request again, and pushes that reach nobody."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Measures, Replays
from channels.base import (
    Edition,
    Finding,
    Form,
    Listing,
    Outcome,
    Post,
    Problem,
    Recalls,
    Receipt,
    Rejected,
    Unsure,
)
from channels.jpush import JPush
from tests.channels.cases import CASES, SECRET
from tests.channels.platform import BAD_GATEWAY, Answer, Platform
from tests.channels.twins import LINK, MemoryFiles, MemoryTokens, master

CASE = next(case for case in CASES if case.name == "jpush")
POST = CASE.post()
PUSH, CID = "/v3/push", "/v3/push/cid"


def opened(platform: Platform, **settings: Any) -> JPush:
    CASE.play(platform)
    given = {"app_key": "jp1", "master_secret": SECRET, **settings}
    urls = {"base_url": platform.url, "report_url": platform.url}
    return JPush(JPush.Settings(**given, **urls), MemoryFiles(), MemoryTokens())


def push(title: str, words: str) -> Edition:
    return Edition(Form.PUSH, title=title, body=words)


def test_a_push_says_what_each_phone_shows_and_where_it_leads(platform: Platform) -> None:
    channel = opened(platform)
    receipt = channel.publish(POST, channel.prepare(POST))
    (request,) = platform.asked(PUSH)
    said = request.json
    assert said["cid"] == "jp1-711261d4"
    assert (said["platform"], said["audience"]) == ("all", "all")
    assert said["notification"]["alert"] == POST.edition.body
    assert said["notification"]["android"] == {
        "title": POST.edition.title,
        "extras": {"uri": LINK},
    }
    assert said["notification"]["ios"]["alert"]["title"] == POST.edition.title
    assert said["options"] == {"time_to_live": 86400, "apns_production": True}
    assert request.headers["authorization"].startswith("Basic ")
    assert (receipt.outcome, receipt.remote_id) == (Outcome.LIVE, "18100287008546151")


def test_settings_narrow_audience_platform_and_life(platform: Platform) -> None:
    channel = opened(
        platform,
        tags="jinan, 民生",
        platforms="android,ios",
        apns_production=False,
        time_to_live=60,
    )
    channel.publish(POST, channel.prepare(POST))
    said = platform.asked(PUSH)[0].json
    assert said["audience"] == {"tag": ["jinan", "民生"]}
    assert said["platform"] == ["android", "ios"]
    assert said["options"] == {"time_to_live": 60, "apns_production": False}


def test_the_very_same_request_is_made_again(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    platform.once(PUSH, BAD_GATEWAY)
    with pytest.raises(Unsure):
        channel.publish(POST, parcel)
    assert isinstance(channel, Replays)
    assert channel.replay(POST, parcel).outcome is Outcome.LIVE
    first, again = platform.asked(PUSH)
    assert first.body == again.body
    assert len(platform.asked(CID)) == 1
    assert channel.abilities.native_key == timedelta(hours=23)


def test_nobody_to_push_to_is_done_and_said(platform: Platform) -> None:
    channel = opened(platform)
    platform.on(PUSH, Answer({"error": {"code": 1011, "message": "cannot find user"}}, 400))
    receipt = channel.publish(POST, channel.prepare(POST))
    assert (receipt.outcome, receipt.code) == (Outcome.LIVE, "1011")
    assert receipt.remote_id == "jp1-711261d4"
    assert "没有设备" in receipt.words


@pytest.mark.parametrize(
    ("edition", "expected"),
    [
        (push("题", "话"), []),
        (push("", "话"), [Finding(Problem.TITLE_MISSING, 1, 0)]),
        (push("题", " "), [Finding(Problem.BODY_MISSING, 1, 0)]),
        (push("题" * 51, "话"), [Finding(Problem.TITLE_TOO_LONG, 50, 51)]),
    ],
)
def test_what_stands_in_the_way(edition: Edition, expected: list[Finding]) -> None:
    assert JPush.check(edition) == expected


def test_four_kilobytes_are_counted_in_bytes_before_and_at_sending(platform: Platform) -> None:
    long = push("题", "字" * 700)
    (found,) = JPush.check(long)
    assert (found.problem, found.allowed) == (Problem.PUSH_TOO_LARGE, 4096)
    assert found.found > 4096
    with pytest.raises(Rejected) as caught:
        opened(platform).prepare(Post("3f2a9c", long, LINK))
    assert caught.value.code == "1005"
    assert platform.requests == []


def test_what_may_be_sent_by_the_check_fits_the_platform(platform: Platform) -> None:
    """The check does not know link and tags; it must not promise too much."""
    words = next(n for n in range(700, 0, -1) if not JPush.check(push("题", "字" * n)))
    edition = push("题", "字" * words)
    channel = opened(platform, tags="jinan")
    channel.publish(Post("3f2a9c", edition, LINK), channel.prepare(POST))
    assert 3500 < len(platform.asked(PUSH)[0].body) <= 4096


def test_no_list_proves_anything(platform: Platform) -> None:
    channel = opened(platform)
    assert channel.abilities.listing is Listing.NONE
    with pytest.raises(Unsure):
        channel.find(POST, channel.prepare(POST), datetime.now(UTC))


def test_a_push_cannot_be_taken_back(platform: Platform) -> None:
    assert not isinstance(opened(platform), Recalls)


def test_phones_reached_are_counted_a_hundred_pushes_at_a_time(platform: Platform) -> None:
    def counted(request: Any) -> Answer:
        ids = request.query["msg_ids"].split(",")
        return Answer([{"msg_id": each, "jpush_received": 62} for each in ids])

    channel = opened(platform)
    platform.on("/v3/received/detail", counted)
    pushed = [Receipt(Outcome.LIVE, str(number)) for number in range(101)]
    assert isinstance(channel, Measures)
    numbers = channel.measure([*pushed, Receipt(Outcome.LIVE, "jp1-nobody")], date(2026, 11, 26))
    assert [len(it.query["msg_ids"].split(",")) for it in platform.requests] == [100, 1]
    assert [it.remote_id for it in numbers] == [it.remote_id for it in pushed]
    assert numbers[0].more["jpush_received"] == 62
    assert numbers[0].reads is None


def test_counts_that_cannot_be_read_are_no_counts(platform: Platform) -> None:
    channel = opened(platform)
    refusal = Answer({"error": {"code": 3002, "message": "invalid msg_id"}}, 400)
    platform.on("/v3/received/detail", refusal)
    with pytest.raises(Rejected):
        channel.measure([Receipt(Outcome.LIVE, "7")], date(2026, 11, 26))


def test_a_piece_becomes_a_headline_and_a_sentence() -> None:
    edition = JPush.compose(master(digest="历时一年的改造完成，" * 20))
    assert edition.form is Form.PUSH
    assert edition.title == "湖滨公园今天开放"
    assert len(edition.body) <= 60
    assert (edition.media, edition.cover, edition.tags) == ((), None, ())
