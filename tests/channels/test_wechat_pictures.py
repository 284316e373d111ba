"""贴图: pictures with plain words on the official account, found again by the link in them."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.base import Finding, Form, Outcome, Problem
from channels.wechat_pictures import WeChatPictures
from tests.channels.cases import CASES
from tests.channels.platform import Answer, Platform
from tests.channels.twins import LINK, PICTURE, master

CASE = next(case for case in CASES if case.name == "wechat pictures")
POST = CASE.post()
NOW = datetime(2026, 11, 22, 13, 0, tzinfo=UTC)
LISTING = "/cgi-bin/freepublish/batchget"


def listing(content: str, **news: Any) -> Answer:
    told = {"title": "t", "content": content, "url": "https://mp/s/1", **news}
    item = {"article_id": "A1", "content": {"news_item": [told]}}
    item["update_time"] = int(NOW.timestamp())
    return Answer({"total_count": 1, "item_count": 1, "item": [item]})


def test_the_pictures_are_permanent_and_the_words_carry_the_link(platform: Platform) -> None:
    CASE.play(platform).prepare(POST)
    (request,) = platform.asked("/cgi-bin/draft/add")
    (draft,) = request.json["articles"]
    assert draft["article_type"] == "newspic"
    assert draft["image_info"] == {"image_list": [{"image_media_id": "cover-1"}]}
    assert "thumb_media_id" not in draft
    assert "content_source_url" not in draft
    assert draft["content"].splitlines() == [
        "历时一年的改造完成，市民可以从南门进入。",
        "#湖滨公园 #民生",
        f"原文：{LINK}",
    ]
    assert "<" not in draft["content"]


def test_a_piece_is_made_of_at_most_twenty_pictures() -> None:
    many = master(pictures=(PICTURE,) * 25)
    edition = WeChatPictures.compose(many)
    assert (edition.form, len(edition.media)) == (Form.IMAGES, 20)
    assert WeChatPictures.check(edition) == []
    crowded = replace(edition, media=(PICTURE,) * 21)
    assert WeChatPictures.check(crowded) == [Finding(Problem.TOO_MANY_PICTURES, 20, 21)]
    bare = WeChatPictures.check(replace(edition, media=()))
    assert [finding.problem for finding in bare] == [Problem.PICTURE_MISSING]


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (f"说明\n原文：{LINK}", True),
        (f"说明 原文：{LINK}", True),
        (f"原文：{LINK}，转自本台", True),
        (f"原文：{LINK}d4", False),
        (f"原文：{LINK}/2", False),
        ("说明", False),
    ],
)
def test_a_piece_is_found_by_its_whole_link(platform: Platform, content: str, found: bool) -> None:
    channel = CASE.play(platform)
    platform.on(LISTING, listing(content))
    platform.on("/cgi-bin/draft/get", Answer({"news_item": [{}]}))
    receipt = channel.find(POST, {"media_id": "draft-1"}, NOW)
    assert (receipt is not None and receipt.outcome is Outcome.LIVE) is found
    assert platform.asked(LISTING)[0].json["no_content"] == 0


def test_the_account_is_read_through_with_the_links_in_the_words(platform: Platform) -> None:
    channel = CASE.play(platform)
    platform.on(LISTING, listing(f"说明\n原文：{LINK}"))
    assert isinstance(channel, WeChatPictures)
    (seen,) = channel.listed(NOW - timedelta(hours=1))
    assert (seen.remote_id, seen.link) == ("A1", LINK)
