"""Where an upload stands, and what may be said about it while it is on its way."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import Final

from kitchen.core.errors import N_

MOST_LENGTH: Final = 512 * 1024 * 1024
"""Bytes of the largest file; ten minutes of a phone's film have that."""
MOST_OPEN: Final = 4 * 1024 * 1024 * 1024
"""Bytes that one person's unfinished uploads may claim together."""
LASTS: Final = timedelta(days=3)
"""How long an upload waits for its next piece."""
REMEMBERED: Final = timedelta(days=7)
"""How long one is told that it has expired, instead of that it never was."""
QUICK: Final = 32 * 1024 * 1024
"""Bytes up to which a file is taken in at once, before the last piece is answered."""
MOST_ATTEMPTS: Final = 3
"""After so many beginnings without an end a file is left alone: it would kill every worker."""

BROKE_OFF = N_("收下这个文件时多次出错，已停止。文件还在服务器上，请重试；还不行请联系管理员。")
GONE = N_("服务器上收到的内容不完整，没有入库。请重新上传这个文件。")


class Standing(StrEnum):
    """Where an upload stands; it follows from what is noted and is never written down."""

    COMING = "coming"
    RECEIVED = "received"
    """All of it is on our disk, and a worker will look at it."""
    LOOKED_AT = "looked_at"
    STORED = "stored"
    REFUSED = "refused"


def standing(
    *, whole: bool, attempts: int = 0, failure: str = "", stored: bool = False
) -> Standing:
    """From what is noted of an upload to where it stands."""
    if failure:
        return Standing.REFUSED
    if stored:
        return Standing.STORED
    if not whole:
        return Standing.COMING
    return Standing.LOOKED_AT if attempts else Standing.RECEIVED
