"""Stand-ins: a level's holder names who judges in their stead, from when to when, and why.

What is lent is the level, not the right to review: a stand-in reviews where they might anyway,
hence wherever the holder does, is never the author, and never signs twice in a round. Every verdict
is given under their own name.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, NotFound, WrongState
from kitchen.people.models import Post, Staff
from kitchen.review.events import StandInNamed
from kitchen.review.models import StandIn
from kitchen.review.reviewers import post_over, reviewing_roles
from kitchen.review.rules import May, StandInAsked, StandInFault, stand_in_fault

FAULTS = {
    StandInFault.ONESELF: ("stand_in", N_("请选别人代审，不能选自己。")),
    StandInFault.NO_REVIEWER: ("stand_in", N_("这个人的岗位不能审稿，请另选一位。")),
    StandInFault.NO_LEVEL: ("stand_in", N_("您没有审稿岗位，不用请人代审。")),
    StandInFault.OUT_OF_REACH: (
        "stand_in",
        N_("这个人的岗位管不到您审稿的全部单位，请另选一位。"),
    ),
    StandInFault.BACKWARDS: ("ends_at", N_("结束时间要在开始之后。")),
    StandInFault.PAST: ("ends_at", N_("结束时间已经过了，请重选。")),
    StandInFault.TOO_LONG: ("ends_at", N_("一次代审最长 60 天，请分次委托。")),
}
"""The field to mend and the sentence."""


def name_stand_in(
    session: Session,
    actor: Actor,
    stand_in: Staff,
    *,
    starts_at: datetime,
    ends_at: datetime,
    reason: str,
) -> StandIn:
    """Have ``stand_in`` judge in one's stead from ``starts_at`` to before ``ends_at``.

    Raises :class:`Invalid` at the field that is wrong, :class:`Forbidden`.
    """
    authorize(actor, May.REVIEW)
    if not reason.strip():
        raise Invalid(fields={"reason": N_("请写明理由。")})
    asked = StandInAsked(
        holder_id=actor.id,
        stand_in_id=stand_in.id,
        holder_reviews=_reviews(session, actor.id),
        stand_in_reviews=stand_in.active and _reviews(session, stand_in.id),
        covers=_covers(session, actor, stand_in),
        starts_at=starts_at,
        ends_at=ends_at,
        now=clock.now(session),
    )
    if fault := stand_in_fault(asked):
        field, sentence = FAULTS[fault]
        raise Invalid(fields={field: sentence})
    assert actor.id is not None
    named = StandIn(
        holder_id=actor.id,
        stand_in_id=stand_in.id,
        starts_at=starts_at,
        ends_at=ends_at,
        reason=reason.strip(),
    )
    session.add(named)
    session.flush()
    told = {
        "stand_in": stand_in.name,
        "starts_at": starts_at.isoformat(),
        "ends_at": ends_at.isoformat(),
    }
    audit.record(session, actor, "name_stand_in", named, after=told, note=named.reason)
    bus.emit(session, StandInNamed(named.id))
    return named


def _reviews(session: Session, staff_id: int | None) -> bool:
    held = select(Post.id).where(Post.staff_id == staff_id, Post.role.in_(reviewing_roles(session)))
    return session.scalar(held.limit(1)) is not None


def _covers(session: Session, actor: Actor, stand_in: Staff) -> bool:
    asked = select(Staff.id).where(Staff.id == stand_in.id, *_reaching(session, actor))
    return session.scalar(asked) is not None


def _reaching(session: Session, actor: Actor) -> list[ColumnElement[bool]]:
    """What is true of people who review over each unit in which the actor does."""
    roles = reviewing_roles(session)
    own = select(Post.unit_id).where(Post.staff_id == actor.id, Post.role.in_(roles)).distinct()
    return [Staff.posts.any(post_over(roles, unit_id)) for unit_id in session.scalars(own)]


def end_stand_in(session: Session, actor: Actor, named: StandIn) -> None:
    """End it before its time; whoever named it may, and nobody else.

    Raises :class:`Forbidden`, :class:`WrongState` if it has ended.
    """
    if actor.id != named.holder_id:
        raise Forbidden(N_("只有委托人可以提前结束代审。"))
    now = clock.fresh(session)
    if named.ends_at <= now:
        raise WrongState(N_("这次代审已经结束了。"))
    before = {"ends_at": named.ends_at.isoformat()}
    named.ends_at = now
    session.flush()
    after = {"ends_at": now.isoformat()}
    audit.record(session, actor, "end_stand_in", named, before=before, after=after)


def stand_ins_of(session: Session, actor: Actor) -> Sequence[StandIn]:
    """Whom the person named and for whom they stand in; those that have ended are left out."""
    return session.scalars(
        select(StandIn)
        .where(
            (StandIn.holder_id == actor.id) | (StandIn.stand_in_id == actor.id),
            StandIn.ends_at > clock.now(session),
        )
        .options(joinedload(StandIn.holder), joinedload(StandIn.stand_in))
        .order_by(StandIn.starts_at, StandIn.id)
    ).all()


def the_stand_in(session: Session, uid: str) -> StandIn:
    """One by its name. Raises :class:`NotFound`."""
    found = session.scalar(select(StandIn).where(StandIn.uid == uid))
    if found is None:
        raise NotFound
    return found


def possible_stand_ins(session: Session, actor: Actor) -> Sequence[Staff]:
    """Everybody else who reviews wherever the actor does, by name."""
    posted = Staff.posts.any(Post.role.in_(reviewing_roles(session)))
    able = (Staff.active, Staff.id != actor.id, posted, *_reaching(session, actor))
    return session.scalars(select(Staff).where(*able).order_by(Staff.name)).all()
