"""Named points at which a test may end the process, to prove that each of them is survivable.

A point costs one comparison; nothing but a test ever sets :data:`hook`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

Hook = Callable[[str], None]

hook: Hook | None = None


def crashpoint(name: str) -> None:
    """Say that the process has come to ``name``."""
    if hook is not None:
        hook(name)


@contextmanager
def crashing(with_hook: Hook) -> Iterator[None]:
    """Call ``with_hook`` at every point that is passed inside the block."""
    global hook  # noqa: PLW0603 - one process, one test
    before, hook = hook, with_hook
    try:
        yield
    finally:
        hook = before
