"""What is known of a delivery, told in order: what we did, what the platform said, who looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from channels.base import Outcome
from kitchen.core.access import HOUSE
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import N_
from kitchen.publishing import labels
from kitchen.publishing.models import Attempt, Publication, ReceiptRow, Statement
from kitchen.publishing.queries import Record
from kitchen.publishing.rules import CANNOT_CORRECT, Kind, State

QUESTIONS = {
    Kind.PUBLISH: N_("这篇稿件在“%(account)s”上到底发出去没有？"),
    Kind.CORRECT: N_("“%(account)s”上的旧版到底换成新版没有？"),
    Kind.RECALL: N_("这篇稿件从“%(account)s”上撤下来没有？"),
}
UNEDITABLE = N_("“%(account)s”不能修改已发的内容，这次怎么更正？")
ACTS = {
    "plan_publication": N_("列入发送"),
    "plan_recall": N_("列入撤稿"),
    "reschedule": N_("改了时间"),
    "send_now": N_("不再等时间，立即发送"),
    "ask_for_quiet_hours": N_("申请夜间放行"),
    "pass_quiet_hours": N_("同意夜间发出"),
    "fail": N_("未能发布"),
    "accept": N_("平台受理"),
    "hand_over": N_("转人工发布"),
    "prove": N_("已发布"),
    "lose_sight": N_("结果不明"),
    "ask": N_("请人核对"),
    "cancel": N_("撤销签发"),
    "expire": N_("过期作废"),
    "vanish": N_("已不在平台上"),
    "remove": N_("已撤下"),
    "supersede": N_("已更正"),
    "overtake": N_("有了新版，不再发"),
    "doubt": N_("数据库恢复过，重新核实"),
    "replace": N_("撤下旧的再发新的"),
    "leave_as_is": N_("决定不更正"),
    "confirm": N_("确认已经发出"),
    "confirm_removed": N_("确认已经撤下"),
    "send_again": N_("确认没有发出，再发一次"),
    "finish_by_hand": N_("已手工发布"),
    "leave_unpublished": N_("决定不发布"),
    "try_again": N_("重新发送"),
}
"""What was done, by the names under which the audit keeps it."""
OTHERWISE = N_("有变动")
_TOLD_ELSEWHERE = frozenset({"say_not_there"})
"""Acts that stand in the account as what they brought, and not a second time."""


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the account. ``text``, ``result`` and ``remedy`` are message ids."""

    at: datetime
    text: str
    who: str = ""
    result: str = ""
    words: str = ""
    """The platform's own, or a person's."""
    number: int | None = None
    """Of the attempt, where it is one."""


def question_of(publication: Publication) -> str:
    """What a person is asked (a message id with the place ``account``)."""
    if publication.code == CANNOT_CORRECT:
        return UNEDITABLE
    return QUESTIONS[publication.kind]


def account_of(record: Record, history: Sequence[AuditEntry]) -> list[Fact]:
    """All of it, oldest first."""
    facts = [
        *(_acted(entry) for entry in history if entry.action not in _TOLD_ELSEWHERE),
        *(fact for attempt in record.attempts for fact in _attempted(attempt)),
        *(_observed(receipt) for receipt in record.receipts),
        *(_looked(statement) for statement in record.statements),
    ]
    return sorted(facts, key=lambda fact: fact.at)


def _acted(entry: AuditEntry) -> Fact:
    told = ACTS.get(entry.action, OTHERWISE)
    who = "" if entry.actor_uid == HOUSE.uid else entry.actor_name
    return Fact(entry.at, told, who=who, words=entry.note)


def _attempted(attempt: Attempt) -> Iterator[Fact]:
    yield Fact(attempt.armed_at, N_("第 %(number)s 次发送"), number=attempt.attempt_no)
    if attempt.ended_at is not None:
        yield Fact(
            attempt.ended_at,
            N_("第 %(number)s 次发送的结果"),
            result=labels.STATES[State(attempt.outcome)] if attempt.outcome else "",
            words=attempt.words or attempt.code,
            number=attempt.attempt_no,
        )


def _observed(receipt: ReceiptRow) -> Fact:
    return Fact(
        receipt.observed_at,
        labels.SOURCES[receipt.source],
        who=receipt.staff.name if receipt.staff else "",
        result=labels.OUTCOMES[Outcome(receipt.outcome)],
        words=receipt.words or receipt.remote_url or receipt.remote_id,
    )


def _looked(statement: Statement) -> Fact:
    return Fact(statement.looked_at, N_("登录账号看过，没有看到"), who=statement.staff.name)
