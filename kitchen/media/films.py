"""Films on their way in: one that may leave the house, and stills that stand for it.

A phone writes into a film where it was taken and with what. What leaves is a copy of the same
pictures and sound in a fresh container, which is MP4 for an iPhone's QuickTime: no tags, no
chapters, no telemetry track. The bytes come from anyone, so ffmpeg works on local files only,
bounded in memory and time.
"""

from __future__ import annotations

import resource
import subprocess
import tempfile
from pathlib import Path
from typing import Final

from assets import pictures, video
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


def take_in(path: Path, sink: Sink) -> tuple[Film, list[Rendition]]:
    """What the film at ``path`` is, and all that is shown of it. Raises :class:`Refused`."""
    kind, film = sniff(path), video.probe(path)
    if kind.mime == "video/quicktime":
        _require_for_mp4(film)
    with tempfile.TemporaryDirectory(prefix="kitchen-film-") as folder:
        clean = _bare_copy(path, kind, Path(folder))
        still = _still(path, kind, Path(folder), film.seconds)
        return film, [_kept(clean, film, sink), *stills(still, sink)]


def _require_for_mp4(film: Film) -> None:
    for codec in (film.picture_codec, film.sound_codec):
        if codec not in _IN_MP4:
            raise Refused("codec_not_accepted", codec=codec)


def _kept(path: Path, film: Film, sink: Sink) -> Rendition:
    """The film at ``path`` put into the store as the rendition that leaves the house."""
    with path.open("rb") as stream:
        blob = sink(stream)
    mime = f"video/{_CONTAINERS[film.mime]}"
    return Rendition(FILM, blob.sha256, mime, film.width, film.height, blob.size)


def stills(path: Path, sink: Sink) -> list[Rendition]:
    """The picture at ``path`` in every shape: covers and previews of a film."""
    return pictures.render(path, tuple(PRESETS.values()), sink)


def _bare_copy(path: Path, kind: Kind, folder: Path) -> Path:
    container = _CONTAINERS[kind.mime]
    out = folder / f"film.{container}"
    _ffmpeg(
        path,
        kind,
        *("-map", "0:v:0", "-map", "0:a:0?", "-c", "copy"),
        *("-map_metadata", "-1", "-map_chapters", "-1", "-fflags", "+bitexact"),
        *(("-movflags", "+faststart") if container == "mp4" else ()),
        *("-f", container, f"file:{out}"),
    )
    return out


def _still(path: Path, kind: Kind, folder: Path, seconds: float) -> Path:
    """A frame from a little after the beginning, which is often black; proves it can be played."""
    out = folder / "still.jpg"
    at = min(1.0, seconds / 3)
    _ffmpeg(
        path,
        kind,
        *("-ss", f"{at:.2f}", "-map", "0:v:0", "-frames:v", "1"),
        *("-c:v", "mjpeg", "-q:v", "2", "-f", "image2", "-update", "1", f"file:{out}"),
    )
    if not out.exists():
        raise Refused("broken")
    return out


def _ffmpeg(path: Path, kind: Kind, *output: str) -> None:
    """Run ffmpeg from the film to ``output``. Raises :class:`Refused` if it cannot."""
    command = [video.ffmpeg(), *video.QUIET, "-loglevel", "error", "-y", *video.LOCAL_ONLY]
    command += ["-threads", "1", "-f", kind.decoder, "-i", f"file:{path.resolve()}", *output]
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"LANG": "C.UTF-8"},
    ) as process:
        _bound(process.pid, 2 * max(MOST_BYTES, path.stat().st_size))
        try:
            code = process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Refused("too_heavy") from None
    if code != 0:
        raise Refused("too_heavy" if code < 0 else "broken")


def _bound(pid: int, most: int) -> None:
    """Limits set from outside, since code run between fork and exec is not safe with threads.

    ``most`` is how many bytes it may write.
    """
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (video.MEMORY, video.MEMORY))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (most, most))
        resource.prlimit(pid, resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    except ProcessLookupError:
        return  # it is already done
