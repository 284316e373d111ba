"""Calls to addresses that a stranger gave us: only to the open internet, never to a neighbour.

A name is looked up once, every address that it has must be a public one, and the call goes to the
very address that was looked at; the name is only said. So a name that means another machine a
moment later leads nowhere, and neither does a redirect, because none is followed.
"""

from __future__ import annotations

import socket
from collections.abc import Mapping
from contextlib import suppress
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, urlsplit

from channels.base import ChannelError, Rejected, Unavailable
from channels.http import Aim, Reply, Veil, Wire, can_say

LONGEST = 1000
"""Characters of an address."""
_PORTS = {"http": 80, "https": 443}
_FIRST_FREE_PORT = 1024
"""Below it only the web's own two ports are called: no mail server shall get our requests."""

_INNER = ("localhost", "local", "internal", "intranet", "lan", "corp", "home", "home.arpa")
"""Endings of names that mean nothing, or something else, outside of a house."""

_TO_IPV4 = IPv6Network("64:ff9b::/96")
"""Where a gateway leads from IPv6 to IPv4, private addresses included."""

Address = IPv4Address | IPv6Address


def fault_of(url: str) -> str:
    """What is wrong with the address by its looks: a word, or empty; nothing is looked up."""
    try:
        parts = urlsplit(url)
        port = _port(parts)
    except ValueError:
        return "unreadable"
    if parts.scheme not in _PORTS or not parts.hostname:
        return "scheme"
    if parts.username is not None or parts.fragment or len(url) > LONGEST or not _plain(url):
        return "shape"
    if not can_say(parts.netloc):
        return "unreadable"
    return "" if port in _PORTS.values() or port >= _FIRST_FREE_PORT else "port"


def call(
    method: str,
    url: str,
    *,
    headers: Mapping[str, str] | None = None,
    content: bytes | None = None,
    loopback: bool = False,
) -> Reply:
    """Send one request once; a reply of any status below 500 that is no redirect comes back.

    ``loopback`` lets this machine itself be called, for a house that nobody outside can reach.
    Raises :class:`Rejected` (``not_public``) for an address that must not be called, and otherwise
    what :meth:`~channels.http.Wire.send` raises.
    """
    if fault := fault_of(url):
        raise Rejected(fault, code="not_public")
    parts = urlsplit(url)
    found = _looked_up(parts, loopback)
    host = f"[{found}]" if found.version == 6 else str(found)
    base = f"{parts.scheme}://{host}:{_port(parts)}"
    target = f"{parts.path or '/'}{f'?{parts.query}' if parts.query else ''}"
    wire = Wire(base, Veil(), host=parts.netloc)
    return wire.send(method, target, aim=Aim.CREATE, headers=headers, content=content)


def status_of(url: str, *, loopback: bool = False) -> int:
    """The status with which a page answers, redirects and troubles included.

    Raises a :class:`ChannelError` where nothing answers, or nothing may be asked.
    """
    status = _status("HEAD", url, loopback)
    return _status("GET", url, loopback) if status in (400, 403, 404, 405, 501) else status


def _status(method: str, url: str, loopback: bool) -> int:
    try:
        return call(method, url, loopback=loopback).status
    except ChannelError as error:
        if not error.code.startswith("http_"):
            raise
        return int(error.code.removeprefix("http_"))


def host_of(url: str) -> str:
    """The host of an address in which :func:`fault_of` found nothing."""
    return urlsplit(url).hostname or ""


def is_public(address: Address, loopback: bool = False) -> bool:
    """Whether the address may be called: nothing private, local, reserved or meant for many."""
    inner = getattr(address, "ipv4_mapped", None) or getattr(address, "sixtofour", None) or address
    if inner.is_loopback:
        return loopback
    return inner.is_global and not inner.is_multicast and inner not in _TO_IPV4


def looks_inner(host: str) -> bool:
    """Whether a host is a neighbour by its looks, in whichever way its address is written."""
    host = host.rstrip(".").lower()
    with suppress(ValueError):
        return not is_public(ip_address(host))
    with suppress(OSError):
        return not is_public(ip_address(socket.inet_aton(host)))
    return "." not in host or host.endswith(tuple(f".{end}" for end in _INNER))


def _looked_up(parts: SplitResult, loopback: bool) -> Address:
    """The address to call. Raises :class:`Rejected` unless every address of the name is public."""
    assert parts.hostname is not None
    try:
        told = socket.getaddrinfo(parts.hostname, _port(parts), type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Unavailable(str(error)[:300], code="unsent") from error
    found = [ip_address(str(each[4][0]).partition("%")[0]) for each in told]
    if not all(is_public(each, loopback) for each in found):
        raise Rejected("address", code="not_public")
    return found[0]


def _port(parts: SplitResult) -> int:
    return parts.port or _PORTS.get(parts.scheme, 0)


def _plain(url: str) -> bool:
    """No blank, no control character, nothing beyond ASCII: what is compared is what is called."""
    return url.isascii() and url.isprintable() and " " not in url
