"""Moments as they come in: without an offset they are meant on the newsroom's wall clock."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import AfterValidator

from kitchen.core.clock import CENTRE


def _in_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=CENTRE)


CentreTime = Annotated[datetime, AfterValidator(_in_zone)]
