"""What happens to accounts."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AccessRefused:
    """A trial that the house made found the account's access refused; it was not so before."""

    account_id: int
    words: str


@dataclass(frozen=True, slots=True)
class AccessEnding:
    """The account's access ends in so many days, one of ``rules.STEPS``; 0: it has ended."""

    account_id: int
    days: int
