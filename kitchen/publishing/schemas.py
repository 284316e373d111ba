"""What comes in and goes out about deliveries; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kitchen.core.access import Actor
from kitchen.publishing.labels import remedy_of, sentence_of
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.publishing.schedule import movable
from kitchen.publishing.verbs import actions_of
from kitchen.web.moments import CentreTime
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class AddressIn(Schema):
    """Where readers find it."""

    url: str = Field(min_length=8, max_length=2000)


class ReasonIn(Schema):
    note: str = Field(min_length=2, max_length=500)


class LookIn(Schema):
    """When a person looked at the account and did not find the piece."""

    looked_at: CentreTime


class SlotIn(Schema):
    """Not before when it leaves."""

    not_before: CentreTime


class DayQuery(Schema):
    """A day of the calendar; none: today."""

    day: date | None = Field(None, ge=date(2020, 1, 1), le=date(2100, 1, 1))


class FormerSlot(DayQuery):
    """Where a slot was before it was moved, and the day on which one looked at it."""

    slot: CentreTime


class MatrixQuery(Schema):
    days: int = Field(7, ge=1, le=90)
    channel: str | None = Field(None, max_length=32)
    q: str | None = Field(None, max_length=100)
    trouble: bool = False
    """Only stories that did not arrive everywhere."""


class PublicationQuery(PageQuery):
    channel: str | None = Field(None, max_length=32)
    story: str | None = Field(None, max_length=22)


class PublicationOut(Answer):
    uid: str
    version: int
    created_at: datetime
    kind: Kind
    state: State
    sentence: str
    """How it stands, in one sentence."""
    hold_reason: str
    since: datetime
    channel: str
    account: str
    account_uid: str
    story: str
    story_title: str
    position: int
    not_before: datetime | None
    deadline: datetime | None
    attempt_no: int
    remote_id: str
    remote_url: str
    code: str
    words: str
    remedy: str
    actions: list[str]


class ObjectionOut(Answer):
    """An asset that keeps a delivery from leaving: the sentence says why, and what helps."""

    asset: str
    sentence: str


class RetriedOut(Answer):
    """How many deliveries are sent once more, and how many failed ones stay as they are."""

    sent: int
    left: int


def publication_out(publication: Publication, actor: Actor) -> PublicationOut:
    """The delivery as the API shows it to this actor."""
    told: dict[str, Any] = {
        "sentence": sentence_of(publication),
        "remedy": remedy_of(publication)[1],
        "account": publication.account.name,
        "account_uid": publication.account.uid,
        "story": publication.story.uid,
        "story_title": publication.story.title,
        "actions": [*_by_time(publication, actor), *_by_table(publication, actor)],
    }
    plain = set(PublicationOut.model_fields) - set(told)
    return PublicationOut(**told, **{name: getattr(publication, name) for name in plain})


def _by_table(publication: Publication, actor: Actor) -> list[str]:
    return [move.name for move in actions_of(publication, actor)]


def _by_time(publication: Publication, actor: Actor) -> list[str]:
    return ["reschedule", "send_now"] if movable(publication, actor) else []
