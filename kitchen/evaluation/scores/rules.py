"""How a month of points and an appeal live, what a story is counted as, how points are parted."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from datetime import date
from enum import StrEnum

from kitchen.core.states import Machine, move

GRADE = "evaluation.grade"
SETTLE = "evaluation.settle"
"""Permissions as :class:`kitchen.evaluation.rules.May` has them, which this file may not import."""


class State(StrEnum):
    """How far a month of points is."""

    PROPOSED = "proposed"
    """Counted by the house every night while it is recent; the committee grades."""
    GRADED = "graded"
    PUBLISHED = "published"
    """Everyone sees their own, and may appeal for some working days."""
    LOCKED = "locked"
    """Nothing changes any more; the pay office has it."""


MACHINE = Machine(
    State,
    State.PROPOSED,
    move("finish", {State.PROPOSED}, State.GRADED, GRADE, "评级完毕"),
    move("reopen", {State.GRADED}, State.PROPOSED, GRADE, "退回评级", needs_reason=True),
    move("publish", {State.GRADED}, State.PUBLISHED, SETTLE, "向职工公布"),
    move("lock", {State.PUBLISHED}, State.LOCKED, SETTLE, "锁定"),
)
OPEN = frozenset({State.PROPOSED, State.GRADED})
"""States in which a month is counted, and takes faults of its own stories."""
SEEN = frozenset({State.PUBLISHED, State.LOCKED})
"""States in which everyone sees their own points."""


class AppealState(StrEnum):
    """What became of an appeal."""

    OPEN = "open"
    GRANTED = "granted"
    REFUSED = "refused"


APPEAL = Machine(
    AppealState,
    AppealState.OPEN,
    move("grant", {AppealState.OPEN}, AppealState.GRANTED, GRADE, "申诉成立", needs_reason=True),
    move("refuse", {AppealState.OPEN}, AppealState.REFUSED, GRADE, "维持原分", needs_reason=True),
)


class Genre(StrEnum):
    """What a story is counted as (体裁): its base points depend on it."""

    REPRINT = "reprint"
    BRIEF = "brief"
    NEWS = "news"
    FEATURE = "feature"
    PHOTO = "photo"
    VIDEO = "video"
    LIVE = "live"


BRIEF_MOST, FEATURE_LEAST = 200, 1500
"""字 of a text: up to so many it is a brief, from so many on a feature."""


def genre_of(*, reprint: bool, forms: Collection[str], length: int) -> Genre:
    """What the house takes a story for, until the committee says otherwise.

    ``forms`` are those of its topic and its editions, ``length`` its 字.
    """
    if reprint:
        return Genre.REPRINT
    for form, genre in (("live", Genre.LIVE), ("video", Genre.VIDEO)):
        if form in forms:
            return genre
    if length >= FEATURE_LEAST:
        return Genre.FEATURE
    if "photo" in forms:
        return Genre.PHOTO
    return Genre.BRIEF if length <= BRIEF_MOST else Genre.NEWS


class Grade(StrEnum):
    """The committee's grade of a story."""

    A = "a"
    B = "b"
    C = "c"
    D = "d"


UNGRADED = Grade.C
"""What is reckoned with until somebody grades: its factor is the neutral one."""


class Fault(StrEnum):
    """Why points are taken off (差错扣分)."""

    ORIENTATION = "orientation"
    """导向差错: a veto, nothing is left of the story's points."""
    FACT = "fact"
    WORDING = "wording"
    OVERDUE = "overdue"
    MISSED = "missed"
    """漏报: news that nobody brought. There is no story, so it falls on a person."""


class Role(StrEnum):
    """For which work somebody shares in a story's points (署名分摊)."""

    WRITING = "writing"
    CAMERA = "camera"
    EDITING = "editing"
    MAKING = "making"
    PROOFREADING = "proofreading"


_ROLE_WORDS: tuple[tuple[Role, str], ...] = (
    (Role.PROOFREADING, "校对|校|proof"),
    (Role.CAMERA, "摄像|摄影|视频|航拍|图片|摄|camera|photo|video"),
    (Role.MAKING, "制作|剪辑|设计|美编|海报|后期|制图|produc|design"),
    (Role.EDITING, "编辑|责编|主编|编审|统筹|编|edit"),
)
"""Words of a credit that tell the work, the first that stands in it; 记者 and all else wrote."""


def role_of(words: str) -> Role:
    """The work that a credit's words name, in Chinese or English."""
    said = words.lower()
    return next((role for role, known in _ROLE_WORDS if re.search(known, said)), Role.WRITING)


WHOLE = 100
"""Percent that the shares of a story come to."""


def parted(points: int, shares: Sequence[int]) -> list[int]:
    """``points`` by ``shares`` in whole numbers that add up to it exactly.

    What is left over by rounding down goes to the largest remainders, of equals to the earlier.
    Less than nought is parted like its opposite.
    """
    total, size = sum(shares), abs(points)
    if not total:
        return [0] * len(shares)
    parts = [size * share // total for share in shares]
    by_rest = sorted(range(len(shares)), key=lambda at: (-(size * shares[at] % total), at))
    for at in by_rest[: size - sum(parts)]:
        parts[at] += 1
    return parts if points >= 0 else [-part for part in parts]


_MONTH = re.compile(r"(\d{4})-(0[1-9]|1[0-2])")


def month_named(name: str) -> date | None:
    """The first day of the month that is written ``2026-05``; ``None`` for anything else."""
    found = _MONTH.fullmatch(name)
    return date(int(found[1]), int(found[2]), 1) if found and int(found[1]) else None


def name_of(month: date) -> str:
    """``2026-05``."""
    return f"{month:%Y-%m}"


def first_of(day: date) -> date:
    """The first day of a day's month."""
    return day.replace(day=1)


def month_after(month: date) -> date:
    """The first day of the next month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def month_before(month: date) -> date:
    """The first day of the month before."""
    return date(month.year - (month.month == 1), (month.month - 2) % 12 + 1, 1)


COUNTED_BACK = 3
"""Months before this one that are still counted: an older one that nobody publishes is left."""


def counted_since(day: date) -> date:
    """The first day of the earliest month that is still counted of itself on this day."""
    month = first_of(day)
    for _ in range(COUNTED_BACK):
        month = month_before(month)
    return month
