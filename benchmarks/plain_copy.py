"""The floor of uploads: bytes of a request into a file, forced to the disk, and nothing else.

Served by the server of the desk itself; ``gunicorn 'benchmarks.plain_copy:application()'`` with the
folder in ``PLAIN_COPY``.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Any, Final

CHUNK: Final = 1 << 18
Start = Callable[[str, list[tuple[str, str]]], object]


def application() -> Callable[[Mapping[str, Any], Start], Iterable[bytes]]:
    folder = Path(os.environ["PLAIN_COPY"])

    def keep(environ: Mapping[str, Any], start: Start) -> Iterable[bytes]:
        if environ["REQUEST_METHOD"] == "PUT":
            with (folder / environ["PATH_INFO"].strip("/")).open("wb") as file:
                shutil.copyfileobj(environ["wsgi.input"], file, CHUNK)
                file.flush()
                os.fsync(file.fileno())
        start("204 No Content", [])
        return []

    return keep
