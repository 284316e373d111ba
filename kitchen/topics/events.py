"""What happens to topics."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TopicProposed:
    topic_id: int


@dataclass(frozen=True, slots=True)
class TopicDecided:
    """The committee's word on a topic, whatever it was."""

    topic_id: int
    decision: str
    reason: str


@dataclass(frozen=True, slots=True)
class TopicApproved:
    """A topic goes into production: its task is drafted next."""

    topic_id: int


@dataclass(frozen=True, slots=True)
class DecisionUndone:
    topic_id: int


@dataclass(frozen=True, slots=True)
class MeetingChanged:
    """Opened, attended, moved on or closed: screens that show the meeting look again."""

    meeting_id: int


@dataclass(frozen=True, slots=True)
class TopicAppealed:
    """A proposer asks the committee to decide again."""

    topic_id: int


@dataclass(frozen=True, slots=True)
class TopicMoved:
    """Came to another stage, or to other hands: boards look again."""

    topic_id: int
