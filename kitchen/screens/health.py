"""How the house is, for machines that watch it: alive, ready, truthful, in numbers.

``/healthz`` says that the process answers; ``/readyz`` tries every part that work depends on;
``/truthz`` tells how long the oldest open question has been open; ``/metrics`` is for Prometheus.
None of them says anything about people or pieces, nor why something failed: that is in the log.
"""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import structlog
from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, CollectorRegistry, generate_latest
from redis import Redis
from rq import Worker

from kitchen import schema_version, tasks
from kitchen.screens import heartbeats, vitals
from kitchen.screens.numbers import Numbers
from kitchen.web.face import Face, g_face, unit
from kitchen.web.guard import Guard, mark

log = structlog.get_logger(__name__)

process = Blueprint("process", __name__)
"""For every face."""
bp = Blueprint("health", __name__)
"""For the desk."""

TIMETABLE_SILENCE = 60.0
"""Seconds without a sign after which the timetable counts as dead; it gives one every ten."""
SAMPLE = b"readyz"
_QUEUES = "kitchen.queues"

anyone_by_hand = mark(Guard(sign_in=False, by_hand=True))

Check = Callable[[Face], bool]


@process.get("/healthz")
@anyone_by_hand
def healthz() -> Any:
    """The process answers."""
    return jsonify(status="ok")


@bp.get("/readyz")
@anyone_by_hand
def readyz() -> Any:
    """Whether everything that work depends on does its part; 503 if something does not."""
    told = {name: _tried(name, check, g_face()) for name, check in CHECKS.items()}
    ready = all(each["ok"] for each in told.values())
    return jsonify(status="ok" if ready else "failing", checks=told), 200 if ready else 503


def _tried(name: str, check: Check, face: Face) -> dict[str, Any]:
    """The outcome of one check; why it failed is for the log, not for whoever asked."""
    began = time.monotonic()
    try:
        ok = check(face)
    except Exception as error:
        log.warning("not_ready", check=name, error=repr(error))
        ok = False
    return {"ok": ok, "seconds": round(time.monotonic() - began, 4)}


def _database(face: Face) -> bool:
    """Something written is read back by another unit of work."""
    with unit() as session:
        heartbeats.beat(session, heartbeats.PROBE)
    with unit(write=False) as session:
        return heartbeats.age(session, heartbeats.PROBE) is not None


def _migrations(face: Face) -> bool:
    return schema_version.current(face.database) == schema_version.head()


def _store(face: Face) -> bool:
    """Bytes put down come back as they were."""
    store = face.ports.store
    blob = store.put(io.BytesIO(SAMPLE))
    with store.open(blob.sha256) as kept:
        return kept.read() == SAMPLE


def _redis(face: Face) -> bool:
    with _connected(face) as redis:
        return bool(redis.ping())


def _workers(face: Face) -> bool:
    """Every queue has a worker that gave a sign lately."""
    with _connected(face) as redis:
        queues = (tasks.queue(redis, name) for name in face.extensions[_QUEUES])
        return all(Worker.all(queue=queue) for queue in queues)


def _timetable(_face: Face) -> bool:
    with unit(write=False) as session:
        silence = heartbeats.age(session, heartbeats.TIMETABLE)
    return silence is not None and silence < TIMETABLE_SILENCE


def _connected(face: Face) -> Redis:
    return tasks.connect(face.settings.redis_address)


CHECKS: Mapping[str, Check] = {
    "database": _database,
    "migrations": _migrations,
    "store": _store,
    "redis": _redis,
    "workers": _workers,
    "timetable": _timetable,
}


@bp.get("/truthz")
@anyone_by_hand
def truthz() -> Any:
    """Seconds for which the oldest due, unknown and unanswered delivery has been so."""
    with unit(write=False) as session:
        return jsonify(vitals.open_ages(session))


@bp.get("/metrics")
@anyone_by_hand
def metrics() -> Any:
    """Counters and ages for Prometheus, counted now."""
    registry = CollectorRegistry()
    with unit(write=False) as session:
        registry.register(Numbers(session))
        text = generate_latest(registry)
    return Response(text, content_type=CONTENT_TYPE_LATEST)


def init_app(face: Face, queues: Sequence[str]) -> None:
    """Mount all of it on the desk; ``queues`` are those that want a worker."""
    face.extensions[_QUEUES] = queues
    face.register_blueprint(process)
    face.register_blueprint(bp)
