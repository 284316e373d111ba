"""Who may decide what: posts, stand-ins, writers and signatures, asked of the database here alone.

A step is decided by holders of its role over the story's unit, or whoever stands in for one of
them; a joint step by reviewers who have a post in the invited unit itself. Nobody who worked on a
piece judges it, and nobody judges it in such a person's stead.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from typing import Any

from sqlalchemy import (
    CTE,
    BindParameter,
    ColumnElement,
    Select,
    and_,
    bindparam,
    exists,
    func,
    or_,
    select,
)
from sqlalchemy.orm import Session, aliased

from kitchen.assignments.models import Crew
from kitchen.assignments.rules import Answer
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.db import UtcDateTime
from kitchen.people.models import Post, Staff, Unit
from kitchen.review.models import Round, StandIn, Step
from kitchen.review.rules import May, Obstacle, Standing, obstacle_of
from kitchen.stories.models import Story, Version, Writer
from kitchen.stories.rules import Kind

Who = int | BindParameter[int] | ColumnElement[int] | None
"""A person's id, the place of one in a statement that is built once, or a column that holds one."""
When = datetime | BindParameter[datetime]


def reviewing_roles(session: Session) -> list[str]:
    """The roles whose holders may review, by the table of roles."""
    return [role for role, granted in session.info["roles"].items() if May.REVIEW in granted]


def writers_of(session: Session, round_: Round) -> frozenset[int]:
    """Who wrote the piece or its origins, wrote in it, gathered it or handed it in."""
    story = round_.story
    given = {
        "assignment_id": story.assignment_id,
        "story_id": story.id,
        "first_id": round_.since_version_id or round_.version_id,
        "last_id": round_.version_id,
    }
    found = {story.author_id, *session.scalars(_WRITERS, given)}
    return frozenset(staff_id for staff_id in found if staff_id is not None)


_WRITERS = (
    select(Crew.staff_id)
    .where(Crew.assignment_id == bindparam("assignment_id"), Crew.answer != Answer.DECLINED)
    .union(
        select(Writer.staff_id).where(Writer.story_id == bindparam("story_id")),
        select(Version.made_by_id).where(
            Version.story_id == bindparam("story_id"),
            Version.kind == Kind.SUBMITTED,
            Version.id.between(bindparam("first_id"), bindparam("last_id")),
        ),
    )
)
"""Asked a dozen times on the way of a piece; building it costs more than running it."""


def signed_by(round_: Round) -> frozenset[int]:
    """Who has decided a step of this round."""
    return frozenset(step.reviewer_id for step in round_.steps if step.reviewer_id is not None)


@dataclass(frozen=True, slots=True)
class Turn:
    """Whether a person may decide a step now."""

    obstacle: Obstacle | None
    """What keeps them from it; ``None``: nothing does."""
    instead_of: int | None
    """In whose stead they would decide it; ``None``: in their own right."""


def turn_at(session: Session, actor: Actor, step: Step) -> Turn:
    """How this person stands to this step, at the moment of the unit of work."""
    now = clock.now(session)
    levels = _levels_of(session, actor, step, now)
    standing = Standing(
        reviewer_id=actor.id,
        state=step.state,
        writers=writers_of(session, step.round),
        signed=signed_by(step.round),
        holds_post=bool(levels),
        claimed_by_id=step.claimed_by_id,
        claimed_at=step.claimed_at,
        now=now,
    )
    stead = None if actor.id in levels else min(levels, default=None)
    return Turn(obstacle_of(standing), stead)


def _levels_of(session: Session, actor: Actor, step: Step, now: datetime) -> frozenset[int]:
    """Of whom the person holds the level that the step asks for: their own, or lent ones."""
    if actor.id is None or not actor.may(May.REVIEW, step.unit_id):
        return frozenset()
    roles = reviewing_roles(session)
    given = {"step": step.id, "person": actor.id, "now": now, "roles": roles}
    return frozenset(session.scalars(_levels(step.joint), given))


@cache
def _levels(joint: bool) -> Select[int]:
    """Whose post, own or lent, is the one that a step asks for; put together once."""
    person: BindParameter[int] = bindparam("person")
    roles: Any = bindparam("roles", expanding=True)
    step = select(Step).where(Step.id == bindparam("step"))
    if joint:
        return step.join(Post, _invited(person, roles)).with_only_columns(Post.staff_id)
    held = _held_by(person, bindparam("now", type_=UtcDateTime()))
    of_piece = step.join(Round, Round.id == Step.round_id).join(Story, Story.id == Round.story_id)
    level = of_piece.join(held, _own_level(held, person)).where(_reviews(held, person, roles))
    return level.with_only_columns(held.c.holder_id)


def holds_post(roles: Collection[str], staff_id: Who, now: When) -> ColumnElement[bool]:
    """Whether one of the person's posts, own or lent, is the one that a :class:`Step` asks for.

    A level that is lent reaches as far as the person reviews anyway. ``roles`` are the
    :func:`reviewing_roles`. The statement joins what :func:`stands_apart` needs.
    """
    held = _held_by(staff_id, now)
    level = exists().where(_own_level(held, staff_id))
    invited = exists().where(_invited(staff_id, roles))
    return or_(and_(~Step.joint, level, _reviews(held, staff_id, roles)), and_(Step.joint, invited))


