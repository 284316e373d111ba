"""Notices: told once, rung after the commit, listed in the reader's language, read."""

from __future__ import annotations

import pytest

from kitchen.core.errors import N_
from kitchen.leads import service as leads
from kitchen.leads.rules import Urgency
from kitchen.notifications import queries, service
from kitchen.people.models import Staff
from tests.fixtures.newsroom import Door, Newsroom

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
