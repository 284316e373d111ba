"""An outside whose platform can be walked along, tried, and asked how long access holds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Seen
from channels.base import Abilities, ChannelError, Listing, NeedsReauth
from kitchen.core import clock
from kitchen.notifications.models import Notice
from kitchen.ports import Ports
from kitchen.watch import access, patrol
from tests.publishing.conftest import FakeChannel, Outside, Platform, even_dice

__all__ = ["even_dice"]


@dataclass
class Shelf:
    """What stands on the accounts of a platform, newest first, by account's uid."""

    posts: dict[str, list[Seen]] = field(default_factory=dict)
    breaks_after: int | None = None
    until: datetime | None = None
    asked_since: list[datetime] = field(default_factory=list)
    refuses: ChannelError | None = None
    probed: list[str] = field(default_factory=list)


class Walkable(FakeChannel):
    """A channel whose account can be read through, and whose access ends one day."""

    def __init__(self, platform: Platform, account: str, shelf: Shelf) -> None:
        super().__init__(platform, account)
        self.shelf = shelf

    def listed(self, since: datetime) -> Iterator[Seen]:
        self.shelf.asked_since.append(since)
        for number, seen in enumerate(self.shelf.posts.get(self.account, [])):
            if self.shelf.breaks_after == number:
                raise ChannelError("the list broke off", code="no_answer")
            yield seen
        if self.shelf.breaks_after is not None:
            raise ChannelError("the list broke off", code="no_answer")

    def probe(self) -> None:
        self.shelf.probed.append(self.account)
        if self.shelf.refuses is not None:
            raise self.shelf.refuses

    def access_until(self) -> datetime | None:
        return self.shelf.until


@pytest.fixture
def platform() -> Platform:
    return Platform(abilities=Abilities(Listing.AUTHORITATIVE, timedelta(seconds=10)))


@pytest.fixture
def shelf() -> Shelf:
    return Shelf()


@pytest.fixture
def ports(ports: Ports, platform: Platform, shelf: Shelf) -> Ports:
    def open_channel(key: str, settings: Any, account: str) -> Any:
        return Walkable(platform, account, shelf)

    return replace(ports, open_channel=open_channel)


@dataclass
class Watched(Outside):
    """The same outside, with somebody who walks along it."""

    shelf: Shelf = field(default_factory=Shelf)

    def publish(self, *, shown: bool = True) -> None:
        """A story goes out to an account of its own; ``shown``: readers really see it."""
        self.approve()
        self.carry()
        if shown:
            self.show()

    def show(self, **how: Any) -> None:
        """What is live stands on its account, by the id that the receipt gave."""
        for row in self.rows():
            if row.state == "live":
                account = next(it for it in self.accounts if it.id == row.account_id)
                told = {"at": self.now(), "title": "荷塘整治完成", **how}
                seen = Seen(row.remote_id, **told)
                self.shelf.posts.setdefault(account.uid, []).insert(0, seen)

    def put(self, remote_id: str, **how: Any) -> Seen:
        """Somebody posts on the first account without us."""
        seen = Seen(remote_id, **{"at": self.now(), "title": "低价出售", **how})
        self.shelf.posts.setdefault(self.accounts[0].uid, []).insert(0, seen)
        return seen

    def clear(self) -> None:
        """Everything is taken off the accounts."""
        self.shelf.posts.clear()

    def now(self) -> datetime:
        with self.database.unit(write=False) as session:
            return clock.now(session)

    def walk(self, **later: float) -> None:
        """So much later the patrol comes round."""
        self.later(**later)
        patrol.walk_all_due(self.database)

    def try_access(self, **later: float) -> None:
        self.later(**later)
        access.try_due(self.database)

    def told(self, words: str) -> list[Notice]:
        """The notices whose text holds these words, in the order in which they were told."""
        with self.database.unit(write=False) as session:
            told = session.query(Notice).order_by(Notice.id)
            return [each for each in told if words in each.text]


@pytest.fixture
def watched(newsroom: Any, platform: Platform, shelf: Shelf) -> Watched:
    return Watched(newsroom, platform, shelf=shelf)


def refused() -> NeedsReauth:
    return NeedsReauth("invalid token", code="expired")
