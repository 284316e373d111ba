"""What the points of stories follow from, read for many stories at once.

The number of queries does not depend on how many stories there are.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.orm import Session

from channels.base import Outcome
from kitchen.assignments.models import Assignment
from kitchen.evaluation.figures.models import PieceFigures
from kitchen.evaluation.figures.rules import Age
from kitchen.evaluation.pickups.models import PickUp, PickUpOutlet
from kitchen.evaluation.pickups.rules import Standing
from kitchen.evaluation.scores.formula import (
    Inputs,
    Reach,
    Silence,
    Taken,
    Task,
    baseline_of,
    highest,
)
from kitchen.evaluation.scores.rules import Genre, genre_of
from kitchen.matrix.models import Account
from kitchen.planning.mobile_first import First, Out, first_release
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import Kind, State
from kitchen.stories.models import Story, Version
from kitchen.stories.rules import Kind as Kept
from kitchen.topics.models import Topic

AGES = (Age.WEEK, Age.THREE_DAYS)
"""The ages at which reads count: after 7 days, else after 72 hours."""
WINDOW = timedelta(days=30)
"""How far back a baseline looks."""


@dataclass(frozen=True, slots=True)
class Material:
    """What is known of one story; ``released_at`` is when readers first saw it."""

    released_at: datetime
    genre: Genre
    inputs: Inputs


@dataclass(frozen=True, slots=True)
class _Piece:
    """A delivery, and when it was first seen to be live."""

    id: int
    uid: str
    story_id: int
    account_id: int
    account: str
    channel: str
    at: datetime | None


def material_of(session: Session, story_ids: Collection[int]) -> Mapping[int, Material]:
    """What is known of each of these stories that some reader has seen."""
    pieces = _by_story(_pieces(session, story_ids))
    releases = {
        story_id: first
        for story_id, own in pieces.items()
        if (first := first_release([Out(each.channel, each.at) for each in own]))
    }
    reach = _reach(session, [each for own in pieces.values() for each in own if each.at])
    pickups = _pickups(session, releases)
    tasks = _tasks(session, releases)
    return {
        story_id: _material(
            genre,
            releases[story_id],
            [reach[each.id] for each in pieces[story_id] if each.at],
            pickups.get(story_id),
            tasks.get(story_id),
        )
        for story_id, genre in _genres(session, releases).items()
    }


def _material(
    genre: Genre, first: First, reach: Sequence[Reach], pickup: Taken | None, task: Task | None
) -> Material:
    inputs = Inputs(
        genre=genre,
        mobile_first=first.kept,
        channel=first.channel,
        reach=tuple(reach),
        pickup=pickup,
        task=task,
    )
    return Material(first.at, genre, inputs)


def _lives(publications: Select[int]) -> Select[int, datetime]:
    """When each of these was first seen to be live; ``None``: never.

    The outcome is looked at within each piece. As a condition on the rows it would have SQLite go
    through everything that was ever live.
    """
    first = func.min(ReceiptRow.observed_at).filter(ReceiptRow.outcome == Outcome.LIVE)
    return (
        select(ReceiptRow.publication_id, first.label("at"))
        .where(ReceiptRow.publication_id.in_(publications))
        .group_by(ReceiptRow.publication_id)
    )


def _pieces(session: Session, story_ids: Collection[int]) -> list[_Piece]:
    lives = _lives(select(Publication.id).where(Publication.story_id.in_(story_ids))).subquery()
    rows = session.execute(
        select(
            Publication.id,
            Publication.uid,
            Publication.story_id,
            Publication.account_id,
            Account.name,
            Publication.channel,
            lives.c.at,
        )
        .join(Account, Account.id == Publication.account_id)
        .outerjoin(lives, lives.c.publication_id == Publication.id)
        .where(
            Publication.story_id.in_(story_ids),
            Publication.kind == Kind.PUBLISH,
            Publication.state != State.CANCELLED,
        )
        .order_by(Publication.id)
    )
    return [_Piece(*row) for row in rows]


def _by_story(pieces: Iterable[_Piece]) -> Mapping[int, list[_Piece]]:
    found: dict[int, list[_Piece]] = defaultdict(list)
    for piece in pieces:
        found[piece.story_id].append(piece)
    return found


# --- how it was read, against its account at the same age ---

_Kin = tuple[int, int]
"""Account and age. The position of a publication is its place among the accounts of its story, and
says nothing of other stories: every article is sent by itself.
"""


@dataclass(frozen=True, slots=True)
class _Told:
    publication_id: int
    at: datetime
    reads: int
    oddity: str


def _reach(session: Session, pieces: Sequence[_Piece]) -> Mapping[int, Reach]:
    told = _told(session, pieces)
    return {piece.id: _reach_of(piece, told) for piece in pieces}


def _told(session: Session, pieces: Sequence[_Piece]) -> Mapping[_Kin, list[_Told]]:
    """All known reads of these accounts since a window before the earliest of the pieces."""
    moments = [piece.at for piece in pieces if piece.at]
    if not moments:
        return {}
    accounts = {piece.account_id for piece in pieces}
    since, until = min(moments) - WINDOW, max(moments)
    lives = _lives(_seen_between(accounts, since, until)).subquery()
    rows = session.execute(
        select(
            Publication.account_id,
            PieceFigures.age,
            Publication.id,
            lives.c.at,
            PieceFigures.reads,
            PieceFigures.oddity,
        )
        .join(Publication, Publication.id == PieceFigures.publication_id)
        .join(lives, lives.c.publication_id == Publication.id)
        .where(
            Publication.account_id.in_(accounts),
            Publication.kind == Kind.PUBLISH,
            PieceFigures.age.in_(AGES),
            PieceFigures.reads.is_not(None),
            lives.c.at >= since,
            lives.c.at <= until,
        )
    )
    told: dict[_Kin, list[_Told]] = defaultdict(list)
    for account_id, age, *rest in rows:
        told[account_id, age].append(_Told(*rest))
    return told


def _seen_between(accounts: Collection[int], since: datetime, until: datetime) -> Select[int]:
    """Pieces of these accounts that were seen to be live in this span: what came out in it is among
    them, and an account's whole past need not be read.
    """
    return (
        select(Publication.id)
        .join(ReceiptRow, ReceiptRow.publication_id == Publication.id)
        .where(
            ReceiptRow.outcome == Outcome.LIVE,
            ReceiptRow.observed_at >= since,
            ReceiptRow.observed_at <= until,
            Publication.account_id.in_(accounts),
        )
    )


def _reach_of(piece: _Piece, told: Mapping[_Kin, list[_Told]]) -> Reach:
    """The reads of a piece at the oldest age that is known, and its baseline at the same age."""
    assert piece.at is not None
    for age in AGES:
        kin = told.get((piece.account_id, age), [])
        own = next((each for each in kin if each.publication_id == piece.id), None)
        if own is not None:
            baseline = baseline_of(_peers(own, kin))
            silence = Silence.DOUBTED if own.oddity else ""
            if not silence and baseline is None:
                silence = Silence.NO_BASELINE
            shown = "" if baseline is None else str(baseline)
            return Reach(piece.uid, piece.account, int(age), own.reads, shown, silence)
    return Reach(piece.uid, piece.account, silence=Silence.NO_READS)


def _peers(own: _Told, kin: Iterable[_Told]) -> list[int]:
    """What the account's other pieces of the window before had; doubted ones are none."""
    return [
        each.reads
        for each in kin
        if each.publication_id != own.publication_id
        and own.at - WINDOW <= each.at <= own.at
        and not each.oddity
    ]


