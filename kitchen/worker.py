"""A worker process: it opens the house once, listens to one queue, and answers its bells."""

from __future__ import annotations

import os
import signal
import threading
from functools import cache

import structlog

from kitchen import app, logs, tasks, timetable
from kitchen.config import Settings
from kitchen.publishing import epoch

log = structlog.get_logger(__name__)


def answer(doorbell: str, subject_id: int) -> None:
    """What every job calls. A bell that nobody knows is logged: an older worker, a newer desk."""
    act = timetable.DOORBELLS.get(doorbell)
    if act is None:
        log.error("unknown_doorbell", doorbell=doorbell)
        return
    act(_house().database, subject_id)


@cache
def _house() -> app.House:
    """The house of this process, on the settings of its environment."""
    settings = Settings.from_environment(os.environ)
    logs.set_up(settings.log)
    return app.open_house(settings)


def main(name: str) -> None:
    """Work on the queue ``name`` until told to stop; ``timetable`` keeps the timetable instead."""
    house = _house()
    epoch.look(house.database, house.settings.home)
    if name == "timetable":
        timetable.run(house.database, _stop_on_signals())
        return
    _ring_for_itself(house, name)
    tasks.listen(tasks.connect(house.settings.redis_address), name)


def _ring_for_itself(house: app.House, name: str) -> None:
    """Have the queue's own bell waiting: what was left lying is found, and all is warmed up."""
    doorbell, _, number = name.partition("-")
    if doorbell in timetable.DOORBELLS:
        house.ports.bell.ring(doorbell, int(number or 0))


def _stop_on_signals() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop
