"""Looking across the stations, on the page, by the API and in the palette."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import event, select

from kitchen.outlet.models import OutletColumn
from kitchen.people.models import Staff
from kitchen.search import index
from kitchen.search.models import SavedSearch
from kitchen.search.sqlite import FEW
from tests.fixtures.newsroom import Door
from tests.search.conftest import add_leads

LEAD = {"title": "九里桥社区食堂开张", "body": "八十岁以上老人半价。"}


@pytest.fixture
def door(sign_in: Door) -> Door:
    sign_in("reporter").call("POST", "/api/v1/leads", LEAD)
    return sign_in


def ask(door: Door, who: str = "editor", **asked: Any) -> Any:
    return door(who).get("/api/v1/search", query_string=asked)


def load(door: Door, texts: list[tuple[str, str]], **said: Any) -> None:
    """Leads that are in the index."""
    with door.newsroom.database.unit() as session:
        add_leads(session, texts, **said)
    index.mark_what_is_stale(door.newsroom.database)
    index.catch_up(door.newsroom.database, 60)


@pytest.mark.parametrize("q", ["九", "食堂", "社区食堂", "老人半价", "食堂 老人"])
def test_words_of_any_length_are_found(door: Door, q: str) -> None:
    answer = ask(door, q=q, kind="leads")
    assert answer.json["total"] == 1
    assert answer.json["items"][0]["title"] == LEAD["title"]
    assert "<mark>" in door("editor").get("/search", query_string={"q": q}).text


@pytest.mark.parametrize("q", ["%", "_", "'", "\\", '"', "*", "OR", "不存在的词", "食堂 公园"])
def test_signs_are_words_and_not_patterns(door: Door, q: str) -> None:
    assert ask(door, q=q, kind="leads").json["total"] == 0
    page = door("editor").get("/search", query_string={"q": q, "kind": "leads"})
    assert "没有找到" in page.text


def test_people_are_found_by_initials(door: Door) -> None:
    with door.newsroom.database.unit() as session:
        staff = session.scalars(select(Staff).where(Staff.username == "leader")).one()
        staff.name, staff.initials = "沈一舟", "syz"
    for q in ("SYZ", "shenyi", "一舟"):
        answer = ask(door, q=q, kind="people")
        assert [item["title"] for item in answer.json["items"]] == ["沈一舟"]


@pytest.mark.parametrize(
    ("who", "kind", "status"),
    [
        ("reporter", "leads", 200),
        ("leader", "stories", 200),
        ("inspector", "topics", 200),
        ("admin", "leads", 403),
        ("admin", "stories", 403),
        ("admin", "topics", 403),
        ("admin", "assets", 403),
        ("admin", "people", 200),
    ],
)
def test_a_kind_is_open_to_whoever_may_open_its_list(
    door: Door, who: str, kind: str, status: int
) -> None:
    listed = {"assets": "/assets", "people": "/me"}.get(kind, f"/{kind}")
    assert door(who).get(listed).status_code == status
    assert ask(door, who, q="食堂", kind=kind).status_code == status
    assert door(who).get(f"/search?q=食堂&kind={kind}").status_code == status


def test_what_one_may_not_open_is_neither_found_nor_counted(door: Door) -> None:
    page = door("admin").get("/search?q=食堂").text
    assert LEAD["title"] not in page
    assert "线索" not in page.split("找哪一类")[-1].split("</nav>")[0]
    assert LEAD["body"] not in door("admin").get("/search/palette?q=食堂").text
    assert LEAD["body"] in door("editor").get("/search/palette?q=食堂").text


def test_an_empty_question_is_told(door: Door) -> None:
    assert ask(door, q="").status_code == 422
    assert ask(door, q="\u200b").status_code == 422
    assert ask(door, q="字" * 101).status_code == 422
    assert "想找什么" in door("editor").get("/search").text


def test_pages_follow_each_other_and_miss_nothing(door: Door) -> None:
    load(
        door, [(f"夜市{number}" if number % 3 else f"公交{number}", "夜市") for number in range(30)]
    )
    titles, cursor = list[str](), ""
    while cursor is not None:
        answer = ask(
            door, q="夜市", kind="leads", limit=7, **({"cursor": cursor} if cursor else {})
        )
        assert answer.json["total"] == 30
        titles += [item["title"] for item in answer.json["items"]]
        cursor = answer.json["next"]
    by_title = [f"夜市{number}" for number in reversed(range(30)) if number % 3]
    assert titles == by_title + [
        f"公交{number}" for number in reversed(range(30)) if not number % 3
    ]
    assert ask(door, q="夜市", kind="leads", cursor="?").status_code == 422


def test_what_narrows_a_question(door: Door) -> None:
    newsroom = door.newsroom
    load(door, [("夜市", "一"), ("夜市", "二")], state="dropped", reporter_id=newsroom.editor.id)
    load(door, [("夜市", "三")], unit_id=newsroom.units["云溪街道"].id)
    editor, town = newsroom.editor.uid, newsroom.units["云溪街道"].uid
    for asked, total in (
        ({}, 3),
        ({"state": "dropped"}, 2),
        ({"mine": "1"}, 2),
        ({"author": editor}, 2),
        ({"unit": town}, 1),
        ({"from": "2026-01-01", "to": "2026-01-01"}, 3),
        ({"from": "2026-01-02"}, 0),
        ({"to": "2025-12-31"}, 0),
    ):
        assert ask(door, q="夜市", kind="leads", **asked).json["total"] == total, asked
    assert ask(door, q="夜市", kind="leads", author="nobody").status_code == 404
    page = door("editor").get(f"/search?q=夜市&kind=leads&author={editor}")
    assert 'name="from"' in page.text
    assert f'value="{editor}" selected' in page.text


@pytest.mark.parametrize(
    ("name", "day"), [("to", "9999-12-31"), ("from", "0001-01-01"), ("from", "9999-12-31")]
)
def test_a_day_outside_the_calendar_is_named(door: Door, name: str, day: str) -> None:
    asked = {"q": "夜市", "kind": "leads", name: day}
    refused = ask(door, **asked)
    assert refused.status_code == 422
    assert set(refused.json["fields"]) == {name}
    assert door("editor").get("/search", query_string=asked).status_code == 422
    kept = door("editor").call("POST", "/api/v1/searches", {**asked, "name": "夜市"})
    assert kept.status_code == 422


def test_columns_to_choose_from_are_the_outlets_own(door: Door) -> None:
    with door.newsroom.database.unit() as session:
        session.add(OutletColumn(name="民生", slug="minsheng"))
        session.add(OutletColumn(name="旧栏目", slug="jiulanmu", enabled=False))
    seen: list[str] = []

    def note(_link: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        seen.append(statement)

    event.listen(door.newsroom.database.engine, "before_cursor_execute", note)
    page = door("editor").get("/search?q=夜市&kind=stories&column=没了的").text
    event.remove(door.newsroom.database.engine, "before_cursor_execute", note)
    for name in ("民生", "旧栏目", "没了的"):
        assert f'<option value="{name}"' in page
    assert not [each for each in seen if "DISTINCT" in each and "search_doc" in each]
    assert "民生" not in door("editor").get("/search?q=夜市&kind=leads").text


def test_what_is_found_is_shown_as_text(door: Door) -> None:
    load(door, [("<b>夜市</b>", "夜市<script>alert(1)</script>")])
    page = door("editor").get("/search?q=夜市").text
    assert "&lt;b&gt;<mark>夜市</mark>&lt;/b&gt;" in page
    assert "<script>alert" not in page
    assert "<script>alert" not in door("editor").get("/search/palette?q=夜市").text
    assert '<b>"' not in door("editor").get('/search?q=<b>"').text


def test_a_page_costs_the_same_however_much_is_found(door: Door) -> None:
    load(door, [("夜市", "公交")])
    _statements(door, "/search")
    few = _statements(door, "/search?q=夜市&kind=leads")
    load(door, [("夜市", "公交") for _ in range(FEW)])
    many = _statements(door, "/search?q=夜市&kind=leads")
    load(door, [("夜市", "公交") for _ in range(3 * FEW)])
    assert _statements(door, "/search?q=夜市&kind=leads") == many
    assert few <= many < 30


def _statements(door: Door, url: str) -> int:
    counted: list[str] = []
    engine = door.newsroom.database.engine

    def count(_link: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        counted.append(statement)

    event.listen(engine, "before_cursor_execute", count)
    assert door("editor").get(url).status_code == 200
    event.remove(engine, "before_cursor_execute", count)
    return len(counted)


def test_a_question_is_kept_found_again_and_let_go(door: Door) -> None:
    editor = door("editor")
    asked = {"q": "食堂", "kind": "leads", "state": "new", "from": "2026-01-01"}
    assert editor.post_form("/search/kept", {"name": "食堂线索", **asked}).status_code == 302
    assert (
        editor.post_form("/search/kept", {"name": "食堂线索", **asked, "q": "社区"}).status_code
        == 302
    )
    (kept,) = editor.get("/api/v1/searches").json["items"]
    assert kept["asks"] == {**asked, "q": "社区"}
    assert "食堂线索" in editor.get("/search").text
    assert "食堂线索" in editor.get("/search/palette").text
    assert "食堂线索" not in door("reporter").get("/search").text
    path = f"/search/kept/{kept['uid']}/drop"
    assert door("reporter").post_form(path).status_code == 404
    assert editor.post_form(path).status_code == 302
    assert editor.get("/api/v1/searches").json["items"] == []


def test_what_cannot_be_kept_is_told(door: Door) -> None:
    editor = door("editor")
    refused = editor.call("POST", "/api/v1/searches", {"name": "空", "q": ""})
    assert refused.status_code == 422
    assert "q" in refused.json["fields"]
    assert editor.call("POST", "/api/v1/searches", {"name": "", "q": "食堂"}).status_code == 422
    with door.newsroom.database.unit() as session:
        session.add_all(
            SavedSearch(staff_id=door.newsroom.editor.id, name=f"第{number}条", asks={"q": "食"})
            for number in range(50)
        )
    assert editor.call("POST", "/api/v1/searches", {"name": "再来", "q": "食"}).status_code == 422
    kept = editor.call("POST", "/api/v1/searches", {"name": "第1条", "q": "堂"})
    assert kept.status_code == 201
    assert editor.call("DELETE", f"/api/v1/searches/{kept.json['uid']}").status_code == 204


@pytest.mark.parametrize(
    ("q", "label"),
    [
        ("bxs", "报线索"),
        ("xiegao", "写稿"),
        ("写", "写稿"),
        ("XT", "选题"),
        ("wdgzt", "我的工作台"),
    ],
)
def test_the_palette_knows_pages_by_initials(door: Door, q: str, label: str) -> None:
    lines = door("editor").get("/search/palette", query_string={"q": q}).text
    assert label in lines.replace("<mark>", "").replace("</mark>", "")


def test_the_palette_offers_only_what_one_may_do(door: Door) -> None:
    assert "/stories/new" in door("editor").get("/search/palette").text
    assert "/stories/new" not in door("admin").get("/search/palette").text


def test_ones_own_page_ends_every_session(door: Door) -> None:
    visitor = door("reporter")
    assert "测试reporter" in visitor.get("/me").text
    assert visitor.post_form("/me/sessions/end").status_code == 302
    assert visitor.get("/me").status_code == 302
