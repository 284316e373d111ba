"""Who is where now, kept in Redis for half a minute after each sign of life, and nowhere else."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from typing import Any, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)

STAY_SECONDS = 45
"""How long someone counts as there without a sign of life; pages give one every 15 s."""


class RedisPresence:
    """Keeps the contract of :class:`kitchen.ports.Presence`; a Redis that is away: nobody there."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def enter(self, place: str, client: str, told: Mapping[str, Any]) -> None:
        since = next((it["since"] for it in self.who(place) if it["client"] == client), time.time())
        kept = {**told, "client": client, "since": since, "at": time.time()}
        try:
            with self._redis.pipeline(transaction=False) as pipe:
                pipe.hset(_key(place), client, json.dumps(kept, ensure_ascii=False))
                pipe.expire(_key(place), STAY_SECONDS)
                pipe.execute()
        except RedisError as error:
            log.warning("redis_away", act="presence", error=str(error))

    def leave(self, place: str, client: str) -> None:
        try:
            self._redis.hdel(_key(place), client)
        except RedisError as error:
            log.warning("redis_away", act="presence", error=str(error))

    def who(self, place: str) -> list[dict[str, Any]]:
        try:
            found = cast(Any, self._redis.hvals(_key(place)))
        except RedisError as error:
            log.warning("redis_away", act="presence", error=str(error))
            return []
        people = [json.loads(each) for each in found]
        alive = time.time() - STAY_SECONDS
        return sorted((it for it in people if it["at"] > alive), key=lambda it: it["since"])


def _key(place: str) -> str:
    return f"presence:{place}"
