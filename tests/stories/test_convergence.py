"""Whatever the network and the machine do, everybody ends with one text and nothing is lost.

Two to five writers type, delete and shape one story at once. Requests come late, twice or never,
answers get lost, pages are loaded again from what lies on the device, the server is killed before
and after its commit. ``make test`` runs a few of these lives, ``make soak`` all.
"""

from __future__ import annotations

import sys
from collections import Counter
from dataclasses import dataclass, field
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from prosemirror.transform import Step, Transform

from kitchen.core.access import Actor
from kitchen.core.errors import Stale
from kitchen.stories import doc as text
from kitchen.stories import queries, service, step_log, together
from kitchen.stories.together import Batch
from tests.fixtures.newsroom import Newsroom
from tests.stories.conftest import document
from tests.stories.edits import places
from tests.stories.writers import LostGround, Writer, node_of, words

SMALL, WHOLE = 8, 120
"""Lives in ``make test`` and in ``make soak``, each on both databases."""
MOMENTS = 60
"""Things that happen in a life."""


class Killed(Exception):
    """The server dies here."""


@dataclass
class Page:
    """A writer's page, what lies on its device, and what is under way."""

    actor: Actor
    writer: Writer
    copy: dict[str, Any] = field(default_factory=dict)
    flying: Batch | None = None
    answer: Any = None


@dataclass
class Life:
    """One story, its pages, and every character that was ever typed, each of them once."""

    newsroom: Newsroom
    chance: Random
    uid: str
    pages: list[Page]
    late: list[tuple[Actor, Batch]] = field(default_factory=list)
    typed: int = 0
    moved: int = 0
    """Batches that the server moved over what they had missed."""
    strayed: int = 0
    """Pages that had to begin anew."""
    deleted: set[str] = field(default_factory=set)
    branches: list[str] = field(default_factory=list)

    def live(self) -> None:
        deeds = [self.type] * 4 + [self.delete] * 2 + [self.shape, self.send, self.send]
        deeds += [
            self.arrive,
            self.arrive,
            self.land,
            self.land,
            self.listen,
            self.lose,
            self.reload,
        ]
        for _ in range(MOMENTS):
            self.chance.choice(deeds)(self.chance.choice(self.pages))
        self.settle()

    # what people do

    def type(self, page: Page) -> None:
        count = self.chance.randint(1, 3)
        fresh = "".join(chr(0x4E00 + self.typed + at) for at in range(count))
        self.typed += count
        page.writer.type(fresh, self.chance.choice(places(page.writer.doc)))
        self.keep(page)

    def delete(self, page: Page) -> None:
        start, stop = sorted(self.chance.choices(places(page.writer.doc), k=2))
        stop = min(stop, start + self.chance.choice([1, 3, 12]))
        gone = page.writer.doc.text_between(start, stop)
        change = Transform(page.writer.doc).delete(start, stop)
        page.writer.do(change)
        self.deleted.update(set(gone) - set(words(page.writer.doc)))
        self.keep(page)

    def shape(self, page: Page) -> None:
        start, stop = sorted(self.chance.choices(places(page.writer.doc), k=2))
        change = Transform(page.writer.doc)
        if self.chance.random() < 0.5:
            change.split(start)
        else:
            change.add_mark(start, stop, text.schema().marks["strong"].create())
        page.writer.do(change)
        self.keep(page)

    # what the network and the machine do

    def send(self, page: Page) -> None:
        if page.flying is None and page.writer.waiting:
            page.flying = page.writer.batch(self.chance.choice([2, 200]))

    def arrive(self, page: Page) -> None:
        if page.flying is not None and page.answer is None:
            page.answer = self.take(page.actor, page.flying)

    def land(self, page: Page) -> None:
        if page.answer is not None:
            self.hear(page)

    def lose(self, page: Page) -> None:
        """The page gives the request up; it may arrive later all the same."""
        if page.flying is not None and page.answer is None and self.chance.random() < 0.5:
            self.late.append((page.actor, page.flying))
        page.flying = page.answer = None
        if self.late and self.chance.random() < 0.5:
            self.take(*self.late.pop())

    def listen(self, page: Page) -> None:
        if page.flying is None:
            with self.newsroom.database.unit(write=False) as session:
                found = queries.story_without_text(session, self.uid)
                told = together.news(session, found, page.writer.version)
            self.tell(page, told)

    def reload(self, page: Page) -> None:
        self.branches += [words(doc) for doc in page.writer.branches]
        page.writer = Writer.resumed(page.copy)
        page.flying = page.answer = None

    def keep(self, page: Page) -> None:
        page.copy = page.writer.copy()

    def take(self, actor: Actor, batch: Batch) -> Any:
        """The server: ``(taken, news)``; ``None`` where it died or the answer is lost."""
        fate = self.chance.choice(["well"] * 8 + ["dies before", "dies after"])
        try:
            with self.newsroom.database.unit() as session:
                found = queries.story_to_save(session, self.uid)
                taken = together.take_steps(session, actor, found, batch)
                if fate == "dies before":
                    raise Killed
        except Stale as stale:
            return False, stale.theirs
        except Killed:
            return None
        self.moved += bool(taken.news)
        return None if fate == "dies after" else (True, taken.news)

    def hear(self, page: Page) -> None:
        assert page.flying is not None
        taken, news = page.answer
        if taken and not news:
            page.writer.landed(len(page.flying.steps))
            self.keep(page)
        else:
            self.tell(page, {"steps": news} if taken else news)
        page.flying = page.answer = None

    def tell(self, page: Page, news: Any) -> None:
        """What the page hears; where that is not what it knows of itself, it begins anew."""
        try:
            page.writer.hear(news)
        except LostGround:
            self.strayed += 1
            self.branches += [words(doc) for doc in (*page.writer.branches, page.writer.doc)]
            with self.newsroom.database.unit(write=False) as session:
                found = queries.the_story(session, self.uid)
                fresh = Writer.opened(f"strayed{self.strayed:04}", found.doc, found.text_version)
            page.writer = fresh
        self.keep(page)

    def settle(self) -> None:
        """The network is back, and everybody has had their say."""
        for actor, batch in self.late:
            self.take(actor, batch)
        for page in self.pages * 2:
            page.flying = page.answer = None
            for _ in range(400):
                if self.chance.random() < 0.5:
                    self.listen(page)
                if not page.writer.waiting:
                    break
                self.send(page)
                self.arrive(page)
                if page.answer is None:
                    page.flying = None
                else:
                    self.hear(page)
        for page in self.pages:
            self.listen(page)
            self.branches += [words(doc) for doc in page.writer.branches]

    # what must hold

    def faults(self) -> list[str]:
        with self.newsroom.database.unit(write=False) as session:
            story = queries.the_story(session, self.uid)
            log = step_log.newest_first(session, story)
            stored, last = story.doc, story.text_version
        replayed = node_of(document())
        for row in reversed(log):
            after = Step.from_json(text.schema(), row.step).apply(replayed).doc
            assert after is not None
            replayed = after
        stands, kept = words(node_of(stored)), "".join(self.branches)
        taken = {letter for row in log for letter in _words_of(row.step)}
        lost = taken - self.deleted - set(stands) - set(kept)
        found = {
            "a page differs": any(page.writer.doc.to_json() != stored for page in self.pages),
            "something waits": any(page.writer.waiting for page in self.pages),
            "the log tells another text": replayed.to_json() != stored,
            "the log has gaps": [row.number for row in reversed(log)] != list(range(1, last + 1)),
            "something stands twice": max(Counter(stands.replace("\n", "")).values(), default=1)
            > 1,
            f"taken and lost: {lost}": bool(lost),
        }
        return [fault for fault, holds in found.items() if holds]


