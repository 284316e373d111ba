"""Gathering comments: from every piece of ours that stands on a platform where readers write.

A piece is looked at often while it is fresh and more seldom later. A look reads the newest comments
down to where everything was read before; a whole one, every few hours, finds what was edited or
taken away. What is read is taken in page by page, each batch in a unit of its own, so that a look
that breaks off, or a worker that dies, loses nothing: how far was read moves only at the end.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import islice
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from channels.abilities import Comment, Converses, TellsLatest
from channels.base import ChannelError, Outcome, Receipt
from channels.registry import channel_classes
from kitchen import ports
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.feedback import intake
from kitchen.feedback.clocks import clock_of
from kitchen.feedback.intake import Place, said_in
from kitchen.feedback.models import Gathering
from kitchen.feedback.rules import (
    ARM_LEASE,
    OVERLAP,
    WHOLE_EVERY,
    pause_after,
    pause_at,
)
from kitchen.publishing.addresses import Address, address_of
from kitchen.publishing.events import PublicationLive
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import State
from kitchen.watch import errands

log = structlog.get_logger(__name__)

BELL = "gather"
BATCH = 500
"""Comments that are taken in as one unit of work."""
LEASE = 5 * ARM_LEASE
"""How long a look may be under way before another one may begin; two harm nothing."""


def start(session: Session, event: PublicationLive) -> None:
    """Listen to a piece from the moment at which readers may see it."""
    publication = session.get_one(Publication, event.publication_id, populate_existing=True)
    if issubclass(channel_classes()[publication.channel], Converses) and publication.remote_id:
        live_at = publication.since
        row = Gathering(publication_id=publication.id, live_at=live_at, next_at=live_at)
        session.merge(row)


def ring_if_due(database: Database) -> None:
    """Ring if some piece is to be looked at; looking waits on platforms."""
    with database.unit(write=False) as session:
        due = select(Gathering.publication_id).where(Gathering.next_at <= clock.now(session))
        if session.scalar(due.limit(1)) is not None:
            ports.of(session).bell.ring(BELL, 0)


def gather(database: Database, _subject_id: int = 0) -> int:
    """Look at the pieces whose turn has come; how many they were."""
    return errands.run(database, lambda session, most: claim(database, session, most))


def claim(database: Database, session: Session, most: int) -> Sequence[Listening]:
    """The pieces to look at now, the longest due first."""
    now = clock.now(session)
    rows = session.execute(
        select(Gathering, Publication)
        .join(Publication, Publication.id == Gathering.publication_id)
        .where(Gathering.next_at <= now)
        .options(joinedload(Publication.account))
        .order_by(Gathering.next_at)
        .limit(most)
        .with_for_update(of=Gathering, skip_locked=True)
    ).all()
    return [errand for row in rows if (errand := _errand(database, session, *row, now)) is not None]


def _errand(
    database: Database, session: Session, row: Gathering, publication: Publication, now: datetime
) -> Listening | None:
    if (
        publication.state != State.LIVE
        or not publication.account.enabled
        or pause_at(now - row.live_at) is None
    ):
        row.next_at = None
        return None
    row.next_at = now + LEASE
    whole = row.whole_at is None or now - row.whole_at >= WHOLE_EVERY
    return Listening(
        database=database,
        publication_id=publication.id,
        address=address_of(session, publication),
        receipt=receipt_of(session, publication),
        place=place_of(publication),
        since=None if whole or row.heard_until is None else row.heard_until - OVERLAP,
        began_at=now,
    )


def place_of(publication: Publication) -> Place:
    account = publication.account
    return Place(
        account.id, account.unit_id, account.channel, publication.id, publication.remote_id
    )


def receipt_of(session: Session, publication: Publication) -> Receipt:
    """The piece as its channel knows it, with all that the platform ever told of it."""
    evidence: dict[str, Any] = {}
    told = select(ReceiptRow.evidence).where(ReceiptRow.publication_id == publication.id)
    for each in session.scalars(told.order_by(ReceiptRow.id)):
        evidence |= each
    return Receipt(
        Outcome.LIVE,
        publication.remote_id,
        publication.remote_url,
        publication.task_id,
        evidence=evidence,
    )


@dataclass(slots=True)
class Heard:
    """What came of a look."""

    seen: set[str] = field(default_factory=set)
    repeated: bool = False
    """The platform told a comment twice, and so perhaps another one not at all."""
    whole: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Listening:
    """A look at the comments of one piece; ``since=None``: at all of them."""

    database: Database
    publication_id: int
    address: Address
    receipt: Receipt
    place: Place
    since: datetime | None
    began_at: datetime

    def go(self) -> Heard:
        heard = Heard()
        try:
            channel = self.address.open()
            if isinstance(channel, Converses):
                self._listen(channel, heard)
        except ChannelError as error:
            heard.words = error.words or error.code or type(error).__name__
        except Exception as error:
            log.exception("listening_surprise", account=self.address.account_uid)
            heard.words = type(error).__name__
        return heard

    def _listen(self, channel: Converses, heard: Heard) -> None:
        if self.since is not None and isinstance(channel, TellsLatest):
            comments = channel.latest(self.receipt, self.since)
        else:
            comments, heard.whole = channel.comments(self.receipt), True
        for batch in _batches(comments):
            for comment in batch:
                heard.repeated = heard.repeated or comment.id in heard.seen
                heard.seen.add(comment.id)
            with self.database.unit() as session:
                intake.take_in(session, self.place, map(said_in, batch))

    def end(self, session: Session, heard: Heard) -> None:
        row, now = session.get_one(Gathering, self.publication_id), clock.now(session)
        row.words = heard.words[:500]
        if heard.words:
            row.failures += 1
            row.next_at = now + pause_after(row.failures)
            return
        pause = pause_at(now - row.live_at, clock_of(session).look_minutes)
        row.failures, row.heard_until = 0, self.began_at
        row.next_at = None if pause is None else now + pause
        if heard.whole:
            row.whole_at = self.began_at
        if heard.whole and not heard.repeated:
            for voice_id in intake.miss(session, self.place, heard.seen, self.began_at):
                intake.move(session, voice_id, "vanish")


def _batches(comments: Iterator[Comment]) -> Iterator[list[Comment]]:
    """Comments as they are read, so many at a time; what was read before the platform broke off
    is not lost."""
    while True:
        batch: list[Comment] = []
        try:
            batch.extend(islice(comments, BATCH))
        except ChannelError:
            if batch:
                yield batch
            raise
        if not batch:
            return
        yield batch
