"""How far a pick-up reaches, and how it becomes certain."""

from __future__ import annotations

from enum import StrEnum

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
