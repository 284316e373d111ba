"""How a server that speaks S3 is spoken to: within bounded time, and what it says in our words.

Every call has bounds of silence, pace and tries; whatever goes wrong is :class:`StoreUnavailable`,
but that something is not there is :class:`Absent`.
"""

from __future__ import annotations

import base64
import hashlib
import io
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Final

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

from assets.store import Absent, StoreUnavailable

CONNECT_SECONDS: Final = 3.0
SILENCE_SECONDS: Final = 15.0
"""For how long the server may say nothing in the middle of an answer."""
SLOWEST: Final = 256 * 1024
"""Bytes a second below which a server counts as away: at this pace a film takes an hour."""
GULP: Final = 8192
"""Bytes after which it is looked whether an answer comes too slowly."""
TRIES: Final = 3
GONE: Final = frozenset({"404", "NoSuchKey", "NotFound"})


def connect(endpoint: str) -> Any:
    """A client by the usual AWS settings; empty ``endpoint`` is Amazon's own."""
    return boto3.session.Session().client(
        "s3",
        endpoint_url=endpoint or None,
        config=Config(
            signature_version="s3v4",
            s3={"addressing_style": "path", "payload_signing_enabled": True},
            request_checksum_calculation="when_required",
            response_checksum_validation="when_required",
            connect_timeout=CONNECT_SECONDS,
            read_timeout=SILENCE_SECONDS,
            retries={"mode": "standard", "total_max_attempts": TRIES},
        ),
    )


class Upward(io.BytesIO):
    """A request's bytes, read by the client in small pieces: a server may not take for ever."""

    def __init__(self, data: bytes) -> None:
        super().__init__(data)
        self._deadline = time.monotonic() + 2 * SILENCE_SECONDS + len(data) / SLOWEST

    def read(self, size: int | None = -1) -> bytes:
        if time.monotonic() > self._deadline:
            raise StoreUnavailable("the store takes the bytes too slowly")
        return super().read(size)


class Body:
    """An answer's bytes, which must come at a pace that leads to an end."""

    def __init__(self, answer: dict[str, Any]) -> None:
        self._stream = answer["Body"]
        self._deadline = time.monotonic() + 2 * SILENCE_SECONDS + answer["ContentLength"] / SLOWEST

    def read(self, size: int) -> bytes:
        if time.monotonic() > self._deadline:
            raise StoreUnavailable("the store answers too slowly")
        data: bytes = self._stream.read(min(size, GULP))  # which blocks until it has them all
        return data

    def close(self) -> None:
        self._stream.close()


@contextmanager
def speaking() -> Iterator[None]:
    """What the client raises, as what a store raises."""
    try:
        yield
    except ClientError as error:
        if code_of(error) in GONE:
            raise Absent(str(error)) from error
        raise StoreUnavailable(f"the store refuses: {code_of(error)}") from error
    except BotoCoreError as error:
        raise StoreUnavailable(f"the store is away: {error}") from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def md5_of(data: bytes) -> dict[str, str]:
    """By which the server can tell that it got what was sent."""
    digest = hashlib.md5(data, usedforsecurity=False).digest()
    return {"ContentMD5": base64.b64encode(digest).decode()}
