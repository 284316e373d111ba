"""Writing together: from a key on one screen to the paint on another, and what a step's save costs.

``keystroke`` rows run the whole product and two real pages of Chromium in which one person types
single characters and the other's page is watched; ``ours`` is the 95th percentile in milliseconds
from the input event to the animation frame after the character stands, on one clock. With ten
writers, eight more write 2 characters a second over HTTP, on this machine as well. There is nothing
bare that would be the same: ``ratio`` is ours / goal.

``step`` rows compare one accepted step (session, guard, rules, schema, log) with the same text and
the same row of the log written by two bare statements, in processor time.
"""

from __future__ import annotations

import statistics
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import httpx
from itsdangerous import URLSafeTimedSerializer
from playwright.sync_api import Browser, Page
from prosemirror.transform import Transform
from sqlalchemy import insert, select, update
from sqlalchemy.orm import Session

from benchmarks import browsing, newsroom, postgres
from benchmarks.measuring import in_turn, line
from kitchen import app
from kitchen.demo import desk
from kitchen.demo import newsroom as staff
from kitchen.people.models import Staff
from kitchen.people.sessions import COOKIE
from kitchen.stories import service as writing
from kitchen.stories.doc import from_text, schema
from kitchen.stories.models import Story
from kitchen.stories.together_models import StoryStep
from tests.fixtures.product import Product, at_work
from tests.stories.writers import Writer

GOALS = {2: 300, 10: 600}
"""Milliseconds that a colleague's character may take, by the number of writers."""
KEYS = 60
PAUSE = 0.35
"""Seconds between two keys of the one who is watched; others write a character every 0.5 s."""
TEXT = "荷塘镇三百亩藕田开始采挖，村民下到齐腰深的水里，用水枪冲开淤泥。\n" * 90
"""A story of about 3,000 字."""
STEP_TARGET = 8.0
STEP_ROUNDS = 60
WATCH = """() => {
  const now = () => performance.timeOrigin + performance.now();
  window.painted = {};
  new MutationObserver(() => {
    const seen = document.querySelector(".ProseMirror > p").textContent;
    requestAnimationFrame(() => { for (const key of seen) window.painted[key] ??= now(); });
  }).observe(document.querySelector(".ProseMirror"), { subtree: true, childList: true,
    characterData: true });
  window.typed = {};
  document.addEventListener("beforeinput", (event) => {
    if (event.data) window.typed[event.data] ??= now();
  }, true);
}"""


def run(keys: int = KEYS, rounds: int = STEP_ROUNDS) -> Iterator[dict[str, Any]]:
    """The keystroke with 2 and 10 writers, then a step on each database."""
    for writers in GOALS:
        yield _keystroke(writers, keys)
    yield _step("sqlite", None, rounds)
    with postgres.running() as server:
        if server is not None:
            yield _step("postgresql", server.create("together"), rounds)


def _keystroke(writers: int, keys: int) -> dict[str, Any]:
    with tempfile.TemporaryDirectory(prefix="kb-") as place, at_work(Path(place)) as product:
        staff.furnish(product.house)
        story = _begin(product.house)
        with _others(product, story, writers - 2), browsing.browser() as browser:
            typist, reader = (_page(browser, product, story, who) for who in ("reporter", "editor"))
            waits = _waits(typist, reader, keys)
    waits.sort()
    p95 = waits[int(len(waits) * 0.95)]
    goal = GOALS[writers]
    return {
        "name": f"keystroke_{writers}_writers",
        "ours": round(p95, 1),
        "floor": None,
        "unit": "ms p95",
        "ratio": round(p95 / goal, 3),
        "target": 1.0,
        "size": {"writers": writers, "keys": keys, "characters": len(TEXT), "goal_ms": goal},
        "runs": 1,
        "median_ours": round(statistics.median(waits), 1),
    }


def _begin(house: app.House) -> str:
    with desk.acting(house, "reporter") as (session, actor):
        story = writing.begin(session, actor, title="荷塘镇三百亩藕田开挖")
        writing.save_draft(session, actor, story, {"doc": from_text(TEXT)}, story.version)
        return story.uid


def _page(browser: Browser, product: Product, story: str, who: str) -> Page:
    page = browsing.signed_in(browser, product, who).new_page()
    page.goto(f"/stories/{story}/edit")
    page.locator(".ProseMirror > p").first.click()
    page.keyboard.press("Home")
    page.evaluate(WATCH)
    return page


