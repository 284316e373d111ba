"""What open editors send and are told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

from pydantic import Field

from kitchen.stories.rules import COUNT_MAX
from kitchen.stories.together import BATCH_MAX, Batch
from kitchen.web.schema import Answer, Schema

Client = Annotated[str, Field(pattern=r"^[A-Za-z0-9]{8,32}$")]
Count = Annotated[int, Field(ge=0, le=COUNT_MAX)]
Place = Annotated[int, Field(ge=0, le=10_000_000)]


class CursorIn(Schema):
    """Where someone's selection stands, in the text that the steps lead to."""

    anchor: Place
    head: Place


class StepsIn(Schema):
    """Steps of one open editor, on top of ``version``.

    ``movable``: where others were first, the steps may be moved over theirs, and the editor takes
    its own from the answer.
    """

    version: Count
    client: Client
    first: int = Field(ge=1, le=COUNT_MAX)
    steps: list[dict[str, Any]] = Field(min_length=1, max_length=BATCH_MAX)
    movable: bool = False
    cursor: CursorIn | None = None

    def batch(self) -> Batch:
        return Batch(self.version, self.client, self.first, self.steps, self.movable)


class PresenceIn(Schema):
    """A sign of life, or of leaving."""

    client: Client
    version: Count = 0
    cursor: CursorIn | None = None
    leaving: bool = False

    def place(self) -> dict[str, int]:
        return place_of(self.version, self.cursor)


class BranchIn(Schema):
    """A text that found no place in the draft."""

    doc: dict[str, Any]
    note: Annotated[str, Field(max_length=200)] = ""


class SinceQuery(Schema):
    since: Count = 0


class StepOut(Answer):
    step: dict[str, Any]
    client: str
    by: str


class TakenOut(Answer):
    """``version`` is the text's after the steps, ``story_version`` the story's. ``steps`` lead
    there from the version that was sent, own ones as they were moved; none: they stand as sent.
    """

    version: int
    story_version: int
    length: int
    steps: list[StepOut]


class PersonOut(Answer):
    client: str
    name: str
    colour: int
    version: int
    anchor: int
    head: int


class StandingOut(Answer):
    version: int
    head: int
    steps: list[StepOut]
    story_version: int
    fields: dict[str, str]
    open: bool
    people: list[PersonOut]


class ShareOut(Answer):
    role: str
    names: str
    share: int


class SharesOut(Answer):
    credits: list[ShareOut]


def place_of(
    version: int, cursor: CursorIn | None, now: Callable[[int], int] = int
) -> dict[str, int]:
    """Where someone is in the text of ``version``; nothing without a selection."""
    if cursor is None:
        return {}
    return {"version": version, "anchor": now(cursor.anchor), "head": now(cursor.head)}
