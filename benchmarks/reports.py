"""The monthly report over a year of 50,000 stories, against one hand-written query for each table.

``ours`` compiles every section as a page or an edition does. ``floor`` is the same tables by the
least SQL that we know, with their rows read and thrown away; neither side is told anything that the
other is not. The year is written once: each story went out on two accounts, was told reads at three
ages, and passed two levels of review.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, insert, text
from sqlalchemy.orm import Session

from benchmarks import measuring, newsroom, postgres
from kitchen.app import House
from kitchen.core.db import UtcDateTime, new_uid
from kitchen.evaluation.figures.models import PieceFigures
from kitchen.evaluation.reports.outline import compiled
from kitchen.evaluation.reports.rules import Kind, Period
from kitchen.evaluation.reports.scope import Scope
from kitchen.feedback.models import Voice
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.review.models import Round, Step
from kitchen.stories.models import FrozenPost, Story, Version

STORIES, ACCOUNTS, CHUNK = 50_000, 24, 1_000
TARGET = 1.5
MONTH = Period(Kind.MONTH, date(2026, 6, 1))
_BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


def run(rounds: int = 9, stories: int = STORIES) -> Iterator[dict[str, Any]]:
    """A line for each kind of database."""
    yield from _compiled("sqlite", None, rounds, stories)
    with postgres.running() as server:
        if server is not None:
            yield from _compiled("postgresql", server.create("reports"), rounds, stories)


def _compiled(kind: str, url: str | None, rounds: int, stories: int) -> Iterator[dict[str, Any]]:
    with ExitStack() as stack:
        house = stack.enter_context(newsroom.house(url))
        furnish(house, stories)
        session = stack.enter_context(house.database.unit(write=False))
        scope = Scope(MONTH)
        days = {"first": MONTH.first.isoformat(), "last": MONTH.last.isoformat()}
        values = {"since": scope.begins, "until": scope.ends, **days}
        queries = [
            (_typed(query), {name: it for name, it in values.items() if f":{name}" in query})
            for query in by_hand(kind)
        ]
        ours, floor = measuring.in_turn(
            lambda: compiled(session, scope), lambda: _read(session, queries), rounds
        )
        size = {"stories": stories, "pieces": 2 * stories}
        yield measuring.by_clock(f"monthly_report_{kind}", ours, floor, target=TARGET, size=size)


def _typed(query: str) -> Any:
    moments = [bindparam(it, type_=UtcDateTime()) for it in ("since", "until") if f":{it}" in query]
    return text(query).bindparams(*moments)


def _read(session: Session, queries: Sequence[tuple[Any, dict[str, Any]]]) -> None:
    for query, values in queries:
        session.execute(query, values).all()


def furnish(house: House, stories: int) -> None:
    """A year of the newsroom's work."""
    with house.database.unit() as session:
        session.execute(insert(Account), [_account(number) for number in range(1, ACCOUNTS + 1)])
    for start in range(1, stories + 1, CHUNK):
        numbers = range(start, min(stories + 1, start + CHUNK))
        with house.database.unit() as session:
            for model, row in _ROWS:
                rows = [each for number in numbers for each in row(number, stories)]
                session.execute(insert(model), rows)
    with house.database.unit() as session:
        session.execute(text("ANALYZE"))  # the servers here do not vacuum by themselves


def _row(number: int, at: datetime) -> dict[str, Any]:
    return {"id": number, "uid": new_uid(), "created_at": at, "version": 1}


def _account(number: int) -> dict[str, Any]:
    channel = ("wechat", "weibo", "toutiao", "douyin")[number % 4]
    named = {"channel": channel, "name": f"号{number}", "handle": f"handle-{number}"}
    return {**_row(number, _BEGAN), **named, "unit_id": 2, "settings": {}}


def _when(number: int, stories: int) -> datetime:
    return _BEGAN + timedelta(days=365) * (number / (stories + 1))


def _story(number: int, stories: int) -> Iterator[dict[str, Any]]:
    yield {
        **_row(number, _when(number, stories)),
        "title": f"稿件{number}",
        "column": f"栏目{number % 12}",
        "doc": {"type": "doc"},
        "state": "published",
        "author_id": 1,
        "unit_id": 2,
    }


