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


@dataclass(frozen=True, slots=True)
class AssetWithdrawn:
    """An asset may be used no more; ``reason`` is for whoever has to call back what shows it."""

    asset_id: int
    actor_id: int | None
    reason: str


@dataclass(frozen=True, slots=True)
class AssetRestored:
    asset_id: int


@dataclass(frozen=True, slots=True)
class RightsEnding:
    """So many days are left, of those at which it is told."""

    asset_id: int
    days: int


@dataclass(frozen=True, slots=True)
class AssetAdopted:
    """Another unit claimed an asset for itself."""

    adoption_id: int
