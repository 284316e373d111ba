"""The API of the app's columns and services."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.outlet import catalogue, columns, queries
from kitchen.outlet.models import OutletColumn
from kitchen.outlet.rules import May
from kitchen.outlet.schemas import (
    ColumnChangeIn,
    ColumnIn,
    ColumnOut,
    HandledIn,
    ServiceChangeIn,
    ServiceIn,
    ServiceOut,
)
from kitchen.web.api import Api, seen_version

api = Api("outlet")


def _out(column: OutletColumn) -> ColumnOut:
    return ColumnOut(uid=column.uid, version=column.version, **columns.shown(column))


@api.operation("GET", "/outlet/columns", None, answer=ColumnOut, many=True)
def list_columns() -> Any:
    """The app's columns, retired ones included."""
    return Page([_out(column) for column in queries.all_columns(g.session)])


@api.operation("POST", "/outlet/columns", May.ARRANGE, body=ColumnIn, answer=ColumnOut, status=201)
def open_column(body: ColumnIn) -> Any:
    """Open a column, or without a parent a block."""
    given = body.model_dump(exclude={"parent"})
    parent = queries.the_block(g.session, body.parent)
    return _out(columns.open_column(g.session, g.actor, parent=parent, **given))


@api.operation("PUT", "/outlet/columns/<uid>", May.ARRANGE, body=ColumnChangeIn, answer=ColumnOut)
def change_column(uid: str, body: ColumnChangeIn) -> Any:
    """Rename, move, retire or revive a column."""
    given = body.model_dump(exclude={"parent", "version"})
    seen = body.version or seen_version()
    column = queries.column_by_uid(g.session, uid)
    parent = queries.the_block(g.session, body.parent)
    return _out(columns.change_column(g.session, g.actor, column, seen, parent=parent, **given))


@api.operation("GET", "/outlet/services", None, answer=ServiceOut, many=True)
def list_services() -> Any:
    """The services that the app leads to, retired ones included."""
    return Page([entry.service for entry in queries.catalogue(g.session, retired=True)])


@api.operation(
    "POST", "/outlet/services", May.ARRANGE, body=ServiceIn, answer=ServiceOut, status=201
)
def enter_service(body: ServiceIn) -> Any:
    """Enter a service."""
    return catalogue.enter_service(g.session, g.actor, **body.model_dump())


@api.operation(
    "PUT", "/outlet/services/<uid>", May.ARRANGE, body=ServiceChangeIn, answer=ServiceOut
)
def change_service(uid: str, body: ServiceChangeIn) -> Any:
    """Change, retire or revive a service."""
    service = queries.service_by_uid(g.session, uid)
    given = body.model_dump(exclude={"version"})
    seen = body.version or seen_version()
    return catalogue.change_service(g.session, g.actor, service, seen, **given)


@api.operation("POST", "/outlet/services/<uid>/handled", May.ARRANGE, body=HandledIn)
def tell_handled(uid: str, body: HandledIn) -> Any:
    """Tell how many matters a service handled in a month."""
    service = queries.service_by_uid(g.session, uid)
    catalogue.tell_handled(g.session, g.actor, service, body.month, body.handled, body.source)
