"""The nursery: it forks, starts again what fell, and leaves nobody behind however it ends."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

SCRIPT = """
import os, sys, time
from pathlib import Path
from kitchen.nursery import Nursery

home = Path(sys.argv[1])

def live(name):
    (home / name).write_text(str(os.getpid()))
    time.sleep(60)

def errand():
    with (home / "errands").open("a") as file:
        file.write("done\\n")

Nursery(
    {"one": lambda: live("one"), "two": lambda: live("two")}, {"errand": errand}
).run()
"""


def _wait(until: Callable[[], bool], seconds: float = 10) -> None:
    deadline = time.monotonic() + seconds
    while not until():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().split()[2] != "Z"
    except FileNotFoundError:
        return False


def _pid(home: Path, name: str) -> int:
    path = home / name
    _wait(lambda: path.exists() and path.read_text() != "")
    return int(path.read_text())


@pytest.fixture
def nursery(home: Path) -> Iterator[subprocess.Popen[bytes]]:
    process = subprocess.Popen([sys.executable, "-c", SCRIPT, str(home)], stderr=subprocess.DEVNULL)
    yield process
    if process.poll() is None:
        process.kill()
    process.wait()


def test_what_falls_is_started_again_and_errands_run_once(
    nursery: subprocess.Popen[bytes], home: Path
) -> None:
    first = _pid(home, "one")
    os.kill(first, signal.SIGKILL)
    _wait(lambda: _pid(home, "one") != first)
    assert _alive(_pid(home, "two"))
    assert (home / "errands").read_text() == "done\n"


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_nobody_is_left_behind(
    nursery: subprocess.Popen[bytes], home: Path, how: signal.Signals
) -> None:
    children = [_pid(home, "one"), _pid(home, "two")]
    nursery.send_signal(how)
    nursery.wait(timeout=10)
    _wait(lambda: not any(_alive(pid) for pid in children))


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGINT])
def test_told_to_stop_while_it_forks_it_stops_at_once(
    nursery: subprocess.Popen[bytes], home: Path, how: signal.Signals
) -> None:
    _pid(home, "one")  # the second child and the errand are just being forked
    nursery.send_signal(how)
    nursery.wait(timeout=10)
