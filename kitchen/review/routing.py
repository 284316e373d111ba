"""The routes: which levels a piece of a risk class climbs. The newsroom may add, never drop."""

from __future__ import annotations

import json
from collections.abc import Sequence
from hashlib import sha256

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, NotFound, Sentence, Stale
from kitchen.review.models import RouteStep
from kitchen.review.reviewers import reviewing_roles
from kitchen.review.rules import (
    LEAST,
    MINUTES_MOST,
    MOST,
    May,
    RouteFault,
    Stop,
    default_route,
    route_fault,
)
from kitchen.topics.rules import Risk

FAULTS = {
    RouteFault.TOO_SHORT: N_("这一类稿件至少审 %(least)s 级，不能再少。"),
    RouteFault.TOO_LONG: N_("最多 %(most)s 级。"),
    RouteFault.LEVEL_TWICE: N_("同一级写了两次，请去掉一个。"),
    RouteFault.FOREIGN_ROLE: N_("有一级选的岗位没有审稿权限，请换一个。"),
    RouteFault.MISSING: N_("规定的各级不能去掉、换岗位或调换先后；可以在中间加级。"),
    RouteFault.BAD_TIME: N_("限时请填 1 到 %(minutes)s 分钟。"),
}


def seed_routes(session: Session) -> None:
    """Give every risk class that has no route the one it begins with; others stay as they are."""
    known = set(session.scalars(select(RouteStep.risk).distinct()))
    for risk in Risk:
        if risk not in known:
            _write(session, risk, default_route(risk))


def route_of(session: Session, risk: Risk) -> list[Stop]:
    """The levels of a risk class, in order."""
    return routes(session)[risk]


def routes(session: Session) -> dict[Risk, list[Stop]]:
    """All routes by risk, in order; a class without rows takes the route it would begin with."""
    found: dict[Risk, list[Stop]] = {risk: [] for risk in Risk}
    rows = session.scalars(select(RouteStep).order_by(RouteStep.risk, RouteStep.position))
    for row in rows:
        found[Risk(row.risk)].append(Stop(str(row.level), row.role, row.minutes, row.title))
    return {risk: stops or list(default_route(risk)) for risk, stops in found.items()}


def risk_of(name: str) -> Risk:
    """A risk class by its name in an address. Raises :class:`NotFound`."""
    try:
        return Risk(name)
    except ValueError as error:
        raise NotFound from error


def mark_of(stops: Sequence[Stop]) -> str:
    """A short name for a route as it stands, by which a late editor is recognised."""
    plain = [[stop.level, stop.role, stop.minutes, stop.title] for stop in stops]
    return sha256(json.dumps(plain, ensure_ascii=False).encode()).hexdigest()[:16]


def change_route(
    session: Session, actor: Actor, risk: Risk, stops: Sequence[Stop], seen: str | None = None
) -> None:
    """Set the levels of a risk class; rounds that are under way keep theirs.

    ``seen`` is the :func:`mark_of` the route that was edited. Raises :class:`Invalid` for a route
    without the levels that S20–S22 demand, and :class:`Stale`.
    """
    authorize(actor, May.EDIT_ROUTES)
    before = route_of(session, risk)
    if seen is not None and seen != mark_of(before):
        raise Stale(theirs={"route": _told(before)})
    if fault := route_fault(risk, stops, reviewing_roles(session)):
        given = {"least": LEAST[risk], "most": MOST, "minutes": MINUTES_MOST}
        raise Invalid(fields={"stops": Sentence(FAULTS[fault], given)})
    session.execute(delete(RouteStep).where(RouteStep.risk == risk))
    _write(session, risk, stops)
    audit.record(
        session,
        actor,
        "change_route",
        f"route:{risk}",
        before={"route": _told(before)},
        after={"route": _told(stops)},
    )


def _write(session: Session, risk: Risk, stops: Sequence[Stop]) -> None:
    session.add_all(
        RouteStep(
            risk=risk,
            position=position,
            level=stop.level,
            role=stop.role,
            minutes=stop.minutes,
            title=stop.title,
        )
        for position, stop in enumerate(stops, start=1)
    )
    session.flush()


def _told(stops: Sequence[Stop]) -> list[str]:
    return [f"{stop.level} {stop.role} {stop.minutes}" for stop in stops]
