"""What happens to units."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class UnitMerged:
    """A unit was taken into another: whatever it has under way goes there, in the same unit of
    work. ``note`` says why.
    """

    unit_id: int
    into_id: int
    note: str


@dataclass(frozen=True, slots=True)
class UnitClosing:
    """A unit is about to be closed without a successor; whoever still needs it refuses."""

    unit_id: int


@dataclass(frozen=True, slots=True)
class UnitsChanged:
    """The tree looks different."""
