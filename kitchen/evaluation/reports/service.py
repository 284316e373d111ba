"""Verbs on reports: make an edition, say to whom reports go, open the figures or close them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, Sentence, Stale, WrongState
from kitchen.evaluation.reports import queries, rights
from kitchen.evaluation.reports.events import ReportMade
from kitchen.evaluation.reports.models import OpenDataSetting, Report, ReportSchedule
from kitchen.evaluation.reports.outline import compiled
from kitchen.evaluation.reports.rules import (
    CHANGES_MOST,
    LATEST_DAY,
    About,
    Figures,
    Kind,
    Period,
    changes,
    digest_of,
    frozen,
    latest_due,
    packed,
    unpacked,
)
from kitchen.evaluation.reports.scope import scope_of
from kitchen.evaluation.rules import May
from kitchen.people.models import Unit


def make(session: Session, actor: Actor, period: Period, unit: Unit | None) -> Report:
    """Freeze the figures of a finished period as its next edition.

    Raises :class:`Forbidden`; :class:`WrongState` while the period runs; :class:`Duplicate` where
    nothing changed since the latest edition, or somebody made it at the same moment.
    """
    if actor is not HOUSE:
        rights.demand(session, actor, unit.id if unit else None)
    if period.after > clock.today(session):
        raise WrongState(N_("这一期还没有结束，结束后才能定稿。"))
    unit_id = unit.id if unit else None
    figures = compiled(session, scope_of(session, period, unit_id))
    former = queries.latest(session, period, unit_id)
    if former is not None and former.figures["sections"] == packed(figures)["sections"]:
        raise Duplicate(N_("数字没有变化，还是第 %(edition)s 版。"), edition=former.edition)
    report = _edition(period, unit, figures, former)
    report.made_by_id = actor.id
    session.add(report)
    try:
        session.flush()
    except IntegrityError as error:
        raise Duplicate(N_("别人刚刚定了稿，请刷新后再看。")) from error
    told = {"kind": report.kind, "first_day": str(report.first_day), "edition": report.edition}
    audit.record(session, actor, "make_report", report, after={**told, "sha256": report.sha256})
    bus.emit(session, ReportMade(report.id))
    return report


def _edition(period: Period, unit: Unit | None, figures: Figures, former: Report | None) -> Report:
    """The next edition, with the hash of all that it tells."""
    number = former.edition + 1 if former else 1
    found = changes(unpacked(former.figures), figures) if former else []
    whose = (unit.uid, unit.name) if unit else ("", "")
    data = frozen(About(period.kind, period.first, *whose, number), figures, len(found))
    return Report(
        kind=period.kind,
        first_day=period.first,
        unit=unit,
        edition=number,
        figures=data,
        sha256=digest_of(data, found[:CHANGES_MOST]),
        changes=found[:CHANGES_MOST],
    )


def schedule(
    session: Session,
    actor: Actor,
    *,
    kind: Kind,
    unit: Unit | None,
    day: int,
    hour: int,
    recipients: Sequence[str],
) -> ReportSchedule:
    """Have a report sent from the next due moment on. Raises :class:`Forbidden`, :class:`Invalid`.

    What should have gone out before that moment is not sent belatedly.
    """
    rights.demand(session, actor, unit.id if unit else None)
    _demand_day(kind, day)
    now = clock.local(clock.now(session))
    row = ReportSchedule(
        kind=kind,
        unit=unit,
        day=day,
        hour=hour,
        recipients=list(recipients),
        sent_for=latest_due(kind, now, day, hour).first,
        asked_by_id=actor.id,
    )
    session.add(row)
    session.flush()
    audit.record(session, actor, "schedule_report", row, after=shown(row))
    return row


def change_schedule(
    session: Session,
    actor: Actor,
    row: ReportSchedule,
    seen: int | None,
    *,
    day: int,
    hour: int,
    recipients: Sequence[str],
    active: bool,
) -> None:
    """Change when and to whom it goes, or let it rest.

    One that wakes does not catch up on what fell due while it rested; what is due of one that did
    not rest stays due, whatever is changed about it. Raises :class:`Forbidden`, :class:`Invalid`,
    and :class:`Stale` for an older ``seen``.
    """
    rights.demand(session, actor, row.unit_id)
    before = shown(row)
    if seen is not None and seen != row.version:
        raise Stale(theirs=before, version=row.version)
    _demand_day(row.kind, day)
    if active and not row.active:
        now = clock.local(clock.now(session))
        row.sent_for = max(row.sent_for, latest_due(Kind(row.kind), now, day, hour).first)
    row.recipients, row.active = list(recipients), active
    row.day, row.hour, row.asked_by_id = day, hour, _id_of(actor)
    session.flush()
    audit.record(session, actor, "change_report_schedule", row, before=before, after=shown(row))


def _id_of(actor: Actor) -> int:
    assert actor.id is not None
    return actor.id


def shown(row: ReportSchedule) -> dict[str, Any]:
    """A schedule as plain values; addresses are counted, for the audit is kept for good."""
    return {
        "kind": str(row.kind),
        "day": row.day,
        "hour": row.hour,
        "recipients": len(row.recipients),
        "active": row.active,
    }


def _demand_day(kind: str, day: int) -> None:
    least, most = (0, 6) if kind == Kind.WEEK else (1, LATEST_DAY)
    if not least <= day <= most:
        told = N_("周报请选星期几，月报请填 %(least)s 到 %(most)s 之间的日子。")
        raise Invalid(fields={"day": Sentence(told, {"least": 1, "most": LATEST_DAY})})


def set_open_data(session: Session, actor: Actor, *, open_: bool, licence: str) -> None:
    """Let the public read the monthly figures under a licence, or no longer."""
    authorize(actor, May.DEFINE)
    former = queries.open_data(session)
    before = {"open": former.open, "licence": former.licence} if former else {}
    session.merge(OpenDataSetting(id=1, open=open_, licence=licence))
    session.flush()
    after = {"open": open_, "licence": licence}
    audit.record(session, actor, "set_open_data", "open_data", before=before, after=after)
