"""What happened in the outlet."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ItemChanged:
    """A piece appeared, was corrected or was withdrawn."""

    item_id: int


@dataclass(frozen=True, slots=True)
class HubOwes:
    """The hub has something to send, or somebody to ask."""
