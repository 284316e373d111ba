"""Notices: told once, rung after the commit, listed in the reader's language, read."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kitchen.core.errors import N_
from kitchen.leads import service as leads
from kitchen.leads.rules import Urgency
from kitchen.notifications import queries, service
from kitchen.notifications.models import Alarm, Notice
from kitchen.notifications.rules import Kind
from kitchen.people.models import Staff
from tests.fixtures.newsroom import Door, Newsroom
from tests.notifications.conftest import tell

TEXT = N_("您报的线索“%(title)s”没有采用：%(reason)s")


def _tell(newsroom: Newsroom, *ids: int | None) -> None:
    with newsroom.database.unit() as session:
        service.tell(session, ids, TEXT, "/leads/x", title="积水", reason="重复")


def test_each_person_is_told_once_and_nobody_by_no_name(newsroom: Newsroom) -> None:
    _tell(newsroom, newsroom.reporter.id, newsroom.reporter.id, None)
    with newsroom.database.unit(write=False) as session:
        assert queries.unread(session, newsroom.reporter.id) == 1
    assert newsroom.live.told == [
        (
            f"staff:{newsroom.reporter.uid}",
            {"text": "您报的线索“积水”没有采用：重复", "url": "/leads/x", "unread": 1},
        )
    ]


def test_it_rings_in_the_language_of_who_hears_it(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        session.get_one(Staff, newsroom.editor.id).locale = "en"
    _tell(newsroom, newsroom.editor.id, newsroom.reporter.id)
    told = {topic: data["text"] for topic, data in newsroom.live.told}
    assert told == {
        f"staff:{newsroom.editor.uid}": "Your lead “积水” was set aside: 重复",
        f"staff:{newsroom.reporter.uid}": "您报的线索“积水”没有采用：重复",
    }


def test_an_undone_unit_tells_and_rings_nobody(newsroom: Newsroom) -> None:
    with pytest.raises(ZeroDivisionError), newsroom.database.unit() as session:
        service.tell(session, [newsroom.reporter.id], TEXT, "/", title="积水", reason="重复")
        _ = 1 / 0
    assert newsroom.live.told == []


def test_a_breaking_lead_calls_the_desk(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        leads.report(
            session,
            newsroom.reporter,
            title="旧仓库起火",
            body="消防已到场。",
            urgency=Urgency.BREAKING,
        )
    with newsroom.database.unit(write=False) as session:
        assert queries.unread(session, newsroom.editor.id) == 1
        assert queries.unread(session, newsroom.leader.id) == 0


def test_the_list_shows_sentences_and_marks_them_read(sign_in: Door) -> None:
    _tell(sign_in.newsroom, sign_in.newsroom.reporter.id)
    visitor = sign_in("reporter")
    assert "您报的线索“积水”没有采用：重复" in visitor.get("/notifications").text
    assert visitor.get("/api/v1/notifications").json["items"][0]["read_at"] is None
    visitor.post_form("/notifications/read")
    assert visitor.get("/api/v1/notifications").json["items"][0]["read_at"]


def test_nobody_sees_anothers_notices(sign_in: Door) -> None:
    _tell(sign_in.newsroom, sign_in.newsroom.reporter.id)
    assert "积水" not in sign_in("editor").get("/notifications").text


def _hidden(page: str, name: str) -> str:
    """The value of a hidden field."""
    return page.partition(f'name="{name}" value="')[2].partition('"')[0]


def _unread(newsroom: Newsroom) -> set[str]:
    with newsroom.database.unit(write=False) as session:
        return set(session.scalars(select(Notice.url).where(Notice.read_at.is_(None))))


def test_all_are_those_that_were_shown_and_no_open_alarm(
    sign_in: Door, statements: list[str]
) -> None:
    newsroom = sign_in.newsroom
    for number in range(4):
        tell(newsroom, newsroom.editor, kind=Kind.TASK, url=f"/assignments/{number}")
    tell(newsroom, newsroom.editor, kind=Kind.BREAKING, url="/leads/open")
    editor = sign_in("editor")
    page = editor.get("/notifications").text
    shown = {name: _hidden(page, name) for name in ("newest", "seen")}
    tell(newsroom, newsroom.editor, kind=Kind.TASK, url="/assignments/later")
    tell(newsroom, newsroom.editor, kind=Kind.TASK, url="/assignments/0")
    statements.clear()
    assert editor.post_form("/notifications/read", shown).status_code == 302
    written = [each for each in statements if each.startswith(("UPDATE notice ", "UPDATE alarm"))]
    assert len(written) == 1
    assert _unread(newsroom) == {"/leads/open", "/assignments/later", "/assignments/0"}
    with newsroom.database.unit(write=False) as session:
        assert session.query(Alarm).one().closed_at is None


def test_all_without_a_word_of_what_was_shown_are_all_but_alarms(sign_in: Door) -> None:
    newsroom = sign_in.newsroom
    tell(newsroom, newsroom.editor, newsroom.reporter, kind=Kind.TASK, url="/assignments/x")
    tell(newsroom, newsroom.editor, kind=Kind.BREAKING, url="/leads/open")
    editor = sign_in("editor")
    assert (
        editor.call(
            "POST",
            "/api/v1/notifications/read",
        ).status_code
        == 204
    )
    assert _unread(newsroom) == {"/leads/open", "/assignments/x"}
    with newsroom.database.unit(write=False) as session:
        assert queries.unread(session, newsroom.editor.id) == 1
        assert queries.unread(session, newsroom.reporter.id) == 1
    anothers = {"newest": _newest_of(newsroom, "reporter")}
    refused = editor.call("POST", "/api/v1/notifications/read", json=anothers)
    assert refused.status_code == 404


def _newest_of(newsroom: Newsroom, name: str) -> str:
    with newsroom.database.unit(write=False) as session:
        whose = Notice.staff_id == newsroom.actors[name].id
        return session.scalars(select(Notice.uid).where(whose).order_by(Notice.id.desc())).one()
