"""Who took our stories up: confirmed pick-ups by tier and by outlet (S66)."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.evaluation.pickups.models import PickUp, PickUpOutlet
from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.evaluation.reports.rules import Section, Table
from kitchen.evaluation.reports.scope import Scope
from kitchen.stories.models import Story

OUTLETS_MOST = 50


def pickups(session: Session, scope: Scope) -> Section:
    """What other outlets published within the period; guesses that nobody confirmed are not in."""
    found = (
        select()
        .select_from(PickUp)
        .join(PickUpOutlet, PickUpOutlet.id == PickUp.outlet_id)
        .join(Story, Story.id == PickUp.story_id)
        .where(
            PickUp.state == Standing.CONFIRMED,
            PickUp.published_on.between(scope.period.first, scope.period.last),
            scope.over(Story.unit_id),
        )
    )
    counts = (func.count(PickUp.story_id.distinct()), func.count(PickUp.id))
    by_tier = {
        row[0]: row[1:]
        for row in session.execute(
            found.add_columns(PickUpOutlet.tier, *counts).group_by(PickUpOutlet.tier)
        )
    }
    outlets = session.execute(
        found.add_columns(PickUpOutlet.name, PickUpOutlet.tier, *counts)
        .group_by(PickUpOutlet.id, PickUpOutlet.name, PickUpOutlet.tier)
        .order_by(func.count(PickUp.id).desc(), PickUpOutlet.id)
        .limit(OUTLETS_MOST)
    )
    tiers = [(str(tier), *by_tier.get(tier, (0, 0))) for tier in Tier]
    listed = [list(row) for row in outlets]
    columns = ("stories", "pickups")
    return Section(
        "pickups",
        [
            Table("by_tier", ("tier", *columns), tiers),
            Table("by_outlet", ("outlet", "tier", *columns), listed, named=2),
        ],
    )
