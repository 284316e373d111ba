"""What comes in and goes out about pick-ups; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field, field_validator

from channels.strangers import fault_of
from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.core.workflow import open_moves
from kitchen.evaluation.pickups.models import PickUp
from kitchen.evaluation.pickups.rules import URL_MOST, Standing, Tier, page_of
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class PickUpQuery(PageQuery):
    """``days`` back from today; ``story`` is a uid; ``q`` looks in titles of stories."""

    state: Standing | None = None
    tier: Tier | None = None
    days: int | None = Field(None, ge=1, le=3660)
    story: str | None = Field(None, max_length=22)


class PickUpIn(Schema):
    """A page elsewhere that carries a story of ours; ``story`` is its uid, or its page's address.

    The outlet is found by the address.
    """

    story: str = Field(min_length=1, max_length=200)
    url: str = Field(min_length=1, max_length=URL_MOST)
    published_on: date
    title: str = Field("", max_length=200)

    @field_validator("story")
    @classmethod
    def _named(cls, value: str) -> str:
        return value.rstrip("/").rpartition("/")[2]

    @field_validator("url")
    @classmethod
    def _of_the_web(cls, value: str) -> str:
        if fault_of(page_of(value)):
            raise ValueError(N_("网址要以 http:// 或 https:// 开头，中间不能有空格。"))
        return value


class OutletIn(Schema):
    """An outlet, by the domain of its pages."""

    name: str = Field(min_length=1, max_length=60)
    domain: str = Field(min_length=1, max_length=120)
    tier: Tier
    active: bool = True


class OutletForm(OutletIn):
    """The same as a form sends it: a box that is not ticked is not sent."""

    active: bool = False
    version: int | None = None


class OutletOut(Answer):
    uid: str
    version: int
    name: str
    domain: str | None
    tier: Tier
    active: bool


class PickUpOut(Answer):
    uid: str
    version: int
    created_at: datetime
    story: str
    story_title: str
    outlet: str
    tier: Tier
    url: str
    title: str
    published_on: date
    state: Standing
    likeness: int | None
    by: str | None
    actions: list[str]


def pickup_out(pickup: PickUp, actor: Actor) -> PickUpOut:
    """A pick-up as the API shows it; ``by`` is who entered it, or judged it last."""
    return PickUpOut(
        uid=pickup.uid,
        version=pickup.version,
        created_at=pickup.created_at,
        story=pickup.story.uid,
        story_title=pickup.story.title,
        outlet=pickup.outlet.name,
        tier=pickup.outlet.tier,
        url=pickup.url,
        title=pickup.title,
        published_on=pickup.published_on,
        state=pickup.state,
        likeness=pickup.likeness,
        by=pickup.staff.name if pickup.staff else None,
        actions=[move.name for move in open_moves(pickup, actor)],
    )
