"""What comes in and goes out about points; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, create_model

from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.core.workflow import open_moves
from kitchen.evaluation.scores.formula import PARAMETERS, Line, Weights, lines_of
from kitchen.evaluation.scores.late import Charge
from kitchen.evaluation.scores.models import (
    PointsQuota,
    ScoreAppeal,
    ScoreFault,
    ScoreFormula,
    ScoreMonth,
    StoryScore,
)
from kitchen.evaluation.scores.pay import Person
from kitchen.evaluation.scores.queries import Progress
from kitchen.evaluation.scores.rules import (
    AppealState,
    Fault,
    Genre,
    Grade,
    Role,
    State,
    month_named,
    name_of,
)
from kitchen.evaluation.scores.service import evidence_of
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


def _a_month(name: object) -> date:
    first = month_named(name) if isinstance(name, str) else None
    if first is None:
        raise ValueError(N_("请按 2026-05 的样子填月份。"))
    return first


Month = Annotated[date, BeforeValidator(_a_month)]
"""A month as people write it; the schema holds its first day."""
Points = Annotated[Decimal, Field(ge=0, le=10_000, decimal_places=2)]


class MineQuery(PageQuery):
    """My points; without ``month`` those of the latest."""

    month: str | None = Field(None, max_length=7)


class NoteIn(Schema):
    note: str = Field("", max_length=200)


class GradeIn(Schema):
    """A grade; ``genre`` where the house took the story for something else."""

    grade: Grade
    genre: Genre | None = None


class GradeForm(GradeIn):
    """With the version that the page showed, as the API has it in ``If-Match``."""

    version: int | None = None


class SharesForm(Schema):
    """Lines of ``采写：姓名 60%``, as credits are written."""

    shares: str = Field("", max_length=2000)
    version: int | None = None


class ShareIn(Schema):
    """``name`` is a name or, where two bear it, a sign-in name."""

    role: Role
    name: str = Field(min_length=1, max_length=40)
    percent: int = Field(ge=1, le=100)


class SharesIn(Schema):
    shares: list[ShareIn] = Field(min_length=1, max_length=20)


_EVIDENCE = r"^(https?://[^\s<>\"]+|/[^\s<>\"]*)?$"
"""An address elsewhere, or a page of ours."""


class FaultIn(Schema):
    """A fault of a story, with its evidence."""

    kind: Fault
    note: str = Field("", max_length=200)
    url: str = Field("", max_length=500, pattern=_EVIDENCE)


class MissIn(Schema):
    """News that ``person`` (a uid) should have brought, with the evidence."""

    person: str = Field(min_length=1, max_length=22)
    note: str = Field("", max_length=200)
    url: str = Field("", max_length=500, pattern=_EVIDENCE)


class AppealIn(Schema):
    reason: str = Field("", max_length=500)


class AnswerIn(Schema):
    """The words; of a granted appeal also another grade, and faults (uids) that are struck."""

    note: str = Field("", max_length=500)
    grade: Grade | None = None
    strike: list[str] = Field(default_factory=list, max_length=20)


_asked: dict[str, Any] = {name: (Decimal, Field()) for name in PARAMETERS}
FormulaForm = create_model(
    "FormulaForm",
    __base__=Schema,
    valid_from=(Month, Field()),
    seen=(str, Field("", max_length=22)),
    note=(str, Field("", max_length=200)),
    **_asked,
)
"""Every number of a version, as the page asks for it; ``seen``: the version it began with."""


class FormulaIn(Schema):
    """A new version: some of its numbers, by name; the others stay."""

    valid_from: Month
    weights: dict[str, Decimal]
    note: str = Field("", max_length=200)


class QuotaIn(Schema):
    """A quota of ``role``, or of ``person`` (a sign-in name or uid), in points."""

    role: str = Field("", max_length=20)
    person: str = Field("", max_length=40)
    valid_from: Month
    quota: Points
    fixed: Points = Decimal(0)
    note: str = Field("", max_length=200)


class MonthOut(Answer):
    version: int
    month: str
    state: State
    counted_at: datetime | None
    published_at: datetime | None
    appeal_until: date | None
    locked_at: datetime | None
    stories: int | None = None
    graded: int | None = None
    open_appeals: int | None = None
    actions: list[str]


def month_out(month: ScoreMonth, actor: Actor, far: Progress | None = None) -> MonthOut:
    """A month; alone also how far it is."""
    plain = ("version", "state", "counted_at", "published_at", "appeal_until", "locked_at")
    return MonthOut(
        **{name: getattr(month, name) for name in plain},
        month=name_of(month.month),
        stories=far.stories if far else None,
        graded=far.graded if far else None,
        open_appeals=far.appeals if far else None,
        actions=[move.name for move in open_moves(month, actor)],
    )


class LineOut(Answer):
    """A line of the score: what it adds, and the evidence that it rests on."""

    key: str
    what: str
    factor: str | None
    amount: str
    evidence: dict[str, Any] | None


class ShareOut(Answer):
    role: Role
    name: str
    staff: str | None
    percent: int
    points: float


class ScoreOut(Answer):
    version: int
    story: str
    title: str
    month: str
    genre: Genre
    grade: Grade | None
    graded_at: datetime | None
    points: float
    shares: list[ShareOut]
    lines: list[LineOut]


def _line_out(line: Line) -> LineOut:
    seen = line.evidence
    return LineOut(
        key=line.key,
        what=line.what,
        factor=None if line.factor is None else str(line.factor),
        amount=line.shown,
        evidence={name: getattr(seen, name) for name in seen.__slots__} if seen else None,
    )


def score_out(score: StoryScore, weights: Weights | None = None) -> ScoreOut:
    """A story's points; alone with every line of their making."""
    lines = lines_of(evidence_of(score), score.grade, weights) if weights else []
    return ScoreOut(
        version=score.version,
        story=score.story.uid,
        title=score.story.title,
        month=name_of(score.month.month),
        genre=score.genre,
        grade=score.grade,
        graded_at=score.graded_at,
        points=score.points / 100,
        shares=[
            ShareOut(
                role=each.role,
                name=each.name,
                staff=each.staff.uid if weights and each.staff else None,
                percent=each.percent,
                points=each.points / 100,
            )
            for each in score.shares
        ],
        lines=[_line_out(each) for each in lines],
    )


