"""What every platform of the sandbox stands on: the store, the clock, its own public address."""

from __future__ import annotations

import hashlib
import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, request

from channels.sandbox.store import Store

LOOPBACK = ("127.0.0.1", "localhost", "::1")
_ESCAPED = re.compile(rb"(?<!\\)(?:\\\\)*\\u[0-9a-fA-F]{4}")


class PlatformError(Exception):
    """A platform's refusal; each blueprint turns it into that platform's own envelope."""

    def __init__(self, code: int, words: str = "refused by the sandbox") -> None:
        super().__init__(words)
        self.code = code
        self.words = words


@dataclass(frozen=True, slots=True)
class Stage:
    """``base`` is the address under which the sandbox is reached, without a final slash."""

    store: Store
    base: str
    clock: Callable[[], float]
    domains: tuple[str, ...]
    """Hosts that count as bound to our application on Weibo unless an account says otherwise."""

    def now(self) -> float:
        return self.clock()

    def address(self, path: str) -> str:
        """The absolute address of a path of the sandbox."""
        return self.base + path


def stage() -> Stage:
    """The stage of the application that answers the current request."""
    found: Stage = current_app.extensions["sandbox"]
    return found


def fresh_id(prefix: str = "", size: int = 18) -> str:
    """An id as platforms give them: opaque, safe in addresses, never the same twice."""
    return prefix + secrets.token_urlsafe(size)


def digest(*parts: str) -> str:
    """SHA-256 (hex) of the parts, separated so that no two lists collide."""
    return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()


def host_of(address: str) -> str:
    """The host that an address names; empty where none can be read in it."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""


def json_object() -> dict[str, Any]:
    """The request's JSON object; an empty one if the body is empty or something else."""
    body = request.get_json(force=True, silent=True)
    return body if isinstance(body, dict) else {}


def body_is_escaped() -> bool:
    r"""Whether the raw JSON body spells characters as ``\uXXXX`` instead of UTF-8."""
    return _ESCAPED.search(request.get_data()) is not None


def whole(value: Any, default: int = 0) -> int:
    """An integer from what a caller sent as number or string; ``default`` if it is neither."""
    try:
        return int(value)
    except (TypeError, ValueError):
        return default
