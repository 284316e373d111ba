"""Rules of petitions (S39–S41): who may, how each lives, every term and limit as a parameter."""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station."""

    FOLLOW = "petitions.follow"
    """Enter the pages; what one sees there is decided row by row."""
    READ = "petitions.read"
    SORT = "petitions.sort"
    REPLY = "petitions.reply"
    """Answer for a unit what was handed to it."""
    REVIEW = "petitions.review"
    READ_CONTACT = "petitions.read_contact"
    SET = "petitions.set"
    FOLLOW_UP = "petitions.follow_up"
    """Held by nobody: moves that follow from what departments and petitioners do."""


class Origin(StrEnum):
    PUBLIC = "public"
    LEAD = "lead"


class Category(StrEnum):
    TRAFFIC = "traffic"
    ENVIRONMENT = "environment"
    HOUSING = "housing"
    SCHOOL = "school"
    HEALTH = "health"
    WELFARE = "welfare"
    SAFETY = "safety"
    CONSUMER = "consumer"
    PLANNING = "planning"
    VILLAGE = "village"
    OTHER = "other"


class State(StrEnum):
    RECEIVED = "received"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    MERGED = "merged"
    HANDED = "handed"
    REVIEWING = "reviewing"
    ANSWERED = "answered"


MACHINE = Machine(
    State,
    State.RECEIVED,
    move("accept", {State.RECEIVED}, State.ACCEPTED, May.SORT, "受理"),
    move(
        "refuse",
        {State.RECEIVED, State.ACCEPTED},
        State.REFUSED,
        May.SORT,
        "不予受理",
        needs_reason=True,
    ),
    move("reconsider", {State.REFUSED}, State.RECEIVED, May.SORT, "重新考虑"),
    move("merge", {State.RECEIVED, State.ACCEPTED}, State.MERGED, May.SORT, "并入同一问题"),
    move("part", {State.MERGED}, State.RECEIVED, May.SORT, "拆开"),
    move("hand", {State.ACCEPTED}, State.HANDED, May.SORT, "交办"),
    move("call_back", {State.HANDED}, State.ACCEPTED, May.SORT, "收回", needs_reason=True),
    move("come_back", {State.HANDED}, State.ACCEPTED, May.FOLLOW_UP, "单位退回"),
    move("take_reply", {State.HANDED}, State.REVIEWING, May.FOLLOW_UP, "收到答复"),
    move("lose_reply", {State.REVIEWING}, State.HANDED, May.FOLLOW_UP, "答复撤回"),
    move("pass_reply", {State.REVIEWING}, State.ANSWERED, May.REVIEW, "答复通过"),
    move("rework", {State.REVIEWING}, State.HANDED, May.REVIEW, "退回修改", needs_reason=True),
    move("ask_again", {State.ANSWERED}, State.HANDED, May.FOLLOW_UP, "追问一轮"),
)
SETTLED = frozenset({State.REFUSED, State.MERGED, State.ANSWERED})
"""Nobody has to do anything about it."""
TARGETS = frozenset(State) - {State.REFUSED, State.MERGED}
"""Into these a petition about the same may be merged."""


class Handling(StrEnum):
    """How what was handed to a unit stands there."""

    OPEN = "open"
    REPLIED = "replied"
    DONE = "done"
    RETURNED = "returned"
    CALLED_BACK = "called_back"


TRANSFER = Machine(
    Handling,
    Handling.OPEN,
    move("reply", {Handling.OPEN}, Handling.REPLIED, May.REPLY, "提交答复"),
    move("retract", {Handling.REPLIED}, Handling.OPEN, May.REPLY, "撤回答复"),
    move("send_back", {Handling.OPEN}, Handling.RETURNED, May.REPLY, "退回", needs_reason=True),
    move("close", {Handling.REPLIED}, Handling.DONE, May.FOLLOW_UP, "答复通过"),
    move("reopen", {Handling.REPLIED}, Handling.OPEN, May.FOLLOW_UP, "退回修改"),
    move("lose", {Handling.OPEN}, Handling.CALLED_BACK, May.FOLLOW_UP, "收回"),
)
AT_THE_UNIT = frozenset({Handling.OPEN, Handling.REPLIED, Handling.DONE})
"""As long as it stands so, the unit sees the petition."""


class Wish(StrEnum):
    """How a unit's wish for more time stands."""

    ASKED = "asked"
    GRANTED = "granted"
    DENIED = "denied"