def _words_of(step: Any) -> str:
    slice_ = getattr(Step.from_json(text.schema(), step), "slice", None)
    content = slice_.content if slice_ is not None else None
    return content.text_between(0, content.size) if content is not None else ""


def life(newsroom: Newsroom, seed: int, writers: int) -> Life:
    actors = [newsroom.reporter, newsroom.editor, newsroom.second_editor]
    with newsroom.database.unit() as session:
        uid = service.begin(session, newsroom.reporter, title="一起写").uid
    pages = [
        Page(actors[at % len(actors)], Writer.opened(f"client{at:04}", document(), 0))
        for at in range(writers)
    ]
    for page in pages:
        page.copy = page.writer.copy()
    return Life(newsroom, Random(seed), uid, pages)


def _lives(newsroom: Newsroom, count: int) -> tuple[int, Counter[str], list[str]]:
    bad: list[str] = []
    runs = 0
    seen: Counter[str] = Counter()

    @settings(
        max_examples=count,
        deadline=None,
        derandomize=True,
        database=None,
        suppress_health_check=list(HealthCheck),
    )
    @given(seed=st.integers(0, 2**32 - 1), writers=st.integers(2, 5))
    def one(seed: int, writers: int) -> None:
        nonlocal runs
        lived = life(newsroom, seed, writers)
        lived.live()
        runs += 1
        seen.update(moved=lived.moved, strayed=lived.strayed)
        bad.extend(f"seed {seed}, {writers} writers: {fault}" for fault in lived.faults())

    one()
    return runs, seen, bad


def test_a_few_lives_end_in_one_text(newsroom: Newsroom) -> None:
    runs, seen, bad = _lives(newsroom, SMALL)
    assert not bad, "\n".join(bad)
    assert runs >= SMALL // 2
    assert seen["moved"] >= runs
    assert seen["strayed"] <= runs // 10


@pytest.mark.soak
def test_all_lives_end_in_one_text(newsroom: Newsroom) -> None:
    runs, seen, bad = _lives(newsroom, WHOLE)
    sys.stdout.write(f"\nwriting together: {runs} lives, {dict(seen)}, bad={len(bad)}\n")
    assert not bad, "\n".join(bad)
    assert runs >= WHOLE * 0.8
    assert seen["moved"] >= runs
