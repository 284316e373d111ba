"""What happens to leads."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LeadReported:
    lead_id: int
    breaking: bool


@dataclass(frozen=True, slots=True)
class LeadIllustrated:
    """A picture or film came after the words."""

    lead_id: int


@dataclass(frozen=True, slots=True)
class LeadSettled:
    """Adopted, dropped, merged or passed on: whoever reported it should hear what became of it."""

    lead_id: int
    outcome: str
    reason: str
