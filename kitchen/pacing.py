"""How often an account is called: one token bucket per account, kept in Redis for all workers.

A publishing call that cannot ask for its token is not made: what Redis does not answer may wait,
what a platform has banned may not come back. A withdrawal that cannot ask goes by this process's
own count instead.
"""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from datetime import timedelta
from typing import Any, cast

import structlog
from redis import Redis
from redis.exceptions import RedisError

from channels.abilities import Pace
from kitchen.ports import PacerAway

log = structlog.get_logger(__name__)

TAKE = """
local told = redis.call('TIME')
local now = tonumber(told[1]) + tonumber(told[2]) / 1e6
local interval, burst = tonumber(ARGV[1]), tonumber(ARGV[2])
local due = math.max(tonumber(redis.call('GET', KEYS[1]) or '0'), now)
local wait = due - interval * (burst - 1) - now
if wait > 1e-6 then return tostring(wait) end
redis.call('SET', KEYS[1], string.format('%.6f', due + interval),
           'PX', math.ceil(interval * (burst + 1) * 1000))
return '0'
"""
"""The generic cell rate algorithm on Redis's own clock: the moment at which all would be spent."""


class RedisPacer:
    """Keeps the contract of :class:`kitchen.ports.Pacer`."""

    def __init__(self, redis: Redis) -> None:
        self._take = redis.register_script(TAKE)
        self._own: dict[str, float] = defaultdict(float)
        self._lock = threading.Lock()

    def take(self, key: str, pace: Pace, *, urgent: bool = False) -> timedelta:
        interval = pace.per.total_seconds() / pace.calls
        try:
            told = cast(Any, self._take(keys=[f"pace:{key}"], args=[interval, pace.calls]))
        except RedisError as error:
            log.warning("redis_away", act="pace", account=key, error=str(error))
            if not urgent:
                raise PacerAway from error
            return self._take_own(key, interval, pace.calls)
        return timedelta(seconds=float(told))

    def _take_own(self, key: str, interval: float, burst: int) -> timedelta:
        now = time.monotonic()
        with self._lock:
            due = max(self._own[key], now)
            wait = due - interval * (burst - 1) - now
            if wait <= 0:
                self._own[key] = due + interval
        return timedelta(seconds=max(wait, 0.0))
