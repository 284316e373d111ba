"""The whole product under one process: order, prefixes, falls, and that nothing is left behind."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from redis import Redis

from kitchen import instance, redis_server
from kitchen.supervisor import CannotStart, answers, check_port
from tests.fixtures.processes import wait_until


class Tree:
    """A supervisor that runs ``plan`` in ``directory``, seen from outside."""

    def __init__(self, directory: Path, plan: list[dict[str, object]], **env: str) -> None:
        self.directory = directory
        self.output = directory / "output"
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "tests.fixtures.supervised", json.dumps(plan)],
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "SUPERVISED_DIRECTORY": str(directory), **env},
            )

    def log(self) -> list[str]:
        log = self.directory / "log"
        return log.read_text().split("\n")[:-1] if log.exists() else []

    def said(self) -> str:
        return self.output.read_text()

    def pid(self, name: str) -> int:
        file = self.directory / f"{name}.pid"
        wait_until(lambda: file.exists() and file.read_text(), f"{name} to start")
        return int(file.read_text())

    def await_said(self, words: str) -> None:
        wait_until(lambda: words in self.said(), f"“{words}” in the output")

    def ask(self, number: signal.Signals = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(20)


@contextmanager
def tree(directory: Path, *plan: dict[str, object], **env: str) -> Iterator[Tree]:
    running = Tree(directory, list(plan), **env)
    try:
        yield running
    finally:
        running.process.kill()
        running.process.wait()


def calm(name: str, stage: int = 1) -> dict[str, object]:
    return {"name": name, "line": f"live('{name}')", "stage": stage, "awaited": True}


def alive(pid: int) -> bool:
    """Whether the process runs; one that has ended and waits for its parent does not."""
    try:
        state = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0]
    except (FileNotFoundError, ProcessLookupError):
        return False
    return state != "Z"


def test_stages_start_in_order_and_stop_in_the_opposite_one(tmp_path: Path) -> None:
    with tree(tmp_path, calm("desk", 2), calm("worker", 1), calm("redis", 0)) as running:
        wait_until(lambda: "ready" in running.log(), "all ready")
        assert running.ask() == 0
        assert running.log() == [
            *("redis up", "worker up", "desk up", "ready"),
            *("desk down", "worker down", "redis down"),
        ]


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
def test_one_signal_ends_all(tmp_path: Path, number: signal.Signals) -> None:
    with tree(tmp_path, calm("desk"), calm("worker")) as running:
        pids = [running.pid("desk"), running.pid("worker")]
        wait_until(lambda: "ready" in running.log(), "all ready")
        assert running.ask(number) == 0
        assert not any(map(alive, pids))


def test_a_signal_during_the_start_ends_it(tmp_path: Path) -> None:
    never = {"name": "desk", "line": "import time; note('up'); time.sleep(60)", "awaited": True}
    with tree(tmp_path, never) as running:
        wait_until(lambda: "up" in running.log(), "the start")
        assert running.ask() == 0
        assert "ready" not in running.log()


def test_who_does_not_listen_is_killed_after_its_grace(tmp_path: Path) -> None:
    deaf = {"name": "deaf", "line": "disobey('deaf')", "awaited": True}
    with tree(tmp_path, deaf) as running:
        pid = running.pid("deaf")
        running.await_said("deaf 就绪")
        assert running.ask() == 0
        assert not alive(pid)


def test_a_child_that_ran_away_from_its_group_is_ended_too(tmp_path: Path) -> None:
    plan = {"name": "worker", "line": "leave_an_orphan('worker')", "awaited": True}
    with tree(tmp_path, plan) as running:
        orphan = running.pid("worker-orphan")
        running.await_said("worker 就绪")
        assert running.ask() == 0
        assert not alive(orphan)


def test_killing_the_supervisor_outright_leaves_no_child(tmp_path: Path) -> None:
    deaf = {"name": "deaf", "line": "disobey('deaf')"}
    with tree(tmp_path, calm("desk"), deaf) as running:
        pids = [running.pid("desk"), running.pid("deaf")]
        running.ask(signal.SIGKILL)
        wait_until(lambda: not any(map(alive, pids)), "the children's end", 5)


def test_output_carries_the_name_of_who_said_it(tmp_path: Path) -> None:
    line = "print('第一行'); print('没有换行', end=''); live('desk')"
    plan = [{"name": "desk", "line": line, "awaited": True}, calm("worker")]
    with tree(tmp_path, *plan) as running:
        wait_until(lambda: "ready" in running.log(), "all ready")
        running.ask()
        assert "desk   | 第一行\n" in running.said()
        assert "desk   | 没有换行\n" in running.said()


def test_who_falls_is_started_again_after_a_growing_pause_and_it_shows(tmp_path: Path) -> None:
    plan = {"name": "worker", "line": "note('up'); raise SystemExit(3)"}
    with tree(tmp_path, plan, calm("desk")) as running:
        running.await_said("第 2 次")
        assert "worker 意外退出（状态 3），1 秒后第 1 次重新启动" in running.said()
        assert "worker 意外退出（状态 3），2 秒后第 2 次重新启动" in running.said()
        assert running.log().count("up") == 2
        assert running.ask() == 0


def test_who_is_killed_is_replaced(tmp_path: Path) -> None:
    with tree(tmp_path, calm("worker")) as running:
        first = running.pid("worker")
        wait_until(lambda: "ready" in running.log(), "all ready")
        os.kill(first, signal.SIGKILL)
        wait_until(lambda: running.pid("worker") != first, "another worker")
        assert running.ask() == 0


def test_who_ends_before_it_is_ready_stops_the_start(tmp_path: Path) -> None:
    broken = {"name": "desk", "line": "raise SystemExit('坏了')", "stage": 2, "awaited": True}
    with tree(tmp_path, calm("redis", 0), broken) as running:
        assert running.process.wait(20) == 1
        assert "desk  | 坏了" in running.said()
        assert "desk 还没就绪就退出了" in running.said()
        assert running.log() == ["redis up", "redis down"]


def test_a_command_that_does_not_exist_stops_the_start(tmp_path: Path) -> None:
    line = f"""
