"""The running house that all journeys share, and the people who come to it."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page

from .house import Colleague, RunningHouse, kitchen_up
from .people import Newsroom


@pytest.fixture(scope="session")
def house() -> Iterator[RunningHouse]:
    """``kitchen up`` with the demo newsroom, for all journeys of this process."""
    with tempfile.TemporaryDirectory(prefix="kitchen-up-", ignore_cleanup_errors=True) as place:
        home = Path(place) / "home"
        home.mkdir()
        with kitchen_up(home) as running:
            yield running


@pytest.fixture(scope="session")
def colleague(house: RunningHouse) -> Iterator[Callable[[str], Colleague]]:
    """``colleague("editor")`` works through the API; the same one every time."""
    known: dict[str, Colleague] = {}

    def found(username: str) -> Colleague:
        if username not in known:
            known[username] = Colleague(house, username)
        return known[username]

    yield found
    for each in known.values():
        each.leaves()


@pytest.fixture
def newsroom(
    house: RunningHouse, new_context: Callable[..., BrowserContext], axe: Callable[[Page], None]
) -> Newsroom:
    """``newsroom.person("reporter")`` sits at a page, signed in."""
    return Newsroom(house, new_context, axe)
