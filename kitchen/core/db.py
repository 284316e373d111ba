"""The database: the base of all tables, and the one place that begins and ends a transaction.

A :meth:`Database.unit` is one unit of work: it commits when its block ends, undoes everything when
the block raises, and only then lets go of what waits for the commit. On SQLite a writing unit
begins ``IMMEDIATE``, so that web and workers queue for the writer's place instead of meeting
"database is locked" half-way.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import Any

import structlog
from sqlalchemy import (
    JSON,
    Connection,
    DateTime,
    Dialect,
    Engine,
    MetaData,
    Select,
    String,
    Text,
    create_engine,
    event,
    inspect,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column
from sqlalchemy.orm.attributes import set_committed_value
from sqlalchemy.types import TypeDecorator

from kitchen.core import clock
from kitchen.core.glance import Glance

log = structlog.get_logger(__name__)

Hook = Callable[[], object]

BUSY_SECONDS = 15
"""How long a SQLite writer waits for its turn before it gives up."""


class UtcDateTime(TypeDecorator[datetime]):
    """Aware UTC in Python on both databases; SQLite keeps it as text without an offset."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a moment without a time zone: {value!r}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


Json = JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql")


class Base(DeclarativeBase):
    """All tables. Constraints get predictable names, so that migrations can speak of them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {  # noqa: RUF012 - SQLAlchemy's own name
        datetime: UtcDateTime,
        dict[str, Any]: Json,
        list[Any]: Json,
        list[str]: Json,
        str: Text,
    }


def new_uid() -> str:
    """128 random bits, safe in addresses; the only name by which a row is known outside."""
    return secrets.token_urlsafe(16).replace("-", "0").replace("_", "1")


class Row:
    """What every row that people speak of has: its names, its birth, its version counter.

    A save from an older ``version`` than the stored one fails (SQLAlchemy's ``StaleDataError``),
    which the edges tell as "someone changed it in the meantime".
    """

    id: Mapped[int] = mapped_column(primary_key=True, sort_order=-3)
    uid: Mapped[str] = mapped_column(
        String(22), unique=True, default=new_uid, sort_order=-2, insert_sentinel=True
    )
    """By it SQLite tells which of several rows that are written at once got which ``id``."""
    created_at: Mapped[datetime] = mapped_column(sort_order=-1)
    version: Mapped[int] = mapped_column(default=1)

    @classmethod
    def __declare_last__(cls) -> None:
        cls.__mapper__.version_id_col = cls.__table__.c.version  # type: ignore[attr-defined]


def fill(session: Session, row: Any, beside: Mapping[str, Select[Any]]) -> None:
    """Read what a row has several of: by relationship, the statement that selects it for ``of``,
    the row's id. What is found knows whose it is.

    The statements are to be kept ones. SQLAlchemy's own loaders build theirs at every turn, which
    costs more than running them.
    """
    relationships = inspect(type(row)).relationships
    for name, statement in beside.items():
        found = session.scalars(statement, {"of": row.id}).all()
        set_committed_value(row, name, found)
        if (back := relationships[name].back_populates) is not None:
            for each in found:
                set_committed_value(each, back, row)


class Database:
    """One database, SQLite or PostgreSQL, and the units of work done on it.

    ``info`` is handed to every session: the table of reactions, and in tests a clock.
    """

    def __init__(self, url: str, **info: Any) -> None:
        self.engine = _engine(url)
        self.info = info
        self._glances: list[Glance] = []

    @contextmanager
    def unit(self, *, write: bool = True) -> Iterator[Session]:
        """One transaction. Commits at the end, undoes everything if the block raises.

        What was registered with :func:`after_commit` runs once the commit stands; a failure there
        is logged and harms nothing, because nothing that matters may depend on it alone.
        """
        session = Session(self.engine, expire_on_commit=False, info={**self.info, "write": write})
        try:
            options = {"write": write, "postgresql_readonly": not write}
            session.connection(execution_options=options)
            yield session
            session.flush()
            for hook in session.info.get("before_commit", ()):
                hook()
            session.commit()
        except BaseException:
            session.rollback()
            raise
        finally:
            session.close()
        for hook in session.info.get("after_commit", ()):
            _run_quietly(hook)

    def create_all(self) -> None:
        """All tables at once, for tests; a real instance is brought up by its migrations."""
        Base.metadata.create_all(self.engine)

    def glance(self, statement: str) -> Glance:
        """A way to look at one value again and again, as long as the database is in use."""
        glance = Glance(self.engine, statement)
        self._glances.append(glance)
        return glance

    def dispose(self) -> None:
        for glance in self._glances:
            glance.close()
        self.engine.dispose()


def after_commit(session: Session, hook: Hook) -> None:
    """Run ``hook`` once this unit's commit stands; never if the unit is undone."""
    session.info.setdefault("after_commit", []).append(hook)


def before_commit(session: Session, hook: Hook) -> None:
    """Run ``hook`` as the last thing inside this unit."""
    session.info.setdefault("before_commit", []).append(hook)


def _run_quietly(hook: Hook) -> None:
    try:
        hook()
    except Exception:
        log.exception("after_commit_failed", hook=getattr(hook, "__qualname__", repr(hook)))


def _engine(url: str) -> Engine:
    if url.startswith("sqlite"):
        engine = create_engine(url, connect_args={"timeout": BUSY_SECONDS}, pool_size=32)
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
    else:
        engine = create_engine(
            url, pool_size=16, max_overflow=32, pool_pre_ping=True, pool_use_lifo=True
        )  # the connection that was used last knows its statements best
    return engine


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={BUSY_SECONDS * 1000}",
        "cache_size=-16000",
    ):
        connection.execute(f"PRAGMA {pragma}")


def _begin_sqlite(connection: Connection) -> None:
    write = connection.get_execution_options().get("write", True)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if write else "BEGIN")


@event.listens_for(Session, "before_flush")
def _stamp(session: Session, _context: object, _instances: object) -> None:
    """Give new rows their birth on the database's clock, and keep reading units from writing."""
    if not session.info.get("write", True) and (session.new or session.dirty or session.deleted):
        raise RuntimeError("a unit of work that was opened for reading tries to write")
    for row in session.new:
        if isinstance(row, Row) and row.__dict__.get("created_at") is None:
            row.created_at = clock.now(session)
