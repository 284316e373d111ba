"""The feeds, read back by parsers: whole pieces, corrections, tombstones, odd characters."""

from __future__ import annotations

import hashlib
from datetime import datetime
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from channels.outlet import Outlet
from tests.outlet.conftest import COVER, FILM, PICTURE, Publish, Sender, item, medium, tombstone

ATOM = "{http://www.w3.org/2005/Atom}"
GONE = "{http://purl.org/atompub/tombstones/1.0}deleted-entry"
CONTENT = "{http://purl.org/rss/1.0/modules/content/}encoded"
ROOT = "http://127.0.0.1:8001"


def atom(reader: FlaskClient) -> Element:
    answer = reader.get("/feeds/atom.xml")
    assert answer.mimetype == "application/atom+xml"
    root: Element = fromstring(answer.data)
    return root


def rss(reader: FlaskClient) -> Element:
    answer = reader.get("/feeds/rss.xml")
    assert answer.mimetype == "application/rss+xml"
    channel: Element | None = fromstring(answer.data).find("channel")
    assert channel is not None
    return channel


@pytest.fixture
def told(publish: Publish) -> None:
    publish(video=medium(FILM, "video/mp4"))


def test_an_empty_feed_is_a_feed(reader: FlaskClient) -> None:
    assert reader.get("/feeds/items.json").json["items"] == []
    assert atom(reader).findall(f"{ATOM}entry") == []
    assert rss(reader).findall("item") == []


@pytest.mark.usefixtures("told")
def test_json_feed_has_the_whole_piece(reader: FlaskClient) -> None:
    answer = reader.get("/feeds/items.json")
    assert answer.mimetype == "application/feed+json"
    feed = answer.json
    assert feed["version"] == "https://jsonfeed.org/version/1.1"
    assert feed["feed_url"] == f"{ROOT}/feeds/items.json"
    (entry,) = feed["items"]
    assert entry["id"] == entry["url"] == f"{ROOT}/a/first0001"
    assert entry["title"] == "湖滨公园今天开放"
    assert entry["authors"] == [{"name": "测试记者"}]
    assert entry["image"] == f"{ROOT}/media/{hashlib.sha256(COVER).hexdigest()}"
    assert f'{ROOT}/media/{hashlib.sha256(PICTURE).hexdigest()}"' in entry["content_html"]
    (film,) = entry["attachments"]
    assert (film["mime_type"], film["size_in_bytes"]) == ("video/mp4", len(FILM))
    assert datetime.fromisoformat(entry["date_published"]).tzinfo is not None


@pytest.mark.usefixtures("told")
def test_atom_has_the_whole_piece(reader: FlaskClient) -> None:
    feed = atom(reader)
    entry = feed.find(f"{ATOM}entry")
    assert entry is not None
    for name in ("id", "title", "updated"):
        assert feed.findtext(f"{ATOM}{name}")
        assert entry.findtext(f"{ATOM}{name}")
    assert entry.findtext(f"{ATOM}id") == f"{ROOT}/a/first0001"
    content = entry.find(f"{ATOM}content")
    assert content is not None
    assert content.get("type") == "html"
    assert "<h2>改造</h2>" in (content.text or "")
    relations = {link.get("rel") for link in entry.findall(f"{ATOM}link")}
    assert relations == {"alternate", "enclosure"}


@pytest.mark.usefixtures("told")
def test_rss_has_the_whole_piece(reader: FlaskClient) -> None:
    (entry,) = rss(reader).findall("item")
    guid = entry.find("guid")
    assert guid is not None
    assert (guid.text, guid.get("isPermaLink")) == (f"{ROOT}/a/first0001", "true")
    assert "<h2>改造</h2>" in (entry.findtext(CONTENT) or "")
    assert parsedate_to_datetime(entry.findtext("pubDate") or "").tzinfo is not None
    enclosure = entry.find("enclosure")
    assert enclosure is not None
    assert enclosure.get("length") == str(len(FILM))


def test_a_withdrawn_piece_stays_as_withdrawn_without_its_words(
    reader: FlaskClient, channel: Outlet, publish: Publish
) -> None:
    channel.recall(publish())
    (entry,) = reader.get("/feeds/items.json").json["items"]
    assert entry["_kitchen"] == {"pubstatus": "canceled", "version": "2"}
    assert entry["title"] == "这篇稿件已撤下"
    gone = atom(reader).find(GONE)
    assert gone is not None
    assert gone.get("ref") == f"{ROOT}/a/first0001"
    (old,) = rss(reader).findall("item")
    assert (old.findtext("title"), old.findtext("category")) == ("这篇稿件已撤下", "canceled")
    for name in ("items.json", "atom.xml", "rss.xml"):
        assert "公园" not in reader.get(f"/feeds/{name}").get_data(as_text=True)


def test_what_changed_last_comes_first(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item("first0001"))
    sender.put_item(item("second001"))
    sender.put_item(tombstone("first0001"), match="1")
    ids = [entry["id"] for entry in reader.get("/feeds/items.json").json["items"]]
    assert ids == [f"{ROOT}/a/first0001", f"{ROOT}/a/second001"]


def test_odd_characters_break_no_feed(reader: FlaskClient, sender: Sender) -> None:
    nasty = "甲\x0b乙 ]]> & <b> \ufffe 🎉"
    sent = item(headline=nasty, byline=nasty, body_xhtml=f"<p>{nasty}</p>")
    assert sender.put_item({**sent, "subject": [{"name": nasty}]}).status_code == 201
    assert atom(reader).findtext(f"{ATOM}entry/{ATOM}title") == "甲乙 ]]> & <b>  🎉"
    assert rss(reader).findtext("item/title") == "甲乙 ]]> & <b>  🎉"
    assert reader.get("/feeds/items.json").json["items"][0]["title"] == nasty
