"""What became of the pieces that correspondents sent: from the lead to the published link.

A piece is a lead. Whoever sent it sees it, and so does the head of the correspondents of their
unit; to anybody else it is not there.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.core import clock
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.leads.models import Lead
from kitchen.leads.rules import May, Source
from kitchen.leads.rules import State as LeadState
from kitchen.people.models import Post
from kitchen.publishing.outcomes import everywhere
from kitchen.stories.importing.queries import lead_of, stories_of_leads
from kitchen.stories.models import Story
from kitchen.stories.rules import State as StoryState
from kitchen.topics.models import Topic, TopicLead
from kitchen.topics.rules import State as TopicState

OUTLET = "outlet"
"""The channel of our own app."""
MONTHS = 12
"""How far back the figures go."""
MOST_COUNTED = 5_000


class Stage(StrEnum):
    """How far a piece came."""

    RECEIVED = "received"
    TAKEN_UP = "taken_up"
    WRITING = "writing"
    IN_REVIEW = "in_review"
    APPROVED = "approved"
    PUBLISHED = "published"
    WITHDRAWN = "withdrawn"
    PASSED_ON = "passed_on"
    NOT_USED = "not_used"


ADOPTED = frozenset(
    {Stage.TAKEN_UP, Stage.WRITING, Stage.IN_REVIEW, Stage.APPROVED, Stage.PUBLISHED}
    | {Stage.WITHDRAWN}
)
"""What counts as adopted, whatever became of it later."""
_BY_STORY: Mapping[str, Stage] = {
    StoryState.WITHDRAWN: Stage.WITHDRAWN,
    StoryState.DRAFT: Stage.WRITING,
    StoryState.RETURNED: Stage.WRITING,
    StoryState.IN_REVIEW: Stage.IN_REVIEW,
    StoryState.APPROVED: Stage.APPROVED,
    StoryState.CORRECTING: Stage.PUBLISHED,
    StoryState.PUBLISHED: Stage.PUBLISHED,
}
_FURTHEST = (Stage.WITHDRAWN, Stage.WRITING, Stage.IN_REVIEW, Stage.APPROVED, Stage.PUBLISHED)
_OUT = frozenset({Stage.APPROVED, Stage.PUBLISHED})
"""Stages in which readers may find it somewhere."""


@dataclass(frozen=True, slots=True)
class Link:
    """Where readers find a piece."""

    account: str
    channel: str
    url: str


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece with what became of it."""

    lead: Lead
    stage: Stage
    reason: str = ""
    links: Sequence[Link] = field(default=())


@dataclass(frozen=True, slots=True)
class Month:
    """A calendar month's figures; ``of`` is its first day's year and month."""

    year: int
    month: int
    sent: int
    adopted: int
    published: int


def page_of_pieces(
    session: Session, actor: Actor, *, limit: int = 20, cursor: str | None = None
) -> Page[Piece]:
    """The pieces that this person may see, newest first."""
    page: Page[Lead] = newest_first(session, _seen(actor), Lead.id, limit=limit, cursor=cursor)
    return Page(_followed(session, page.items, linked=True), page.next)


def the_piece(session: Session, actor: Actor, uid: str) -> Piece:
    """One piece. Raises :class:`NotFound`, also for what this person may not see."""
    lead = session.scalar(_seen(actor).where(Lead.uid == uid))
    if lead is None:
        raise NotFound
    return _followed(session, [lead], linked=True)[0]


def months_of(session: Session, actor: Actor) -> list[Month]:
    """The figures of the last twelve months, latest first; a month without pieces is left out."""
    since = clock.now(session) - timedelta(days=31 * MONTHS)
    query = _seen(actor).where(Lead.created_at >= since).order_by(Lead.id.desc())
    leads = session.scalars(query.limit(MOST_COUNTED)).all()
    sent, adopted, published = (Counter[tuple[int, int]]() for _ in range(3))
    for piece in _followed(session, leads, linked=False):
        month = _month(piece.lead.created_at)
        sent[month] += 1
        adopted[month] += piece.stage in ADOPTED
        published[month] += piece.stage is Stage.PUBLISHED
    latest = sorted(sent, reverse=True)[:MONTHS]
    return [Month(*month, sent[month], adopted[month], published[month]) for month in latest]


def leads_of(session: Session, story: Story) -> Sequence[Lead]:
    """The leads from which a story was made, those that were merged included."""
    direct = lead_of(session, story)
    query = select(TopicLead.lead_id).where(TopicLead.topic_id == story.topic_id)
    ids = {*session.scalars(query), *([direct.id] if direct else [])}
    this = Lead.id.in_(ids) | Lead.merged_into_id.in_(ids)
    return session.scalars(select(Lead).where(this).order_by(Lead.id)).all()


