"""What became of a story on every account: in a row, in full with the evidence, in figures."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol, TypeVar

from sqlalchemy import Row, Select, func, select
from sqlalchemy.orm import Session, defer, joinedload

from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.queries import ASKING
from kitchen.publishing.rules import Kind, State
from kitchen.stories.models import Story

UNSUCCESSFUL = frozenset({State.FAILED, State.EXPIRED})
"""Ended without being sent, for a cause that may be removed."""
LEFT_OUT = frozenset({State.CANCELLED, State.SUPERSEDED})
"""No longer meant to be out, and so in no count of what shall be."""
ROWS_MOST = 100


@dataclass(frozen=True, slots=True)
class Progress:
    """How many accounts a story shall reach, has reached, and failed to."""

    total: int = 0
    live: int = 0
    unsuccessful: int = 0


@dataclass(frozen=True, slots=True)
class Place:
    """One account: the delivery that counts there, and its withdrawal where there is one."""

    publication: Publication
    recall: Publication | None = None
    receipts: Sequence[ReceiptRow] = ()

    @property
    def latest(self) -> Publication:
        return self.recall or self.publication

    @property
    def link(self) -> str:
        """Where readers find it now; empty where they do not."""
        row = self.publication
        return row.remote_url if row.state == State.LIVE and _is_link(row.remote_url) else ""


@dataclass(frozen=True, slots=True)
class StoryRow:
    story: Story
    places: Mapping[int, Place]
    """By account id."""

    @property
    def progress(self) -> Progress:
        return progress_over(self.places.values())

    @property
    def troubled(self) -> bool:
        """Whether something asks for a person."""
        return any(place.latest.state in ASKING for place in self.places.values())


@dataclass(frozen=True, slots=True)
class Matrix:
    """Stories by accounts, for some days."""

    accounts: Sequence[Account] = ()
    rows: Sequence[StoryRow] = field(default=())


def matrix_of(
    session: Session,
    *,
    days: int,
    channel: str | None = None,
    q: str | None = None,
    trouble: bool = False,
) -> Matrix:
    """Stories for which a delivery was planned in the last ``days``, newest first, at most
    ``ROWS_MOST``; in two queries. ``trouble``: of these only what did not arrive everywhere.
    """
    ids = _recent(clock.now(session) - timedelta(days=days), channel, q)
    newest = session.scalars(ids).all()
    query = _deliveries().where(Publication.story_id.in_(newest))
    if channel:
        query = query.where(Publication.channel == channel)
    found = session.scalars(query).all()
    by_story = _grouped(found)
    rows = [
        StoryRow(by_story[story_id][0].story, _places(by_story[story_id]))
        for story_id in newest
        if story_id in by_story
    ]
    if trouble:
        rows = [row for row in rows if row.troubled]
    accounts = {row.account_id: row.account for row in found}
    ordered = sorted(accounts.values(), key=lambda it: (it.channel, it.id))
    return Matrix(ordered, rows)


def _recent(since: datetime, channel: str | None, q: str | None) -> Select[int]:
    query = select(Publication.story_id).where(Publication.created_at >= since)
    if channel:
        query = query.where(Publication.channel == channel)
    if q:
        query = query.join(Story, Story.id == Publication.story_id)
        query = query.where(Story.title.contains(q, autoescape=True))
    latest = func.max(Publication.id)
    return query.group_by(Publication.story_id).order_by(latest.desc()).limit(ROWS_MOST)


def _deliveries() -> Select[Publication]:
    return (
        select(Publication)
        .options(
            joinedload(Publication.account),
            joinedload(Publication.story).defer(Story.doc),
            defer(Publication.parcel),
        )
        .order_by(Publication.id)
    )


def _grouped(found: Iterable[Publication]) -> Mapping[int, list[Publication]]:
    groups: dict[int, list[Publication]] = defaultdict(list)
    for row in found:
        groups[row.story_id].append(row)
    return groups


def _places(
    rows: Sequence[Publication], receipts: Mapping[int, Sequence[ReceiptRow]] | None = None
) -> dict[int, Place]:
    """By account, the newest delivery that is still meant; else the newest at all."""
    recalls = {row.target_id: row for row in rows if row.kind == Kind.RECALL}
    counting = _counting(row for row in rows if row.kind != Kind.RECALL)
    evidence = receipts or {}
    return {
        key: Place(row, recalls.get(row.id), evidence.get(row.id, ()))
        for key, row in counting.items()
    }


class _Delivery(Protocol):
    """What of a delivery decides whether it counts."""

    @property
    def account_id(self) -> int: ...

    @property
    def state(self) -> State: ...


D = TypeVar("D", bound=_Delivery)


def _counting(rows: Iterable[D]) -> dict[int, D]:
    """Of a story's deliveries, oldest first, the one that counts on each account."""
    counting: dict[int, D] = {}
    for row in rows:
        known = counting.get(row.account_id)
        if known is None or row.state not in LEFT_OUT or known.state in LEFT_OUT:
            counting[row.account_id] = row
    return counting


def everywhere(session: Session, story: Story) -> list[Place]:
    """Every account that a story went or will go to, with the receipts; in two queries."""
    rows = session.scalars(_deliveries().where(Publication.story_id == story.id)).all()
    found = session.scalars(
        select(ReceiptRow)
        .where(ReceiptRow.publication_id.in_([row.id for row in rows]))
        .options(joinedload(ReceiptRow.staff))
        .order_by(ReceiptRow.id)
    )
    receipts: dict[int, list[ReceiptRow]] = defaultdict(list)
    for receipt in found:
        receipts[receipt.publication_id].append(receipt)
    places = _places(rows, receipts).values()
    return sorted(places, key=lambda it: (it.publication.position, it.publication.id))


def progress_of(session: Session, story_ids: Collection[int]) -> dict[int, Progress]:
    """How far each of these stories is out, by story id; in one query."""
    found = session.execute(
        select(Publication.story_id, Publication.account_id, Publication.state)
        .where(Publication.story_id.in_(sorted(set(story_ids))), Publication.kind != Kind.RECALL)
        .order_by(Publication.id)
    )
    by_story: dict[int, list[Row[int, int, State]]] = defaultdict(list)
    for row in found:
        by_story[row.story_id].append(row)
    return {
        story_id: _progress(row.state for row in _counting(rows).values())
        for story_id, rows in by_story.items()
    }


def progress_over(places: Iterable[Place]) -> Progress:
    """How far a story is out over these places."""
    return _progress(place.publication.state for place in places)


def _progress(states: Iterable[State]) -> Progress:
    meant = [state for state in states if state not in LEFT_OUT]
    return Progress(
        total=len(meant),
        live=sum(state == State.LIVE for state in meant),
        unsuccessful=sum(state in UNSUCCESSFUL for state in meant),
    )


def _is_link(url: str) -> bool:
    return url.startswith(("https://", "http://"))
