"""How an adapter declares one field of its ``Settings``: a label, a hint, and whether it is secret.

The desk draws the account form from this metadata; a field without a default must be filled in.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, field
from enum import StrEnum
from typing import Any
from urllib.parse import urlsplit


class Place(StrEnum):
    """In which shape a setting says where calls go, and with them the account's secrets."""

    URL = "url"
    HOSTS = "hosts"
    SCHEME = "scheme"

    def hosts(self, given: str) -> list[str]:
        """The hosts that it names. Raises :class:`ValueError` for an address that is none."""
        if self is Place.SCHEME:
            return []
        return listed(given) if self is Place.HOSTS else [urlsplit(given).hostname or ""]


def setting(
    label: str,
    *,
    default: Any = MISSING,
    hint: str = "",
    secret: bool = False,
    place: Place | None = None,
) -> Any:
    """A dataclass field. ``label`` and ``hint`` are message ids; a secret is never shown again."""
    told = {"label": label, "help": hint, "secret": secret, "place": place}
    return field(default=default, metadata=told)


def listed(given: str) -> list[str]:
    """The words of a setting that holds several, parted by either comma that people type."""
    return [word.strip() for word in re.split("[,，]", given) if word.strip()]  # noqa: RUF001


def host_of(address: str) -> str:
    """The host that an address names, in lower case; empty where none can be read in it."""
    try:
        return urlsplit(address).hostname or ""
    except ValueError:  # people write ``http://[待补]``
        return ""


def host_allowed(host: str, allowed: str) -> bool:
    """Whether ``host`` is, or lies under, one of the comma-separated domains in ``allowed``."""
    host = host.rstrip(".").lower()
    domains = [domain.strip().strip(".").lower() for domain in allowed.split(",")]
    return any(host == domain or host.endswith(f".{domain}") for domain in domains if domain)
