"""One home, one running instance: who holds it, and how other commands find it.

Holding is a lock on an open file, which the kernel lets go of however its holder ends; the note
``running.json`` is believed only while that lock is held.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from kitchen.core.errors import N_, Refusal


class AlreadyRunning(Refusal):
    """Another instance holds this home."""

    code = "already_running"


@dataclass(frozen=True, slots=True)
class Running:
    """What others may know of a running instance; ``ports`` by face: desk, public, sandbox."""

    pid: int
    host: str
    ports: Mapping[str, int]
    redis: str
    started_at: datetime


@contextmanager
def held(home: Path) -> Iterator[None]:
    """Hold ``home`` for the block. Raises :class:`AlreadyRunning` when someone else does."""
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    with _lock_file(home).open("a+") as lock:
        if not _try(lock.fileno(), fcntl.LOCK_EX):
            raise AlreadyRunning(
                N_("%(home)s 里已有一套系统在运行。请先停止它，或把 KITCHEN_HOME 设为别的目录。"),
                home=home,
            )
        try:
            yield
        finally:
            _note(home).unlink(missing_ok=True)


def announce(home: Path, running: Running) -> None:
    """Write the note by which others find the instance, all of it or nothing."""
    draft = _note(home).with_suffix(".draft")
    draft.write_text(json.dumps(asdict(running), default=datetime.isoformat, indent=1))
    draft.rename(_note(home))


def running(home: Path) -> Running | None:
    """The instance that runs on ``home`` and is ready to serve, or none."""
    if not _lock_file(home).exists() or not _note(home).exists():
        return None
    with _lock_file(home).open("a+") as lock:
        if _try(lock.fileno(), fcntl.LOCK_SH):
            return None
    try:
        told = json.loads(_note(home).read_text())
    except FileNotFoundError:
        return None
    return Running(**{**told, "started_at": datetime.fromisoformat(told["started_at"])})


def _lock_file(home: Path) -> Path:
    return home / "running.lock"


def _note(home: Path) -> Path:
    return home / "running.json"


def _try(descriptor: int, kind: int) -> bool:
    try:
        fcntl.flock(descriptor, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
