"""One short post: its link, its weight, its picture, and the list that proves it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.base import NeedsReauth, Outcome, Receipt, Rejected, Unavailable, Unsure
from channels.remedies import remedy
from channels.weibo import Weibo
from channels.weibo_account import mid62
from tests.channels.cases import CASES
from tests.channels.platform import Answer, Platform, Request
from tests.channels.twins import JPEG, LINK, post, status

CASE = next(case for case in CASES if case.name == "weibo")
POST = CASE.post()
PATH, TIMELINE = "/2/statuses/share.json", "/2/statuses/user_timeline.json"
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
SENT = f"【{POST.edition.title}】{POST.edition.body} {LINK}"


def shown(text: str, made: datetime = NOW, number: int = 5100000000000001) -> dict[str, Any]:
    created = made.strftime("%a %b %d %H:%M:%S +0000 %Y")
    return {"idstr": str(number), "mid": str(number), "text": text, "created_at": created}


def timeline(*statuses: dict[str, Any], total: int | None = None) -> Answer:
    count = len(statuses) if total is None else total
    return Answer({"statuses": list(statuses), "total_number": count})


@pytest.mark.parametrize(
    ("identity", "spelt"),
    [("3501756485200075", "z0JH2lOMb"), ("1", "1"), ("10000000", "10000"), ("9999999", "FXsj")],
)
def test_a_posts_address_is_spelt_in_base_62(identity: str, spelt: str) -> None:
    assert mid62(identity) == spelt


def test_text_only_goes_as_a_form_with_the_link(platform: Platform) -> None:
    channel = CASE.play(platform)
    receipt = channel.publish(post(status("题目", "正文")), {})
    (request,) = platform.asked(PATH)
    assert request.form["status"] == f"【题目】正文 {LINK}"
    assert request.form["rip"] == "203.0.113.7"
    assert receipt.remote_url == f"https://weibo.com/1404376560/{mid62('5100000000000001')}"


def test_a_picture_goes_as_multipart(platform: Platform) -> None:
    CASE.play(platform).publish(POST, {})
    (request,) = platform.asked(PATH)
    assert request.headers["content-type"].startswith("multipart/form-data")
    assert JPEG in request.body
    assert SENT.encode() in request.body


def test_a_link_outside_the_bound_domain_is_not_even_sent(platform: Platform) -> None:
    channel = CASE.play(platform)
    foreign = POST.__class__("u", POST.edition, "https://example.cn.evil.example/s/u")
    with pytest.raises(Rejected) as caught:
        channel.prepare(foreign)
    assert caught.value.code == "link_foreign"
    assert platform.requests == []


@pytest.mark.parametrize("code", [20017, 20019, "20019"])
def test_identical_content_is_a_sign_of_success_and_looked_for(
    platform: Platform, code: object
) -> None:
    channel = CASE.play(platform)
    platform.once(PATH, Answer({"error_code": code, "error": "repeat content"}, 400))
    with pytest.raises(Unsure):
        channel.publish(POST, {})


def test_a_post_shown_later_is_accepted_and_polled_for(platform: Platform) -> None:
    channel = CASE.play(platform)
    platform.once(PATH, Answer({"error_code": 20032, "error": "later"}, 400))
    receipt = channel.publish(POST, {})
    assert receipt.outcome is Outcome.ACCEPTED
    assert isinstance(channel, Weibo)
    platform.once(TIMELINE, timeline(shown("别的")), timeline(shown(SENT)))
    assert channel.poll(receipt).outcome is Outcome.ACCEPTED
    live = channel.poll(receipt)
    assert (live.outcome, live.remote_id) == (Outcome.LIVE, "5100000000000001")


@pytest.mark.parametrize(
    ("listed", "expected"),
    [
        (timeline(shown(SENT)), Outcome.LIVE),
        (timeline(shown(SENT.replace(LINK, "http://t.cn/A6x"))), Outcome.LIVE),
        (timeline({**shown("短链 http://t.cn/A6x"), "urls": [{"long": LINK}]}), Outcome.LIVE),
        (timeline(shown(SENT.replace(LINK, "http://t.cn/A"), NOW - timedelta(hours=2))), None),
        (timeline(), None),
        (timeline(shown("别的"), total=2), Unsure),
        (timeline(shown("旧的", NOW - timedelta(minutes=6)), total=900), None),
    ],
    ids=["link", "short link", "expanded", "old twin", "empty", "cut short", "read back"],
)
def test_the_timeline_proves_what_happened(
    platform: Platform, listed: Answer, expected: object
) -> None:
    channel = CASE.play(platform)
    platform.once(TIMELINE, listed)
    platform.on(TIMELINE, timeline(total=900))
    if expected is Unsure:
        with pytest.raises(Unsure):
            channel.find(POST, {}, NOW)
        return
    found = channel.find(POST, {}, NOW)
    assert (found and found.outcome) == expected


def test_the_timeline_is_paged(platform: Platform) -> None:
    statuses = [shown(f"别的 {at}", NOW, at + 1) for at in range(250)] + [shown(SENT)]

    def page(request: Request) -> Answer:
        start = (int(request.query["page"]) - 1) * int(request.query["count"])
        return timeline(*statuses[start : start + 100], total=len(statuses))

    channel = CASE.play(platform)
    platform.on(TIMELINE, page)
    found = channel.find(POST, {}, NOW)
    assert found is not None
    assert found.remote_id == "5100000000000001"
    assert len(platform.asked(TIMELINE)) == 3


@pytest.mark.parametrize(
    "answer", [Answer({"idstr": "1"}), Answer({"error_code": 20101, "error": "gone"}, 400)]
)
def test_recall_deletes_even_what_is_gone(platform: Platform, answer: Answer) -> None:
    channel = CASE.play(platform)
    platform.on("/2/statuses/destroy.json", answer)
    assert isinstance(channel, Weibo)
    assert channel.recall(Receipt(Outcome.LIVE, "1")).outcome is Outcome.GONE


@pytest.mark.parametrize("channel", ["weibo", "weibo_article"])
@pytest.mark.parametrize(
    ("codes", "error"),
    [
        ("10001 10002 10003 10009 10010 20017 20019 20111 20032", Unsure),
        ("10004 10022 10023 10024 20014 20016 20022", Unavailable),
        ("10006 21301 21314 21317 21319 21327 21332 20031", NeedsReauth),
        ("10005 10008 10014 10016 10017 10013 21321 21322", Rejected),
        ("20005 20006 20008 20012 20013 20015 20018 20020 20021", Rejected),
        ("20101 20102 20201 20202 20203 20204", Rejected),
    ],
)
def test_every_code_of_the_contract_has_a_remedy(
    channel: str, codes: str, error: type[Exception]
) -> None:
    for code in codes.split():
        found = remedy(channel, code)
        assert found is not None, code
        assert found.error is error, code
