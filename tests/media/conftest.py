"""Assets to test with: small pictures taken in once a test."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from kitchen.core.access import Actor
from kitchen.media import intake, service
from kitchen.media.intake import Intake
from kitchen.ports import Ports
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Newsroom

Receive = Callable[..., Intake]
Enter = Callable[..., str]


@pytest.fixture
def receive(ports: Ports) -> Receive:
    """``receive(data, name)`` takes bytes in; without data, a small photo of ``width``."""

    def received(data: bytes | None = None, name: str = "大桥.jpg", width: int = 240) -> Intake:
        given = encoded(photo(width, 160)) if data is None else data
        return intake.receive(ports.store, io.BytesIO(given), name)

    return received


@pytest.fixture
def enter(newsroom: Newsroom, receive: Receive) -> Enter:
    """``enter(actor, width=…, rights=…)`` catalogues a photo of its own; answers its uid."""

    def entered(actor: Actor | None = None, width: int = 240, **said: Any) -> str:
        taken = receive(width=width)
        with newsroom.database.unit() as session:
            return service.catalogue(session, actor or newsroom.reporter, taken, **said).uid

    return entered
