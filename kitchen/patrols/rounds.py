"""The automatic round: every account has its turn once a day, in batches that are soon over.

Each batch is a unit of work of its own. Two rounds at once do not meet: on PostgreSQL a batch is
locked and passed over by the other, on SQLite there is one writer.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import exists, func, insert, literal, select, update
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.matrix.models import Account
from kitchen.patrols import findings, reading, tuning
from kitchen.patrols.facts import facts_of
from kitchen.patrols.models import PatrolDay, PatrolTurn
from kitchen.patrols.rules import strikes

BELL = "patrol_accounts"
BATCH = 500
BATCHES = 20
"""What one ring takes on; the rest is rung for again within the minute."""


def ring_if_due(database: Database) -> None:
    """Ring if some account's turn has come, or something that was published is not read yet."""
    with database.unit(write=False) as session:
        newest = session.scalar(select(func.max(Account.id))) or 0
        listed = session.scalar(select(func.max(PatrolTurn.account_id))) or 0
        due = select(PatrolTurn.account_id).where(PatrolTurn.due_at <= clock.now(session))
        if newest > listed or session.scalar(select(due.exists())) or reading.behind(session):
            ports.of(session).bell.ring(BELL, 0)


def go(database: Database, _subject_id: int = 0) -> int:
    """Read what was published, then go along the accounts; how many had their turn."""
    for _ in range(BATCHES):
        with database.unit() as session:
            if reading.read_on(session) == 0:
                break
    with database.unit() as session:
        _enlist(session)
    looked = 0
    for _ in range(BATCHES):
        with database.unit() as session:
            done = look_at_a_batch(session)
        looked += done
        if done < BATCH:
            break
    return looked


def _enlist(session: Session) -> None:
    """Give a first turn to every account without one; retired ones too, for they may come back."""
    listed = exists().where(PatrolTurn.account_id == Account.id)
    new = select(Account.id, literal(clock.now(session), PatrolTurn.due_at.type))
    session.execute(insert(PatrolTurn).from_select(["account_id", "due_at"], new.where(~listed)))


def look_at_a_batch(session: Session) -> int:
    """Look at the accounts whose turn has come, the longest waiting first; how many they were."""
    now, parameters = clock.now(session), tuning.in_force(session)
    due = (
        select(PatrolTurn.account_id)
        .where(PatrolTurn.due_at <= now)
        .order_by(PatrolTurn.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    turns = session.scalars(due).all()
    if not turns:
        return 0
    used = session.scalars(select(Account.id).where(Account.id.in_(turns), Account.in_use)).all()
    facts = facts_of(session, used, parameters)
    struck = [(at, strike) for at in facts for strike in strikes(facts[at], parameters)]
    found = findings.note_all(session, struck)
    session.execute(
        update(PatrolTurn)
        .where(PatrolTurn.account_id.in_(turns))
        .values(due_at=now + timedelta(hours=parameters["look_hours"]), looked_at=now)
    )
    blind = sum(each.blind for each in facts.values())
    _count(session, looked=len(facts), blind=blind, found=found)
    return len(turns)


def _count(session: Session, *, looked: int, blind: int, found: int) -> None:
    today = clock.today(session)
    day = session.get(PatrolDay, today, with_for_update=True)
    if day is None:
        day = PatrolDay(day=today, looked=0, blind=0, found=0)
        session.add(day)
    day.looked += looked
    day.blind += blind
    day.found += found
