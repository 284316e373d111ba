"""What becomes of pick-ups."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PickUpConfirmed:
    """A person saw that another outlet carries a story of ours."""

    pickup_id: int
