"""The outlets that the demo newsroom watches for pick-ups; all invented, like the district."""

from __future__ import annotations

from sqlalchemy import select

from kitchen.app import House
from kitchen.demo import cast
from kitchen.evaluation.pickups import service
from kitchen.evaluation.pickups.models import PickUpOutlet
from kitchen.evaluation.pickups.rules import Tier

KEEPER = "operator"
OUTLETS = (
    ("南江日报", "nanjiang.example", Tier.PROVINCE),
    ("汀州晚报", "tingzhou.example", Tier.CITY),
    ("华夏时讯", "huaxia.example", Tier.CENTRAL),
    ("白鹭区新闻网", "bailu.example", Tier.DISTRICT),
    ("每日聚合", "juhe.example", Tier.COMMERCIAL),
)


def list_them(house: House) -> None:
    """List them once; whoever takes one off the list keeps it off."""
    with house.database.unit() as session:
        if session.scalar(select(PickUpOutlet.id).limit(1)) is not None:
            return
        keeper = cast.actor(session, KEEPER)
        for name, domain, tier in OUTLETS:
            service.add_outlet(session, keeper, name=name, domain=domain, tier=tier)
