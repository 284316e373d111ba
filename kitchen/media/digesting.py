"""A hash that is worked out beside the bytes that go on coming."""

from __future__ import annotations

import hashlib
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Final

AHEAD: Final = 8
"""Pieces that may wait to be hashed; then the bytes wait as well, so that memory does not grow."""


class Digest:
    """Of bytes given piece by piece, in a thread of its own: hashing needs no lock of Python's.

    To be used in a ``with``; :meth:`digest` comes last.
    """

    def __init__(self, algorithm: str) -> None:
        self._hash = hashlib.new(algorithm, usedforsecurity=False)
        self._aside = ThreadPoolExecutor(1, thread_name_prefix="digest")
        self._waiting: deque[Future[None]] = deque()

    def __enter__(self) -> Digest:
        return self

    def __exit__(self, *_error: object) -> None:
        self._aside.shutdown(cancel_futures=True)

    def update(self, piece: bytes) -> None:
        """Take in the next piece; waits only where the hash has fallen behind."""
        self._waiting.append(self._aside.submit(self._hash.update, piece))
        if len(self._waiting) > AHEAD:
            self._waiting.popleft().result()

    def digest(self) -> bytes:
        """Of all that was given."""
        while self._waiting:
            self._waiting.popleft().result()
        return self._hash.digest()
