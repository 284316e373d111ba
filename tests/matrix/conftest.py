"""Accounts to test with."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from kitchen.core.access import Actor
from kitchen.matrix import service
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
