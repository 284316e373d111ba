"""Accounts to test with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kitchen.core.access import Actor
from kitchen.matrix import service
from kitchen.matrix.rules import SLOTS
from tests.fixtures.newsroom import Newsroom

SECRET = "a-secret-that-nobody-may-see-again"
SETTINGS = {"app_id": "wx0001", "app_secret": SECRET}
Register = Callable[..., str]


@pytest.fixture
def register(newsroom: Newsroom) -> Register:
    """``register(handle)`` registers a WeChat account of the centre; answers its uid."""

    def registered(
        handle: str = "qinghe",
        actor: Actor | None = None,
        unit: str = "青禾区融媒体中心",
        channel: str = "wechat",
        settings: dict[str, Any] | None = None,
        **plain: Any,
    ) -> str:
        with newsroom.database.unit() as session:
            return service.register_account(
                session,
                actor or newsroom.operator,
                channel=channel,
                name="青禾发布",
                handle=handle,
                unit=newsroom.units[unit],
                settings=SETTINGS if settings is None else settings,
                **plain,
            ).uid

    return registered


@pytest.fixture
def enter(newsroom: Newsroom) -> Register:
    """``enter(handle)`` puts an account of the street on the register; answers its uid."""

    def entered(
        handle: str = "yunxi",
        unit: str = "云溪街道",
        channel: str = "wechat",
        *,
        slots: bool = True,
        **plain: Any,
    ) -> str:
        filled = dict.fromkeys(SLOTS, "测试") if slots else {}
        with newsroom.database.unit() as session:
            return service.enter_account(
                session,
                newsroom.cyberspace,
                channel=channel,
                name=f"{unit}{handle}",
                handle=handle,
                unit=newsroom.units[unit],
                **{**filled, **plain},
            ).uid

    return entered
