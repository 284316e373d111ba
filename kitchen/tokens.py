"""Platform tokens of an account, shared by all workers, and how a channel is opened with them.

Tokens live in Redis under the account's uid, sealed, until the platform stops taking them; while a
worker refreshes one it holds a lock, so that two never spend the same refresh token. A Redis that
is away costs nothing but a refresh: this process then goes by its own memory and its own lock.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, BinaryIO

import structlog
from redis import Redis
from redis.exceptions import RedisError
from redis.lock import Lock

from assets.store import Absent, Store
from channels.base import Channel, Tokens
from channels.registry import channel_class
from kitchen.core.seal import BrokenSeal, Sealer
from kitchen.ports import OpenChannel

log = structlog.get_logger(__name__)

LOCK_SECONDS = 90
"""Longer than any refresh can take; then its holder is dead."""


@dataclass(slots=True)
class Memory:
    """What this process remembers of tokens while Redis is away."""

    values: dict[str, tuple[str, float]] = field(default_factory=dict)
    locks: defaultdict[str, threading.Lock] = field(
        default_factory=lambda: defaultdict(threading.Lock)
    )

    def get(self, key: str) -> str | None:
        value, until = self.values.get(key, ("", 0.0))
        return value if time.monotonic() < until else None


class SharedTokens:
    """The tokens of one account; keeps the contract of :class:`channels.base.Tokens`."""

    def __init__(self, redis: Redis, sealer: Sealer, account_uid: str, memory: Memory) -> None:
        self._redis = redis
        self._sealer = sealer
        self._account = account_uid
        self._memory = memory

    def get(self, name: str) -> str | None:
        """The token, unless it has expired. A damaged one counts as none: it is fetched anew."""
        key = self._key(name)
        try:
            sealed = self._redis.get(key)
        except RedisError:
            return self._memory.get(key)
        if not isinstance(sealed, bytes):
            return None
        try:
            return str(self._sealer.open(key, sealed.decode())["token"])
        except BrokenSeal:
            log.warning("token_unreadable", account=self._account)
            return None

    def put(self, name: str, value: str, lifetime: timedelta) -> None:
        key, seconds = self._key(name), max(1, int(lifetime.total_seconds()))
        self._memory.values[key] = (value, time.monotonic() + seconds)
        try:
            self._redis.set(key, self._sealer.seal(key, {"token": value}), ex=seconds)
        except RedisError as error:
            self._note_absence("put", error)

    def drop(self, name: str) -> None:
        self._memory.values.pop(self._key(name), None)
        try:
            self._redis.delete(self._key(name))
        except RedisError as error:
            self._note_absence("drop", error)

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Held while one worker refreshes; the others wait here and then find its token."""
        key = self._key(name)
        with self._memory.locks[key]:
            lock = self._redis.lock(f"{key}:lock", timeout=LOCK_SECONDS)
            shared = self._acquired(lock)
            try:
                yield
            finally:
                if shared:
                    with suppress(RedisError):
                        lock.release()

    def _acquired(self, lock: Lock) -> bool:
        try:
            return bool(lock.acquire(blocking_timeout=LOCK_SECONDS))
        except RedisError as error:
            self._note_absence("lock", error)
            return False

    def _note_absence(self, act: str, error: RedisError) -> None:
        log.warning("redis_away", act=act, account=self._account, error=str(error))

    def _key(self, name: str) -> str:
        return f"tokens:{self._account}:{name}"


class _Files:
    """The store as channels see it: what is not there is a missing file."""

    def __init__(self, store: Store) -> None:
        self._store = store

    def open(self, sha256: str) -> BinaryIO:
        try:
            return self._store.open(sha256)
        except Absent as absent:
            raise FileNotFoundError(sha256) from absent


def channel_opener(store: Store, tokens_of: Callable[[str], Tokens]) -> OpenChannel:
    """The port through which channels are opened: by key, settings in clear, and account uid.

    What it makes raises ``LookupError`` for an unknown channel and ``TypeError`` for settings that
    are not those of the channel.
    """
    files = _Files(store)

    def open_channel(key: str, settings: Mapping[str, Any], account_uid: str) -> Channel:
        kind = channel_class(key)
        return kind(kind.Settings(**settings), files, tokens_of(account_uid))

    return open_channel


def shared_tokens(redis: Redis, sealer: Sealer) -> Callable[[str], Tokens]:
    """(account uid) -> its tokens, with one memory for this process."""
    memory = Memory()
    return lambda account_uid: SharedTokens(redis, sealer, account_uid, memory)
