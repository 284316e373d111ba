"""Feeds gathered into leads (S58): whatever stands at the address, each item comes once.

What is looked at is a real HTTP server on this machine; the house, whose own address is the
loopback, may call it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import strangers
from channels.http import close_connections
from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.leads import feed_rules, feeds
from kitchen.leads.feed_models import LeadFeed, LeadFeedItem
from kitchen.leads.feed_rules import NoFeed, pause_of, plain, read
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source
from kitchen.ports import QuietBell
from tests.channels.platform import DROPPED, Answer, Platform, Request, serving
from tests.fixtures.newsroom import Door, Newsroom

BASE = "https://news.example.cn/feeds/rss.xml"
RSS = """<?xml version="1.0" encoding="UTF-8"?>
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>
<title>区政府网站</title>
<item><title>荷塘镇&lt;b&gt;开挖&lt;/b&gt;</title><link>/2026/1.html</link>
  <guid isPermaLink="false">a-1</guid><pubDate>Thu, 26 Nov 2026 09:30:00 +0800</pubDate>
  <description>&lt;p&gt;三百亩&amp;nbsp;藕田&lt;script&gt;alert(1)&lt;/script&gt;&lt;/p&gt;</description></item>
<item><title>菜市场改造</title><link>https://news.example.cn/2026/2.html</link>
  <pubDate>Wed, 25 Nov 2026 09:30:00 +0800</pubDate></item>
</channel></rss>"""
ATOM = """<feed xmlns="http://www.w3.org/2005/Atom"><title>局</title>
<entry><id>urn:1</id><title>路灯更换</title><link rel="self" href="x"/>
<link href="https://b.example.cn/1"/><updated>2026-11-26T01:30:00Z</updated>
<summary type="html">&lt;b&gt;十二盏&lt;/b&gt;</summary></entry></feed>"""
RDF = """<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"
 xmlns="http://purl.org/rss/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/">
