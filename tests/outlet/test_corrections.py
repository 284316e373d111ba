"""What readers are told of a correction: when, what changed, and the newsroom's own words."""

from __future__ import annotations

import json
import re
from typing import Any

import pytest
from flask.testing import FlaskClient

from channels.outlet import Outlet
from tests.outlet.conftest import Publish, Sender, item, post, tombstone

BETTER = [
    ({"headline": "湖滨公园明天开放"}, ["标题"]),
    ({"byline": "另一位记者"}, ["署名"]),
    ({"description_text": "改造完成。"}, ["摘要"]),
    ({"body_xhtml": "<p>公园明天开放。</p>"}, ["正文"]),
    ({"headline": "改了", "body_xhtml": "<p>也改了。</p>"}, ["标题", "正文"]),
]


def corrections(page: str) -> list[str]:
    box = re.search(r'<section class="corrections".*?</section>', page, re.S)
    return re.findall(r"<li>(.*?)</li>", box[0], re.S) if box else []


def structured(page: str) -> dict[str, Any]:
    block = re.search(r'<script type="application/ld\+json">(.*?)</script>', page, re.S)
    assert block is not None
    data: dict[str, Any] = json.loads(block[1])
    return data


@pytest.mark.parametrize(("changes", "parts"), BETTER)
def test_readers_learn_which_parts_changed(
    reader: FlaskClient, sender: Sender, changes: dict[str, Any], parts: list[str]
) -> None:
    sender.put_item(item())
    sender.put_item(item("first0001", "2", **changes), match="1")
    (told,) = corrections(reader.get("/a/first0001").text)
    assert f"改动：{'、'.join(parts)}" in told
    assert "<time" in told


def test_the_newsrooms_own_words_stand_first_and_search_engines_read_them(
    reader: FlaskClient, channel: Outlet, publish: Publish
) -> None:
    first = publish()
    better = post("second002", 2, title="湖滨公园明天开放")
    words = "开放日期应为明天，<b>特此更正</b>。"
    parcel = channel.prepare(better)
    channel.correct(first, _with(better, correction=words), parcel)
    page = reader.get("/a/first0001").text
    (told,) = corrections(page)
    assert "开放日期应为明天，&lt;b&gt;特此更正" in told
    (correction,) = structured(page)["correction"]
    assert correction["text"] == words
    assert structured(page)["dateModified"] == correction["datePublished"]


def test_every_correction_stays_the_latest_first(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    sender.put_item(item("first0001", "2", headline="改一", correction="第一次更正"), match="1")
    sender.put_item(item("first0001", "3", headline="改二", correction="第二次更正"), match="2")
    told = corrections(reader.get("/a/first0001").text)
    assert ["第二次" in told[0], "第一次" in told[1], len(told)] == [True, True, 2]


def test_what_no_reader_can_see_is_no_correction(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    answer = sender.put_item(item("first0001", "2", subject=[{"name": "民生"}]), match="1")
    assert answer.status_code == 200
    page = reader.get("/a/first0001").text
    assert corrections(page) == []
    assert "本文已更正" not in page


def test_a_correction_in_english_names_the_parts(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    sender.put_item(item("first0001", "2", headline="改了"), match="1")
    assert corrections(reader.get("/a/first0001?lang=en").text)


def test_a_withdrawn_piece_shows_no_corrections(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    sender.put_item(item("first0001", "2", headline="改", correction="甲错成了乙"), match="1")
    sender.put_item(tombstone("first0001", "3"), match="2")
    page = reader.get("/a/first0001")
    assert page.status_code == 410
    assert "甲错成了乙" not in page.text


def test_feeds_say_when_a_piece_was_corrected(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    assert "corrected" not in reader.get("/feeds/items.json").json["items"][0]["_kitchen"]
    sender.put_item(item("first0001", "2", headline="改了"), match="1")
    (entry,) = reader.get("/feeds/items.json").json["items"]
    assert entry["_kitchen"]["corrected"] == entry["date_modified"]


def _with(sent: Any, **extras: Any) -> Any:
    return type(sent)(sent.uid, sent.edition, sent.link, sent.revision, extras)
