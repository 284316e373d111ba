"""Every shape in which a picture leaves the house: one row for each place it goes to.

The limits are the platforms' own, by their contracts as they stood in 2026:

=================  =============================================================================
WeChat             ``media/uploadimg``: body pictures in JPEG or PNG under 1 MB; covers are cut
                   at 2.35 : 1 and 1 : 1 (``crop_percent_list``), picture messages at 3 : 4
Weibo              ``statuses/share``: one picture, under 5 MB
Toutiao, our app   covers at 16 : 9
Douyin             ``upload_image``: up to 20 MB, covers of films and sets of pictures 9 : 16
Kuaishou           ``photo/publish``: a cover with every film, 9 : 16
Bilibili           ``archive/cover/upload``: covers at 16 : 10
Channels           covers at 6 : 7, by hand
Xiaohongshu        pictures at 3 : 4, by hand
=================  =============================================================================

Where a platform says "MB" without saying which, the smaller one (10 to the 6th) is meant here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
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

    def with_room(self, size: int) -> Preset:
        """The same, weighing less by so many bytes as something will be added."""
        return replace(self, max_bytes=self.max_bytes - size)


@dataclass(frozen=True, slots=True)
class Focus:
    """The point that must stay in sight when a picture is cut, from 0 to 1 from the top left."""

    x: float = 0.5
    y: float = 0.5


@dataclass(frozen=True, slots=True)
class Box:
    """A part of a picture, cut by hand: in fractions of its upright width and height."""

    left: float
    top: float
    width: float
    height: float


WHOLE: Final = Box(0.0, 0.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Marks:
    """What a rendition says of itself, beyond its pixels or in them."""

    aigc: Mapping[str, str] | None = None
    """The label of generated content, for a file that brings none of its own."""
    shown: str = ""
    """Words burnt into a corner, as GB 45438-2025 asks of what may be taken for real."""
    owner: str = ""
    """The name burnt into the other corner, as a watermark."""
    owned: frozenset[str] = frozenset()
    """Names of the presets that get the watermark; some platforms show such pictures to fewer."""


NO_MARKS: Final = Marks()


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
"""What every picture is made into when it comes."""

ON_REQUEST: Final[Mapping[str, Preset]] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            Preset("wechat_set", 1080, 1440, Fit.COVER, 10 * MB - 1),
            Preset("channels_cover", 1080, 1260, Fit.COVER, 2 * MB),
            Preset("xiaohongshu", 1242, 1660, Fit.COVER, 5 * MB - 1),
            Preset("bilibili_cover", 1146, 717, Fit.COVER, 2 * MB),
            Preset("douyin_cover", 1080, 1920, Fit.COVER, 2 * MB),
        )
    }
)
"""What is made once somebody cuts a picture for it."""

SHARED: Final = Preset("shared", 1280, 1280, Fit.INSIDE, 2 * MB)
"""What a share link with a watermark shows, whole, and nothing else; nobody cuts it."""

ALL: Final[Mapping[str, Preset]] = MappingProxyType({**PRESETS, **ON_REQUEST})

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
