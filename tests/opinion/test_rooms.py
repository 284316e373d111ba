"""Incident rooms (S43, S46): clocks, offices side by side, the agreed line, tasks, the figures."""

from __future__ import annotations

from datetime import timedelta

import pytest
from redis import Redis
from sqlalchemy import select, update
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import Duplicate, Forbidden, Invalid, NotFound, Stale, WrongState
from kitchen.opinion import calls, figures, room_queries, room_work, rooms, signs, statements
from kitchen.opinion.models import Entry, Item
from kitchen.opinion.room_models import AgreedLine, IncidentRoom
from kitchen.opinion.rules import (
    ClockName,
    Grade,
    Incident,
    Line,
    Office,
    Origin,
    Parameters,
    Step,
    Task,
    clocks_for,
    rises,
    warns_at,
)
from kitchen.people.queries import the_staff
from kitchen.ports import QuietLive
from kitchen.publishing.events import PublicationLive
from kitchen.stories.models import Story
from kitchen.web.live import RedisLive
from tests.fixtures.newsroom import Door
from tests.opinion.conftest import LINE, NOON, Watchroom

NEAR, OVER = (
    "时限快到：“%(title)s”还没有按时发声。",
    "时限已过：“%(title)s”还没有发声，请马上处理。",
)


@pytest.mark.parametrize(
    ("grade", "hours"),
    [
        (Grade.ROUTINE, {ClockName.REPLY: 48}),
        (Grade.LARGER, {ClockName.REPLY: 48}),
        (Grade.MAJOR, {ClockName.FIRST: 5, ClockName.PRESS: 24, ClockName.REPLY: 48}),
    ],
)
def test_which_clocks_run(grade: Grade, hours: dict[ClockName, int]) -> None:
    told = clocks_for(grade, Parameters())
    assert told == {name: timedelta(hours=many) for name, many in hours.items()}


@pytest.mark.parametrize(
    ("today", "usual", "rise"), [(4, 0, False), (5, 0, True), (5, 2, False), (6, 2, True)]
)
def test_what_is_a_rise(today: int, usual: float, rise: bool) -> None:
    assert rises(today, usual, Parameters()) is rise


def test_a_warning_comes_in_time() -> None:
    assert warns_at(NOON, NOON + timedelta(hours=5), Parameters()) == NOON + timedelta(hours=4)


def _dues(room: IncidentRoom) -> dict[str, timedelta]:
    return {str(each.name): each.due_at - room.created_at for each in room.clocks}


