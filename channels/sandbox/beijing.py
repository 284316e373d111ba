"""Days as the platforms count them: by the clock of Beijing."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

BEIJING = timezone(timedelta(hours=8))


def beijing_time(moment: float) -> datetime:
    """A moment (Unix time) by the clock of Beijing."""
    return datetime.fromtimestamp(moment, UTC).astimezone(BEIJING)


def beijing_day(moment: float) -> datetime:
    """The midnight with which the day of that moment began."""
    return beijing_time(moment).replace(hour=0, minute=0, second=0, microsecond=0)
