"""Search in 100,000 stories, for words of 1, 2, 4 and 8 letters, against the bare engine's query.

The floor is what the database's own index takes for the same answer: twenty newest with their
titles, and how many there are; ours does the rest as well: by title first, cut and marked. Every
count is held against a scan of all texts. And a save, with the index brought up to date, against
writing the row.
"""

from __future__ import annotations

import operator
import random
import statistics
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import UTC, datetime, timedelta
from itertools import islice
from typing import Any

import psycopg
from sqlalchemy import insert, update

from benchmarks import corpus, measuring, newsroom, postgres
from kitchen import app
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.db import new_uid
from kitchen.search import index, postgresql, queries, rules, sqlite
from kitchen.search.queries import Question
from kitchen.search.rules import Kind
from kitchen.stories import service
from kitchen.stories.models import Story
from kitchen.stories.rules import May

STORIES = 100_000
LETTERS = (1, 2, 4, 8)
WORDS = 40
"""Words of each length, taken from the texts."""
TARGET, TARGET_SAVE = 1.5, 5.0
CHUNK = 2000
AUTHOR = Actor(1, "a", "作者", grants={May.WRITE: EVERYWHERE, May.EDIT: EVERYWHERE})

Ask = Callable[[str], tuple[Sequence[Any], int]]
"""A word to the twenty that are shown and how many there are."""


def run(stories: int = STORIES) -> Iterator[dict[str, Any]]:
    """The lines of both databases."""
    with newsroom.house() as house:
        yield from _measured("sqlite", house, stories)
    with postgres.running() as server:
        if server is not None:
            with newsroom.house(server.create("search")) as house:
                yield from _measured("postgresql", house, stories)


def _measured(name: str, house: app.House, stories: int) -> Iterator[dict[str, Any]]:
    texts = _filled(house, stories)
    while index.catch_up(house.database, 60, batch=CHUNK):
        pass
    with closing(house.database.engine.raw_connection()) as link:
        bare = _BARE[name](link.driver_connection)
        for letters in LETTERS:
            words = _words(texts, letters)
            yield _searched(f"search_{name}_{letters}", house, bare, words, texts)
    yield _saved(f"search_save_{name}", house)


def _filled(house: app.House, count: int) -> list[str]:
    """So many stories; answers their texts folded, for the scan."""
    began, folded = datetime.now(UTC) - timedelta(days=400), list[str]()
    each = enumerate(corpus.texts(count))
    while chunk := list(islice(each, CHUNK)):
        with house.database.unit() as session:
            rows = [_story(number, began, text) for number, text in chunk]
            session.execute(insert(Story), rows)
        folded += [rules.fold(text) for _, text in chunk]
    index.mark_what_is_stale(house.database)
    return folded


def _story(number: int, began: datetime, text: str) -> dict[str, Any]:
    paragraphs = [
        {"type": "paragraph", "content": [{"type": "text", "text": line}]}
        for line in text.splitlines()
        if line
    ]
    return {
        "uid": new_uid(),
        "created_at": began + timedelta(minutes=5 * number),
        "version": 1,
        "title": text[:18].replace("\n", " "),
        "doc": {"type": "doc", "content": paragraphs},
        "length": len(text),
        "author_id": 1,
        "unit_id": 2,
    }


def _words(texts: Sequence[str], letters: int) -> list[str]:
    chance = random.Random(letters)
    return [corpus.words_in(chance, chance.choice(texts), letters) for _ in range(WORDS)]


def _searched(
    name: str, house: app.House, bare: Ask, words: Sequence[str], texts: Sequence[str]
) -> dict[str, Any]:
    ours, floor, missed = list[measuring.Cost](), list[measuring.Cost](), 0
    for word in words:
        mine, engines = measuring.in_turn(lambda: _asked(house, word), lambda: bare(word), 3)  # noqa: B023
        ours.append(min(mine, key=lambda cost: cost.wall))
        floor.append(min(engines, key=lambda cost: cost.wall))
        folded = rules.fold(word)
        missed += abs(_asked(house, word)[1] - sum(folded in text for text in texts))
    # of PostgreSQL's work this process sees none but the time that it takes
    by = operator.attrgetter("cpu" if "sqlite" in name else "wall")
    ratio = sum(map(by, ours)) / sum(map(by, floor))
    return {
        "name": name,
        "ours": _middle(ours),
        "floor": _middle(floor),
        "unit": "ms",
        "ratio": round(ratio, 3),
        "target": TARGET,
        "size": {"stories": len(texts), "words": len(words), "missed": missed},
        "runs": 3,
        "p95_ours": _high(ours),
        "p95_floor": _high(floor),
        "cpu_ours": round(measuring.median_cpu(ours) * 1000, 3),
        "cpu_floor": round(measuring.median_cpu(floor) * 1000, 3),
    }


