"""What comes in and goes out on the correspondents' portal; the form and the API share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.screens.portal import Piece, Stage
from kitchen.web.schema import Answer, Schema

TITLE_MOST = 60
TEXT_MOST = 20_000


class PieceIn(Schema):
    title: str = Field(min_length=2, max_length=TITLE_MOST)
    body: str = Field(min_length=5, max_length=TEXT_MOST)
    place: str = Field("", max_length=80)
    contact: str = Field("", max_length=200)


class PieceForm(PieceIn):
    """The page's form: title and text may lie in a document that comes with it."""

    title: str = Field("", max_length=TITLE_MOST)
    body: str = Field("", max_length=TEXT_MOST)


class LinkOut(Answer):
    account: str
    channel: str
    url: str


class PieceOut(Answer):
    uid: str
    created_at: datetime
    title: str
    body: str
    place: str
    reporter: str
    stage: Stage
    reason: str
    links: list[LinkOut]


class MonthOut(Answer):
    year: int
    month: int
    sent: int
    adopted: int
    published: int


def piece_out(piece: Piece) -> PieceOut:
    lead = piece.lead
    return PieceOut(
        uid=lead.uid,
        created_at=lead.created_at,
        title=lead.title,
        body=lead.body,
        place=lead.place,
        reporter=lead.reporter.name if lead.reporter else "",
        stage=piece.stage,
        reason=piece.reason,
        links=[LinkOut.model_validate(link) for link in piece.links],
    )
