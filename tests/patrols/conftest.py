"""Accounts to patrol, and a clock that goes as far as a test wants."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core import clock
from kitchen.core.access import EVERYWHERE, HOUSE, Actor
from kitchen.core.db import Database
from kitchen.matrix.models import Account
from kitchen.patrols import figures, findings, queries, rounds
from kitchen.patrols.models import Finding
from tests.fixtures.newsroom import Newsroom

MONDAY = datetime(2026, 3, 2, 2, tzinfo=UTC)
"""Ten in the morning of a Monday, in the newsroom."""


@dataclass
class Patrolled:
    """A matrix under patrol: its accounts by name, and what the patrol finds."""

    newsroom: Newsroom
    accounts: dict[str, Account]

    @property
    def database(self) -> Database:
        return self.newsroom.database

    def at(self, moment: datetime) -> None:
        self.database.info["now"] = moment

    def later(self, **span: float) -> None:
        self.at(self.database.info["now"] + timedelta(**span))

    def now(self) -> datetime:
        moment: datetime = self.database.info["now"]
        return moment

    def today(self) -> date:
        return self.now().astimezone(clock.CENTRE).date()

    def tell(self, name: str = "青禾发布", *, day: date | None = None, **told: Any) -> None:
        """An account's figures of a day are told."""
        with self.database.unit() as session:
            account = session.get_one(Account, self.accounts[name].id)
            figures.note_figures(
                session,
                HOUSE,
                account,
                day or self.today(),
                source="平台后台",
                **told,
            )

    def round(self) -> int:
        """The rules go round."""
        return rounds.go(self.database)

    def found(self) -> list[Finding]:
        with self.database.unit(write=False) as session:
            rows = session.scalars(select(Finding).order_by(Finding.id)).all()
            return [queries.the_finding(session, row.uid) for row in rows]

    def kinds(self) -> list[str]:
        return [str(each.kind) for each in self.found()]

    def do(self, verb: str, actor: Actor, uid: str, *more: str) -> None:
        with self.database.unit() as session:
            getattr(findings, verb)(session, actor, queries.the_finding(session, uid), *more)


@pytest.fixture
def patrolled(newsroom: Newsroom, enter: Callable[..., Account]) -> Patrolled:
    newsroom.database.info["now"] = MONDAY
    newsroom.inspector.grants["patrols.inspect"] = EVERYWHERE  # a post in the district
    accounts = {
        "青禾发布": enter("青禾发布", "青禾区融媒体中心"),
        "云溪街道": enter("云溪街道", "云溪街道"),
    }
    return Patrolled(newsroom, accounts)


@pytest.fixture
def enter(newsroom: Newsroom) -> Callable[..., Account]:
    """``enter(name, unit)`` registers an account that nobody publishes to."""

    def entered(name: str, unit: str, channel: str = "wechat", **more: Any) -> Account:
        with newsroom.database.unit() as session:
            account = Account(
                channel=channel,
                name=name,
                handle=f"handle-{name}",
                unit_id=newsroom.units[unit].id,
                **more,
            )
            session.add(account)
        return account

    return entered
