"""Signed addresses under which a platform, or a phone, may fetch one file of ours for a while.

Some platforms take no bytes, only an address. Ours is ``{base}/f/{name}?e={seconds}&s={signature}``
where ``name`` is the file's SHA-256 in URL-safe base 64 without padding and the extension of its
type, ``seconds`` the last moment (Unix time), and ``signature`` the first 22 characters of
base64url(HMAC-SHA256(secret, name + newline + seconds)): 132 bits, short enough for a dozen such
addresses in one QR code. Whoever serves the address asks :func:`named` and sends the file.
"""

from __future__ import annotations

import hashlib
import hmac
from base64 import urlsafe_b64decode, urlsafe_b64encode
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from channels.base import N_, Media
from channels.media import EXTENSIONS
from channels.settings import setting

PREFIX = "/f/"
_SIGNATURE = 22
_MIMES = {extension: mime for mime, extension in EXTENSIONS.items()}


def base_setting() -> Any:
    """The field of ``Settings`` for the address under which the links are served."""
    hint = N_("公开站点的地址；平台和手机要能从互联网打开")
    return setting(N_("媒体链接地址"), hint=hint)


def secret_setting() -> Any:
    """The field of ``Settings`` for the secret that signs them."""
    return setting(N_("媒体链接密钥"), secret=True, hint=N_("与公开站点的媒体链接密钥一致"))


class NoSuchLink(LookupError):
    """An address that we did not make, or whose time is over."""


@dataclass(frozen=True, slots=True)
class Linked:
    """The file behind an address."""

    sha256: str
    mime: str


def media_link(base_url: str, secret: str, medium: Media, until: datetime) -> str:
    """The address of a file, good until then."""
    name = f"{_short(bytes.fromhex(medium.sha256))}.{EXTENSIONS[medium.mime]}"
    end = str(int(until.timestamp()))
    return f"{base_url.rstrip('/')}{PREFIX}{name}?e={end}&s={_signed(secret, name, end)}"


def named(secret: str, name: str, end: str, signature: str, now: datetime) -> Linked:
    """The file that a called address names. Raises :class:`NoSuchLink`."""
    good = hmac.compare_digest(_signed(secret, name, end).encode(), signature.encode())
    if not good or int(end) < now.timestamp():
        raise NoSuchLink(name)
    digest, _, extension = name.partition(".")
    return Linked(urlsafe_b64decode(f"{digest}=").hex(), _MIMES[extension])


def _signed(secret: str, name: str, end: str) -> str:
    mac = hmac.new(secret.encode(), f"{name}\n{end}".encode(), hashlib.sha256)
    return _short(mac.digest())[:_SIGNATURE]


def _short(data: bytes) -> str:
    return urlsafe_b64encode(data).decode().rstrip("=")
