"""One capture, many pieces (一次采集、多元生成, S66): what was made of each thing gathered once.

A capture is what a topic, or an assignment without one, brought home; a story that was adopted
belongs to the capture of the story in which its line of adoptions began, and a story of none is its
own. The ratio is pieces that went out by captures they came of.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Select,
    String,
    and_,
    case,
    cast,
    func,
    literal_column,
    select,
)
from sqlalchemy.orm import Session, aliased

from kitchen.assignments.models import Assignment
from kitchen.evaluation.reports.rules import Section, Table
from kitchen.evaluation.reports.scope import Scope, went_out
from kitchen.publishing.models import Publication
from kitchen.stories.models import Edition, Story
from kitchen.topics.models import Topic

MOST = 100
"""Captures that a page lists, those with the most pieces first."""
_FIRST = aliased(Story)
"""The story in which a line of adoptions began; of a story that was not adopted, itself."""


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
    return case(
        (_FIRST.topic_id.is_not(None), _named("t", _FIRST.topic_id)),
        (_FIRST.assignment_id.is_not(None), _named("a", _FIRST.assignment_id)),
        else_=_named("s", _FIRST.id),
    )


def _named(letter: str, row_id: Any) -> ColumnElement[str]:
    """Letters are written out: a group by parameters is another one to PostgreSQL each time."""
    return literal_column(f"'{letter}'", String) + cast(row_id, String)


@dataclass(frozen=True, slots=True)
class _Made:
    """Pieces of a period with their first stories: what is counted, and over what."""

    pieces: ColumnElement[int]
    stories: ColumnElement[int]
    channels: ColumnElement[int]
    rows: Select[Any]


def _made(scope: Scope) -> _Made:
    """What went out, each piece with the first story of its line, however long the line is."""
    out = (
        went_out(scope)
        .add_columns(Publication.id, Publication.channel)
        .add_columns(Publication.story_id, Story.adopted_from_id)
        .cte("went_out")
    )
    begun = select(out.c.story_id, out.c.story_id.label("at_id"), out.c.adopted_from_id)
    line = begun.cte("line", recursive=True)
    before = aliased(Story)
    line = line.union(
        select(line.c.story_id, before.id, before.adopted_from_id).join(
            before, before.id == line.c.adopted_from_id
        )
    )
    first = and_(line.c.story_id == out.c.story_id, line.c.adopted_from_id.is_(None))
    return _Made(
        pieces=func.count(out.c.id),
        stories=func.count(out.c.story_id.distinct()),
        channels=func.count(out.c.channel.distinct()),
        rows=select().select_from(out).join(line, first).join(_FIRST, _FIRST.id == line.c.at_id),
    )


def lineage(session: Session, scope: Scope) -> Section:
    """How many pieces, channels, editions and stories came of how many captures."""
    made = _made(scope)
    query = made.rows.add_columns(
        func.count(_key().distinct()), made.stories, made.channels, made.pieces
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
    made = _made(scope)
    counted = (
        made.rows.add_columns(
            _key().label("key"),
            made.stories.label("stories"),
            made.channels.label("channels"),
            made.pieces.label("pieces"),
        )
        .group_by(_key())
        .order_by(made.pieces.desc(), _key())
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
