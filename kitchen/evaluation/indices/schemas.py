"""What comes in and goes out about indices and ranks; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kitchen.core.errors import N_, Invalid
from kitchen.evaluation.indices.formulas import Working
from kitchen.evaluation.indices.mixing import UnitLine
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore, OfficialRank
from kitchen.evaluation.indices.queries import Line
from kitchen.evaluation.indices.scoring import again
from kitchen.evaluation.indices.windows import Kind, Window, latest, window_of
from kitchen.matrix.models import Account
from kitchen.matrix.registry.schemas import RowFaultOut
from kitchen.web.schema import Answer, Schema

LONGEST = 366
"""Days of a window that somebody chooses."""
NAME = r"[a-zA-Z][a-zA-Z0-9.-]*"


class WindowQuery(Schema):
    """A window by any ``day`` in it, else the latest that is over; a free one ``until`` a day."""

    kind: Kind = Kind.WEEK
    day: date | None = None
    until: date | None = None


class RankingQuery(WindowQuery):
    """``definition`` is a formula's name, ``unit`` the uid of a unit, with all that is below it."""

    definition: str | None = Field(default=None, max_length=50)
    unit: str | None = Field(default=None, max_length=22)
    limit: int = Field(default=50, ge=1, le=200)
    cursor: str | None = None


class CourseQuery(Schema):
    """An account's course; ``definition`` is a formula's name."""

    kind: Kind = Kind.WEEK
    definition: str | None = Field(None, max_length=50)
    limit: int = Field(26, ge=1, le=200)
    cursor: str | None = None


class ComputeIn(WindowQuery):
    definition: str = Field(min_length=1, max_length=50)


def the_window(query: WindowQuery, today: date) -> Window:
    """The window that is asked for. Raises :class:`Invalid` for a free one without proper ends."""
    if query.kind is not Kind.FREE:
        return window_of(query.kind, query.day) if query.day else latest(query.kind, today)
    if query.day is None or query.until is None:
        name = "day" if query.day is None else "until"
        raise Invalid(fields={name: N_("自选时段要填开始和结束两个日期。")})
    if query.until < query.day:
        raise Invalid(fields={"until": N_("结束日期要在开始日期之后。")})
    if (query.until - query.day).days >= LONGEST:
        raise Invalid(fields={"until": N_("最长一年，请分段看。")})
    return Window(Kind.FREE, query.day, query.until)


class ReviseIn(Schema):
    """Another edition of ``base`` (a name); ``weights`` are each part's, then its terms'."""

    base: str = Field(min_length=1, max_length=50)
    edition: str = Field(min_length=1, max_length=24, pattern=rf"^{NAME}$")
    weights: list[float] = Field(min_length=1, max_length=60)
    factor: float = Field(gt=0, le=1_000_000)
    valid_from: date
    source: str = Field(min_length=1, max_length=500)
    experimental: bool = False


class ComposeIn(Schema):
    """A mixture: ``indices`` are names, ``weights`` theirs in the same order."""

    family: str = Field(min_length=1, max_length=24, pattern=rf"^{NAME}$")
    edition: str = Field(min_length=1, max_length=24, pattern=rf"^{NAME}$")
    title: str = Field(min_length=1, max_length=60)
    indices: list[str] = Field(min_length=2, max_length=10)
    weights: list[float] = Field(min_length=2, max_length=10)
    valid_from: date
    source: str = Field(min_length=1, max_length=500)

    def shares(self) -> dict[str, float]:
        """Names to weights. Raises :class:`Invalid` where their numbers differ, or one is twice."""
        if len(self.indices) != len(self.weights):
            raise Invalid(fields={"weights": N_("每项指数填一个权重。")})
        if len(set(self.indices)) != len(self.indices):
            raise Invalid(fields={"indices": N_("同一项指数只能选一次。")})
        return dict(zip(self.indices, self.weights, strict=True))


class RankIn(Schema):
    """A place on somebody's list; ``account`` is a uid, ``week`` any day of that week."""

    list_name: str = Field(min_length=1, max_length=60)
    account: str = Field(min_length=1, max_length=22)
    week: date
    rank: int = Field(ge=1, le=10_000_000)
    of_how_many: int | None = Field(None, ge=1, le=10_000_000)
    score: float | None = Field(None, ge=0, le=1_000_000_000)
    source_url: str = Field("", max_length=500, pattern=r"^(https?://[^\s<>\"]+)?$")


