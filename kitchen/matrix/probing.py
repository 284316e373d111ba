"""Trying an account's credentials by calls that only read. No unit of work is open meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.abilities import Expires
from channels.base import Channel, ChannelError, NeedsReauth, Probes, Rejected
from kitchen.matrix.rules import Check
from kitchen.ports import OpenChannel


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, the platform's own words where it said any, and when the access ends."""

    check: Check
    words: str = ""
    until: datetime | None = None


def try_out(
    open_channel: OpenChannel, channel: str, settings: Mapping[str, Any], account: str
) -> Outcome:
    """Ask the platform whether it knows the account; never raises what the platform does wrong."""
    opened = open_channel(channel, settings, account)
    if not isinstance(opened, Probes):
        return Outcome(Check.NOT_CHECKABLE, until=_end_of_access(opened))
    try:
        opened.probe()
    except ChannelError as error:
        return Outcome(_meaning(error), error.words)
    return Outcome(Check.WORKS, until=_end_of_access(opened))


def _end_of_access(opened: Channel) -> datetime | None:
    """When the access ends, where the platform tells; that it does not tell is no failure."""
    if not isinstance(opened, Expires):
        return None
    try:
        return opened.access_until()
    except ChannelError:
        return None


def _meaning(error: ChannelError) -> Check:
    if isinstance(error, NeedsReauth):
        return Check.NEEDS_REAUTH
    return Check.MISCONFIGURED if isinstance(error, Rejected) else Check.UNAVAILABLE
