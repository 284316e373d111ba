"""What comes in and goes out about remarks, stand-ins, reasons and proofs."""

from __future__ import annotations

from datetime import datetime
from typing import Literal

from pydantic import Field

from kitchen.review.models import Remark, StandIn
from kitchen.review.reasons import MOST
from kitchen.review.remarks import QUOTE_MOST, WORDS_MOST, Placed
from kitchen.review.rules import RemarkState
from kitchen.topics.rules import Risk
from kitchen.web.moments import CentreTime
from kitchen.web.schema import Answer, Schema


class RemarkIn(Schema):
    quote: str = Field("", max_length=QUOTE_MOST)
    """Words copied from the text; empty: the whole piece is meant."""
    nth: int = Field(0, ge=0, le=10_000)
    """Which of several equal quotations is meant, from nought."""
    words: str = Field("", max_length=WORDS_MOST)
    kind: Literal["remark", "suggestion"] = "remark"
    replacement: str = Field("", max_length=WORDS_MOST)
    """What to put instead; of a suggestion, nothing at all strikes the words out."""

    @property
    def suggested(self) -> str | None:
        """What is suggested, on one line; ``None`` for a remark."""
        if self.kind == "remark" and not self.replacement:
            return None
        return " ".join(self.replacement.splitlines())


class ReplyIn(Schema):
    words: str = Field("", max_length=WORDS_MOST)


class RefuseIn(Schema):
    note: str = Field("", max_length=500)


class Back(Schema):
    """Where a page's form returns to: the review, the writing room, or the list of remarks."""

    back: Literal["review", "room", "list"] = "list"


class ReplyForm(ReplyIn, Back):
    pass


class RefuseForm(RefuseIn, Back):
    pass


class StandInIn(Schema):
    stand_in: str = Field(max_length=22)
    starts_at: CentreTime
    ends_at: CentreTime
    reason: str = Field("", max_length=200)


class ReasonsIn(Schema):
    lines: str = Field("", max_length=2000)
    """One reason a line."""


class ProofPolicyIn(Schema):
    risk: Risk
    proofs: int


class RemarkOut(Answer):
    uid: str
    version: int
    created_at: datetime
    by: str
    words: str
    quote: str
    replacement: str | None
    state: RemarkState
    settled_note: str
    path: str | None
    """The block in the text that was asked about; ``None``: the words are gone from it."""
    start: int | None
    end: int | None
    replies: list[ReplyOut]


class ReplyOut(Answer):
    uid: str
    created_at: datetime
    by: str
    words: str


class StandInOut(Answer):
    uid: str
    version: int
    holder: str
    stand_in: str
    starts_at: datetime
    ends_at: datetime
    reason: str


class ReasonOut(Answer):
    key: str
    words: str
    used: int


class ReasonsChange(Schema):
    reasons: list[str] = Field(max_length=MOST)


class ProofPolicyOut(Answer):
    risk: Risk
    proofs: int


class ProofsChange(Schema):
    proofs: int


def placed_out(placed: Placed) -> RemarkOut:
    """A thread with its place in the text that was asked about."""
    remark, there = placed.remark, placed.anchor
    return RemarkOut(
        by=remark.staff.name,
        path=there.path if there else None,
        start=there.start if there else None,
        end=there.end if there else None,
        replies=[reply_out(each) for each in remark.replies],
        **{name: getattr(remark, name) for name in _REMARK},
    )


_REMARK = {
    *("uid", "version", "created_at", "words", "quote", "replacement", "state", "settled_note")
}


def reply_out(reply: Remark) -> ReplyOut:
    """An answer as the API shows it."""
    return ReplyOut(
        uid=reply.uid, created_at=reply.created_at, by=reply.staff.name, words=reply.words
    )


def stand_in_out(named: StandIn) -> StandInOut:
    """A stand-in as the API shows it."""
    names = set(StandInOut.model_fields) - {"holder", "stand_in"}
    shown = {name: getattr(named, name) for name in names}
    return StandInOut(holder=named.holder.name, stand_in=named.stand_in.name, **shown)
