"""What comes in and goes out about collections, baskets and share links."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from kitchen.media.collecting import BASKET_AT_MOST
from kitchen.media.collection_models import NAME_MAX
from kitchen.web.schema import Answer, Schema


class CollectionIn(Schema):
    name: str = Field(min_length=1, max_length=NAME_MAX)
    note: str = Field("", max_length=300)
    whose: Literal["mine", "unit"] = "mine"


class CollectionOut(Answer):
    uid: str
    version: int
    created_at: datetime
    name: str
    note: str


class AssetsIn(Schema):
    """Uids of assets."""

    asset: list[str] = Field(min_length=1, max_length=BASKET_AT_MOST)


class PutIn(AssetsIn):
    """Which assets go into which collection."""

    collection: str = Field(max_length=22)


class MoveIn(Schema):
    asset: str = Field(max_length=22)
    by: int = Field(ge=-1000, le=1000)


class OneAssetIn(Schema):
    asset: str = Field(max_length=22)


class ShareIn(Schema):
    days: int = 7
    may_download: bool = False
    watermark: bool = False
    audience: str = Field("", max_length=80)


class ShareOut(Answer):
    """A link; its address is told once, when it is made."""

    uid: str
    created_at: datetime
    audience: str
    may_download: bool
    watermark: bool
    expires_at: datetime
    revoked_at: datetime | None
    views: int
    downloads: int
    url: str = ""
