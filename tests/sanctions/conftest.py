"""A matrix under patrol, and measures against its accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

import pytest

from kitchen.core import bus
from kitchen.core.access import Actor
from kitchen.matrix.models import Account
from kitchen.patrols import queries as patrols
from kitchen.sanctions import queries, service
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import Cause, Measure
from tests.patrols.conftest import MONDAY, Patrolled, enter, patrolled

__all__ = ["enter", "patrolled"]


@dataclass
class Judged(Patrolled):
    """The same, with people who take measures."""

    def propose(self, measure: Measure = Measure.TALK, **given: Any) -> str:
        with self.database.unit() as session:
            account = session.get_one(Account, self.accounts["青禾发布"].id)
            found = [patrols.the_finding(session, uid) for uid in given.pop("findings", ())]
            told: dict[str, Any] = {
                "cause": Cause.NO_CONTROL,
                "clause": "办法三·巡查处置",
                "facts": "连续二十天没有更新",
                **given,
            }
            return service.propose(
                session,
                self.newsroom.inspector,
                account,
                measure=measure,
                findings=found,
                **told,
            ).uid

    def act(self, verb: str, actor: Actor, uid: str, *more: str) -> list[object]:
        """Somebody moves a measure on; the events of it."""
        with self.database.unit() as session:
            getattr(service, verb)(session, actor, queries.the_sanction(session, uid), *more)
            return bus.emitted(session)

    def the(self, uid: str) -> Sanction:
        with self.database.unit(write=False) as session:
            return queries.the_sanction(session, uid)

    def served(self, measure: Measure = Measure.TALK, **given: Any) -> str:
        """A measure that is decided and served."""
        uid = self.propose(measure, **given)
        if measure is Measure.CLOSING:
            self.act("agree", self.newsroom.leader, uid)
        self.act("decide", self.newsroom.head, uid)
        self.act("serve", self.newsroom.inspector, uid, "青网信〔2026〕3号")
        return uid

    def taken(self, measure: Measure, **given: Any) -> str:
        """A measure whose file is closed."""
        uid = self.served(measure, **given)
        self.act("accept", self.newsroom.operator, uid)
        self.act("finish", self.newsroom.inspector, uid, "已整改")
        return uid

    def finding(self) -> str:
        """The uid of an open finding on the account."""
        self.tell(last_post_at=MONDAY - timedelta(days=20))
        self.round()
        return self.found()[0].uid


@pytest.fixture
def judged(patrolled: Patrolled) -> Judged:
    return Judged(patrolled.newsroom, patrolled.accounts)
