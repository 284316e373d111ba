"""How long a page takes that a phone opens for the first time, on a slow line.

The line carries 1.6 Mbit/s with 150 ms for a round trip, the processor is held to a quarter, and
nothing is kept from before. ``paint`` is when the largest thing in view stood, ``blocked`` what
long tasks took beyond 50 ms each until then and a second after. There is nothing bare that would be
the same: ``ratio`` is ours / goal. Pages themselves travel unpacked here, as the house sends them.
"""

from __future__ import annotations

import statistics
import tempfile
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page

from benchmarks import browsing
from kitchen.core.clock import CENTRE
from kitchen.demo import desk
from kitchen.demo import newsroom as staff
from kitchen.stories import service as writing
from kitchen.stories.doc import from_text
from kitchen.topics import meeting
from tests.fixtures.product import Product, at_work

ROUNDS = 3
LINE = {
    "offline": False,
    "latency": 150,
    "downloadThroughput": 1_600_000 / 8,
    "uploadThroughput": 750_000 / 8,
}
SLOWER = 4
PHONE: dict[str, Any] = {
    "viewport": {"width": 390, "height": 844},
    "has_touch": True,
    "is_mobile": True,
    "service_workers": "block",
}
GOALS = {
    "readers": (1200, 50),
    "capture": (1500, 100),
    "list": (1800, 200),
    "editor": (2500, 250),
    "assets": (2000, 200),
    "wall": (3000, 300),
}
"""Milliseconds to the largest paint, and blocked, by the class of page."""
PAGES = (
    ("capture", "reporter", "/m/leads/new"),
    ("list", "editor", "/leads"),
    ("list", "chief", "/topics"),
    ("list", "reporter", "/stories"),
    ("list", "editor", "/review"),
    ("editor", "reporter", "/stories/{story}/edit"),
    ("assets", "reporter", "/assets"),
    ("wall", "chief", "/meetings/{day}/present"),
)
TEXT = "荷塘镇三百亩藕田开始采挖，村民下到齐腰深的水里，用水枪冲开淤泥。\n" * 90
MEASURE = """() => new Promise((done) => {
  const told = { paint: 0, blocked: 0 };
  new PerformanceObserver((list) => {
    for (const paint of list.getEntries()) told.paint = paint.startTime;
  }).observe({ type: "largest-contentful-paint", buffered: true });
  new PerformanceObserver((list) => {
    for (const task of list.getEntries()) told.blocked += Math.max(0, task.duration - 50);
  }).observe({ type: "longtask", buffered: true });
  setTimeout(() => done(told), 1000);
})"""


def run(rounds: int = ROUNDS) -> Iterator[dict[str, Any]]:
    """Two lines for each page."""
    with (
        tempfile.TemporaryDirectory(prefix="kb-") as place,
        at_work(Path(place)) as product,
        browsing.browser() as browser,
    ):
        names = _furnished(product)
        public = f"http://127.0.0.1:{product.settings.port + 1}/"
        yield from _lines("readers", "/", _readers(browser, public, rounds))
        for kind, who, path in PAGES:
            address = path.format(**names)
            yield from _lines(kind, path, _staffs(browser, product, who, address, rounds))


def _furnished(product: Product) -> dict[str, str]:
    """The demo newsroom, a long story, and a meeting; answers their names."""
    staff.furnish(product.house)
    with desk.acting(product.house, "reporter") as (session, actor):
        story = writing.begin(session, actor, title="荷塘镇三百亩藕田开挖")
        writing.save_draft(session, actor, story, {"doc": from_text(TEXT)}, story.version)
        uid = story.uid
    with desk.acting(product.house, "chief") as (session, actor):
        day = meeting.convene(session, actor, datetime.now(CENTRE).date()).day
    return {"story": uid, "day": day.isoformat()}


def _readers(browser: Browser, address: str, rounds: int) -> list[dict[str, float]]:
    return [_opened(browser.new_context(**PHONE), address) for _ in range(rounds)]


def _staffs(
    browser: Browser, product: Product, who: str, address: str, rounds: int
) -> list[dict[str, float]]:
    return [
        _opened(browsing.signed_in(browser, product, who, **PHONE), address) for _ in range(rounds)
    ]


def _opened(context: BrowserContext, address: str) -> dict[str, float]:
    page: Page = context.new_page()
    line = context.new_cdp_session(page)
    line.send("Network.enable")
    line.send("Network.emulateNetworkConditions", LINE)
    line.send("Emulation.setCPUThrottlingRate", {"rate": SLOWER})
    page.goto(address, wait_until="load")
    told: dict[str, float] = page.evaluate(MEASURE)
    context.close()
    return told


def _lines(kind: str, path: str, told: list[dict[str, float]]) -> Iterator[dict[str, Any]]:
    for name, goal in zip(("paint", "blocked"), GOALS[kind], strict=True):
        ours = statistics.median(each[name] for each in told)
        yield {
            "name": f"page_{name} {path}",
            "ours": round(ours),
            "floor": None,
            "unit": "ms",
            "ratio": round(ours / goal, 3),
            "target": 1.0,
            "size": {"class": kind, "goal_ms": goal},
            "runs": len(told),
        }
