"""Decoding at arm's length: child processes that may fail so that ours need not.

A few children (:mod:`assets.bench`) stand ready, because starting one costs half of what
rendering a picture does. Each serves one request at a time under limits of memory, CPU and time,
and is trusted only as far as its record: after a broken file, a failure or fifty pictures it is
replaced. Children are started by `subprocess`, never by a bare fork, so threads do no harm; a
process that forks afterwards, such as an RQ worker, starts children of its own.
"""

from __future__ import annotations

import atexit
import functools
import json
import os
import select
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import defusedxml
import PIL

from assets.refusals import Refused

SECONDS: Final = 9.5
"""Wall-clock seconds a request may take, counted from when a child takes it up: with all that
stands around it, nobody waits longer than ten."""

REQUESTS_PER_CHILD: Final = 50
REPLY_CAP: Final = 128 * 1024 * 1024
HEADER_CAP: Final = 1024 * 1024

_COMMAND = (sys.executable, "-P", "-s", "-S", "-m")
_SHAKEN_BY = frozenset({"broken", "too_heavy"})
"""Refusals after which a decoder may have lost its wits: the child is not used again."""

_OVER_LIMIT = frozenset({-signal.SIGKILL, -signal.SIGXCPU})


@dataclass(frozen=True, slots=True)
class Answer:
    """What the child found out, and the files it made, in the order it names them."""

    facts: Mapping[str, Any]
    parts: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class Bench:
    """A module that serves in a child; ``needed`` are the packages' own files that it imports.

    Only their folders are searched: `site`, which -S leaves out, would double the start.
    """

    module: str
    needed: tuple[str, ...]

    @property
    def environment(self) -> dict[str, str]:
        folders = {str(Path(file).resolve().parents[1]): None for file in self.needed}
        return {
            "PYTHONPATH": os.pathsep.join(folders),
            "LANG": "C.UTF-8",
            "MALLOC_ARENA_MAX": "2",  # an arena per thread would eat the address space at once
        }


PICTURES: Final = Bench("assets.workbench", (__file__, PIL.__file__, defusedxml.__file__))


class NotStarting(RuntimeError):
    """The child process does not come up: an installation at fault, or a machine out of means."""


def ask(request: Mapping[str, Any], *, seconds: float = SECONDS, bench: Bench = PICTURES) -> Answer:
    """Have a child of `bench` do `request`. Raises :class:`Refused` with the child's reason.

    A child that runs over its limits counts as ``too_heavy``, one that crashes as ``broken``;
    :class:`NotStarting` is our own fault and says nothing about the file.
    """
    with _pool.lent(bench) as child:
        answer = child.serve(json.dumps(request).encode() + b"\n", time.monotonic() + seconds)
        if code := answer.facts.get("refused"):
            child.trusted = code not in _SHAKEN_BY
            raise Refused(code, **answer.facts["params"])
    return answer


def close() -> None:
    """End the idle children; the next request starts new ones."""
    _pool.close()


class _Child:
    def __init__(self, bench: Bench) -> None:
        self.bench = bench
        self.trusted = True
        self._served = 0
        self._process = subprocess.Popen(  # noqa: S603 - our own module, no shell
            (*_COMMAND, bench.module),
            bufsize=0,
            cwd="/",
            env=bench.environment,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
        )
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._requests, self._replies = self._process.stdin, self._process.stdout
        self._unread = bytearray()

    @property
    def fit(self) -> bool:
        """Whether it may be given another file."""
        worn = self._served >= REQUESTS_PER_CHILD
        return self.trusted and not worn and self._process.poll() is None

    def serve(self, line: bytes, deadline: float) -> Answer:
        if not self._served:
            self._await_greeting(deadline)
        self._served += 1
        self.trusted = False  # until it has answered in full
        self._requests.write(line)
        facts = json.loads(self._take_line(deadline))
        sizes = [int(size) for size in facts["parts"]]
        if sum(sizes) > REPLY_CAP:
            raise Refused("too_heavy")
        answer = Answer(facts, tuple(self._take(size, deadline) for size in sizes))
        self.trusted = True
        return answer

    def end(self) -> None:
        """Close the pipes and see it off; one that does not listen is killed."""
        self.let_go()
        try:
            self._process.wait(0.5 if self.trusted else 0)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()

    def let_go(self) -> None:
        """Close our ends of the pipes, and nothing else: the child may be another's by now."""
        self._requests.close()
        self._replies.close()

    def _await_greeting(self, deadline: float) -> None:
        try:
            self._take_line(deadline)
        except Refused:
            raise NotStarting(f"{self.bench.module} does not start") from None

    def _take_line(self, deadline: float) -> bytes:
        while (end := self._unread.find(b"\n")) < 0:
            if len(self._unread) > HEADER_CAP:
                raise Refused("too_heavy")
            self._read_some(deadline)
        return self._cut(end + 1)

    def _take(self, size: int, deadline: float) -> bytes:
        while len(self._unread) < size:
            self._read_some(deadline)
        return self._cut(size)

    def _cut(self, size: int) -> bytes:
        taken = bytes(self._unread[:size])
        del self._unread[:size]
        return taken

    def _read_some(self, deadline: float) -> None:
        ready = select.poll()
        ready.register(self._replies, select.POLLIN)
        if not ready.poll(max(0.0, deadline - time.monotonic()) * 1000):
            raise Refused("too_heavy")
        chunk = os.read(self._replies.fileno(), 1 << 18)
        if not chunk:
            raise Refused("too_heavy" if self._process.wait() in _OVER_LIMIT else "broken")
        self._unread += chunk


class _Pool:
    """Idle children, and a bound on how many work at once: more than cores gain nothing."""

    _idle: list[_Child]

    def __init__(self) -> None:
        self._begin()

    @contextmanager
    def lent(self, bench: Bench) -> Iterator[_Child]:
        _mind_the_process()
        with self._places:
            child = self._idle_one(bench) or _Child(bench)
            try:
                yield child
            finally:
                self._take_back(child)

    def close(self) -> None:
        with self._guard:
            idle, self._idle = self._idle, []
        for child in idle:
            child.end()

    def start_afresh(self) -> None:
        """In a process that forked: the children are its parent's, and so may be the locks."""
        for child in self._idle:
            child.let_go()
        self._begin()

    def _begin(self) -> None:
        self._places = threading.BoundedSemaphore(os.cpu_count() or 1)
        self._guard = threading.Lock()
        self._idle = []

    def _idle_one(self, bench: Bench) -> _Child | None:
        while True:
            with self._guard:
                child = next((each for each in self._idle if each.bench == bench), None)
                if child is not None:
                    self._idle.remove(child)
            if child is None or child.fit:
                return child
            child.end()

    def _take_back(self, child: _Child) -> None:
        if not child.fit:
            child.end()
            return
        with self._guard:
            self._idle.append(child)


_pool: Final = _Pool()


@functools.cache
def _mind_the_process() -> None:
    """Done when the first child is needed, once: forks take the fact along with them."""
    atexit.register(close)
    os.register_at_fork(after_in_child=_pool.start_afresh)
