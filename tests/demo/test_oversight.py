"""The demo district under patrol: rules, findings and measures, played once by their people."""

from __future__ import annotations

from sqlalchemy import func, select

from kitchen import app
from kitchen.core.audit import AuditEntry
from kitchen.demo import oversight
from kitchen.matrix.models import Account
from kitchen.patrols.models import Finding
from kitchen.patrols.rules import State as Found
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import State


def test_the_pages_of_patrols_and_measures_have_something_to_show(demo_house: app.House) -> None:
    oversight.watch(demo_house)
    with demo_house.database.unit(write=False) as session:
        states = set(session.scalars(select(Sanction.state)))
        assert states == {State.RECEIVED, State.PROPOSED}
        cited = session.scalars(select(Sanction.clause)).first()
        assert cited == f"《{oversight.TITLE}》{oversight.MEASURES}"
        found = set(session.scalars(select(Finding.state)))
        assert found >= {Found.MENDING, Found.ESCALATED}
        kept = select(func.count()).where(Account.held.is_(False))
        assert session.scalar(kept) == len(oversight.ACCOUNTS)
        acts = session.scalar(select(func.count(AuditEntry.id)))
    oversight.watch(demo_house)
    with demo_house.database.unit(write=False) as session:
        assert session.scalar(select(func.count(AuditEntry.id))) == acts
