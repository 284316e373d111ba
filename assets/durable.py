"""What outlives a power cut: bytes that were forced to the disk, under a name that was as well."""

from __future__ import annotations

import os
from pathlib import Path
from typing import IO


def force_bytes(file: IO[bytes]) -> None:
    """Have what was written to an open file so far survive a power cut."""
    file.flush()
    os.fsync(file.fileno())


def force_names(folder: Path) -> None:
    """Have the names in a folder survive a power cut: what was made, renamed or removed there."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
