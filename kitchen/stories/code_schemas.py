"""What comes in and goes out where a QR code is drawn."""

from __future__ import annotations

from typing import Annotated

from pydantic import AfterValidator, Field

from kitchen.core.errors import N_
from kitchen.stories.doc import safe_link
from kitchen.web.schema import Answer, Schema


def _link(value: str) -> str:
    """An address that may stand in a piece."""
    if not safe_link(value):
        raise ValueError(N_("请填 http:// 或 https:// 开头的完整网址。"))
    return value


class CodeIn(Schema):
    """What a QR code is to be drawn of, and what stands under it."""

    address: Annotated[str, Field(min_length=1, max_length=500), AfterValidator(_link)]
    words: Annotated[str, Field(max_length=60)] = ""


class CodeOut(Answer):
    """A drawn code as a text holds it."""

    asset: str
    sha256: str
    src: str
    address: str
    words: str
