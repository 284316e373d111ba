"""Alarms climb their line until somebody answers; digests come once a day; snoozed notices wake."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, time, timedelta

import pytest

from kitchen.core.errors import Forbidden
from kitchen.leads import service as leads
from kitchen.leads.rules import Urgency
from kitchen.notifications import alarms, digest, escalation, queries, service
from kitchen.notifications.models import Alarm, Notice
from kitchen.notifications.rules import SNOOZE, Kind, Rung
from tests.fixtures.newsroom import Door, Newsroom
from tests.notifications.conftest import NOON, reach, stand, tell


@pytest.fixture(autouse=True)
def _noon(newsroom: Newsroom) -> None:
    stand(newsroom, NOON)


def climb(newsroom: Newsroom, minutes: float) -> None:
    """So many minutes after noon, twice: as two timetables would."""
    stand(newsroom, NOON + timedelta(minutes=minutes))
    escalation.escalate(newsroom.database)
    escalation.escalate(newsroom.database)


def steps(newsroom: Newsroom) -> list[str]:
    """The roles that were called, in order."""
    with newsroom.database.unit(write=False) as session:
        return [step.role for alarm in queries.alarms(session) for step in alarm.steps]


@pytest.mark.parametrize(
    ("kind", "minutes", "called"),
    [
        (Kind.BREAKING, (4,), []),
        (Kind.BREAKING, (5,), ["chief"]),
        (Kind.BREAKING, (5, 14), ["chief"]),
        (Kind.BREAKING, (5, 15), ["chief", "committee"]),
        (Kind.BREAKING, (5, 15, 30, 300), ["chief", "committee", "deputy"]),
        (Kind.RETURNED, (10, 30), ["chief", "deputy"]),
        (Kind.UNKNOWN, (9,), []),
        (Kind.UNKNOWN, (10,), ["chief"]),
        (Kind.FOREIGN, (500,), []),
        (Kind.TASK, (500,), []),
    ],
)
def test_who_is_called_when(
    newsroom: Newsroom, kind: Kind, minutes: tuple[int, ...], called: list[str]
) -> None:
    tell(newsroom, newsroom.editor, kind=kind)
    for each in minutes:
        climb(newsroom, each)
    assert steps(newsroom) == called


def test_whoever_answers_ends_the_climb_and_it_is_written_down(newsroom: Newsroom) -> None:
    tell(newsroom, newsroom.editor, newsroom.duty)
    climb(newsroom, 5)
    with newsroom.database.unit() as session:
        assert queries.unread(session, newsroom.chief.id) == 1
        notice = session.query(Notice).filter_by(staff_id=newsroom.duty.id).one()
        service.read(session, newsroom.duty, notice.uid)
    climb(newsroom, 60)
    assert steps(newsroom) == ["chief"]
    with newsroom.database.unit(write=False) as session:
        alarm = session.query(Alarm).one()
        assert (alarm.closed_by_id, alarm.next_at) == (newsroom.duty.id, None)
        assert [step.told for step in alarm.steps] == [["测试chief"]]


def test_somebody_told_already_is_not_told_again(newsroom: Newsroom) -> None:
    tell(newsroom, newsroom.editor, newsroom.chief)
    climb(newsroom, 5)
    with newsroom.database.unit(write=False) as session:
        assert queries.unread(session, newsroom.chief.id) == 1
        assert [step.told for step in session.query(Alarm).one().steps] == [[]]


def test_a_breaking_lead_climbs(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        urgent = {"title": "旧仓库起火", "body": "消防已到场。", "urgency": Urgency.BREAKING}
        leads.report(session, newsroom.reporter, **urgent)
    climb(newsroom, 5)
    climb(newsroom, 15)
    assert steps(newsroom) == ["chief", "committee"]


def test_the_centre_writes_its_own_line(newsroom: Newsroom, sign_in: Door) -> None:
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        alarms.write_line(session, newsroom.editor, Kind.BREAKING, [Rung("head", 1)])
    admin = sign_in("admin")
    typed = {"role_1": "head", "minutes_1": "1"}
    assert admin.post_form("/notifications/escalation/breaking", typed).status_code == 302
    assert sign_in("editor").get("/notifications/escalation").status_code == 403
    tell(newsroom, newsroom.editor)
    climb(newsroom, 1)
    climb(newsroom, 100)
    assert steps(newsroom) == ["head"]
    stand(newsroom, NOON)
    assert "测试head" in admin.get("/notifications/escalation").text
    assert admin.post_form("/notifications/escalation/unheard_of", typed).status_code == 404


def test_a_line_is_written_and_alarms_are_read_through_the_api(
    newsroom: Newsroom, sign_in: Door
) -> None:
    admin, editor = sign_in("admin"), sign_in("editor")
    line = "/api/v1/escalation/breaking"
    written = admin.call("PUT", line, json={"role_1": "head", "minutes_1": 1})
    assert written.json == {"kind": "breaking", "line": [{"role": "head", "minutes": 1}]}
    assert written.json in admin.call("GET", "/api/v1/escalation").json["items"]
    refused = admin.call("PUT", line, json={"role_1": "nobody"})
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["role_1"])
    assert admin.call("PUT", "/api/v1/escalation/unheard_of", json={}).status_code == 404
    tell(newsroom, newsroom.editor)
    climb(newsroom, 1)
    (alarm,) = admin.call("GET", "/api/v1/alarms").json["items"]
    assert [step["told"] for step in alarm["steps"]] == [["测试head"]]
    assert (alarm["closed_at"], alarm["closed_by"]) == (None, None)
    for path in ("/api/v1/escalation", "/api/v1/alarms"):
        assert editor.call("GET", path).status_code == 403


def test_a_snoozed_notice_rings_again(newsroom: Newsroom) -> None:
    tell(newsroom, newsroom.editor, kind=Kind.TASK)
    with newsroom.database.unit() as session:
        notice = session.query(Notice).one()
        service.snooze(session, newsroom.editor, notice.uid)
        assert queries.unread(session, newsroom.editor.id) == 0
    newsroom.live.told.clear()
    climb(newsroom, SNOOZE.total_seconds() / 60 - 1)
    assert newsroom.live.told == []
    climb(newsroom, SNOOZE.total_seconds() / 60)
    ((topic, data),) = newsroom.live.told
    assert (topic, data["unread"]) == (f"staff:{newsroom.editor.uid}", 1)


def due(newsroom: Newsroom) -> digest.DueToday:
    """Two tasks for the reporter, and nothing for anybody else."""

    def counted(_session: object, actor: object) -> Mapping[str, int]:
        tasks = 2 if actor == newsroom.reporter else 0
        return {"tasks": tasks, "reviews": 0, "follow_ups": 0}

    return counted


def digests(newsroom: Newsroom) -> list[int]:
    with newsroom.database.unit(write=False) as session:
        return [it.staff_id for it in session.query(Notice).filter_by(kind=Kind.DIGEST)]


@pytest.mark.parametrize(
    ("moments", "count"),
    [
        ([NOON.replace(hour=7, minute=59)], 0),
        ([NOON.replace(hour=8)], 1),
        ([NOON.replace(hour=8), NOON.replace(hour=8, minute=1), NOON], 1),
        ([NOON.replace(hour=8), NOON + timedelta(days=1)], 2),
        ([NOON, NOON.replace(hour=23, minute=59)], 1),
    ],
)
def test_a_digest_comes_once_a_day_across_restarts(
    newsroom: Newsroom, moments: list[datetime], count: int
) -> None:
    for moment in moments:
        stand(newsroom, moment)
        digest.send_due(newsroom.database, due(newsroom))
        newsroom.database.engine.dispose()  # and starts again
        digest.send_due(newsroom.database, due(newsroom))
    assert digests(newsroom) == [newsroom.reporter.id] * count


def test_whoever_wants_none_gets_none(newsroom: Newsroom) -> None:
    reach(newsroom, newsroom.reporter, digest_at=None)
    digest.send_due(newsroom.database, due(newsroom))
    assert digests(newsroom) == []
    reach(newsroom, newsroom.reporter, digest_at=time(11))
    digest.send_due(newsroom.database, due(newsroom))
    assert digests(newsroom) == [newsroom.reporter.id]


def test_a_digest_whose_unit_is_undone_is_sent_later(newsroom: Newsroom) -> None:
    def broken(_session: object, _actor: object) -> Mapping[str, int]:
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        digest.send_due(newsroom.database, broken)
    digest.send_due(newsroom.database, due(newsroom))
    assert digests(newsroom) == [newsroom.reporter.id]


def test_nobody_reads_or_snoozes_anothers(newsroom: Newsroom, sign_in: Door) -> None:
    tell(newsroom, newsroom.editor)
    with newsroom.database.unit(write=False) as session:
        uid = session.query(Notice).one().uid
    for verb in ("read", "snooze"):
        assert sign_in("reporter").post_form(f"/notifications/{uid}/{verb}").status_code == 404
        assert sign_in("editor").post_form(f"/notifications/{uid}/{verb}").status_code == 302
