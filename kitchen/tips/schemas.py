"""What comes in and goes out about tips; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field, field_validator
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.core.workflow import open_moves
from kitchen.leads.rules import Urgency
from kitchen.tips import words
from kitchen.tips.models import Tip, TipFile, TipLook
from kitchen.tips.rules import (
    LEAST_WORDS,
    MOST_ADDED,
    MOST_CONTACT,
    MOST_EVENT,
    MOST_FILES,
    MOST_PLACE,
    MOST_WORDS,
    TAKEN_DOWN,
    Family,
    Look,
    Reward,
    Showing,
    State,
    Way,
)
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class TipIn(Schema):
    """What a source sends. ``website`` stays empty: no person sees it."""

    words: str = Field(min_length=LEAST_WORDS, max_length=MOST_WORDS)
    contact: str = Field("", max_length=MOST_CONTACT)
    website: str = ""
    shown: str = ""
    """When the form was shown, signed."""
    ticket: list[str] = []
    """Files that came in pieces."""


class EntryIn(Schema):
    """What somebody takes down: how it came, what was told, and what was heard besides."""

    way: Way
    words: str = Field(min_length=LEAST_WORDS, max_length=MOST_WORDS)
    event: str = Field("", max_length=MOST_EVENT)
    place: str = Field("", max_length=MOST_PLACE)
    contact: str = Field("", max_length=MOST_CONTACT)
    named: bool = False

    @field_validator("way")
    @classmethod
    def _taken_down(cls, way: Way) -> Way:
        if way not in TAKEN_DOWN:
            raise ValueError(N_("请从给出的选项里选。"))
        return way


class CodeIn(Schema):
    code: str = Field(min_length=16, max_length=40)


class SayIn(CodeIn):
    words: str = Field(min_length=2, max_length=MOST_WORDS)
    ticket: list[str] = []


class TipQuery(PageQuery):
    pass


class LabelIn(Schema):
    label: str = Field("", max_length=80)


class QuestionIn(Schema):
    words: str = Field(min_length=2, max_length=2000)


class AdoptIn(Schema):
    title: str = Field(min_length=2, max_length=60)
    body: str = Field(min_length=5, max_length=5000)
    place: str = Field("", max_length=80)
    urgency: Urgency = Urgency.NORMAL
    reply: str = Field("", max_length=1000)
    along: list[str] = Field([], max_length=MOST_FILES * (MOST_ADDED + 1))
    """Files of which the bare version goes along."""


class PassOnIn(Schema):
    title: str = Field(min_length=2, max_length=60)
    body: str = Field(min_length=5, max_length=5000)
    note: str = Field(min_length=2, max_length=500)


class RejectIn(Schema):
    reply: str = Field("", max_length=1000)


class MergeIn(Schema):
    into: str = Field(min_length=1, max_length=22)


class LookIn(Schema):
    reason: str = Field("", max_length=500)


class RewardIn(Schema):
    yuan: int


class ClaimIn(Schema):
    code: str = Field(min_length=16, max_length=40)


class LineOut(Answer):
    """A tip in a list: nothing that its source told."""

    uid: str
    version: int
    day: date
    label: str
    way: Way
    state: State
    unread: bool
    files: int
    lead: str | None
    actions: list[str]


class FileOut(Answer):
    uid: str
    family: Family
    showing: Showing
    why: str
    generated: bool


class MessageOut(Answer):
    day: date
    by: str | None
    """Who of the desk; nobody: the source."""
    words: str


class CircumstancesOut(Answer):
    place: str
    event: str
    named: bool


class EntryOut(Answer):
    """The code to read out; nothing leads from it to its tip but itself."""

    code: str
    files: int
    refused: list[str]


class TipOut(LineOut):
    words: str
    heard: CircumstancesOut | None
    """What whoever took it down heard besides."""
    taken_down_by: str | None
    reason: str
    messages: list[MessageOut]
    attached: list[FileOut]
    merged_into: str | None


class LookOut(Answer):
    uid: str
    version: int
    tip: str
    state: Look
    reason: str
    asked_by: str
    until: datetime | None


class ReachOut(Answer):
    contact: str


class RewardOut(Answer):
    uid: str
    version: int
    yuan: int
    state: Reward


def line_out(tip: Tip, actor: Actor) -> LineOut:
    """The tip as a list shows it."""
    return LineOut(**_line(tip, actor))


def _line(tip: Tip, actor: Actor) -> dict[str, Any]:
    return {
        "uid": tip.uid,
        "version": tip.version,
        "day": day_of(tip.created_at),
        "label": tip.label,
        "way": tip.way,
        "state": tip.state,
        "unread": tip.unread,
        "files": len(tip.files),
        "lead": tip.lead.uid if tip.lead else None,
        "actions": [move.name for move in open_moves(tip, actor)],
    }


def tip_out(session: Session, tip: Tip, actor: Actor) -> TipOut:
    """The tip as somebody reads it who may."""
    return TipOut(
        **_line(tip, actor),
        words=words.told_of(session, tip),
        heard=_heard(words.circumstances_of(session, tip)),
        taken_down_by=tip.taken_down_by.name if tip.taken_down_by else None,
        reason=words.reason_of(session, tip),
        messages=[
            MessageOut(
                day=day_of(each.created_at),
                by=each.staff.name if each.staff else None,
                words=words.said_in(session, each),
            )
            for each in tip.messages
        ],
        attached=[file_out(each) for each in tip.files],
        merged_into=tip.merged_into.uid if tip.merged_into else None,
    )


def _heard(circumstances: words.Circumstances | None) -> CircumstancesOut | None:
    return CircumstancesOut.model_validate(circumstances) if circumstances else None


def file_out(file: TipFile) -> FileOut:
    return FileOut.model_validate(file)


def look_out(look: TipLook) -> LookOut:
    """A wish to know how to reach a source, as the API shows it."""
    return LookOut(
        uid=look.uid,
        version=look.version,
        tip=look.tip.uid,
        state=look.state,
        reason=look.reason,
        asked_by=look.asked_by.name,
        until=look.until,
    )


def day_of(moment: datetime) -> date:
    """The newsroom's day; nothing finer is said of a source."""
    return clock.local(moment).date()
