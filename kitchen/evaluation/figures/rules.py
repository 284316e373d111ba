"""At which ages a piece is counted, and who told the figures."""

from __future__ import annotations

from datetime import timedelta
from enum import IntEnum, StrEnum


class Age(IntEnum):
    """Hours after a piece went live at which its figures are kept for good."""

    HOUR = 1
    SIX_HOURS = 6
    DAY = 24
    THREE_DAYS = 72
    WEEK = 168
    MONTH = 720

    @property
    def span(self) -> timedelta:
        """The age as a length of time."""
        return timedelta(hours=self)


class Teller(StrEnum):
    """Who told a figure."""

    PLATFORM = "platform"
    HAND = "hand"
    SHEET = "sheet"
    """A table that was imported."""
