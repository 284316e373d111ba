"""Access tokens: taken from the account's shared store, renewed by one worker at a time.

An authentication error proves that nothing was carried out, so the call may be made again: once,
with a renewed token. A second such error leaves as ``StaleToken``, which is a ``NeedsReauth``.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import TypeVar

from channels.base import StaleToken, Tokens
from channels.http import Veil

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Grant:
    """A token that a platform gave us, and for how long."""

    value: str
    lifetime: timedelta


class Bearer:
    """The access token of one account. ``renew`` gets the stale token, or ``None`` if it ran out.

    ``credential`` is what the token is derived from: a new credential makes the old tokens
    unreachable, so that a person's renewal works at once.
    """

    def __init__(
        self, tokens: Tokens, credential: str, veil: Veil, renew: Callable[[str | None], Grant]
    ) -> None:
        self._tokens = tokens
        self._name = token_name("access", credential)
        self._veil = veil
        self._renew = renew

    def spend(self, call: Callable[[str], T]) -> T:
        """Answer ``call(token)``, renewing the token once if the platform no longer takes it."""
        token = self._tokens.get(self._name) or self._renewed(None)
        try:
            return call(self._veil.add(token))
        except StaleToken:
            pass
        return call(self._veil.add(self._renewed(token)))

    def _renewed(self, stale: str | None) -> str:
        with self._tokens.lock(self._name):
            current = self._tokens.get(self._name)
            if current and current != stale:
                return current
            self._tokens.drop(self._name)
            grant = self._renew(stale)
            self._tokens.put(self._name, grant.value, _usable(grant.lifetime))
            return grant.value


def token_name(kind: str, credential: str) -> str:
    """The name under which a token derived from ``credential`` is stored."""
    return f"{kind}:{hashlib.sha256(credential.encode()).hexdigest()[:16]}"


def _usable(lifetime: timedelta) -> timedelta:
    """Leave a token before its last minutes, in which platforms roll it over."""
    return lifetime - min(timedelta(minutes=5), lifetime / 10)