def _asked(house: app.House, word: str) -> tuple[Sequence[Any], int]:
    question = Question(rules.words_of(word))
    with house.database.unit(write=False) as session:
        found = queries.find(session, [Kind.STORIES], question)
        return found.pages[Kind.STORIES].items, found.totals[Kind.STORIES]


def _bare_sqlite(link: Any) -> Ask:
    """Phrases of letters, asked of the full-text table by itself."""
    newest = (
        "SELECT d.uid, d.title FROM search_index AS f CROSS JOIN search_doc AS d ON d.id = f.rowid"
        " WHERE f.letters MATCH ? ORDER BY f.rowid DESC LIMIT 20"
    )
    number = "SELECT count(*) FROM search_index WHERE letters MATCH ?"

    def ask(word: str) -> tuple[Sequence[Any], int]:
        phrase = (sqlite.phrase(rules.fold(word)),)
        rows = link.execute(newest, phrase).fetchall()
        return rows, link.execute(number, phrase).fetchone()[0]

    return ask


def _bare_postgresql(link: psycopg.Connection[Any]) -> Ask:
    """Sets of numbers, asked of the inverted index by itself."""
    link.autocommit = True
    link.execute("SET enable_seqscan = off")
    hits = "SELECT id FROM search_index WHERE grams @> %(grams)s::int[]"
    longer = f"{hits} AND strpos(folded, %(word)s) > 0"
    newest = (
        "WITH hits AS MATERIALIZED ({}) SELECT d.uid, d.title FROM hits"
        " JOIN search_doc AS d USING (id) ORDER BY id DESC LIMIT 20"
    )

    def ask(word: str) -> tuple[Sequence[Any], int]:
        folded = rules.fold(word)
        found = longer if len(folded) > postgresql.EXACT else hits
        given = {"grams": postgresql.needed(folded), "word": folded}
        rows = link.execute(newest.format(found), given).fetchall()
        number = link.execute(f"SELECT count(*) FROM ({found}) AS hits", given).fetchone()
        return rows, number[0] if number else 0

    return ask


_BARE: dict[str, Callable[[Any], Ask]] = {"sqlite": _bare_sqlite, "postgresql": _bare_postgresql}


def _saved(name: str, house: app.House, rounds: int = 40) -> dict[str, Any]:
    """A draft saved and taken up by the index, against the row written by itself."""
    chance, turns = random.Random(1), iter(range(10**6))
    texts = [_story(0, datetime.now(UTC), text)["doc"] for text in corpus.texts(rounds * 3, seed=9)]

    def ours() -> None:
        with house.database.unit() as session:
            story = session.get_one(Story, 1 + next(turns) % 50)
            content = {"doc": texts[chance.randrange(len(texts))]}
            service.save_draft(session, AUTHOR, story, content, story.version)
        index.catch_up(house.database)

    def floor() -> None:
        with house.database.unit() as session:
            values = {"doc": texts[chance.randrange(len(texts))], "version": Story.version + 1}
            session.execute(update(Story).where(Story.id == 60 + next(turns) % 50).values(values))

    mine, bare = measuring.in_turn(ours, floor, rounds)
    return measuring.line(name, mine, bare, target=TARGET_SAVE, size={"characters": 800})


def _middle(costs: Sequence[measuring.Cost]) -> float:
    return round(statistics.median(cost.wall for cost in costs) * 1000, 3)


def _high(costs: Sequence[measuring.Cost]) -> float:
    return round(statistics.quantiles([cost.wall for cost in costs], n=20)[-1] * 1000, 3)
