"""What comes in and goes out about figures; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Annotated, Any

from pydantic import BeforeValidator, Field

from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.core.workflow import open_moves
from kitchen.evaluation.figures.models import FiguresAlarm, PieceFigures, PieceTurn, ReadTarget
from kitchen.evaluation.figures.period import AccountMean, PeriodFigures
from kitchen.evaluation.figures.rules import (
    COUNT_MOST,
    FIELDS,
    Age,
    AlarmState,
    Concern,
    Measure,
    Scope,
    Teller,
    Told,
    count_of,
)
from kitchen.evaluation.insight.checkup import CheckUp
from kitchen.evaluation.response.queries import Response, Usual
from kitchen.evaluation.response.rules import Step
from kitchen.sanctions.queries import Period
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema

DAYS_MOST = 370


def _count(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        return count_of(value)
    except ValueError:
        raise ValueError(N_("请填数字，可以写 1,234、1.2万、10万+；不知道就留空。")) from None


Count = Annotated[int | None, BeforeValidator(_count), Field(ge=0, le=COUNT_MOST)]


class PeriodQuery(Schema):
    """The days of a report, both included; without them the last week. ``age`` in hours."""

    since: date | None = None
    until: date | None = None
    age: Age = Age.DAY


def the_period(query: PeriodQuery, today: date) -> Period:
    """The days asked for. Raises :class:`Invalid` for an end before the beginning, or too many."""
    until = query.until or today
    since = query.since or until - timedelta(days=6)
    if until < since:
        raise Invalid(fields={"until": N_("结束日期要在开始日期之后。")})
    if (until - since).days >= DAYS_MOST:
        raise Invalid(fields={"since": N_("一次最多看一年，请缩短。")})
    return Period(since, until)


class AlarmQuery(PageQuery):
    concern: Concern | None = None


class CountsIn(Schema):
    """Figures of a piece at an age; what is left out is not known."""

    age: Age
    reads: Count = None
    likes: Count = None
    watching: Count = None
    shares: Count = None
    comments: Count = None

    @property
    def told(self) -> Told:
        return Told(**{name: getattr(self, name) for name in FIELDS})


class EnterIn(CountsIn):
    """The same from a page that shows many pieces; ``piece`` is a publication's uid."""

    piece: str = Field(min_length=1, max_length=22)


class ReasonIn(Schema):
    note: str = Field("", max_length=500)


class TargetIn(Schema):
    """A target; ``subject`` is a column's name, or the uid of an account or a topic. It is left
    empty for all pieces, and with the scope ``campaign`` for the pieces of all campaigns.
    """

    scope: Scope = Scope.ALL
    measure: Measure = Measure.ITEM
    subject: str = Field("", max_length=40)
    age: Age = Age.WEEK
    reads: int = Field(ge=1, le=COUNT_MOST)


class TargetEdit(Schema):
    age: Age
    reads: int = Field(ge=1, le=COUNT_MOST)
    version: int | None = None


class SheetIn(Schema):
    """A sheet from a program: the text of a CSV."""

    csv: str = Field(min_length=1, max_length=8_000_000)


class RowFaultOut(Answer):
    row: int
    column: str
    sentence: str


class TakenInOut(Answer):
    """Rows by number (the head is 1), and what is wrong with the others."""

    kept: list[int]
    faults: list[RowFaultOut]


class FiguresOut(Answer):
    """Figures at an age; ``null`` is not known, which is not nought. ``heat``: times the usual."""

    age: int
    taken_at: datetime
    teller: Teller
    reads: int | None
    likes: int | None
    watching: int | None
    shares: int | None
    comments: int | None
    oddity: str
    heat: float | None = None


class PieceOut(Answer):
    uid: str
    account: str
    account_name: str
    channel: str
    position: int
    live_at: datetime
    next_at: datetime | None
    words: str
    target_age: int | None
    """``null`` with ``target_reads``: no target holds for it."""
    target_reads: int | None
    figures: list[FiguresOut]


class AlarmOut(Answer):
    uid: str
    version: int
    created_at: datetime
    story: str
    title: str
    piece: str
    account_name: str
    age: int
    concern: Concern
    seen: dict[str, int]
    state: AlarmState
    reason: str
    actions: list[str]


