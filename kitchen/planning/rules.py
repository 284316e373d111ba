"""Rules of planning: who may."""

from __future__ import annotations

from enum import StrEnum


class May(StrEnum):
    """Permissions of this station."""

    READ = "planning.read"
    PLAN = "planning.plan"
