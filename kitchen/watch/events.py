"""What the watch sees."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ForeignPostFound:
    """On one of our accounts stands a post that the house did not put there."""

    foreign_post_id: int


@dataclass(frozen=True, slots=True)
class ForeignPostJudged:
    foreign_post_id: int
