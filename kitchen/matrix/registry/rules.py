"""Rules of the registry: how accounts, filings, people and transfers stand, and what is measured.

Numbers that a district may set otherwise are in :mod:`kitchen.matrix.registry.parameters`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move

MANAGE = "matrix.manage"
FILE = "matrix.file"
CONSENT = "matrix.consent"
REGISTER = "matrix.register"
CONDUCT = "matrix.conduct"
"""Permissions as :class:`kitchen.matrix.rules.May` has them, which this file may not import."""


class Standing(StrEnum):
    """How an account stands with the authorities, whatever it sends."""

    SURVEYED = "surveyed"
    """Known, and not filed yet (待备案)."""
    FILED = "filed"
    CLOSING = "closing"
    CLOSED = "closed"
    MERGED = "merged"


_OPEN = {Standing.SURVEYED, Standing.FILED}

STANDING = Machine(
    Standing,
    Standing.SURVEYED,
    move("file_account", _OPEN, Standing.FILED, REGISTER, "备案"),
    move("begin_closing", _OPEN, Standing.CLOSING, CONDUCT, "关停"),
    move("keep_open", {Standing.CLOSING}, None, CONDUCT, "撤销关停", targets=_OPEN),
    move(
        "end_account",
        {Standing.CLOSING},
        None,
        CONDUCT,
        "销号",
        targets={Standing.CLOSED, Standing.MERGED},
    ),
)
GONE = frozenset({Standing.CLOSED, Standing.MERGED})
"""Accounts that are only history."""


class Change(StrEnum):
    """What is filed about an account (S19)."""

    OPEN = "open"
    CHANGE = "change"
    CLOSE = "close"


class FilingState(StrEnum):
    DRAFT = "draft"
    SUBMITTED = "submitted"
    CONSENTED = "consented"
    ACCEPTED = "accepted"
    FILED = "filed"
    RETURNED = "returned"


_WITH_THE_OFFICE = {FilingState.CONSENTED, FilingState.ACCEPTED}

FILING = Machine(
    FilingState,
    FilingState.DRAFT,
    move("submit", {FilingState.DRAFT, FilingState.RETURNED}, FilingState.SUBMITTED, FILE, "送审"),
    move(
        "withdraw", {FilingState.SUBMITTED, FilingState.CONSENTED}, FilingState.DRAFT, FILE, "撤回"
    ),
    move("consent", {FilingState.SUBMITTED}, FilingState.CONSENTED, CONSENT, "同意"),
    move(
        "refuse",
        {FilingState.SUBMITTED},
        FilingState.RETURNED,
        CONSENT,
        "不同意",
        needs_reason=True,
    ),
    move("accept", {FilingState.CONSENTED}, FilingState.ACCEPTED, REGISTER, "受理"),
    move("return", _WITH_THE_OFFICE, FilingState.RETURNED, REGISTER, "退回", needs_reason=True),
    move("file", {FilingState.ACCEPTED}, FilingState.FILED, REGISTER, "备案"),
)


class Establishment(StrEnum):
    """How a person is employed (编制)."""

    PERMANENT = "permanent"
    HIRED = "hired"


class Vetting(StrEnum):
    """How the political vetting of a person stands (政审)."""

    UNVETTED = "unvetted"
    PENDING = "pending"
    PASSED = "passed"
    FAILED = "failed"


VETTING = Machine(
    Vetting,
    Vetting.UNVETTED,
    move(
        "ask_vetting",
        {Vetting.UNVETTED, Vetting.PASSED, Vetting.FAILED},
        Vetting.PENDING,
        FILE,
        "送政审",
    ),
    move("pass_vetting", {Vetting.PENDING}, Vetting.PASSED, REGISTER, "政审通过"),
    move(
        "fail_vetting",
        {Vetting.PENDING, Vetting.PASSED},
        Vetting.FAILED,
        REGISTER,
        "政审不通过",
        needs_reason=True,
    ),
)


def may_edit(
    establishment: Establishment, vetting: Vetting, expires_on: date | None, today: date
) -> bool:
    """Whether a person may gather and edit for a government account (S18).

    Those on the establishment may, unless their vetting failed; the hired only with a vetting that
    was passed and still holds.
    """
    if vetting == Vetting.FAILED:
        return False
    if establishment == Establishment.PERMANENT:
        return True
    return vetting == Vetting.PASSED and (expires_on is None or today <= expires_on)


class Handing(StrEnum):
    """How the transfer of an account stands (S47)."""

    PROPOSED = "proposed"
    HANDED = "handed"
    RECEIVED = "received"
    CALLED_OFF = "called_off"


CUSTODY = Machine(
    Handing,
    Handing.PROPOSED,
    move("hand_over", {Handing.PROPOSED}, Handing.HANDED, FILE, "移交"),
    move("receive", {Handing.HANDED}, Handing.RECEIVED, MANAGE, "接收"),
    move("send_back", {Handing.HANDED}, Handing.PROPOSED, MANAGE, "退回", needs_reason=True),
    move("call_off", {Handing.PROPOSED}, Handing.CALLED_OFF, FILE, "取消", needs_reason=True),
)


class Eligibility(StrEnum):
    """Whether a unit of this level opens accounts (S3)."""

    SHOULD = "should"
    MAY = "may"
    NOT_IN_PRINCIPLE = "not_in_principle"


ELIGIBILITY: Mapping[str, Eligibility] = {
    "district": Eligibility.SHOULD,
    "media_centre": Eligibility.SHOULD,
    "department": Eligibility.MAY,
    "town": Eligibility.NOT_IN_PRINCIPLE,
    "section": Eligibility.NOT_IN_PRINCIPLE,
}
"""By the unit's level: 区政府应当开设，区直可根据工作需要开设，镇（街道）原则上不开设."""


class Health(StrEnum):
    """How alive an account is (S2)."""

    UNKNOWN = "unknown"
    NORMAL = "normal"
    LOW = "low"
    ZOMBIE = "zombie"


@dataclass(frozen=True, slots=True)
class Figures:
    """What was collected about an account; ``None``: nobody knows, which is not zero."""

    followers: int | None = None
    posts_30d: int | None = None
    mean_reads: int | None = None
    last_post_at: datetime | None = None

    @property
    def per_day(self) -> float | None:
        """Pieces a day over thirty days."""
        return None if self.posts_30d is None else self.posts_30d / 30


@dataclass(frozen=True, slots=True)
class Limits:
    """From where an account counts as low in use, and after how many silent days as a zombie."""

    followers: int
    posts_per_day: int
    silent_days: int


def health_of(figures: Figures, limits: Limits, now: datetime) -> Health:
    """A zombie is silent for too long; low in use has too few followers or pieces (S2)."""
    last = figures.last_post_at
    if last is not None and now - last >= timedelta(days=limits.silent_days):
        return Health.ZOMBIE
    known = [
        figures.followers is not None and figures.followers < limits.followers,
        figures.per_day is not None and figures.per_day < limits.posts_per_day,
    ]
    if any(known):
        return Health.LOW
    complete = figures.followers is not None and figures.per_day is not None
    return Health.NORMAL if complete else Health.UNKNOWN
