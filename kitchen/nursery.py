"""One process that imports everything once and forks what an embedded instance runs.

Faces, workers and the timetable are the same code with different work; starting each from nothing
would cost seconds and memory eight times over. The nursery itself opens nothing, has no thread and
does no work: it forks, starts again what fell, and goes down with its children.
"""

from __future__ import annotations

import gc
import os
import signal
import time
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field

import structlog
from sqlalchemy.orm import configure_mappers

from kitchen.supervisor import die_with_parent

log = structlog.get_logger(__name__)

Work = Callable[[], object]

STEADY_SECONDS = 30.0
LONGEST_PAUSE = 15.0
GRACE_SECONDS = 12.0
LOOK_SECONDS = 0.2
"""Between looks at the children: a signal just before a wait without end would not be heard."""
_ENDINGS = (signal.SIGTERM, signal.SIGINT)


class _Stop(Exception):
    """Raised by the signal that ends the nursery."""


@dataclass(slots=True)
class Nursery:
    """Keeps every one of ``jobs`` running in a process of its own; ``errands`` run once."""

    jobs: Mapping[str, Work]
    errands: Mapping[str, Work] = field(default_factory=dict)
    _names: dict[int, str] = field(default_factory=dict)
    _since: dict[str, float] = field(default_factory=dict)
    _falls: dict[str, int] = field(default_factory=dict)

    def run(self) -> None:
        """Fork all, keep the jobs up, and stop everything on SIGTERM or SIGINT."""
        configure_mappers()  # here once, or each child does it before its first query
        gc.collect()
        gc.freeze()  # what is imported stays shared between the children
        for number in _ENDINGS:
            signal.signal(number, _stop)
        try:
            for name in (*self.jobs, *self.errands):
                self._fork(name)
            while self._names:
                self._attend()
        except _Stop:
            pass
        finally:
            self._end_all()

    def _fork(self, name: str) -> None:
        """Fork one child and enter it in the books, and let signals wait until both are done.

        One that came between them would make the child end the nursery, or the nursery forget it.
        """
        parent = os.getpid()
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDINGS)
        pid = os.fork()
        if pid == 0:
            _be(name, {**self.jobs, **self.errands}[name], parent)
        self._names[pid] = name
        self._since[name] = time.monotonic()
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)

    def _attend(self) -> None:
        pid, status = os.waitpid(-1, os.WNOHANG)
        if not pid:
            time.sleep(LOOK_SECONDS)
            return
        name = self._names.pop(pid, None)
        if name is None or (name in self.errands and status == 0):
            return
        log.warning("child_fell", child=name, status=os.waitstatus_to_exitcode(status))
        time.sleep(self._pause_after_fall(name))
        self._fork(name)

    def _pause_after_fall(self, name: str) -> float:
        steady = time.monotonic() - self._since[name] > STEADY_SECONDS
        self._falls[name] = 1 if steady else self._falls.get(name, 0) + 1
        return 0.0 if self._falls[name] == 1 else min(LONGEST_PAUSE, 2.0 ** (self._falls[name] - 2))

    def _end_all(self) -> None:
        for number in _ENDINGS:
            signal.signal(number, signal.SIG_IGN)
        self._signal(signal.SIGTERM)
        deadline = time.monotonic() + GRACE_SECONDS
        while self._names and time.monotonic() < deadline:
            self._bury()
            time.sleep(0.02)
        self._signal(signal.SIGKILL)

    def _bury(self) -> None:
        with suppress(ChildProcessError):
            pid, _ = os.waitpid(-1, os.WNOHANG)
            self._names.pop(pid, None)

    def _signal(self, number: signal.Signals) -> None:
        for pid in self._names:
            with suppress(ProcessLookupError):
                os.kill(pid, number)


def _stop(_number: int, _frame: object) -> None:
    raise _Stop


def _be(name: str, work: Work, parent: int) -> None:
    """Live as the child ``name``, and end without returning to the nursery's code."""
    status = 1
    try:
        for number in _ENDINGS:
            signal.signal(number, signal.SIG_DFL)
        signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDINGS)
        die_with_parent(parent)
        structlog.contextvars.bind_contextvars(process=name)
        work()
        status = 0
    except SystemExit as end:
        status = end.code if isinstance(end.code, int) else 1
    except BaseException:
        log.exception("child_failed", child=name)
    finally:
        os._exit(status)
