"""The phones behind the push platforms: who is meant, and how many a push has reached so far."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from channels.sandbox.accounts import Account
from channels.sandbox.ledger import Thing, fingerprint_of, headline
from channels.sandbox.stage import stage

PHONES = 1000
SPREAD = 600.0
"""Seconds until a push has reached every phone that is meant."""


def reached(account: Account, tags: Iterable[str] | None) -> int:
    """How many phones a push is meant for; ``None``: all of them."""
    phones = int(account.settings.get("phones", PHONES))
    known = account.settings.get("phone_tags")
    if tags is None or known is None:
        return phones
    return phones if set(tags) & set(known) else 0


def pushed(
    account: Account, push_id: str, key: str, shown: Mapping[str, Any], phones: int
) -> Thing:
    """A push as phones show it; ``shown`` has ``title``, ``text`` and ``link``."""
    link, words = str(shown["link"]), str(shown["text"])
    return Thing(
        channel=account.channel,
        account=account.account,
        kind="push",
        remote_id=push_id,
        natural_key=key,
        fingerprint=fingerprint_of(link, words, fallback=[account.account]),
        title=headline(str(shown["title"]) or words),
        url=stage().address(f"/{account.channel}/phone/{push_id}"),
        detail={"text": words, "link": link, "phones": phones},
        made_at=stage().now(),
    )


def received(push: Thing) -> int:
    """How many phones have it by now; the number grows for ten minutes."""
    share = min(max(stage().now() - push.made_at, 0.0) / SPREAD, 1.0)
    return int(push.detail["phones"] * share)
