"""The queue: a doorbell and nothing more.

A job carries the name of a bell and an id, as JSON. What is to be done stands in the database; the
worker looks there, in units of work of its own. Each worker process listens to one queue only,
because a worker on two queues can lose a job that it popped and never began.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Collection
from types import FrameType
from typing import Any

import structlog
from redis import Redis
from redis.client import Pipeline
from redis.exceptions import RedisError
from rq import Queue, SimpleWorker
from rq.executions import Execution
from rq.job import Job
from rq.serializers import JSONSerializer
from rq.timeouts import UnixSignalDeathPenalty

log = structlog.get_logger(__name__)

ANSWER = "kitchen.worker.answer"
"""The only callable that a worker of ours will run."""

JOB_SECONDS = 600
"""How long a job may take."""
SIGN_SECONDS = 30
"""How often a worker gives a sign of life while a job goes on."""

Lane = Callable[[str, int], str]
"""(doorbell, id) -> the queue whose worker shall hear it."""


def connect(url: str) -> Redis:
    """A client that gives up quickly: a lost ring is found again by the sweeper."""
    return Redis.from_url(url, socket_connect_timeout=1, socket_timeout=5)


def queue(redis: Redis, name: str) -> Queue:
    return Queue(name, connection=redis, serializer=JSONSerializer)


class RqBell:
    """Rings by enqueueing a job; a Redis that is away is noted and otherwise ignored.

    What the ``untimed`` bells begin may take as long as it takes.
    """

    def __init__(self, redis: Redis, lane: Lane, untimed: Collection[str] = ()) -> None:
        self._redis = redis
        self._lane = lane
        self._untimed = untimed

    def ring(self, doorbell: str, subject_id: int) -> None:
        seconds = -1 if doorbell in self._untimed else JOB_SECONDS
        try:
            queue(self._redis, self._lane(doorbell, subject_id)).enqueue(
                ANSWER, doorbell, subject_id, result_ttl=0, failure_ttl=86_400, job_timeout=seconds
            )
        except RedisError as error:
            log.warning("bell_unheard", doorbell=doorbell, subject_id=subject_id, error=str(error))


STOPPING = threading.Event()
"""Set once this process was told to stop: whatever goes on for long takes on nothing new."""


class OutOfTime(BaseException):
    """A job took longer than it may: its end, which none may take for a platform's bad answer."""


class Alarm(UnixSignalDeathPenalty):
    """Ends a job that is out of time, past every ``except Exception`` of a job that goes on."""

    def handle_death_penalty(self, signum: int, frame: FrameType | None) -> None:
        raise OutOfTime(f"longer than {self._timeout} seconds")


class Doorman(SimpleWorker):
    """A worker on one queue that answers our doorbells and runs nothing else."""

    death_penalty_class = Alarm

    def request_stop(self, signum: int, frame: FrameType | None) -> None:
        """Stop after the present job, and let the job know of it."""
        STOPPING.set()
        super().request_stop(signum, frame)  # type: ignore[no-untyped-call]

    def perform_job(self, job: Job, queue: Queue, execution: Execution) -> bool:
        if job.func_name != ANSWER:
            log.error("foreign_job_refused", job=job.id)
            job.delete()
            return False
        done = threading.Event()
        signs = threading.Thread(target=self._give_signs, args=(done, job, execution), daemon=True)
        signs.start()
        try:
            return super().perform_job(job, queue, execution)
        finally:
            done.set()
            signs.join()

    def _give_signs(self, done: threading.Event, job: Job, execution: Execution) -> None:
        """Be known to live for as long as a job takes; RQ does so for jobs of other processes."""
        while not done.wait(SIGN_SECONDS):
            try:
                self.maintain_heartbeats(job, execution)
            except RedisError as error:
                log.warning("sign_unseen", job=job.id, error=str(error))

    def heartbeat(self, timeout: int | None = None, pipeline: Pipeline | None = None) -> None:
        """Give a sign of life; to a Redis that has lost all it knew, introduce oneself anew.

        RQ itself would go on working unseen, and whoever asks after the workers would miss it.
        """
        if pipeline is None and not self.connection.sismember(self.redis_workers_keys, self.key):
            self.connection.delete(self.key)
            self.register_birth()  # type: ignore[no-untyped-call]
        super().heartbeat(timeout, pipeline)


def listen(redis: Redis, name: str, **options: Any) -> None:
    """Work on the queue ``name`` until told to stop."""
    worker = Doorman(
        [queue(redis, name)],
        connection=redis,
        serializer=JSONSerializer,
        worker_ttl=30,
        maintenance_interval=10,
        job_monitoring_interval=5,
    )
    worker.work(logging_level="WARNING", **options)
