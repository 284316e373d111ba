"""What happens to publications."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from channels.abilities import Letter

PER_BELL = 16
"""How many deliveries are worth one bell: as many as one worker process carries at once."""


@dataclass(frozen=True, slots=True)
class PublicationsDue:
    """So many deliveries of a story may go out now: ring the bell, once for each ``PER_BELL``."""

    story_id: int
    count: int
    doorbell: str = "deliver"

    @property
    def bells(self) -> range:
        """The numbers to ring with; each may wake another worker process."""
        return range(-(-self.count // PER_BELL))


@dataclass(frozen=True, slots=True)
class PublicationMoved:
    """A publication stands elsewhere than before; pages that show it may look again."""

    publication_id: int
    story_id: int


@dataclass(frozen=True, slots=True)
class PublicationLive:
    publication_id: int
    story_id: int


@dataclass(frozen=True, slots=True)
class PublicationFailed:
    """It will not go out as it is; ``code`` and ``words`` are the platform's."""

    publication_id: int
    story_id: int
    code: str
    words: str


@dataclass(frozen=True, slots=True)
class PublicationNeedsPerson:
    """Somebody must look at the account, finish by hand, or renew its access."""

    publication_id: int
    story_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class LettersHeard:
    """A platform told what people wrote to an account privately."""

    account_id: int
    letters: Sequence[Letter]


@dataclass(frozen=True, slots=True)
class StoryPublished:
    """Every publication of a story has come to rest, and at least one is live."""

    story_id: int
