"""Verbs on the tree of units (S52): rename, move, merge into another, close, open again.

A unit that was merged stands below its successor from then on. Rights spread downwards, so whoever
works for the successor sees and answers for what the former unit did, and none of that is written
over. What is still under way becomes the successor's own: reactions to :class:`UnitMerged` see to
it, in the same unit of work.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.people import queries
from kitchen.people.events import UnitClosing, UnitMerged, UnitsChanged
from kitchen.people.models import Post, Staff, Unit, UnitName
from kitchen.people.rules import PARENTS, Level, May


def found(
    session: Session,
    actor: Actor,
    name: str,
    level: Level,
    parent: Unit | None,
    origin: str = "",
) -> Unit:
    """Add a unit to the tree, below one that the actor administers.

    Raises :class:`Forbidden`, :class:`Duplicate` for a name that is or was another's,
    :class:`Invalid` for a place where its level does not belong.
    """
    _demand_over(actor, parent)
    _demand_free(session, name)
    _demand_place(level, parent)
    unit = Unit(name=name, level=level, parent=parent, origin=origin)
    session.add(unit)
    session.flush()
    audit.record(session, actor, "found_unit", unit, after=shown(unit))
    bus.emit(session, UnitsChanged())
    return unit


def change(
    session: Session,
    actor: Actor,
    unit: Unit,
    seen: int | None,
    *,
    name: str,
    parent: Unit | None,
    origin: str = "",
) -> None:
    """Rename a unit, or put it below another. Its former name still finds it.

    Raises :class:`Stale` if someone changed it after ``seen``, and what :func:`found` raises;
    :class:`Invalid` for a place below itself, :class:`WrongState` for one that is no more.
    """
    authorize(actor, May.ADMINISTER, unit)
    before = shown(unit)
    if seen is not None and seen != unit.version:
        raise Stale(theirs=before, version=unit.version)
    _demand_open(unit)
    if name != unit.name:
        _demand_free(session, name, unit)
        session.add(UnitName(unit_id=unit.id, name=unit.name, until=clock.today(session)))
    if (parent.id if parent else None) != unit.parent_id:
        _demand_over(actor, parent)
        _demand_place(unit.level, parent)
        if parent is not None:
            _demand_outside(session, unit, parent, "parent")
    unit.name, unit.origin = name, origin
    unit.parent, unit.parent_id = parent, parent.id if parent else None
    session.flush()
    after = shown(unit)
    changed = [key for key in after if after[key] != before[key]]
    if changed:
        audit.record(
            session,
            actor,
            "change_unit",
            unit,
            before={key: before[key] for key in changed},
            after={key: after[key] for key in changed},
        )
        bus.emit(session, UnitsChanged())


def merge(session: Session, actor: Actor, unit: Unit, into: Unit, note: str) -> None:
    """Let another unit take this one over, with its people, its accounts and all that it has
    under way, in one unit of work. What it did stays under its own name, below its successor.

    Raises :class:`Forbidden` for whoever does not administer both, :class:`Invalid` without a
    reason or for a successor that belongs to it, :class:`WrongState` if either is no more.
    """
    authorize(actor, May.ADMINISTER, unit)
    authorize(actor, May.ADMINISTER, into)
    for each in (unit, into):
        _demand_open(each)
    if not note.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    if unit.parent_id is None:
        raise Invalid(fields={"into": N_("区本身不能并入别的单位。")})
    _demand_outside(session, unit, into, "into")
    for below in session.scalars(select(Unit).where(Unit.parent_id == unit.id)).all():
        below.parent_id, below.parent = into.id, into
    moved = _move_posts(session, actor, unit, into)
    unit.parent_id, unit.parent = into.id, into
    unit.merged_into_id, unit.merged_into = into.id, into
    unit.closed_at = clock.now(session)
    session.flush()
    after = {"into": into.name, "posts": moved}
    audit.record(session, actor, "merge_unit", unit, after=after, note=note)
    audit.record(session, actor, "take_unit_over", into, after={"unit": unit.name}, note=note)
    bus.emit(session, UnitMerged(unit.id, into.id, note))
    bus.emit(session, UnitsChanged())


def close(session: Session, actor: Actor, unit: Unit, note: str) -> None:
    """Close a unit that has nothing left: no people, no units below it, no accounts in use.

    Raises :class:`Forbidden`, :class:`Invalid` without a reason, :class:`WrongState` for one that
    is no more or has something left; that one is to be merged.
    """
    authorize(actor, May.ADMINISTER, unit)
    _demand_open(unit)
    if not note.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    alive = select(func.count()).where(Unit.parent_id == unit.id, Unit.closed_at.is_(None))
    if session.scalar(alive):
        raise WrongState(N_("它下面还有单位，请先移走或合并。"))
    if session.scalar(select(func.count()).where(Post.unit_id == unit.id)):
        raise WrongState(N_("还有人在这个单位任职，请先调走，或者把它并入别的单位。"))
    bus.emit(session, UnitClosing(unit.id))
    unit.closed_at = clock.now(session)
    session.flush()
    audit.record(session, actor, "close_unit", unit, note=note)
    bus.emit(session, UnitsChanged())


def reopen(session: Session, actor: Actor, unit: Unit) -> None:
    """Take a closing back. One that was merged stays where its people and accounts are."""
    authorize(actor, May.ADMINISTER, unit)
    if unit.closed_at is None or unit.merged_into_id is not None:
        raise WrongState
    if unit.parent is not None and unit.parent.closed_at is not None:
        raise WrongState(N_("上级单位已经不在，不能恢复。"))
    unit.closed_at = None
    session.flush()
    audit.record(session, actor, "reopen_unit", unit)
    bus.emit(session, UnitsChanged())


def shown(unit: Unit) -> dict[str, Any]:
    """A unit as plain values."""
    return {
        "name": unit.name,
        "level": str(unit.level),
        "parent": unit.parent.name if unit.parent else "",
        "origin": unit.origin,
    }


def _move_posts(session: Session, actor: Actor, unit: Unit, into: Unit) -> int:
    """Give everybody their posts in the successor; whoever holds one there already keeps that."""
    held = select(Post.staff_id, Post.role).where(Post.unit_id == into.id)
    there = {(staff_id, role) for staff_id, role in session.execute(held)}
    posts = session.scalars(select(Post).where(Post.unit_id == unit.id).order_by(Post.id)).all()
    people = {it.id: it for it in session.scalars(_holders(unit))}
    for post in posts:
        what = {"unit": unit.name, "role": post.role}
        if (post.staff_id, post.role) in there:
            session.delete(post)
        else:
            post.unit_id, post.unit = into.id, into
        audit.record(
            session,
            actor,
            "move_post",
            people[post.staff_id],
            before=what,
            after={"unit": into.name, "role": post.role},
        )
    session.flush()
    return len(posts)


def _holders(unit: Unit) -> Any:
    return select(Staff).where(Staff.id.in_(select(Post.staff_id).where(Post.unit_id == unit.id)))


def _demand_over(actor: Actor, parent: Unit | None) -> None:
    """A unit at the top is for those who administer everything."""
    if parent is not None:
        authorize(actor, May.ADMINISTER, parent)
    elif not actor.may(May.ADMINISTER, 0):
        raise Forbidden


def _demand_open(unit: Unit) -> None:
    if unit.closed_at is not None:
        raise WrongState(N_("“%(name)s”已经撤销或并入别的单位。"), name=unit.name)


def _demand_free(session: Session, name: str, own: Unit | None = None) -> None:
    """A name is one unit's for good: what was written under it must not become another's."""
    with session.no_autoflush:
        taken = session.scalar(select(Unit.id).where(Unit.name == name))
        former = session.scalar(select(UnitName.unit_id).where(UnitName.name == name).limit(1))
    if any(each not in (None, own.id if own else None) for each in (taken, former)):
        raise Duplicate(N_("“%(name)s”是或者曾经是另一个单位的名称，请换一个。"), name=name)


def _demand_place(level: Level, parent: Unit | None) -> None:
    if parent is not None and parent.closed_at is not None:
        raise Invalid(fields={"parent": N_("上级单位已经不在，请另选。")})
    if (parent.level if parent else None) not in PARENTS[level]:
        raise Invalid(fields={"parent": N_("这一级的单位不能放在这里，请另选上级单位。")})


def _demand_outside(session: Session, unit: Unit, other: Unit, field: str) -> None:
    if other.id in queries.unit_and_below(session, unit.id):
        raise Invalid(fields={field: N_("不能选它自己或者它下面的单位。")})
