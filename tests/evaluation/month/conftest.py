"""A month of the newsroom, carried once through the platforms, for many tests to look at.

Real adapters publish to the sandbox and ask it for figures, hour after hour of a clock that moves;
the jobs are those of the timetable. What the platforms say is taken down beside it, by this folder
alone.
"""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC
from pathlib import Path
from typing import Any

import pytest

from channels.base import Channel
from channels.registry import channel_class
from channels.sandbox.app import create_sandbox
from kitchen import app
from kitchen.config import Settings
from kitchen.core.db import Database
from kitchen.publishing import rules
from tests.channels.twins import MemoryFiles, MemoryTokens
from tests.evaluation.month.life import FILES, Month
from tests.evaluation.month.plan import SINCE
from tests.evaluation.month.street import Street
from tests.fixtures.newsroom import Door, Staffing, moved_in, ports_at_home
from tests.fixtures.served import Server
from tests.publishing.conftest import Even, Platform


@pytest.fixture(scope="module")
def month(
    sqlite_template: Path, staffings: list[Staffing], tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Month]:
    """The newsroom when the month is over."""
    place = tmp_path_factory.mktemp("month")
    database = Database(f"sqlite:///{shutil.copyfile(sqlite_template, place / 'kitchen.db')}")
    database.info["now"] = SINCE.astimezone(UTC)
    server = Server()
    server.face = sandbox = create_sandbox(
        place / "street", server.address, clock=lambda: database.info["now"].timestamp()
    )
    ports = replace(ports_at_home(place), open_channel=_leading_outside())
    settings = Settings.from_environment({"KITCHEN_HOME": str(place / "home")})
    house = app.furnish(settings, database, ports)
    newsroom = moved_in(house, staffings)
    door = Door(app.create_desk(house), newsroom)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rules, "_DICE", Even())
        lived = Month(newsroom, Platform(), street=Street(server.address), door=door)
        lived.live()
        lived.settle()
        yield lived
    server.stop()
    sandbox.extensions["sandbox"].store.close()
    database.dispose()


def _leading_outside() -> Any:
    """Real adapters; each account keeps its tokens."""
    tokens: dict[str, MemoryTokens] = {}

    def open_channel(key: str, settings: Any, account: str) -> Channel:
        kind = channel_class(key)
        own = tokens.setdefault(account, MemoryTokens())
        return kind(kind.Settings(**settings), MemoryFiles(*FILES), own)

    return open_channel