class CheckUpOut(Answer):
    story: str
    title: str
    pieces: list[PieceOut]
    alarms: list[AlarmOut]
    pickups: int
    minutes_since_lead: int | None
    minutes_since_event: int | None
    steps: dict[str, int]
    """Minutes by step."""
    longest: Step | None


class SumOut(Answer):
    channel: str
    pieces: int
    known: int
    reads: int | None
    likes: int | None
    watching: int | None
    shares: int | None
    comments: int | None


class RankedOut(Answer):
    story_uid: str
    title: str
    account: str
    channel: str
    reads: int
    doubted: bool


class UsualOut(Answer):
    name: str
    stories: int
    steps: dict[str, float]
    bottleneck: Step | None


class MeanOut(Answer):
    account: str
    account_uid: str
    pieces: int
    reads: int
    target: int


class PeriodOut(Answer):
    since: date
    until: date
    age: int
    channels: list[SumOut]
    before: list[SumOut]
    best: list[RankedOut]
    weakest: list[RankedOut]
    means: list[MeanOut]
    response: UsualOut
    desks: list[UsualOut]
    weeks: list[UsualOut]
    open_alarms: int


class TargetOut(Answer):
    uid: str
    version: int
    scope: Scope
    measure: Measure
    subject: str
    age: int
    reads: int


def target_out(target: ReadTarget) -> TargetOut:
    return TargetOut.model_validate(target)


def _figures_out(row: PieceFigures, heat: float | None) -> FiguresOut:
    return FiguresOut.model_validate(row).model_copy(update={"heat": heat})


def _piece_out(piece: PieceTurn, found: CheckUp) -> PieceOut:
    goal = found.goals.get(piece.publication_id)
    return PieceOut(
        uid=piece.publication.uid,
        account=piece.account.uid,
        account_name=piece.account.name,
        channel=piece.channel,
        position=piece.position,
        live_at=piece.live_at,
        next_at=piece.next_at,
        words=piece.words,
        target_age=goal.age if goal else None,
        target_reads=goal.reads if goal else None,
        figures=[
            _figures_out(row, found.heats.get((piece.publication_id, row.age)))
            for row in piece.figures
        ],
    )


def alarm_out(alarm: FiguresAlarm, actor: Actor) -> AlarmOut:
    """The alarm as the API shows it."""
    return AlarmOut(
        uid=alarm.uid,
        version=alarm.version,
        created_at=alarm.created_at,
        story=alarm.publication.story.uid,
        title=alarm.publication.story.title,
        piece=alarm.publication.uid,
        account_name=alarm.publication.account.name,
        age=alarm.age,
        concern=alarm.concern,
        seen=alarm.seen,
        state=alarm.state,
        reason=alarm.reason,
        actions=[move.name for move in open_moves(alarm, actor)],
    )


def check_up_out(found: CheckUp, actor: Actor) -> CheckUpOut:
    """The check-up as the API shows it."""
    return CheckUpOut(
        story=found.story.uid,
        title=found.story.title,
        pieces=[_piece_out(piece, found) for piece in found.pieces],
        alarms=[alarm_out(alarm, actor) for alarm in found.alarms],
        pickups=len(found.pickups),
        minutes_since_lead=found.since(found.moments.get(Step.LEAD)),
        minutes_since_event=found.since(found.happened_at),
        steps={str(step): count for step, count in found.minutes.items()},
        longest=found.longest,
    )


def _usual_out(usual: Usual) -> UsualOut:
    return UsualOut(
        name=usual.name,
        stories=usual.stories,
        steps={str(step): value for step, value in usual.steps.items()},
        bottleneck=usual.bottleneck,
    )


def period_out(
    figures: PeriodFigures, speed: Response, means: list[AccountMean], open_alarms: int
) -> PeriodOut:
    """The period as the API shows it."""
    return PeriodOut(
        since=figures.period.since,
        until=figures.period.until,
        age=figures.age,
        channels=[SumOut.model_validate(each) for each in figures.channels],
        before=[SumOut.model_validate(each) for each in figures.before],
        best=[RankedOut.model_validate(each) for each in figures.best],
        weakest=[RankedOut.model_validate(each) for each in figures.weakest],
        means=[MeanOut.model_validate(each) for each in means],
        response=_usual_out(speed.whole),
        desks=[_usual_out(each) for each in speed.desks],
        weeks=[_usual_out(each) for each in speed.weeks],
        open_alarms=open_alarms,
    )
