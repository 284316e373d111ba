"""The report of a year, and the overview page as years go by.

``insight_year``: what 50,000 stories on six channels had gathered at one age, by channel, with the
best and the weakest, as the page asks for it; ``floor`` is one statement written by hand for the
same answer on the same rows. ``insight_growth``: the overview of a week, through the real desk, in
a house of ten years against one of a single year: it must cost the week, not the years.

Only figures are measured, so nothing stands behind their keys: the house is filled by connections
that do not check them.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from datetime import date, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from sqlalchemy import Connection, bindparam, create_engine, insert, text

from benchmarks import measuring, newsroom, postgres
from kitchen.app import House
from kitchen.core import clock
from kitchen.core.db import UtcDateTime
from kitchen.evaluation.figures import period
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.figures.rules import Age
from kitchen.matrix.models import Account
from kitchen.sanctions.queries import Period

STORIES, YEARS = 50_000, 10
GROWING_STORIES = 5_000
"""Stories a year where the growth over years is asked for."""
CHANNELS = ("outlet", "wechat", "weibo", "toutiao", "douyin", "kuaishou")
TARGET_YEAR, TARGET_GROWTH = 1.5, 1.3
CHUNK = 20_000
LATEST = datetime(2026, 11, 1, tzinfo=clock.CENTRE)
"""When the last piece went live."""
YEAR = Period(LATEST.date() - timedelta(days=364), LATEST.date())


def run(
    rounds: int = 7, stories: int = STORIES, growing: int = GROWING_STORIES, years: int = YEARS
) -> Iterator[dict[str, Any]]:
    """Two lines for each kind of database."""
    yield _year("sqlite", None, rounds, stories)
    yield _growth("sqlite", (None, None), rounds, growing, years)
    with postgres.running() as server:
        if server is not None:
            yield _year("postgresql", server.create("year"), rounds, stories)
            urls = (server.create("one"), server.create("ten"))
            yield _growth("postgresql", urls, rounds, growing, years)


def _year(kind: str, url: str | None, rounds: int, stories: int) -> dict[str, Any]:
    with newsroom.house(url) as house:
        filled(house, stories, 1)
        assert sorted(_bare(house)) == sorted(_asked(house))
        ours, floor = measuring.in_turn(lambda: _asked(house), lambda: _bare(house), rounds)
    size = {"stories": stories, "channels": len(CHANNELS), "ages": len(Age)}
    return measuring.by_clock(f"insight_year_{kind}", ours, floor, target=TARGET_YEAR, size=size)


def _growth(
    kind: str, urls: tuple[str | None, str | None], rounds: int, stories: int, years: int
) -> dict[str, Any]:
    with ExitStack() as stack:
        young, old = (
            newsroom.visitor(
                filled(stack.enter_context(newsroom.house(url)), stories, count), "chief"
            )
            for url, count in zip(urls, (1, years), strict=True)
        )
        ours, floor = measuring.in_turn(lambda: _page(old), lambda: _page(young), rounds)
    size = {"stories_a_year": stories, "years": years}
    return measuring.by_clock(
        f"insight_growth_{kind}", ours, floor, target=TARGET_GROWTH, size=size
    )


def _page(client: FlaskClient) -> None:
    until = LATEST.date()
    answer = client.get(f"/insight?since={until - timedelta(days=6)}&until={until}")
    assert answer.status_code == 200, answer.status


def _asked(house: House) -> list[tuple[Any, ...]]:
    """The report as the page has it."""
    with house.database.unit(write=False) as session:
        found = period.figures(session, YEAR, Age.WEEK)
        sums = [(it.channel, it.pieces, it.reads) for it in found.channels]
        return [*sums, *((it.story_uid, 0, it.reads) for it in (*found.best, *found.weakest))]


_BY_HAND = text(
    """
    WITH piece AS (
        SELECT t.publication_id, t.story_id, t.channel, f.reads, f.likes, f.watching, f.shares,
               f.comments
        FROM piece_turn t
        LEFT JOIN piece_figures f ON f.publication_id = t.publication_id AND f.age = 168
        WHERE t.live_at >= :since AND t.live_at < :until
    )
    SELECT * FROM (
        SELECT 1 AS part, channel AS name, count(*) AS pieces, sum(reads) AS reads, sum(likes),
               sum(watching), sum(shares), sum(comments)
        FROM piece GROUP BY channel ORDER BY sum(reads) DESC
    ) AS sums
    UNION ALL SELECT * FROM (
        SELECT 2, s.uid, 0, p.reads, 0, 0, 0, 0 FROM
            (SELECT * FROM piece WHERE reads IS NOT NULL
             ORDER BY reads DESC, publication_id LIMIT 5) AS p
        JOIN story s ON s.id = p.story_id ORDER BY p.reads DESC, p.publication_id
    ) AS best
    UNION ALL SELECT * FROM (
        SELECT 3, s.uid, 0, p.reads, 0, 0, 0, 0 FROM
            (SELECT * FROM piece WHERE reads IS NOT NULL
             ORDER BY reads, publication_id LIMIT 5) AS p
        JOIN story s ON s.id = p.story_id ORDER BY p.reads, p.publication_id
    ) AS weakest
    """
).bindparams(bindparam("since", type_=UtcDateTime), bindparam("until", type_=UtcDateTime))


def _bare(house: House) -> list[tuple[Any, ...]]:
    """The same by one statement."""
    bounds = {"since": _midnight(YEAR.since), "until": _midnight(YEAR.until + timedelta(days=1))}
    with house.database.unit(write=False) as session:
        rows = session.execute(_BY_HAND, bounds).all()
    return [(row[1], row[2], int(row[3])) for row in rows]


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=clock.CENTRE)


def filled(house: House, stories: int, years: int) -> House:
    """The house after so many years of so many stories each, on six channels, at six ages."""
    newsroom.add_stories(house, min(stories, 1_000), characters=40)
    with house.database.unit() as session:
        session.add_all(
            Account(channel=channel, name=channel, handle=channel, unit_id=2)
            for channel in CHANNELS
        )
    pieces = stories * years * len(CHANNELS)
    pace = timedelta(days=365 * years) / pieces
    with _unchecked(house) as connection:
        for start in range(0, pieces, CHUNK):
            numbers = range(start, min(pieces, start + CHUNK))
            connection.execute(
                insert(PieceTurn),
                [_turn(number, LATEST - pace * number, stories) for number in numbers],
            )
        connection.execute(_FIGURES)
        connection.execute(text("ANALYZE"))
    return house


@contextmanager
def _unchecked(house: House) -> Iterator[Connection]:
    """A connection that checks no key."""
    engine = create_engine(house.database.engine.url)
    with engine.begin() as connection:
        if engine.dialect.name == "postgresql":
            connection.execute(text("SET LOCAL session_replication_role = replica"))
        yield connection
    engine.dispose()


def _turn(number: int, live_at: datetime, stories: int) -> dict[str, Any]:
    at = number % len(CHANNELS)
    return {
        "publication_id": number + 1,
        "story_id": 1 + number // len(CHANNELS) % min(stories, 1_000),
        "account_id": at + 1,
        "channel": CHANNELS[at],
        "position": 0,
        "live_at": live_at,
        "next_at": None,
        "failures": 0,
        "words": "",
    }


_FIGURES = text(
    """
    INSERT INTO piece_figures (publication_id, age, taken_at, teller, reads, likes, shares,
        oddity, by_platform)
    SELECT t.publication_id, a.age, t.live_at, 'platform',
           (t.publication_id % 9973 * 7919) % 9973 + a.age, t.publication_id % 83 + 5,
           t.publication_id % 31, '', '["reads", "likes", "shares"]'
    FROM piece_turn t CROSS JOIN (
        SELECT 1 AS age UNION SELECT 6 UNION SELECT 24 UNION SELECT 72 UNION SELECT 168
        UNION SELECT 720
    ) a
    """
)