def _reviews(held: CTE, staff_id: Who, roles: Collection[str]) -> ColumnElement[bool]:
    """Whether the person themselves reviews over the step's unit, whatever was lent to them."""
    mine = held.alias()
    return exists().where(
        mine.c.holder_id == staff_id,
        mine.c.role.in_(roles),
        or_(mine.c.unit_id == Step.unit_id, Step.unit_id.is_(None)),
    )


def _invited(staff_id: Who, roles: Collection[str]) -> ColumnElement[bool]:
    """Whether a :class:`Post` of the person is one in the very unit that a joint step invites."""
    return and_(Post.staff_id == staff_id, Post.unit_id == Step.unit_id, Post.role.in_(roles))


def _own_level(held: CTE, staff_id: Who) -> ColumnElement[bool]:
    """Whether a post held is that of the step; one that is lent only by somebody apart from it."""
    over = or_(held.c.unit_id == Step.unit_id, Step.unit_id.is_(None))
    own = held.c.holder_id == staff_id
    return and_(held.c.role == Step.role, over, or_(own, stands_apart(held.c.holder_id)))


def _held_by(staff_id: Who, now: When) -> CTE:
    """The roles that the person holds or stands in for, with every unit over which each is held."""
    lent = select(StandIn.holder_id).where(
        StandIn.stand_in_id == staff_id, StandIn.starts_at <= now, StandIn.ends_at > now
    )
    held = (
        select(Post.unit_id, Post.role, Post.staff_id.label("holder_id"))
        .where(or_(Post.staff_id == staff_id, Post.staff_id.in_(lent)))
        .cte("held", recursive=True)
    )
    below = Unit.parent_id == held.c.unit_id
    return held.union(select(Unit.id, held.c.role, held.c.holder_id).where(below))


def stands_apart(staff_id: Who) -> ColumnElement[bool]:
    """Whether the person has no hand in the :class:`Story` and signed nothing in its round."""
    other, mended = aliased(Step), aliased(Version)
    first = func.coalesce(Round.since_version_id, Round.version_id)
    handed_in = exists().where(
        mended.story_id == Round.story_id,
        mended.kind == Kind.SUBMITTED,
        mended.id.between(first, Round.version_id),
        mended.made_by_id == staff_id,
    )
    gathered = exists().where(
        Crew.assignment_id == Story.assignment_id,
        Crew.staff_id == staff_id,
        Crew.answer != Answer.DECLINED,
    )
    wrote = exists().where(Writer.story_id == Story.id, Writer.staff_id == staff_id)
    signed = exists().where(other.round_id == Round.id, other.reviewer_id == staff_id)
    return and_(
        Story.author_id.is_distinct_from(staff_id),
        ~handed_in.correlate_except(mended),
        ~gathered.correlate_except(Crew),
        ~wrote.correlate_except(Writer),
        ~signed.correlate_except(other),
    )


def possible_reviewers(session: Session, step: Step) -> Sequence[Staff]:
    """Everyone who may decide this step: they are told, and a page says so if there is nobody."""
    given = {
        "barred": sorted(writers_of(session, step.round) | signed_by(step.round)),
        "now": clock.now(session),
        "level": [step.role],
        "roles": reviewing_roles(session),
        "unit_id": step.unit_id,
    }
    return session.scalars(_able(step.joint, step.unit_id is None), given).all()


@cache
def _able(joint: bool, anywhere: bool) -> Select[Staff]:
    """Who may decide a step: asked whenever one is opened, so it is put together once."""
    level: Any = bindparam("level", expanding=True)
    roles: Any = bindparam("roles", expanding=True)
    barred: Any = bindparam("barred", expanding=True)
    unit_id: BindParameter[int] = bindparam("unit_id")
    found = select(Staff).where(Staff.active, Staff.id.not_in(barred)).order_by(Staff.id)
    if joint:
        return found.where(Staff.posts.any(and_(Post.unit_id == unit_id, Post.role.in_(roles))))
    now = bindparam("now", type_=UtcDateTime())
    over = None if anywhere else unit_id
    posted = post_over(level, over)
    lent = select(StandIn.stand_in_id).where(
        StandIn.starts_at <= now,
        StandIn.ends_at > now,
        StandIn.holder_id.not_in(barred),
        exists().where(Post.staff_id == StandIn.holder_id, posted),
    )
    stands_in = and_(Staff.id.in_(lent), Staff.posts.any(post_over(roles, over)))
    return found.where(or_(Staff.posts.any(posted), stands_in))


def post_over(
    roles: Collection[str], unit_id: int | BindParameter[int] | None
) -> ColumnElement[bool]:
    """Whether a post gives one of the roles over a unit; over some unit where none is named."""
    if unit_id is None:
        return Post.role.in_(roles)
    above = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte(recursive=True)
    above = above.union(select(Unit.id, Unit.parent_id).where(Unit.id == above.c.parent_id))
    return and_(Post.role.in_(roles), Post.unit_id.in_(select(above.c.id)))
