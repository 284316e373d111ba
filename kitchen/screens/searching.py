"""Looking for something across the stations: a person's question, and what they may find."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.clock import CENTRE
from kitchen.core.errors import Forbidden
from kitchen.people import queries as people
from kitchen.search import queries
from kitchen.search.queries import Question, Results
from kitchen.search.rules import words_of
from kitchen.search.schemas import Asked
from kitchen.search.sources import open_to, sources_of

SHOWN = 5
"""Finds of each kind on the page of everything."""


def look_for(session: Session, actor: Actor, asked: Asked, *, limit: int = 20) -> Results:
    """The page of one kind; without a kind the first few of each that the person may look for.

    Raises :class:`Forbidden` for a kind whose list is closed to them, :class:`NotFound` for an
    author or unit that does not exist.
    """
    kinds = open_to(actor, sources_of(session))
    if asked.kind is not None and asked.kind not in kinds:
        raise Forbidden
    question = question_of(session, actor, asked)
    if not question.words:
        return Results(dict.fromkeys(kinds, 0))
    if asked.kind:
        shown = [asked.kind]
        return queries.find(session, kinds, question, shown=shown, limit=limit, cursor=asked.cursor)
    return queries.find(session, kinds, question, limit=SHOWN)


def question_of(session: Session, actor: Actor, asked: Asked) -> Question:
    """What is asked, in the terms of the index."""
    author_id = people.the_staff(session, asked.author).id if asked.author else None
    return Question(
        words_of(asked.q),
        state=asked.state,
        author_id=actor.id if asked.mine else author_id,
        unit_ids=people.units_below(session, asked.unit) if asked.unit else None,
        column=asked.column,
        since=_begin_of(asked.since) if asked.since else None,
        until=_begin_of(asked.until + timedelta(days=1)) if asked.until else None,
    )


def _begin_of(day: date) -> datetime:
    return datetime.combine(day, time(), CENTRE)
