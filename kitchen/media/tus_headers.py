"""The headers of tus as values: lengths, offsets, metadata, checksums. Nonsense is refused."""

from __future__ import annotations

import base64
import binascii
import re
from typing import Final

from flask import request

from kitchen.core.errors import N_, Refusal

ALGORITHMS: Final = ("sha1", "sha256")


class BadHeader(Refusal):
    """Neither the wrong content nor the wrong place: a request that says nothing (400)."""

    code = "upload_header"


def number(header: str) -> int:
    value = request.headers.get(header, "")
    if not re.fullmatch(r"\d{1,15}", value):
        raise BadHeader(N_("请求缺少 %(header)s，或不是整数。"), header=header)
    return int(value)


def metadata() -> dict[str, str]:
    """`Upload-Metadata`: names, each with its value in base64."""
    told: dict[str, str] = {}
    for pair in filter(None, request.headers.get("Upload-Metadata", "").split(",")):
        name, _, value = pair.strip().partition(" ")
        try:
            told[name] = base64.b64decode(value, validate=True).decode()
        except (binascii.Error, UnicodeDecodeError) as error:
            raise _unreadable("Upload-Metadata") from error
    return told


def checksum() -> tuple[str, bytes] | None:
    """`Upload-Checksum`: the algorithm and the digest of this piece."""
    header = request.headers.get("Upload-Checksum")
    if header is None:
        return None
    algorithm, _, value = header.partition(" ")
    if algorithm not in ALGORITHMS:
        raise _unreadable("Upload-Checksum")
    try:
        return algorithm, base64.b64decode(value, validate=True)
    except binascii.Error as error:
        raise _unreadable("Upload-Checksum") from error


def may_answer_later() -> bool:
    """`Prefer: respond-async` (RFC 7240): the sender will ask what became of it."""
    return "respond-async" in request.headers.get("Prefer", "")


def _unreadable(header: str) -> Refusal:
    return BadHeader(N_("%(header)s 读不懂，请按 tus 协议填写。"), header=header)
