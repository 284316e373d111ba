"""A worker's hold on a work: it renews its lease, tells how far it is, and notices its end.

A thread beside the work looks into the database several times a second, so that a long copy into
a slow store keeps its lease as well, and that the encoder never waits for the database. The work
itself asks :meth:`Hold.__call__` and is ended by what that raises.
"""

from __future__ import annotations

import threading
import time
from types import TracebackType
from typing import Any, Self

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.orm import Session

from kitchen import tasks
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import LEASE, RENEWED, TOLD, State
from kitchen.media.filming.steps import Order
from kitchen.ports import Ports

log = structlog.get_logger(__name__)

LOOK = 0.3
"""Seconds between two looks at whether the work is still ours."""


class Overtaken(Exception):  # noqa: N818 - what happened, no fault
    """The work was called off, asked for anew, or taken up by another worker."""


class Stopping(Exception):  # noqa: N818 - what happened, no fault
    """This process was told to stop."""


class Hold:
    """From the beginning of a work to its end, as a context."""

    def __init__(self, database: Database, ports: Ports, order: Order) -> None:
        self._database, self._ports, self._order = database, ports, order
        self._percent = self._told = 0
        self._renewed_at = self._told_at = time.monotonic()
        self._lost, self._over = threading.Event(), threading.Event()
        self._thread = threading.Thread(target=self._watch, daemon=True, name="film-hold")

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _trace: TracebackType | None,
    ) -> None:
        self._over.set()
        self._thread.join()

    def __call__(self, share: float) -> None:
        """Say how far it is, from 0 to 1. Raises :class:`Overtaken` or :class:`Stopping`."""
        self._percent = int(share * 100)
        if self._lost.is_set():
            raise Overtaken
        if tasks.STOPPING.is_set():
            raise Stopping

    def _watch(self) -> None:
        while not self._over.wait(LOOK):
            try:
                self._look()
            except OperationalError as error:
                log.warning("film_hold_untold", work=self._order.work_id, error=str(error.orig))

    def _look(self) -> None:
        now, percent = time.monotonic(), self._percent
        news = percent != self._told and now - self._told_at >= TOLD
        if not news and now - self._renewed_at < RENEWED:
            with self._database.unit(write=False) as session:
                held = session.scalar(select(FilmWork.id).where(*self._ours())) is not None
        else:
            with self._database.unit() as session:
                held = self._renew(session, percent)
            self._renewed_at, self._told_at, self._told = now, now, percent
        if not held:
            self._lost.set()
        elif news:
            self._ports.live.tell(f"films:{self._order.asset_uid}", percent=percent)

    def _renew(self, session: Session, percent: int) -> bool:
        until = clock.fresh(session) + LEASE
        renewed: Any = session.execute(
            update(FilmWork).where(*self._ours()).values(percent=percent, leased_until=until)
        )
        return bool(renewed.rowcount)

    def _ours(self) -> tuple[Any, ...]:
        return (
            FilmWork.id == self._order.work_id,
            FilmWork.fence == self._order.fence,
            FilmWork.state == State.MAKING,
        )
