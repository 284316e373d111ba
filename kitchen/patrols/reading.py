"""Reading what was published: sensitive words in it, and when an account last spoke.

Receipts and foreign posts only grow, so both are read once, from where the last reading ended. What
is younger than :data:`SETTLED` is left for the next time: a number may be given out before another
one that is written later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.base import Form, Outcome
from channels.markup import plain_text
from kitchen.core import clock
from kitchen.core.clock import local
from kitchen.patrols import figures, findings
from kitchen.patrols.models import PatrolMark
from kitchen.patrols.rules import Kind, Severity, Strike
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import PIECES
from kitchen.stories.models import FrozenPost
from kitchen.watch.models import ForeignPost
from kitchen.wordlists import compiled
from kitchen.wordlists.matching import Match
from kitchen.wordlists.normal import Plain
from kitchen.wordlists.rules import Kind as List
from kitchen.wordlists.rules import Level, Setting

SETTLED = timedelta(minutes=2)
AT_ONCE = 200
"""Lines that one reading takes on."""
AROUND = 20
"""Characters before and after a word that are kept as evidence."""


@dataclass(frozen=True, slots=True)
class Published:
    """Something that stood on an account: the words of it, and where."""

    account_id: int
    channel: str
    uid: str
    at: datetime
    title: str
    words: str
    url: str


Line = tuple[int, datetime, Published | None]
"""A line of a list that grows: its number, when it was written, and the piece that it tells of."""


def read_on(session: Session) -> int:
    """Read the next lines of both lists; how many they were."""
    return _read(session, "receipts", _receipts) + _read(session, "foreign", _foreign_posts)


def _read(session: Session, name: str, source: Callable[[Session, int], Iterable[Line]]) -> int:
    mark = session.get(PatrolMark, name, with_for_update=True)
    if mark is None:
        mark = PatrolMark(name=name, last_id=0)
        session.add(mark)
    before = clock.now(session) - SETTLED
    lines = list(takewhile(lambda line: line[1] <= before, source(session, mark.last_id)))
    found: list[tuple[int, Strike]] = []
    for number, _, piece in lines:
        mark.last_id = number
        if piece is not None:
            figures.note_post(session, piece.account_id, piece.at)
            found += [(piece.account_id, strike) for strike in strikes(session, piece)]
    session.flush()
    findings.note_all(session, found)
    return len(lines)


def _receipts(session: Session, after: int) -> Iterator[Line]:
    rows = session.execute(
        select(ReceiptRow, Publication, FrozenPost.post["edition"])
        .join(Publication, Publication.id == ReceiptRow.publication_id)
        .join(FrozenPost, FrozenPost.id == Publication.frozen_post_id)
        .where(ReceiptRow.id > after)
        .order_by(ReceiptRow.id)
        .limit(AT_ONCE)
    )
    for receipt, publication, edition in rows:
        live = receipt.outcome == Outcome.LIVE and publication.kind in PIECES
        piece = _published(publication, edition) if live else None
        yield receipt.id, receipt.observed_at, piece


def _published(row: Publication, edition: Mapping[str, Any]) -> Published:
    title, body = edition.get("title", ""), edition.get("body", "")
    if edition.get("form") == Form.ARTICLE:
        body = plain_text(body)
    words = "\n".join(filter(None, (title, edition.get("digest", ""), body)))
    return Published(row.account_id, row.channel, row.uid, row.since, title, words, row.remote_url)


def _foreign_posts(session: Session, after: int) -> Iterator[Line]:
    query = select(ForeignPost).where(ForeignPost.id > after).order_by(ForeignPost.id)
    for post in session.scalars(query.limit(AT_ONCE)):
        title, at = post.title, post.posted_at
        yield (
            post.id,
            post.seen_at,
            Published(post.account_id, "", post.uid, at, title, title, post.url),
        )


def strikes(session: Session, piece: Published) -> Iterator[Strike]:
    """Each banned word that stands in a piece, once."""
    lists = compiled.in_force(session)
    channels = frozenset({piece.channel} - {""})
    setting = Setting(local(clock.now(session)).date(), channels)
    told: set[str] = set()
    for match in lists.words.matches(Plain(piece.words), setting):
        entry = match.entry
        if entry.kind is List.BANNED and entry.level is not Level.NOTE and entry.word not in told:
            told.add(entry.word)
            yield _strike(piece, match, lists.versions[List.BANNED])


def _strike(piece: Published, match: Match, version: int) -> Strike:
    entry = match.entry
    forbidden = entry.level is Level.FORBID
    seen = {
        "word": piece.words[match.start : match.end],
        "level": str(entry.level),
        "list_version": version,
        "around": piece.words[max(0, match.start - AROUND) : match.end + AROUND],
        "title": piece.title,
        "url": piece.url,
        "published_at": piece.at.isoformat(),
        "piece": piece.uid,
    }
    severity = Severity.FAIL if forbidden else Severity.WARN
    return Strike(Kind.SENSITIVE, f"{piece.uid} {entry.word}", severity, seen)


def behind(session: Session) -> bool:
    """Whether something was put on an account that nobody has read yet."""
    marks = {each.name: each.last_id for each in session.scalars(select(PatrolMark))}
    newest = {
        "receipts": session.scalar(select(func.max(ReceiptRow.id))),
        "foreign": session.scalar(select(func.max(ForeignPost.id))),
    }
    return any((newest[name] or 0) > marks.get(name, 0) for name in newest)