def test_clocks_run_from_the_opening_and_follow_the_grade(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    watchroom.later(hours=2)
    room = watchroom.on_room(uid, rooms.set_grade, "duty", Grade.MAJOR, None, "有人员受困")
    assert _dues(room) == {
        "first": timedelta(hours=5),
        "press": timedelta(hours=24),
        "reply": timedelta(hours=48),
    }
    down = watchroom.on_room(uid, rooms.set_grade, "duty", Grade.LARGER, None, "无人受困")
    assert list(_dues(down)) == ["reply"]
    with pytest.raises(Stale):
        watchroom.on_room(uid, rooms.set_grade, "duty", Grade.MAJOR, room.version - 1, "")


def test_a_clock_warns_and_calls_once_each(watchroom: Watchroom) -> None:
    uid = watchroom.room(Grade.MAJOR)
    watchroom.invite(uid, "liaison", Office.POLICE)
    assert calls.call(watchroom.database) == 0
    watchroom.later(hours=4)
    assert (calls.call(watchroom.database), calls.call(watchroom.database)) == (1, 0)
    assert NEAR in watchroom.heard("liaison")
    watchroom.later(hours=1)
    assert (calls.call(watchroom.database), calls.call(watchroom.database)) == (1, 0)
    assert OVER in watchroom.heard("leader")
    with watchroom.database.unit(write=False) as session:
        late = session.scalars(select(Entry).where(Entry.step == Step.LATE)).one()
    assert late.value == "first"


def test_a_closed_room_calls_nobody(watchroom: Watchroom) -> None:
    uid = watchroom.room(Grade.MAJOR)
    watchroom.on_room(uid, rooms.close, "deputy", "误报")
    watchroom.later(hours=60)
    assert calls.call(watchroom.database) == 0


def test_offices_stand_side_by_side_and_nobody_writes_for_another(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    watchroom.invite(uid, "liaison", Office.POLICE)
    watchroom.invite(uid, "cyberspace", Office.CYBERSPACE)
    words = (Grade.LARGER, "已控制现场")
    watchroom.on_room(uid, room_work.assess, "liaison", Office.POLICE, *words)
    watchroom.on_room(
        uid, room_work.assess, "cyberspace", Office.CYBERSPACE, Grade.MAJOR, "传播很快"
    )
    with pytest.raises(Forbidden):
        watchroom.on_room(uid, room_work.assess, "liaison", Office.CYBERSPACE, *words)
    watchroom.on_room(uid, room_work.assess, "liaison", Office.POLICE, Grade.ROUTINE, "没有人受困")
    with watchroom.database.unit(write=False) as session:
        written = room_queries.assessments(session, watchroom.see(uid))
    assert [it.words for it in written[Office.POLICE]] == ["没有人受困", "已控制现场"]
    assert [it.words for it in written[Office.CYBERSPACE]] == ["传播很快"]
    assert written[Office.CENTRE] == []


def test_who_sits_outside_sees_their_room_and_no_other(watchroom: Watchroom) -> None:
    first, second = watchroom.room(), watchroom.room()
    watchroom.invite(first, "liaison", Office.POLICE)
    assert watchroom.see(first, "liaison").title == "柳湾起火"
    with pytest.raises(NotFound):
        watchroom.see(second, "liaison")
    with pytest.raises(NotFound):
        watchroom.see(first, "reporter")
    with pytest.raises(Duplicate):
        watchroom.invite(first, "liaison", Office.POLICE)
    member = next(it for it in watchroom.see(first).members if it.office == Office.POLICE)
    watchroom.on_room(first, rooms.dismiss, "duty", member.id)
    with pytest.raises(NotFound):
        watchroom.see(first, "liaison")


def test_the_last_one_does_not_leave(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    with pytest.raises(WrongState):
        watchroom.on_room(uid, rooms.dismiss, "duty", watchroom.see(uid).members[0].id)


def test_the_agreed_line_has_versions_and_another_approves_it(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    watchroom.on_room(uid, room_work.draft_line, "deputy", LINE)
    with pytest.raises(Forbidden):
        watchroom.approve(uid, "deputy")
    with pytest.raises(Forbidden):
        watchroom.approve(uid, "duty")
    room = watchroom.approve(uid, "head")
    assert (room.state, room.line.number if room.line else 0) == (Incident.AGREED, 1)
    with pytest.raises(Stale):
        watchroom.on_room(uid, room_work.draft_line, "duty", LINE + "请勿传谣。", 0)
    watchroom.on_room(uid, room_work.draft_line, "duty", LINE + "请勿传谣。", 1)
    watchroom.on_room(uid, room_work.draft_line, "chief", LINE + "请以通报为准。", 2)
    assert [it.state for it in watchroom.see(uid).lines] == ["approved", "replaced", "draft"]
    room = watchroom.approve(uid, "deputy")
    assert [it.state for it in room.lines] == ["replaced", "replaced", "approved"]
    assert "口径已审定：“%(title)s”，请按它说。" in watchroom.heard("duty")


def test_a_line_that_comes_back_says_why(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    watchroom.on_room(uid, room_work.draft_line, "duty", LINE)

    def refuse(reason: str) -> IncidentRoom:
        def act(session: Session, actor: Actor, room: IncidentRoom) -> None:
            room_work.return_line(session, actor, room.lines[-1], reason)

        return watchroom.on_room(uid, act, "deputy")

    with pytest.raises(Invalid):
        refuse("")
    room = refuse("原因不要先说")
    assert (room.lines[0].state, room.line) == (Line.RETURNED, None)


def test_the_database_keeps_versions_apart(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    room = watchroom.on_room(uid, room_work.draft_line, "duty", LINE)
    twin = {"incident_id": room.id, "number": 1, "text": LINE, "drafted_by_id": watchroom.duty.id}
    with pytest.raises(IntegrityError), watchroom.database.unit() as session:
        session.add(AgreedLine(**twin))


def test_tasks_have_an_owner_who_sits_there_and_a_time(watchroom: Watchroom) -> None:
    uid, due = watchroom.room(), NOON + timedelta(hours=1)

    def set_task(owner: str, due_at: object) -> IncidentRoom:
        def act(session: Session, actor: Actor, room: IncidentRoom) -> None:
            staff = the_staff(session, watchroom.newsroom.actors[owner].uid)
            room_work.set_task(
                session,
                actor,
                room,
                words="去现场核实",
                owner=staff,
                due_at=due_at,  # type: ignore[arg-type]
            )

        return watchroom.on_room(uid, act, "duty")

    with pytest.raises(Invalid):
        set_task("liaison", due)
    watchroom.invite(uid, "liaison", Office.POLICE)
    with pytest.raises(Invalid):
        set_task("liaison", NOON - timedelta(hours=1))
    set_task("liaison", due)
    with pytest.raises(WrongState):
        watchroom.on_room(uid, rooms.close, "deputy", "办完了")
    watchroom.later(hours=2)
    assert (calls.call(watchroom.database), calls.call(watchroom.database)) == (1, 0)
    assert "“%(title)s”的任务已超时：%(words)s" in watchroom.heard("liaison")

    def finish(role: str, words: str) -> IncidentRoom:
        def act(session: Session, actor: Actor, room: IncidentRoom) -> None:
            room_work.finish_task(session, actor, room.tasks[0], words)

        return watchroom.on_room(uid, act, role)

    with pytest.raises(Invalid):
        finish("liaison", " ")
    assert finish("liaison", "现场已核实").tasks[0].state == Task.DONE
    with pytest.raises(WrongState):
        finish("duty", "现场已核实")
    assert watchroom.on_room(uid, rooms.close, "deputy", "办完了").state == Incident.CLOSED
    with pytest.raises(WrongState):
        watchroom.on_room(uid, rooms.say, "duty", "还有一句")
    assert watchroom.on_room(uid, rooms.reopen, "deputy", "复燃").state == Incident.OPEN


def test_the_statement_comes_from_the_line_and_stops_the_clocks(watchroom: Watchroom) -> None:
    uid = watchroom.room(Grade.MAJOR)
    with pytest.raises(WrongState):
        watchroom.on_room(uid, statements.draft_statement, "duty")
    watchroom.agreed(uid)
    room = watchroom.on_room(uid, statements.draft_statement, "duty")
    with pytest.raises(WrongState):
        watchroom.on_room(uid, statements.draft_statement, "duty")
    watchroom.later(minutes=90)
    with watchroom.database.unit() as session:
        assert LINE in str(session.get_one(Story, room.story_id).doc)
        statements.follow(session, PublicationLive(1, room.story_id))  # type: ignore[arg-type]
    room = watchroom.see(uid)
    assert room.state == Incident.ANSWERED
    assert {it.name for it in room.clocks if it.done_at} == {"first", "reply"}
    watchroom.on_room(uid, rooms.hold_press, "duty", "两点在区政府")
    with pytest.raises(WrongState):
        watchroom.on_room(uid, rooms.hold_press, "duty", "又一次")
    assert all(it.done_at and not it.was_late for it in watchroom.see(uid).clocks)


def test_after_action_figures_are_counted_from_what_happened(watchroom: Watchroom) -> None:
    sign = watchroom.sign(Grade.MAJOR)
    watchroom.later(minutes=10)
    with watchroom.database.unit() as session:
        found = session.scalars(select(IncidentRoom)).all()
        assert found == []
    watchroom.on_sign(sign, signs.acknowledge, "duty")

    def open_room(session: Session, actor: Actor, found: object) -> None:
        rooms.open_room(session, actor, title="自来水有味", grade=Grade.MAJOR, sign=found)  # type: ignore[arg-type]

    watchroom.on_sign(sign, open_room, "duty")
    with watchroom.database.unit(write=False) as session:
        uid = session.scalars(select(IncidentRoom.uid)).one()
    watchroom.later(minutes=7)
    watchroom.on_room(uid, rooms.say, "duty", "已联系水务局")
    watchroom.later(minutes=13)
    watchroom.agreed(uid)
    room = watchroom.on_room(uid, statements.draft_statement, "duty")
    watchroom.later(minutes=40)
    with watchroom.database.unit() as session:
        for hours in (-5, -2, -1, 1, 30):
            said = watchroom.database.info["now"] + timedelta(hours=hours)
            session.add(_item(room, f"{hours}", said))
        statements.follow(session, PublicationLive(1, room.story_id))  # type: ignore[arg-type]
    with watchroom.database.unit(write=False) as session:
        assert figures.after_action(session, watchroom.see(uid)).reads is None  # nobody measured
    watchroom.on_room(
        uid, room_work.measure, "duty", channel="微博", copies=1, reads=500, ours=True
    )
    watchroom.on_room(
        uid, room_work.measure, "duty", channel="微博", copies=1, reads=900, ours=True
    )
    with watchroom.database.unit(write=False) as session:
        told = figures.after_action(session, watchroom.see(uid))
    minutes = (told.from_sign, told.to_first_response, told.to_line, told.to_statement)
    assert minutes == (10, 7, 20, 60)
    assert (told.before, told.after, told.reads) == (3, 1, 900)
    assert told.to_everywhere is None


def _item(room: IncidentRoom, key: str, said: object) -> Item:
    return Item(
        origin=Origin.HAND,
        source_uid=key,
        channel="weibo",
        text="水有味",
        said_at=said,
        incident_id=room.id,
    )


def test_an_incident_goes_on_while_redis_is_away(
    watchroom: Watchroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rooms are in the database: live pages are late, and nothing else is."""
    gone = RedisLive(Redis(unix_socket_path="/nowhere/redis.sock"))
    monkeypatch.setattr(QuietLive, "tell", lambda _self, topic, **data: gone.tell(topic, **data))
    uid = watchroom.room(Grade.MAJOR)
    watchroom.agreed(uid)
    watchroom.on_room(uid, rooms.say, "duty", "Redis 不在也能记")
    watchroom.later(hours=4)
    assert calls.call(watchroom.database) == 1
    assert watchroom.see(uid).state == Incident.AGREED


def test_the_room_as_a_page(watchroom: Watchroom, sign_in: Door) -> None:
    duty, deputy, police = sign_in("duty"), sign_in("deputy"), sign_in("liaison")
    assert duty.post_form("/events/new", {"title": "火"}).status_code == 422
    at = duty.post_form("/events/new", {"title": "柳湾起火", "grade": "major"}).location
    assert police.get(at).status_code == 404
    uid = watchroom.newsroom.actors["liaison"].uid
    assert duty.post_form(f"{at}/members", {"staff": uid, "office": "police"}).status_code == 302
    page = police.get(at).text
    assert "首次权威发布" in page
    assert "请谁进来" not in page
    written = {"office": "police", "grade": "larger", "words": "已控制现场"}
    assert police.post_form(f"{at}/assessments", written).status_code == 302
    refused = police.post_form(f"{at}/assessments", {"office": "centre", "words": "代写"})
    assert refused.status_code == 403
    assert police.post_form(f"{at}/lines", {"text": "短"}).status_code == 422
    assert police.post_form(f"{at}/lines", {"text": LINE}).status_code == 302
    assert police.post_form(f"{at}/lines/1/approve").status_code == 403
    assert deputy.post_form(f"{at}/lines/1/approve").status_code == 302
    wrong = {"words": "去现场", "owner": uid, "due_at": "2001-01-01T09:00"}
    answer = duty.post_form(f"{at}/tasks", wrong)
    assert answer.status_code == 422
    assert "去现场" in answer.text
    assert duty.post_form(f"{at}/grade", {"grade": "larger", "version": "99"}).status_code == 409
    assert duty.post_form(f"{at}/statement").location.startswith("/stories/")
    assert duty.post_form(f"{at}/close", {"note": "办完"}).status_code == 403
    part = police.get(f"{at}/part").text
    assert "已控制现场" in part
    assert "各账号的回执" not in part
    assert "柳湾起火" in police.get("/events").text
    assert deputy.post_form(f"{at}/close", {"note": "办完"}).status_code == 302
    assert "复盘" in deputy.get(at).text


def test_a_page_asks_no_more_the_more_stands_in_the_room(
    watchroom: Watchroom, sign_in: Door, statements: list[str]
) -> None:
    uid, duty = watchroom.room(), sign_in("duty")
    duty.get(f"/events/{uid}")

    def asked() -> int:
        before = len(statements)
        duty.get(f"/events/{uid}")
        return len(statements) - before

    few = asked()
    watchroom.invite(uid, "liaison", Office.POLICE)
    for number in range(6):
        watchroom.on_room(uid, rooms.say, "duty", f"第 {number} 条")
        watchroom.on_room(uid, room_work.assess, "liaison", Office.POLICE, Grade.ROUTINE, "稳定")
    assert asked() <= few + 1


def test_two_states_of_the_row_do_not_overwrite_each_other(watchroom: Watchroom) -> None:
    uid = watchroom.room()
    with watchroom.database.unit() as session:
        session.execute(update(IncidentRoom).values(version=IncidentRoom.version + 1))
    with pytest.raises(Stale):
        watchroom.on_room(uid, rooms.set_grade, "duty", Grade.MAJOR, 1, "")
