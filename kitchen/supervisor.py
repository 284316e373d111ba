"""Runs the whole product on one machine: starts its processes, keeps them up, stops them all.

One thread does everything by waiting on the children's output, so that nothing races and a child
may safely be forked. Each child leads a process group of its own and dies with us even when we
are killed outright; what a child leaves behind is handed to us by the kernel and ended at the
last. Ctrl-C once stops in order, twice at once.
"""

from __future__ import annotations

import ctypes
import http.client
import os
import selectors
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from kitchen import instance, redis_server
from kitchen.config import Settings
from kitchen.core.errors import N_, Refusal

START_SECONDS = 60.0
"""How long a process may take until it answers."""
STEADY_SECONDS = 60.0
"""A process that ran this long and then ends has not failed to start: it begins anew at once."""
LONGEST_PAUSE = 30.0
TICK = 0.05

_PR_SET_PDEATHSIG = 1
_PR_SET_CHILD_SUBREAPER = 36
_libc = ctypes.CDLL(None, use_errno=True)


class CannotStart(Refusal):
    """The product cannot be started; the sentence names what is in the way and the remedy."""

    code = "cannot_start"


def die_with_parent(parent: int, by: signal.Signals = signal.SIGKILL) -> None:
    """Ask the kernel to send us ``by`` when the process ``parent``, which made us, is gone."""
    _libc.prctl(_PR_SET_PDEATHSIG, int(by), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)


def answers(host: str, port: int, path: str = "/healthz") -> Callable[[], bool]:
    """A readiness check: whether a GET of ``path`` is answered with a status below 400."""

    def probe() -> bool:
        connection = http.client.HTTPConnection(host, port, timeout=2)
        try:
            connection.request("GET", path)
            return connection.getresponse().status < 400
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()

    return probe


@dataclass(frozen=True, slots=True)
class Process:
    """One process to keep up.

    Stages start in ascending order, each once the one before is ready, and stop in descending
    order; processes of one stage start and stop together. ``env`` is laid over our own.
    ``grace`` is how many seconds it may take to stop when asked.
    """

    name: str
    argv: Sequence[str]
    env: Mapping[str, str] = field(default_factory=dict)
    ready: Callable[[], bool] | None = None
    stage: int = 1
    grace: float = 10.0


class Child:
    """A :class:`Process` as it lives: its current incarnation, its unfinished line, its falls."""

    def __init__(self, process: Process) -> None:
        self.process = process
        self.popen: subprocess.Popen[bytes] | None = None
        self.falls = 0
        self.due: float | None = None
        self._since = 0.0
        self._rest = b""

    def start(self) -> None:
        parent = os.getpid()
        self.due = None
        self._since = time.monotonic()
        self.popen = subprocess.Popen(
            self.process.argv,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, **self.process.env},
            process_group=0,
            preexec_fn=lambda: die_with_parent(parent),  # safe: we have a single thread
        )

    @property
    def alive(self) -> bool:
        return self.popen is not None and self.popen.poll() is None

    def lines(self, chunk: bytes) -> list[str]:
        """The lines that ``chunk`` completes; an empty chunk completes the last."""
        *whole, self._rest = (self._rest + chunk).split(b"\n")
        if not chunk and self._rest:
            whole, self._rest = [*whole, self._rest], b""
        return [line.decode(errors="replace").rstrip("\r") for line in whole]

    def fall(self) -> float:
        """Note that it ended unasked; returns the pause in seconds before it starts again."""
        steady = time.monotonic() - self._since > STEADY_SECONDS
        self.falls = 1 if steady else self.falls + 1
        pause = min(LONGEST_PAUSE, 2.0 ** (self.falls - 1))
        self.due = time.monotonic() + pause
        return pause

    def signal(self, number: signal.Signals, *, group: bool = False) -> None:
        if self.popen is not None:
            with suppress(ProcessLookupError):
                (os.killpg if group else os.kill)(self.popen.pid, number)


