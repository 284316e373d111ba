"""Reads about people: the tree of units, and what a person's posts allow."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session, selectinload

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import NotFound
from kitchen.people.models import Post, Staff, Unit
from kitchen.people.rules import Level

RolePermissions = Mapping[str, frozenset[str]]


def staff_by_uid(session: Session, uid: str) -> Staff | None:
    """One person with their posts."""
    return session.scalar(
        select(Staff)
        .where(Staff.uid == uid)
        .options(selectinload(Staff.posts).joinedload(Post.unit))
    )


def staff_by_username(session: Session, username: str) -> Staff | None:
    return session.scalar(
        select(Staff)
        .where(Staff.username == username)
        .options(selectinload(Staff.posts).joinedload(Post.unit))
    )


def the_staff(session: Session, uid: str) -> Staff:
    """One person; raises :class:`NotFound`."""
    found = staff_by_uid(session, uid)
    if found is None:
        raise NotFound
    return found


def all_staff(session: Session) -> Sequence[Staff]:
    """Everyone who is active, with posts, by name."""
    return session.scalars(
        select(Staff)
        .where(Staff.active)
        .options(selectinload(Staff.posts).joinedload(Post.unit))
        .order_by(Staff.id)
    ).all()


def all_units(session: Session) -> Sequence[Unit]:
    return session.scalars(select(Unit).order_by(Unit.id)).all()


def unit_and_below(session: Session, unit_id: int) -> frozenset[int]:
    """The ids of a unit and of everything under it, in one query."""
    return frozenset(session.scalars(_UNIT_AND_BELOW, {"unit_id": unit_id}))


def _unit_and_below() -> Select[int]:
    """Every request of a person asks this, so it is put together once."""
    tree = select(Unit.id).where(Unit.id == bindparam("unit_id")).cte("below", recursive=True)
    tree = tree.union_all(select(Unit.id).where(Unit.parent_id == tree.c.id))
    return select(tree.c.id)


_UNIT_AND_BELOW = _unit_and_below()


def units_below(session: Session, uid: str | None) -> frozenset[int]:
    """The ids of the named unit and of everything under it; of all there are without a name.

    Raises :class:`NotFound`.
    """
    if not uid:
        return frozenset(session.scalars(select(Unit.id)))
    top = session.scalar(select(Unit.id).where(Unit.uid == uid))
    if top is None:
        raise NotFound
    return unit_and_below(session, top)


def desk_for(session: Session, unit_id: int | None) -> int | None:
    """The unit whose desk works on what comes from ``unit_id``.

    Sections of the media centre keep their own; what towns and departments send belongs to the
    centre, whose committee decides on it.
    """
    query = select(Unit.id).where(Unit.level == Level.MEDIA_CENTRE).order_by(Unit.id).limit(1)
    centre = session.scalar(query)
    if centre is None or (unit_id is not None and unit_id in unit_and_below(session, centre)):
        return unit_id
    return centre


def staff_with_role(session: Session, *roles: str) -> Sequence[Staff]:
    """Everyone active who holds one of these roles anywhere."""
    return session.scalars(
        select(Staff).where(Staff.active, Staff.posts.any(Post.role.in_(roles))).order_by(Staff.id)
    ).all()


def staff_over(session: Session, unit_id: int, *roles: str) -> Sequence[Staff]:
    """Everyone active who holds one of these roles in a unit or in one above it."""
    above = select(Unit.id, Unit.parent_id).where(Unit.id == unit_id).cte("above", recursive=True)
    above = above.union_all(select(Unit.id, Unit.parent_id).where(Unit.id == above.c.parent_id))
    held = Post.role.in_(roles) & Post.unit_id.in_(select(above.c.id))
    return session.scalars(
        select(Staff).where(Staff.active, Staff.posts.any(held)).order_by(Staff.id)
    ).all()


def actor_of(session: Session, staff: Staff, roles: RolePermissions) -> Actor:
    """The person as one who acts: what their posts allow now, and over which units.

    A post in a unit without a parent (the district itself) holds everywhere.
    """
    grants: dict[str, frozenset[int]] = {}
    for post in staff.posts:
        scope = EVERYWHERE if post.unit.parent_id is None else unit_and_below(session, post.unit_id)
        for permission in roles.get(post.role, frozenset()):
            held = grants.get(permission, frozenset())
            grants[permission] = EVERYWHERE if EVERYWHERE in (held, scope) else held | scope
    first = staff.posts[0].unit if staff.posts else None
    return Actor(
        id=staff.id,
        uid=staff.uid,
        name=staff.name,
        unit_id=first.id if first else None,
        unit_name=first.name if first else "",
        username=staff.username,
        locale=staff.locale,
        grants=grants,
    )
