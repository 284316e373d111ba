"""What comes in and goes out about rights, tags, lineage and withdrawal."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

from pydantic import AfterValidator, Field

from channels.registry import channel_classes
from kitchen.core.errors import N_
from kitchen.media.rights_rules import Consent, Territory
from kitchen.media.rules import Rights, State
from kitchen.media.schemas import AssetOut
from kitchen.media.tag_rules import Facet, typed
from kitchen.web.schema import Answer, Schema


def _known(keys: list[str]) -> list[str]:
    if set(keys) - set(channel_classes()):
        raise ValueError(N_("请从给出的选项里选。"))
    return keys


class RightIn(Schema):
    """One right; ``version`` is the one that was seen."""

    basis: Rights
    licence: str = Field("", max_length=120)
    holder: str = Field("", max_length=120)
    consent: Consent = Consent.NOT_NEEDED
    consent_note: str = Field("", max_length=500)
    channels: Annotated[list[str], AfterValidator(_known)] = Field(default_factory=list)
    territory: Territory = Territory.WORLD
    valid_from: date | None = None
    valid_until: date | None = None
    version: int | None = None


class RightOut(Answer):
    uid: str
    version: int
    basis: Rights
    licence: str
    holder: str
    consent: Consent
    consent_note: str
    channels: list[str]
    territory: Territory
    valid_from: date | None
    valid_until: date | None
    has_paper: bool


class ReasonIn(Schema):
    note: str = Field("", max_length=500)


class StandingOut(AssetOut):
    """An asset with whether it may be used at all."""

    state: State


class TagsIn(Schema):
    """The words an asset carries, as they are typed: one after the other in a line."""

    person: str = Field("", max_length=2000)
    place: str = Field("", max_length=2000)
    event: str = Field("", max_length=2000)
    column: str = Field("", max_length=2000)

    def words(self) -> dict[Facet, list[str]]:
        return {facet: typed(getattr(self, facet)) for facet in Facet}


class TagListsIn(Schema):
    """The same as lists; what is not named stays."""

    person: list[str] | None = None
    place: list[str] | None = None
    event: list[str] | None = None
    column: list[str] | None = None

    def words(self) -> dict[Facet, list[str]]:
        said = {facet: getattr(self, facet) for facet in Facet}
        return {facet: words for facet, words in said.items() if words is not None}


class TagsOut(Answer):
    person: list[str]
    place: list[str]
    event: list[str]
    column: list[str]


class AdoptIn(Schema):
    share: int = 50
    """Percent of the credit that stays with the unit that brought it."""
    note: str = Field("", max_length=200)


class AdoptionOut(Answer):
    uid: str
    created_at: datetime
    share: int
    note: str
