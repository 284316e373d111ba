"""How far a pick-up reaches, and how it becomes certain."""

from __future__ import annotations

from enum import StrEnum
from urllib.parse import urlsplit

from kitchen.core.states import Machine, move

ENTER = "evaluation.enter"
"""A permission as :class:`kitchen.evaluation.rules.May` has it, which this file may not import."""


class Tier(StrEnum):
    """The level of the outlet that took a story up (domain: 区 1、市 3、省 5、中央 10)."""

    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"
    CENTRAL = "central"
    COMMERCIAL = "commercial"
    """A portal or aggregator; it counts in lists, not in points."""


class Standing(StrEnum):
    """How a pick-up stands: found by a machine it is a guess until a person looked."""

    PROPOSED = "proposed"
    CONFIRMED = "confirmed"
    REFUSED = "refused"


MACHINE = Machine(
    Standing,
    Standing.PROPOSED,
    move(
        "confirm",
        {Standing.PROPOSED, Standing.REFUSED},
        Standing.CONFIRMED,
        ENTER,
        "确认转载",
    ),
    move(
        "refuse",
        {Standing.PROPOSED, Standing.CONFIRMED},
        Standing.REFUSED,
        ENTER,
        "不是转载",
    ),
)

POINTED = frozenset({Tier.PROVINCE, Tier.CENTRAL})
"""Tiers of which the writers are told at once."""
URL_MOST = 700
"""Characters of a page's address."""
NOTICEABLE, ALIKE = 0.3, 0.6
"""Likeness, of 1: from where a story's text is looked at, and from where a pick-up is
proposed. A page that only speaks of the same event shares its names and figures, and stays below.
"""


def host_of(url: str) -> str:
    """The name of the machine in an address, in small letters; empty where there is none."""
    try:
        return (urlsplit(url).hostname or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def endings_of(host: str) -> list[str]:
    """Every domain in which a host lies, the longest first: an outlet's pages may have hosts of
    their own.
    """
    labels = host.split(".")
    return [".".join(labels[at:]) for at in range(max(len(labels) - 1, 1))]


def page_of(url: str) -> str:
    """An address without its anchor: the same page is the same pick-up."""
    return url.partition("#")[0]
