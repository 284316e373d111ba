"""One capture, many pieces (一次采集、多元生成, S66): what was made of each thing gathered once.

A capture is what a topic, or an assignment without one, brought home; a story that was adopted
belongs to the capture of its origin, and a story of none is its own. The ratio is pieces that went
out by captures they came of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, String, case, cast, func, literal_column, select
from sqlalchemy.orm import Session, aliased

from kitchen.assignments.models import Assignment
from kitchen.evaluation.reports.rules import Section, Table
from kitchen.evaluation.reports.scope import Scope, went_out
from kitchen.publishing.models import Publication
from kitchen.stories.models import Edition, Story
from kitchen.topics.models import Topic

MOST = 100
"""Captures that a page lists, those with the most pieces first."""
_ORIGIN = aliased(Story)


@dataclass(frozen=True, slots=True)
class Capture:
    """What became of one capture within a period."""

    title: str
    kind: str
    """``topic``, ``assignment`` or ``story``."""
    uid: str
    stories: int
    channels: int
    pieces: int


def _key() -> ColumnElement[str]:
    """The capture's name: a letter for what it is, and the number of its row."""
    topic = func.coalesce(Story.topic_id, _ORIGIN.topic_id)
    assignment = func.coalesce(Story.assignment_id, _ORIGIN.assignment_id)
    own = func.coalesce(_ORIGIN.id, Story.id)
    return case(
        (topic.is_not(None), _named("t", topic)),
        (assignment.is_not(None), _named("a", assignment)),
        else_=_named("s", own),
    )


def _named(letter: str, row_id: Any) -> ColumnElement[str]:
    """Letters are written out: a group by parameters is another one to PostgreSQL each time."""
    return literal_column(f"'{letter}'", String) + cast(row_id, String)


def lineage(session: Session, scope: Scope) -> Section:
    """How many pieces, channels, editions and stories came of how many captures."""
    query = (
        went_out(scope)
        .outerjoin(_ORIGIN, _ORIGIN.id == Story.adopted_from_id)
        .add_columns(
            func.count(_key().distinct()),
            func.count(Story.id.distinct()),
            func.count(Publication.channel.distinct()),
            func.count(Publication.id),
        )
    )
    captures, stories, channels, pieces = session.execute(query).one()
    out = went_out(scope).add_columns(Publication.story_id)
    editions = session.scalar(
        select(func.count(Edition.id)).where(Edition.enabled, Edition.story_id.in_(out))
    )
    rows = [
        ("captures", captures),
        ("stories", stories),
        ("editions", editions or 0),
        ("channels", channels),
        ("pieces", pieces),
        ("ratio", round(pieces / captures, 2) if captures else None),
    ]
    return Section("lineage", [Table("ratio", ("measure", "count"), rows)])


def most_manifold(session: Session, scope: Scope, limit: int = MOST) -> Sequence[Capture]:
    """The captures of a period of which the most pieces were made."""
    pieces = func.count(Publication.id)
    counted = (
        went_out(scope)
        .outerjoin(_ORIGIN, _ORIGIN.id == Story.adopted_from_id)
        .add_columns(
            _key().label("key"),
            func.count(Story.id.distinct()).label("stories"),
            func.count(Publication.channel.distinct()).label("channels"),
            pieces.label("pieces"),
        )
        .group_by(_key())
        .order_by(pieces.desc(), _key())
        .limit(limit)
        .subquery()
    )
    kinds = (("t", "topic", Topic), ("a", "assignment", Assignment), ("s", "story", Story))
    found: list[tuple[str, Capture]] = []
    for letter, kind, model in kinds:
        mine = counted.c.key == _named(letter, model.id)
        columns = (counted.c.stories, counted.c.channels, counted.c.pieces)
        rows = session.execute(
            select(counted.c.key, model.title, model.uid, *columns).join(model, mine)
        )
        found += [(key, Capture(title, kind, uid, *counts)) for key, title, uid, *counts in rows]
    return [each for _, each in sorted(found, key=lambda pair: (-pair[1].pieces, pair[0]))]
