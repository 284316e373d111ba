"""The valve against floods, without a trace of anybody: counts at a gate, by windows of minutes.

Counted are all together, and networks (a /24, or a /48 of the new addresses) by a hash whose salt
is thrown away with its window. Addresses of this machine or of an inner network, as they arrive
from a proxy that says no more, are counted among all alone; so is whoever comes to a gate that
does not want to know where from.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from ipaddress import ip_address, ip_network

from sqlalchemy import delete, text
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.web.models import FloodCount

_OPEN = text(
    "INSERT INTO flood_count (gate, starts_at, network, ends_at, salt, filed, wrong)"
    " VALUES (:gate, :at, :network, :end, :salt, 0, 0)"
    " ON CONFLICT (gate, starts_at, network) DO NOTHING"
)
_COUNT = text(
    "UPDATE flood_count SET filed = filed + :filed, wrong = wrong + :wrong"
    " WHERE gate = :gate AND starts_at = :at AND network = :network"
)


@dataclass(frozen=True, slots=True)
class Window:
    """The minutes in which this is done, and what was counted in them at a gate."""

    session: Session
    gate: str
    starts_at: int
    ends_at: int
    """Both in seconds of Unix."""
    ends_in: int
    """Seconds from now."""
    salt: str

    def counted(self, address: str = "") -> FloodCount:
        """What came from the network of ``address``; without one, in all."""
        name = self._name_of(address)
        if address and not name:
            return FloodCount(filed=0, wrong=0)
        found = self.session.get(
            FloodCount, (self.gate, self.starts_at, name), populate_existing=True
        )
        return found or FloodCount(filed=0, wrong=0)

    def _name_of(self, address: str) -> str:
        """Under what a visitor's network is counted; empty: not by itself."""
        network = coarse(address)
        told = f"{self.salt}{network}".encode()
        return hashlib.sha256(told).hexdigest()[:32] if network else ""

    def count(self, address: str = "", *, filed: int = 0, wrong: int = 0) -> None:
        """Count what came, for all and for the network of ``address``."""
        at = {"gate": self.gate, "at": self.starts_at, "end": self.ends_at}
        for name in sorted({"", self._name_of(address)}):
            self.session.execute(_OPEN, {**at, "network": name, "salt": ""})
            more = {"network": name, "filed": filed, "wrong": wrong}
            self.session.execute(_COUNT, {**at, **more})


def window(session: Session, gate: str, seconds: int) -> Window:
    """The window of so many seconds in which it is now, to look into."""
    now = int(clock.now(session).timestamp())
    starts_at = now - now % seconds
    row = session.get(FloodCount, (gate, starts_at, ""))
    ends_at = starts_at + seconds
    return Window(session, gate, starts_at, ends_at, ends_at - now, row.salt if row else "")


def opened(session: Session, gate: str, seconds: int) -> Window:
    """The same, to count in; with the first count the windows before it are forgotten."""
    found = window(session, gate, seconds)
    if found.salt:
        return found
    before = FloodCount.gate == gate, FloodCount.starts_at < found.starts_at
    session.execute(delete(FloodCount).where(*before))
    begun = {"gate": gate, "at": found.starts_at, "end": found.ends_at, "network": ""}
    session.execute(_OPEN, {**begun, "salt": secrets.token_hex(16)})
    return window(session, gate, seconds)


def forget(database: Database) -> None:
    """Forget all windows that nobody looks into any more: even a count tells that somebody came."""
    with database.unit() as session:
        now = int(clock.now(session).timestamp())
        session.execute(delete(FloodCount).where(FloodCount.ends_at <= now))


def coarse(address: str) -> str:
    """The network of an address; empty for what is none, or of no use."""
    try:
        found = ip_address(address)
    except ValueError:
        return ""
    if found.is_private or found.is_loopback:
        return ""
    return str(ip_network(f"{found}/{24 if found.version == 4 else 48}", strict=False))