class Supervisor:
    """Keeps ``processes`` running between :meth:`run`'s start and the signal that ends it.

    It takes this whole process for itself: signals, and every child that is not one of its own
    counts as an orphan of theirs and is ended with them.
    """

    def __init__(
        self,
        processes: Sequence[Process],
        *,
        write: Callable[[str], object] = sys.stdout.write,
        translate: Callable[[str], str] = str,
    ) -> None:
        self._children = [Child(process) for process in processes]
        self._width = max((len(process.name) for process in processes), default=0)
        self._write = write
        self._translate = translate
        self._selector = selectors.DefaultSelector()
        self._asked = 0

    def run(self, when_ready: Callable[[], object] = lambda: None) -> None:
        """Start all, call ``when_ready``, keep all up until SIGINT or SIGTERM, stop all.

        Raises :class:`CannotStart` when a process ends or stays silent before it is ready; by
        then everything has been stopped again.
        """
        _libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
        with self._heeding_signals():
            try:
                self._start_all()
                if not self._asked:
                    when_ready()
                while not self._asked:
                    self._attend()
                    self._revive()
            finally:
                self._stop_all()

    @contextmanager
    def _heeding_signals(self) -> Iterator[None]:
        def ask(_number: int, _frame: object) -> None:
            self._asked += 1

        numbers = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, ask) for number in numbers}
        try:
            yield
        finally:
            for number, handler in before.items():
                signal.signal(number, handler)

    def _start_all(self) -> None:
        for stage in sorted({child.process.stage for child in self._children}):
            children = [child for child in self._children if child.process.stage == stage]
            started = time.monotonic()
            for child in children:
                self._start(child)
            waiting = children
            while waiting and not self._asked:
                self._attend()
                waiting = [child for child in waiting if not self._ready(child, started)]

    def _start(self, child: Child) -> None:
        try:
            child.start()
        except OSError as error:
            raise CannotStart(
                N_("无法启动 %(name)s：%(why)s"), name=child.process.name, why=error
            ) from error
        assert child.popen is not None
        assert child.popen.stdout is not None
        os.set_blocking(child.popen.stdout.fileno(), False)
        self._selector.register(child.popen.stdout, selectors.EVENT_READ, child)

    def _ready(self, child: Child, started: float) -> bool:
        name, seconds = child.process.name, time.monotonic() - started
        if not child.alive:
            self._attend()
            raise CannotStart(N_("%(name)s 还没就绪就退出了，原因见上面它的输出。"), name=name)
        if child.process.ready is None or child.process.ready():
            self._tell(N_("%(name)s 就绪，用时 %(seconds).1f 秒"), name=name, seconds=seconds)
            return True
        if seconds > START_SECONDS:
            raise CannotStart(
                N_("%(name)s 启动 %(seconds)d 秒后仍没有应答，请看上面它的输出。"),
                name=name,
                seconds=int(seconds),
            )
        return False

    def _attend(self, seconds: float = TICK) -> None:
        """Pass on what the children say, for at most ``seconds`` when they say nothing."""
        if not self._selector.get_map():
            time.sleep(seconds)
        for key, _ in self._selector.select(seconds):
            self._pass_on(key)

    def _pass_on(self, key: selectors.SelectorKey) -> None:
        child: Child = key.data
        chunk = os.read(key.fd, 65536)
        for line in child.lines(chunk):
            self._write(f"{child.process.name:<{self._width}} | {line}\n")
        if not chunk:
            self._selector.unregister(key.fileobj)
            key.fileobj.close()  # type: ignore[union-attr]

    def _revive(self) -> None:
        """Start again what has ended, each after its pause, and bury adopted orphans."""
        for child in self._children:
            if child.due is None and not child.alive:
                self._mourn(child)
            elif child.due is not None and time.monotonic() >= child.due:
                self._start(child)
        for pid in self._strangers():
            with suppress(ChildProcessError):
                os.waitpid(pid, os.WNOHANG)

    def _mourn(self, child: Child) -> None:
        assert child.popen is not None
        child.signal(signal.SIGKILL, group=True)
        self._tell(
            N_("%(name)s 意外退出（状态 %(status)s），%(pause)g 秒后第 %(falls)d 次重新启动"),
            name=child.process.name,
            status=child.popen.returncode,
            pause=child.fall(),
            falls=child.falls,
        )

    def _stop_all(self) -> None:
        for stage in sorted({child.process.stage for child in self._children}, reverse=True):
            self._stop([child for child in self._children if child.process.stage == stage])
        while strangers := self._strangers():
            for pid in strangers:
                with suppress(ProcessLookupError, ChildProcessError):
                    os.kill(pid, signal.SIGKILL)
                    os.waitpid(pid, 0)
        while self._selector.get_map() and (ready := self._selector.select(0)):
            for key, _ in ready:
                self._pass_on(key)
        self._tell(N_("全部停止"))

    def _stop(self, children: Sequence[Child]) -> None:
        """Ask all to stop, wait as long as each may take, then end what is left of each group."""
        started, asked = time.monotonic(), self._asked
        for child in children:
            child.signal(signal.SIGTERM)
        while any(
            child.alive and time.monotonic() - started < child.process.grace for child in children
        ):
            self._attend()
            if self._asked > max(asked, 1):
                break
        for child in children:
            child.signal(signal.SIGKILL, group=True)
            if child.popen is not None:
                child.popen.wait()

    def _strangers(self) -> set[int]:
        """Processes that descend from our children and were left to us."""
        pid = os.getpid()
        ours = {child.popen.pid for child in self._children if child.popen is not None}
        listing = Path(f"/proc/{pid}/task/{pid}/children")
        listed = listing.read_text().split() if listing.exists() else ()
        return {int(one) for one in listed} - ours

    def _tell(self, message: str, **values: Any) -> None:
        self._write(f"{'':<{self._width}} * {self._translate(message) % values}\n")


