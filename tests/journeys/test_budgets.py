"""What a page costs a phone that has never been here: bytes, scripts, and nothing that jumps.

Bytes are those after gzip, as whoever stands before the house sends them; photographs are not
counted. How long it takes on a slow line is measured in ``benchmarks/pages.py``.
"""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import pytest
from playwright.sync_api import BrowserContext, Page, Response

from .house import Colleague, RunningHouse
from .people import Newsroom, Screen
from .stories import Draft, begin_a_story, convene

pytestmark = [pytest.mark.journey, pytest.mark.slow]

Call = Callable[[str], Colleague]
NEW_PHONE = Screen("phone-zh", "zh", 390, 844, phone=True)
HTML = 25_000
"""The page itself."""
SHIFTS = """() => new Promise((done) => {
  let sum = 0;
  new PerformanceObserver((list) => {
    for (const shift of list.getEntries()) if (!shift.hadRecentInput) sum += shift.value;
  }).observe({ type: "layout-shift", buffered: true });
  setTimeout(() => done(sum), 300);
})"""


@dataclass(frozen=True)
class Budget:
    """The most that a class of pages may cost."""

    everything: int
    scripts: int
    shift: float = 0.05
    """Cumulative layout shift."""


PUBLIC = Budget(45_000, 10_000)
CAPTURE = Budget(70_000, 45_000)
LIST = Budget(110_000, 50_000)
EDITOR = Budget(200_000, 135_000)
ASSETS = Budget(120_000, 60_000, 0.02)
WALL = Budget(350_000, 280_000, 0.001)
"""Where nothing may move; what no eye sees is not counted."""

STAFF = (
    ("reporter", "/m/", CAPTURE),
    ("reporter", "/m/leads/new", CAPTURE),
    ("reporter", "/m/tasks", CAPTURE),
    ("reporter", "/m/messages", CAPTURE),
    ("chief", "/", LIST),
    ("editor", "/leads", LIST),
    ("chief", "/topics", LIST),
    ("reporter", "/stories", LIST),
    ("editor", "/review", LIST),
    ("chief", "/meetings/{day}", LIST),
    ("operator", "/publish", LIST),
    ("operator", "/publish/calendar", LIST),
    ("chief", "/crew", LIST),
    ("reporter", "/search?q=藕田", LIST),
    ("reporter", "/stories/{story}/edit", EDITOR),
    ("reporter", "/assets", ASSETS),
    ("chief", "/meetings/{day}/present", WALL),
)


@pytest.fixture(scope="session")
def draft(colleague: Call) -> Draft:
    return begin_a_story(colleague("reporter"), "荷塘镇三百亩藕田开挖")


@pytest.fixture(scope="session")
def day(colleague: Call) -> str:
    return convene(colleague("chief"))


@pytest.mark.parametrize(
    ("who", "path", "budget"), STAFF, ids=[path.replace("/", " ") for _, path, _ in STAFF]
)
def test_a_page_of_the_staff_keeps_to_its_budget(
    newsroom: Newsroom, draft: Draft, day: str, who: str, path: str, budget: Budget
) -> None:
    known = newsroom.person(who, NEW_PHONE).page.context.storage_state()
    address = f"{newsroom.house.desk}{path.format(story=draft.uid, day=day)}"
    _keeps(_fresh(newsroom, storage_state=known), address, budget)


@pytest.mark.parametrize("path", ["/", "/services"])
def test_a_page_for_readers_keeps_to_its_budget(
    newsroom: Newsroom, house: RunningHouse, path: str
) -> None:
    _keeps(_fresh(newsroom), f"{house.public}{path}", PUBLIC)


def _fresh(newsroom: Newsroom, **known: object) -> Page:
    """A page of a browser that holds nothing but what signs its person in."""
    details = {**NEW_PHONE.details, "service_workers": "block", **known}
    context: BrowserContext = newsroom.new_context(**details)
    return context.new_page()


def _keeps(page: Page, address: str, budget: Budget) -> None:
    heard: list[Response] = []
    page.on("response", lambda answer: heard.append(answer))  # noqa: PLW0108 - it takes no built-in
    page.goto(address, wait_until="load")
    shift = page.evaluate(SHIFTS)
    weights: Counter[str] = Counter()
    for answer in heard:
        kind = _kind(answer)
        if kind:
            weights[kind] += len(gzip.compress(answer.body(), 6, mtime=0))
    assert 0 < weights["html"] <= HTML, weights
    assert weights["script"] <= budget.scripts, weights
    assert weights.total() <= budget.everything, weights
    assert weights["style"] > 0, weights
    assert shift <= budget.shift


def _kind(answer: Response) -> str:
    """What a response is counted as; photographs and what never ends are not."""
    kind = answer.headers.get("content-type", "").partition(";")[0]
    if answer.status != 200 or kind == "text/event-stream":
        return ""
    if kind.startswith(("image/", "video/")) and kind != "image/svg+xml":
        return ""
    return {"text/html": "html", "text/css": "style", "text/javascript": "script"}.get(kind, kind)
