"""Reads about people: the tree of units, and what a person's posts allow."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from functools import cache
from itertools import groupby
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session, joinedload, selectinload

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import NotFound
from kitchen.people.models import Post, Staff, Unit, UnitName
from kitchen.people.rules import Level

RolePermissions = Mapping[str, frozenset[str]]


def staff_by_uid(session: Session, uid: str) -> Staff | None:
    """One person with their posts."""
    return _one(session, Staff.uid, uid)


def staff_by_username(session: Session, username: str) -> Staff | None:
    return _one(session, Staff.username, username)


def _one(session: Session, column: InstrumentedAttribute[str], named: str) -> Staff | None:
    return session.scalars(_by(column), {"named": named}).unique().one_or_none()


@cache
def _by(column: InstrumentedAttribute[str]) -> Select[Staff]:
    """Built once, for that costs more than running it, and all of it read at once."""
    posts = joinedload(Staff.posts).joinedload(Post.unit)
    return select(Staff).where(column == bindparam("named")).options(posts)


def _with_posts() -> Select[Staff]:
    return select(Staff).options(selectinload(Staff.posts).joinedload(Post.unit))


def the_staff(session: Session, uid: str) -> Staff:
    """One person; raises :class:`NotFound`."""
    found = staff_by_uid(session, uid)
    if found is None:
        raise NotFound
    return found


def all_staff(session: Session) -> Sequence[Staff]:
    """Everyone who is active, with posts, by name."""
    return session.scalars(_with_posts().where(Staff.active).order_by(Staff.id)).all()


def all_units(session: Session, *, closed: bool = False) -> Sequence[Unit]:
    """Every unit that there is; with ``closed``, also those that are no more."""
    query = select(Unit).order_by(Unit.id)
    return session.scalars(query if closed else query.where(Unit.closed_at.is_(None))).all()


def the_unit(session: Session, uid: str) -> Unit:
    """One unit, of those that are no more as well. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Unit)
        .where(Unit.uid == uid)
        .options(joinedload(Unit.parent), joinedload(Unit.merged_into))
    )
    if found is None:
        raise NotFound
    return found


def units_by_name(session: Session) -> dict[str, Unit]:
    """The unit that every name stands for now: also former ones, and those of merged units."""
    units = {unit.id: unit for unit in all_units(session, closed=True)}
    names = {each.name: each.unit_id for each in session.scalars(select(UnitName))}
    names |= {unit.name: unit.id for unit in units.values()}
    return {name: _successor(units, units[unit_id]) for name, unit_id in names.items()}


def _successor(units: Mapping[int, Unit], unit: Unit) -> Unit:
    while unit.merged_into_id is not None:
        unit = units[unit.merged_into_id]
    return unit


def former_names(session: Session, unit_ids: Collection[int]) -> dict[int, list[UnitName]]:
    """What these units were called before, by id, the latest name first."""
    found: dict[int, list[UnitName]] = {}
    query = select(UnitName).where(UnitName.unit_id.in_(unit_ids)).order_by(UnitName.id.desc())
    for each in session.scalars(query):
        found.setdefault(each.unit_id, []).append(each)
    return found


def posts_in(session: Session, unit: Unit) -> Sequence[Post]:
    """Who holds which post in a unit itself, in the order in which they came."""
    return session.scalars(
        select(Post)
        .join(Staff)
        .where(Post.unit_id == unit.id, Staff.active)
        .options(joinedload(Post.staff))
        .order_by(Post.id)
        .limit(500)
    ).all()


def people_by_unit(session: Session) -> dict[int, int]:
    """How many active people have a post in each unit itself, by id."""
    rows = session.execute(
        select(Post.unit_id, func.count(Post.staff_id.distinct()))
        .join(Staff)
        .where(Staff.active)
        .group_by(Post.unit_id)
    )
    return {row[0]: row[1] for row in rows}


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
    query = (
        select(Unit.id)
        .where(Unit.level == Level.MEDIA_CENTRE, Unit.closed_at.is_(None))
        .order_by(Unit.id)
        .limit(1)
    )
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
    return _actor(session.execute(_ACTING, {"uid": staff.uid}).all(), roles)


def acting(session: Session, uid: str, roles: RolePermissions) -> Actor | None:
    """The same of whoever has this uid, as long as they are active."""
    return actor_in(session.execute(_ACTING, {"uid": uid}).all(), roles)


def actor_in(rows: Sequence[Any], roles: RolePermissions) -> Actor | None:
    """Who was found by :func:`with_posts`, as long as they are active."""
    return _actor(rows, roles) if rows and rows[0].active else None


def with_posts(query: Select[*tuple[Any, ...]], uid: Any) -> Select[*tuple[Any, ...]]:
    """Tell with a query of :class:`Staff` all that :func:`actor_in` needs of the one with this uid:
    a row for each of their posts and each unit over which it holds; none: everywhere.
    """
    held = (
        select(Post.id.label("post_id"), Post.unit_id.label("unit_id"))
        .join(Staff, Staff.id == Post.staff_id)
        .join(Unit, Unit.id == Post.unit_id)
        .where(Staff.uid == uid, Unit.parent_id.is_not(None))
        .cte("held", recursive=True)
    )
    held = held.union_all(select(held.c.post_id, Unit.id).where(Unit.parent_id == held.c.unit_id))
    person = (Staff.id, Staff.uid, Staff.name, Staff.username, Staff.locale, Staff.active)
    post = (Post.id.label("post_id"), Post.role, Unit.id.label("unit_id"), Unit.name.label("unit"))
    return (
        query.add_columns(*person, *post, held.c.unit_id.label("over"))
        .outerjoin(Post, Post.staff_id == Staff.id)
        .outerjoin(Unit, Unit.id == Post.unit_id)
        .outerjoin(held, held.c.post_id == Post.id)
        .order_by(Post.id)
    )


_UID: BindParameter[str] = bindparam("uid")
_ACTING = with_posts(select().select_from(Staff).where(Staff.uid == _UID), _UID)


def _actor(rows: Sequence[Any], roles: RolePermissions) -> Actor:
    grants: dict[str, frozenset[int]] = {}
    for _, spread in groupby(rows, key=lambda row: row.post_id):
        held = list(spread)
        over = frozenset(row.over for row in held)
        scope = EVERYWHERE if None in over else over
        for permission in roles.get(held[0].role, frozenset()):
            known = grants.get(permission, frozenset())
            grants[permission] = EVERYWHERE if EVERYWHERE in (known, scope) else known | scope
    first = rows[0]
    return Actor(
        id=first.id,
        uid=first.uid,
        name=first.name,
        unit_id=first.unit_id,
        unit_name=first.unit or "",
        username=first.username,
        locale=first.locale,
        grants=grants,
    )
