"""Drills (S45): a scenario is played into a room of its own, by the clock, faster if wanted.

What a drill says is marked in the title, in the row and in every item; it is counted in no trend,
and of its room no story can be made (:mod:`kitchen.opinion.statements`, and a constraint).
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database, new_uid
from kitchen.core.errors import N_, Duplicate, Invalid, NotFound
from kitchen.core.workflow import carry_out
from kitchen.opinion import room_queries, rooms
from kitchen.opinion.events import RoomChanged
from kitchen.opinion.models import Item
from kitchen.opinion.room_models import Drill, IncidentRoom
from kitchen.opinion.rules import RUNNING, SPEEDS, Incident, May, Origin, Run, Step
from kitchen.opinion.scenarios import SCENARIOS, Inject, Scenario
from kitchen.opinion.steps import note
from kitchen.opinion.watching import tone_of

OVER = "演练重置"


def scenario_of(key: str) -> Scenario:
    """The scenario by its name. Raises :class:`NotFound`."""
    try:
        return SCENARIOS[key]
    except KeyError as unknown:
        raise NotFound from unknown


def begin(session: Session, actor: Actor, key: str, speed: int) -> Drill:
    """Play a scenario from its beginning, in a new room.

    Raises :class:`Invalid` for a speed that there is not, :class:`Duplicate` while it is played.
    """
    authorize(actor, May.HANDLE)
    assert actor.id is not None
    scenario = scenario_of(key)
    if speed not in SPEEDS:
        raise Invalid(fields={"speed": N_("请从给出的选项里选。")})
    if room_queries.is_played(session, key):
        raise Duplicate(N_("这个演练正在进行，先重置它。"))
    room = rooms.open_room(
        session,
        actor,
        title=scenario.title,
        grade=scenario.grade,
        body=scenario.body,
        place=scenario.place,
        drill=True,
        speed=speed,
    )
    drill = Drill(
        scenario=key,
        incident=room,
        unit_id=room.unit_id,
        speed=speed,
        begun_by_id=actor.id,
        next_at=clock.now(session),
    )
    session.add(drill)
    session.flush()
    audit.record(session, actor, "begin_drill", drill, after={"scenario": key, "speed": speed})
    _play_due(session, drill)
    return drill


def pause(session: Session, actor: Actor, drill: Drill) -> None:
    """Stand still; what is left until the next inject is kept."""
    left = (drill.next_at or clock.now(session)) - clock.now(session)
    changes = {"left_seconds": max(0, round(left.total_seconds())), "next_at": None}
    event = RoomChanged(drill.incident_id)
    carry_out(session, drill, "pause", actor, changes=changes, event=event)


def go_on(session: Session, actor: Actor, drill: Drill) -> None:
    """Go on where it stood still."""
    due = clock.now(session) + timedelta(seconds=drill.left_seconds)
    event = RoomChanged(drill.incident_id)
    carry_out(session, drill, "go_on", actor, changes={"next_at": due}, event=event)


def reset(session: Session, actor: Actor, drill: Drill) -> None:
    """End this playing: its room is closed and stays to be read; it can be played anew."""
    carry_out(session, drill, "reset", actor, changes={"next_at": None})
    if Incident(drill.incident.state) in RUNNING:
        rooms.close(session, HOUSE, drill.incident, OVER)


def play(database: Database) -> int:
    """Play what is due in all drills; answers how many injects."""
    with database.unit(write=False) as session:
        due = (Drill.state == Run.RUNNING, Drill.next_at <= clock.now(session))
        ids = session.scalars(select(Drill.id).where(*due)).all()
    played = 0
    for drill_id in ids:
        with database.unit() as session:
            drill = session.get_one(Drill, drill_id, with_for_update=True)
            if drill.state == Run.RUNNING:
                played += _play_due(session, drill)
    return played


def _play_due(session: Session, drill: Drill) -> int:
    injects = SCENARIOS[drill.scenario].injects
    now, played = clock.now(session), 0
    while drill.next_at is not None and drill.next_at <= now:
        inject = injects[drill.position]
        _inject(session, drill.incident, inject)
        drill.position, played = drill.position + 1, played + 1
        if drill.position == len(injects):
            drill.next_at = None
            carry_out(session, drill, "end", HOUSE)
        else:
            minutes = injects[drill.position].minute - inject.minute
            drill.next_at += timedelta(minutes=minutes) / drill.speed
    if played:
        session.flush()
        bus.emit(session, RoomChanged(drill.incident_id))
    return played


def _inject(session: Session, room: IncidentRoom, inject: Inject) -> None:
    if Incident(room.state) not in RUNNING:
        return
    note(session, room, Step.INJECT, inject.words, value=inject.channel)
    if inject.channel:
        tone, tone_words = tone_of(session, inject.words, inject.channel)
        session.add(
            Item(
                origin=Origin.DRILL,
                source_uid=new_uid(),
                channel=inject.channel,
                place=room.place,
                text=inject.words,
                tone=tone,
                tone_words=tone_words,
                said_at=clock.now(session),
                incident_id=room.id,
            )
        )