def _waits(typist: Page, reader: Page, keys: int) -> list[float]:
    """Milliseconds from each key of ``typist`` to its paint at ``reader``."""
    typist.locator(".writers li").first.wait_for()
    fresh = [chr(0x3400 + at) for at in range(keys)]
    typist.bring_to_front()
    for key in fresh:
        typist.keyboard.insert_text(key)
        time.sleep(PAUSE)
    time.sleep(3)
    typed, painted = typist.evaluate("window.typed"), reader.evaluate("window.painted")
    return [painted[key] - typed[key] for key in fresh]


@contextmanager
def _others(product: Product, story: str, count: int) -> Iterator[None]:
    """So many more who write over HTTP, until the block ends."""
    done = threading.Event()
    threads = [
        threading.Thread(target=_write, args=(product, story, f"other{at:04}", done))
        for at in range(count)
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        done.set()
        for thread in threads:
            thread.join()


def _write(product: Product, story: str, client: str, done: threading.Event) -> None:
    url = f"http://127.0.0.1:{product.settings.port}/api/v1/stories/{story}"
    form = URLSafeTimedSerializer(product.settings.secret_key, salt="wtf-csrf-token").dumps("x")
    cookies = {COOKIE: browsing.token(product.house, "editor")}
    with httpx.Client(cookies=cookies, headers={"X-CSRFToken": form}, timeout=20) as http:
        whole = http.get(url).json()
        head = http.get(f"{url}/steps", params={"since": 10**6}).json()["head"]
        writer = Writer.opened(client, whole["doc"], head)
        while not done.wait(0.5):
            writer.do(
                Transform(writer.doc).insert(writer.doc.content.size - 1, schema().text("字"))
            )
            _send(http, f"{url}/steps", writer)


def _send(http: httpx.Client, url: str, writer: Writer) -> None:
    while writer.waiting:
        given = {**asdict(writer.batch()), "cursor": {"anchor": 1, "head": 1}}
        answer = http.post(url, json=given)
        if answer.status_code == 409:
            writer.hear(answer.json()["theirs"])
        else:
            writer.landed(len(given["steps"]), answer.json()["steps"])


def _step(kind: str, database_url: str | None, rounds: int) -> dict[str, Any]:
    with newsroom.house(database_url) as house:
        ours, floor = _acts(house)
        mine, bare = in_turn(ours, floor, rounds)
    size = {"characters": len(TEXT)}
    return line(f"step_{kind}", mine, bare, target=STEP_TARGET, size=size)


def _acts(house: app.House) -> tuple[Callable[[], object], Callable[[], object]]:
    with house.database.unit() as session:
        author = session.scalars(select(Staff).where(Staff.username == "editor")).one()
        rows = [Story(title="", doc=from_text(TEXT), author_id=author.id) for _ in range(2)]
        session.add_all(rows)
        session.flush()
        (uid, _), (_, bare) = [(row.uid, row.id) for row in rows]
        staff_id = author.id
    face = app.create_desk(house)
    client = newsroom.visitor(house, "editor", face)
    token = URLSafeTimedSerializer(face.secret_key, salt="wtf-csrf-token").dumps("x")
    count = [0, 0]

    def step(number: int) -> dict[str, Any]:
        slice_ = {"content": [{"type": "text", "text": chr(0x4E00 + number)}]}
        return {"stepType": "replace", "from": 1, "to": 1, "slice": slice_}

    def ours() -> None:
        given = {"version": count[0], "client": "benchmark", "first": count[0] + 1}
        body = {**given, "steps": [step(count[0])]}
        url, headers = f"/api/v1/stories/{uid}/steps", {"X-CSRFToken": token}
        answer = client.post(url, json=body, headers=headers)
        assert answer.status_code == 200, answer.text
        count[0] += 1

    def floor() -> None:
        count[1] += 1
        number = count[1]
        with Session(house.database.engine) as session:
            text = from_text(f"{number}{TEXT}")
            head = {"doc": text, "text_version": number, "version": Story.version + 1}
            session.execute(update(Story).where(Story.id == bare).values(**head))
            row = {"story_id": bare, "number": number, "client": "bare", "sequence": number}
            row |= {"step": step(number), "staff_id": staff_id, "at": datetime.now(UTC)}
            session.execute(insert(StoryStep).values(**row))
            session.commit()

    return ours, floor
