"""How a child process serves that handles what strangers sent.

It is started by :mod:`assets.bounded`, reads one JSON request a line from standard input and
answers with a JSON line and the bytes it announces. Before the first request it gives away what a
decoder gone wrong could use: memory, the right to write a file, most descriptors; each request
then may burn a bounded amount of CPU. It knows no secret, for it is given no environment.
"""

from __future__ import annotations

import json
import os
import resource
import signal
import sys
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO, Final

from assets.refusals import Refused

MEMORY: Final = 512 * 1024 * 1024
"""Bytes of address space: a picture at the pixel cap fits, a bomb does not."""

CPU_SECONDS: Final = 10
"""Seconds of CPU a request may burn; the parent's clock on the wall runs beside it."""

DESCRIPTORS: Final = 24

Answer = tuple[dict[str, Any], list[bytes]]
Work = Callable[[Mapping[str, Any]], Answer]
"""A request -> what was found out, and the files that were made."""


def serve(work: Work) -> None:
    """Answer each request by ``work`` until the parent closes the pipe, as its death does too."""
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)  # meant for the parent, who finishes, then closes us
    requests, replies = sys.stdin.buffer, _own_replies()
    _give_up_powers()
    _reply(replies, {}, [])  # a greeting: from here on, what goes wrong is the file's doing
    for line in requests:
        _allow_cpu()
        facts, parts = _answer(work, json.loads(line))
        _reply(replies, facts, parts)


def _own_replies() -> BinaryIO:
    """Keep standard output for replies alone, whatever a library may print."""
    replies = os.fdopen(os.dup(1), "wb")
    os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
    return replies


def _give_up_powers() -> None:
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NOFILE, (DESCRIPTORS, DESCRIPTORS))


def _allow_cpu() -> None:
    """Lift the soft limit a little for this request; going over it ends the process."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    soft = int(used.ru_utime + used.ru_stime) + CPU_SECONDS + 1
    resource.setrlimit(resource.RLIMIT_CPU, (soft, resource.RLIM_INFINITY))


def _answer(work: Work, request: Mapping[str, Any]) -> Answer:
    try:
        return work(request)
    except Refused as refusal:
        return {"refused": refusal.code, "params": dict(refusal.params)}, []
    except (MemoryError, RecursionError):
        return {"refused": "too_heavy", "params": {}}, []
    except Exception:  # noqa: BLE001 - a decoder may fail in any way on a hostile file
        return {"refused": "broken", "params": {}}, []


def _reply(replies: BinaryIO, facts: dict[str, Any], parts: list[bytes]) -> None:
    header = facts | {"parts": [len(part) for part in parts]}
    replies.write(json.dumps(header).encode() + b"\n")
    for part in parts:
        replies.write(part)
    replies.flush()
