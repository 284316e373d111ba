"""Rules of lineage: how one asset comes from another, and how credit is shared (S56)."""

from __future__ import annotations

from enum import StrEnum


class Derived(StrEnum):
    """How an asset was made of another."""

    CLIP = "clip"
    CROP = "crop"
    TRANSCODE = "transcode"
    EDIT = "edit"


SHARE_MIN, SHARE_MAX = 10, 90
"""Percent of the credit that stays with the unit from which an asset is adopted."""
FAMILY_AT_MOST = 100
"""Relatives of an asset that are shown, each way."""
