"""Answers that are ready: cheap while nothing changes, never a moment older than the site."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event
from sqlalchemy.exc import OperationalError

from kitchen import app
from kitchen.core.db import Database
from kitchen.core.glance import Glance
from kitchen.outlet import shelf
from kitchen.outlet.shelf import Shelf
from kitchen.web.face import Face
from tests.outlet.conftest import Sender, item, tombstone

PLACES = (
    "/",
    "/a/first0001",
    "/feeds/items.json",
    "/feeds/items/first0001.json",
    "/feeds/atom.xml",
    "/feeds/rss.xml",
    "/sitemap.xml",
)
_OF_THE_MOMENT = {"X-Request-Id", "Date"}


class Counting:
    """The application behind the shelf; notes what it was asked for."""

    def __init__(self, public: Face) -> None:
        held = public.wsgi_app
        assert isinstance(held, Shelf)
        self._serve = held._serve
        self.asked: list[str] = []
        held._serve = self

    def __call__(self, environ: dict[str, Any], start: Any) -> Iterable[bytes]:
        self.asked.append(environ["PATH_INFO"])
        return self._serve(environ, start)


@pytest.fixture
def behind(public: Face) -> Counting:
    return Counting(public)


def test_what_has_not_changed_is_made_once(
    reader: FlaskClient, sender: Sender, behind: Counting
) -> None:
    sender.put_item(item())
    for path in PLACES:
        first, again = reader.get(path), reader.get(path)
        assert (first.status_code, first.data) == (200, again.data), path
        assert first.headers["ETag"] == again.headers["ETag"]
        assert first.headers["Content-Security-Policy"] == again.headers["Content-Security-Policy"]
        assert first.headers["X-Request-Id"] != again.headers["X-Request-Id"]
        assert behind.asked.count(path) == 1, path


def test_304_is_answered_without_making_anything(
    reader: FlaskClient, sender: Sender, behind: Counting
) -> None:
    sender.put_item(item())
    for path in PLACES:
        tag = reader.get(path).headers["ETag"]
        again = reader.get(path, headers={"If-None-Match": tag})
        assert (again.status_code, again.data) == (304, b"")
        assert behind.asked.count(path) == 1


@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_a_304_says_the_same_however_it_is_asked_for(
    reader: FlaskClient, sender: Sender, method: str
) -> None:
    """By its tag alone it is answered from the shelf, among others or weakly by the library."""
    sender.put_item(item())
    tag = reader.get("/a/first0001").headers["ETag"]
    conditions = (tag, f'"other", {tag}', f"W/{tag}")
    told = []
    for condition in conditions:
        headers = {"If-None-Match": condition, "Range": "bytes=0-9"}
        again = reader.open("/a/first0001", method=method, headers=headers)
        assert (again.status_code, again.data) == (304, b"")
        told.append({name: it for name, it in again.headers if name not in _OF_THE_MOMENT})
    assert told[0] == told[1] == told[2]


def test_no_tag_is_no_condition(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    reader.get("/a/first0001")
    assert reader.get("/a/first0001", headers={"If-None-Match": ""}).status_code == 200


def test_a_304_is_never_kept_for_others(reader: FlaskClient, sender: Sender) -> None:
    """Whoever comes first with what they have must not empty the page for the next."""
    sender.put_item(item())
    tag = reader.get("/a/first0001").headers["ETag"]
    sender.put_item(item("other0001"))
    assert reader.get("/a/first0001", headers={"If-None-Match": tag}).status_code == 304
    assert "公园" in reader.get("/a/first0001").text


def test_a_withdrawal_is_seen_at_once_by_every_process(
    house: app.House, sender: Sender, reader: FlaskClient
) -> None:
    elsewhere = app.create_public(house).test_client()
    sender.put_item(item())
    for client in (reader, elsewhere):
        assert client.get("/a/first0001").status_code == 200
        assert "公园" in client.get("/").text
    sender.put_item(tombstone(), match="1")
    for client in (reader, elsewhere):
        assert client.get("/a/first0001").status_code == 410
        assert client.get("/feeds/items/first0001.json").status_code == 410
        for path in ("/", "/feeds/items.json", "/feeds/atom.xml", "/feeds/rss.xml"):
            assert "公园" not in client.get(path).text, path
        assert "first0001" not in client.get("/sitemaps/news.xml").text


def test_a_correction_is_seen_at_once(sender: Sender, reader: FlaskClient) -> None:
    sender.put_item(item())
    assert "今天开放" in reader.get("/a/first0001").text
    sender.put_item(item("first0001", "2", headline="湖滨公园明天开放"), match="1")
    assert "明天开放" in reader.get("/a/first0001").text


def test_an_answer_that_is_ready_costs_one_look(
    reader: FlaskClient,
    sender: Sender,
    house: app.House,
    public: Face,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    sender.put_item(item())
    reader.get("/a/first0001")
    held, looks = public.wsgi_app, []
    assert isinstance(held, Shelf)
    really = held._look

    def look() -> int:
        looks.append("the version")
        return int(really())

    monkeypatch.setattr(held, "_look", look)
    units: list[str] = []
    event.listen(house.database.engine, "begin", lambda _connection: units.append("a unit"))
    assert reader.get("/a/first0001").status_code == 200
    assert (looks, units) == (["the version"], [])


def test_each_language_has_its_own(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    assert '<html lang="zh-CN"' in reader.get("/a/first0001").text
    assert '<html lang="en"' in reader.get("/a/first0001?lang=en").text
    reader.set_cookie("lang", "en")
    assert '<html lang="en"' in reader.get("/a/first0001").text
    reader.set_cookie("lang", "xx")
    assert '<html lang="zh-CN"' in reader.get("/a/first0001").text


def test_a_refusal_is_never_kept(reader: FlaskClient, sender: Sender, behind: Counting) -> None:
    assert reader.get("/a/first0001").status_code == 404
    assert reader.get("/a/first0001").status_code == 404
    assert behind.asked == ["/a/first0001", "/a/first0001"]


def test_head_is_answered_like_get_without_its_body(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(item())
    head, whole = reader.head("/a/first0001"), reader.get("/a/first0001")
    assert (head.status_code, head.data) == (200, b"")
    assert head.headers["Content-Length"] == str(len(whole.data))


def test_the_shelf_holds_only_so_much(
    reader: FlaskClient, sender: Sender, public: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shelf, "MOST", 3)
    sender.put_item(item())
    for path in PLACES:
        assert reader.get(path).status_code == 200
    held = public.wsgi_app
    assert isinstance(held, Shelf)
    assert len(held._kept) == 3


def test_the_shelf_holds_only_so_many_bytes(
    reader: FlaskClient, sender: Sender, public: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.put_item(item())
    sizes = [len(reader.get(path).data) for path in PLACES]
    most = max(sizes) + min(sizes)
    held = public.wsgi_app
    assert isinstance(held, Shelf)
    assert held._bytes == sum(sizes)
    monkeypatch.setattr(shelf, "MOST_IN_ALL", most)
    sender.put_item(item("other0001"))
    for path in PLACES:
        reader.get(path)
        assert held._bytes == sum(len(kept.body) for kept in held._kept.values()) <= most
    assert held._kept


ODD = ["x=1", "cursor=1&x=2", "lang=en&lang=zh", "lang=fr", "cursor=" + "a" * 500, "cursor", "x"]


@pytest.mark.parametrize("query", ODD)
@pytest.mark.parametrize("path", ["/", "/feeds/atom.xml", "/a/first0001", "/sitemap.xml"])
def test_an_address_that_no_page_leads_to_is_not_kept(
    reader: FlaskClient, sender: Sender, public: Face, path: str, query: str
) -> None:
    """Or whoever makes up addresses would fill the memory, and push out what readers ask for."""
    sender.put_item(item())
    reader.get(path)
    held = public.wsgi_app
    assert isinstance(held, Shelf)
    kept = list(held._kept)
    reader.get(f"{path}?{query}")
    assert list(held._kept) == kept


def test_one_page_is_kept_once_however_its_address_is_written(
    reader: FlaskClient, sender: Sender, behind: Counting
) -> None:
    sender.put_item(item())
    told = [reader.get(f"/?{query}").data for query in ("lang=en", "&lang=en", "lang=en&")]
    assert told[0] == told[1] == told[2]
    assert behind.asked.count("/") == 1


def test_what_has_grown_old_is_dropped(
    reader: FlaskClient, sender: Sender, public: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.put_item(item())
    monkeypatch.setattr(shelf, "FRESH", 0)
    for path in PLACES[:-1]:
        reader.get(path)
    monkeypatch.setattr(shelf, "FRESH", 30)
    reader.get(PLACES[-1])
    held = public.wsgi_app
    assert isinstance(held, Shelf)
    assert [path for path, *_ in held._kept] == [PLACES[-1]]


def test_what_was_kept_grows_old_for_what_the_version_does_not_count(
    reader: FlaskClient, sender: Sender, behind: Counting, monkeypatch: pytest.MonkeyPatch
) -> None:
    sender.put_item(item())
    monkeypatch.setattr(shelf, "FRESH", 0)
    reader.get("/a/first0001")
    reader.get("/a/first0001")
    assert behind.asked.count("/a/first0001") == 2


def test_while_the_database_is_away_the_application_says_so(
    reader: FlaskClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def away(*_given: Any, **_more: Any) -> Any:
        raise OperationalError("select", {}, Exception("away"))

    monkeypatch.setattr(Glance, "__call__", away)
    monkeypatch.setattr(Database, "unit", away)
    assert reader.get("/").status_code == 503
