"""The outbox: what is due, and the one fenced update by which the house moves a publication.

Every update names the id, the states it may come from and the fence; if it does not hit exactly
one row somebody else was faster, and :class:`LostRace` stops whoever thought it was theirs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache
from typing import Any, ClassVar, NamedTuple, cast

from sqlalchemy import (
    ColumnElement,
    Date,
    Table,
    Update,
    and_,
    bindparam,
    case,
    exists,
    literal,
    or_,
    select,
    update,
)
from sqlalchemy.orm import Session, aliased, joinedload

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.media import clearing
from kitchen.media.models import MediaAsset
from kitchen.publishing.events import PublicationMoved
from kitchen.publishing.models import Circuit, Publication, Standstill
from kitchen.publishing.rules import (
    CLAIM_LEASE,
    IN_DOUBT,
    MACHINE,
    SETTLED,
    UNSENT,
    Hold,
    Kind,
    Standing,
    State,
    hold_of,
)
from kitchen.stories.models import FrozenPostAsset, Story
from kitchen.stories.rules import IN_FORCE

ROUTINE = frozenset({"claim", "let_go", "arm", "release", "hold", "put_off"})
"""Moves that the attempts and the row itself tell well enough; all others go into the audit."""


class LostRace(Exception):
    """Somebody else moved the publication first; nothing was written."""


@dataclass(frozen=True, slots=True)
class Hand:
    """A hold on one publication, good until its fence grows."""

    __tablename__: ClassVar[str] = Publication.__tablename__

    id: int
    uid: str
    story_id: int
    account_id: int
    kind: Kind
    fence: int
    attempt_no: int = 0
    target_id: int | None = None
    """What it takes back or replaces."""


def hand_of(publication: Publication) -> Hand:
    """The hold that someone who just read the row has on it."""
    return Hand(
        publication.id,
        publication.uid,
        publication.story_id,
        publication.account_id,
        Kind(publication.kind),
        publication.fence,
        publication.attempt_no,
        publication.target_id,
    )


def shift(session: Session, hand: Hand, name: str, *, note: str = "", **changes: Any) -> Hand:
    """Make the house's move ``name``; ``changes`` are further columns.

    Returns the hold as it is afterwards. Raises :class:`LostRace`.
    """
    move = MACHINE.moves[name]
    if move.target is None:
        raise ValueError(f"the move {name!r} leaves its target open")
    changes = {"hold_reason": "", "since": clock.now(session), **changes}
    _update(session, hand, move.sources, state=State(move.target), **changes)
    if name not in ROUTINE:
        audit.record(session, HOUSE, name, hand, after={"state": str(move.target)}, note=note)
    if name not in {"claim", "arm"}:
        bus.emit(session, PublicationMoved(hand.id, hand.story_id))
    return hand


def touch(session: Session, hand: Hand, state: State, **changes: Any) -> None:
    """Change columns of a publication that stays in ``state``. Raises :class:`LostRace`."""
    _update(session, hand, {state}, **changes)


def claim(session: Session, hand: Hand, target_id: int | None = None) -> Hand:
    """Take a due publication in hand: the fence grows, and the lease begins to run.

    ``target_id`` is what it replaces as things stand now, where that is not what was planned.
    """
    lease, target_id = clock.now(session) + CLAIM_LEASE, target_id or hand.target_id
    fence = hand.fence + 1
    shift(
        session,
        hand,
        "claim",
        fence=fence,
        lease_until=lease,
        next_at=None,
        target_id=target_id,
    )
    return replace(hand, fence=fence, target_id=target_id)


def renew(session: Session, hands: Collection[Hand]) -> None:
    """A sign of life for what is still being prepared; who lost the race learns it when arming."""
    lease = clock.fresh(session) + CLAIM_LEASE
    for hand in hands:
        _write(session, hand, {State.CLAIMED}, lease_until=lease)


def _update(session: Session, hand: Hand, sources: Collection[str], **changes: Any) -> None:
    if _write(session, hand, sources, **changes) != 1:
        raise LostRace(f"publication {hand.uid} is no longer at fence {hand.fence}")


def _write(session: Session, hand: Hand, sources: Collection[str], **changes: Any) -> int:
    """How many rows the fenced update hit: one or none."""
    statement = _fenced(frozenset(sources), tuple(sorted(changes)))
    values = {f"to_{name}": value for name, value in changes.items()}
    done = session.execute(statement, {"at_id": hand.id, "at_fence": hand.fence, **values})
    return int(done.rowcount)  # type: ignore[attr-defined]


@cache
def _fenced(sources: frozenset[str], names: tuple[str, ...]) -> Update:
    """The update for such a move; built once, because building it costs more than running it."""
    row = cast(Table, Publication.__table__)
    return (
        update(row)
        .where(
            row.c.id == bindparam("at_id"),
            row.c.fence == bindparam("at_fence"),
            row.c.state.in_(sorted(sources)),
        )
        .values(version=row.c.version + 1, **{name: bindparam(f"to_{name}") for name in names})
    )


class Case(NamedTuple):
    """A publication with what else decides whether it may move."""

    publication: Publication
    circuit: Circuit | None
    earlier: bool
    revised: bool
    stopped: bool
    uncovered: bool

    @property
    def open_circuit(self) -> Hold | None:
        circuit = self.circuit
        return Hold(circuit.reason) if circuit is not None and circuit.opened_at else None

    def expired(self, now: datetime) -> bool:
        deadline = self.publication.deadline
        return deadline is not None and now >= deadline

    def hold(self, now: datetime) -> Hold | None:
        """What holds it back at this moment."""
        row, account = self.publication, self.publication.account
        return hold_of(
            Standing(
                kind=Kind(row.kind),
                now=now,
                clock=clock.local(now).time(),
                not_before=row.not_before,
                enabled=account.enabled,
                sending=account.sending,
                circuit=self.open_circuit,
                quiet_from=account.quiet_from,
                quiet_until=account.quiet_until,
                quiet_waived=row.quiet_waived,
                earlier=self.earlier,
                revised=self.revised,
                stopped=self.stopped,
                uncovered=self.uncovered,
            )
        )


def due(
    session: Session,
    states: Collection[State],
    limit: int,
    *,
    kinds: Collection[Kind] = tuple(Kind),
    but_not: Collection[int] = (),
) -> Sequence[Case]:
    """Publications in ``states`` whose time has come, most urgent first, locked for this unit.

    ``but_not`` are ids of accounts that shall not be served now.
    """
    query = (
        _cases()
        .where(
            Publication.state.in_(sorted(states)),
            Publication.kind.in_(sorted(kinds)),
            or_(Publication.next_at.is_(None), Publication.next_at <= clock.fresh(session)),
        )
        .order_by(Publication.priority, Publication.position, Publication.id)
        .limit(limit)
        .with_for_update(of=Publication, skip_locked=True)
    )
    if but_not:
        query = query.where(Publication.account_id.not_in(sorted(but_not)))
    return _cases_of(session, query)


def held(session: Session, limit: int, after: int) -> Sequence[Case]:
    """Held publications that may have to move: first those whose slot has come, then those held
    for anything else whose id is above ``after``; locked for this unit.

    What waits for its slot alone is looked at no sooner, so that it keeps nothing else waiting.
    """
    now = clock.fresh(session)
    planned = Publication.hold_reason == Hold.SLOT
    come = or_(
        Publication.not_before.is_(None),
        Publication.not_before <= now,
        Publication.deadline <= now,
    )
    query = (
        _cases()
        .where(
            Publication.state == State.HELD,
            or_(Publication.next_at.is_(None), Publication.next_at <= now),
            or_(and_(planned, come), and_(~planned, Publication.id > after)),
        )
        .order_by(case((planned, 0), else_=1), Publication.id)
        .limit(limit)
        .with_for_update(of=Publication, skip_locked=True)
    )
    return _cases_of(session, query)


def _cases_of(session: Session, query: Any) -> list[Case]:
    return [Case(*row) for row in session.execute(query, {"at_day": clock.today(session)})]


def case_of(session: Session, publication_id: int) -> Case:
    """One publication as it stands now, for who has to decide about it."""
    at = {"at_id": publication_id, "at_day": clock.today(session)}
    return Case(*session.execute(_one_case(), at).one())


@cache
def _one_case() -> Any:
    return _cases().where(Publication.id == bindparam("at_id"))


@cache
def _cases() -> Any:
    return (
        select(Publication, Circuit, _earlier(), _revised(), _stopped(), _uncovered())
        .join(Story, Story.id == Publication.story_id)
        .outerjoin(Circuit, Circuit.account_id == Publication.account_id)
        .options(joinedload(Publication.account), joinedload(Publication.frozen_post))
        .execution_options(populate_existing=True)
    )


def _earlier() -> ColumnElement[bool]:
    """Whether the account still has something of the same story that must come to its end first.

    A second live copy on one account is as wrong as the same post sent twice. A correction takes
    the place of one that is live, and waits until everything before it has its outcome; a recall
    waits only for the outcome of what it recalls.
    """
    other = aliased(Publication)
    sooner = and_(
        other.story_id == Publication.story_id,
        other.account_id == Publication.account_id,
        other.id < Publication.id,
    )
    before_a_piece = and_(
        Publication.kind == Kind.PUBLISH,
        sooner,
        other.state.not_in(sorted(SETTLED - {State.LIVE})),
    )
    before_a_correction = and_(
        Publication.kind == Kind.CORRECT,
        sooner,
        other.state.in_(sorted(UNSENT | IN_DOUBT | {State.AWAITING_HAND})),
    )
    before_a_recall = and_(
        Publication.kind == Kind.RECALL,
        other.id == Publication.target_id,
        other.state.in_(sorted(IN_DOUBT | {State.CLAIMED})),
    )
    return exists().where(or_(before_a_piece, before_a_correction, before_a_recall))


def _revised() -> ColumnElement[bool]:
    return Story.state.not_in(sorted(IN_FORCE))


def _stopped() -> ColumnElement[bool]:
    scopes = ("house", "restored", literal("channel:").concat(Publication.channel))
    return exists().where(Standstill.scope.in_(scopes))


def _uncovered() -> ColumnElement[bool]:
    """Whether anything that it shows may not be shown on its channel, on the day ``at_day``."""
    shown = exists().where(
        FrozenPostAsset.frozen_post_id == Publication.frozen_post_id,
        MediaAsset.id == FrozenPostAsset.asset_id,
        clearing.uncovered(Publication.channel, bindparam("at_day", type_=Date)),
    )
    return shown.correlate_except(FrozenPostAsset, MediaAsset)
