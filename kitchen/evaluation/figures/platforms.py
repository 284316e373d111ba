"""What platforms tell about pieces, by channel: nothing, everything so far, or single days."""

from __future__ import annotations

from functools import cache

from channels.abilities import Measures, TellsDays
from channels.registry import channel_classes

_COUNTS_OTHERWISE = frozenset({"jpush"})
"""Channels whose platform counts something, but nothing that is kept of a piece: how many phones
a push reached is neither reads nor likes. An adapter has no way to say so of itself.
"""


@cache
def telling(ability: type = Measures) -> frozenset[str]:
    """Channels that can be asked how their pieces are read; of the others people tell."""
    able = {key for key, known in channel_classes().items() if issubclass(known, ability)}
    return frozenset(able - _COUNTS_OTHERWISE)


def tells(channel: str) -> bool:
    """Whether a channel is one of them."""
    return channel in telling()


def tells_days(channel: str) -> bool:
    """Whether it tells single days, so that figures of an hour cannot be had from it."""
    return channel in telling(TellsDays)
