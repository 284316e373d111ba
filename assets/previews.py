"""How a film is looked at before it is played: stills of it side by side, a light copy to play.

The strip is one JPEG of twenty small pictures at even distances, five in a row. What it shows at a
moment follows from its :class:`Geometry` alone, so a page can move along it without asking again.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from assets import encoder, framing, transcoding, video
from assets.film_presets import PROXY, Fit
from assets.framing import Framing
from assets.sniff import sniff
from assets.transcoding import Made, Progress, Wishes, Words

COLUMNS: Final = 5
ROWS: Final = 4
STILLS: Final = COLUMNS * ROWS
SIDE: Final = 192
"""Pixels of a still's longer side."""
SHORT: Final = 180.0
"""Seconds; of a longer film only the frames are looked at that stand by themselves."""


@dataclass(frozen=True, slots=True)
class Geometry:
    """Where on the strip which moment is."""

    columns: int
    rows: int
    width: int
    """Pixels of one still."""
    height: int
    every: float
    """Seconds from one still to the next."""

    def to_json(self) -> dict[str, Any]:
        return asdict(self)


def strip(path: Path, folder: Path, progress: Progress) -> tuple[Path, Geometry]:
    """The strip of the film at `path`, in `folder`. Raises :class:`Refused`."""
    kind, film = sniff(path), video.probe(path)
    shown = framing.shown_size(film)
    share = min(1.0, SIDE / max(shown))
    width, height = (max(16, round(side * share / 2) * 2) for side in shown)
    every = max(film.seconds, 0.1) / STILLS
    skipping = ("-skip_frame", "nokey") if film.seconds > SHORT else ()
    out = folder / "strip.jpg"
    encoder.run(
        (
            *("-loglevel", "error", *encoder.reading(path, kind, "-an", *skipping)),
            *("-map", "0:v:0", "-frames:v", "1", "-vf"),
            # the last still is held on: a film may be shorter than its headers say
            f"fps=1/{every:.6f},tpad=stop={STILLS}:stop_mode=clone,"
            f"scale={width}:{height}:flags=bilinear,setsar=1,"
            f"tile={COLUMNS}x{ROWS}",
            *("-map_metadata", "-1", "-fflags", "+bitexact", "-flags:v", "+bitexact"),
            *("-c:v", "mjpeg", "-q:v", "4", "-f", "image2", "-update", "1", f"file:{out}"),
        ),
        most_bytes=8 << 20,
        seconds=60 + film.seconds,
        folder=folder,
        watch=lambda _done: progress(0.5),
    )
    return out, Geometry(COLUMNS, ROWS, width, height, every)


def proxy(path: Path, folder: Path, label: str, progress: Progress) -> Made:
    """A light copy of the whole film, to be played at the desk. Raises :class:`Refused`."""
    whole = Wishes(framing=Framing(Fit.WHOLE))
    return transcoding.make(path, PROXY, whole, Words(label=label), folder, progress=progress)
