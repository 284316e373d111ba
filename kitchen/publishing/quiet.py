"""Letting one delivery leave in its account's quiet hours: two persons, each with a reason.

The night is kept for readers' sake; a flood warning is reason to break it. The pass belongs to the
one delivery and its slot, and opens nothing but the night: another slot needs another pass.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, WrongState
from kitchen.publishing import outbox, schedule
from kitchen.publishing.models import Publication, QuietPass
from kitchen.publishing.outbox import LostRace
from kitchen.publishing.rules import Hold, Kind, May, State
from kitchen.publishing.verbs import hold


def passable(publication: Publication) -> bool:
    """Whether it waits for nothing that people may waive but the end of the night."""
    held = publication.state == State.HELD and publication.kind == Kind.PUBLISH
    kept = publication.hold_reason == Hold.QUIET or schedule.in_quiet_hours(publication)
    return held and kept and not publication.quiet_waived


def let_pass(session: Session, actor: Actor, publication: Publication, reason: str) -> bool:
    """Say that it may leave in the night, and why; ``True`` with the second person's word.

    Raises :class:`WrongState` if the night does not hold it, or it left at this very moment,
    :class:`Duplicate` for a second word of the same person.
    """
    authorize(actor, May.OPERATE, publication)
    hold(session, publication)
    if not passable(publication):
        raise WrongState(N_("它没有被夜间静默拦下，不用放行。"))
    first = session.scalar(
        select(QuietPass).where(
            QuietPass.publication_id == publication.id, QuietPass.granted_at.is_(None)
        )
    )
    if first is None:
        _ask(session, actor, publication, reason)
        return False
    if first.asked_by_id == actor.id:
        raise Duplicate(N_("您已申请放行，还需要另一位同事同意。"))
    first.granted_by_id, first.granted_at = actor.id, clock.now(session)
    first.granted_reason = reason
    hand = outbox.hand_of(publication)
    try:
        outbox.touch(session, hand, State.HELD, quiet_waived=True)
        schedule.leave_or_wait(session, hand)
    except LostRace as lost:
        raise WrongState(schedule.TOO_LATE) from lost
    audit.record(session, actor, "pass_quiet_hours", publication, note=reason)
    session.refresh(publication)
    return True


def _ask(session: Session, actor: Actor, publication: Publication, reason: str) -> None:
    session.add(
        QuietPass(
            publication_id=publication.id,
            asked_by_id=actor.id,
            asked_at=clock.now(session),
            asked_reason=reason,
        )
    )
    session.flush()
    audit.record(session, actor, "ask_for_quiet_hours", publication, note=reason)
