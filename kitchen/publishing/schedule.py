"""When a delivery leaves: people move its slot, or let it go at once, while it has not left.

The slot belongs to the delivery and not to what was approved, so that moving it needs no new
approval. What may be moved is approved by its state: a revocation cancels whatever has not left in
the revoking unit itself.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.publishing import outbox
from kitchen.publishing.events import PublicationMoved, PublicationsDue
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import Hand, LostRace, hand_of
from kitchen.publishing.rules import LIFETIME, Hold, Kind, May, State, in_quiet
from kitchen.stories import release

MOVABLE = frozenset({State.HELD, State.READY})
"""Where a delivery still waits; from the next state on a worker has it in hand."""
FARTHEST = timedelta(days=365)
"""How far ahead a slot may lie; what is farther was mistyped."""
TOO_LATE = N_("它已经在发送了，时间没有改。请看发送进展。")


def movable(publication: Publication, actor: Actor) -> bool:
    """Whether this person may move the delivery's slot now."""
    return _waits(publication) and actor.may(May.OPERATE, publication.unit_id)


def in_quiet_hours(publication: Publication) -> bool:
    """Whether its slot lies in its account's quiet hours, and it will leave only after them."""
    slot, account = publication.not_before, publication.account
    if slot is None:
        return False
    return in_quiet(clock.local(slot).time(), account.quiet_from, account.quiet_until)


def reschedule(session: Session, actor: Actor, publication: Publication, when: datetime) -> None:
    """Let it leave not before ``when``; it stays news for as long after that as any other.

    Raises :class:`Invalid` for a slot that is past, a year away or within the story's embargo,
    :class:`WrongState` if it has left, or leaves at this very moment.
    """
    _demand_waiting(actor, publication)
    _check_slot(when, clock.now(session))
    release.demand_after_embargo(publication.story, when, "not_before")
    former, hand = publication.not_before, hand_of(publication)
    changes: dict[str, Any] = {"not_before": when, "deadline": when + LIFETIME, "next_at": None}
    changes["quiet_waived"] = False
    try:
        if publication.state == State.HELD:
            outbox.touch(session, hand, State.HELD, hold_reason=Hold.SLOT, **changes)
            bus.emit(session, PublicationMoved(hand.id, hand.story_id))
        else:
            outbox.shift(session, hand, "hold", hold_reason=Hold.SLOT, **changes)
    except LostRace as lost:
        raise WrongState(TOO_LATE) from lost
    _note(session, actor, publication, "reschedule", former)


def send_now(session: Session, actor: Actor, publication: Publication) -> Hold | None:
    """Wait for no slot any longer. Answers what holds it back besides, ``None`` if it leaves now.

    Raises :class:`WrongState` if it has left already, or does so at this very moment,
    :class:`Invalid` within the story's embargo.
    """
    _demand_waiting(actor, publication)
    if publication.state == State.READY:
        raise WrongState(N_("它马上就要发送，不用再催。"))
    release.demand_after_embargo(publication.story, clock.now(session), "not_before")
    former, hand = publication.not_before, hand_of(publication)
    try:
        hold = _let_go(session, hand)
    except LostRace as lost:
        raise WrongState(TOO_LATE) from lost
    _note(session, actor, publication, "send_now", former)
    return hold


def _let_go(session: Session, hand: Hand) -> Hold | None:
    now = clock.now(session)
    outbox.touch(session, hand, State.HELD, not_before=None, deadline=now + LIFETIME, next_at=None)
    return leave_or_wait(session, hand)


def leave_or_wait(session: Session, hand: Hand) -> Hold | None:
    """Look again at what holds back a held delivery, and release it if nothing does.

    Raises :class:`~kitchen.publishing.outbox.LostRace`.
    """
    hold = outbox.case_of(session, hand.id).hold(clock.now(session))
    if hold is None:
        outbox.shift(session, hand, "release")
        bus.emit(session, PublicationsDue(hand.story_id, 1))
    else:
        outbox.touch(session, hand, State.HELD, hold_reason=hold)
        bus.emit(session, PublicationMoved(hand.id, hand.story_id))
    return hold


def _waits(publication: Publication) -> bool:
    return publication.kind == Kind.PUBLISH and publication.state in MOVABLE


def _demand_waiting(actor: Actor, publication: Publication) -> None:
    authorize(actor, May.OPERATE, publication)
    if not _waits(publication):
        raise WrongState(TOO_LATE if publication.kind == Kind.PUBLISH else "")


def _check_slot(when: datetime, now: datetime) -> None:
    if when <= now:
        told = N_("这个时间已经过去了，没有改。要马上发，请用“立即发送”。")
        raise Invalid(told, fields={"not_before": told})
    if when > now + FARTHEST:
        told = N_("最多排到一年以内，请检查年份。")
        raise Invalid(told, fields={"not_before": told})


def _note(
    session: Session, actor: Actor, publication: Publication, act: str, former: datetime | None
) -> None:
    """Who moved it from when to when; the row is read again, as the fenced update left it."""
    session.refresh(publication)
    audit.record(
        session,
        actor,
        act,
        publication,
        before={"not_before": _told(former)},
        after={"not_before": _told(publication.not_before), "state": str(publication.state)},
    )


def _told(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None
