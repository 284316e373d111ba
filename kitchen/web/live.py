"""Live pages: one event stream per tab, fed from Redis, that says what has changed.

A message names a topic; the page fetches its own fragment again, through the same guard as any
other request, so that nobody is told more than they may see. If Redis is away the stream stays
open and silent, and pages are as fresh as their last load.

A stream lives for some minutes; the page opens the next one, through the guard, before this one
ends, so that whoever signed out, has left or was here too long hears nothing more.
"""

from __future__ import annotations

import json
import queue
import threading
import time
from collections.abc import Iterator
from typing import Any

import structlog
from flask import Response, g, request
from redis import Redis
from redis.exceptions import RedisError

from kitchen.core.errors import TooOften
from kitchen.web.face import Face
from kitchen.web.guard import signed_in

log = structlog.get_logger(__name__)

PREFIX = "live:"
HEARTBEAT_SECONDS = 15
TOPICS_MAX = 20
STREAMS_MAX = 96
"""Open streams per web process; each holds one of its threads."""
STREAMS_EACH = 12
"""Of them one person's; a tab that nobody looks at has none. More only come about by turning pages
fast: we notice at the next heartbeat that a page is gone. So the oldest makes room.
"""
LASTS_SECONDS = 240
RENEWAL_SECONDS = 15
"""How long a stream goes on after it has told its page to open the next one."""

Message = tuple[str, str]
WAKE_UP: Message = ("", "")


class RedisLive:
    """Tells by Redis; a Redis that is away is noted and otherwise ignored."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis

    def tell(self, topic: str, **data: Any) -> None:
        try:
            self._redis.publish(PREFIX + topic, json.dumps(data, ensure_ascii=False))
        except RedisError as error:
            log.warning("live_unheard", topic=topic, error=str(error))


class Hub:
    """Hands each message to the streams of this process that asked for its topic."""

    def __init__(self, redis: Redis) -> None:
        self._redis = redis
        self._lock = threading.Lock()
        self._streams: dict[queue.Queue[Message], frozenset[str]] = {}
        self._thread: threading.Thread | None = None

    def join(self, topics: frozenset[str], own: str) -> queue.Queue[Message]:
        """A mailbox for these topics and the person's own; their oldest one ends for one too many.

        Raises :class:`TooOften` when all places are taken.
        """
        mailbox: queue.Queue[Message] = queue.Queue(maxsize=100)
        with self._lock:
            mine = [each for each, asked in self._streams.items() if own in asked]
            if len(mine) >= STREAMS_EACH:
                self._end(mine[0])
            if len(self._streams) >= STREAMS_MAX:
                raise TooOften(seconds=30)
            self._streams[mailbox] = topics | {own}
            if self._thread is None:
                self._thread = threading.Thread(target=self._listen, daemon=True, name="live")
                self._thread.start()
        return mailbox

    def _end(self, mailbox: queue.Queue[Message]) -> None:
        del self._streams[mailbox]
        if not mailbox.full():
            mailbox.put_nowait(WAKE_UP)

    def has(self, mailbox: queue.Queue[Message]) -> bool:
        """Whether the stream of this mailbox is to go on."""
        return mailbox in self._streams

    def leave(self, mailbox: queue.Queue[Message]) -> None:
        with self._lock:
            self._streams.pop(mailbox, None)

    def _listen(self) -> None:
        """Hear Redis, and try again while it is away for as long as anybody waits for news."""
        away = False
        while True:
            try:
                subscription = self._redis.pubsub(ignore_subscribe_messages=True)
                subscription.psubscribe(PREFIX + "*")
                if away:
                    log.info("live_restored")
                away = False
                for message in subscription.listen():
                    self._hand_out(message["channel"].decode()[len(PREFIX) :], message["data"])
            except RedisError as error:
                if not away:
                    log.warning("live_interrupted", error=str(error))
                away = True
                time.sleep(1)
            if self._is_forsaken():
                return

    def _is_forsaken(self) -> bool:
        """Whether no stream is left; the next one to join then has a listener of its own."""
        with self._lock:
            if not self._streams:
                self._thread = None
            return self._thread is None

    def _hand_out(self, topic: str, data: bytes) -> None:
        with self._lock:
            for mailbox, topics in self._streams.items():
                if topic in topics and not mailbox.full():
                    mailbox.put_nowait((topic, data.decode()))


def mount(face: Face, redis: Redis) -> None:
    """Give the face its ``/live`` stream."""
    hub = Hub(redis)

    @face.get("/live", endpoint="live")
    @signed_in(by_hand=True)
    def live() -> Response:
        asked = request.args.get("topics", "").split(",")[:TOPICS_MAX]
        own = f"staff:{g.actor.uid}"
        topics = frozenset(topic for topic in asked if topic and not topic.startswith("staff:"))
        mailbox = hub.join(topics, own)
        return Response(
            _stream(hub, mailbox, own),
            mimetype="text/event-stream",
            headers={"Cache-Control": "no-store", "X-Accel-Buffering": "no"},
        )


def _stream(hub: Hub, mailbox: queue.Queue[Message], own: str) -> Iterator[str]:
    try:
        yield "retry: 3000\n\n"
        yield from _messages(hub, mailbox, own, LASTS_SECONDS)
        if hub.has(mailbox):
            yield "event: renew\ndata: {}\n\n"
            yield from _messages(hub, mailbox, own, RENEWAL_SECONDS)
    finally:
        hub.leave(mailbox)


def _messages(hub: Hub, mailbox: queue.Queue[Message], own: str, seconds: float) -> Iterator[str]:
    end = time.monotonic() + seconds
    while (left := end - time.monotonic()) > 0:
        try:
            topic, data = mailbox.get(timeout=min(left, HEARTBEAT_SECONDS))
        except queue.Empty:
            yield ": still here\n\n"
            continue
        if not hub.has(mailbox):
            return
        if topic == own:
            yield f"event: notice\ndata: {data}\n\n"
        else:
            told = json.dumps({"topic": topic, **json.loads(data)}, ensure_ascii=False)
            yield f"event: changed\ndata: {told}\n\n"
