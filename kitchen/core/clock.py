"""Time: UTC from the database's clock, so that a wrong clock on one machine harms nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import DateTime, select
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import Session
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

CENTRE = ZoneInfo("Asia/Shanghai")
"""Where the newsroom lives; pages and daily cut-offs speak its time."""


class Instant(FunctionElement[datetime]):
    """The database's time as a column, for who reads a row and needs the time beside it.

    :func:`standing` says what it means in this unit of work.
    """

    name = "instant"
    type = DateTime(timezone=True)
    inherit_cache = True


@compiles(Instant, "sqlite")
def _on_sqlite(_element: Instant, _compiler: SQLCompiler, **_given: Any) -> str:
    return "strftime('%Y-%m-%d %H:%M:%f', 'now')"


@compiles(Instant, "postgresql")
def _on_postgresql(_element: Instant, _compiler: SQLCompiler, **_given: Any) -> str:
    return "clock_timestamp()"


_FRESH = select(Instant())


def now(session: Session) -> datetime:
    """The moment of this unit of work: the database's time when first asked, aware and in UTC."""
    moment = session.info.get("moment")
    if not isinstance(moment, datetime):
        moment = session.info["moment"] = fresh(session)
    return moment


def renew(session: Session) -> None:
    """Let the moment of this unit of work be this instant: it has waited for a lock."""
    session.info["moment"] = fresh(session)


def fresh(session: Session) -> datetime:
    """The database's time at this very instant, for those who may have waited for a lock.

    A test stands still with ``info["now"]`` (a moment) or lives in another hour with
    ``info["shift"]`` (a ``timedelta``).
    """
    fixed = session.info.get("now")
    if isinstance(fixed, datetime):
        return fixed
    return standing(session, session.execute(_FRESH).scalar_one())


def standing(session: Session, told: datetime) -> datetime:
    """What :class:`Instant` told, aware and in UTC, or where this unit's clock stands instead."""
    fixed = session.info.get("now")
    if isinstance(fixed, datetime):
        return fixed
    moment = told.astimezone(UTC) if told.tzinfo else told.replace(tzinfo=UTC)
    shift: timedelta = session.info.get("shift", timedelta())
    return moment + shift


def today(session: Session) -> date:
    """The newsroom's calendar day."""
    return now(session).astimezone(CENTRE).date()


def local(moment: datetime) -> datetime:
    """The same moment on the newsroom's wall clock."""
    return moment.astimezone(CENTRE)