def _version(number: int, stories: int) -> Iterator[dict[str, Any]]:
    yield {
        **_row(number, _when(number, stories)),
        "story_id": number,
        "number": 1,
        "kind": "submitted",
        "title": "",
        "fields": {},
        "doc": {},
        "master_hash": "",
        "report": {},
    }


def _sent(number: int) -> Iterator[tuple[int, int]]:
    """The numbers of a story's two pieces, and of their accounts."""
    for at in range(2):
        yield 2 * number - at, (number + at) % ACCOUNTS + 1


def _post(number: int, stories: int) -> Iterator[dict[str, Any]]:
    for piece, account in _sent(number):
        yield {
            **_row(piece, _when(number, stories)),
            "version_id": number,
            "story_id": number,
            "account_id": account,
            "channel": _account(account)["channel"],
            "post": {},
            "payload_hash": "",
        }


def _publication(number: int, stories: int) -> Iterator[dict[str, Any]]:
    at = _when(number, stories)
    for piece, account in _sent(number):
        yield {
            **_row(piece, at),
            "frozen_post_id": piece,
            "story_id": number,
            "account_id": account,
            "unit_id": 2,
            "channel": _account(account)["channel"],
            "payload_hash": "",
            "state": "live",
            "since": at,
            "remote_id": f"id-{piece}",
            "parcel": {},
        }


def _receipt(number: int, stories: int) -> Iterator[dict[str, Any]]:
    told = {"attempt_no": 1, "source": "response", "outcome": "live", "evidence": {}}
    for piece, _ in _sent(number):
        yield {"publication_id": piece, "observed_at": _when(number, stories), **told}


def _figures(number: int, stories: int) -> Iterator[dict[str, Any]]:
    at = _when(number, stories)
    for piece, _ in _sent(number):
        for age in (24, 72, 168):
            reads = None if piece % 10 == 0 else piece % 977 * age
            yield {"publication_id": piece, "age": age, "taken_at": at, "reads": reads}


def _round(number: int, stories: int) -> Iterator[dict[str, Any]]:
    named = {"story_id": number, "version_id": number, "number": 1, "risk": "routine"}
    yield {**_row(number, _when(number, stories)), **named, "state": "passed"}


def _step(number: int, stories: int) -> Iterator[dict[str, Any]]:
    at = _when(number, stories)
    for position, level in enumerate(("first", "second")):
        yield {
            **_row(2 * number - position, at),
            "round_id": number,
            "position": position,
            "level": level,
            "minutes": 60,
            "state": "passed",
            "due_at": at,
            "decided_at": at - timedelta(minutes=number % 90),
        }


def _voice(number: int, stories: int) -> Iterator[dict[str, Any]]:
    at = _when(number, stories)
    yield {
        **_row(number, at),
        "account_id": 1,
        "unit_id": 2,
        "kind": "comment",
        "remote_id": str(number),
        "author": "读者",
        "text": "好",
        "said_at": at,
        "state": "replied",
        "due_at": at + timedelta(days=1),
        "replied_at": at + timedelta(hours=number % 30),
    }


_ROWS: Sequence[tuple[Any, Any]] = (
    *((Story, _story), (Version, _version), (FrozenPost, _post), (Publication, _publication)),
    *((ReceiptRow, _receipt), (PieceFigures, _figures), (Round, _round), (Step, _step)),
    (Voice, _voice),
)

_OUT = """publication p JOIN story s ON s.id = p.story_id
    {more} WHERE p.kind = 'publish' AND p.id IN (
    SELECT r.publication_id FROM receipt r WHERE r.outcome = 'live' AND r.publication_id IN (
    SELECT i.publication_id FROM receipt i WHERE i.outcome = 'live'
    AND i.observed_at >= :since AND i.observed_at < :until)
    GROUP BY r.publication_id HAVING MIN(r.observed_at) >= :since)"""


