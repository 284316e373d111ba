"""Films: what one is, read by the bundled ffmpeg, which is never given a playlist or an address.

The decoder is forced to the kind that the bytes are (:mod:`assets.sniff`), so that nothing inside
a file can talk ffmpeg into another format; only local files and pipes may be opened; memory and
time are bounded. What the file says in its tags is never taken for what ffmpeg says of it.
"""

from __future__ import annotations

import re
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from assets import encoder, film_marks
from assets.encoder import ffmpeg
from assets.refusals import Refused
from assets.sniff import Family, Kind, sniff

__all__ = ["Film", "ffmpeg", "probe", "told_of"]

SECONDS: Final = 10.0
"""Wall-clock seconds that reading a film's headers may take."""

MOST_STREAMS: Final = 16
MOST_SIDE: Final = 8192
LONGEST: Final = 6 * 3600.0

_DURATION = re.compile(r"^  Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)", re.M)
_STREAM = re.compile(r"^  Stream #\S+ *(\w+): (.*)$", re.M)
_PICTURE = re.compile(r"(?P<codec>\w+).*?, (?P<w>\d{2,5})x(?P<h>\d{2,5})")
_PIXELS = re.compile(r", (?P<pixels>[a-z]\w+)(?:\((?P<colour>[^)]*)\))?, \d{2,5}x\d{2,5}")
_ASPECT = re.compile(r"SAR (\d{1,5}):(\d{1,5})")
_RATE = re.compile(r", (\d+(?:\.\d+)?k?) fps")
_TICKS = re.compile(r", (\d+(?:\.\d+)?k?) tbr")
_SOUND = re.compile(r"(\w+)")
_CHANNELS = re.compile(r", (\d+) Hz, ([^,]+)")
_TURNED = re.compile(r"^ {6,}display ?matrix: rotation of (-?\d+)(?:\.\d+)? degrees", re.M | re.I)
_HIGH = re.compile(r"\b(?:smpte2084|arib-std-b67)\b")


@dataclass(frozen=True, slots=True)
class Film:
    """A film that has a picture stream: its size as a person sees it, its length in seconds."""

    mime: str
    width: int
    height: int
    seconds: float
    size: int
    picture_codec: str
    sound_codec: str
    """Empty when it is silent without a track."""
    rate: float = field(default=0.0, compare=False)
    """Frames a second, on average."""
    even_rate: bool = field(default=True, compare=False)
    """Whether frames come at even distances, as far as the headers tell."""
    turned: int = field(default=0, compare=False)
    """Degrees by which a player turns it: a telephone held upright."""
    aspect: float = field(default=1.0, compare=False)
    """Width of a pixel by its height, as stored."""
    pixels: str = field(default="", compare=False)
    """ffmpeg's name for how a pixel is kept: ``yuv420p10le`` has ten bits."""
    colour: str = field(default="", compare=False)
    high_range: bool = field(default=False, compare=False)
    """Whether its light is coded for screens brighter than any telephone's of old."""
    sound: str = field(default="", compare=False)
    """Samples a second and channels, in ffmpeg's words."""
    streams: int = field(default=1, compare=False)
    aigc: Mapping[str, str] | None = field(default=None, compare=False)
    """The fields of its own label of GB 45438-2025."""
    credentials: bool = field(default=False, compare=False)
    """Whether Content Credentials (C2PA) come with it."""


def probe(path: Path) -> Film:
    """What the film at `path` is. Raises :class:`Refused` for what is none or cannot be read."""
    kind = sniff(path)
    if kind.family is not Family.VIDEO:
        raise Refused("kind_not_accepted", kind=kind.mime)
    told = told_of(path, kind)
    length, streams = _DURATION.search(told), _STREAM.findall(told)
    shown = next((said for what, said in streams if what == "Video"), "")
    heard = next((said for what, said in streams if what == "Audio"), "")
    if not shown:
        raise Refused("no_picture_stream" if length else "broken")
    picture = _PICTURE.match(shown)
    if not picture or not length:
        raise Refused("broken")
    return _film(path, kind, told, _in_seconds(length), (shown, heard), len(streams))


def _film(
    path: Path, kind: Kind, told: str, seconds: float, said: tuple[str, str], streams: int
) -> Film:
    shown, heard = said
    picture, pixels = _PICTURE.match(shown), _PIXELS.search(shown)
    assert picture is not None
    width, height, turned = int(picture["w"]), int(picture["h"]), _turned(told)
    _demand_bounds(width, height, seconds, streams)
    rate, ticks = (_rate(each.search(shown)) for each in (_RATE, _TICKS))
    sound, channels = _SOUND.match(heard), _CHANNELS.search(heard)
    return Film(
        mime=kind.mime,
        width=height if turned % 180 else width,
        height=width if turned % 180 else height,
        seconds=seconds,
        size=path.stat().st_size,
        picture_codec=picture["codec"],
        sound_codec=sound[1] if sound else "",
        rate=rate or ticks,
        even_rate=bool(rate) and abs(rate - ticks) < 0.02,
        turned=turned,
        aspect=_aspect(shown),
        pixels=pixels["pixels"] if pixels else "",
        colour=(pixels["colour"] or "") if pixels else "",
        high_range=bool(_HIGH.search(shown)),
        sound=f"{channels[1]} Hz {channels[2]}" if channels else "",
        streams=streams,
        aigc=film_marks.label_in(told),
        credentials=kind.decoder == "mov" and film_marks.has_credentials(path),
    )


def told_of(path: Path, kind: Kind) -> str:
    """What ffmpeg says of the file; without an output it reads the headers and stops."""
    with tempfile.TemporaryDirectory(prefix="kitchen-probe-") as folder:
        return encoder.ask(encoder.reading(path, kind), seconds=SECONDS, folder=Path(folder))


def _demand_bounds(width: int, height: int, seconds: float, streams: int) -> None:
    if max(width, height) > MOST_SIDE:
        raise Refused("film_frame_too_large", width=width, height=height)
    if seconds > LONGEST:
        raise Refused("film_too_long", seconds=round(seconds), limit=round(LONGEST))
    if streams > MOST_STREAMS:
        raise Refused("film_too_many_streams", count=streams)


def _turned(told: str) -> int:
    found = _TURNED.search(told)
    return int(found[1]) % 360 if found else 0


def _aspect(shown: str) -> float:
    found = _ASPECT.search(shown)
    across, down = (int(found[1]), int(found[2])) if found else (1, 1)
    return across / down if across and down and 1 / 8 <= across / down <= 8 else 1.0


def _rate(found: re.Match[str] | None) -> float:
    if not found:
        return 0.0
    text = found[1]
    return float(text[:-1]) * 1000 if text.endswith("k") else float(text)


def _in_seconds(length: re.Match[str]) -> float:
    return int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
