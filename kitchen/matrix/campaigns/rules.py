"""Rules of a clean-up campaign (S5–S14): its steps, what is judged, how an account is closed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from kitchen.core.states import Machine, move

FILE = "matrix.file"
CONDUCT = "matrix.conduct"
"""Permissions as :class:`kitchen.matrix.rules.May` has them, which this file may not import."""


class Step(StrEnum):
    """How far a campaign is: 自查 → 专题会意见 → 常委会审议 → 通知下发 → 执行 → 销号."""

    CHECKING = "checking"
    OPINING = "opining"
    DECIDING = "deciding"
    CARRYING_OUT = "carrying_out"
    DONE = "done"


CAMPAIGN = Machine(
    Step,
    Step.CHECKING,
    move("call_experts", {Step.CHECKING}, Step.OPINING, CONDUCT, "进入专题会审议"),
    move("check_again", {Step.OPINING}, Step.CHECKING, CONDUCT, "退回自查", needs_reason=True),
    move("lay_before", {Step.OPINING}, Step.DECIDING, CONDUCT, "提交常委会"),
    move("take_back", {Step.DECIDING}, Step.OPINING, CONDUCT, "撤回提交", needs_reason=True),
    move("issue_notice", {Step.DECIDING}, Step.CARRYING_OUT, CONDUCT, "下发通知"),
    move("finish", {Step.CARRYING_OUT}, Step.DONE, CONDUCT, "销号归档"),
)


class Proposal(StrEnum):
    """What is asked for, advised or decided about an account."""

    KEEP = "keep"
    MERGE = "merge"
    CLOSE = "close"


class Verdict(StrEnum):
    """How an account stands within a campaign."""

    WAITING = "waiting"
    CHECKED = "checked"
    OPINED = "opined"
    KEPT = "kept"
    MERGED = "merged"
    CLOSED = "closed"


_DECIDED = {Verdict.KEPT, Verdict.MERGED, Verdict.CLOSED}

ITEM = Machine(
    Verdict,
    Verdict.WAITING,
    move("check", {Verdict.WAITING, Verdict.CHECKED}, Verdict.CHECKED, FILE, "自查"),
    move(
        "opine",
        {Verdict.WAITING, Verdict.CHECKED, Verdict.OPINED},
        Verdict.OPINED,
        CONDUCT,
        "提出意见",
    ),
    move("keep", {Verdict.OPINED}, Verdict.KEPT, CONDUCT, "保留"),
    move("merge", {Verdict.OPINED}, Verdict.MERGED, CONDUCT, "整合"),
    move("close", {Verdict.OPINED}, Verdict.CLOSED, CONDUCT, "关停"),
    move("reconsider", _DECIDED, Verdict.OPINED, CONDUCT, "撤销决定"),
)
DECIDED = frozenset(_DECIDED)


class Have(StrEnum):
    """The three haves (三有): a unit that lacks one of them does not keep the account."""

    NEED = "need"
    CAPABILITY = "capability"
    SUPPORT = "support"


def lacking(answers: Mapping[str, bool | None]) -> list[Have]:
    """The haves that an account lacks, or about which nothing was said."""
    return [have for have in Have if not answers.get(have)]


class Dimension(StrEnum):
    """What specialists look at in an account (S7): 创建需要、刊发内容、粉丝数量、活跃程度."""

    NEED = "need"
    CONTENT = "content"
    FANS = "fans"
    ACTIVITY = "activity"


class Aspect(StrEnum):
    """What specialists look at in a unit (S8).

    The first is printed 远程规划方案 in the source and meant as a plan for the distant future.
    """

    PLAN = "plan"
    REVIEW = "review"
    NEED = "need"
    STAFF = "staff"
    VIOLATIONS = "violations"


class Kept(StrEnum):
    """As what a department keeps its accounts (S10)."""

    COMPREHENSIVE = "comprehensive"
    LIVELIHOOD = "livelihood"


class Closing(StrEnum):
    """How far a closing is: 批准 → 停更公告 → 平台注销 → 关停备案."""

    APPROVED = "approved"
    ANNOUNCED = "announced"
    CANCELLED = "cancelled"
    FILED = "filed"
    CALLED_OFF = "called_off"


CLOSING = Machine(
    Closing,
    Closing.APPROVED,
    move("announce", {Closing.APPROVED}, Closing.ANNOUNCED, FILE, "已发停更公告"),
    move("correct_announcement", {Closing.ANNOUNCED}, Closing.APPROVED, FILE, "撤回登记"),
    move("force", {Closing.APPROVED}, Closing.ANNOUNCED, CONDUCT, "强制关停", needs_reason=True),
    move("cancel_on_platform", {Closing.ANNOUNCED}, Closing.CANCELLED, FILE, "平台已注销"),
    move("file_closing", {Closing.CANCELLED}, Closing.FILED, CONDUCT, "关停备案"),
    move(
        "call_off", {Closing.APPROVED}, Closing.CALLED_OFF, CONDUCT, "撤销关停", needs_reason=True
    ),
)
UNDER_WAY = frozenset({Closing.APPROVED, Closing.ANNOUNCED, Closing.CANCELLED})


class Cause(StrEnum):
    """Why an account is closed."""

    CAMPAIGN = "campaign"
    FILING = "filing"
    SANCTION = "sanction"


class Phase(StrEnum):
    """Whether a burden was declared before a campaign or after it (S13)."""

    BEFORE = "before"
    AFTER = "after"


@dataclass(frozen=True, slots=True)
class Standpoint:
    """One account of a campaign, as it is counted."""

    platform: str
    batch: str
    unit: str
    level: str
    verdict: str
    closing: str | None = None


@dataclass(frozen=True, slots=True)
class Tally:
    """Counts of accounts; ``gone`` are those decided to be closed or merged."""

    total: int = 0
    kept: int = 0
    closed: int = 0
    merged: int = 0
    announced: int = 0
    """Of those closed or merged, how many have published their stop notice or are further."""
    filed: int = 0

    @property
    def gone(self) -> int:
        return self.closed + self.merged

    @property
    def undecided(self) -> int:
        return self.total - self.kept - self.gone

    @property
    def share(self) -> float | None:
        """Closed and merged in all; ``None`` of nothing."""
        return self.gone / self.total if self.total else None


def tally(points: Iterable[Standpoint]) -> Tally:
    """The counts over these accounts."""
    known = list(points)
    verdicts = [it.verdict for it in known]
    done = [it.closing for it in known]
    return Tally(
        total=len(known),
        kept=verdicts.count(Verdict.KEPT),
        closed=verdicts.count(Verdict.CLOSED),
        merged=verdicts.count(Verdict.MERGED),
        announced=sum(done.count(it) for it in (Closing.ANNOUNCED, Closing.CANCELLED))
        + done.count(Closing.FILED),
        filed=done.count(Closing.FILED),
    )


def tallies(points: Iterable[Standpoint], by: str) -> dict[str, Tally]:
    """The counts by ``platform``, ``batch``, ``unit`` or ``level``, as they are first met."""
    groups: dict[str, list[Standpoint]] = {}
    for point in points:
        groups.setdefault(getattr(point, by), []).append(point)
    return {key: tally(group) for key, group in groups.items()}


def retained_departments(points: Iterable[Standpoint]) -> list[str]:
    """The departments that keep at least one account (S10)."""
    kept = {it.unit for it in points if it.verdict == Verdict.KEPT and it.level == "department"}
    return sorted(kept)
