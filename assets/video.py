"""Films: what one is, read by the bundled ffmpeg, which is never given a playlist or an address.

The decoder is forced to the kind that the bytes are (:mod:`assets.sniff`), so that nothing inside
a file can talk ffmpeg into another format; only local files and pipes may be opened; memory and
time are bounded.
"""

from __future__ import annotations

import re
import resource
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from imageio_ffmpeg import get_ffmpeg_exe  # type: ignore[import-untyped]

from assets.refusals import Refused
from assets.sniff import Family, Kind, sniff

SECONDS: Final = 10.0
"""Wall-clock seconds that reading a film's headers may take."""

MEMORY: Final = 1 << 30

QUIET: Final = ("-nostdin", "-hide_banner")
"""Never read from the terminal, never chat."""

LOCAL_ONLY: Final = ("-protocol_whitelist", "file,pipe")
"""Stands before each input: no address is fetched, whatever a file asks for."""

_DURATION = re.compile(r"Duration: (\d+):(\d\d):(\d\d(?:\.\d+)?)")
_PICTURE = re.compile(r"Stream #\S+ *Video: (?P<codec>\w+).*?, (?P<w>\d{2,5})x(?P<h>\d{2,5})")
_SOUND = re.compile(r"Stream #\S+ *Audio: (\w+)")
_TURNED = re.compile(r"rotation of -?(?:90|270)(?:\.0+)? degrees")


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


def ffmpeg() -> str:
    """The bundled encoder's path."""
    return str(get_ffmpeg_exe())


def probe(path: Path) -> Film:
    """What the film at `path` is. Raises :class:`Refused` for what is none or cannot be read."""
    kind = sniff(path)
    if kind.family is not Family.VIDEO:
        raise Refused("kind_not_accepted", kind=kind.mime)
    told = _told(path, kind)
    length, picture, sound = (each.search(told) for each in (_DURATION, _PICTURE, _SOUND))
    if not picture:
        raise Refused("no_picture_stream" if length else "broken")
    if not length:
        raise Refused("broken")
    width, height = int(picture["w"]), int(picture["h"])
    if _TURNED.search(told):
        width, height = height, width
    return Film(
        mime=kind.mime,
        width=width,
        height=height,
        seconds=_in_seconds(length),
        size=path.stat().st_size,
        picture_codec=picture["codec"],
        sound_codec=sound[1] if sound else "",
    )


def _told(path: Path, kind: Kind) -> str:
    """What ffmpeg says of the file; without an output it reads the headers and stops."""
    command = [ffmpeg(), *QUIET, *LOCAL_ONLY, "-f", kind.decoder, "-i", f"file:{path.resolve()}"]
    with subprocess.Popen(  # noqa: S603 - the bundled encoder, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={"LANG": "C.UTF-8"},
    ) as process:
        _bound(process.pid)
        try:
            _, told = process.communicate(timeout=SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
            raise Refused("too_heavy") from None
    return told.decode("utf-8", "replace")


def _bound(pid: int) -> None:
    """Limits set from outside, since code run between fork and exec is not safe with threads."""
    try:
        resource.prlimit(pid, resource.RLIMIT_AS, (MEMORY, MEMORY))
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, 0))
        resource.prlimit(pid, resource.RLIMIT_CPU, (int(SECONDS), int(SECONDS)))
    except ProcessLookupError:
        return  # it is already done


def _in_seconds(length: re.Match[str]) -> float:
    return int(length[1]) * 3600 + int(length[2]) * 60 + float(length[3])
