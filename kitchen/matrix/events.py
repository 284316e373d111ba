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


@dataclass(frozen=True, slots=True)
class RegistryChanged:
    """A filing, transfer, campaign or closing moved: pages that show it look again."""


@dataclass(frozen=True, slots=True)
class FilingMoved:
    """A filing waits for somebody else, or came back: ``move`` says which way it went."""

    filing_id: int
    move: str


@dataclass(frozen=True, slots=True)
class ClosingOpened:
    """An account is to be closed: its unit publishes the stop notice."""

    closing_id: int


@dataclass(frozen=True, slots=True)
class ClosingLate:
    """The stop notice is not out, and its week is over."""

    closing_id: int


@dataclass(frozen=True, slots=True)
class StopNoticeAsked:
    """The unit wants the stop notice published by the house, on the account itself."""

    closing_id: int
    actor_id: int


@dataclass(frozen=True, slots=True)
class CampaignMoved:
    """A clean-up campaign was opened, or came to another step."""

    cleanup_id: int
    move: str
