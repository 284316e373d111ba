"""From user names to people: who may be sent, and who was named."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.assignments.rules import Role
from kitchen.core.errors import N_, Invalid
from kitchen.people.models import Post, Staff

FIELD_ROLES = ("reporter", "editor", "chief")
"""Roles whose people are sent out."""


def available(session: Session) -> Sequence[Staff]:
    """Everyone who may be sent, by name."""
    return session.scalars(
        select(Staff)
        .where(Staff.active, Staff.posts.any(Post.role.in_(FIELD_ROLES)))
        .order_by(Staff.id)
    ).all()


def named(session: Session, crew: Sequence[tuple[str, Role]]) -> list[tuple[Staff, Role]]:
    """The people behind the user names. Raises :class:`Invalid` for a name nobody bears."""
    people = {staff.username: staff for staff in available(session)}
    if unknown := [name for name, _ in crew if name not in people]:
        raise Invalid(fields={"crew": N_("没有这个人，或不能派出。")}, names=unknown)
    return [(people[name], role) for name, role in crew]
