"""The bundled ffmpeg at work: on a leash, heard while it works, and ended when nobody wants it.

It opens local files only, by the one decoder that fits them; it may use so much memory, disk and
time; it dies with the process that started it (:mod:`assets.leash`). Several times a second its
maker is told how far it is, and whatever the maker raises then ends it at once.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import IO, Final

from imageio_ffmpeg import get_ffmpeg_exe  # type: ignore[import-untyped]

from assets import leash
from assets.refusals import Refused
from assets.sniff import Kind

MEMORY: Final = 3 << 30
"""Bytes of address space: films of 3840 by 2160 with ten bits fit, with what is made of them."""

TICK: Final = 0.25
"""Seconds between two looks at how far it is."""

QUIET: Final = ("-nostdin", "-hide_banner")
"""Never read from the terminal, never chat."""

LOCAL_ONLY: Final = ("-protocol_whitelist", "file,pipe")
"""Stands before each input: no address is fetched, whatever a file asks for."""

WORDS: Final = 64 * 1024
"""How much of what it says is kept, from the end."""
MOST_SAID: Final = 16 << 20
"""Bytes that it may say before it counts as gone mad."""

MOST_HEADERS: Final = 1 << 20

Watch = Callable[[float], None]
"""Told the seconds of film that are done; what it raises ends the work."""


class EncodingFailed(RuntimeError):
    """The encoder gave up, for a reason that is not the material's fault; its words are told."""


def ffmpeg() -> str:
    """The bundled encoder's path."""
    return str(get_ffmpeg_exe())


def reading(path: Path, kind: Kind, *before: str) -> tuple[str, ...]:
    """An input: the file at `path`, by its own decoder, with options that stand before it."""
    return (*LOCAL_ONLY, *before, "-f", kind.decoder, "-i", f"file:{path.resolve()}")


def run(
    arguments: Sequence[str],
    *,
    most_bytes: int,
    seconds: float,
    folder: Path,
    watch: Watch | None = None,
) -> str:
    """Run ffmpeg within `folder`, at most `seconds` and writing files of at most `most_bytes`.

    Answers the end of what it said. Raises :class:`Refused` ``too_heavy`` beyond a limit and
    ``broken`` where the material cannot be read, :class:`EncodingFailed` where it is our fault.
    """
    with tempfile.TemporaryFile() as words:
        code = _run(_command(arguments, most_bytes, seconds), seconds, folder, words, watch)
        said = _end_of(words)
    if code < 0:
        raise Refused("too_heavy")
    if code:
        if "No space left on device" in said:
            raise EncodingFailed(said[-2000:])
        raise Refused("broken") from EncodingFailed(said[-2000:])
    return said


def ask(arguments: Sequence[str], *, seconds: float, folder: Path) -> str:
    """What ffmpeg says of an input; it has no output, which it calls an error. Raises
    :class:`Refused` ``too_heavy``.
    """
    with tempfile.TemporaryFile() as words:
        code = _run(_command(arguments, 0, seconds), seconds, folder, words, None)
        if code < 0:
            raise Refused("too_heavy")
        words.seek(0)
        return words.read(MOST_HEADERS).decode("utf-8", "replace")


def _command(arguments: Sequence[str], most_bytes: int, seconds: float) -> list[str]:
    processor = int(seconds * (os.cpu_count() or 1)) + 1
    return [
        *(sys.executable, "-I", "-S", leash.__file__),
        *(str(each) for each in (os.getpid(), MEMORY, max(most_bytes, MOST_SAID), processor)),
        *(ffmpeg(), *QUIET, "-y", "-nostats", "-progress", "pipe:1", "-stats_period", str(TICK)),
        *arguments,
    ]


def _run(
    command: Sequence[str], seconds: float, folder: Path, words: IO[bytes], watch: Watch | None
) -> int:
    with subprocess.Popen(  # noqa: S603 - the bundled encoder, no shell
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=words,
        cwd=folder,
        env={"LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "4", "HOME": str(folder)},
    ) as process:
        try:
            _follow(process, time.monotonic() + seconds, watch)
            return process.wait()
        finally:
            process.kill()


def _follow(process: subprocess.Popen[bytes], deadline: float, watch: Watch | None) -> None:
    """Read its progress until it ends. Raises :class:`Refused` when its time is over."""
    assert process.stdout is not None
    told, done, due = b"", 0.0, 0.0
    ready = select.poll()
    ready.register(process.stdout, select.POLLIN)
    while True:
        if ready.poll(TICK * 1000):
            heard = os.read(process.stdout.fileno(), 1 << 14)
            if not heard:
                return
            *lines, told = (told + heard).split(b"\n")
            done = max([done, *(_seconds_done(each) for each in lines)])
        now = time.monotonic()
        if now > deadline:
            raise Refused("too_heavy")
        if watch and now >= due:
            watch(done)
            due = now + TICK


def _seconds_done(line: bytes) -> float:
    """ffmpeg tells microseconds as ``out_time_us=1234``, or ``N/A`` before the first frame."""
    name, _, value = line.partition(b"=")
    return int(value) / 1e6 if name == b"out_time_us" and value.strip().isdigit() else 0.0


def _end_of(words: IO[bytes]) -> str:
    size = words.seek(0, os.SEEK_END)
    words.seek(max(0, size - WORDS))
    return words.read().decode("utf-8", "replace")
