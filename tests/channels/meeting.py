"""Where our adapters meet the sandbox over real HTTP."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from channels.http import close_connections
from tests.channels.sandbox.playing import live

__all__ = ["live", "world"]


@pytest.fixture
def world(live: str) -> Iterator[str]:
    """The address of a sandbox, and no connection of ours left open to it."""
    yield live
    close_connections()


def state(world: str) -> dict[str, Any]:
    return dict(httpx.get(f"{world}/__sim__/state").json())


def account(world: str, channel: str) -> dict[str, Any]:
    """The first account on a platform, with its credentials."""
    return dict(next(one for one in state(world)["accounts"] if one["channel"] == channel))


def copies(world: str) -> list[int]:
    return list(state(world)["copies"].values())


def direct(world: str, path: str, /, **wishes: Any) -> dict[str, Any]:
    """Tell ``/__sim__`` something."""
    answer = httpx.post(f"{world}/__sim__/{path}", json=wishes)
    return dict(answer.raise_for_status().json())


def set_account(world: str, channel: str, **settings: Any) -> None:
    direct(world, f"accounts/{account(world, channel)['account']}/settings", **settings)
