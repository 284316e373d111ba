"""Every shape in which a picture leaves the house: one row for each place it goes to.

The limits are the platforms' own: WeChat takes body pictures under 1 MB and shows covers at
2.35 : 1 and 1 : 1, Weibo takes one picture under 5 MB, Douyin and Kuaishou show portrait covers.
Where a platform says "MB" without saying which, the smaller one (10 to the 6th) is meant here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MB: Final = 1_000_000


class Fit(StrEnum):
    """How a picture meets a frame of another shape."""

    INSIDE = "inside"
    """Whole picture, no larger than the frame and no larger than it was."""
    COVER = "cover"
    """Exactly the frame, filled; what hangs over is cut away around the focal point."""
    CONTAIN = "contain"
    """Exactly the frame, whole picture, the rest filled with a blurred enlargement of it."""


@dataclass(frozen=True, slots=True)
class Preset:
    """One shape: its frame in pixels, how to fit it, and what the file may weigh."""

    name: str
    width: int
    height: int
    fit: Fit
    max_bytes: int
    mime: str = "image/jpeg"
    quality: int = 85


@dataclass(frozen=True, slots=True)
class Focus:
    """The point that must stay in sight when a picture is cut, from 0 to 1 from the top left."""

    x: float = 0.5
    y: float = 0.5


PRESETS: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset("thumb", 320, 320, Fit.INSIDE, 200_000, quality=80),
            Preset("preview", 1280, 1280, Fit.INSIDE, 2 * MB),
            Preset("body", 1080, 4320, Fit.INSIDE, 1 * MB - 1),
            Preset("wechat_cover", 900, 383, Fit.COVER, 1 * MB - 1),
            Preset("square_cover", 500, 500, Fit.COVER, 1 * MB - 1),
            Preset("weibo", 2048, 8192, Fit.INSIDE, 5 * MB - 1),
            Preset("landscape_cover", 1280, 720, Fit.COVER, 2 * MB),
            Preset("portrait_cover", 1080, 1920, Fit.CONTAIN, 2 * MB),
            Preset("image_set", 1440, 2560, Fit.INSIDE, 5 * MB - 1),
        )
    }
)
"""All presets by name."""

STANDARD: Final = tuple(
    PRESETS[name]
    for name in (
        "thumb",
        "preview",
        "body",
        "wechat_cover",
        "square_cover",
        "landscape_cover",
    )
)
"""What is made of every picture on arrival; the rest is made when a channel asks for it."""
