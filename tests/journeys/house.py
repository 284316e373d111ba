"""The whole product as a newcomer starts it: one command, its demo newsroom, one Ctrl-C."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import httpx
import psutil

from kitchen import timetable
from kitchen.config import Settings
from kitchen.core.db import Database
from kitchen.supervisor import answers
from tests.fixtures.books import demand_right_books
from tests.fixtures.places import first_free_port
from tests.fixtures.processes import started, wait_until
from tests.fixtures.sandbox import Sandbox

STOP_SECONDS = 20.0
HOST = "127.0.0.1"


@dataclass(frozen=True)
class RunningHouse:
    """A started product: where it answers, who may sign in, and which processes it is."""

    home: Path
    port: int

    @property
    def desk(self) -> str:
        return f"http://{HOST}:{self.port}"

    @property
    def public(self) -> str:
        return f"http://{HOST}:{self.port + 1}"

    @property
    def sandbox(self) -> Sandbox:
        return Sandbox(f"http://{HOST}:{self.port + 2}")

    @cached_property
    def passwords(self) -> Mapping[str, str]:
        found: dict[str, str] = json.loads((self.home / "demo-accounts.json").read_text())
        return found

    def processes(self) -> list[psutil.Process]:
        """Whatever was started for it and lives, told by the home in its environment."""
        return [process for process in psutil.process_iter() if self._is_ours(process)]

    def _is_ours(self, process: psutil.Process) -> bool:
        try:
            ours = process.environ().get("KITCHEN_HOME") == str(self.home)
            return ours and process.status() != psutil.STATUS_ZOMBIE
        except psutil.Error:
            return False

    @property
    def nursery(self) -> psutil.Process:
        """The process that forks the house's own."""
        command = next(each for each in self.processes() if _ends_with(each, "up"))
        return next(child for child in command.children() if _ends_with(child, "house"))

    def desk_worker(self) -> psutil.Process:
        """The process that answers for the desk."""
        masters = [each for each in self.nursery.children() if _listens(each, self.port)]
        return masters[0].children()[0]

    def demo_is_told(self) -> bool:
        """Whether the errand that furnishes the demo newsroom is done: only the jobs are left."""
        faces = 2
        return len(self.nursery.children()) == faces + len(self._queues) + 1

    @property
    def _queues(self) -> list[str]:
        settings = Settings.from_environment({"KITCHEN_HOME": str(self.home)})
        return timetable.queues(settings.deliverers)


def _ends_with(process: psutil.Process, word: str) -> bool:
    """Whether it lives and was started by a command that ends with this word."""
    try:
        return process.cmdline()[-1:] == [word]
    except psutil.NoSuchProcess:
        return False


def _listens(process: psutil.Process, port: int) -> bool:
    return any(
        each.status == psutil.CONN_LISTEN and each.laddr.port == port
        for each in process.net_connections("tcp")
    )


@contextmanager
def kitchen_up(home: Path) -> Iterator[RunningHouse]:
    """``kitchen up`` on ``home`` until the block ends; then Ctrl-C, and nothing of it is left."""
    house = RunningHouse(home, first_free_port(3))
    passwords = home / "demo-accounts.json"
    faces = [answers(HOST, house.port + number) for number in range(2)]
    with started(
        [sys.executable, "-m", "kitchen", "up"],
        lambda: passwords.exists() and all(face() for face in faces),
        log=home.with_suffix(".log"),
        stop=signal.SIGINT,
        env={"KITCHEN_HOME": str(home), "KITCHEN_PORT": str(house.port), "KITCHEN_LANG": "zh"},
    ) as process:
        wait_until(house.demo_is_told, "the demo newsroom's stories", 120)
        yield house
        database = Database(Settings.from_environment({"KITCHEN_HOME": str(home)}).database_url)
        demand_right_books(database)
        database.dispose()
        process.send_signal(signal.SIGINT)
        assert process.wait(STOP_SECONDS) == 0
        assert house.processes() == []


class Colleague:
    """Somebody who works through the API, for what a journey needs but is not about."""

    def __init__(self, house: RunningHouse, username: str) -> None:
        self._client = httpx.Client(base_url=f"{house.desk}/api/v1", timeout=20, trust_env=False)
        credentials = {"username": username, "password": house.passwords[username]}
        token = self.post("/tokens", **credentials)["token"]
        self._client.headers["Authorization"] = f"Bearer {token}"

    def leaves(self) -> None:
        self._client.close()

    def get(self, path: str, **query: Any) -> Any:
        return self._call("GET", path, params=query)

    def post(self, path: str, **body: Any) -> Any:
        return self._call("POST", path, json=body)

    def put(self, path: str, **body: Any) -> Any:
        return self._call("PUT", path, json=body)

    def upload(self, filename: str, data: bytes) -> Any:
        """Put a picture of one's own into the catalogue."""
        return self._call(
            "POST", "/assets", data={"rights": "own"}, files={"file": (filename, data)}
        )

    def _call(self, method: str, path: str, **details: Any) -> Any:
        answer = self._client.request(method, path, **details)
        assert answer.is_success, f"{method} {path}: {answer.status_code} {answer.text}"
        return answer.json() if answer.content else None
