"""What comes in and goes out about stories; forms, the editor and the API share it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Annotated, Any, Literal

from pydantic import AfterValidator, Field

from channels.registry import channel_classes
from kitchen.core.access import Actor
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_, Sentence
from kitchen.core.workflow import open_moves
from kitchen.stories.facts_schemas import CreditIn, Credits, SourceIn, Sources, Tags
from kitchen.stories.models import Edition, Story, Version
from kitchen.stories.readiness import Problem, Readiness
from kitchen.stories.rules import (
    DIGEST_MAX,
    SHARE_MAX,
    SHARE_MIN,
    TITLE_MAX,
    AiUse,
    Kind,
    State,
)
from kitchen.topics.rules import Risk
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


def _in_zone(moment: datetime) -> datetime:
    return moment if moment.tzinfo else moment.replace(tzinfo=CENTRE)


def _known(channel: str) -> str:
    if channel not in channel_classes():
        raise ValueError(N_("没有这个渠道，请从列表里选。"))
    return channel


def _given(model: Schema, *but: str) -> dict[str, Any]:
    """The fields that were sent, whole; those left out stay as they are."""
    return model.model_dump(include=model.model_fields_set - set(but))


CentreTime = Annotated[datetime, AfterValidator(_in_zone)]
ChannelKey = Annotated[str, AfterValidator(_known)]
Title = Annotated[str, Field(max_length=TITLE_MAX)]
Digest = Annotated[str, Field(max_length=DIGEST_MAX)]


class FactsIn(Schema):
    """The form beside the text; what is not sent stays as it is."""

    title: Title = ""
    digest: Digest = ""
    tags: Tags = []
    sources: Sources = []
    rights_note: Annotated[str, Field(max_length=500)] = ""
    credits: Credits = []
    ai_use: AiUse = AiUse.NONE
    risk: Risk = Risk.ROUTINE
    column: Annotated[str, Field(max_length=40)] = ""


class BeforeIn(Schema):
    """What a writer saw in those fields, typed or as it is stored: compared, never judged."""

    title: str = ""
    digest: str = ""
    tags: str | list[str] = ""
    sources: str | list[SourceIn] = ""
    rights_note: str = ""
    credits: str | list[CreditIn] = ""
    ai_use: str = ""
    risk: str = ""
    column: str = ""


class DraftIn(Schema):
    """What the editor saves: text, title and the form beside it, from which version."""

    title: Title | None = None
    doc: dict[str, Any] | None = None
    fields: FactsIn = FactsIn()
    before: BeforeIn | None = None
    """What the writer saw in these fields: then the text's version does not count."""
    version: int | None = None
    keep: Literal["mine"] | None = None

    def content(self) -> dict[str, Any]:
        """What is to be written, by field."""
        content = _given(self.fields)
        if self.doc is not None:
            content["doc"] = self.doc
        if self.title is not None:
            content["title"] = self.title
        return content

    def seen(self) -> dict[str, Any] | None:
        """What the writer saw, by field; ``None`` where the whole is saved from a version."""
        return _given(self.before) if self.before is not None else None


class PlainDraftIn(FactsIn):
    """The same where no script runs: the text as plain words."""

    text: Annotated[str, Field(max_length=60_000)] = ""
    version: int

    def content(self) -> dict[str, Any]:
        return _given(self, "text", "version")


class BeginIn(Schema):
    title: Title = ""
    topic: str | None = Field(None, max_length=22)
    assignment: str | None = Field(None, max_length=22)


class NoteIn(Schema):
    note: Annotated[str, Field(max_length=500)] = ""
    version: int | None = None


class ShareIn(Schema):
    shared: bool = False


class AdoptIn(Schema):
    share: int = Field(50, ge=SHARE_MIN, le=SHARE_MAX)


class AssetIn(Schema):
    asset: str = Field(min_length=1, max_length=22)


class TargetIn(Schema):
    account: str = Field(min_length=1, max_length=22)
    slot: CentreTime | None = None


class TargetsIn(Schema):
    """Where it goes, in the order of release."""

    targets: list[TargetIn] = Field(max_length=200)


class EmbargoIn(Schema):
    """Until when it goes nowhere; ``None`` lifts the embargo."""

    until: CentreTime | None = None
    note: Annotated[str, Field(max_length=200)] = ""


class MatrixIn(Schema):
    """The accounts in use of a unit and all below it, of the whole district without one."""

    unit: str | None = Field(None, max_length=22)
    slot: CentreTime | None = None


class ChannelsIn(Schema):
    """For which channels editions are made; none named means those of the targets."""

    channels: list[ChannelKey] = Field([], max_length=40)


