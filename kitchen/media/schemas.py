"""What comes in and goes out about assets; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import Field

from kitchen.media.finding import Asked
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Kind, Making, Orientation, Rights, State
from kitchen.media.tag_rules import TAG_MAX, Facet
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema

Credit = Annotated[str, Field(max_length=120)]
Source = Annotated[str, Field(max_length=200)]


class UploadIn(Schema):
    """What is said about all files of one upload."""

    rights: Rights = Rights.UNKNOWN
    rights_until: date | None = None
    credit: Credit = ""
    source: Source = ""


class DescriptionIn(Schema):
    """All that people may say about one asset; ``version`` is the one they saw."""

    title: str = Field("", max_length=120)
    caption: str = Field("", max_length=500)
    credit: Credit = ""
    source: Source = ""
    rights: Rights
    rights_until: date | None = None
    aigc: int = Field(0, ge=0, le=3)
    version: int | None = None


Percent = Annotated[float, Field(ge=0, le=100)]


class ShapeIn(Schema):
    """How a picture is cut for one shape, in percent of its width and height."""

    shape: str
    cut: bool = False
    left: Percent = 0
    top: Percent = 0
    width: Percent = 100
    height: Percent = 100
    focus_x: Percent = 50
    focus_y: Percent = 50
    owned: bool = False
    shown: bool = False
    version: int = 0


class AssetQuery(PageQuery):
    """What is looked for; ``state`` is that of the asset."""

    state: State | None = None
    kind: Kind | None = None
    rights: Rights | None = None
    orientation: Orientation | None = None
    month: str | None = Field(None, pattern=r"^\d{4}-(0[1-9]|1[0-2])$")
    person: str | None = Field(None, max_length=TAG_MAX)
    place: str | None = Field(None, max_length=TAG_MAX)
    event: str | None = Field(None, max_length=TAG_MAX)
    column: str | None = Field(None, max_length=TAG_MAX)

    def asked(self) -> Asked:
        """The same in the catalogue's terms."""
        said = self.model_dump(exclude={"limit", "cursor"}, exclude_none=True)
        tags = {facet: said.pop(facet) for facet in Facet if facet in said}
        return Asked(**{name: str(value) for name, value in said.items()}, tags=tags)


class AssetOut(Answer):
    uid: str
    version: int
    created_at: datetime
    kind: Kind
    mime: str
    size: int
    width: int
    height: int
    seconds: float
    filename: str
    title: str
    caption: str
    credit: str
    source: str
    rights: Rights
    rights_until: date | None
    taken_at: datetime | None
    aigc: int
    making: Making
    failure: str
    derived_from: list[str]


class UploadOut(AssetOut):
    """What became of an uploaded file; ``known`` if the same bytes were there before."""

    known: bool


def upload_out(asset: MediaAsset, known: bool) -> UploadOut:
    return UploadOut(known=known, **AssetOut.model_validate(asset).model_dump())


class PickedOut(Answer):
    """A picture as the editor places it.

    ``sha256`` names the bytes that leave the house, never the original with what it tells.
    """

    asset: str
    sha256: str
    thumb: str
    src: str
    caption: str
    credit: str
    alt: str
