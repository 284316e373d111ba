"""Bilibili: signed requests, a token spent once, parts, review, and our link in the list."""

from __future__ import annotations

import hashlib
import hmac
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest

from channels import bilibili_account
from channels.abilities import Lists, Quota, Rations, Window
from channels.base import (
    Finding,
    NeedsReauth,
    Outcome,
    Problem,
    Receipt,
    Rejected,
    Unavailable,
    Unsure,
)
from channels.bilibili import Bilibili
from channels.bilibili_account import signed
from tests.channels.cases import CASES, REFRESH, SECRET, bilibili_answer
from tests.channels.platform import Answer, Platform, Request
from tests.channels.twins import COVER, FILES, LINK, VIDEO, MemoryFiles, MemoryTokens, master

CASE = next(case for case in CASES if case.name == "bilibili")
POST = CASE.post()
NOW = datetime(2026, 11, 26, 13, 0, tzinfo=UTC)
RENEW = "/x/account-oauth2/v1/refresh_token"
ADD, VIEW, LIST = (f"/arcopen/fn/archive/{it}" for it in ("add-by-utoken", "view", "viewlist"))


def opened(platform: Platform, tokens: MemoryTokens | None = None, **settings: Any) -> Bilibili:
    CASE.play(platform)
    given = {"client_id": "bili1", "client_secret": SECRET, "refresh_token": REFRESH, **settings}
    urls = dict.fromkeys(("base_url", "upload_url", "auth_url"), platform.url)
    kept = tokens or MemoryTokens()
    return Bilibili(Bilibili.Settings(**given, **urls), MemoryFiles(*FILES), kept)


def piece(state: int = 0, made: datetime = NOW, **more: Any) -> dict[str, Any]:
    return {
        "resource_id": "BV1xx411c7mD",
        "title": POST.edition.title,
        "desc": f"{POST.edition.body}\n{LINK}",
        "ctime": int(made.timestamp()),
        "addit_info": {"state": state, "state_desc": "", "reject_reason": ""},
        "video_info": {"share_url": "https://b.example/video/BV1xx411c7mD"},
        **more,
    }


def listing(*pieces: dict[str, Any], total: int | None = None) -> Answer:
    page = {"pn": 1, "ps": 50, "total": len(pieces) if total is None else total}
    return bilibili_answer(list=list(pieces), page=page)


def test_a_piece_carries_our_link_in_its_description(platform: Platform) -> None:
    channel = opened(platform)
    receipt = channel.publish(POST, channel.prepare(POST))
    (request,) = platform.asked(ADD)
    assert request.query["upload_token"] == "up-t0ken"  # noqa: S105
    said = request.json
    assert said["title"] == POST.edition.title
    assert said["desc"].endswith(f"\n{LINK}")
    assert said["tag"] == "湖滨公园,民生"
    assert (said["tid"], said["copyright"], said["cover"]) == (202, 1, "https://i.example/1.jpg")
    assert (receipt.outcome, receipt.task_id) == (Outcome.ACCEPTED, "BV1xx411c7mD")
    (cover,) = platform.asked("/arcopen/fn/archive/cover/upload")
    assert COVER in cover.body


def test_the_lines_that_are_signed_stand_in_order_of_their_names() -> None:
    headers = {"x-bili-timestamp": "2", "x-bili-accesskeyid": "1"}
    lines = b"x-bili-accesskeyid:1\nx-bili-timestamp:2"
    assert signed(headers, "secret") == hmac.new(b"secret", lines, hashlib.sha256).hexdigest()


def test_every_request_is_signed_over_its_body(platform: Platform) -> None:
    channel = opened(platform)
    channel.publish(POST, channel.prepare(POST))
    requests = [it for it in platform.requests if it.path != RENEW]
    assert len(requests) == 4
    for request in requests:
        named = {n: v for n, v in request.headers.items() if n.startswith("x-bili-")}
        assert len(named) == 6
        assert request.headers["authorization"] == signed(named, SECRET)
        covered = b"" if VIDEO in request.body or COVER in request.body else request.body
        md5 = hashlib.md5(covered, usedforsecurity=False).hexdigest()
        assert named["x-bili-content-md5"] == md5
        assert abs(int(named["x-bili-timestamp"]) - time.time()) < 60
    assert len({it.headers["x-bili-signature-nonce"] for it in requests}) == 4


