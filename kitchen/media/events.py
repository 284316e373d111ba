"""What happens in the catalogue."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssetCatalogued:
    asset_id: int


@dataclass(frozen=True, slots=True)
class ShapesOutdated:
    """A picture's shapes are to say something else: that a machine made it, or who signed it."""

    asset_id: int


@dataclass(frozen=True, slots=True)
class ClipMade:
    asset_id: int


@dataclass(frozen=True, slots=True)
class ClipFailed:
    asset_id: int
