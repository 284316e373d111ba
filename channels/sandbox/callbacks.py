"""Events that a platform pushes to an account's callback address, as platforms do: some time
after the act, answered within five seconds, tried three times."""

from __future__ import annotations

import threading
import time
from collections import defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

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
    headers = {"Content-Type": push.content_type, **push.headers}
    try:
        answer = httpx.post(
            url,
            content=push.body,
            params=dict(push.query),
            headers=headers,
            timeout=PATIENCE,
            trust_env=False,
        )
    except httpx.HTTPError:
        return False
    return answer.is_success
