"""Reads of tips for the desk: each sees those of its unit and nothing else."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, false, func, or_, select, true
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.counting import added_up
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.leads.rules import ALIKE, likeness, shingles
from kitchen.tips import words
from kitchen.tips.models import Tip, TipFile, TipLook, TipMessage, TipReward
from kitchen.tips.rules import TARGETS, Look, May, Showing, State

COMPARED_AT_MOST = 100
"""Newest tips that one is compared with; each has to be opened for it."""
SHOWN_ALIKE = 5


def seen_by(actor: Actor, permission: str = May.READ) -> ColumnElement[bool]:
    """Of the tips those over which this person holds the permission."""
    units = actor.grants.get(permission)
    if units is None:
        return false()
    if units == EVERYWHERE:
        return true()
    return or_(Tip.unit_id.in_(sorted(units)), Tip.unit_id.is_(None))


def the_tip(session: Session, actor: Actor, uid: str, permission: str = May.READ) -> Tip:
    """One tip with all that belongs to it. Raises :class:`NotFound`, also for what this person may
    not see.
    """
    found = session.scalar(
        select(Tip)
        .where(Tip.uid == uid, seen_by(actor, permission))
        .options(
            joinedload(Tip.lead),
            joinedload(Tip.merged_into),
            selectinload(Tip.merged),
            selectinload(Tip.files),
            selectinload(Tip.messages).joinedload(TipMessage.staff),
        )
    )
    if found is None:
        raise NotFound
    return found


def by_code(session: Session, code_hash: str) -> Tip | None:
    """What a source's code leads to."""
    return session.scalar(select(Tip).where(Tip.code_hash == code_hash))


def page_of_tips(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Tip]:
    """Tips that this person may read, newest first; ``q`` looks in what the desk calls them."""
    query = select(Tip).where(seen_by(actor))
    query = query.options(selectinload(Tip.files), joinedload(Tip.lead))
    if state:
        query = query.where(Tip.state == state)
    if q:
        query = query.where(Tip.label.contains(q, autoescape=True))
    return newest_first(session, query, Tip.id, limit=limit, cursor=cursor)


def resembling(session: Session, actor: Actor, tip: Tip) -> list[tuple[Tip, float]]:
    """Tips of the last time that probably tell the same, likest first."""
    own = shingles("", words.told_of(session, tip))
    query = select(Tip).where(Tip.id != tip.id, Tip.state.in_(sorted(TARGETS)), seen_by(actor))
    newest = session.scalars(query.order_by(Tip.id.desc()).limit(COMPARED_AT_MOST))
    scored = [(each, likeness(own, shingles("", words.told_of(session, each)))) for each in newest]
    alike = [pair for pair in scored if pair[1] >= ALIKE]
    return sorted(alike, key=lambda pair: (-pair[1], -pair[0].id))[:SHOWN_ALIKE]


def waiting_for(session: Session, actor: Actor) -> int:
    """How many tips wait for this person: new ones, and looks to decide."""
    asked = []
    if actor.may(May.SORT):
        query = select(func.count(Tip.id))
        asked.append(query.where(Tip.state == State.NEW, seen_by(actor, May.SORT)))
    if actor.may(May.APPROVE):
        query = select(func.count(TipLook.id)).join(Tip).where(TipLook.state == Look.ASKED)
        asked.append(query.where(seen_by(actor, May.APPROVE)))
    return added_up(session, asked)


def the_file(session: Session, actor: Actor, uid: str, file_uid: str) -> TipFile:
    """A file of a tip. Raises :class:`NotFound`."""
    tip = the_tip(session, actor, uid)
    found = next((each for each in tip.files if each.uid == file_uid), None)
    if found is None:
        raise NotFound
    return found


def files_waiting(session: Session, now: datetime) -> Sequence[int]:
    """Files of which something is to be made, and nobody is making it."""
    free = or_(TipFile.leased_until.is_(None), TipFile.leased_until < now)
    query = select(TipFile.id).where(TipFile.showing == Showing.WAITING, free)
    return session.scalars(query.order_by(TipFile.id).limit(200)).all()


def looks_of(session: Session, tip: Tip) -> Sequence[TipLook]:
    """Who wanted to know how to reach the source, newest first."""
    query = select(TipLook).where(TipLook.tip_id == tip.id).order_by(TipLook.id.desc())
    options = joinedload(TipLook.asked_by), joinedload(TipLook.decided_by)
    return session.scalars(query.options(*options)).all()


def page_of_looks(
    session: Session, actor: Actor, *, limit: int = 50, cursor: str | None = None
) -> Page[TipLook]:
    """Wishes that this person may decide, or has decided, newest first."""
    query = select(TipLook).join(Tip).where(seen_by(actor, May.APPROVE))
    query = query.options(
        joinedload(TipLook.tip), joinedload(TipLook.asked_by), joinedload(TipLook.decided_by)
    )
    return newest_first(session, query, TipLook.id, limit=limit, cursor=cursor)


def the_look(session: Session, actor: Actor, uid: str) -> TipLook:
    """One wish. Raises :class:`NotFound`."""
    query = select(TipLook).join(Tip).where(TipLook.uid == uid, seen_by(actor, May.APPROVE))
    found = session.scalar(query.options(joinedload(TipLook.tip)))
    if found is None:
        raise NotFound
    return found


def rewards_of(session: Session, tip: Tip) -> Sequence[TipReward]:
    """What was offered for a tip, oldest first."""
    query = select(TipReward).where(TipReward.tip_id == tip.id).order_by(TipReward.id)
    return session.scalars(query.options(joinedload(TipReward.paid_by))).all()


def claimed_by(session: Session, claim_hash: str) -> TipReward | None:
    """The reward of a claim code."""
    return session.scalar(select(TipReward).where(TipReward.claim_hash == claim_hash))


def of_leads(session: Session, lead_ids: Sequence[int]) -> Sequence[Tip]:
    """The tips of which these leads were made."""
    return session.scalars(select(Tip).where(Tip.lead_id.in_(sorted(lead_ids)))).all()


def turned_down_before(session: Session, moment: datetime) -> Sequence[Tip]:
    """Tips that were turned down before then, and are to be erased."""
    query = select(Tip).where(Tip.state == State.REJECTED, Tip.settled_at < moment)
    return session.scalars(query.options(selectinload(Tip.files)).limit(200)).all()


def states_of(session: Session, uids: Sequence[str]) -> dict[str, State]:
    """Where the tips of these names stand; a name without a tip is left out."""
    found = session.execute(select(Tip.uid, Tip.state).where(Tip.uid.in_(uids)))
    return {uid: State(state) for uid, state in found}
