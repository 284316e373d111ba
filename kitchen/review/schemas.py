"""What comes in and goes out about reviews; forms and the API share it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pydantic import Field, model_validator

from kitchen.core.errors import N_
from kitchen.review.models import Proof, Round, Step
from kitchen.review.reading import Base
from kitchen.review.reasons import MOST
from kitchen.review.reviewers import Turn
from kitchen.review.routing import mark_of
from kitchen.review.rules import (
    AUTHOR,
    PROOFS_MOST,
    Level,
    RoundState,
    StepState,
    Stop,
    hash_of_shown,
)
from kitchen.stories.models import FrozenPost
from kitchen.stories.rules import TEXT_MAX, TITLE_MAX
from kitchen.topics.rules import Risk
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema

NO_ROLE = "none"


class ReviewQuery(PageQuery):
    mine: bool = False
    """Only what waits for the caller, earliest due first."""


class DeskQuery(Schema):
    list: Literal["mine", "joint", "others", "all", "after", "decided"] = "mine"
    base: Base | None = None
    """With what the chosen piece is compared."""
    look: Literal["inline", "sides"] = "inline"


class ClaimIn(Schema):
    step: str = Field("", max_length=22)


class PassIn(Schema):
    step: str = Field("", max_length=22)
    """Which step; without it the one that is the caller's to decide."""
    opinion: str = Field("", max_length=1000)
    seen_hash: str = Field(max_length=64)


class ReturnIn(Schema):
    step: str = Field("", max_length=22)
    to: int = Field(AUTHOR, ge=AUTHOR)
    """The position of an earlier level; 0 is the author."""
    reasons: list[str] = Field(default_factory=list, max_length=MOST)
    """Keys of the reasons that the newsroom offers."""
    note: str = Field("", max_length=1000)


class AmendIn(Schema):
    step: str = Field("", max_length=22)
    title: str = Field("", max_length=TITLE_MAX)
    lines: str = Field("", max_length=TEXT_MAX)
    """The text, one block a line."""
    opinion: str = Field("", max_length=1000)
    seen_hash: str = Field(max_length=64)


class ReleaseIn(Schema):
    reason: str = Field("", max_length=500)
    seen_hash: str = Field(max_length=64)


class ProofIn(Schema):
    number: int = Field(ge=1, le=PROOFS_MOST)
    note: str = Field("", max_length=1000)
    seen_hash: str = Field(max_length=64)


class JointIn(Schema):
    units: list[str] = Field(default_factory=list, max_length=20)


class RevokeIn(Schema):
    note: str = Field("", max_length=500)


class StopIn(Schema):
    level: Level
    role: str = Field(max_length=20)
    minutes: int
    title: str = Field("", max_length=40)


class RouteChange(Schema):
    stops: list[StopIn] = Field(max_length=20)
    mark: str | None = Field(None, max_length=16)
    """Of the route that was read; another one by now is a conflict."""


class RouteForm(Schema):
    """A route as its form sends it: one entry per line in each list, in order."""

    risk: Risk
    levels: list[Level] = Field(max_length=20)
    roles: list[str] = Field(max_length=20)
    minutes: list[int] = Field(max_length=20)
    mark: str | None = Field(None, max_length=16)

    @model_validator(mode="after")
    def whole_lines(self) -> RouteForm:
        if not len(self.levels) == len(self.roles) == len(self.minutes):
            raise ValueError(N_("每一级都要填岗位和限时。"))
        return self

    def stops(self) -> list[Stop]:
        """The levels in order; a line without a role says that this level is not used."""
        lines = zip(self.levels, self.roles, self.minutes, strict=True)
        return [Stop(level, role, minutes) for level, role, minutes in lines if role != NO_ROLE]


class StepOut(Answer):
    uid: str
    position: int
    level: Level
    role: str
    joint: bool
    unit: str | None
    state: StepState
    due_at: datetime | None
    claimed_by: str | None
    reviewer: str | None
    instead_of: str | None
    """In whose stead the reviewer decided."""
    decided_at: datetime | None
    opinion: str
    carried: bool


class ProofOut(Answer):
    number: int
    reader: str | None
    signed_at: datetime | None
    seen_hash: str
    note: str


class PostOut(Answer):
    uid: str
    channel: str
    account: str
    payload_hash: str
    not_before: datetime | None


class ReviewOut(Answer):
    uid: str
    version: int
    created_at: datetime
    number: int
    state: RoundState
    risk: Risk
    story: str
    title: str
    story_version: int
    returned_to: int | None
    released_at: datetime | None
    """When it took the emergency lane; the reason and the time for the look afterwards with it."""
    release_reason: str
    look_back_due_at: datetime | None
    steps: list[StepOut]
    proofs: list[ProofOut]


class ReviewItemOut(ReviewOut):
    """With all that a verdict rests on; ``seen_hash`` goes back with it."""

    seen_hash: str
    posts: list[PostOut]
    mine: str | None
    obstacle: str | None


class RouteStopOut(Answer):
    level: Level
    role: str
    minutes: int
    title: str


class RouteOut(Answer):
    risk: Risk
    mark: str
    stops: list[RouteStopOut]


def round_out(round_: Round) -> ReviewOut:
    """The round as the API lists it."""
    return ReviewOut(
        story=round_.story.uid,
        title=round_.story_version.title,
        story_version=round_.story_version.number,
        steps=[step_out(step) for step in round_.steps],
        proofs=[proof_out(proof) for proof in round_.proofs],
        **{name: getattr(round_, name) for name in _PLAIN},
    )


_PLAIN = {
    *("uid", "version", "created_at", "number", "state", "risk", "returned_to"),
    *("released_at", "release_reason", "look_back_due_at"),
}


def item_out(
    round_: Round, posts: Sequence[FrozenPost], mine: Step | None, turn: Turn
) -> ReviewItemOut:
    """The round with what is frozen of it, and how the caller stands to its open step."""
    return ReviewItemOut(
        **round_out(round_).model_dump(),
        seen_hash=hash_of_shown(post.payload_hash for post in posts),
        posts=_posts_out(posts),
        mine=mine.uid if mine else None,
        obstacle=turn.obstacle,
    )


def _posts_out(posts: Sequence[FrozenPost]) -> list[PostOut]:
    return [
        PostOut(
            uid=post.uid,
            channel=post.channel,
            account=post.account.name,
            payload_hash=post.payload_hash,
            not_before=post.not_before,
        )
        for post in posts
    ]


def route_out(risk: Risk, stops: Sequence[Stop]) -> RouteOut:
    """A route as the API shows it."""
    shown = [RouteStopOut.model_validate(stop) for stop in stops]
    return RouteOut(risk=risk, mark=mark_of(stops), stops=shown)


def step_out(step: Step) -> StepOut:
    """One step as the API shows it."""
    names = set(StepOut.model_fields) - {"unit", "claimed_by", "reviewer", "instead_of"}
    return StepOut(
        instead_of=step.instead_of.name if step.instead_of else None,
        unit=step.unit.name if step.unit else None,
        claimed_by=step.claimed_by.name if step.claimed_by else None,
        reviewer=step.reviewer.name if step.reviewer else None,
        **{name: getattr(step, name) for name in names},
    )


def proof_out(proof: Proof) -> ProofOut:
    """One proof as the API shows it."""
    names = set(ProofOut.model_fields) - {"reader"}
    shown = {name: getattr(proof, name) for name in names}
    return ProofOut(reader=proof.reader.name if proof.reader else None, **shown)
