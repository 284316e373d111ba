"""What is said about a file while it is on its way, and what is told of one that arrived."""

from __future__ import annotations

from pydantic import Field

from kitchen.media.schemas import UploadIn
from kitchen.web.schema import Answer


class AboutUploadIn(UploadIn):
    """What its sender says about one file. Until they say by what right we show it, it is not
    known, and it cannot be published."""

    title: str = Field("", max_length=120)
    caption: str = Field("", max_length=500)


class ArrivedOut(Answer):
    """An asset as whoever sent it can go on with it: as a card that the editor places."""

    kind: str
    asset: str
    sha256: str
    """Of the bytes that leave the house."""
    src: str
    caption: str
    credit: str
    alt: str
