"""The lanes of the crew: a day by hours or a week by days, and what takes each person's time."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from sqlalchemy.orm import Session

from kitchen.assignments import crews, queries
from kitchen.assignments.models import Assignment, Crew, TimeClaim
from kitchen.assignments.rules import Answer, ClashKind, May, Span, clash_of
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.people.models import Staff

HOURS, DAYS = 24, 7


@dataclass(frozen=True, slots=True)
class Bar:
    """Something that takes a person's time: a task they are on, or a claim on their time."""

    begin: datetime
    end: datetime
    task: Assignment | None = None
    member: Crew | None = None
    claim: TimeClaim | None = None
    clash: ClashKind | None = None

    @property
    def span(self) -> Span:
        return Span(self.begin, self.end, self.task.place if self.task else "")

    @property
    def typed(self) -> str:
        """The beginning as a form field wants it."""
        return f"{clock.local(self.begin):%Y-%m-%dT%H:%M}"


@dataclass(frozen=True, slots=True)
class Cell:
    """A place in a track: ``wide`` columns from ``column`` on, with a bar or free."""

    column: int
    wide: int
    bar: Bar | None = None


@dataclass(frozen=True, slots=True)
class Lane:
    """A person; what overlaps lies in several tracks under each other."""

    staff: Staff
    tracks: list[list[Cell]]
    movable: bool
    """Whether this actor may send them elsewhere."""

    @property
    def bars(self) -> list[Bar]:
        """What takes their time, the earliest first."""
        found = [cell.bar for track in self.tracks for cell in track if cell.bar]
        return sorted(found, key=lambda bar: (bar.begin, bar.end))


@dataclass(frozen=True, slots=True)
class Column:
    """An hour of the day, or a day of the week; ``begin`` is where it starts."""

    begin: datetime
    now: bool
    past: bool

    @property
    def hour(self) -> str:
        """The hour as the page names it."""
        return f"{self.begin:%Y-%m-%dT%H}"


@dataclass(frozen=True, slots=True)
class Lanes:
    """All that the page shows."""

    day: date
    today: date
    week: Sequence[date]
    by_week: bool
    columns: Sequence[Column]
    lanes: Sequence[Lane]
    tray: Sequence[Assignment] = field(default_factory=tuple)
    """Tasks that need somebody sent."""

    @property
    def before(self) -> date:
        return self.day - timedelta(days=DAYS)

    @property
    def after(self) -> date:
        return self.day + timedelta(days=DAYS)

    @property
    def clashing(self) -> int:
        """How many people are wanted twice."""
        return sum(
            any(cell.bar and cell.bar.clash for track in lane.tracks for cell in track)
            for lane in self.lanes
        )


def lanes_of(session: Session, actor: Actor, day: date, *, by_week: bool = False) -> Lanes:
    """The lanes that this actor may see: everybody in the units where they dispatch, else theirs.

    ``by_week`` shows the week in which ``day`` lies.
    """
    monday = day - timedelta(days=day.weekday())
    first = monday if by_week else day
    step = timedelta(days=1) if by_week else timedelta(hours=1)
    begin = datetime.combine(first, time(), clock.CENTRE)
    count = DAYS if by_week else HOURS
    now = clock.now(session)
    starts = [begin + step * number for number in range(count)]
    columns = [Column(it, now=it <= now < it + step, past=it + step <= now) for it in starts]
    people = crews.visible(session, actor)
    bars = _bars(session, [staff.id for staff in people], begin, begin + step * count)
    reach = {staff.id for staff in crews.available(session, actor)}
    lanes = [
        Lane(staff, _tracks(bars[staff.id], begin, step, count), movable=staff.id in reach)
        for staff in people
    ]
    return Lanes(
        day=day,
        today=clock.today(session),
        week=[monday + timedelta(days=number) for number in range(DAYS)],
        by_week=by_week,
        columns=columns,
        lanes=lanes,
        tray=_tray(session, actor),
    )


def _tray(session: Session, actor: Actor) -> list[Assignment]:
    if not actor.may(May.DISPATCH):
        return []
    waiting = queries.to_dispatch(session)
    return [each for each in waiting if actor.may(May.DISPATCH, each.unit_id)]


def _bars(
    session: Session, staff_ids: Sequence[int], begin: datetime, end: datetime
) -> dict[int, list[Bar]]:
    """Everything that takes somebody's time between two moments, with what clashes marked."""
    travel = timedelta(minutes=queries.setting(session).travel_minutes)
    bars: dict[int, list[Bar]] = defaultdict(list)
    for task in queries.running_between(session, begin, end):
        assert task.span is not None
        for member in task.crew:
            if member.answer != Answer.DECLINED:
                bar = Bar(task.span.starts_at, task.span.ends_at, task=task, member=member)
                bars[member.staff_id].append(bar)
    for claim in queries.claims_between(session, staff_ids, begin, end):
        bars[claim.staff_id].append(Bar(claim.starts_at, claim.ends_at, claim=claim))
    return defaultdict(list, {who: _marked(each, travel) for who, each in bars.items()})


def _marked(bars: list[Bar], travel: timedelta) -> list[Bar]:
    """Each bar with the worst that stands against it."""
    found = []
    for bar in sorted(bars, key=lambda it: (it.begin, it.end)):
        kinds = [clash_of(bar.span, other.span, travel) for other in bars if other is not bar]
        worst = next((kind for kind in ClashKind if kind in kinds), None)
        found.append(Bar(bar.begin, bar.end, bar.task, bar.member, bar.claim, worst))
    return found


def _tracks(bars: Sequence[Bar], begin: datetime, step: timedelta, count: int) -> list[list[Cell]]:
    """The bars laid out by columns, first come first laid, each in the first track with room."""
    laid: list[list[Cell]] = []
    for bar in bars:
        first = max(0, (bar.begin - begin) // step)
        last = min(count - 1, -((begin - bar.end) // step) - 1)
        cell = Cell(first, max(1, last - first + 1), bar)
        track = next((it for it in laid if it[-1].column + it[-1].wide <= first), None)
        if track is None:
            laid.append([cell])
        else:
            track.append(cell)
    return [list(_filled(track, count)) for track in laid or [[]]]


def _filled(track: Sequence[Cell], count: int) -> Iterator[Cell]:
    """The track with a free cell in every column that no bar covers."""
    column = 0
    for cell in track:
        yield from (Cell(free, 1) for free in range(column, cell.column))
        yield cell
        column = cell.column + cell.wide
    yield from (Cell(free, 1) for free in range(column, count))
