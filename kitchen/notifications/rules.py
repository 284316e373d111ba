"""Rules of notices: their kinds, the ways they take, when they may leave, who is called next."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum


class Kind(StrEnum):
    """What a notice is about; people choose by it."""

    BREAKING = "breaking"
    LEAD = "lead"
    TOPIC = "topic"
    TASK = "task"
    REQUEST = "request"
    FIELD = "field"
    LATE = "late"
    REVIEW = "review"
    STORY = "story"
    RETURNED = "returned"
    """A piece came back shortly before its slot."""
    DELIVERY = "delivery"
    UNKNOWN = "unknown"
    """Nobody knows whether a piece is out."""
    ACCOUNT = "account"
    FOREIGN = "foreign"
    FOLLOW_UP = "follow_up"
    DUTY = "duty"
    DUTY_CALL = "duty_call"
    """Somebody must stand on duty now."""
    VOICE = "voice"
    VOICE_LATE = "voice_late"
    """What the public asked is nearly, or already, unanswered for too long."""
    PETITION = "petition"
    OPINION = "opinion"
    INCIDENT = "incident"
    """Of public opinion, and nobody may wait for the morning."""
    DIGEST = "digest"
    OTHER = "other"


class Way(StrEnum):
    """How a notice reaches people beside the desk's own pages, which always have it."""

    MAIL = "mail"
    CHAT = "chat"


class Robot(StrEnum):
    """Whose work chat a robot speaks in."""

    WECOM = "wecom"
    DINGTALK = "dingtalk"
    FEISHU = "feishu"


class Fate(StrEnum):
    """What came of a try to send."""

    SENT = "sent"
    LATER = "later"
    FAILED = "failed"
    PERHAPS = "perhaps"
    """Nobody can say: it is not sent again."""


URGENT = frozenset(
    {
        Kind.BREAKING,
        Kind.RETURNED,
        Kind.UNKNOWN,
        Kind.LATE,
        Kind.FOREIGN,
        Kind.DUTY_CALL,
        Kind.VOICE_LATE,
        Kind.INCIDENT,
    }
)
"""These do not wait for the morning."""
BY_MAIL = URGENT | {Kind.TASK, Kind.REQUEST, Kind.REVIEW, Kind.PETITION, Kind.OPINION, Kind.DIGEST}
BY_CHAT = URGENT | {Kind.TASK, Kind.REQUEST, Kind.DIGEST}

Choices = Mapping[tuple[str, str], bool]
"""What a person said, by kind and way; about the rest they said nothing."""


def wants(kind: Kind, way: Way, choices: Choices) -> bool:
    """Whether a person gets this kind this way: as they chose, else as most would."""
    usual = BY_MAIL if way == Way.MAIL else BY_CHAT
    return choices.get((kind, way), kind in usual)


@dataclass(frozen=True, slots=True)
class Quiet:
    """Hours of the wall clock without messages, over midnight if ``until`` is the earlier."""

    since: time
    until: time

    def holds(self, at: time) -> bool:
        if self.since <= self.until:
            return self.since <= at < self.until
        return at >= self.since or at < self.until


QUIET = Quiet(time(22), time(7))
"""What holds for those who said nothing."""
DIGEST_AT = time(8)
GATHER = timedelta(minutes=2)
"""How long a message waits for others of the same subject; what is read meanwhile is not sent."""
STORM = timedelta(minutes=10)
"""What happens to one subject so close together is one notice with a count."""
SNOOZE = timedelta(minutes=30)


def leaves_at(now: datetime, quiet: Quiet | None, *, urgent: bool, again: bool = False) -> datetime:
    """When a message may leave. ``now`` is on the person's wall clock, and so is the answer.

    ``again``: a message about the same has left already, and what is urgent gathers as well.
    """
    if urgent:
        return now + GATHER if again else now
    return after_quiet(now + GATHER, quiet)


def after_quiet(moment: datetime, quiet: Quiet | None) -> datetime:
    """The moment itself, or the end of the quiet hours in which it lies; on the wall clock."""
    if quiet is None or not quiet.holds(moment.time()):
        return moment
    ends = datetime.combine(moment.date(), quiet.until, moment.tzinfo)
    return ends if ends > moment else ends + timedelta(days=1)


_PAUSES = (1, 5, 15, 60, 240)


def pause_after(attempts: int) -> timedelta | None:
    """How long to wait after so many failed tries; ``None``: it is given up."""
    if attempts > len(_PAUSES):
        return None
    return timedelta(minutes=_PAUSES[attempts - 1])


@dataclass(frozen=True, slots=True)
class Rung:
    """Who is called when nobody has answered for so many minutes since the rung before."""

    role: str
    minutes: int


LINES: Mapping[Kind, tuple[Rung, ...]] = {
    Kind.BREAKING: (Rung("chief", 5), Rung("committee", 10), Rung("deputy", 15)),
    Kind.RETURNED: (Rung("chief", 10), Rung("deputy", 20)),
    Kind.UNKNOWN: (Rung("chief", 10), Rung("deputy", 20)),
    Kind.LATE: (Rung("chief", 15),),
    Kind.DUTY_CALL: (Rung("chief", 10), Rung("deputy", 20)),
}
"""The line of each alarm, until the centre writes down another."""
LONGEST_LINE = 3

READS: Mapping[str, str] = {
    "leads": "leads.read",
    "topics": "topics.read",
    "assignments": "assignments.read",
    "stories": "stories.read",
    "review": "review.read",
    "publish": "publishing.read",
    "matrix": "matrix.read",
    "planning": "planning.read",
    "roster": "roster.read",
    "inbox": "feedback.read",
    "petitions": "petitions.follow",
    "tips": "tips.read",
    "insight": "evaluation.read",
    "reports": "evaluation.read",
}
"""Which permission shows the subject of an address, by its first part."""


def permission_of(url: str) -> str | None:
    """What one must be allowed to read the title behind an address of the desk."""
    return READS.get(url.lstrip("/").partition("/")[0].partition("?")[0])
