"""Looking for something across the stations: by words in titles, for people also by initials."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, func, or_, select
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.core.paging import Page, newest_first
from kitchen.leads.models import Lead
from kitchen.leads.rules import May as Leads
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May as Media
from kitchen.people.models import Staff
from kitchen.stories.models import Story
from kitchen.stories.rules import May as Stories
from kitchen.topics.models import Topic
from kitchen.topics.rules import May as Topics


class Kind(StrEnum):
    """What can be looked for."""

    STORIES = "stories"
    TOPICS = "topics"
    LEADS = "leads"
    ASSETS = "assets"
    PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Place:
    """Where one kind is looked for, by whom, and how a find is shown."""

    label: str
    model: Any
    says: Callable[[str], ColumnElement[bool]]
    title: Callable[[Any], str]
    endpoint: str
    may: str | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """One find; ``endpoint`` is empty for what has no page of its own."""

    kind: Kind
    uid: str
    title: str
    endpoint: str


def _in(column: Any) -> Callable[[str], ColumnElement[bool]]:
    return lambda q: column.contains(q, autoescape=True)


def _person(q: str) -> ColumnElement[bool]:
    return or_(
        Staff.name.contains(q, autoescape=True),
        Staff.initials.startswith(q.lower(), autoescape=True),
        Staff.username.startswith(q.lower(), autoescape=True),
    )


def _asset(q: str) -> ColumnElement[bool]:
    return or_(
        *(
            column.contains(q, autoescape=True)
            for column in (MediaAsset.title, MediaAsset.caption, MediaAsset.filename)
        )
    )


PLACES: dict[Kind, Place] = {
    Kind.STORIES: Place(
        N_("稿件"), Story, _in(Story.title), lambda row: row.title, "stories.show", Stories.READ
    ),
    Kind.TOPICS: Place(
        N_("选题"), Topic, _in(Topic.title), lambda row: row.title, "topics.show", Topics.READ
    ),
    Kind.LEADS: Place(
        N_("线索"), Lead, _in(Lead.title), lambda row: row.title, "leads.show", Leads.READ
    ),
    Kind.ASSETS: Place(
        N_("媒资"),
        MediaAsset,
        _asset,
        lambda row: row.title or row.caption or row.filename,
        "media.show",
        Media.READ,
    ),
    Kind.PEOPLE: Place(N_("人员"), Staff, _person, lambda row: row.name, ""),
}


def kinds_for(actor: Actor) -> list[Kind]:
    """What this person may look for."""
    return [kind for kind, place in PLACES.items() if place.may is None or actor.may(place.may)]


def find(
    session: Session, kind: Kind, q: str, *, limit: int = 20, cursor: str | None = None
) -> Page[Found]:
    """Finds of one kind, newest first."""
    place = PLACES[kind]
    page: Page[Any] = newest_first(
        session, _query(place, q), place.model.id, limit=limit, cursor=cursor
    )
    found = [Found(kind, row.uid, place.title(row), place.endpoint) for row in page.items]
    return Page(found, page.next)


def count(session: Session, kind: Kind, q: str) -> int:
    """How many of one kind there are."""
    place = PLACES[kind]
    return session.scalar(select(func.count(place.model.id)).where(place.says(q))) or 0


def _query(place: Place, q: str) -> Select[Any]:
    return select(place.model).where(place.says(q))
