"""Every page that somebody can reach: whole, in words, in both languages, open to everybody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from kitchen.demo.cast import SIGN_INS

from .house import RunningHouse
from .pages import Walk
from .people import DESK, PHONE, Newsroom, Screen

pytestmark = [pytest.mark.journey, pytest.mark.slow]

WIDEST = ("chief", "operator", "editor", "admin", "head", "reporter")
"""Between them these see every page there is."""
FEWEST = 20
"""Kinds of page that each of them finds at least: a walk with fewer has lost its way."""

Walks = Callable[[str, str], Walk]


@pytest.fixture(scope="session")
def walks(house: RunningHouse) -> Walks:
    """``walks("chief", "en")``: what that person finds in that language; walked once."""
    known: dict[tuple[str, str], Walk] = {}

    def walked(username: str, lang: str) -> Walk:
        if (username, lang) not in known:
            known[username, lang] = Walk(house, username, lang).go()
        return known[username, lang]

    return walked


@pytest.mark.parametrize("lang", ["zh", "en"])
@pytest.mark.parametrize("username", SIGN_INS)
def test_everybody_finds_whole_pages_in_their_language(
    walks: Walks, username: str, lang: str
) -> None:
    found = walks(username, lang).seen.values()
    assert [fault for page in found for fault in page.faults(lang)] == []


@pytest.fixture(scope="session")
def looked_at() -> set[tuple[Screen, str]]:
    """The kinds of page at which somebody stopped already, by screen."""
    return set()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=lambda screen: screen.name)
@pytest.mark.parametrize("username", WIDEST)
def test_every_kind_of_page_is_open_to_everybody(
    newsroom: Newsroom,
    walks: Walks,
    looked_at: set[tuple[Screen, str]],
    username: str,
    screen: Screen,
) -> None:
    found = walks(username, screen.lang).seen
    person = newsroom.person(username, screen)
    for kind, page in found.items():
        if (screen, kind) not in looked_at:
            person.opens(page.url)
            person.stops()
            looked_at.add((screen, kind))
    assert len(found) >= FEWEST


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=lambda screen: screen.name)
def test_the_readers_pages_are_open_to_everybody(newsroom: Newsroom, screen: Screen) -> None:
    reader = newsroom.visitor(newsroom.house.public, screen)
    reader.opens(f"/?lang={screen.lang}")
    expect(reader.page.locator("h1")).to_have_count(1)
    reader.stops()
    reader.presses("ul.articles a:has(img)")
    reader.sees_picture("article img")
    reader.stops()


@pytest.mark.parametrize("screen", [DESK, PHONE], ids=lambda screen: screen.name)
def test_the_platforms_pages_are_open_to_everybody(newsroom: Newsroom, screen: Screen) -> None:
    visitor = newsroom.visitor(newsroom.house.sandbox.url, screen)
    for path in ("/", "/handoff/", "/handoff/shandian/"):
        visitor.opens(path)
        visitor.stops()
    visitor.opens("/")
    for channel in ("wechat", "weibo", "toutiao", "douyin", "kuaishou"):
        address = visitor.page.locator(f"section.{channel} a").first.get_attribute("href")
        visitor.opens(str(address))
        visitor.stops()
        visitor.opens("/")
