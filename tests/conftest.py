"""Fixtures that every test may ask for, and the order in which tests run beside each other.

Journeys and fault runs weigh time and whole processes: on several test processes they share one
group, so that never two of them run at once. So do those of an object store, whose server is
started once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page

from tests.fixtures.browser import FLAGS, PATIENCE, Watch, check_accessibility, chromium

pytest_plugins = [
    "tests.fixtures.places",
    "tests.fixtures.redis",
    "tests.fixtures.databases",
    "tests.fixtures.books",
    "tests.fixtures.sandbox",
    "tests.fixtures.newsroom",
    "tests.fixtures.served",
    "tests.fixtures.object_stores",
]

OBJECT_STORES = {"seaweed", "rclone", "object_server", "any_store"}
"""Fixtures that start an object store."""


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the groups before xdist reads them: a worker's own hook would come first otherwise."""
    for item in items:
        if any(item.get_closest_marker(name) for name in ("journey", "fault", "soak")):
            item.add_marker(pytest.mark.xdist_group("one at a time"))
        elif OBJECT_STORES & set(getattr(item, "fixturenames", ())):
            item.add_marker(pytest.mark.xdist_group("object stores"))


def pytest_make_parametrize_id(val: object, argname: str) -> str | None:
    """A file as a parameter has no name in it: archives hold the second in which they were made,
    and the processes of one run must find the same tests.
    """
    return argname if isinstance(val, bytes) and len(val) > 40 else None


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    """The system's Chromium, which asks nobody on the network anything."""
    return {**browser_type_launch_args, "executable_path": chromium(), "args": list(FLAGS)}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    """A reader in China; a test that needs another passes it to ``new_context``."""
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@pytest.fixture
def watch() -> Iterator[Watch]:
    """What the pages of this test did wrong; anything not expected fails the test at its end."""
    watch = Watch()
    yield watch
    assert watch.unexpected() == []


@pytest.fixture
def new_context(
    new_context: Callable[..., BrowserContext], watch: Watch
) -> Callable[..., BrowserContext]:
    """A browser of its own, watched; ``page`` and ``context`` come from here as well."""

    def watched(**details: Any) -> BrowserContext:
        context = new_context(**details)
        context.set_default_timeout(PATIENCE)
        watch.over(context)
        return context

    return watched


@pytest.fixture(scope="session")
def axe() -> Callable[[Page], None]:
    """``axe(page)`` fails the test when axe-core finds anything on the page as it stands."""
    return check_accessibility