def pieces_of(session: Session, story: Story) -> list[Lead]:
    """Those of them that correspondents sent."""
    return [lead for lead in leads_of(session, story) if lead.source == Source.CORRESPONDENT]


def best_link(session: Session, story: Story) -> str:
    """Where readers find a story, in our own app if it is there; empty where they do not."""
    links = _links(session, [story])
    own = [link.url for link in links if link.channel == OUTLET]
    return next(iter([*own, *(link.url for link in links)]), "")


def _seen(actor: Actor) -> Select[Any]:
    """The leads that correspondents sent and this person may see."""
    mine = Lead.reporter_id == actor.id
    scope = actor.grants.get(May.OVERSEE, frozenset())
    if scope == EVERYWHERE:
        mine = Lead.reporter_id.is_not(None)
    elif scope:
        of_unit = select(Post.staff_id).where(Post.unit_id.in_(sorted(scope)))
        mine = mine | Lead.reporter_id.in_(of_unit)
    return (
        select(Lead)
        .where(Lead.source == Source.CORRESPONDENT, mine)
        .options(joinedload(Lead.reporter), joinedload(Lead.merged_into))
    )


def _month(moment: datetime) -> tuple[int, int]:
    local = clock.local(moment)
    return local.year, local.month


def _followed(session: Session, leads: Sequence[Lead], *, linked: bool) -> list[Piece]:
    """The leads with what became of them; in a few queries, and two for each that is out."""
    roots = {lead.id: lead.merged_into or lead for lead in leads}
    topics = _topics_of(session, {root.id for root in roots.values()})
    stories = _stories_of(session, {root.id for root in roots.values()}, topics)
    return [_piece(session, lead, roots[lead.id], topics, stories, linked=linked) for lead in leads]


def _topics_of(session: Session, lead_ids: Iterable[int]) -> dict[int, list[Topic]]:
    """By lead id, oldest first; a merged topic goes by the one into which it was merged."""
    found = session.execute(
        select(TopicLead.lead_id, Topic)
        .join(Topic, Topic.id == TopicLead.topic_id)
        .where(TopicLead.lead_id.in_(sorted(lead_ids)))
        .options(joinedload(Topic.merged_into))
        .order_by(Topic.id)
    )
    topics: dict[int, list[Topic]] = defaultdict(list)
    for lead_id, topic in found:
        topics[lead_id].append(topic.merged_into or topic)
    return topics


def _stories_of(
    session: Session, lead_ids: Iterable[int], topics: Mapping[int, Sequence[Topic]]
) -> dict[int, list[Story]]:
    """By lead id: those of its topics, and the one that was written from it directly."""
    ids = {topic.id for several in topics.values() for topic in several}
    found = session.scalars(
        select(Story).where(Story.topic_id.in_(sorted(ids))).options(defer(Story.doc))
    )
    by_topic: dict[int | None, list[Story]] = defaultdict(list)
    for story in found:
        by_topic[story.topic_id].append(story)
    stories: dict[int, list[Story]] = defaultdict(list)
    for lead_id, several in topics.items():
        stories[lead_id] += [story for topic in several for story in by_topic[topic.id]]
    for lead_id, story in stories_of_leads(session, set(lead_ids)).items():
        stories[lead_id].append(story)
    return stories


def _piece(
    session: Session,
    lead: Lead,
    root: Lead,
    topics: Mapping[int, Sequence[Topic]],
    stories: Mapping[int, Sequence[Story]],
    *,
    linked: bool,
) -> Piece:
    own = stories.get(root.id, ())
    if own:
        stage = max((_BY_STORY[story.state] for story in own), key=_FURTHEST.index)
        links = _links(session, own) if linked and stage in _OUT else []
        return Piece(lead, Stage.PUBLISHED if links else stage, links=links)
    refused = [each for each in topics.get(root.id, ()) if each.state == TopicState.REJECTED]
    if refused and len(refused) == len(topics[root.id]):
        return Piece(lead, Stage.NOT_USED, refused[-1].reason)
    return Piece(lead, _BY_LEAD[root.state], root.reason)


_BY_LEAD: Mapping[str, Stage] = {
    LeadState.NEW: Stage.RECEIVED,
    LeadState.ADOPTED: Stage.TAKEN_UP,
    LeadState.DROPPED: Stage.NOT_USED,
    LeadState.TO_PETITIONS: Stage.PASSED_ON,
    LeadState.MERGED: Stage.TAKEN_UP,
}


def _links(session: Session, stories: Iterable[Story]) -> list[Link]:
    return [
        Link(place.publication.account.name, place.publication.channel, place.link)
        for story in stories
        for place in everywhere(session, story)
        if place.link
    ]
