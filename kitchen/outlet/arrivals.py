"""Bytes on their way in: put aside and hashed as they come, looked at, and only then kept."""

from __future__ import annotations

import hashlib
import tempfile
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any

from assets.refusals import REASONS, Refused, in_bytes
from assets.sniff import sniff
from assets.store import CHUNK
from kitchen.core.errors import N_, Refusal, TooLarge
from kitchen.outlet.rules import most_bytes


class NotTaken(Refusal):
    """A type of file that the outlet does not show."""

    code = "type"
    default = N_("不支持这种文件。")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A body that lies aside, nameless; closing ``file`` forgets it."""

    file: IO[bytes]
    sha256: str
    size: int

    def close(self) -> None:
        self.file.close()


def put_aside(stream: Any, limit: int) -> Arrival:
    """Take in all of ``stream``. Raises :class:`TooLarge` beyond ``limit`` bytes."""
    file = tempfile.NamedTemporaryFile(prefix="kitchen-outlet-")  # noqa: SIM115 - closed with it
    digest, size = hashlib.sha256(), 0
    while chunk := stream.read(CHUNK):
        size += len(chunk)
        if size > limit:
            file.close()
            raise too_large(limit)
        digest.update(chunk)
        file.write(chunk)
    file.flush()
    file.seek(0)
    return Arrival(file, digest.hexdigest(), size)


def type_of(arrival: Arrival, claimed: str) -> str:
    """The media type that the bytes have. Raises :class:`NotTaken` or :class:`TooLarge`.

    A file that is not what its sender calls it is not taken either.
    """
    try:
        mime = sniff(Path(arrival.file.name)).mime
    except Refused as refused:
        params: dict[str, Any] = dict(refused.params)
        raise NotTaken(REASONS[refused.code], **params) from refused
    if mime == "video/quicktime":  # few browsers play it; the kitchen sends such films as MP4
        raise NotTaken(REASONS["kind_not_accepted"], kind=mime)
    if mime != claimed:
        raise NotTaken(
            N_("文件其实是 %(found)s，与声明的 %(claimed)s 不符。"), found=mime, claimed=claimed
        )
    if arrival.size > most_bytes(mime):
        raise too_large(most_bytes(mime))
    return mime


def too_large(limit: int) -> TooLarge:
    return TooLarge(N_("内容超过 %(limit)s 的上限，请减小后再发。"), limit=in_bytes(limit))
