"""Verbs on the catalogue of services (S38): enter, change, retire. We only lead there."""

from __future__ import annotations

from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import new_uid
from kitchen.core.errors import N_, Duplicate, Invalid, Stale
from kitchen.outlet import stamp
from kitchen.outlet.models import OutletHandled, OutletService
from kitchen.outlet.rules import May

FIELDS = ("name", "category", "url", "unit", "note", "position", "enabled")


def enter_service(session: Session, actor: Actor, **fields: Any) -> OutletService:
    """Enter a service; ``fields`` are those of :data:`FIELDS`.

    Raises :class:`Forbidden`, and :class:`Duplicate` for a name that is taken.
    """
    authorize(actor, May.ARRANGE)
    service = OutletService(uid=new_uid(), enabled=True)
    _write(session, service, fields)
    session.add(service)
    session.flush()
    stamp.count(session)
    audit.record(session, actor, "enter_service", service, after=shown(service))
    return service


def change_service(
    session: Session, actor: Actor, service: OutletService, seen: int | None, **fields: Any
) -> OutletService:
    """Change, retire or revive a service. Raises :class:`Stale`, and what entering raises."""
    authorize(actor, May.ARRANGE)
    if seen is not None and seen != service.version:
        raise Stale(theirs=shown(service), version=service.version)
    before = shown(service)
    _write(session, service, fields)
    session.flush()
    stamp.count(session)
    after = shown(service)
    changed = [name for name in after if before[name] != after[name]]
    was, told = ({name: one[name] for name in changed} for one in (before, after))
    audit.record(session, actor, "change_service", service, before=was, after=told)
    return service


def tell_handled(
    session: Session, actor: Actor, service: OutletService, month: date, handled: int, source: str
) -> None:
    """Enter how many matters a service handled in a month, and who told; told again, it replaces.

    We only lead there: the number is the provider's. Raises :class:`Forbidden`, :class:`Invalid`
    for a month that is not over.
    """
    authorize(actor, May.ARRANGE)
    first = month.replace(day=1)
    if first >= clock.today(session).replace(day=1):
        raise Invalid(fields={"month": N_("这个月还没有过完，请填以前的月份。")})
    known = session.get(OutletHandled, (service.id, first))
    before = {"handled": known.handled if known else None}
    row = OutletHandled(service_id=service.id, month=first, handled=handled, source=source)
    session.merge(row)
    session.flush()
    stamp.count(session)
    after = {"month": first.isoformat(), "handled": handled, "source": source}
    audit.record(session, actor, "tell_handled", service, before=before, after=after)


def shown(service: OutletService) -> dict[str, Any]:
    return {name: getattr(service, name) for name in FIELDS}


def _write(session: Session, service: OutletService, fields: dict[str, Any]) -> None:
    with session.no_autoflush:
        named = select(OutletService).where(OutletService.name == fields.get("name"))
        other = session.scalar(named)
    if other is not None and other is not service:
        raise Duplicate(N_("已经有这项服务：%(taken)s"), taken=other.name)
    for name, value in fields.items():
        if name not in FIELDS:
            raise TypeError(f"not a field of a service: {name}")
        setattr(service, name, value)
