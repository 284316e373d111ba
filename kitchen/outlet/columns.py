"""Verbs on the columns of the app: open, change, retire.

A piece keeps its column by the column's id: renaming moves every piece along, and a piece whose
column was only a word so far finds its place once a column of that name is opened.
"""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.db import new_uid
from kitchen.core.errors import N_, Duplicate, Invalid, Stale
from kitchen.outlet import queries, stamp
from kitchen.outlet.models import OutletColumn, OutletItem
from kitchen.outlet.rules import May

FIELDS = ("name", "slug", "parent", "intro", "position", "enabled")
_SLUG = re.compile(r"[a-z0-9][a-z0-9-]{0,39}")


def open_column(
    session: Session,
    actor: Actor,
    *,
    name: str,
    slug: str,
    parent: OutletColumn | None = None,
    intro: str = "",
    position: int = 0,
) -> OutletColumn:
    """A new column under ``parent``, or without one a new block.

    Raises :class:`Forbidden`, :class:`Duplicate` for a name or address that is taken, and
    :class:`Invalid`.
    """
    authorize(actor, May.ARRANGE)
    column = OutletColumn(uid=new_uid(), enabled=True)
    _write(session, column, name=name, slug=slug, parent=parent, intro=intro, position=position)
    session.add(column)
    session.flush()
    _gather(session, column)
    stamp.count(session)
    audit.record(session, actor, "open_column", column, after=shown(column))
    return column


def change_column(
    session: Session, actor: Actor, column: OutletColumn, seen: int | None, **fields: Any
) -> OutletColumn:
    """Rename, move, retire or revive a column; ``fields`` are some of :data:`FIELDS`.

    Raises :class:`Stale` if someone changed it after ``seen``, and what :func:`open_column` raises.
    """
    authorize(actor, May.ARRANGE)
    if seen is not None and seen != column.version:
        raise Stale(theirs=shown(column), version=column.version)
    before = shown(column)
    _write(session, column, **fields)
    session.flush()
    _gather(session, column)
    stamp.count(session)
    after = shown(column)
    changed = [name for name in after if before[name] != after[name]]
    was, told = ({name: one[name] for name in changed} for one in (before, after))
    audit.record(session, actor, "change_column", column, before=was, after=told)
    return column


def shown(column: OutletColumn) -> dict[str, Any]:
    """A column as plain values; its parent by uid."""
    values = {name: getattr(column, name) for name in FIELDS}
    return {**values, "parent": column.parent.uid if column.parent else ""}


def _write(session: Session, column: OutletColumn, **fields: Any) -> None:
    parent = fields.get("parent")
    if parent is not None:
        _demand_place(session, column, parent)
    if "slug" in fields and not _SLUG.fullmatch(fields["slug"]):
        raise Invalid(fields={"slug": N_("地址只用小写字母、数字和连字符，例如 city-life。")})
    with session.no_autoflush:
        _demand_free(session, column, fields)
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"not a field of a column: {name}")
        setattr(column, name, value)


def _demand_place(session: Session, column: OutletColumn, parent: OutletColumn) -> None:
    """Two levels and no more: a block holds columns, and a column holds pieces."""
    holds = column.id is not None and len(queries.under(session, column)) > 1
    if parent.parent_id is not None or parent is column or holds:
        raise Invalid(
            fields={"parent": N_("栏目只能放在板块下面；有下级栏目的板块不能再归到别处。")}
        )


def _demand_free(session: Session, column: OutletColumn, fields: dict[str, Any]) -> None:
    for other in queries.all_columns(session):
        if other is column:
            continue
        for field in ("name", "slug"):
            if field in fields and fields[field] == getattr(other, field):
                raise Duplicate(N_("已经有这个栏目名称或地址：%(taken)s"), taken=fields[field])


def _gather(session: Session, column: OutletColumn) -> None:
    """Take in the pieces that were sent under this column's name before it existed."""
    waiting = (OutletItem.column_name == column.name, OutletItem.column_id.is_(None))
    session.execute(update(OutletItem).where(*waiting).values(column_id=column.id))
