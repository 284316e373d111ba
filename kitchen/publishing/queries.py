"""Reads of deliveries: the console, one delivery, everywhere a story went, the counters."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.models import Account
from kitchen.publishing.models import (
    Attempt,
    Circuit,
    Publication,
    QuietPass,
    ReceiptRow,
    Statement,
)
from kitchen.publishing.rules import AT_REST, Kind, State
from kitchen.stories.models import Story

ASKING = frozenset({State.NEEDS_HUMAN, State.FAILED, State.EXPIRED, State.GONE})
"""Failures and open questions: what the console shows first."""
PERSONS = frozenset({State.NEEDS_HUMAN, State.AWAITING_HAND})
"""What waits for somebody's hands or eyes."""
MOVING = frozenset(State) - AT_REST - ASKING - {State.HELD}
SHOWN = 50
CASES_MOST = 200

_WITH = (
    joinedload(Publication.story),
    joinedload(Publication.account),
)


def the_publication(session: Session, uid: str) -> Publication:
    """One delivery with its story, account and post. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Publication)
        .where(Publication.uid == uid)
        .options(*_WITH, joinedload(Publication.frozen_post), joinedload(Publication.target))
    )
    if found is None:
        raise NotFound
    return found


def page_of_publications(
    session: Session,
    *,
    state: str | None = None,
    channel: str | None = None,
    story: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Publication]:
    """Deliveries, newest first; ``q`` looks in titles of stories, ``story`` is a story's uid."""
    query = select(Publication).options(*_WITH)
    if state:
        query = query.where(Publication.state == state)
    if channel:
        query = query.where(Publication.channel == channel)
    if story or q:
        query = query.join(Story, Story.id == Publication.story_id)
    if story:
        query = query.where(Story.uid == story)
    if q:
        query = query.where(Story.title.contains(q, autoescape=True))
    return newest_first(session, query, Publication.id, limit=limit, cursor=cursor)


def publications_of_story(session: Session, story_id: int) -> Sequence[Publication]:
    """Everywhere a story went or will go, and its withdrawals, in the order of release."""
    return session.scalars(
        select(Publication)
        .where(Publication.story_id == story_id)
        .options(*_WITH)
        .order_by(Publication.position, Publication.id)
    ).all()


@dataclass(frozen=True, slots=True)
class Console:
    """The publishing desk at one moment: what asks for people, what moves, what waits, what is."""

    asking: Sequence[Publication]
    in_hand: Sequence[Publication]
    moving: Sequence[Publication]
    held: Sequence[Publication]
    done: Sequence[Publication]
    circuits: Sequence[Circuit]


def console(session: Session) -> Console:
    """The newest deliveries by how they stand; a constant number of queries."""
    return Console(
        asking=_newest(session, ASKING),
        in_hand=_newest(session, {State.AWAITING_HAND}),
        moving=_newest(session, MOVING),
        held=session.scalars(
            _in(_listed(), {State.HELD})
            .order_by(Publication.not_before.asc().nulls_last(), Publication.id)
            .limit(SHOWN)
        ).all(),
        done=_newest(session, {State.LIVE, State.REMOVED, State.CANCELLED}),
        circuits=open_circuits(session),
    )


def open_circuits(session: Session) -> Sequence[Circuit]:
    return session.scalars(
        select(Circuit)
        .where(Circuit.opened_at.is_not(None))
        .options(joinedload(Circuit.account))
        .order_by(Circuit.opened_at)
    ).all()


def _newest(session: Session, states: Collection[State]) -> Sequence[Publication]:
    query = _in(_listed(), states).order_by(Publication.id.desc()).limit(SHOWN)
    return session.scalars(query).all()


def _listed() -> Select[Publication]:
    return select(Publication).options(*_WITH)


def _in(query: Select[Publication], states: Collection[State]) -> Select[Publication]:
    return query.where(Publication.state.in_(sorted(states)))


def waiting_for_people(session: Session) -> int:
    """How many deliveries wait for somebody's hands or eyes."""
    query = select(func.count()).where(Publication.state.in_(sorted(PERSONS)))
    return session.scalar(query) or 0


def for_people(session: Session, limit: int = 10) -> Sequence[Publication]:
    """Those deliveries, the longest waiting first."""
    query = _in(_listed(), PERSONS).order_by(Publication.since, Publication.id).limit(limit)
    return session.scalars(query).all()


def count_cases(session: Session) -> int:
    """How many questions to people are open."""
    query = select(func.count()).where(Publication.state == State.NEEDS_HUMAN)
    return session.scalar(query) or 0


@dataclass(frozen=True, slots=True)
class OpenCase:
    """A question to people, and how many of them have looked and seen nothing."""

    publication: Publication
    witnesses: int


def open_cases(session: Session) -> list[OpenCase]:
    """Every open question, the oldest first, with the unit that answers for the account; two
    queries.
    """
    asked = _in(_listed(), {State.NEEDS_HUMAN})
    found = session.scalars(
        asked.options(joinedload(Publication.account).joinedload(Account.unit))
        .order_by(Publication.since, Publication.id)
        .limit(CASES_MOST)
    ).all()
    said = session.execute(
        select(Statement.publication_id, Statement.attempt_no, func.count())
        .join(Publication, Publication.id == Statement.publication_id)
        .where(Publication.id.in_([row.id for row in found]))
        .where(Statement.said_at >= Publication.since)
        .group_by(Statement.publication_id, Statement.attempt_no)
    )
    witnesses = {(row[0], row[1]): row[2] for row in said}
    return [OpenCase(row, witnesses.get((row.id, row.attempt_no), 0)) for row in found]


@dataclass(frozen=True, slots=True)
class Record:
    """All that is known of one delivery besides its row, oldest first."""

    attempts: Sequence[Attempt]
    receipts: Sequence[ReceiptRow]
    statements: Sequence[Statement]
    recall: Publication | None
    quiet_pass: QuietPass | None
    """The first person's word that it may leave in quiet hours, until the second decides."""


def record_of(session: Session, publication: Publication) -> Record:
    own = publication.id
    return Record(
        attempts=session.scalars(
            select(Attempt).where(Attempt.publication_id == own).order_by(Attempt.id)
        ).all(),
        receipts=session.scalars(
            select(ReceiptRow)
            .where(ReceiptRow.publication_id == own)
            .options(joinedload(ReceiptRow.staff))
            .order_by(ReceiptRow.id)
        ).all(),
        statements=session.scalars(
            select(Statement)
            .where(Statement.publication_id == own, Statement.attempt_no == publication.attempt_no)
            .options(joinedload(Statement.staff))
            .order_by(Statement.id)
        ).all(),
        recall=session.scalar(
            select(Publication).where(Publication.target_id == own, Publication.kind == Kind.RECALL)
        ),
        quiet_pass=session.scalar(
            select(QuietPass)
            .where(QuietPass.publication_id == own, QuietPass.granted_at.is_(None))
            .options(joinedload(QuietPass.asked_by))
        ),
    )
