"""The floor of a fan-out: bare RQ jobs that make the same calls to the platforms, and no more.

A job carries its account's settings, an access token and the post, and takes the post through the
very adapters: prepare, publish, and ask until the platform has decided. There is no outbox, no
claim, no approval, no receipt, no audit; a worker that dies loses the piece or sends it twice.
``python -m benchmarks.bare KIND REDIS STORE`` is its worker, all imported beforehand as RQ advises.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from typing import Any

from redis import Redis
from rq import Queue, SimpleWorker, Worker
from rq.worker import BaseWorker

from assets.store import Store
from assets.stores import open_store
from channels import http
from channels.base import Outcome, Polls, post_from_json
from channels.registry import channel_class

KINDS: Mapping[str, type[BaseWorker]] = {"worker": Worker, "simple": SimpleWorker}
"""RQ's own default, which forks for every job, and the one that does not."""


@dataclass
class Held:
    """Tokens that the job brought along; none is renewed within a benchmark."""

    values: dict[str, str] = field(default_factory=dict)

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def put(self, name: str, value: str, lifetime: timedelta) -> None:
        self.values[name] = value

    def drop(self, name: str) -> None:
        self.values.pop(name, None)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        yield


@dataclass(frozen=True)
class Parcel:
    """All that one job carries."""

    channel: str
    settings: Mapping[str, Any]
    tokens: Mapping[str, str]
    post: Mapping[str, Any]


def carry(store: str, parcel: Parcel) -> str:
    """Publish one post and wait until it is decided."""
    kind = channel_class(parcel.channel)
    tokens = Held(dict(parcel.tokens))
    channel = kind(kind.Settings(**parcel.settings), _opened(store), tokens)
    post = post_from_json(parcel.post)
    receipt = channel.publish(post, channel.prepare(post))
    while receipt.outcome is Outcome.ACCEPTED and isinstance(channel, Polls):
        receipt = channel.poll(receipt)
    assert receipt.outcome is Outcome.LIVE, receipt
    return receipt.remote_id


@cache
def _opened(store: str) -> Store:
    """The store, opened once by each process."""
    return open_store(store)


def enqueue(redis: Redis, queue: str, store: str, parcels: Sequence[Parcel]) -> list[str]:
    """Put a job for each parcel on the queue, all in one go; answers their ids."""
    data = [Queue.prepare_data(carry, (store, parcel), result_ttl=60) for parcel in parcels]
    return [job.id for job in Queue(queue, connection=redis).enqueue_many(data)]


def main(kind: str, address: str) -> None:
    """Work on the queue named like the kind until told to stop."""
    http._tls()  # read once, not by every fork
    redis = Redis.from_url(address)
    KINDS[kind]([Queue(kind, connection=redis)], connection=redis).work(logging_level="ERROR")


if __name__ == "__main__":
    main(*sys.argv[1:])
