"""What comes in and goes out about signs, rumours, lists and items; forms and the API share it."""

from __future__ import annotations

import re
from datetime import date, datetime
from typing import Annotated, Any, Literal

from pydantic import AwareDatetime, BeforeValidator, Field, create_model

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.feedback.rules import Tone
from kitchen.opinion.models import EarlySign, Item, RumourCase, Watchlist
from kitchen.opinion.rules import (
    CHAIN_MOST,
    NAMES,
    Grade,
    Origin,
    Rumour,
    Sensitivity,
    Sign,
    Stand,
    Verdict,
)
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema

_PARTS = re.compile(r"[,，、;；\n]+")  # noqa: RUF001


def _parted(given: Any) -> Any:
    """Words from one field, parted by commas or lines; a list stays one."""
    texts = given if isinstance(given, list) else [given]
    if not all(isinstance(each, str) for each in texts):
        return given
    found = [word.strip() for text in texts for word in _PARTS.split(text)]
    return list(dict.fromkeys(word for word in found if word))


Words = Annotated[
    list[Annotated[str, Field(max_length=40)]], Field(max_length=200), BeforeValidator(_parted)
]
Link = Annotated[str, Field(max_length=500, pattern=r"^(https?://\S+)?$")]
"""An address on the web, or nothing."""
LARGEST = 2**31 - 1


class Reason(Schema):
    note: str = Field("", max_length=1000)


class SignIn(Schema):
    title: str = Field(min_length=4, max_length=80)
    body: str = Field("", max_length=3000)
    place: str = Field("", max_length=120)
    link: Link = ""
    grade: Grade = Grade.ROUTINE
    item: str | None = Field(None, max_length=22)


class RumourIn(Schema):
    text: str = Field(min_length=4, max_length=3000)
    link: Link = ""
    place: str = Field("", max_length=120)
    item: str | None = Field(None, max_length=22)
    incident: str | None = Field(None, max_length=22)


class SourceIn(Schema):
    name: str = Field(min_length=2, max_length=120)
    stand: Stand
    words: str = Field("", max_length=1000)
    link: Link = ""


class VerdictIn(Schema):
    verdict: Verdict
    finding: str = Field("", max_length=3000)
    version: int | None = None


class MeasureIn(Schema):
    channel: str = Field(min_length=1, max_length=60)
    copies: int = Field(0, ge=0, le=LARGEST)
    reads: int = Field(0, ge=0, le=LARGEST)
    ours: bool = False


class WatchlistIn(Schema):
    name: str = Field(min_length=2, max_length=60)
    names: Words = []
    words: Words = []
    places: Words = []
    owner: str | None = Field(None, max_length=22)
    sensitivity: Sensitivity = Sensitivity.RISE
    active: bool = False
    incident: str | None = Field(None, max_length=22)
    version: int | None = None


class ItemIn(Schema):
    text: str = Field(min_length=2, max_length=4000)
    channel: str = Field(min_length=1, max_length=32)
    place: str = Field("", max_length=120)
    link: Link = ""


class ItemQuery(PageQuery):
    watchlist: str | None = Field(None, max_length=22)
    incident: str | None = Field(None, max_length=22)
    origin: Origin | None = None
    tone: Literal["negative", "mixed", "positive", "unknown"] | None = None
    since: AwareDatetime | None = None
    until: AwareDatetime | None = None

    @property
    def sound(self) -> Tone | None:
        """The tone that is asked for; that none is known can be asked for too."""
        if self.tone is None:
            return None
        return Tone.NONE if self.tone == "unknown" else Tone(self.tone)


class Attach(Schema):
    incident: str = Field(min_length=1, max_length=22)


_STEPS: dict[str, Any] = {f"chain_{at}": (Words, []) for at in range(CHAIN_MOST)}
_TERMS: dict[str, Any] = dict.fromkeys(NAMES, (int, ...))
ParametersIn: type[Schema] = create_model("ParametersIn", __base__=Schema, **_TERMS, **_STEPS)
"""Every term and limit, and the chain, whole."""


class ParametersOut(Answer):
    terms: dict[str, int]
    chain: list[list[str]]


class SignOut(Answer):
    uid: str
    version: int
    created_at: datetime
    title: str
    body: str
    place: str
    link: str
    grade: Grade
    state: Sign
    reporter: str
    due_at: datetime
    calls: int
    acknowledged_by: str | None
    acknowledged_at: datetime | None
    action: str
    actions: list[str]


def sign_out(sign: EarlySign, actor: Actor) -> SignOut:
    """A sign as the API shows it to this person."""
    by = sign.acknowledged_by
    own = {"reporter", "acknowledged_by", "actions"}
    return SignOut(
        reporter=sign.reporter.name,
        acknowledged_by=by.name if by else None,
        actions=[move.name for move in open_moves(sign, actor)],
        **{name: getattr(sign, name) for name in set(SignOut.model_fields) - own},
    )


class SourceOut(Answer):
    at: datetime
    name: str
    link: str
    stand: Stand
    words: str


class RumourOut(Answer):
    uid: str
    version: int
    created_at: datetime
    text: str
    link: str
    place: str
    state: Rumour
    verdict: Verdict | None
    finding: str
    judged_at: datetime | None
    answered_at: datetime | None
    outcome: str
    story: str | None
    sources: list[SourceOut]
    actions: list[str]


def rumour_out(rumour: RumourCase, actor: Actor) -> RumourOut:
    """A rumour as the API shows it to this person."""
    own = {"story", "sources", "actions"}
    return RumourOut(
        story=rumour.story.uid if rumour.story else None,
        sources=[SourceOut.model_validate(each) for each in rumour.sources],
        actions=[move.name for move in open_moves(rumour, actor)],
        **{name: getattr(rumour, name) for name in set(RumourOut.model_fields) - own},
    )


class MeasureOut(Answer):
    at: datetime
    channel: str
    ours: bool
    copies: int
    reads: int


class WatchlistOut(Answer):
    uid: str
    version: int
    name: str
    names: list[str]
    words: list[str]
    places: list[str]
    owner: str
    sensitivity: Sensitivity
    active: bool


def watchlist_out(found: Watchlist) -> WatchlistOut:
    """A list as the API shows it."""
    names = set(WatchlistOut.model_fields) - {"owner"}
    return WatchlistOut(owner=found.owner.name, **{name: getattr(found, name) for name in names})


class ItemOut(Answer):
    uid: str
    created_at: datetime
    origin: Origin
    channel: str
    place: str
    link: str
    text: str
    tone: Tone
    tone_words: str
    said_at: datetime
    met: dict[str, list[str]]


def item_out(item: Item) -> ItemOut:
    """An item as the API shows it, with the lists that found it."""
    names = set(ItemOut.model_fields) - {"met"}
    met = {hit.watchlist.name: hit.terms for hit in item.hits}
    return ItemOut(met=met, **{name: getattr(item, name) for name in names})


class DayOut(Answer):
    day: date
    count: int
    channels: dict[str, int]


class TrendQuery(Schema):
    watchlist: str | None = Field(None, max_length=22)


class TrendOut(Answer):
    days: list[DayOut]
