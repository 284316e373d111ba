"""Every form in which a film leaves the house: one row for each place it goes to.

A row says the largest frame, and what the platform takes in bytes and seconds by its own contract,
named in the row. Where a platform says "MB" or "GB" without saying which, the smaller one (10 to
the 6th, to the 9th) is meant. A limit of 0 is none that the platform states.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from enum import StrEnum
from types import MappingProxyType
from typing import Final

MB: Final = 1_000_000
GB: Final = 1_000_000_000


class Fit(StrEnum):
    """How a film meets a frame of another shape."""

    WHOLE = "whole"
    """As it is: the frame becomes smaller on one side instead."""
    CROP = "crop"
    """The frame is filled; what hangs over is cut away around the chosen point."""
    BLUR = "blur"
    """The frame is filled with a blurred enlargement, the whole film in front of it."""


@dataclass(frozen=True, slots=True)
class FilmPreset:
    """One form: frame in pixels, limits, and how well it is encoded."""

    name: str
    width: int
    height: int
    contract: str
    """Where the platform says so."""
    max_bytes: int = 0
    max_seconds: float = 0.0
    min_seconds: float = 0.0
    kbps: int = 6000
    """Most thousand bits a second of picture; quieter pictures need fewer."""
    sound_kbps: int = 128
    fps: float = 30.0
    quality: int = 23
    """x264's rate factor: smaller is better; 18 cannot be told from the original."""
    levelled: bool = True
    """Whether its loudness is brought to the house's level."""

    @property
    def portrait(self) -> bool:
        return self.height > self.width

    def with_room(self, size: int) -> FilmPreset:
        """The same, weighing less by so many bytes as something will be added."""
        return replace(self, max_bytes=self.max_bytes - size) if self.max_bytes else self


PROXY: Final = FilmPreset(
    "film_proxy",
    854,
    480,
    "our own desk: starts at once on a slow line",
    kbps=900,
    sound_kbps=96,
    quality=28,
    levelled=False,
)
"""What is played at the desk; it lies down or stands up with the film."""

SHARED: Final = FilmPreset(
    "film_shared",
    1280,
    720,
    "whoever has the address of a share link with a watermark",
    kbps=2500,
    levelled=False,
)
"""What such a link plays, whole, with the name of whose it is in the picture."""

FILM_PRESETS: Final[Mapping[str, FilmPreset]] = MappingProxyType(
    {
        preset.name: preset
        for preset in (
            FilmPreset(
                "film_outlet", 1280, 720, "our own app: played on mobile networks", kbps=2500
            ),
            FilmPreset(
                "film_wechat",
                1280,
                720,
                "WeChat official account, material/add_material, type video: 10 MB, mp4",
                max_bytes=10 * MB - 1,
                kbps=2500,
            ),
            FilmPreset(
                "film_bilibili",
                1920,
                1080,
                "Bilibili open platform, archive: 4 GB",
                max_bytes=4 * GB - 1,
            ),
            FilmPreset(
                "film_douyin",
                1080,
                1920,
                "Douyin open platform, video.create: 4 GB, 15 min, portrait",
                max_bytes=4 * GB - 1,
                max_seconds=15 * 60,
            ),
            FilmPreset(
                "film_kuaishou", 1080, 1920, "Kuaishou open platform, photo/publish: no limit told"
            ),
            FilmPreset(
                "film_toutiao",
                1080,
                1920,
                "Toutiao, /toutiao/video: 300 MB, 60 s, portrait",
                max_bytes=300 * MB - 1,
                max_seconds=60,
            ),
            FilmPreset(
                "film_shipinhao",
                1080,
                1920,
                "WeChat Channels, uploaded by hand: 2 GB, 3 s to 60 min from a phone",
                max_bytes=2 * GB - 1,
                max_seconds=60 * 60,
                min_seconds=3,
            ),
        )
    }
)
"""All forms by name, in the order in which they are offered."""