# --- who took it up, whether it came in time, what it is ---


def _pickups(session: Session, story_ids: Collection[int]) -> Mapping[int, Taken]:
    """The confirmed pick-up of the highest tier of each story, the earliest of equals."""
    rows = session.execute(
        select(PickUp.story_id, PickUpOutlet.tier, PickUpOutlet.name, PickUp.url)
        .join(PickUpOutlet, PickUpOutlet.id == PickUp.outlet_id)
        .where(PickUp.story_id.in_(story_ids), PickUp.state == Standing.CONFIRMED)
        .order_by(PickUp.published_on, PickUp.id)
    )
    by_story: dict[int, list[Taken]] = defaultdict(list)
    for story_id, tier, outlet, url in rows:
        by_story[story_id].append(Taken(tier, outlet, url))
    best = {story_id: highest([it.tier for it in taken]) for story_id, taken in by_story.items()}
    return {
        story_id: next(each for each in taken if each.tier == best[story_id])
        for story_id, taken in by_story.items()
        if best[story_id]
    }


def _tasks(session: Session, story_ids: Collection[int]) -> Mapping[int, Task]:
    """Whether each story was handed in by the time that its assignment named."""
    handed_in = (
        select(Version.story_id, func.min(Version.created_at).label("at"))
        .where(Version.story_id.in_(story_ids), Version.kind == Kept.SUBMITTED)
        .group_by(Version.story_id)
        .subquery()
    )
    rows = session.execute(
        select(Story.id, Assignment.uid, Assignment.due_at, handed_in.c.at)
        .join(Assignment, Assignment.id == Story.assignment_id)
        .join(handed_in, handed_in.c.story_id == Story.id)
        .where(Assignment.due_at.is_not(None))
    )
    return {story_id: Task(uid, at <= due_at) for story_id, uid, due_at, at in rows}


def _genres(session: Session, story_ids: Collection[int]) -> Mapping[int, Genre]:
    """What the house takes each story for, by the forms that its topic asked for."""
    rows = session.execute(
        select(Story.id, Story.reprint, Story.length, Topic.forms)
        .outerjoin(Topic, Topic.id == Story.topic_id)
        .where(Story.id.in_(story_ids))
        .order_by(Story.id)
    )
    return {
        story_id: genre_of(reprint=bool(reprint), forms=forms or (), length=length)
        for story_id, reprint, length, forms in rows
    }


def released_between(
    session: Session, since: datetime, until: datetime, units: Collection[int]
) -> Sequence[int]:
    """Stories of these units of which some piece was seen to be live in this span."""
    mine = Story.unit_id.in_(units) | Story.unit_id.is_(None)
    return session.scalars(
        select(Publication.story_id)
        .join(ReceiptRow, ReceiptRow.publication_id == Publication.id)
        .join(Story, Story.id == Publication.story_id)
        .where(
            ReceiptRow.outcome == Outcome.LIVE,
            ReceiptRow.observed_at >= since,
            ReceiptRow.observed_at < until,
            Publication.kind == Kind.PUBLISH,
            mine,
        )
        .distinct()
        .order_by(Publication.story_id)
    ).all()
