"""Columns: opened, renamed, moved, retired by those who may; found by readers with their pieces."""

from __future__ import annotations

from typing import Any

import pytest
from flask.testing import FlaskClient

from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale
from kitchen.outlet import columns, queries
from kitchen.outlet.models import OutletColumn
from tests.fixtures.newsroom import Door, Newsroom
from tests.outlet.conftest import Sender, item


@pytest.fixture
def tree(newsroom: Newsroom) -> dict[str, OutletColumn]:
    """A block with two columns."""
    with newsroom.database.unit() as session:
        look = columns.open_column(session, newsroom.operator, name="青禾印象", slug="look")
        made = {
            slug: columns.open_column(
                session, newsroom.operator, name=name, slug=slug, parent=look, position=at
            )
            for at, (slug, name) in enumerate({"fields": "青禾田野", "travel": "游在青禾"}.items())
        }
    return {"look": look, **made}


def in_column(name: str, uri: str = "first0001", **changes: Any) -> dict[str, Any]:
    return item(uri, subject=[{"name": name, "scheme": "column"}], **changes)


def test_only_those_who_arrange_the_app_open_columns(newsroom: Newsroom) -> None:
    for role in ("reporter", "editor", "duty", "inspector"):
        with newsroom.database.unit() as session, pytest.raises(Forbidden):
            columns.open_column(session, newsroom.actors[role], name="甲", slug="a")


@pytest.mark.usefixtures("tree")
def test_a_name_and_an_address_are_taken_once(newsroom: Newsroom) -> None:
    for name, slug in (("青禾田野", "other"), ("另一个", "fields")):
        with newsroom.database.unit() as session, pytest.raises(Duplicate):
            columns.open_column(session, newsroom.operator, name=name, slug=slug)


@pytest.mark.parametrize("slug", ["", "City", "城市", "a b", "../x", "-a", "a" * 41])
def test_an_address_is_plain(newsroom: Newsroom, slug: str) -> None:
    with newsroom.database.unit() as session, pytest.raises(Invalid) as told:
        columns.open_column(session, newsroom.operator, name="甲", slug=slug)
    assert "slug" in told.value.fields


def test_there_are_two_levels_and_no_more(
    newsroom: Newsroom, tree: dict[str, OutletColumn]
) -> None:
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        fields = queries.column_by_uid(session, tree["fields"].uid)
        columns.open_column(session, newsroom.operator, name="甲", slug="a", parent=fields)
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        other = columns.open_column(session, newsroom.operator, name="乙", slug="b")
        look = queries.column_by_uid(session, tree["look"].uid)
        columns.change_column(session, newsroom.operator, look, None, parent=other)


def test_a_change_on_an_older_one_is_stale(
    newsroom: Newsroom, tree: dict[str, OutletColumn]
) -> None:
    with newsroom.database.unit() as session:
        found = queries.column_by_uid(session, tree["fields"].uid)
        columns.change_column(session, newsroom.operator, found, 1, name="田野")
    with newsroom.database.unit() as session, pytest.raises(Stale):
        found = queries.column_by_uid(session, tree["fields"].uid)
        columns.change_column(session, newsroom.operator, found, 1, name="原野")


@pytest.mark.usefixtures("tree")
def test_readers_find_a_piece_in_its_column_and_in_its_block(
    reader: FlaskClient, sender: Sender
) -> None:
    sender.put_item(in_column("青禾田野", headline="麦子黄了"))
    sender.put_item(item("other0001", headline="别处的事"))
    for path in ("/c/fields", "/c/look"):
        page = reader.get(path).text
        assert "麦子黄了" in page
        assert "别处的事" not in page
    assert "还没有稿件" in reader.get("/c/travel").text
    assert reader.get("/c/never").status_code == 404
    article = reader.get("/a/first0001").text
    assert 'href="/c/fields"' in article
    assert '<meta property="article:section" content="青禾田野">' in article


@pytest.mark.usefixtures("tree")
def test_every_page_leads_to_the_blocks(reader: FlaskClient) -> None:
    page = reader.get("/").text
    assert 'href="/c/look"' in page
    assert 'href="/services"' in page
    assert 'href="/links"' in page
    column = reader.get("/c/fields").text
    assert 'href="/c/travel"' in column
    assert 'href="/feeds/c/fields/atom.xml"' in column


@pytest.mark.usefixtures("tree")
def test_a_column_has_feeds_of_its_own(reader: FlaskClient, sender: Sender) -> None:
    sender.put_item(in_column("青禾田野"))
    sender.put_item(item("other0001"))
    feed = reader.get("/feeds/c/fields/items.json").json
    assert [entry["_kitchen"]["column"] for entry in feed["items"]] == ["青禾田野"]
    assert feed["title"].endswith("· 青禾田野")
    assert feed["home_page_url"].endswith("/c/fields")
    assert len(reader.get("/feeds/c/look/items.json").json["items"]) == 1
    assert reader.get("/feeds/c/never/items.json").status_code == 404


