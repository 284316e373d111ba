"""Items as the wire has them, shaped as ninjs 1.4; what they become inside, and the answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from kitchen.outlet.models import OutletItem
from kitchen.outlet.rules import Form, Mode, Piece, Role, Shown
from kitchen.web.schema import Answer, Schema

UID = r"^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$"
REVISION = r"^[1-9][0-9]{0,8}$"


class AltIds(Schema):
    uid: str = Field(pattern=UID)


class Subject(Schema):
    """A tag, or under the scheme ``column`` the column in which the piece appears."""

    name: str = Field(min_length=1, max_length=60)
    scheme: Literal["", "column"] = ""


class Rendition(Schema):
    href: str = Field("", max_length=500)
    mimetype: str = Field("", max_length=40)
    sizeinbytes: int = Field(0, ge=0)
    width: int = Field(0, ge=0, le=100_000)
    height: int = Field(0, ge=0, le=100_000)
    duration: float = Field(0, ge=0, allow_inf_nan=False)


class Renditions(Schema):
    original: Rendition = Field(default_factory=lambda: Rendition.model_validate({}))


class Association(Schema):
    uri: str = Field(pattern=r"^sha256:[0-9a-f]{64}$")
    type: Literal["picture", "video"]
    mimetype: str = Field("", max_length=40)
    description_text: str = Field("", max_length=500)
    renditions: Renditions = Field(default_factory=Renditions)

    def shown(self, name: str) -> Shown:
        original = self.renditions.original
        return Shown(
            sha256=self.uri.removeprefix("sha256:"),
            role=Role.COVER if name == "cover" else Role.MEDIA,
            caption=self.description_text,
            width=original.width,
            height=original.height,
            seconds=original.duration,
        )


class TombstoneIn(Schema):
    uri: str = Field(pattern=UID)
    version: str = Field(pattern=REVISION)
    pubstatus: Literal["canceled"]
    altids: AltIds | None = None


class ItemIn(Schema):
    uri: str = Field(pattern=UID)
    version: str = Field(pattern=REVISION)
    pubstatus: Literal["usable"]
    type: Form = Form.TEXT
    language: str = Field("zh-Hans", max_length=35)
    altids: AltIds
    headline: str = Field(min_length=1, max_length=120)
    description_text: str = Field("", max_length=1000)
    byline: str = Field("", max_length=120)
    link: str = Field("", max_length=500)
    body_xhtml: str = Field("", max_length=1_000_000)
    body_text: str = Field("", max_length=1_000_000)
    subject: list[Subject] = Field(default_factory=list, max_length=30)
    associations: dict[str, Association] = Field(default_factory=dict, max_length=101)
    correction: str = Field("", max_length=500)

    def piece(self) -> Piece:
        """What is kept of it: words, clean text, names of files. No address of its sender's."""
        return Piece(
            uri=self.uri,
            uid=self.altids.uid,
            revision=int(self.version),
            form=self.type,
            headline=self.headline,
            digest=self.description_text,
            byline=self.byline,
            body=self.body_xhtml,
            tags=tuple(each.name for each in self.subject if not each.scheme),
            column=next((each.name[:40] for each in self.subject if each.scheme), ""),
            correction=self.correction,
            shown=tuple(each.shown(name) for name, each in self.associations.items()),
        )


class ItemOut(Answer):
    uri: str
    version: str
    pubstatus: str
    url: str
    altids: AltIds


def item_out(item: OutletItem, url: str) -> ItemOut:
    return ItemOut(
        uri=item.uri,
        version=str(item.revision),
        pubstatus=str(item.status),
        url=url,
        altids=AltIds(uid=item.uid_live),
    )


class ListedOut(ItemOut):
    headline: str
    link: str
    firstcreated: datetime


def listed_out(item: OutletItem, url: str, link: str) -> ListedOut:
    return ListedOut(
        **item_out(item, url).model_dump(),
        headline=item.headline,
        link=link,
        firstcreated=item.published_at,
    )


class ListQuery(Schema):
    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None


class MediaOut(Answer):
    sha256: str
    size: int
    mime: str
    url: str


class HubIn(Schema):
    """What a program asks of the hub, under the names of the standard."""

    mode: Mode = Field(alias="hub.mode")
    topic: str = Field(alias="hub.topic", max_length=500)
    callback: str = Field(alias="hub.callback", max_length=1000)
    lease: int | None = Field(None, alias="hub.lease_seconds", ge=0, le=10**9)
    secret: str = Field("", alias="hub.secret", max_length=200)

    @classmethod
    def names(cls) -> set[str]:
        """What counts; a program may send more, and it is overlooked."""
        return {field.alias or name for name, field in cls.model_fields.items()}


WEB_ADDRESS = r"^https?://[^\s<>\"]+$"


class ColumnIn(Schema):
    """A column; ``parent`` is the uid of its block, empty for a block itself."""

    name: str = Field(min_length=1, max_length=40)
    slug: str = Field(min_length=1, max_length=40)
    parent: str = Field("", max_length=22)
    intro: str = Field("", max_length=200)
    position: int = Field(0, ge=0, le=9999)


class ColumnChangeIn(ColumnIn):
    """All of a column anew; ``version`` is the one that was seen."""

    enabled: bool = False
    version: int | None = None


class ColumnOut(Answer):
    uid: str
    version: int
    name: str
    slug: str
    parent: str
    intro: str
    position: int
    enabled: bool


class ServiceIn(Schema):
    """A service that the app leads to."""

    name: str = Field(min_length=1, max_length=60)
    category: str = Field(min_length=1, max_length=40)
    url: str = Field(max_length=500, pattern=WEB_ADDRESS)
    unit: str = Field(min_length=1, max_length=80)
    note: str = Field("", max_length=200)
    position: int = Field(0, ge=0, le=9999)


class ServiceChangeIn(ServiceIn):
    """All of a service anew; ``version`` is the one that was seen."""

    enabled: bool = False
    version: int | None = None


class HandledIn(Schema):
    """What a service handled in the month of ``month``, as ``source`` told."""

    month: date
    handled: int = Field(ge=0, le=10**9)
    source: str = Field(min_length=1, max_length=80)


class OfferIn(Schema):
    """What readers are told that an account offers; empty for nothing."""

    offers: str = Field("", max_length=200)


class ServiceOut(Answer):
    uid: str
    version: int
    name: str
    category: str
    url: str
    unit: str
    note: str
    position: int
    enabled: bool
