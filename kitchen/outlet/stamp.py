"""The site's version: one number that grows with every change of what readers may see.

A kept answer is good for exactly one value, so whoever holds one asks for the value first, and a
withdrawal is seen at once by every process. The row's lock puts changes in order: the number is
also each change's place in the feeds.
"""

from __future__ import annotations

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kitchen.outlet.models import OutletStamp

_THE_ROW = OutletStamp.id == 1
CURRENT = select(OutletStamp.value).where(_THE_ROW)


def count(session: Session) -> int:
    """Note a change in this unit of work; answers the site's new version."""
    grown = update(OutletStamp).where(_THE_ROW).values(value=OutletStamp.value + 1)
    return session.execute(grown.returning(OutletStamp.value)).scalar_one()


def current(session: Session) -> int:
    return session.execute(CURRENT).scalar_one()