class RefreshIn(Schema):
    all_fields: bool = False


class SwitchIn(Schema):
    enabled: bool = False


class TuneIn(Schema):
    """Fields of an edition set by hand; what is not sent stays as it is."""

    title: Annotated[str, Field(max_length=200)] = ""
    digest: Annotated[str, Field(max_length=500)] = ""
    body: Annotated[str, Field(max_length=5000)] = ""
    tags: Tags = []
    author: Annotated[str, Field(max_length=120)] = ""
    cover_uid: Annotated[str, Field(max_length=22)] = ""
    media_uids: list[str] = Field([], max_length=60)
    doc: dict[str, Any] | None = None
    version: int | None = None

    def values(self) -> dict[str, Any]:
        return _given(self, "version")


class StoryQuery(PageQuery):
    mine: bool = False


class ProblemOut(Answer):
    code: str
    channel: str
    sentence: str
    blocks: bool


class EditionOut(Answer):
    uid: str
    version: int
    channel: str
    form: str
    title: str
    digest: str
    body: str
    tags: list[str]
    author: str
    cover_uid: str
    media_uids: list[str]
    tuned: list[str]
    stale: bool
    enabled: bool


class VersionOut(Answer):
    number: int
    kind: Kind
    title: str
    created_at: datetime
    by: str
    note: str
    master_hash: str


class StoryOut(Answer):
    uid: str
    version: int
    created_at: datetime
    saved_at: datetime | None
    title: str
    digest: str
    state: State
    risk: Risk
    length: int
    tags: list[str]
    shared: bool
    author: str | None
    actions: list[str]


class TargetOut(Answer):
    account: str
    name: str
    channel: str
    slot: datetime | None


class WholeStoryOut(StoryOut):
    embargo_until: datetime | None
    in_unison: bool
    doc: dict[str, Any]
    sources: list[SourceIn]
    credits: list[CreditIn]
    rights_note: str
    ai_use: AiUse
    column: str
    attached: list[str]
    topic: str | None
    assignment: str | None
    adopted_from: str | None
    adopted_share: int
    targets: list[TargetOut]
    editions: list[EditionOut]


class SubmittedOut(Answer):
    version: int
    number: int
    posts: int


class SavedOut(Answer):
    version: int
    length: int


_PLAIN = ("uid", "version", "created_at", "saved_at", "title", "digest", "state", "risk") + (
    *("length", "tags", "shared"),
)
_WHOLE = ("doc", "sources", "credits", "rights_note", "ai_use", "column", "attached") + (
    *("adopted_share", "embargo_until", "in_unison"),
)


def _told(story: Story, actor: Actor) -> dict[str, Any]:
    return {
        **{name: getattr(story, name) for name in _PLAIN},
        "author": story.author.name if story.author else None,
        "actions": [move.name for move in open_moves(story, actor)],
    }


def story_out(story: Story, actor: Actor) -> StoryOut:
    """The story as a line of a list."""
    return StoryOut(**_told(story, actor))


def whole_story_out(story: Story, actor: Actor) -> WholeStoryOut:
    """The story with its text, its targets and its editions."""
    return WholeStoryOut(
        **_told(story, actor),
        **{name: getattr(story, name) for name in _WHOLE},
        topic=story.topic.uid if story.topic else None,
        assignment=story.assignment.uid if story.assignment else None,
        adopted_from=story.adopted_from.uid if story.adopted_from else None,
        targets=[
            TargetOut(
                account=target.account.uid,
                name=target.account.name,
                channel=target.account.channel,
                slot=target.slot,
            )
            for target in story.targets
        ],
        editions=[EditionOut.model_validate(edition) for edition in story.editions],
    )


def edition_out(edition: Edition) -> EditionOut:
    return EditionOut.model_validate(edition)


def version_out(version: Version) -> VersionOut:
    return VersionOut(
        by=version.made_by.name if version.made_by else "",
        **{name: getattr(version, name) for name in set(VersionOut.model_fields) - {"by"}},
    )


def problem_out(problem: Problem, say: Callable[[Sentence], str]) -> ProblemOut:
    """The problem in the reader's language."""
    return ProblemOut(
        code=problem.code,
        channel=problem.channel,
        sentence=say(problem.told),
        blocks=problem.blocks,
    )


class ReadinessOut(Answer):
    ready: bool
    problems: list[ProblemOut]


def readiness_out(state: Readiness, say: Callable[[Sentence], str]) -> ReadinessOut:
    return ReadinessOut(
        ready=state.ready, problems=[problem_out(problem, say) for problem in state.problems]
    )