def by_hand(kind: str) -> list[str]:
    """The report's tables, one query each."""
    out = _OUT.format(more="")
    week = "LEFT JOIN piece_figures f ON f.publication_id = p.id AND f.age = 168"
    ages = "LEFT JOIN piece_figures f ON f.publication_id = p.id AND f.age IN (24, 72, 168)"
    told = ", ".join(
        f"COUNT(CASE WHEN f.age = {age} THEN f.reads END),"
        f" SUM(CASE WHEN f.age = {age} THEN f.reads END)"
        for age in (24, 72, 168)
    )
    account = "JOIN account a ON a.id = p.account_id"
    hours = (
        "(julianday(decided_at) - julianday(due_at)) * 24"
        if kind == "sqlite"
        else "EXTRACT(epoch FROM decided_at - due_at) / 3600"
    )
    counts = "COUNT(DISTINCT s.id), COUNT(p.id)"
    taken = """pickup k JOIN pickup_outlet o ON o.id = k.outlet_id WHERE k.state = 'confirmed'
        AND k.published_on BETWEEN :first AND :last"""
    if kind == "postgresql":
        taken = taken.replace(":first", "CAST(:first AS date)").replace(
            ":last", "CAST(:last AS date)"
        )
    key = "CASE WHEN s.topic_id IS NOT NULL THEN 't' || s.topic_id ELSE 's' || s.id END"
    return [
        f"SELECT p.channel, {counts} FROM {out} GROUP BY p.channel",
        f'SELECT s."column", {counts} FROM {out} GROUP BY s."column"',
        f"SELECT p.channel, COUNT(DISTINCT p.id), {told} FROM {_OUT.format(more=ages)}"
        " GROUP BY p.channel",
        f"SELECT s.title, p.channel, a.name, f.reads, f.likes, f.shares"
        f" FROM {_OUT.format(more=f'{week} {account}')} AND f.reads IS NOT NULL"
        " ORDER BY f.reads DESC, p.id LIMIT 10",
        "SELECT a.name, a.channel, c.pieces, c.mean, t.at FROM account a LEFT JOIN"
        " (SELECT p.account_id, COUNT(p.id) AS pieces, AVG(f.reads) AS mean"
        f" FROM {_OUT.format(more=week)} GROUP BY p.account_id) c ON c.account_id = a.id LEFT JOIN"
        " (SELECT subject_uid, MAX(at) AS at FROM audit_entry WHERE action = 'hold_account'"
        " GROUP BY subject_uid) t ON t.subject_uid = a.uid"
        " WHERE a.state NOT IN ('closed', 'merged') OR c.pieces > 0"
        " ORDER BY COALESCE(c.pieces, 0) DESC, a.id LIMIT 200",
        f"SELECT o.tier, COUNT(k.id) FROM {taken} GROUP BY o.tier",
        f"SELECT o.name, COUNT(k.id) FROM {taken} GROUP BY o.name",
        f"SELECT COUNT(DISTINCT {key}), {counts}, COUNT(DISTINCT p.channel) FROM {out}",
        "SELECT COUNT(*) FROM edition WHERE enabled AND story_id IN"
        f" (SELECT p.story_id FROM {out})",
        f"SELECT s.title FROM {out.replace('publish', 'correct', 1)}",
        "SELECT id FROM publication WHERE kind = 'recall' AND state = 'removed'"
        " AND since >= :since AND since < :until",
        f"SELECT level, COUNT(*), COUNT(CASE WHEN decided_at <= due_at THEN 1 END),"
        f" AVG({hours} + minutes / 60.0) FROM review_step"
        " WHERE decided_at >= :since AND decided_at < :until AND NOT carried GROUP BY level",
        "SELECT COUNT(*), COUNT(stand_id) FROM duty_shift"
        " WHERE ends_at >= :since AND ends_at < :until",
        "SELECT COUNT(*), COUNT(replied_at), COUNT(CASE WHEN replied_at <= due_at THEN 1 END)"
        " FROM voice WHERE said_at >= :since AND said_at < :until",
        "SELECT COUNT(*) FROM petition WHERE created_at >= :since AND created_at < :until",
        "SELECT unit_id, COUNT(*) FROM petition_transfer"
        " WHERE done_at >= :since AND done_at < :until GROUP BY unit_id",
    ]
