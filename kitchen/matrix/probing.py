"""Trying an account's credentials by a call that only reads. No unit of work is open meanwhile."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from channels.base import ChannelError, NeedsReauth, Probes, Rejected
from kitchen.matrix.rules import Check
from kitchen.ports import OpenChannel


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of it, and the platform's own words where it said any."""

    check: Check
    words: str = ""


def try_out(
    open_channel: OpenChannel, channel: str, settings: Mapping[str, Any], account: str
) -> Outcome:
    """Ask the platform whether it knows the account; never raises what the platform does wrong."""
    opened = open_channel(channel, settings, account)
    if not isinstance(opened, Probes):
        return Outcome(Check.NOT_CHECKABLE)
    try:
        opened.probe()
    except ChannelError as error:
        return Outcome(_meaning(error), error.words)
    return Outcome(Check.WORKS)


def _meaning(error: ChannelError) -> Check:
    if isinstance(error, NeedsReauth):
        return Check.NEEDS_REAUTH
    return Check.MISCONFIGURED if isinstance(error, Rejected) else Check.UNAVAILABLE
