"""What a start of the product does for the demo: the newsroom first, then its first two days."""

from __future__ import annotations

from kitchen.app import House
from kitchen.demo import newsroom, outlets, oversight, stories
from kitchen.demo.newsroom import NotOurs

SANDBOX_STARTS = 60.0
"""Seconds within which the sandbox, started beside us, answers."""


def set_up(house: House) -> None:
    """Bring newsroom and stories up to what they are in the first minute; later this adds nothing.

    A house in which others work is left alone. Raises what :func:`newsroom.furnish` raises.
    """
    try:
        newsroom.furnish(house, patience=SANDBOX_STARTS)
    except NotOurs:
        return
    oversight.watch(house)
    outlets.list_them(house)
    stories.tell(house)
