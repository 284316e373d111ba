"""Who may decide what: posts, writers and signatures, asked of the database in one place.

A step is decided by holders of its role over the story's unit; a joint step by reviewers who have
a post in the invited unit itself. Nobody who worked on a piece judges it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from sqlalchemy import CTE, BindParameter, ColumnElement, and_, exists, or_, select
from sqlalchemy.orm import Session, aliased

from kitchen.assignments.models import Crew
from kitchen.assignments.rules import Answer
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.people.models import Post, Staff, Unit
from kitchen.review.models import Round, Step
from kitchen.review.rules import May, Obstacle, Standing, obstacle_of
from kitchen.stories.models import Story, Version

Who = int | BindParameter[int] | None
"""A person's id, or the place of one in a statement that is built once."""


def reviewing_roles(session: Session) -> list[str]:
    """The roles whose holders may review, by the table of roles."""
    return [role for role, granted in session.info["roles"].items() if May.REVIEW in granted]


def writers_of(session: Session, round_: Round) -> frozenset[int]:
    """Who wrote the piece, gathered it, handed it in, or wrote what it was adopted from."""
    story = round_.story
    crew = select(Crew.staff_id).where(
        Crew.assignment_id == story.assignment_id, Crew.answer != Answer.DECLINED
    )
    origin = select(Story.author_id).where(Story.id == story.adopted_from_id)
    found = {story.author_id, round_.story_version.made_by_id, *session.scalars(crew.union(origin))}
    return frozenset(staff_id for staff_id in found if staff_id is not None)


def signed_by(round_: Round) -> frozenset[int]:
    """Who has decided a step of this round."""
    return frozenset(step.reviewer_id for step in round_.steps if step.reviewer_id is not None)


def obstacle_for(session: Session, actor: Actor, step: Step) -> Obstacle | None:
    """What keeps this person from deciding this step now; ``None``: nothing does."""
    holds = actor.may(May.REVIEW, step.unit_id) and session.scalar(
        select(exists().where(Step.id == step.id, holds_post(reviewing_roles(session), actor.id)))
    )
    return obstacle_of(
        Standing(
            reviewer_id=actor.id,
            state=step.state,
            writers=writers_of(session, step.round),
            signed=signed_by(step.round),
            holds_post=bool(holds),
            claimed_by_id=step.claimed_by_id,
            claimed_at=step.claimed_at,
            now=clock.fresh(session),
        )
    )


def holds_post(roles: Collection[str], staff_id: Who) -> ColumnElement[bool]:
    """Whether one of the person's posts is the one that a :class:`Step` asks for.

    ``roles`` are the :func:`reviewing_roles`.
    """
    held = _held_by(staff_id)
    over = or_(held.c.unit_id == Step.unit_id, Step.unit_id.is_(None))
    own_level = exists().where(held.c.role == Step.role, over)
    invited = exists().where(
        Post.staff_id == staff_id,
        Post.unit_id == Step.unit_id,
        Post.role.in_(roles),
    )
    return or_(and_(~Step.joint, own_level), and_(Step.joint, invited))


def _held_by(staff_id: Who) -> CTE:
    """The person's roles with every unit over which they are held."""
    held = (
        select(Post.unit_id, Post.role).where(Post.staff_id == staff_id).cte("held", recursive=True)
    )
    return held.union(select(Unit.id, held.c.role).where(Unit.parent_id == held.c.unit_id))


def stands_apart(staff_id: Who) -> ColumnElement[bool]:
    """Whether the person has no hand in the :class:`Story` and signed nothing in its round."""
    origin, other = aliased(Story), aliased(Step)
    return and_(
        Story.author_id.is_distinct_from(staff_id),
        Version.made_by_id.is_distinct_from(staff_id),
        ~exists().where(
            Crew.assignment_id == Story.assignment_id,
            Crew.staff_id == staff_id,
            Crew.answer != Answer.DECLINED,
        ),
        ~exists().where(origin.id == Story.adopted_from_id, origin.author_id == staff_id),
        ~exists().where(other.round_id == Round.id, other.reviewer_id == staff_id),
    )


def possible_reviewers(session: Session, step: Step) -> Sequence[Staff]:
    """Everyone who may decide this step: they are told, and a page says so if there is nobody."""
    barred = writers_of(session, step.round) | signed_by(step.round)
    posted = _post_in_unit(session, step) if step.joint else _post_over_unit(step)
    return session.scalars(
        select(Staff)
        .where(Staff.active, Staff.id.not_in(barred), Staff.posts.any(posted))
        .order_by(Staff.id)
    ).all()


def _post_in_unit(session: Session, step: Step) -> ColumnElement[bool]:
    return and_(Post.unit_id == step.unit_id, Post.role.in_(reviewing_roles(session)))


def _post_over_unit(step: Step) -> ColumnElement[bool]:
    if step.unit_id is None:
        return Post.role == step.role
    above = select(Unit.id, Unit.parent_id).where(Unit.id == step.unit_id).cte(recursive=True)
    above = above.union(select(Unit.id, Unit.parent_id).where(Unit.id == above.c.parent_id))
    return and_(Post.role == step.role, Post.unit_id.in_(select(above.c.id)))