class RankQuery(Schema):
    q: str | None = Field(None, max_length=60)
    account: str | None = Field(None, max_length=22)
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None


class SheetIn(Schema):
    csv: str = Field(min_length=1, max_length=8_000_000)


# --- what goes out ---


class DefinitionOut(Answer):
    uid: str
    version: int
    name: str
    family: str
    edition: str
    title: str
    channel: str
    body: dict[str, Any]
    source: str
    valid_from: date
    experimental: bool


class ScoreOut(Answer):
    uid: str
    account: str
    account_name: str
    unit: str
    definition: str
    kind: Kind
    first_day: date
    last_day: date
    value: float
    inputs: dict[str, float | None]
    pieces: int
    unknown: int
    provisional: bool
    computed_at: datetime


def score_out(score: IndexScore, definition: IndexDefinition, account: Account) -> ScoreOut:
    plain = ("uid", "kind", "first_day", "last_day", "value", "inputs", "pieces", "unknown")
    return ScoreOut(
        **{name: getattr(score, name) for name in (*plain, "provisional", "computed_at")},
        account=account.uid,
        account_name=account.name,
        unit=account.unit.name,
        definition=definition.name,
    )


class LineOut(Answer):
    """A line of a ranking: of an account with its ``score``, or by a mixture of a unit."""

    rank: int
    former: int | None
    account: str | None
    name: str
    unit: str
    value: float
    provisional: bool
    scores: dict[str, str]
    """The uids of the scores it is made of, by formula."""
    untold: list[str]
    """Of a mixture: the formulas by which the unit has an account and no score."""


def line_out(line: Line, definition: IndexDefinition) -> LineOut:
    score = line.score
    return LineOut(
        rank=line.rank,
        former=line.former,
        account=score.account.uid,
        name=score.account.name,
        unit=score.account.unit.name,
        value=score.value,
        provisional=score.provisional,
        scores={definition.name: score.uid},
        untold=[],
    )


def unit_line_out(line: UnitLine) -> LineOut:
    return LineOut(
        rank=line.rank,
        former=line.former,
        account=None,
        name=line.unit.name,
        unit=line.unit.name,
        value=line.value,
        provisional=line.provisional,
        scores={name: score.uid for name, score in line.scores.items()},
        untold=sorted(line.untold),
    )


class TermOut(Answer):
    input: str
    per: str
    times: float
    weight: float
    inside: float
    log: float
    share: float


class PartOut(Answer):
    key: str
    weight: float
    total: float
    share: float
    terms: list[TermOut]


class WorkingOut(Answer):
    """A score with every step by which it was worked out."""

    score: ScoreOut
    parts: list[PartOut]
    total: float
    power: int
    factor: float
    value: float


def working_out(score: IndexScore) -> WorkingOut:
    formula = score.definition.formula
    working = again(formula, score.inputs)
    return WorkingOut(
        score=score_out(score, score.definition, score.account),
        parts=_parts(working),
        total=working.total,
        power=formula.power,
        factor=formula.factor,
        value=working.value,
    )


def _parts(working: Working) -> list[PartOut]:
    return [
        PartOut(
            key=step.part.key,
            weight=step.part.weight,
            total=step.total,
            share=step.share,
            terms=[
                TermOut(
                    input=it.term.input,
                    per=it.term.per,
                    times=it.term.times,
                    weight=it.term.weight,
                    inside=it.inside,
                    log=it.log,
                    share=it.share,
                )
                for it in step.terms
            ],
        )
        for step in working.parts
    ]


class ComputedOut(Answer):
    accounts: int


class RankOut(Answer):
    uid: str
    version: int
    created_at: datetime
    list_name: str
    account: str
    account_name: str
    week: date
    rank: int
    of_how_many: int | None
    score: float | None
    source_url: str


def rank_out(rank: OfficialRank) -> RankOut:
    plain = set(RankOut.model_fields) - {"account", "account_name"}
    return RankOut(
        **{name: getattr(rank, name) for name in plain},
        account=rank.account.uid,
        account_name=rank.account.name,
    )


class RanksTakenInOut(Answer):
    """How many rows were good, and what is wrong with the others (the head is row 1)."""

    taken: int
    faults: list[RowFaultOut]
