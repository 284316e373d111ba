"""Films on their way in: one that may leave the house, and stills that stand for it.

A phone writes into a film where it was taken and with what. What leaves is a copy of the same
pictures and sound in a fresh container, which is MP4 for an iPhone's QuickTime: no tags, no
chapters, no telemetry track; only the label of generated content goes along. The bytes come from
anyone, so ffmpeg works on local files only, bounded in memory and time.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Final

from assets import encoder, film_marks, pictures, video
from assets.pictures import Rendition, Sink
from assets.presets import PRESETS
from assets.refusals import Refused
from assets.sniff import Kind, sniff
from assets.video import Film
from kitchen.media.rules import FILM, MOST_BYTES

SECONDS: Final = 60.0
"""Wall-clock seconds that copying or looking into a film may take."""
_CONTAINERS = {"video/mp4": "mp4", "video/quicktime": "mp4", "video/webm": "webm"}
_IN_MP4 = frozenset(
    ("h264", "hevc", "mpeg4", "av1", "aac", "mp3", "ac3", "eac3", "alac", "opus", "")
)
"""Codecs that may move from QuickTime into MP4; the last is no sound."""
_SPOKEN_BETWEEN = {
    "h264": ("-bsf:v", "filter_units=remove_types=6"),
    "hevc": ("-bsf:v", "filter_units=remove_types=39-40"),
}
"""How to leave out supplemental messages (SEI), by codec: cameras write telemetry into them."""


def take_in(path: Path, sink: Sink) -> tuple[Film, list[Rendition]]:
    """What the film at ``path`` is, and all that is shown of it. Raises :class:`Refused`."""
    film = video.probe(path)
    if film.mime == "video/quicktime":
        demand_mp4(film)
    with tempfile.TemporaryDirectory(prefix="kitchen-film-") as name:
        folder = Path(name)
        clean = bare_copy(path, folder, film_marks.label_of(0, film.aigc))
        still = still_at(path, folder, min(1.0, film.seconds / 3))
        return film, [_kept(clean, film, sink), *stills(still, sink)]


def bare_copy(path: Path, folder: Path, label: str, *, mute: str = "") -> Path:
    """The film at ``path`` with nothing said about itself but the ``label`` of generated content,
    as a file in ``folder``. ``mute`` is the codec of a picture out of which whatever a camera wrote
    between the frames is taken as well. Raises :class:`Refused`.
    """
    kind = sniff(path)
    container = _CONTAINERS[kind.mime]
    out = folder / f"film.{container}"
    flags = ("-movflags", "+faststart+use_metadata_tags") if container == "mp4" else ()
    _ffmpeg(
        path,
        kind,
        folder,
        *("-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"),
        *_SPOKEN_BETWEEN.get(mute, ()),
        *film_marks.writing(label),
        *(*flags, "-f", container, f"file:{out}"),
    )
    return out


def container_of(film: Film) -> str:
    """The type of its bare copy."""
    return f"video/{_CONTAINERS[film.mime]}"


def stills(path: Path, sink: Sink) -> list[Rendition]:
    """The picture at ``path`` in every shape: covers and previews of a film."""
    return pictures.render(path, tuple(PRESETS.values()), sink)


def still_at(path: Path, folder: Path, second: float) -> Path:
    """One frame of the film, as a picture in ``folder``; proves that it can be played.

    Raises :class:`Refused` where there is none at that second.
    """
    out = folder / "still.jpg"
    _ffmpeg(
        path,
        sniff(path),
        folder,
        *("-map", "0:v:0", "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "2"),
        *("-f", "image2", "-update", "1", f"file:{out}"),
        before=("-threads", "1", "-ss", f"{second:.3f}"),
    )
    if not out.exists():
        raise Refused("broken")
    return out


def demand_mp4(film: Film) -> None:
    """Raise :class:`Refused` where a film of QuickTime cannot move into MP4 as it is."""
    for codec in (film.picture_codec, film.sound_codec):
        if codec not in _IN_MP4:
            raise Refused("codec_not_accepted", codec=codec)


def _kept(path: Path, film: Film, sink: Sink) -> Rendition:
    """The film at ``path`` put into the store as the rendition that leaves the house."""
    with path.open("rb") as stream:
        blob = sink(stream)
    return Rendition(FILM, blob.sha256, container_of(film), film.width, film.height, blob.size)


def _ffmpeg(
    path: Path, kind: Kind, folder: Path, *output: str, before: tuple[str, ...] = ()
) -> None:
    """Run ffmpeg from the film to ``output``. Raises :class:`Refused` if it cannot."""
    encoder.run(
        ("-loglevel", "error", *encoder.reading(path, kind, *before), *output),
        most_bytes=2 * max(MOST_BYTES, path.stat().st_size),
        seconds=SECONDS,
        folder=folder,
    )