from kitchen.supervisor import Process, Supervisor
Supervisor([Process("desk", ["{tmp_path}/nowhere"])]).run()
"""
    done = subprocess.run([sys.executable, "-c", line], capture_output=True, text=True, check=False)
    assert done.returncode == 1
    assert "无法启动 desk" in done.stderr


@pytest.fixture
def port(free_port: Callable[..., int]) -> int:
    return free_port(3)


def test_an_instance_brings_its_own_redis_and_says_where_it_is(home: Path, port: int) -> None:
    where = {"KITCHEN_HOME": str(home), "KITCHEN_PORT": str(port)}
    worker = {
        "name": "worker",
        "line": "note(os.environ['KITCHEN_REDIS_URL']); live('worker')",
        "awaited": True,
    }
    socket_path = home / "redis" / "redis.sock"
    with tree(home, worker, **where) as running:
        wait_until(lambda: instance.running(home), "the note")
        found = instance.running(home)
        assert found is not None
        assert found.pid == running.process.pid
        assert found.ports == {"desk": port, "public": port + 1, "sandbox": port + 2}
        assert running.log()[0] == found.redis == f"unix://{socket_path}"
        assert (home / "redis").stat().st_mode & 0o777 == 0o700
        with Redis.from_url(found.redis) as redis:
            assert redis.ping()
        assert running.ask() == 0
    assert instance.running(home) is None
    assert not redis_server.answers(socket_path)


def test_a_second_start_on_the_same_home_is_refused(home: Path, port: int) -> None:
    where = {"KITCHEN_HOME": str(home), "KITCHEN_PORT": str(port)}
    with tree(home, calm("desk"), **where), tree_elsewhere(home, **where) as second:
        assert second.process.wait(20) == 1
        assert "已有一套系统在运行" in second.said()
        assert "KITCHEN_HOME" in second.said()


@contextmanager
def tree_elsewhere(home: Path, **where: str) -> Iterator[Tree]:
    wait_until(lambda: instance.running(home), "the first instance")
    directory = home / "second"
    directory.mkdir()
    with tree(directory, calm("desk"), **where) as second:
        yield second


def test_a_killed_instance_does_not_hold_its_home(home: Path, port: int) -> None:
    where = {"KITCHEN_HOME": str(home), "KITCHEN_PORT": str(port)}
    with tree(home, calm("desk"), **where) as first:
        wait_until(lambda: instance.running(home), "the first instance")
        first.ask(signal.SIGKILL)
    assert (home / "running.json").exists()
    assert instance.running(home) is None
    with tree(home, calm("desk"), **where):
        wait_until(lambda: instance.running(home), "the second instance")


def test_a_port_that_is_taken_is_named_with_its_setting(port: int) -> None:
    with socket.socket() as holder:
        holder.bind(("127.0.0.1", port))
        holder.listen()
        with pytest.raises(CannotStart) as refused:
            check_port("127.0.0.1", port, "desk")
    assert str(port) in str(refused.value)
    assert "KITCHEN_PORT" in str(refused.value)
    check_port("127.0.0.1", port, "desk")


def test_nobody_answers_on_a_free_port(port: int) -> None:
    assert not answers("127.0.0.1", port)()
