"""Items as the wire has them, shaped as ninjs 1.4; what they become inside, and the answers."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from kitchen.outlet.models import OutletItem
from kitchen.outlet.rules import Form, Piece, Role, Shown
from kitchen.web.schema import Answer, Schema

UID = r"^[0-9A-Za-z][0-9A-Za-z_-]{0,63}$"
REVISION = r"^[1-9][0-9]{0,8}$"


class AltIds(Schema):
    uid: str = Field(pattern=UID)


class Subject(Schema):
    name: str = Field(min_length=1, max_length=60)


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
            tags=tuple(subject.name for subject in self.subject),
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


class MediaOut(Answer):
    sha256: str
    size: int
    mime: str
    url: str
