"""Headline articles: one call, two things; what is sent, and what each answer proves."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs

import pytest

from channels.abilities import Replays
from channels.base import (
    Listing,
    Outcome,
    Problem,
    Recalls,
    Rejected,
    Unavailable,
    Unsure,
)
from channels.remedies import remedy
from channels.weibo_article import WeiboArticle
from tests.channels.cases import CASES, weibo_article
from tests.channels.platform import Answer, Platform
from tests.channels.twins import COVER_PICTURE, LINK, PICTURE, post

CASE = next(case for case in CASES if case.name == "weibo article")
POST = CASE.post()
PATH, TIMELINE = "/proxy/article/publish.json", "/2/statuses/user_timeline.json"
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
PAGE = "https://weibo.com/ttarticle/p/show?id=2309405"


def opened(platform: Platform) -> WeiboArticle:
    channel = CASE.play(platform)
    assert isinstance(channel, WeiboArticle)
    return channel


def carrier(words: str, made: datetime = NOW) -> dict[str, Any]:
    created = made.strftime("%a %b %d %H:%M:%S +0000 %Y")
    return {"idstr": "5100000000000001", "text": words, "created_at": created}


def timeline(*statuses: dict[str, Any]) -> Answer:
    return Answer({"statuses": list(statuses), "total_number": len(statuses)})


def test_the_whole_article_goes_with_addresses_of_its_pictures(platform: Platform) -> None:
    channel = opened(platform)
    parcel = channel.prepare(POST)
    receipt = channel.publish(POST, parcel)
    (request,) = platform.asked(PATH)
    sent = request.form
    assert sent["title"] == POST.edition.title
    assert sent["cover"] == parcel["urls"][COVER_PICTURE.sha256]
    assert sent["cover"].startswith("https://m.example.cn/f/")
    picture = parcel["urls"][PICTURE.sha256].replace("&", "&amp;")
    assert f'<img src="{picture}" alt="">' in sent["content"]
    assert sent["text"] == f"【{POST.edition.title}】{POST.edition.digest} {LINK}"
    assert (sent["summary"], sent["rip"]) == (POST.edition.digest, "203.0.113.7")
    assert receipt.outcome is Outcome.LIVE
    assert (receipt.remote_id, receipt.remote_url) == ("5100000000000001", PAGE)
    assert receipt.evidence["data"]["object_id"] == "1022:2309405"


def test_blanks_are_encoded_as_the_platform_asks(platform: Platform) -> None:
    channel = opened(platform)
    given = post(replace(POST.edition, body="<p>a b+c &amp; 百分之 5%</p>", media=()))
    channel.publish(given, channel.prepare(given))
    (request,) = platform.asked(PATH)
    assert b"a%20b%2Bc" in request.body
    content = parse_qs(request.body.decode())["content"][0]
    assert content == "<p>a b+c &amp; 百分之 5%</p>"


def test_the_pictures_stay_reachable_as_long_as_the_article(platform: Platform) -> None:
    parcel = opened(platform).prepare(POST)
    end = int(parcel["urls"][PICTURE.sha256].split("?e=")[1].split("&")[0])
    assert datetime.fromtimestamp(end, UTC) > datetime.now(UTC) + timedelta(days=3600)


def test_a_long_digest_leaves_room_for_the_link(platform: Platform) -> None:
    channel = opened(platform)
    given = post(replace(POST.edition, digest="长" * 3000))
    channel.publish(given, channel.prepare(given))
    (request,) = platform.asked(PATH)
    assert len(request.form["text"]) == 1900
    assert request.form["text"].endswith(f" {LINK}")


@pytest.mark.parametrize(
    ("changes", "problem"),
    [
        ({"title": "题" * 32}, None),
        ({"title": "题" * 33}, Problem.TITLE_TOO_LONG),
        ({"title": ""}, Problem.TITLE_MISSING),
        ({"cover": None}, Problem.COVER_MISSING),
        ({"body": "<p>" + "字" * 89_990 + "</p>", "media": ()}, None),
        ({"body": "<p>" + "字" * 90_000 + "</p>", "media": ()}, Problem.BODY_TOO_LONG),
    ],
)
def test_the_limits_of_the_platform(changes: dict[str, Any], problem: Problem | None) -> None:
    found = [it.problem for it in WeiboArticle.check(replace(POST.edition, **changes))]
    assert found == ([problem] if problem else [])


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (Answer({"code": "10008", "msg": "param"}), Rejected),
        (Answer({"code": 10014, "msg": "permission"}), Rejected),
        (Answer({"error_code": 10014, "error": "permission"}, 403), Rejected),
        (Answer({"code": "10001", "msg": "system"}), Unsure),
        (Answer({"code": "11001", "msg": "often"}), Unavailable),
        (Answer({"code": "11002", "msg": "carrier"}), Unsure),
        (Answer({"code": "11003", "msg": "binding"}), Unsure),
        (weibo_article(), Unsure),
        (Answer({"code": "100000", "data": None}), Unsure),
        (Answer({"code": "100000", "data": {"mid": "1"}}), Unsure),
        (Answer({}), Unsure),
    ],
    ids=lambda given: str(getattr(given, "body", "")),
)
def test_what_each_answer_proves(
    platform: Platform, answer: Answer, error: type[Exception]
) -> None:
    channel = opened(platform)
    platform.once(PATH, answer)
    with pytest.raises(error) as caught:
        channel.publish(POST, channel.prepare(POST))
    assert type(caught.value) is error
    assert len(platform.asked(PATH)) == 1


@pytest.mark.parametrize("code", ["10001", "10008", "10014", "11001", "11002", "11003"])
def test_each_code_of_its_own_has_a_remedy(code: str) -> None:
    assert remedy("weibo_article", code)
    assert (remedy("weibo", code) is None) is code.startswith("110")


@pytest.mark.parametrize(
    ("words", "url"),
    [
        (f"【题】话 {LINK} {PAGE}", PAGE),
        (f"【题】话 {LINK}", "https://weibo.com/1404376560/"),
        (f"【{POST.edition.title}】{POST.edition.digest} http://t.cn/A6x", "https://weibo.com/"),
    ],
    ids=["article shown", "carrier only", "short link"],
)
def test_the_carrier_proves_that_it_stands(platform: Platform, words: str, url: str) -> None:
    channel = opened(platform)
    platform.on(TIMELINE, timeline(carrier(words)))
    found = channel.find(POST, {}, NOW)
    assert found is not None
    assert (found.outcome, found.remote_id) == (Outcome.LIVE, "5100000000000001")
    assert found.remote_url.startswith(url)
    assert found.evidence["object_id"] == ("1022:2309405" if url == PAGE else "")


def test_a_timeline_without_it_proves_nothing(platform: Platform) -> None:
    channel = opened(platform)
    platform.on(TIMELINE, timeline(carrier("别的")))
    assert channel.find(POST, {}, NOW) is None
    assert channel.abilities.listing is Listing.LAGGING


def test_nothing_takes_an_article_back_or_sends_it_again(platform: Platform) -> None:
    channel = opened(platform)
    assert not isinstance(channel, Recalls | Replays)
