"""Our signature under films: Content Credentials that tell what those of the original said.

Pictures are signed by a bench (:func:`assets.credentials.vouched`), whose child may write no file
and answers through a pipe; a film is too big for both, so each has a process of its own, on the
leash of the encoder. It hears the key through its input, where no list of processes shows it.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import Final

from assets import leash
from assets.bounded import Bench
from assets.credentials import BYTES_A_SECOND, Credentials
from assets.encoder import MEMORY
from assets.identity import Identity
from assets.refusals import Refused

SIGNED_BYTES: Final = 64_000
"""What a signature adds to a film, with room to spare."""
SECONDS: Final = 20.0
"""How long it may take besides the time for the film's bytes, each of which is read a few times."""


def vouched(path: Path, told: Credentials, by: Identity, folder: Path) -> Path:
    """The MP4 film at `path`, signed, as a new file in `folder`.

    Raises :class:`Refused`: ``too_heavy`` beyond the limits, ``broken`` where it cannot be signed.
    """
    size, out = path.stat().st_size, folder / f"signed-{path.name}"
    seconds = SECONDS + 10 * size / BYTES_A_SECOND
    request = {"path": str(path.resolve()), "out": str(out.resolve()), "mime": "video/mp4"}
    said = {**request, "told": told.to_json(), **by.to_json()}
    try:
        ended = subprocess.run(  # noqa: S603 - our own module, no shell
            _command(size + SIGNED_BYTES, seconds),
            input=json.dumps(said).encode() + b"\n",
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            cwd="/",
            env=_environment(),
            timeout=seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as late:
        raise Refused("too_heavy") from late
    if ended.returncode:
        raise Refused("broken") from RuntimeError(ended.stderr[-2000:].decode("utf-8", "replace"))
    return out


def _command(most_bytes: int, seconds: float) -> list[str]:
    limits = (os.getpid(), MEMORY, most_bytes, int(seconds) + 1)
    module = (sys.executable, "-P", "-s", "-S", "-m", "assets.film_signing_workbench")
    return [sys.executable, "-I", "-S", leash.__file__, *map(str, limits), *module]


def _environment() -> dict[str, str]:
    library = find_spec("c2pa")
    assert library is not None
    assert library.origin is not None
    return Bench("", (__file__, library.origin)).environment
