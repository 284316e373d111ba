"""What comes in and goes out about rooms and drills; forms and the API share it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime

from pydantic import Field

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.opinion.figures import AfterAction
from kitchen.opinion.models import Entry
from kitchen.opinion.room_models import Assessment, Drill, IncidentRoom
from kitchen.opinion.rules import (
    ClockName,
    Grade,
    Incident,
    Line,
    Office,
    Run,
    Step,
    Task,
)
from kitchen.web.moments import CentreTime
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class RoomQuery(PageQuery):
    drill: bool | None = None


class RoomIn(Schema):
    title: str = Field(min_length=4, max_length=70)
    body: str = Field("", max_length=3000)
    place: str = Field("", max_length=120)
    grade: Grade = Grade.ROUTINE
    office: Office = Office.CENTRE
    sign: str | None = Field(None, max_length=22)


class GradeIn(Schema):
    grade: Grade
    note: str = Field("", max_length=500)
    version: int | None = None


class MemberIn(Schema):
    staff: str = Field(min_length=1, max_length=22)
    office: Office


class MemberOutIn(Schema):
    member: int = Field(ge=1, le=2**31 - 1)


class AssessIn(Schema):
    office: Office
    grade: Grade = Grade.ROUTINE
    words: str = Field(min_length=2, max_length=3000)


class LineIn(Schema):
    text: str = Field(min_length=4, max_length=3000)
    number: int | None = Field(None, ge=0, le=100_000)


class TaskIn(Schema):
    words: str = Field(min_length=2, max_length=200)
    owner: str = Field(min_length=1, max_length=22)
    due_at: CentreTime


class WordsIn(Schema):
    words: str = Field(min_length=1, max_length=1000)


class StoryIn(Schema):
    story: str = Field(min_length=1, max_length=22)


class DrillIn(Schema):
    scenario: str = Field(min_length=1, max_length=16)
    speed: int = 60


class ClockOut(Answer):
    name: ClockName
    due_at: datetime
    done_at: datetime | None
    was_late: bool


class MemberOut(Answer):
    id: int
    staff: str
    name: str
    office: Office


class AssessmentOut(Answer):
    number: int
    at: datetime
    by: str
    grade: Grade
    words: str


class LineOut(Answer):
    number: int
    version: int
    state: Line
    text: str
    reason: str
    drafted_by: str
    decided_by: str | None


class TaskOut(Answer):
    uid: str
    version: int
    words: str
    owner: str
    due_at: datetime
    state: Task
    result: str


class EntryOut(Answer):
    at: datetime
    step: Step
    value: str
    words: str
    link: str
    by: str | None


class RoomOut(Answer):
    uid: str
    version: int
    created_at: datetime
    title: str
    body: str
    place: str
    grade: Grade
    state: Incident
    drill: bool
    outcome: str
    answered_at: datetime | None
    press_at: datetime | None
    closed_at: datetime | None
    story: str | None
    clocks: list[ClockOut]
    members: list[MemberOut]
    lines: list[LineOut]
    tasks: list[TaskOut]
    assessments: dict[Office, list[AssessmentOut]]
    actions: list[str]


class BriefOut(Answer):
    """A room in a list."""

    uid: str
    version: int
    created_at: datetime
    title: str
    grade: Grade
    state: Incident
    drill: bool
    clocks: list[ClockOut]


def room_out(
    room: IncidentRoom, actor: Actor, written: Mapping[Office, Sequence[Assessment]]
) -> RoomOut:
    """A room as the API shows it to this person, with what each office wrote."""
    own = {"story", "clocks", "members", "lines", "tasks", "assessments", "actions"}
    return RoomOut(
        story=room.story.uid if room.story else None,
        clocks=[ClockOut.model_validate(each) for each in room.clocks],
        members=[
            MemberOut(id=it.id, staff=it.staff.uid, name=it.staff.name, office=it.office)
            for it in room.members
        ],
        lines=[
            LineOut(
                drafted_by=it.drafted_by.name,
                decided_by=it.decided_by.name if it.decided_by else None,
                **{name: getattr(it, name) for name in ("number", "version", "state")},
                text=it.text,
                reason=it.reason,
            )
            for it in room.lines
        ],
        tasks=[
            TaskOut(
                owner=it.owner.name,
                **{
                    name: getattr(it, name)
                    for name in ("uid", "version", "words", "due_at", "state", "result")
                },
            )
            for it in room.tasks
        ],
        assessments={
            office: [
                AssessmentOut(
                    number=it.number, at=it.at, by=it.staff.name, grade=it.grade, words=it.words
                )
                for it in found
            ]
            for office, found in written.items()
        },
        actions=[move.name for move in open_moves(room, actor)],
        **{name: getattr(room, name) for name in set(RoomOut.model_fields) - own},
    )


def entry_out(entry: Entry) -> EntryOut:
    """A step of a timeline as the API shows it."""
    names = set(EntryOut.model_fields) - {"by"}
    by = entry.staff.name if entry.staff else None
    return EntryOut(by=by, **{name: getattr(entry, name) for name in names})


class TimelineOut(Answer):
    entries: list[EntryOut]


class SoundsOut(Answer):
    """How much was said, how it sounded; shares are percent of what is known."""

    count: int
    negative: int
    neutral: int
    positive: int
    unknown: int
    negative_share: float | None
    neutral_share: float | None
    positive_share: float | None


class WindowOut(Answer):
    since: datetime
    until: datetime
    sounds: SoundsOut


class AroundOut(Answer):
    before: WindowOut
    after: WindowOut
    steps: list[WindowOut]
    by_day: bool
    is_over: bool


class FiguresOut(Answer):
    from_sign: float | None
    to_first_response: float | None
    to_line: float | None
    to_statement: float | None
    to_everywhere: float | None
    aimed: int
    live: int
    followers: int | None
    reads: int | None
    """Of the statement; ``null``: nobody has measured it."""
    before: int
    after: int
    hours: int
    tones: AroundOut | None
    clocks: list[ClockOut]


def figures_out(found: AfterAction) -> FiguresOut:
    """After-action figures as the API shows them."""
    return FiguresOut.model_validate(found)


class DrillOut(Answer):
    uid: str
    version: int
    scenario: str
    incident: str
    title: str
    state: Run
    speed: int
    position: int


def drill_out(drill: Drill) -> DrillOut:
    """One playing as the API shows it."""
    names = set(DrillOut.model_fields) - {"incident", "title"}
    return DrillOut(
        incident=drill.incident.uid,
        title=drill.incident.title,
        **{name: getattr(drill, name) for name in names},
    )
