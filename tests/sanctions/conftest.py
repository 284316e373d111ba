"""A matrix under patrol, and measures against its accounts."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core import bus
from kitchen.core.access import Actor
from kitchen.matrix.models import Account
from kitchen.matrix.registry import library
from kitchen.matrix.registry.models import Clause
from kitchen.patrols import queries as patrols
from kitchen.sanctions import queries, service
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import Cause, Measure
from tests.patrols.conftest import MONDAY, Patrolled, enter, patrolled

__all__ = ["enter", "patrolled"]

REGULATION = """第一条 谁主办谁负责。
第二条 对管理不到位的账号，采取约谈、警告、通报批评、责令关停等措施处置。"""


@dataclass
class Judged(Patrolled):
    """The same, with people who take measures."""

    def clause(self) -> str:
        """The clause that is cited: the last of a regulation, which the office enters once."""
        with self.database.unit() as session:
            known = session.scalar(select(Clause).where(Clause.number == "第二条"))
            if known is None:
                made = library.publish(
                    session,
                    self.newsroom.cyberspace,
                    title="青禾区新媒体管理暂行办法",
                    text=REGULATION,
                    in_force_from=date(2026, 1, 1),
                )
                known = made.clauses[-1]
            return known.uid

    def propose(self, measure: Measure = Measure.TALK, **given: Any) -> str:
        cited = self.clause()
        with self.database.unit() as session:
            account = session.get_one(Account, self.accounts["青禾发布"].id)
            found = [patrols.the_finding(session, uid) for uid in given.pop("findings", ())]
            told: dict[str, Any] = {
                "cause": Cause.NO_CONTROL,
                "clause": queries.the_clause_to_cite(session, cited),
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
