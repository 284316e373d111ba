"""Documents about measures: the notice that is served, the report of a period."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from kitchen.core.clock import local
from kitchen.core.errors import N_
from kitchen.papers import Paper, Say, listed
from kitchen.patrols import labels as patrol
from kitchen.sanctions.labels import CAUSES, MEASURES, STATES
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.queries import Report


def notice(sanction: Sanction, say: Say) -> Paper:
    """The notice of a measure, as it is served on the unit."""
    account = sanction.account
    title = f"{say(MEASURES[sanction.measure])}{say(N_('通知书'))}"
    clause = sanction.clause_words
    decided = local(sanction.decided_at).date().isoformat() if sanction.decided_at else "—"
    until = sanction.appeal_until.isoformat() if sanction.appeal_until else "—"
    lines = [
        say(N_("文号：%(number)s")) % {"number": sanction.doc_no or "—"},
        say(N_("送达单位：%(unit)s")) % {"unit": account.unit.name},
        say(N_("账号：%(name)s")) % {"name": f"{account.name}（{account.handle}）"},
        say(N_("事由：%(cause)s")) % {"cause": say(CAUSES[sanction.cause])},
        say(N_("决定日期：%(day)s")) % {"day": decided},
    ]
    found = [
        f"{say(patrol.KINDS[each.kind])}（{local(each.seen_at).date().isoformat()}）"
        for each in sanction.findings
    ]
    return listed(
        title,
        [
            (say(N_("基本情况")), lines),
            (say(N_("事实")), [sanction.facts, *found]),
            (say(N_("依据")), [f"{sanction.clause}：{clause}" if clause else sanction.clause]),
            (say(N_("处置")), [say(MEASURES[sanction.measure])]),
            (
                say(N_("申诉")),
                [say(N_("如不服，可在 %(day)s 前申诉一次。")) % {"day": until}],
            ),
        ],
    )


def report(figures: Report, say: Say) -> Paper:
    """What was found and done within a period."""
    period = figures.period
    days = {"since": period.since.isoformat(), "until": period.until.isoformat()}
    looked = say(N_("按规则查看账号 %(looks)s 次，人工抽查 %(sampled)s 个账号。"))
    return listed(
        say(N_("网络内容巡查与处置情况")),
        [
            (say(N_("期间")), [say(N_("%(since)s 至 %(until)s")) % days]),
            (
                say(N_("巡查")),
                [looked % {"looks": figures.looks, "sampled": figures.sampled}],
            ),
            (say(N_("问题分类")), _counts(figures.by_kind, patrol.KINDS, say)),
            (say(N_("整改情况")), _counts(figures.by_state, patrol.STATES, say)),
            (say(N_("问题较多的单位")), [_count(name, n, say) for name, n in figures.by_unit]),
            (say(N_("处置措施")), _counts(figures.by_measure, MEASURES, say)),
            (say(N_("处置事由")), _counts(figures.by_cause, CAUSES, say)),
            (say(N_("处置明细")), [_line(each, say) for each in figures.sanctions]),
        ],
    )


def _counts(counted: Mapping[str, int], labels: Mapping[Any, str], say: Say) -> list[str]:
    return [_count(say(labels[key]), counted[key], say) for key in labels if counted.get(key)]


def _count(name: str, number: int, say: Say) -> str:
    return say(N_("%(name)s：%(number)s 个")) % {"name": name, "number": number}


def _line(sanction: Sanction, say: Say) -> str:
    day = local(sanction.in_force_at).date().isoformat() if sanction.in_force_at else "—"
    parts = (
        day,
        sanction.account.unit.name,
        sanction.account.name,
        say(MEASURES[sanction.measure]),
        sanction.doc_no,
        say(STATES[sanction.state]),
    )
    return say(N_("，")).join(filter(None, parts))
