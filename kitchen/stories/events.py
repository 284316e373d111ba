"""What happens to stories."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class StorySubmitted:
    """Version ``version_id`` waits for review; its posts are frozen."""

    story_id: int
    version_id: int


@dataclass(frozen=True, slots=True)
class StoryTakenBack:
    """Its author took a story back; the running review of that version is void."""

    story_id: int
    version_id: int | None


@dataclass(frozen=True, slots=True)
class StorySettled:
    """Returned, approved, revoked, published, corrected or withdrawn: its author hears of it."""

    story_id: int
    outcome: str
    reason: str


@dataclass(frozen=True, slots=True)
class StoryAdopted:
    """``story_id`` was made from ``origin_id``, whose author should hear of it."""

    story_id: int
    origin_id: int


@dataclass(frozen=True, slots=True)
class StorySaved:
    """A draft was saved; open pages that show it may look again.

    ``by`` is the open editor whose steps it were, which knows already; else empty.
    """

    story_id: int
    story_uid: str
    by: str = ""


@dataclass(frozen=True, slots=True)
class EditionsMade:
    story_id: int
    channels: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class TargetsUntried:
    """A story shall go to accounts whose access was not tried lately; now is the time to try it."""

    account_ids: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class LinksWanted:
    """A text leads to addresses that were never looked at."""
