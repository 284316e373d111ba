"""Alembic's entry: runs the steps on the database whose address the caller gives."""

from typing import Any, Literal

from alembic import context
from sqlalchemy import event

from kitchen import models
from kitchen.core.db import Database, UtcDateTime


def _rendered(kind: str, item: object, _autogen: Any) -> str | Literal[False]:
    """Write our own column type as what the database sees, so that a step needs no code of ours."""
    if kind == "type" and isinstance(item, UtcDateTime):
        return "sa.DateTime(timezone=True)"
    return False


def _differs(*_given: object) -> None:
    """Leave type comparison to the column types' own rules."""
    return


def _ours(name: str | None, kind: str, _parents: object) -> bool:
    """Leave the search index alone: each database has it in its own way, as no model says."""
    return not (kind == "table" and (name or "").startswith("search_index"))


def run() -> None:
    database = Database(context.config.attributes["url"])
    engine = database.engine
    if engine.dialect.name == "sqlite":
        # Batch steps rebuild tables: references are checked again at the end.
        event.listen(engine, "connect", lambda link, _: link.execute("PRAGMA foreign_keys=OFF"))
    with engine.connect() as connection:
        context.configure(
            connection=connection,
            target_metadata=models.METADATA,
            render_as_batch=True,
            compare_type=_differs,
            render_item=_rendered,
            include_name=_ours,
            transaction_per_migration=True,
        )
        with context.begin_transaction():
            context.run_migrations()
    engine.dispose()


run()
