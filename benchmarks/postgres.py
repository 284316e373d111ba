"""A PostgreSQL for a benchmark's time, or none where it cannot be had."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass

import psutil  # type: ignore[import-untyped]
from sqlalchemy import text

from kitchen.core.db import Database
from tests.fixtures.databases import Postgres, running_postgres


@dataclass(frozen=True)
class Server:
    """A running server; ``create`` answers the address of a new database."""

    postgres: Postgres

    def create(self, name: str) -> str:
        self.postgres.run(f"CREATE DATABASE bench_{name}")
        return self.postgres.url(f"bench_{name}")

    def processes(self) -> list[psutil.Process]:
        """The server's first process; its others are children of it."""
        (number, *_) = (self.postgres.directory / "data" / "postmaster.pid").read_text().split()
        return [psutil.Process(int(number))]


@contextmanager
def running() -> Iterator[Server | None]:
    """The server, or ``None`` with a word on standard error."""
    with ExitStack() as stack:
        try:
            server = Server(stack.enter_context(running_postgres()))
        except AssertionError as missing:
            print(f"!! {missing}", file=sys.stderr)
            server = None
        yield server


def analyse(database: Database) -> None:
    """Let PostgreSQL know how its tables look, which a server in use learns by itself in time.

    SQLite is left as it is in a house: there nobody tells it.
    """
    if database.engine.dialect.name == "postgresql":
        with database.unit() as session:
            session.execute(text("ANALYZE"))