def test_a_large_film_goes_in_parts_from_one(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bilibili_account, "WHOLE_BYTES", 10)
    monkeypatch.setattr(bilibili_account, "PART_BYTES", 10)
    channel = opened(platform)
    platform.on("/video/v2/part/upload", bilibili_answer())
    platform.on("/arcopen/fn/archive/video/complete", bilibili_answer())
    channel.prepare(POST)
    assert platform.asked("/arcopen/fn/archive/video/init")[0].json["utype"] == "0"
    sent = platform.asked("/video/v2/part/upload")
    assert [it.query["part_number"] for it in sent] == ["1", "2", "3"]
    assert b"".join(it.body for it in sent) == VIDEO
    (complete,) = platform.asked("/arcopen/fn/archive/video/complete")
    assert complete.query["upload_token"] == "up-t0ken"  # noqa: S105
    assert platform.asked("/video/v2/upload") == []


def test_a_refresh_token_is_spent_once_and_the_access_token_ends_at_a_moment(
    platform: Platform,
) -> None:
    tokens = MemoryTokens()
    channel = opened(platform, tokens)
    until = int(time.time()) + 30 * 86_400
    grants = (
        bilibili_answer(access_token=f"a{n}", refresh_token=f"r3fresh-{n}", expires_in=until)
        for n in range(1, 9)
    )
    platform.on(RENEW, _each(grants))
    platform.on(LIST, CASE.auth)
    with pytest.raises(NeedsReauth):
        channel.probe()
    spent = [it.query["refresh_token"] for it in platform.asked(RENEW)]
    assert spent == [REFRESH, "r3fresh-1"]
    assert "r3fresh-2" in tokens.values.values()
    lifetimes = sorted(tokens.lifetimes.values())
    assert timedelta(days=29) < lifetimes[0] < timedelta(days=30)


def _each(answers: Iterator[Answer]) -> Any:
    def react(request: Request) -> Answer:
        return next(answers)

    return react


def test_a_spent_refresh_token_needs_a_person(platform: Platform) -> None:
    channel = opened(platform)
    platform.on(RENEW, Answer({"code": 122007, "message": "refreshToken不合法"}))
    with pytest.raises(NeedsReauth) as caught:
        channel.probe()
    assert caught.value.code == "122007"


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (bilibili_answer(**piece(0)), Outcome.LIVE),
        (bilibili_answer(**piece(-30)), Outcome.ACCEPTED),
        (bilibili_answer(**piece(-2)), Outcome.REFUSED),
        (bilibili_answer(**piece(-1, addit_info={"state": "-1", "reject_reason": "画质"})), "画质"),
        (bilibili_answer(**piece(-100)), Outcome.GONE),
        (Answer({"code": 127124, "message": "不存在该稿件"}), Outcome.ACCEPTED),
        (Answer({"code": 127107, "message": "稿件已经被删除"}), Outcome.GONE),
    ],
)
def test_review_is_asked_for(platform: Platform, answer: Answer, outcome: Outcome | str) -> None:
    channel = opened(platform)
    platform.on(VIEW, answer)
    receipt = channel.poll(Receipt(Outcome.ACCEPTED, "BV1xx411c7mD", task_id="BV1xx411c7mD"))
    assert outcome in (receipt.outcome, receipt.words)
    assert receipt.task_id == "BV1xx411c7mD"


@pytest.mark.parametrize("about", [None, {}, {"state": "open"}])
def test_a_piece_without_a_state_tells_nothing(platform: Platform, about: Any) -> None:
    channel = opened(platform)
    platform.on(LIST, listing(piece(addit_info=about)))
    with pytest.raises(Unavailable) as caught:
        channel.find(POST, {}, NOW)
    assert caught.value.code == "no_state"


@pytest.mark.parametrize(
    ("pieces", "expected"),
    [
        ([piece()], Outcome.LIVE),
        ([piece(-30)], Outcome.ACCEPTED),
        ([piece(desc="别的 https://news.example.cn/s/other")], None),
        ([], None),
    ],
)
def test_the_list_is_read_for_our_link(
    platform: Platform, pieces: list[Any], expected: Outcome | None
) -> None:
    channel = opened(platform)
    platform.on(LIST, listing(*pieces))
    found = channel.find(POST, {}, NOW)
    assert (found and found.outcome) == expected


