"""What is told and asked of keys of walls."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from kitchen.web.schema import Answer, Schema


class WallKeyIn(Schema):
    name: str = Field(min_length=1, max_length=80)
    """Where the screen hangs."""
    lang: Literal["zh", "en"] = "zh"


class WallKeyOut(Answer):
    uid: str
    name: str
    lang: str
    given_by: str
    created_at: datetime
    seen_at: datetime | None
    taken_back_at: datetime | None


class NewWallKeyOut(WallKeyOut):
    url: str
    """Where the screen begins; told this once."""
