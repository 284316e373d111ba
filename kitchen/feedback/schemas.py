"""What comes in and goes out of the inbox; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from pydantic import Field

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.feedback.models import Reply, Voice
from kitchen.feedback.rules import (
    REPLY_MOST,
    Clock,
    Kind,
    Late,
    May,
    Reading,
    ReplyState,
    State,
    Tone,
)
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema

UID = Field(min_length=1, max_length=22)


class InboxQuery(PageQuery):
    """``state`` is a state, ``alert``, ``overdue``, ``warned``, or ``all``."""

    account: str = Field("", max_length=22)
    kind: Kind | None = None
    mine: bool = False


class ReplyIn(Schema):
    text: str = Field("", max_length=REPLY_MOST)


class AssignIn(Schema):
    staff: str = UID


class ReasonIn(Schema):
    note: str = Field("", max_length=500)


class PassIn(Schema):
    """``seen`` is the version of the reply that was read."""

    seen: int = Field(ge=1)


class IntoIn(Schema):
    into: str = UID


class LeadOfIn(Schema):
    title: str = Field(min_length=2, max_length=60)


class SavedIn(Schema):
    title: str = Field(min_length=1, max_length=40)
    text: str = Field(min_length=1, max_length=REPLY_MOST)


class ClockIn(Schema):
    reading: Reading
    hours: int = Field(ge=1, le=240)
    warn_at: int = Field(ge=0, le=240)
    work_from: time
    work_until: time
    look_minutes: int = Field(ge=1, le=1440)

    @property
    def clock(self) -> Clock:
        return Clock(**self.model_dump())


class ClockOut(Answer):
    reading: Reading
    hours: int
    warn_at: int
    work_from: time
    work_until: time
    look_minutes: int


class TrendQuery(Schema):
    account: str = Field("", max_length=22)


class ReplyOut(Answer):
    text: str
    version: int
    state: ReplyState
    drafted_by: str
    reviewed_by: str | None
    sent_at: datetime | None
    attempts: int
    code: str
    words: str


class VoiceOut(Answer):
    uid: str
    version: int
    account: str
    kind: Kind
    author: str
    text: str
    said_at: datetime
    edited_at: datetime | None
    alert: str
    tone: Tone
    tone_words: str
    state: State
    assignee: str | None
    due_at: datetime
    late: Late
    replied_at: datetime | None
    merged_into: str | None
    lead: str | None
    reply: ReplyOut | None
    actions: list[str]


class VoiceRowOut(Answer):
    """A message in a list; its reply is told with itself."""

    uid: str
    version: int
    account: str
    kind: Kind
    author: str
    text: str
    said_at: datetime
    alert: str
    tone: Tone
    tone_words: str
    state: State
    assignee: str | None
    due_at: datetime
    late: Late


class DayOut(Answer):
    day: date
    count: int
    alerts: int
    negative: int
    positive: int


class SavedOut(Answer):
    uid: str
    title: str
    text: str


def voice_out(voice: Voice, actor: Actor) -> VoiceOut:
    """The message as the API shows it to this actor."""
    return VoiceOut(
        **_plain(voice, VoiceRowOut),
        edited_at=voice.edited_at,
        replied_at=voice.replied_at,
        merged_into=voice.merged_into.uid if voice.merged_into else None,
        lead=voice.lead.uid if voice.lead else None,
        reply=reply_out(voice.reply) if voice.reply else None,
        actions=[move.name for move in open_moves(voice, actor) if move.may != May.HOUSE],
    )


def row_out(voice: Voice) -> VoiceRowOut:
    """The message as a list shows it."""
    return VoiceRowOut(**_plain(voice, VoiceRowOut))


def _plain(voice: Voice, model: type[Answer]) -> dict[str, Any]:
    told = {name: getattr(voice, name) for name in model.model_fields}
    assignee = voice.assignee.name if voice.assignee else None
    return {**told, "account": voice.account.uid, "assignee": assignee}


def reply_out(reply: Reply) -> ReplyOut:
    told = {name: getattr(reply, name) for name in ReplyOut.model_fields}
    names = {
        "drafted_by": reply.drafted_by.name,
        "reviewed_by": reply.reviewed_by.name if reply.reviewed_by else None,
    }
    return ReplyOut(**{**told, **names})
