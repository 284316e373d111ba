"""What became of the last meeting's decisions: composed of topics, stories and deliveries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.publishing.models import Publication
from kitchen.publishing.rules import PIECES, State
from kitchen.stories.models import Story
from kitchen.topics import queries
from kitchen.topics.coverage import Cell
from kitchen.topics.models import AgendaItem, Meeting, Topic

WITHDRAWN = frozenset({State.GONE, State.REMOVED})
LEFT_OUT = frozenset({State.CANCELLED, State.SUPERSEDED})


@dataclass(frozen=True, slots=True)
class Result:
    """A topic of that agenda: where it is out, where it was taken back, how much is on its way."""

    item: AgendaItem
    stories: int = 0
    live: Sequence[str] = field(default=())
    """Platforms."""
    withdrawn: Sequence[str] = field(default=())
    waiting: int = 0
    """Deliveries neither out nor taken back."""


@dataclass(frozen=True, slots=True)
class Results:
    day: date
    results: Sequence[Result]


def results_before(session: Session, day: date) -> Results | None:
    """The latest meeting before ``day`` and what came of it; in five queries at most."""
    last = session.scalar(
        select(Meeting.day).where(Meeting.day < day).order_by(Meeting.day.desc()).limit(1)
    )
    if last is None:
        return None
    items = queries.the_meeting(session, last).items
    stories = _stories_of(session, [item.topic_id for item in items])
    states = _deliveries_of(session, [uid for ids in stories.values() for uid in ids])
    return Results(last, [_result(item, stories[item.topic_id], states) for item in items])


def _stories_of(session: Session, topic_ids: Sequence[int]) -> Mapping[int, list[int]]:
    found: dict[int, list[int]] = defaultdict(list)
    query = (
        select(Topic.id, Story.id)
        .join(Story, Story.topic_id == Topic.id)
        .where(Topic.id.in_(topic_ids))
    )
    for topic_id, story_id in session.execute(query):
        found[topic_id].append(story_id)
    return found


def _deliveries_of(
    session: Session, story_ids: Sequence[int]
) -> Mapping[int, list[tuple[str, State]]]:
    """By story, each delivery's platform and state; a newer one on an account counts alone."""
    latest: dict[tuple[int, int], tuple[str, State]] = {}
    query = (
        select(Publication.story_id, Publication.account_id, Publication.channel, Publication.state)
        .where(Publication.story_id.in_(story_ids), Publication.kind.in_(PIECES))
        .order_by(Publication.id)
    )
    for story_id, account_id, channel, state in session.execute(query):
        if state not in LEFT_OUT:
            latest[story_id, account_id] = (channel, State(state))
    found: dict[int, list[tuple[str, State]]] = defaultdict(list)
    for (story_id, _), delivery in latest.items():
        found[story_id].append(delivery)
    return found


def _result(
    item: AgendaItem, stories: Sequence[int], states: Mapping[int, list[tuple[str, State]]]
) -> Result:
    deliveries = [each for story_id in stories for each in states.get(story_id, ())]
    settled = WITHDRAWN | {State.LIVE}
    return Result(
        item,
        stories=len(stories),
        live=sorted({channel for channel, state in deliveries if state == State.LIVE}),
        withdrawn=sorted({channel for channel, state in deliveries if state in WITHDRAWN}),
        waiting=sum(state not in settled for _, state in deliveries),
    )


def with_published(
    session: Session, first: date, last: date, counts: Mapping[tuple[str, str], Cell]
) -> dict[tuple[str, str], Cell]:
    """The planned counts, and beside them the pieces that went live from ``first`` to ``last``.

    A piece without a column of its own counts under its topic's.
    """
    column = func.coalesce(func.nullif(Story.column, ""), Topic.column, "")
    start, end = queries.start_of(first), queries.start_of(last, days=1)
    rows = session.execute(
        select(column, Publication.channel, func.count(Story.id.distinct()))
        .join(Story, Story.id == Publication.story_id)
        .outerjoin(Topic, Topic.id == Story.topic_id)
        .where(
            Publication.kind.in_(PIECES),
            Publication.state == State.LIVE,
            Publication.since >= start,
            Publication.since < end,
        )
        .group_by(column, Publication.channel)
    )
    whole = dict(counts)
    for name, channel, published in rows:
        cell = whole.get((name, channel), Cell())
        whole[name, channel] = Cell(cell.planned, cell.waiting, published)
    return whole
