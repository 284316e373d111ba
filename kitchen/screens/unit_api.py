"""The API of units."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.people import queries, units
from kitchen.people.models import Unit
from kitchen.people.rules import May
from kitchen.screens import unit_tree
from kitchen.screens.unit_schemas import (
    CloseIn,
    MergeIn,
    PostIn,
    UnitChangeIn,
    UnitIn,
    UnitOut,
    unit_out,
)
from kitchen.screens.unit_views import fill_post, the_other, the_parent
from kitchen.web.api import Api, seen_version

api = Api("units")


@api.operation("GET", "/units", May.READ_UNITS, answer=UnitOut, many=True)
def index() -> Any:
    """The whole tree, each unit before those below it; those that are no more among them."""
    return Page([_out(branch) for branch in unit_tree.tree(g.session)])


@api.operation("POST", "/units", May.ADMINISTER, body=UnitIn, answer=UnitOut, status=201)
def found(body: UnitIn) -> Any:
    """Add a unit."""
    given = {**body.model_dump(), "parent": the_parent(body.parent)}
    return _shown(units.found(g.session, g.actor, **given))


@api.operation("GET", "/units/<uid>", May.READ_UNITS, answer=UnitOut)
def show(uid: str) -> Any:
    """One unit."""
    return _shown(queries.the_unit(g.session, uid))


@api.operation("PUT", "/units/<uid>", May.ADMINISTER, body=UnitChangeIn, answer=UnitOut)
def change(uid: str, body: UnitChangeIn) -> Any:
    """Rename or move a unit; `If-Match` or `version` is the one that was seen."""
    unit = queries.the_unit(g.session, uid)
    seen = body.version if body.version is not None else seen_version()
    given = {**body.model_dump(exclude={"version"}), "parent": the_parent(body.parent)}
    units.change(g.session, g.actor, unit, seen, **given)
    return _shown(unit)


@api.operation("POST", "/units/<uid>/merge", May.ADMINISTER, body=MergeIn, answer=UnitOut)
def merge(uid: str, body: MergeIn) -> Any:
    """Let another unit take it over; answers that one."""
    into = the_other(body.into)
    units.merge(g.session, g.actor, queries.the_unit(g.session, uid), into, body.note)
    return _shown(into)


@api.operation("POST", "/units/<uid>/close", May.ADMINISTER, body=CloseIn, answer=UnitOut)
def close(uid: str, body: CloseIn) -> Any:
    """Close a unit that has nothing left."""
    unit = queries.the_unit(g.session, uid)
    units.close(g.session, g.actor, unit, body.note)
    return _shown(unit)


@api.operation("POST", "/units/<uid>/reopen", May.ADMINISTER, answer=UnitOut)
def reopen(uid: str) -> Any:
    """Take a closing back."""
    unit = queries.the_unit(g.session, uid)
    units.reopen(g.session, g.actor, unit)
    return _shown(unit)


@api.operation("POST", "/units/<uid>/posts", May.ADMINISTER, body=PostIn)
def appoint(uid: str, body: PostIn) -> Any:
    """Give somebody a post in it."""
    fill_post(queries.the_unit(g.session, uid), "appoint", body)


@api.operation("POST", "/units/<uid>/posts/end", May.ADMINISTER, body=PostIn)
def relieve(uid: str, body: PostIn) -> Any:
    """Take a post from somebody."""
    fill_post(queries.the_unit(g.session, uid), "relieve", body)


def _shown(unit: Unit) -> UnitOut:
    g.session.flush()
    return next(_out(it) for it in unit_tree.tree(g.session) if it.unit.id == unit.id)


def _out(branch: unit_tree.Branch) -> UnitOut:
    return unit_out(branch.unit, branch.people, branch.accounts, branch.former)
