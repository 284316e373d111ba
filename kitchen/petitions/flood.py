"""The valve against floods, without a trace of anybody: counts by windows of a few minutes.

Counted are all together, and networks (a /24, or a /48 of the new addresses) by a hash whose salt
is thrown away with its window. Addresses of this machine or of an inner network, as they arrive
from a proxy that says no more, are counted among all alone.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.errors import N_, TooOften
from kitchen.petitions.models import FloodCount
from kitchen.petitions.rules import Parameters
from kitchen.petitions.timing import parameters

_OPEN = text(
    "INSERT INTO petition_flood (starts_at, network, salt, filed, wrong)"
    " VALUES (:at, :network, :salt, 0, 0) ON CONFLICT (starts_at, network) DO NOTHING"
)
_COUNT = text(
    "UPDATE petition_flood SET filed = filed + :filed, wrong = wrong + :wrong"
    " WHERE starts_at = :at AND network = :network"
)


@dataclass(frozen=True, slots=True)
class Window:
    """The minutes in which this is done, and what was counted in them."""

    starts_at: int
    ends_in: int
    """Seconds."""
    salt: str
    set: Parameters

    def name_of(self, address: str) -> str:
        """Under what a visitor's network is counted in this window; empty: not by itself."""
        network = coarse(address)
        told = f"{self.salt}{network}".encode()
        return hashlib.sha256(told).hexdigest()[:32] if network else ""


def coarse(address: str) -> str:
    """The network of an address; empty for what is none, or of no use."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.is_private or found.is_loopback:
        return ""
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))


def admit(session: Session, address: str) -> None:
    """Raise :class:`TooOften` where too much was filed in these minutes."""
    window = _window(session)
    if _counted(session, window, "").filed >= window.set.most_in_window:
        raise TooOften(
            N_("现在提问的人太多，请 %(seconds)s 秒后再提交；填写的内容还在。"),
            seconds=window.ends_in,
        )
    name = window.name_of(address)
    if name and _counted(session, window, name).filed >= window.set.most_from_network:
        raise TooOften(
            N_("您所在的网络刚提交了很多问题，请 %(seconds)s 秒后再试；填写的内容还在。"),
            seconds=window.ends_in,
        )


def admit_code(session: Session, address: str) -> None:
    """Raise :class:`TooOften` where too many codes were tried in vain from this network."""
    window = _window(session)
    name = window.name_of(address)
    if name and _counted(session, window, name).wrong >= window.set.most_wrong_codes:
        raise TooOften(N_("查询码错得太多，请 %(seconds)s 秒后再试。"), seconds=window.ends_in)


def count_filed(session: Session, address: str) -> None:
    _count(session, address, filed=1)


def count_wrong(session: Session, address: str) -> None:
    _count(session, address, wrong=1)


def _window(session: Session) -> Window:
    told = parameters(session)
    length = told.window_minutes * 60
    now = int(clock.now(session).timestamp())
    starts_at = now - now % length
    row = session.get(FloodCount, (starts_at, ""))
    return Window(starts_at, length - (now - starts_at), row.salt if row else "", told)


def _counted(session: Session, window: Window, name: str) -> FloodCount:
    found = session.get(FloodCount, (window.starts_at, name), populate_existing=True)
    return found or FloodCount(filed=0, wrong=0)


def _count(session: Session, address: str, *, filed: int = 0, wrong: int = 0) -> None:
    window = _window(session)
    at = {"at": window.starts_at}
    if not window.salt:
        session.execute(delete(FloodCount).where(FloodCount.starts_at < window.starts_at))
        session.execute(_OPEN, {**at, "network": "", "salt": secrets.token_hex(16)})
        window = _window(session)
    names = {"", window.name_of(address)}
    for name in sorted(names):
        session.execute(_OPEN, {**at, "network": name, "salt": ""})
        session.execute(_COUNT, {**at, "network": name, "filed": filed, "wrong": wrong})
