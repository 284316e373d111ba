"""The database's schema: brought up by Alembic, one numbered step after the other."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine

from kitchen.core.db import Database

MIGRATIONS = Path(__file__).parent / "migrations"


def _config(url: str) -> Config:
    config = Config()
    config.set_main_option("script_location", str(MIGRATIONS))
    config.attributes["url"] = url
    return config


def upgrade(url: str, revision: str = "head") -> None:
    """Bring the database at ``url`` up to ``revision``; one that is there stays."""
    command.upgrade(_config(url), revision)


def downgrade(url: str, revision: str) -> None:
    """Take the database at ``url`` down to ``revision`` (``base`` for nothing)."""
    command.downgrade(_config(url), revision)


def head() -> str:
    """The newest revision that this code knows."""
    return ScriptDirectory.from_config(_config("")).get_current_head() or ""


def current(database: Database) -> str:
    """The revision at which the database stands."""
    with database.engine.connect() as connection:
        return MigrationContext.configure(connection).get_current_revision() or ""


def draft(url: str, message: str, number: str) -> None:
    """Write the next revision from what differs between the models and the database at ``url``."""
    create_engine(url).dispose()
    command.revision(_config(url), message=message, autogenerate=True, rev_id=number)
