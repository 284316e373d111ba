"""Verbs on early signs (S26): report, acknowledge, act, close; and the chain while nobody hears."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database
from kitchen.core.workflow import carry_out
from kitchen.opinion import settings
from kitchen.opinion.events import SignMoved, SignReported, SignUnheard
from kitchen.opinion.models import EarlySign, Item
from kitchen.opinion.rules import Grade, May, Sign, Step, minutes_for
from kitchen.opinion.steps import note
from kitchen.people.queries import desk_for

AT_ONCE = 100


def report(
    session: Session,
    actor: Actor,
    *,
    title: str,
    grade: Grade,
    body: str = "",
    place: str = "",
    link: str = "",
    item: Item | None = None,
) -> EarlySign:
    """Report an early sign; the first of the chain hear of it at once."""
    authorize(actor, May.REPORT)
    assert actor.id is not None
    due = clock.now(session) + timedelta(minutes=minutes_for(grade, settings.parameters(session)))
    sign = EarlySign(
        title=title,
        body=body,
        place=place,
        link=link,
        grade=grade,
        unit_id=desk_for(session, actor.unit_id),
        reporter_id=actor.id,
        due_at=due,
        call_at=due,
    )
    session.add(sign)
    session.flush()
    if item is not None:
        item.sign_id = sign.id
    note(session, sign, Step.OPENED, actor=actor)
    audit.record(session, actor, "report_sign", sign, after={"title": title, "grade": str(grade)})
    bus.emit(session, SignReported(sign.id))
    return sign


def acknowledge(session: Session, actor: Actor, sign: EarlySign) -> None:
    """Somebody takes it up: the chain ends."""
    changes = {
        "acknowledged_by_id": actor.id,
        "acknowledged_at": clock.now(session),
        "call_at": None,
    }
    event = SignMoved(sign.id, "acknowledge")
    carry_out(session, sign, "acknowledge", actor, changes=changes, event=event)
    note(session, sign, Step.ACKNOWLEDGED, actor=actor)


def act(session: Session, actor: Actor, sign: EarlySign, words: str) -> None:
    """What is done about it; may be said again and again."""
    event = SignMoved(sign.id, "act")
    carry_out(session, sign, "act", actor, note=words, changes={"action": words}, event=event)
    note(session, sign, Step.ACTED, words, actor=actor)


def close(session: Session, actor: Actor, sign: EarlySign, words: str) -> None:
    """It is over; ``words`` say what came of it."""
    changes = {"closed_at": clock.now(session)}
    event = SignMoved(sign.id, "close")
    carry_out(session, sign, "close", actor, note=words, changes=changes, event=event)
    note(session, sign, Step.CLOSED, words, actor=actor)


def reopen(session: Session, actor: Actor, sign: EarlySign, words: str) -> None:
    """It was closed too early."""
    event = SignMoved(sign.id, "reopen")
    carry_out(session, sign, "reopen", actor, note=words, changes={"closed_at": None}, event=event)
    note(session, sign, Step.REOPENED, words, actor=actor)


def escalate(database: Database) -> int:
    """Tell the next of the chain about signs that nobody acknowledged; answers how many."""
    with database.unit(write=False) as session:
        due = EarlySign.call_at <= clock.now(session)
        query = select(EarlySign.id).where(due).order_by(EarlySign.call_at).limit(AT_ONCE)
        ids = session.scalars(query).all()
    made = 0
    for sign_id in ids:
        with database.unit() as session:
            made += _escalated(session, sign_id)
    return made


def _escalated(session: Session, sign_id: int) -> bool:
    sign = session.get_one(EarlySign, sign_id, with_for_update=True)
    now = clock.now(session)
    if sign.state != Sign.REPORTED or sign.call_at is None or sign.call_at > now:
        return False
    steps = settings.chain(session)
    sign.calls += 1
    last = sign.calls >= len(steps) - 1
    pause = timedelta(minutes=minutes_for(Grade(sign.grade), settings.parameters(session)))
    sign.call_at = None if last else now + pause
    if sign.calls >= len(steps):  # the chain was made shorter meanwhile
        return False
    note(session, sign, Step.ESCALATED, actor=HOUSE)
    bus.emit(session, SignUnheard(sign.id, sign.calls))
    return True
