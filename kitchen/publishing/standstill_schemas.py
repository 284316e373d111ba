"""What comes in and goes out about standstills; forms and the API share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.publishing.models import Standstill
from kitchen.publishing.standstill import WORDS_MAX
from kitchen.web.schema import Answer, Schema


class StopIn(Schema):
    """What to stop (``house`` or ``channel:<key>``), and why."""

    scope: str = Field(max_length=40)
    reason: str = Field(min_length=2, max_length=WORDS_MAX)


class LiftIn(Schema):
    scope: str = Field(max_length=40)


class StandstillOut(Answer):
    uid: str
    scope: str
    reason: str
    stopped_at: datetime
    stopped_by: str
    first_lift: str
    """Who said first that it may be lifted, where it takes two."""


def standstill_out(found: Standstill) -> StandstillOut:
    return StandstillOut(
        uid=found.uid,
        scope=found.scope,
        reason=found.reason,
        stopped_at=found.stopped_at,
        stopped_by=found.stopped_by.name if found.stopped_by else "",
        first_lift=found.first_lift.name if found.first_lift else "",
    )
