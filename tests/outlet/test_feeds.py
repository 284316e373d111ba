"""The feeds, read back by parsers: whole pieces, corrections, tombstones, odd characters."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime
from xml.etree.ElementTree import Element

import pytest
from defusedxml.ElementTree import fromstring
from flask.testing import FlaskClient

from channels.outlet import Outlet
from kitchen import app
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
    shown = reader.get("/feeds/items.json").json["items"][0]["title"]
    assert shown == nasty.replace("\x0b", ""), "what no XML holds may stand in JSON"


HUB = f"{ROOT}/hub"


def test_every_form_names_itself_and_its_hub(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    feed = reader.get("/feeds/items.json").json
    assert feed["hubs"] == [{"type": "WebSub", "url": HUB}]
    links = {link.get("rel"): link.get("href") for link in atom(reader).findall(f"{ATOM}link")}
    assert links == {"self": f"{ROOT}/feeds/atom.xml", "hub": HUB, "alternate": f"{ROOT}/"}
    told = {link.get("rel"): link.get("href") for link in rss(reader).findall(f"{ATOM}link")}
    assert told == {"self": f"{ROOT}/feeds/rss.xml", "hub": HUB}
    for name in ("items.json", "atom.xml", "rss.xml"):
        headers = reader.get(f"/feeds/{name}").headers.getlist("Link")
        assert headers == [f'<{ROOT}/feeds/{name}>; rel="self"', f'<{HUB}>; rel="hub"']


def test_a_long_feed_goes_on_and_tells_each_piece_once(reader: FlaskClient, sender: Sender) -> None:
    for number in range(53):
        sender.put_item(item(f"item{number:04}"))
    sender.put_item(item("item0000", "2", headline="改了"), match="1")
    first = reader.get("/feeds/items.json").json
    assert first["items"][0]["title"] == "改了"
    second = reader.get(first["next_url"].removeprefix(ROOT)).json
    assert "next_url" not in second
    assert second["feed_url"] == first["next_url"]
    ids = [entry["id"] for entry in first["items"] + second["items"]]
    assert len(ids) == len(set(ids)) == 53
    onward = {link.get("rel"): link.get("href") for link in atom(reader).findall(f"{ATOM}link")}
    assert onward["next"].startswith(f"{ROOT}/feeds/atom.xml?cursor=")


def test_from_a_damaged_mark_a_feed_starts_anew(reader: FlaskClient) -> None:
    answer = reader.get("/feeds/atom.xml?cursor=%ff")
    assert (answer.status_code, answer.headers["Location"]) == (302, "/feeds/atom.xml")


def test_one_piece_alone_is_the_same_as_in_the_feed(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    (entry,) = reader.get("/feeds/items.json").json["items"]
    assert reader.get("/feeds/items/first0001.json").json == entry
    assert reader.get("/feeds/items/never.json").status_code == 404


SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
NEWS = "{http://www.google.com/schemas/sitemap-news/0.9}"


def locations(reader: FlaskClient, path: str) -> list[str]:
    answer = reader.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "application/xml")
    return [each.text or "" for each in fromstring(answer.data).iter(f"{SITEMAP}loc")]


def test_the_sitemap_leads_to_every_visible_page(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item("first0001"))
    sender.put_item(item("second001"))
    sender.put_item(tombstone("second001"), match="1")
    parts = locations(reader, "/sitemap.xml")
    assert parts == [f"{ROOT}/sitemaps/news.xml", f"{ROOT}/sitemaps/0.xml"]
    pages = locations(reader, "/sitemaps/0.xml")
    assert f"{ROOT}/a/first0001" in pages
    assert f"{ROOT}/services" in pages
    assert not [page for page in pages if "second001" in page]
    assert reader.get("/sitemaps/9.xml").status_code == 404


def test_the_news_sitemap_has_what_appeared_of_late(
    reader: FlaskClient, sender: Sender, house: app.House
) -> None:
    house.database.info["shift"] = timedelta(days=-3)
    sender.put_item(item("older0001"), off=-3 * 86_400)
    house.database.info["shift"] = timedelta()
    sender.put_item(item("first0001", headline="今天 & 明天\x0b"))
    assert locations(reader, "/sitemaps/news.xml") == [f"{ROOT}/a/first0001"]
    news = fromstring(reader.get("/sitemaps/news.xml").data).find(f".//{NEWS}news")
    assert news is not None
    assert news.findtext(f"{NEWS}title") == "今天 & 明天"
    assert datetime.fromisoformat(news.findtext(f"{NEWS}publication_date") or "").tzinfo


def test_robots_are_told_where_the_sitemap_lies(reader: FlaskClient) -> None:
    answer = reader.get("/robots.txt")
    assert answer.mimetype == "text/plain"
    assert f"Sitemap: {ROOT}/sitemap.xml" in answer.text
