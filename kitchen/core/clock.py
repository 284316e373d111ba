"""Time: UTC from the database's clock, so that a wrong clock on one machine harms nothing."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import text
from sqlalchemy.orm import Session

CENTRE = ZoneInfo("Asia/Shanghai")
"""Where the newsroom lives; pages and daily cut-offs speak its time."""

_SQLITE_NOW = text("select strftime('%Y-%m-%d %H:%M:%f', 'now')")
_POSTGRES_NOW = text("select clock_timestamp()")


def now(session: Session) -> datetime:
    """The moment of this unit of work: the database's time when first asked, aware and in UTC."""
    moment = session.info.get("moment")
    if not isinstance(moment, datetime):
        moment = session.info["moment"] = fresh(session)
    return moment


def fresh(session: Session) -> datetime:
    """The database's time at this very instant, for those who may have waited for a lock.

    A test stands still with ``info["now"]`` (a moment) or lives in another hour with
    ``info["shift"]`` (a ``timedelta``).
    """
    fixed = session.info.get("now")
    if isinstance(fixed, datetime):
        return fixed
    shift: timedelta = session.info.get("shift", timedelta())
    if session.get_bind().dialect.name == "sqlite":
        told = session.execute(_SQLITE_NOW).scalar_one()
        return datetime.fromisoformat(told).replace(tzinfo=UTC) + shift
    moment: datetime = session.execute(_POSTGRES_NOW).scalar_one()
    return moment.astimezone(UTC) + shift


def today(session: Session) -> date:
    """The newsroom's calendar day."""
    return now(session).astimezone(CENTRE).date()


def local(moment: datetime) -> datetime:
    """The same moment on the newsroom's wall clock."""
    return moment.astimezone(CENTRE)
