"""Where a delivery goes: an account's channel, opened by the hand that talks to it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from channels.base import Channel, NeedsReauth
from kitchen import ports
from kitchen.core.errors import WrongState
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from kitchen.ports import OpenChannel
from kitchen.publishing.labels import CODES
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import BROKEN_SEAL


@dataclass(frozen=True, slots=True)
class Address:
    """How to reach one account: what :data:`~kitchen.ports.OpenChannel` asks for.

    Without ``settings`` their seal is broken, which is the trouble of this account alone: whoever
    opens it is told, and not the round that has those of others in hand.
    """

    open_channel: OpenChannel
    key: str
    settings: Mapping[str, Any] | None = field(repr=False)
    account_uid: str

    def open(self) -> Channel:
        """Its channel. Raises :class:`NeedsReauth` if our own access cannot be read."""
        if self.settings is None:
            raise NeedsReauth("", code=BROKEN_SEAL)
        return self.open_channel(self.key, self.settings, self.account_uid)

    def open_for_person(self) -> Channel:
        """The same for someone at a page. Raises :class:`WrongState` that says what to do."""
        if self.settings is None:
            raise WrongState(CODES[BROKEN_SEAL])
        return self.open()


def address_of(session: Session, publication: Publication) -> Address:
    return address_of_account(session, publication.account)


def address_of_account(session: Session, account: Account) -> Address:
    return Address(
        ports.of(session).open_channel,
        account.channel,
        matrix.readable_settings(session, account),
        account.uid,
    )