class PersonOut(Answer):
    """Somebody's month, in points and yuan; unknown is ``null``."""

    staff: str
    name: str
    stories: int
    shared: float
    carried: float
    fixed: float
    shifts: int
    duty: float
    total: float
    quota: float | None
    amount: float | None


def person_out(person: Person) -> PersonOut:
    told: dict[str, Any] = {
        name: None if (points := getattr(person.sum, name)) is None else points / 100
        for name in ("shared", "carried", "fixed", "duty", "total", "quota", "amount")
    }
    told |= {"stories": person.sum.stories, "shifts": person.sum.shifts}
    return PersonOut(staff=person.staff.uid, name=person.staff.name, **told)


class FaultOut(Answer):
    uid: str
    month: str
    kind: Fault
    note: str
    url: str
    story: str | None
    person: str | None
    noted_by: str | None
    struck_at: datetime | None
    struck_note: str


def fault_out(fault: ScoreFault) -> FaultOut:
    plain = ("uid", "kind", "note", "url", "struck_at", "struck_note")
    return FaultOut(
        **{name: getattr(fault, name) for name in plain},
        month=name_of(fault.month.month),
        story=fault.story.uid if fault.story else None,
        person=fault.person.uid if fault.person else None,
        noted_by=fault.staff.name if fault.staff else None,
    )


class ChargeOut(FaultOut):
    """A fault that counts beside the stories, with the points that it takes off this person."""

    points: float


def charge_out(charge: Charge) -> ChargeOut:
    told = fault_out(charge.fault).model_dump()
    return ChargeOut(**told, points=charge.points / 100)


class AppealOut(Answer):
    uid: str
    version: int
    story: str
    title: str
    month: str
    staff: str
    reason: str
    state: AppealState
    answer: str
    answered_by: str | None
    answered_at: datetime | None
    actions: list[str]


def appeal_out(appeal: ScoreAppeal, actor: Actor) -> AppealOut:
    plain = ("uid", "version", "reason", "state", "answer", "answered_at")
    return AppealOut(
        **{name: getattr(appeal, name) for name in plain},
        story=appeal.score.story.uid,
        title=appeal.score.story.title,
        month=name_of(appeal.score.month.month),
        staff=appeal.staff.name,
        answered_by=appeal.answered_by.name if appeal.answered_by else None,
        actions=[move.name for move in open_moves(appeal, actor)],
    )


class FormulaOut(Answer):
    uid: str
    valid_from: str
    weights: dict[str, str]
    note: str
    author: str | None
    created_at: datetime


def formula_out(version: ScoreFormula) -> FormulaOut:
    return FormulaOut(
        uid=version.uid,
        valid_from=name_of(version.valid_from),
        weights=version.weights,
        note=version.note,
        author=version.staff.name if version.staff else None,
        created_at=version.created_at,
    )


class PreviewOut(Answer):
    """A story of last month, as it is and as it would be."""

    story: str
    title: str
    before: float
    after: float


class QuotaOut(Answer):
    uid: str
    role: str
    person: str | None
    valid_from: str
    quota: float
    fixed: float
    note: str
    set_by: str | None


def quota_out(row: PointsQuota) -> QuotaOut:
    return QuotaOut(
        uid=row.uid,
        role=row.role,
        person=row.person.name if row.person else None,
        valid_from=name_of(row.valid_from),
        quota=row.quota / 100,
        fixed=row.fixed / 100,
        note=row.note,
        set_by=row.staff.name if row.staff else None,
    )
