"""The envelope in which 抖音 and 头条 answer, and what can be read out of it.

Every answer is HTTP 200; success is ``error_code`` 0 in both ``data`` and ``extra``, as a number or
as a digit string.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.bytedance_codes import REMEDIES
from channels.http import Reply


def judged(reply: Reply) -> Reply:
    """The reply if both of its error codes are 0."""
    data, extra = data_of(reply), reply.object().get("extra") or {}
    for part in (data, extra):
        code = number(part.get("error_code", 0))
        if code:
            said = (part.get("description"), extra.get("sub_description"))
            raise reply.failure(REMEDIES, str(code), " ".join(str(it) for it in said if it))
    if reply.status >= 400 or "data" not in reply.object():
        raise reply.unclear(f"http_{reply.status}")
    return reply


def data_of(reply: Reply) -> Mapping[str, Any]:
    """The payload of the envelope; empty if there is none."""
    data = reply.object().get("data")
    return data if isinstance(data, Mapping) else {}


def text_of(reply: Reply, *names: str) -> str:
    """A text deep in ``data``; an answer that lacks it proves nothing."""
    value: Any = data_of(reply)
    for name in names:
        value = value.get(name) if isinstance(value, Mapping) else None
    if not value:
        raise reply.unclear(f"no_{names[-1]}")
    return str(value)


def list_of(reply: Reply, name: str = "list") -> list[dict[str, Any]]:
    """A list in ``data``; an answer that lacks it proves nothing."""
    found = data_of(reply).get(name)
    if not isinstance(found, list):
        raise reply.unclear("no_list")
    return found


def number(value: Any) -> int:
    """A number or its digits; anything else is -1."""
    return int(value) if str(value).isdecimal() else -1


def counted(value: Any) -> int | None:
    """A count; ``None`` where the platform does not tell."""
    found = number(value)
    return None if found < 0 else found