EXTENSION = Machine(
    Wish,
    Wish.ASKED,
    move("grant", {Wish.ASKED}, Wish.GRANTED, May.SORT, "同意延期"),
    move("deny", {Wish.ASKED}, Wish.DENIED, May.SORT, "不同意延期", needs_reason=True),
)


class Showing(StrEnum):
    """Whether readers see a question and its answer."""

    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


PUBLIC = Machine(
    Showing,
    Showing.SHOWN,
    move("correct", {Showing.SHOWN, Showing.WITHDRAWN}, Showing.SHOWN, May.REVIEW, "公开"),
    move("withdraw", {Showing.SHOWN}, Showing.WITHDRAWN, May.REVIEW, "取消公开", needs_reason=True),
)


class Step(StrEnum):
    """What happened to a petition; the steps marked public are what its petitioner reads."""

    FILED = "filed"
    ADDED = "added"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    RECONSIDERED = "reconsidered"
    MERGED = "merged"
    PARTED = "parted"
    HANDED = "handed"
    CALLED_BACK = "called_back"
    RETURNED = "returned"
    URGED = "urged"
    LATE = "late"
    TIME_ASKED = "time_asked"
    TIME_GRANTED = "time_granted"
    TIME_DENIED = "time_denied"
    REPLIED = "replied"
    RETRACTED = "retracted"
    REWORKED = "reworked"
    ANSWERED = "answered"
    RATED = "rated"
    ASKED_AGAIN = "asked_again"
    TO_LEAD = "to_lead"
    LEAD_SETTLED = "lead_settled"
    REPORTED = "reported"
    SHOWN = "shown"
    WITHDRAWN = "withdrawn"


FOR_THE_PETITIONER = frozenset(
    {
        Step.FILED,
        Step.ADDED,
        Step.ACCEPTED,
        Step.REFUSED,
        Step.RECONSIDERED,
        Step.MERGED,
        Step.HANDED,
        Step.TIME_GRANTED,
        Step.ANSWERED,
        Step.RATED,
        Step.ASKED_AGAIN,
        Step.REPORTED,
    }
)
OF_THE_SAME_MATTER = frozenset({Step.ACCEPTED, Step.HANDED, Step.ANSWERED, Step.REPORTED})
"""What whoever asked the same reads of the petition into which theirs was merged."""


@dataclass(frozen=True, slots=True)
class Parameters:
    """Every term and limit; the desk may change each. ``docs/requirements.md`` gives their rows."""

    accept_hours: int = 24
    """Until a petition must be accepted and handed on, or refused (S39: 24 h first reply)."""
    reply_days: int = 5
    """Working days that a unit has; so are all days below."""
    again_days: int = 5
    """For the second round."""
    extension_days: int = 5
    """At most, and once."""
    rework_days: int = 2
    """At least, for a reply that is sent back."""
    review_days: int = 1
    closes_at: int = 18
    """The hour at which a term's last day ends; 24: at midnight."""
    most_returns: int = 1
    """How often units may give a petition back."""
    soon_hours: int = 4
    """So long before the end of a term its keeper is reminded."""
    second_call_days: int = 1
    """After the end of a term, until the leaders hear of it."""
    again_at_most: int = 2
    """Up to this satisfaction a petitioner may ask once more."""
    window_minutes: int = 10
    """The flood valve counts by windows of this length, and forgets each with its end."""
    most_in_window: int = 60
    most_from_network: int = 8
    most_wrong_codes: int = 20
    """From one network in one window."""
    most_pictures: int = 4
    most_picture_megabytes: int = 10
    cluster_least: int = 3
    """So many petitions and leads that share a term make a topic."""


BOUNDS: dict[str, tuple[int, int]] = {
    "closes_at": (1, 24),
    "most_returns": (0, 9),
    "soon_hours": (0, 720),
    "again_at_most": (1, 5),
    "window_minutes": (1, 1440),
    "most_in_window": (1, 100_000),
    "most_from_network": (1, 100_000),
    "most_wrong_codes": (1, 100_000),
    "most_pictures": (0, 9),
    "most_picture_megabytes": (1, 60),
    "cluster_least": (2, 100),
}
"""From and to, where it is not :data:`USUAL_BOUNDS`."""
USUAL_BOUNDS = (1, 365)
NAMES = tuple(each.name for each in fields(Parameters))


def bounds_of(name: str) -> tuple[int, int]:
    """The least and the largest that a parameter may be."""
    return BOUNDS.get(name, USUAL_BOUNDS)


SCORES = range(1, 6)
"""Satisfaction, from 1 (not at all) to 5."""
ROUNDS = 2
"""The first, and one more."""
