"""A program on a leash: its limits are set before its first instruction, and it dies with us.

Run as a file, ``leash.py PARENT MEMORY FILE CPU program argument…``, by a bare interpreter. Limits
set from outside come a moment late, and a worker that is killed outright cannot end its encoder;
so this process binds itself to its parent, takes the limits on, and becomes the program.
"""

from __future__ import annotations

import ctypes
import os
import resource
import signal
import sys
from collections.abc import Sequence

PR_SET_PDEATHSIG = 1
NICE = 5
"""Whoever waits at a page comes first."""


def main(arguments: Sequence[str]) -> None:
    """Become the program; memory and file in bytes, processor time in seconds."""
    parent, memory, file, processor = (int(each) for each in arguments[:4])
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, int(signal.SIGKILL), 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)  # it died before it could be asked to take us along
    for kind, most in (
        (resource.RLIMIT_AS, memory),
        (resource.RLIMIT_FSIZE, file),
        (resource.RLIMIT_CPU, processor),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))
    for ignored in (signal.SIGXFSZ, signal.SIGPIPE):
        signal.signal(ignored, signal.SIG_DFL)  # an interpreter ignores them, and so would its heir
    os.nice(NICE)
    os.execv(arguments[4], list(arguments[4:]))  # noqa: S606 - the program that our parent names


if __name__ == "__main__":
    main(sys.argv[1:])
