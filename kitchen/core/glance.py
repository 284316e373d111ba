"""One number of the database, asked for again and again: where a unit of work would cost too much.

A process keeps a connection for it, without transactions, so that each look is one statement and
sees whatever is committed.
"""

from __future__ import annotations

import threading
from typing import Any

from psycopg.pq import ExecStatus
from sqlalchemy import Engine
from sqlalchemy.exc import OperationalError
from sqlalchemy.pool import PoolProxiedConnection

_PREPARED = b"glance"


class Glance:
    """Looks at the one number that ``statement`` selects. Threads take turns; a look is short."""

    def __init__(self, engine: Engine, statement: str) -> None:
        self._engine = engine
        self._statement = statement
        self._lock = threading.Lock()
        self._link: Any = None
        """A connection that the pool never gets back."""

    def __call__(self) -> int:
        """The number now; a connection that was lost is opened anew, once.

        Raises :class:`~sqlalchemy.exc.OperationalError` while the database is away.
        """
        with self._lock:
            try:
                return self._look()
            except Exception:
                self._drop()
            try:
                return self._look()
            except Exception as error:
                self._drop()
                raise OperationalError(self._statement, None, error) from error

    def close(self) -> None:
        """Let the connection go; the next look opens another."""
        with self._lock:
            self._drop()

    def _look(self) -> int:
        if self._link is None:
            self._link = self._opened()
        if self._on_postgresql:
            return self._look_by_libpq(self._link.driver_connection)
        return int(self._link.driver_connection.execute(self._statement).fetchone()[0])

    @property
    def _on_postgresql(self) -> bool:
        return self._engine.dialect.name == "postgresql"

    def _look_by_libpq(self, connection: Any) -> int:
        """Prepared once and asked as the library asks: a cursor costs three times the question, and
        more where threads wait for each other.
        """
        told = connection.pgconn.exec_prepared(_PREPARED, [])
        if told.status != ExecStatus.TUPLES_OK:
            raise ValueError(told.error_message.decode(errors="replace"))
        return int(told.get_value(0, 0))

    def _opened(self) -> PoolProxiedConnection:
        link = self._engine.raw_connection()
        if self._on_postgresql:
            connection: Any = link.driver_connection
            connection.autocommit = True
            connection.pgconn.prepare(_PREPARED, self._statement.encode())
        return link

    def _drop(self) -> None:
        link, self._link = self._link, None
        if link is not None:
            link.invalidate()