def run(
    settings: Settings,
    processes: Sequence[Process],
    *,
    when_ready: Callable[[], object] = lambda: None,
    write: Callable[[str], object] = sys.stdout.write,
    translate: Callable[[str], str] = str,
) -> None:
    """Run the product on ``settings.home`` until it is told to stop.

    Starts a Redis first unless the settings name one, tells every process its address by
    ``KITCHEN_REDIS_URL``, and leaves the note by which other commands find us. Raises
    :class:`CannotStart`, :class:`~kitchen.instance.AlreadyRunning` or
    :class:`~kitchen.redis_server.NoRedis` with what is in the way.
    """

    def ready() -> None:
        instance.announce(settings.home, _running(settings))
        when_ready()

    with instance.held(settings.home):
        for face, port in _ports(settings).items():
            check_port(settings.host, port, face)
        told = [_with_redis(process, settings.redis_address) for process in processes]
        Supervisor([*_our_redis(settings), *told], write=write, translate=translate).run(ready)


def check_port(host: str, port: int, face: str) -> None:
    """Raises :class:`CannotStart`, naming port and setting, when ``port`` cannot be had."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as error:
            raise CannotStart(
                N_(
                    "%(host)s 的端口 %(port)d（%(face)s）不能使用：%(why)s。"
                    "请停止占用它的程序，或用 KITCHEN_PORT 换一组端口（连用三个）。"
                ),
                host=host,
                port=port,
                face=face,
                why=error.strerror,
            ) from error


def _ports(settings: Settings) -> dict[str, int]:
    return {
        "desk": settings.port,
        "public": settings.public_port,
        "sandbox": settings.sandbox_port,
    }


def _our_redis(settings: Settings) -> list[Process]:
    if settings.redis_url:
        return []
    where = settings.redis_socket
    argv = redis_server.command(where, settings.redis_home)
    return [Process("redis", argv, ready=lambda: redis_server.answers(where), stage=0)]


def _with_redis(process: Process, address: str) -> Process:
    return replace(process, env={"KITCHEN_REDIS_URL": address, **process.env})


def _running(settings: Settings) -> instance.Running:
    return instance.Running(
        pid=os.getpid(),
        host=settings.host,
        ports=_ports(settings),
        redis=settings.redis_address,
        started_at=datetime.now(UTC),
    )
