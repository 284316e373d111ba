"""How often readers take a link that leads out of the app: a number for each day, and no reader.

Nothing is kept of whoever taps: no address, no program, no hour, no order. What is counted cannot
be counted back to anybody.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy import Date, bindparam, func, select, text
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.outlet.models import OutletClicks

_COUNTED = text(
    "INSERT INTO outlet_clicks (uid, day, clicks) VALUES (:uid, :day, 1)"
    " ON CONFLICT (uid, day) DO UPDATE SET clicks = outlet_clicks.clicks + 1"
).bindparams(bindparam("day", type_=Date))


def count(session: Session, uid: str) -> None:
    """Somebody took the link to the account or service of this uid."""
    session.execute(_COUNTED, {"uid": uid, "day": clock.today(session)})


def totals(session: Session, since: date) -> dict[str, int]:
    """How often each link was taken from that day on, by uid."""
    rows = session.execute(
        select(OutletClicks.uid, func.sum(OutletClicks.clicks))
        .where(OutletClicks.day >= since)
        .group_by(OutletClicks.uid)
    )
    return {uid: int(clicks) for uid, clicks in rows}