def test_a_list_that_breaks_off_proves_no_absence(platform: Platform) -> None:
    channel = opened(platform)
    platform.once(LIST, listing(piece(desc="别的"), total=60))
    platform.on(LIST, listing(total=60))
    with pytest.raises(Unsure):
        channel.find(POST, {}, NOW)


def test_the_account_is_read_through_back_to_a_moment(platform: Platform) -> None:
    channel = opened(platform)
    by_hand = piece(-2, resource_id="BV2", desc="手工投稿", title="别人投的")
    old = piece(made=NOW - timedelta(days=9))
    platform.on(LIST, listing(piece(), by_hand, old))
    assert isinstance(channel, Lists)
    first, second = channel.listed(NOW - timedelta(days=1))
    assert (first.link, first.outcome) == (LINK, Outcome.LIVE)
    assert first.url == "https://b.example/video/BV1xx411c7mD"
    assert (second.remote_id, second.link, second.outcome) == ("BV2", "", Outcome.REFUSED)


@pytest.mark.parametrize("code", [0, 127107, 127124])
def test_recall_deletes_even_what_is_gone(platform: Platform, code: int) -> None:
    channel = opened(platform)
    platform.on("/arcopen/fn/archive/delete", Answer({"code": code}))
    receipt = channel.recall(Receipt(Outcome.LIVE, "BV1xx411c7mD"))
    assert receipt.outcome is Outcome.GONE
    assert "无法收回" in receipt.words
    assert platform.asked("/arcopen/fn/archive/delete")[0].json == {"resource_id": "BV1xx411c7mD"}


def test_a_recall_that_is_refused_is_no_recall(platform: Platform) -> None:
    channel = opened(platform)
    platform.on("/arcopen/fn/archive/delete", Answer({"code": 127007, "message": "无权限"}))
    with pytest.raises(Rejected):
        channel.recall(Receipt(Outcome.LIVE, "BV1xx411c7mD"))


def test_numbers_of_each_piece(platform: Platform) -> None:
    channel = opened(platform)
    counts = {"view": 198, "danmaku": 16, "reply": 11, "share": 79, "like": 135}
    platform.on("/arcopen/fn/data/arc/stat", bilibili_answer(**counts))
    (found,) = channel.measure([Receipt(Outcome.LIVE, "BV1xx411c7mD")], date(2026, 11, 26))
    assert (found.reads, found.likes, found.shares, found.comments) == (198, 135, 79, 11)
    assert found.more["danmaku"] == 16


def test_the_description_is_measured_with_its_link() -> None:
    edition = Bilibili.compose(master())
    assert Bilibili.check(edition) == []
    (found,) = Bilibili.check(replace(edition, body="字" * 249))
    assert found.problem is Problem.BODY_TOO_LONG
    assert found.found > found.allowed == 249


def test_tags_are_fitted_and_never_missing(platform: Platform) -> None:
    channel = opened(platform)
    many = tuple(f"标签{number}{'长' * 20}" for number in range(20))
    for given in (many, ()):
        edition = Bilibili.compose(master(tags=given))
        parcel = {"upload_token": "up-t0ken", "cover": "x"}
        channel.publish(replace(POST, edition=edition), parcel)
    full, none = (it.json["tag"] for it in platform.asked(ADD))
    assert 150 < len(full) < 200
    assert full.split(",") == list(many[: full.count(",") + 1])
    assert none == "新闻"


@pytest.mark.parametrize(("daily", "quota"), [(0, None), (5, Quota(Window.DAY, 5))])
def test_small_accounts_have_so_many_a_day(
    platform: Platform, daily: int, quota: Quota | None
) -> None:
    channel = opened(platform, daily_posts=daily)
    assert isinstance(channel, Rations)
    assert channel.quota == quota


def test_a_title_must_be_shorter_than_eighty() -> None:
    edition = Bilibili.compose(master(title="字" * 90))
    assert len(edition.title) == 79
    found = Bilibili.check(replace(edition, title="字" * 80))
    assert found == [Finding(Problem.TITLE_TOO_LONG, 79, 80)]
