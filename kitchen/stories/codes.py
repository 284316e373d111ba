"""QR codes in a text: an address drawn as a picture that goes through review like any other."""

from __future__ import annotations

import io

import segno
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.media import service as media
from kitchen.media.intake import Intake
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Rights
from kitchen.stories.admission import demand_change
from kitchen.stories.models import Story

FILENAME = "qr-code.png"
_SOURCE = "本中心生成"
_DOTS = 16
"""Pixels of a module: sharp on every screen, and still after a platform has made it smaller."""


def drawn(address: str) -> bytes:
    """The code of an address as PNG; the same address always gives the same bytes."""
    drawing = io.BytesIO()
    segno.make(address, error="m", micro=False).save(drawing, kind="png", scale=_DOTS, border=4)
    return drawing.getvalue()


def enter(
    session: Session, actor: Actor, story: Story, intake: Intake, address: str, words: str
) -> MediaAsset:
    """Put a drawn code into the catalogue, for this story's text. Raises :class:`Forbidden`,
    :class:`WrongState`.
    """
    demand_change(session, actor, story)
    return media.catalogue(
        session,
        actor,
        intake,
        title=f"二维码：{address}"[:120],
        caption=words,
        source=_SOURCE,
        rights=Rights.OWN,
    )
