"""A house of its own with the real sandbox beside it and our own app answering in a thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import pytest

from assets.sealed_store import SealedStore
from assets.store import FolderStore
from kitchen import app, reactions, schema_version, timetable, tokens
from kitchen.config import Settings
from kitchen.core.db import Database
from kitchen.core.seal import Sealer
from kitchen.demo import newsroom
from kitchen.ports import Ports, QuietBell, QuietLive
from kitchen.roles import ROLES
from kitchen.screens.roots import ROOTS
from tests.channels.twins import MemoryTokens
from tests.fixtures.books import demand_right_books
from tests.fixtures.places import first_free_port
from tests.fixtures.sandbox import Sandbox
from tests.fixtures.served import Server


@dataclass
class Bells(QuietBell):
    """The bell and, when asked, the workers who hear it: all in this process."""

    def answer_all(self, database: Database) -> None:
        """Do what was rung for until nobody rings any more."""
        while self.rung:
            doorbell, number = self.rung.pop(0)
            timetable.DOORBELLS[doorbell](database, number)


def _ports(directory: Path, settings: Settings) -> Ports:
    store, kept = FolderStore(directory / "store"), {}

    def tokens_of(account: str) -> MemoryTokens:
        return kept.setdefault(account, MemoryTokens())

    return Ports(
        store=store,
        sealed=SealedStore(FolderStore(directory / "sealed"), settings.seal_keys),
        sealer=Sealer(settings.seal_keys),
        bell=Bells(),
        live=QuietLive(),
        open_channel=tokens.channel_opener(store, tokens_of),
        public_url=settings.public_url,
    )


@pytest.fixture
def migrated_url(tmp_path: Path) -> str:
    """A database brought up by its migrations, as a real one is, and so known by its revision."""
    url = f"sqlite:///{tmp_path / 'migrated.db'}"
    schema_version.upgrade(url)
    return url


@pytest.fixture
def settings(tmp_path: Path, database_url: str, sandbox: Sandbox) -> Settings:
    port = first_free_port(2)
    given = {
        "KITCHEN_HOME": str(tmp_path / "home"),
        "KITCHEN_PORT": str(port),
        "KITCHEN_DATABASE_URL": database_url,
    }
    return replace(Settings.from_environment(given), sandbox_url=sandbox.url)


@pytest.fixture
def bare_house(
    settings: Settings, tmp_path: Path, request: pytest.FixtureRequest
) -> Iterator[app.House]:
    """A house in which nobody works yet; at the end its books must be right."""
    ports = _ports(tmp_path, settings)
    database = Database(
        settings.database_url,
        ports=ports,
        reactions=reactions.table(ports),
        roles=ROLES,
        roots=ROOTS,
    )
    yield app.House(settings, database, ports)
    if not request.node.get_closest_marker("wrong_books"):
        demand_right_books(database)
    database.dispose()


@pytest.fixture
def demo_house(bare_house: app.House) -> app.House:
    """The house with the demo newsroom in it."""
    newsroom.furnish(bare_house)
    return bare_house


@pytest.fixture
def readers(demo_house: app.House) -> Iterator[app.House]:
    """The demo house, with our own app answering its readers."""
    face = app.create_public(demo_house)
    server = Server(face, port=demo_house.settings.public_port)
    yield demo_house
    server.stop()
