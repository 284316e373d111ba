"""Looking across the stations, on the page and by the API."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kitchen.people.models import Staff
from tests.fixtures.newsroom import Door

LEAD = {"title": "九里桥社区食堂开张", "body": "八十岁以上老人半价。"}


@pytest.fixture
def door(sign_in: Door) -> Door:
    sign_in("reporter").call("POST", "/api/v1/leads", LEAD)
    return sign_in


@pytest.mark.parametrize("q", ["九", "食堂", "社区食堂"])
def test_words_of_any_length_are_found(door: Door, q: str) -> None:
    answer = door("editor").get("/api/v1/search", query_string={"q": q, "kind": "leads"})
    assert answer.json["total"] == 1
    assert answer.json["items"][0]["title"] == LEAD["title"]
    assert LEAD["title"] in door("editor").get("/search", query_string={"q": q}).text


@pytest.mark.parametrize("q", ["%", "_", "'", "\\", "不存在的词"])
def test_signs_are_words_and_not_patterns(door: Door, q: str) -> None:
    answer = door("editor").get("/api/v1/search", query_string={"q": q, "kind": "leads"})
    assert answer.json["total"] == 0


def test_people_are_found_by_initials(door: Door) -> None:
    with door.newsroom.database.unit() as session:
        staff = session.scalars(select(Staff).where(Staff.username == "leader")).one()
        staff.name, staff.initials = "沈一舟", "syz"
    answer = door("editor").get("/api/v1/search?q=SY&kind=people")
    assert [item["title"] for item in answer.json["items"]] == ["沈一舟"]


def test_who_may_not_read_does_not_find(door: Door) -> None:
    answer = door("admin").get("/api/v1/search?q=食堂&kind=leads")
    assert answer.status_code == 403
    assert LEAD["title"] not in door("admin").get("/search?q=食堂").text


def test_an_empty_question_is_told(door: Door) -> None:
    assert door("editor").get("/api/v1/search?q=").status_code == 422
    assert door("editor").get("/search").status_code == 200


def test_ones_own_page_ends_every_session(door: Door) -> None:
    visitor = door("reporter")
    assert "测试reporter" in visitor.get("/me").text
    assert visitor.post_form("/me/sessions/end").status_code == 302
    assert visitor.get("/me").status_code == 302
