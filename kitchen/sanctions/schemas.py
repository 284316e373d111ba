"""What comes in and goes out about measures; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.core.workflow import open_moves
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.queries import Period, Report
from kitchen.sanctions.rules import Cause, Measure, State
from kitchen.web.schema import Answer, Schema


class ProposeIn(Schema):
    """A measure against ``account`` (a uid), because of ``findings`` (uids); ``clause`` is the uid
    of a clause of the library.
    """

    account: str = Field(min_length=1, max_length=22)
    measure: Measure
    cause: Cause
    clause: str = Field(min_length=1, max_length=22)
    facts: str = Field(min_length=1, max_length=2000)
    leap_reason: str = Field("", max_length=500)
    findings: list[str] = Field(default_factory=list, max_length=50)


class NoteIn(Schema):
    note: str = Field("", max_length=1000)


class ServeIn(Schema):
    doc_no: str = Field(min_length=1, max_length=60)


class PeriodQuery(Schema):
    since: date
    until: date


def the_period(query: PeriodQuery) -> Period:
    """The days of a report. Raises :class:`Invalid` for an end before the beginning."""
    if query.until < query.since:
        raise Invalid(fields={"until": N_("结束日期要在开始日期之后。")})
    return Period(query.since, query.until)


class SanctionOut(Answer):
    uid: str
    version: int
    created_at: datetime
    account: str
    account_name: str
    unit: str
    measure: Measure
    cause: Cause
    clause: str
    clause_words: str
    cited: str | None
    facts: str
    leap_reason: str
    state: State
    doc_no: str
    decided_at: datetime | None
    decision: str
    served_at: datetime | None
    appeal_until: date | None
    received_at: datetime | None
    appeal: str
    ruling: str
    in_force_at: datetime | None
    outcome: str
    settled_at: datetime | None
    findings: list[str]
    actions: list[str]


_APART = {"account", "account_name", "unit", "cited", "findings", "actions"}


def sanction_out(sanction: Sanction, actor: Actor, *, whole: bool = True) -> SanctionOut:
    """The measure as the API shows it; in a list without its findings."""
    plain = set(SanctionOut.model_fields) - _APART
    return SanctionOut(
        **{name: getattr(sanction, name) for name in plain},
        account=sanction.account.uid,
        account_name=sanction.account.name,
        unit=sanction.account.unit.name,
        cited=sanction.cited.uid if sanction.cited else None,
        findings=[each.uid for each in sanction.findings] if whole else [],
        actions=[move.name for move in open_moves(sanction, actor)],
    )


class UnitCount(Answer):
    unit: str
    findings: int


class ReportOut(Answer):
    since: date
    until: date
    looks: int
    sampled: int
    by_kind: dict[str, int]
    by_state: dict[str, int]
    by_unit: list[UnitCount]
    by_measure: dict[str, int]
    by_cause: dict[str, int]


def report_out(report: Report) -> ReportOut:
    return ReportOut(
        since=report.period.since,
        until=report.period.until,
        looks=report.looks,
        sampled=report.sampled,
        by_kind=dict(report.by_kind),
        by_state=dict(report.by_state),
        by_unit=[UnitCount(unit=name, findings=count) for name, count in report.by_unit],
        by_measure=dict(report.by_measure),
        by_cause=dict(report.by_cause),
    )