@pytest.mark.usefixtures("tree")
def test_a_long_column_goes_on_page_by_page(reader: FlaskClient, sender: Sender) -> None:
    for number in range(21):
        sender.put_item(in_column("青禾田野", f"item{number:04}", headline=f"第 {number} 篇"))
    first = reader.get("/c/fields").text
    assert "第 0 篇" not in first
    assert 'href="/c/fields?cursor=' in first
    assert reader.get("/c/fields?cursor=%ff").headers["Location"] == "/c/fields"


def test_a_renamed_column_takes_its_pieces_along(
    newsroom: Newsroom, tree: dict[str, OutletColumn], reader: FlaskClient, sender: Sender
) -> None:
    sender.put_item(in_column("青禾田野"))
    assert "青禾田野" in reader.get("/c/fields").text
    with newsroom.database.unit() as session:
        found = queries.column_by_uid(session, tree["fields"].uid)
        columns.change_column(session, newsroom.operator, found, None, name="希望的田野")
    page = reader.get("/c/fields").text
    assert "希望的田野" in page
    assert "湖滨公园" in page


@pytest.mark.usefixtures("newsroom")
def test_a_word_becomes_a_column_when_one_of_that_name_opens(
    newsroom: Newsroom, reader: FlaskClient, sender: Sender
) -> None:
    sender.put_item(in_column("从前的栏目"))
    assert "从前的栏目" in reader.get("/feeds/items.json").text
    with newsroom.database.unit() as session:
        columns.open_column(session, newsroom.operator, name="从前的栏目", slug="former")
    assert "湖滨公园" in reader.get("/c/former").text


def test_a_retired_column_is_gone_for_readers_and_its_pieces_are_not(
    newsroom: Newsroom, tree: dict[str, OutletColumn], reader: FlaskClient, sender: Sender
) -> None:
    sender.put_item(in_column("青禾田野"))
    assert reader.get("/c/fields").status_code == 200
    with newsroom.database.unit() as session:
        look = queries.column_by_uid(session, tree["look"].uid)
        columns.change_column(session, newsroom.operator, look, None, enabled=False)
    for path in ("/c/look", "/c/fields", "/feeds/c/fields/atom.xml"):
        assert reader.get(path).status_code == 404, path
    assert reader.get("/a/first0001").status_code == 200
    assert 'href="/c/look"' not in reader.get("/").text


def test_the_desk_opens_changes_and_retires(sign_in: Door, newsroom: Newsroom) -> None:
    operator = sign_in("operator")
    assert "还没有栏目" in operator.get("/outlet/columns").text
    given = {"name": "青禾文化", "slug": "culture"}
    assert operator.post_form("/outlet/columns/new", given).status_code == 302
    again = operator.post_form("/outlet/columns/new", {"name": "青禾文化", "slug": "other"})
    assert again.status_code == 409
    assert 'value="other"' in again.text
    with newsroom.database.unit(write=False) as session:
        (column,) = queries.all_columns(session)
    url = f"/outlet/columns/{column.uid}"
    changed = {"name": "文化", "slug": "culture", "version": "1", "enabled": "1", "position": "3"}
    assert operator.post_form(url, changed).status_code == 302
    assert operator.post_form(url, changed).status_code == 409
    retired = {"name": "文化", "slug": "culture", "version": "2"}
    assert operator.post_form(url, retired).status_code == 302
    assert "已停用" in operator.get("/outlet/columns").text


def test_the_desk_lets_nobody_else_in(sign_in: Door) -> None:
    for path in ("/outlet/columns", "/outlet/columns/new", "/outlet/services", "/outlet/links"):
        assert sign_in("reporter").get(path).status_code == 403
        assert sign_in.stranger().get(path).status_code == 302


def test_programs_do_the_same_under_the_same_permissions(sign_in: Door) -> None:
    given = {"name": "青禾文化", "slug": "culture"}
    assert sign_in("reporter").call("POST", "/api/v1/outlet/columns", given).status_code == 403
    made = sign_in("operator").call("POST", "/api/v1/outlet/columns", given)
    assert made.status_code == 201
    below = {"name": "书场", "slug": "stage", "parent": made.json["uid"]}
    assert sign_in("operator").call("POST", "/api/v1/outlet/columns", below).status_code == 201
    unknown = {"name": "甲", "slug": "a", "parent": "nobody"}
    refused = sign_in("operator").call("POST", "/api/v1/outlet/columns", unknown)
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["parent"])
    url = f"/api/v1/outlet/columns/{made.json['uid']}"
    changed = sign_in("operator").call(
        "PUT", url, {**given, "name": "文化"}, headers={"If-Match": '"7"'}
    )
    assert changed.status_code == 409
    items = sign_in("reporter").get("/api/v1/outlet/columns").json["items"]
    assert [each["name"] for each in items] == ["青禾文化", "书场"]


@pytest.mark.usefixtures("tree")
def test_the_writing_room_offers_the_columns(newsroom: Newsroom) -> None:
    with newsroom.database.unit(write=False) as session:
        assert queries.column_names(session) == ["青禾田野", "游在青禾"]
