"""Rules of topics: how grave a piece is, and so which way its review takes."""

from __future__ import annotations

from enum import StrEnum


class Risk(StrEnum):
    """The class that decides the review route (S20-S22)."""

    ROUTINE = "routine"
    IMPORTANT = "important"
    MAJOR = "major"
