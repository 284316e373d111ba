"""Alarms: raised by what is urgent, answered by whoever reads it; and the lines that they climb."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import ColumnElement, bindparam, delete, select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.notifications.models import Alarm, EscalationRule, Notice
from kitchen.notifications.rules import LINES, Kind, Rung
from kitchen.people.rules import May


def line_of(session: Session, kind: Kind) -> tuple[Rung, ...]:
    """Who is called one after the other: as the centre wrote it down, else the usual line."""
    rows = session.scalars(_LINE, {"kind": kind}).all()
    return tuple(Rung(each.role, each.minutes) for each in rows) or LINES.get(kind, ())


_LINE = (
    select(EscalationRule)
    .where(EscalationRule.kind == bindparam("kind"))
    .order_by(EscalationRule.position)
)
"""Asked whenever somebody is told something; building it costs more than running it."""


def write_line(session: Session, actor: Actor, kind: Kind, line: Sequence[Rung]) -> None:
    """Write down another line for a kind; an empty one brings the usual line back."""
    authorize(actor, May.ADMINISTER)
    before = [f"{each.role} {each.minutes}" for each in line_of(session, kind)]
    session.execute(delete(EscalationRule).where(EscalationRule.kind == kind))
    session.add_all(
        EscalationRule(kind=kind, position=at, role=each.role, minutes=each.minutes)
        for at, each in enumerate(line)
    )
    session.flush()
    after = [f"{each.role} {each.minutes}" for each in line]
    audit.record(session, actor, "write_line", kind, before={"line": before}, after={"line": after})


def raise_alarm(session: Session, content: Mapping[str, Any], unit_id: int | None) -> None:
    """Begin to climb, if the kind has a line and no alarm about the same subject is open."""
    line = line_of(session, content["kind"])
    if not line or open_about(session, content["kind"], content["url"]) is not None:
        return
    next_at = clock.now(session) + timedelta(minutes=line[0].minutes)
    session.add(Alarm(unit_id=unit_id, next_at=next_at, **content))


def open_about(session: Session, kind: Kind, url: str) -> Alarm | None:
    """The alarm about a subject that nobody has answered."""
    return session.scalar(
        select(Alarm).where(Alarm.url == url, Alarm.kind == kind, Alarm.closed_at.is_(None))
    )


def calling() -> ColumnElement[bool]:
    """Whether a notice is about an alarm that nobody has answered, as part of a query."""
    about = (Alarm.url == Notice.url, Alarm.kind == Notice.kind)
    return select(Alarm.id).where(*about, Alarm.closed_at.is_(None)).exists()


def answer(session: Session, actor: Actor, notice: Notice) -> None:
    """Somebody who was told has seen it: nobody else is called."""
    alarm = open_about(session, notice.kind, notice.url)
    if alarm is not None:
        alarm.closed_at, alarm.closed_by_id, alarm.next_at = clock.now(session), actor.id, None
        audit.record(session, actor, "answer_alarm", alarm)
