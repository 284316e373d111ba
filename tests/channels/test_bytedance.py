"""Douyin and Toutiao: parts, both error codes, reviews, and lists that prove only presence."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels import bytedance
from channels.base import (
    Listing,
    NeedsReauth,
    Outcome,
    Polls,
    Receipt,
    Rejected,
    Spent,
    StaleToken,
    Unavailable,
    Unsure,
)
from channels.douyin import Douyin
from channels.remedies import remedy
from channels.toutiao import Toutiao
from tests.channels.cases import CASES, TOKEN, Case, douyin_answer, douyin_error
from tests.channels.platform import Answer, Platform, Request
from tests.channels.twins import CLIP, COVER_PICTURE, LINK, VIDEO, post

BY_NAME = {case.name: case for case in CASES}
DOUYIN, TOUTIAO = BY_NAME["douyin video"], BY_NAME["toutiao"]
LISTS = {"douyin video": "/api/douyin/v1/video/video_list/", "toutiao": "/toutiao/video/list/"}
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
both = pytest.mark.parametrize("case", [DOUYIN, TOUTIAO], ids=lambda case: case.name)


def item(title: str, made: datetime = NOW, **more: Any) -> dict[str, Any]:
    given = {"item_id": "9", "share_url": "https://v.example/9", "is_top": False}
    return {**given, "title": title, "create_time": int(made.timestamp()), **more}


def page(*items: dict[str, Any], cursor: int = 0, has_more: bool = False) -> Answer:
    return douyin_answer(list=list(items), cursor=cursor, has_more=has_more)


def words(case: Case) -> str:
    title = case.edition().title
    return title if case is TOUTIAO else f"{title}\n{case.edition().body}\n#湖滨公园 #民生"


@both
def test_a_large_video_goes_in_parts_in_order(
    case: Case, platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytedance, "WHOLE_BYTES", 4)
    monkeypatch.setattr(bytedance, "PART_BYTES", 10)
    channel = case.play(platform)
    done = douyin_answer(upload_id="u1", video={"video_id": "v-parts"})
    for path in (*_paths(Douyin), *_paths(Toutiao)):
        platform.on(path, done)
    assert channel.prepare(case.post())["video_id"] == "v-parts"
    parts = [request for request in platform.requests if "part_number" in request.query]
    assert [request.query["part_number"] for request in parts] == ["1", "2", "3"]
    assert all(request.query["upload_id"] == "u1" for request in parts)
    sent = b"".join(request.body.split(b"\r\n\r\n")[1].split(b"\r\n--")[0] for request in parts)
    assert sent == VIDEO
    (complete,) = [request for request in platform.requests if "complete" in request.path]
    assert complete.query["upload_id"] == "u1"


def _paths(channel: type) -> list[str]:
    if channel is Douyin:
        root = "/api/douyin/v1/video/"
        names = ("init_video_part_upload/", "upload_video_part/", "complete_video_part_upload/")
        return [root + name for name in names]
    return [f"/toutiao/video/part/{name}/" for name in ("init", "upload", "complete")]


def test_a_video_carries_its_caption_and_cover(platform: Platform) -> None:
    channel = DOUYIN.play(platform)
    edition = replace(DOUYIN.edition(), cover=COVER_PICTURE)
    parcel = channel.prepare(post(edition))
    assert parcel == {"video_id": "v1", "custom_cover_image_url": "i1"}
    channel.publish(post(edition), parcel)
    (request,) = platform.asked(DOUYIN.create)
    assert request.json == {**parcel, "text": words(DOUYIN)}
    assert request.query == {"open_id": "open-1"}
    assert request.headers["access-token"] == TOKEN
    assert b"\\u" not in request.body


def test_a_picture_set_carries_its_pictures(platform: Platform) -> None:
    case = BY_NAME["douyin images"]
    channel = case.play(platform)
    channel.publish(case.post(), channel.prepare(case.post()))
    (request,) = platform.asked(case.create)
    assert request.json["image_list"] == ["i1"]


def test_toutiao_sends_title_and_video_only(platform: Platform) -> None:
    channel = TOUTIAO.play(platform)
    channel.publish(TOUTIAO.post(), channel.prepare(TOUTIAO.post()))
    (request,) = platform.asked(TOUTIAO.create)
    assert request.json == {"video_id": "v1", "text": "湖滨公园今天开放"}


@pytest.mark.parametrize(
    ("data", "extra"),
    [({"error_code": 2112001}, {"error_code": 0}), ({}, {"error_code": "2112001"})],
)
def test_either_error_code_counts(platform: Platform, data: Any, extra: Any) -> None:
    channel = DOUYIN.play(platform)
    said = {"data": data, "extra": {**extra, "sub_description": "涉敏"}}
    platform.once(DOUYIN.create, Answer(said))
    with pytest.raises(Rejected) as caught:
        channel.publish(DOUYIN.post(), {"video_id": "v1"})
    assert caught.value.words == "涉敏"


@both
def test_an_authorisation_that_ended_needs_a_person(case: Case, platform: Platform) -> None:
    channel = case.play(platform)
    platform.on("/oauth/refresh_token/", douyin_error(10008, "expired"))
    with pytest.raises(NeedsReauth) as caught:
        channel.prepare(case.post())
    assert not isinstance(caught.value, StaleToken)


@both
def test_absence_from_the_list_proves_nothing(case: Case) -> None:
    assert case.channel.abilities.listing is Listing.LAGGING


@both
@pytest.mark.parametrize(
    ("more", "made", "expected"),
    [
        ({}, NOW, Outcome.LIVE),
        ({"share_url": ""}, NOW, Outcome.ACCEPTED),
        ({}, NOW - timedelta(hours=2), None),
        ({"title": "别的"}, NOW, None),
    ],
    ids=["live", "in review", "older twin", "another"],
)
def test_the_list_shows_what_is_there(
    case: Case, platform: Platform, more: Any, made: datetime, expected: Outcome | None
) -> None:
    channel = case.play(platform)
    platform.on(LISTS[case.name], page(item(words(case).replace("\n", " "), made) | more))
    found = channel.find(case.post(), {}, NOW)
    assert (found and found.outcome) == expected


@both
def test_pinned_posts_do_not_end_the_search(case: Case, platform: Platform) -> None:
    pinned = item("置顶", NOW - timedelta(days=300), is_top=True)
    first = page(pinned, cursor=1, has_more=True)
    second = page(item(words(case)), cursor=2)

    def listed(request: Request) -> Answer:
        return first if request.query["cursor"] == "0" else second

    channel = case.play(platform)
    platform.on(LISTS[case.name], listed)
    found = channel.find(case.post(), {}, NOW)
    assert found is not None
    assert found.outcome is Outcome.LIVE


@both
def test_a_list_that_stands_still_tells_nothing(case: Case, platform: Platform) -> None:
    channel = case.play(platform)
    platform.on(LISTS[case.name], page(item("别的"), cursor=0, has_more=True))
    with pytest.raises(Unsure):
        channel.find(case.post(), {}, NOW)


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        ([], Outcome.ACCEPTED),
        ([item("x", item_id="other")], Outcome.ACCEPTED),
        ([item("x", share_url="")], Outcome.ACCEPTED),
        ([item("x")], Outcome.LIVE),
    ],
)
def test_douyin_is_polled_until_readers_have_an_address(
    platform: Platform, listed: list[Any], expected: Outcome
) -> None:
    channel = DOUYIN.play(platform)
    platform.on("/api/douyin/v1/video/video_data/", douyin_answer(list=listed))
    assert isinstance(channel, Polls)
    assert channel.poll(Receipt(Outcome.ACCEPTED, "9", task_id="9")).outcome is expected


@pytest.mark.parametrize(
    ("fields", "expected"),
    [
        ({}, Outcome.LIVE),
        ({"is_reviewed": True, "video_status": 1}, Outcome.LIVE),
        ({"is_reviewed": False}, Outcome.ACCEPTED),
        ({"video_status": 4}, Outcome.ACCEPTED),
        ({"video_status": 2}, Outcome.REFUSED),
        ({"item_id": "another"}, Outcome.ACCEPTED),
    ],
)
def test_toutiao_is_polled_by_its_list(
    platform: Platform, fields: dict[str, Any], expected: Outcome
) -> None:
    channel = TOUTIAO.play(platform)
    platform.on(LISTS["toutiao"], page(item("x") | fields))
    assert isinstance(channel, Polls)
    assert channel.poll(Receipt(Outcome.ACCEPTED, "9", task_id="9")).outcome is expected


@pytest.mark.parametrize("channel", ["douyin", "douyin_share", "toutiao"])
@pytest.mark.parametrize(
    ("codes", "error"),
    [
        ("2100004 28001005 28001006", Unsure),
        ("10008 2190002 2190008 28001003 28001008", StaleToken),
        ("10010 10007 2190015 28001012 10020 10013 10014 2100009 2190016 2114005", NeedsReauth),
        ("10003 10004 16 2100007 2190003 2190004 28001014 28001019 28001056", Rejected),
        ("2190001 2114007 28003017", Spent),
        ("28003018", Unavailable),
        ("10002 10005 2100005 28001007 2190005 2190006 2190007 2111001 2112001", Rejected),
    ],
)
def test_every_code_of_the_contract_has_a_remedy(
    channel: str, codes: str, error: type[Exception]
) -> None:
    for code in codes.split():
        found = remedy(channel, code)
        assert found is not None, code
        assert found.error is error, code


def test_the_cases_send_what_they_claim() -> None:
    assert DOUYIN.edition().media == (CLIP,)
    assert LINK not in words(DOUYIN)
