"""Asking what became of what a platform accepted: quickly at first, then ever more rarely."""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass, replace

from sqlalchemy.orm import Session

from channels.base import Channel, Outcome, Polls, Receipt
from kitchen.core import clock
from kitchen.publishing import outbox, receipts
from kitchen.publishing.addresses import Address, address_of
from kitchen.publishing.outbox import Hand
from kitchen.publishing.rounds import Ended, Errand
from kitchen.publishing.rules import ACCEPTED_MOST, Source, State, poll_pause

QUICK = 4
"""How often a hand that sent a piece stays to ask about it (3 s in all) before it lets go."""


def claim(session: Session, most: int, under_way: Mapping[int, int]) -> list[Errand]:
    """Accepted publications about which it is time to ask."""
    errands: list[Errand] = []
    for case in outbox.due(session, {State.ACCEPTED}, most):
        row, hand = case.publication, outbox.hand_of(case.publication)
        if clock.now(session) - row.since >= ACCEPTED_MOST:
            receipts.ask(session, hand, "no_decision", row.words)
            continue
        receipts.wait_on(session, hand, row.looks + 1)
        receipt = Receipt(Outcome.ACCEPTED, row.remote_id, row.remote_url, row.task_id)
        errands.append(Asking(hand, address_of(session, row), receipt))
    return errands


@dataclass(frozen=True, slots=True)
class Asking:
    """A look at a task that was accepted some time ago."""

    hand: Hand
    address: Address
    receipt: Receipt
    unsent = False

    def go(self) -> Receipt:
        return asked(self.address.open(), self.receipt)

    def end(self, session: Session, ended: Ended) -> None:
        take_in(session, self.hand, self.receipt, ended)


@dataclass(frozen=True, slots=True)
class Polling:
    """The hand that sent it stays for a moment: most platforms decide within a second."""

    hand: Hand
    channel: Channel
    receipt: Receipt
    looks: int = 0
    unsent = False

    def go(self) -> Receipt:
        time.sleep(poll_pause(self.looks).total_seconds())
        return asked(self.channel, self.receipt)

    def end(self, session: Session, ended: Ended) -> Errand | None:
        decided = take_in(session, self.hand, self.receipt, ended)
        if decided or ended.error or self.looks + 1 >= QUICK:
            return None
        receipts.wait_on(session, self.hand, self.looks + 2)
        return replace(self, receipt=ended.value, looks=self.looks + 1)


def asked(channel: Channel, receipt: Receipt) -> Receipt:
    """What the platform says now; the receipt as it was if it cannot be asked."""
    return channel.poll(receipt) if isinstance(channel, Polls) else receipt


def take_in(session: Session, hand: Hand, asked: Receipt, ended: Ended) -> bool:
    """Write down a decision; ``False`` while there is none. A failed question proves nothing.

    While there is none the task asked about may have become another: a mass send is a message
    only once the account's administrator has agreed to it.
    """
    if ended.error is not None:
        return False
    receipt: Receipt = ended.value
    if receipt.outcome is not Outcome.ACCEPTED:
        receipts.settle(session, hand, receipt, Source.POLL)
        return True
    if not _names_anew(receipt, asked):
        return False
    return receipts.rename(session, hand, receipt, Source.POLL) != State.ACCEPTED


def _names_anew(receipt: Receipt, asked: Receipt) -> bool:
    named = ((receipt.task_id, asked.task_id), (receipt.remote_id, asked.remote_id))
    return any(name and name != former for name, former in named)
