"""What is known of a delivery, told in order: what we did, what the platform said, who looked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from channels.base import Outcome
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import N_
from kitchen.publishing import labels
from kitchen.publishing.models import Attempt, Publication, ReceiptRow, Statement
from kitchen.publishing.queries import Record
from kitchen.publishing.rules import MACHINE, Kind, State

QUESTIONS = {
    Kind.PUBLISH: N_("这篇稿件在“%(account)s”上到底发出去没有？"),
    Kind.RECALL: N_("这篇稿件从“%(account)s”上撤下来没有？"),
}
ACTS = {
    "plan_publication": N_("列入发送"),
    "plan_recall": N_("列入撤稿"),
    "reschedule": N_("改了时间"),
    "send_now": N_("不再等时间，立即发送"),
}
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
    return QUESTIONS.get(publication.kind, QUESTIONS[Kind.PUBLISH])


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
    move = MACHINE.moves.get(entry.action)
    label = move.label if move else ACTS.get(entry.action, entry.action)
    return Fact(entry.at, label, who=entry.actor_name, words=entry.note)


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
