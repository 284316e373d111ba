"""Platform tokens of an account, shared by all workers, and how a channel is opened with them.

Tokens live in the database under the account's uid, sealed, until the platform stops taking them:
a refresh token that may be spent only once must outlive Redis. While a worker refreshes one it
holds a lock in Redis, so that two never spend the same; if Redis is away, each process keeps its
own threads in line and nothing else stops.
"""

from __future__ import annotations

import threading
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime, timedelta
from typing import Any, BinaryIO

import structlog
from redis import Redis
from redis.exceptions import RedisError
from redis.lock import Lock
from sqlalchemy import String, delete
from sqlalchemy.orm import Mapped, mapped_column

from assets.store import Absent, Store
from channels.base import Channel, Tokens
from channels.registry import channel_class
from kitchen.core import clock
from kitchen.core.db import Base, Database
from kitchen.core.seal import BrokenSeal, Sealer
from kitchen.ports import OpenChannel

log = structlog.get_logger(__name__)

LOCK_SECONDS = 90
"""Longer than any refresh can take; then its holder is dead."""

Locks = defaultdict[str, threading.Lock]
"""What keeps the threads of one process in line, by token."""


class PlatformToken(Base):
    """A token as it is kept: sealed for its account and name, with its last moment."""

    __tablename__ = "platform_token"

    account_uid: Mapped[str] = mapped_column(String(22), primary_key=True)
    name: Mapped[str] = mapped_column(String(40), primary_key=True)
    sealed: Mapped[str]
    expires_at: Mapped[datetime]


class SharedTokens:
    """The tokens of one account; keeps the contract of :class:`channels.base.Tokens`."""

    def __init__(
        self, database: Database, redis: Redis, sealer: Sealer, account_uid: str, locks: Locks
    ) -> None:
        self._database = database
        self._redis = redis
        self._sealer = sealer
        self._account = account_uid
        self._locks = locks

    def get(self, name: str) -> str | None:
        """The token, unless it has expired. A damaged one counts as none: it is fetched anew."""
        with self._database.unit(write=False) as session:
            kept = session.get(PlatformToken, (self._account, name))
            if kept is None or kept.expires_at <= clock.now(session):
                return None
        try:
            return str(self._sealer.open(self._key(name), kept.sealed)["token"])
        except BrokenSeal:
            log.warning("token_unreadable", account=self._account)
            return None

    def put(self, name: str, value: str, lifetime: timedelta) -> None:
        """Keep a token; it is on the disk before this returns."""
        with self._database.unit() as session:
            session.merge(
                PlatformToken(
                    account_uid=self._account,
                    name=name,
                    sealed=self._sealer.seal(self._key(name), {"token": value}),
                    expires_at=clock.now(session) + lifetime,
                )
            )

    def drop(self, name: str) -> None:
        with self._database.unit() as session:
            session.execute(
                delete(PlatformToken).where(
                    PlatformToken.account_uid == self._account, PlatformToken.name == name
                )
            )

    @contextmanager
    def lock(self, name: str) -> Iterator[None]:
        """Held while one worker refreshes; the others wait here and then find its token."""
        key = self._key(name)
        with self._locks[key]:
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
            log.warning("redis_away", act="lock", account=self._account, error=str(error))
            return False

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


def shared_tokens(database: Database, redis: Redis, sealer: Sealer) -> Callable[[str], Tokens]:
    """(account uid) -> its tokens, with one set of locks for this process."""
    locks: Locks = defaultdict(threading.Lock)
    return lambda account_uid: SharedTokens(database, redis, sealer, account_uid, locks)