<item rdf:about="https://c.example.cn/1"><title>通知</title><dc:date>2026-11-26</dc:date></item>
</rdf:RDF>"""
JSON = json.dumps(
    {
        "version": "https://jsonfeed.org/version/1.1",
        "items": [{"id": 7, "url": "https://d.example.cn/7", "content_text": "没有标题的一条"}],
    },
    ensure_ascii=False,
)
LAUGHS = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;">]>'
    "<rss><channel><item><title>&b;</title></item></channel></rss>"
)
OUTSIDE = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    "<rss><channel><item><title>&x;</title></item></channel></rss>"
)


def test_each_kind_of_feed_is_read() -> None:
    first, second = read(RSS.encode(), BASE)
    assert (first.title, first.words) == ("荷塘镇 开挖", "三百亩 藕田")
    assert (first.url, first.guid) == ("https://news.example.cn/2026/1.html", "a-1")
    assert first.at == datetime(2026, 11, 26, 1, 30, tzinfo=UTC)
    assert (second.guid, second.words) == (second.url, "")
    (atom,) = read(ATOM.encode(), BASE)
    assert (atom.title, atom.url, atom.words) == ("路灯更换", "https://b.example.cn/1", "十二盏")
    (rdf,) = read(RDF.encode(), BASE)
    assert (rdf.title, rdf.url, rdf.guid) == ("通知", *["https://c.example.cn/1"] * 2)
    (told,) = read(JSON.encode(), BASE)
    assert (told.title, told.guid) == ("没有标题的一条", "7")


def test_a_feed_that_says_it_is_chinese_is_read_as_that() -> None:
    body = RSS.replace("UTF-8", "gb2312").encode("gb18030")
    assert [it.title for it in read(body, BASE)] == ["荷塘镇 开挖", "菜市场改造"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<html><body>404</body></html>",
        b"{",
        b'{"items": []}',
        b"[" * 100_000,
        b"{" + b'"a":{' * 50_000,
        RSS.encode()[:300],
        LAUGHS.encode(),
        OUTSIDE.encode(),
        b"<rss>" + b"<a>" * 200_000,
        b'<?xml version="1.0" encoding="no-such"?><rss/>',
    ],
)
def test_what_is_no_feed_or_means_harm_is_refused(content: bytes) -> None:
    with pytest.raises(NoFeed):
        read(content, BASE)


@pytest.mark.parametrize(
    ("link", "kept"),
    [
        ("javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("//other.example.cn/1", "https://other.example.cn/1"),
        ("http://[bad", ""),
        ("https://e.example.cn/" + "a" * 2000, ""),
        ("file:///etc/passwd", ""),
    ],
)
def test_only_addresses_of_the_web_are_kept(link: str, kept: str) -> None:
    body = f"<rss><channel><item><title>t</title><link>{link}</link></item></channel></rss>"
    assert [it.url for it in read(body.encode(), BASE)] == [kept]


def test_words_are_bounded_and_without_what_nobody_sees() -> None:
    assert plain("a\x00b\u200b" + "长" * 3000, 10) == "a b\u200b长长长长长…"
    assert plain("<style>p{}</style><p>一</p>&#x1F600;", 80) == "一 😀"
    many = "".join(f"<item><title>第{n}条</title></item>" for n in range(200))
    assert len(read(f"<rss><channel>{many}</channel></rss>".encode(), BASE)) == feed_rules.AT_ONCE


def test_pauses_double_up_to_a_day() -> None:
    pauses = [pause_of(30, failures) for failures in (0, 1, 2, 5, 6, 900)]
    day = timedelta(days=1)
    assert pauses == [
        *(timedelta(minutes=30 * it) for it in (1, 2, 4, 32)),
        day,
        day,
    ]


@pytest.fixture
def site() -> Iterator[Platform]:
    """A site that tells what is new."""
    with serving() as platform:
        platform.on("/rss.xml", Answer(RSS))
        yield platform
        close_connections()


class Desk:
    """A desk with feeds; time goes on only when told."""

    def __init__(self, newsroom: Newsroom, site: Platform) -> None:
        self.newsroom, self.site = newsroom, site
        self.database = newsroom.database
        self.database.info["now"] = datetime(2026, 11, 27, 1, tzinfo=UTC)

    @contextmanager
    def unit(self) -> Iterator[Session]:
        with self.database.unit() as session:
            yield session

    def add(self, path: str = "/rss.xml", **how: Any) -> str:
        with self.unit() as session:
            given = {"name": "区政府网站", "url": f"{self.site.url}{path}", **how}
            return feeds.add(session, self.newsroom.chief, **given).uid

    def later(self, **how: float) -> None:
        self.database.info["now"] += timedelta(**how)

    def look(self) -> int:
        return feeds.gather(self.database)

    def feed(self, uid: str) -> LeadFeed:
        with self.database.unit(write=False) as session:
            return feeds.the_feed(session, uid)

    def titles(self) -> list[str]:
        with self.database.unit(write=False) as session:
            return [it.title for it in feeds.page_of_items(session).items]

    def item(self, session: Session) -> LeadFeedItem:
        return feeds.the_item(session, feeds.page_of_items(session).items[0].uid)


@pytest.fixture
def desk_of_feeds(newsroom: Newsroom, site: Platform) -> Desk:
    return Desk(newsroom, site)


def test_each_item_comes_once_and_what_did_not_change_is_not_sent(desk_of_feeds: Desk) -> None:
    desk, site = desk_of_feeds, desk_of_feeds.site

    def answer(request: Request) -> Answer:
        known = request.headers.get("If-None-Match", request.headers.get("if-none-match"))
        return Answer("", 304) if known == '"v1"' else Answer(RSS, headers={"ETag": '"v1"'})

    site.on("/rss.xml", answer)
    uid = desk.add()
    assert desk.look() == 1
    assert desk.titles() == ["荷塘镇 开挖", "菜市场改造"]
    assert desk.look() == 0  # not before its time
    desk.later(minutes=31)
    assert desk.look() == 1
    assert desk.titles() == ["荷塘镇 开挖", "菜市场改造"]
    feed = desk.feed(uid)
    assert (feed.etag, feed.failures, feed.trouble) == ('"v1"', 0, "")
    assert feed.heard_at == desk.database.info["now"]


def test_the_same_page_in_two_feeds_is_one_item(desk_of_feeds: Desk) -> None:
    desk = desk_of_feeds
    again = RSS.replace("a-1", "other-id").replace("/2026/2.html", "/2026/2.html#top")
    desk.site.on("/b.xml", Answer(again.replace("/2026/1.html", f"{desk.site.url}/2026/1.html")))
    desk.add()
    desk.look()
    desk.add("/b.xml", name="转载的")
    desk.look()
    assert desk.titles() == ["荷塘镇 开挖", "菜市场改造"]


@pytest.mark.parametrize(
    ("reaction", "trouble"),
    [
        (Answer("gone", 404), "http_404"),
        (Answer("", 302, {"Location": "http://127.0.0.1:1/"}), "http_302"),
        (Answer("<html>hello</html>"), "no_feed"),
        (Answer(LAUGHS), "no_feed"),
        (DROPPED, "no_answer"),
        (Answer("x" * 2_000_000), "no_answer"),
        (Answer("slow down", 429), "http_429"),
        (Answer("sorry", 503), "http_503"),
    ],
)
def test_a_broken_feed_says_so_and_is_asked_less_often(
    desk_of_feeds: Desk, sign_in: Door, reaction: Any, trouble: str
) -> None:
    desk = desk_of_feeds
    uid = desk.add()
    desk.site.on("/rss.xml", reaction)
    desk.look()
    feed = desk.feed(uid)
    assert (feed.trouble, feed.failures, desk.titles()) == (trouble, 1, [])
    assert feed.next_at == desk.database.info["now"] + timedelta(hours=1)
    assert "取不到" in sign_in("editor").get("/leads/feeds").text
    desk.site.on("/rss.xml", Answer(RSS))
    desk.later(hours=1)
    desk.look()
    assert (desk.feed(uid).trouble, len(desk.titles())) == ("", 2)


@pytest.mark.parametrize("url", ["http://10.0.0.8/rss", "http://169.254.169.254/latest"])
def test_no_neighbour_is_called(desk_of_feeds: Desk, url: str) -> None:
    desk = desk_of_feeds
    seen = feeds.fetch(feeds.Look(1, url, {}), loopback=True)
    assert seen.trouble == "not_public"
    seen = feeds.fetch(feeds.Look(1, f"{desk.site.url}/rss.xml", {}), loopback=False)
    assert (seen.trouble, desk.site.requests) == ("not_public", [])


def test_a_house_in_the_open_takes_no_inner_address(newsroom: Newsroom) -> None:
    open_house = replace(newsroom.ports, public_url="https://app.example.cn")
    newsroom.database.info["ports"] = open_house
    for url in ("http://127.0.0.1:9000/rss", "http://wiki/rss", "http://10.0.0.8/rss"):
        with newsroom.database.unit() as session, pytest.raises(Invalid):
            feeds.add(session, newsroom.chief, name="内网", url=url)


@pytest.mark.parametrize(
    "url", ["ftp://a.example.cn/x", "https://u:p@a.example.cn/", "https://a.example.cn:25/", "rss"]
)
def test_what_is_no_address_is_refused(newsroom: Newsroom, url: str) -> None:
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        feeds.add(session, newsroom.chief, name="写错", url=url)


def test_an_item_is_settled_once(desk_of_feeds: Desk) -> None:
    desk, editor = desk_of_feeds, desk_of_feeds.newsroom.editor
    desk.add()
    desk.look()
    with desk.unit() as session:
        lead = feeds.take(session, editor, desk.item(session))
        assert (lead.source, lead.title) == (Source.FEED, "荷塘镇 开挖")
        assert f"{desk.site.url}/2026/1.html" in lead.body
    with desk.unit() as session:
        feeds.leave(session, editor, desk.item(session))
    assert desk.titles() == []
    with desk.unit() as session:
        for item in session.scalars(select(LeadFeedItem)).all():
            settled = feeds.the_item(session, item.uid)
            for verb in (feeds.take, feeds.leave):
                with pytest.raises(WrongState):
                    verb(session, editor, settled)  # type: ignore[operator]
            with pytest.raises(Forbidden):
                feeds.take(session, desk.newsroom.reporter, settled)
    desk.later(minutes=31)
    desk.look()
    assert desk.titles() == []


def test_a_trusted_feed_files_leads_by_itself(desk_of_feeds: Desk) -> None:
    desk = desk_of_feeds
    desk.add(direct=True)
    desk.look()
    assert desk.titles() == []
    with desk.unit() as session:
        leads = session.scalars(select(Lead).order_by(Lead.id)).all()
        assert [it.title for it in leads] == ["菜市场改造", "荷塘镇 开挖"]
        assert {it.unit_id for it in leads} == {desk.newsroom.units["青禾区融媒体中心"].id}


def test_a_worker_that_dies_leaves_the_feed_to_the_next(desk_of_feeds: Desk) -> None:
    desk = desk_of_feeds
    desk.add()
    with desk.unit() as session:
        assert len(feeds.claim(session)) == 1  # and then it dies
    assert desk.look() == 0
    desk.later(minutes=6)
    assert (desk.look(), len(desk.titles())) == (1, 2)


def test_a_feed_whose_address_changed_meanwhile_takes_nothing_of_the_former(
    desk_of_feeds: Desk,
) -> None:
    desk, chief = desk_of_feeds, desk_of_feeds.newsroom.chief
    uid = desk.add()
    with desk.unit() as session:
        (look,) = feeds.claim(session)
    seen = feeds.fetch(look, loopback=True)
    with desk.unit() as session:
        feed = feeds.the_feed(session, uid)
        values = {**feeds.shown(feed), "url": f"{desk.site.url}/new.xml"}
        feeds.change(session, chief, feed, feed.version, **values)  # type: ignore[arg-type]
    with desk.unit() as session:
        assert feeds.enter(session, look, seen) == []


def test_feeds_are_kept_by_few_known_once_and_not_overwritten(desk_of_feeds: Desk) -> None:
    desk, newsroom = desk_of_feeds, desk_of_feeds.newsroom
    uid = desk.add()
    with pytest.raises(Duplicate):
        desk.add(name="又一次")
    with desk.unit() as session, pytest.raises(Forbidden):
        feeds.add(session, newsroom.editor, name="x", url=BASE)
    for every in (1, 2000):
        with pytest.raises(Invalid):
            desk.add("/other.xml", every=every)
    with desk.unit() as session:
        feed = feeds.the_feed(session, uid)
        values: dict[str, Any] = {**feeds.shown(feed), "active": False}
        feeds.change(session, newsroom.chief, feed, 1, **values)
    with desk.unit() as session:
        with pytest.raises(Stale):
            feeds.change(session, newsroom.chief, feeds.the_feed(session, uid), 1, **values)
        with pytest.raises(WrongState):
            feeds.look_now(session, newsroom.chief, feeds.the_feed(session, uid))
    assert desk.look() == 0  # it is off


def test_the_timetable_rings_when_a_feed_is_due(desk_of_feeds: Desk) -> None:
    bell = desk_of_feeds.newsroom.ports.bell
    assert isinstance(bell, QuietBell)
    feeds.ring_if_due(desk_of_feeds.database)
    assert bell.rung == []
    desk_of_feeds.add()
    feeds.ring_if_due(desk_of_feeds.database)
    assert bell.rung == [("feeds", 0)]


def test_pages_keep_what_was_typed_and_programs_do_the_same(
    desk_of_feeds: Desk, sign_in: Door
) -> None:
    desk, chief, editor = desk_of_feeds, sign_in("chief"), sign_in("editor")
    form = {"name": "区政府网站", "url": "rss", "every": "30", "active": "1"}
    refused = chief.post_form("/leads/feeds/new", form)
    assert (refused.status_code, "区政府网站" in refused.text) == (422, True)
    form["url"] = f"{desk.site.url}/rss.xml"
    made = chief.post_form("/leads/feeds/new", form)
    assert made.status_code == 302
    assert "还没有" in chief.get(made.location).text
    assert chief.post_form(made.location + "/look").status_code == 302
    assert editor.get("/leads/feeds/new").status_code == 403
    desk.look()
    page = editor.get("/leads/feeds").text
    assert "荷塘镇 开挖" in page
    assert "<script>alert" not in page
    items = editor.call("GET", "/api/v1/lead_feed_items").json["items"]
    taken = editor.call("POST", f"/api/v1/lead_feed_items/{items[0]['uid']}/take")
    assert (taken.status_code, taken.json["source"]) == (201, "feed")
    assert editor.post_form(f"/leads/feeds/items/{items[1]['uid']}/leave").status_code == 302
    (feed,) = editor.call("GET", "/api/v1/lead_feeds").json["items"]
    body = {"name": "改名", "url": feed["url"], "active": False, "version": feed["version"]}
    assert chief.call("PUT", f"/api/v1/lead_feeds/{feed['uid']}", body).json["active"] is False
    assert chief.call("PUT", f"/api/v1/lead_feeds/{feed['uid']}", body).status_code == 409
    assert chief.call("POST", "/api/v1/lead_feeds", {**body, "version": None}).status_code == 409


def test_the_guard_against_neighbours_is_the_one_of_the_house() -> None:
    assert strangers.fault_of("https://a.example.cn/rss.xml") == ""
    assert strangers.host_of("https://a.example.cn/rss.xml") == "a.example.cn"
