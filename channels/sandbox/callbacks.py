"""Events that a platform pushes to an account's callback address, as platforms do: some time
after the act, answered within five seconds, tried three times."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import IO

import httpx

from channels.sandbox.accounts import Account

DEFAULT_DELAY = 0.3
ATTEMPTS, PAUSE, PATIENCE = 3, 1.0, 5.0
_TURN = threading.Lock()


@dataclass(frozen=True, slots=True)
class Push:
    body: bytes
    content_type: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


_HELD: defaultdict[str, list[Callable[[], Push]]] = defaultdict(list)
"""Events kept back, by account; like those on their way, they do not outlive the process."""


def schedule(account: Account, make: Callable[[], Push]) -> None:
    """Push what ``make`` answers once the account's delay is over; nothing without an address.

    An account that holds its events back keeps them until :func:`release`.
    """
    url = account.settings.get("callback_url")
    if url and account.settings.get("callback_held"):
        with _TURN:
            _HELD[account.account].append(make)
    elif url:
        delay = float(account.settings.get("callback_delay", DEFAULT_DELAY))
        timer = threading.Timer(delay, _deliver, (str(url), make))
        timer.daemon = True
        timer.start()


def release(account: Account, *, reverse: bool = False, copies: int = 1) -> int:
    """Push what was held back, now and in the given order, each so many times; how many it was."""
    with _TURN:
        held = _HELD.pop(account.account, [])
    url = str(account.settings.get("callback_url", ""))
    pushes = [make() for make in held]
    for push in reversed(pushes) if reverse else pushes:
        for _ in range(copies):
            _taken(url, push)
    return len(pushes)


def _deliver(url: str, make: Callable[[], Push]) -> None:
    push = make()
    for attempt in range(ATTEMPTS):
        if _taken(url, push):
            return
        if attempt + 1 < ATTEMPTS:
            time.sleep(PAUSE)


def _taken(url: str, push: Push) -> bool:
    answer = _asked(url, push)
    return answer is not None and answer.is_success


def answered(url: str, push: Push) -> bytes:
    """What one push is answered with; nothing if it was not taken."""
    answer = _asked(url, push)
    return answer.content if answer is not None and answer.is_success else b""


def _asked(url: str, push: Push) -> httpx.Response | None:
    headers = {"Content-Type": push.content_type, **push.headers}
    try:
        return httpx.post(
            url,
            content=push.body,
            params=dict(push.query),
            headers=headers,
            timeout=PATIENCE,
            trust_env=False,
        )
    except httpx.HTTPError:
        return None


def fetched(url: str, file: IO[bytes], most: int) -> bool:
    """Fetch a file from an address of ours, as a phone would; whether it is there and fits."""
    try:
        with httpx.stream("GET", url, timeout=PATIENCE, trust_env=False) as answer:
            if not answer.is_success:
                return False
            for chunk in answer.iter_bytes():
                file.write(chunk)
                if file.tell() > most:
                    return False
    except (httpx.HTTPError, httpx.InvalidURL):
        return False
    file.seek(0)
    return True
