"""Cases: a question that the machine cannot answer, the evidence for it, and who answered it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import exists, select, update
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.publishing.models import Attempt, Publication, PublicationCase
from kitchen.publishing.outbox import Hand
from kitchen.publishing.rules import State

EVIDENCE = "evidence"
"""The decision where nobody had to decide: an answer came late, and settled it."""


def put(session: Session, hand: Hand, question: str, words: str) -> None:
    """Open a case for a publication that has just come to need a person."""
    _close(session, PublicationCase.publication_id == hand.id)
    session.add(
        PublicationCase(
            publication_id=hand.id,
            opened_at=clock.now(session),
            question=question,
            evidence={"words": words, "attempts": _attempts(session, hand)},
        )
    )
    session.flush()


def _attempts(session: Session, hand: Hand) -> list[dict[str, Any]]:
    found = session.scalars(
        select(Attempt).where(Attempt.publication_id == hand.id).order_by(Attempt.attempt_no)
    )
    return [
        {
            "attempt": each.attempt_no,
            "armed_at": each.armed_at.isoformat(),
            "ended_at": each.ended_at.isoformat() if each.ended_at else "",
            "outcome": each.outcome,
            "code": each.code,
            "words": each.words,
        }
        for each in found
    ]


def decide(
    session: Session, actor: Actor, publication: Publication, decision: str, first: int | None
) -> None:
    """Close the case of a publication. ``first`` is who said so before, where it took two."""
    session.execute(
        update(PublicationCase)
        .where(
            PublicationCase.publication_id == publication.id,
            PublicationCase.decided_at.is_(None),
        )
        .values(
            decided_at=clock.now(session),
            decision=decision,
            decided_by_id=actor.id if first is None else first,
            second_by_id=None if first is None else actor.id,
            version=PublicationCase.version + 1,
        )
        .execution_options(synchronize_session=False)
    )


def close_answered(session: Session) -> None:
    """Close the cases whose question was answered by evidence that came late."""
    waits = exists().where(
        Publication.id == PublicationCase.publication_id,
        Publication.state == State.NEEDS_HUMAN,
    )
    _close(session, ~waits)


def _close(session: Session, which: Any) -> None:
    session.execute(
        update(PublicationCase)
        .where(PublicationCase.decided_at.is_(None), which)
        .values(
            decided_at=clock.now(session),
            decision=EVIDENCE,
            version=PublicationCase.version + 1,
        )
        .execution_options(synchronize_session=False)
    )
