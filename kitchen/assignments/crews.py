"""From user names to people: who may be sent, by whom, who is seen in the lanes, who was named."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import May, Role
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.people.models import Post, Staff, Unit
from kitchen.people.queries import all_units

FIELD_ROLES = ("reporter", "editor", "chief")
"""Roles whose people are sent out."""


def _in_the_field(session: Session) -> Sequence[Staff]:
    return session.scalars(
        select(Staff)
        .where(Staff.active, Staff.posts.any(Post.role.in_(FIELD_ROLES)))
        .options(selectinload(Staff.posts))
        .order_by(Staff.id)
    ).all()


def available(session: Session, actor: Actor) -> Sequence[Staff]:
    """Everyone whom this actor may send, by name."""
    return [
        staff
        for staff in _in_the_field(session)
        if any(actor.may(May.DISPATCH, post.unit_id) for post in staff.posts)
    ]


def visible(session: Session, actor: Actor) -> Sequence[Staff]:
    """Everyone whose time this actor may look at: whom they send, themselves, their own unit."""
    return [
        staff
        for staff in _in_the_field(session)
        if staff.id == actor.id
        or any(
            post.unit_id == actor.unit_id or actor.may(May.DISPATCH, post.unit_id)
            for post in staff.posts
        )
    ]


def named(
    session: Session, actor: Actor, crew: Sequence[tuple[str, Role]]
) -> list[tuple[Staff, Role]]:
    """The people behind the user names. Raises :class:`Invalid` for one who cannot be sent."""
    people = {staff.username: staff for staff in available(session, actor)}
    if unknown := [name for name, _ in crew if name not in people]:
        raise Invalid(fields={"crew": N_("没有这个人，或不能派出。")}, names=unknown)
    return [(people[name], role) for name, role in crew]


def on_crew(assignment: Assignment, username: str) -> Staff:
    """Somebody of a crew by their user name. Raises :class:`Invalid` for anybody else."""
    for member in assignment.crew:
        if member.staff.username == username:
            return member.staff
    raise Invalid(fields={"to": N_("请选这个任务里的人。")})


def anyone(session: Session, username: str) -> Staff:
    """Somebody who works in the field, by user name. Raises :class:`Invalid`."""
    for staff in _in_the_field(session):
        if staff.username == username:
            return staff
    raise Invalid(fields={"person": N_("没有这个人。")})


def swap(
    session: Session, assignment: Assignment, leaves: str | None, comes: str | None
) -> tuple[Staff, Staff] | None:
    """Who leaves a crew and who comes instead, by user names; ``None`` where nothing changes."""
    if not leaves or not comes or leaves == comes:
        return None
    return on_crew(assignment, leaves), anyone(session, comes)


def units(session: Session, actor: Actor) -> list[Unit]:
    """The units over which this actor dispatches."""
    return [unit for unit in all_units(session) if actor.may(May.DISPATCH, unit.id)]


def unit_of(session: Session, actor: Actor, uid: str) -> Unit:
    """One of them by its uid. Raises :class:`Invalid`."""
    for unit in units(session, actor):
        if unit.uid == uid:
            return unit
    raise Invalid(fields={"unit": N_("请选您可以派发的单位。")})
