"""移动端首发 (S48): whether the mobile channels really were first, by the clock. Pure.

The rule comes without minutes: how far each channel followed is shown, and judged by nobody.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from kitchen.stories.rules import MOBILE_FIRST, rank_of

ROUNDING = timedelta(minutes=1)
"""By so much less than this two releases count as simultaneous: hands work side by side."""


class Breach(StrEnum):
    """How a release went against mobile-first."""

    AHEAD = "ahead"
    """It was out before a channel whose turn comes earlier, or that one is not out yet."""
    NOT_MOBILE = "not_mobile"
    """The piece goes to no mobile channel at all."""


@dataclass(frozen=True, slots=True)
class Out:
    """One account's release; ``None`` while readers cannot see it."""

    channel: str
    at: datetime | None


@dataclass(frozen=True, slots=True)
class First:
    """How a piece came out: where first and when, who followed after how long, what was amiss."""

    channel: str
    at: datetime
    lags: tuple[timedelta | None, ...]
    breaches: tuple[Breach | None, ...]
    """Of each release, in the order in which they were given."""

    @property
    def kept(self) -> bool:
        return not any(self.breaches)


def first_release(outs: Sequence[Out]) -> First | None:
    """How a piece came out by the clock; ``None`` while it is out nowhere."""
    live = [(out.at, rank_of(out.channel), out.channel) for out in outs if out.at is not None]
    if not live:
        return None
    at, _, channel = min(live)
    return First(
        channel=channel,
        at=at,
        lags=tuple(out.at - at if out.at else None for out in outs),
        breaches=tuple(_breach(out, outs) for out in outs),
    )


def _breach(out: Out, outs: Sequence[Out]) -> Breach | None:
    if out.at is None:
        return None
    earlier = [other for other in outs if rank_of(other.channel) < rank_of(out.channel)]
    if not earlier and out.channel not in MOBILE_FIRST:
        return Breach.NOT_MOBILE
    if any(other.at is None or other.at - out.at >= ROUNDING for other in earlier):
        return Breach.AHEAD
    return None


def mobile_order(channels: Sequence[str]) -> list[int]:
    """The places of accounts in the order in which mobile-first has them release."""
    return sorted(range(len(channels)), key=lambda place: (rank_of(channels[place]), place))
