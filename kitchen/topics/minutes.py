"""The meeting's minutes, written by the system from what was done; as text and as a paper."""

from __future__ import annotations

from kitchen.core.clock import local
from kitchen.core.errors import N_
from kitchen.papers import Paper, Say, listed
from kitchen.topics.appeals import heard
from kitchen.topics.labels import DECISIONS, RISKS
from kitchen.topics.models import AgendaItem, Meeting
from kitchen.topics.queries import Yesterday
from kitchen.topics.rules import Decision, Risk


def sections(meeting: Meeting, yesterday: Yesterday, say: Say) -> list[tuple[str, list[str]]]:
    """The minutes as headings with their lines."""
    return [
        (say(N_("会议")), _facts(meeting, say)),
        (say(N_("昨日情况")), [_look_back(yesterday, say)]),
        (say(N_("决定")), [_line(item, say) for item in meeting.items if item.decision]),
        (
            say(N_("未及研判")),
            [item.topic.title for item in meeting.items if item.decision is None],
        ),
    ]


def _facts(meeting: Meeting, say: Say) -> list[str]:
    present = say(N_("、")).join(each.staff.name for each in meeting.attendance)
    lines = [
        say(N_("日期：%(day)s")) % {"day": meeting.day.isoformat()},
        say(N_("主持：%(name)s")) % {"name": meeting.chair.name if meeting.chair else "—"},
        say(N_("出席：%(names)s")) % {"names": present or "—"},
    ]
    if meeting.opened_at is not None:
        ended = f"{local(meeting.closed_at):%H:%M}" if meeting.closed_at else "…"
        hours = f"{local(meeting.opened_at):%H:%M}–{ended}"
        lines.append(say(N_("时间：%(hours)s")) % {"hours": hours})
    return lines


def _look_back(yesterday: Yesterday, say: Say) -> str:
    told = say(N_("报题 %(filed)s 个，研判 %(decided)s 个，通过 %(approved)s 个。"))
    return told % {
        "filed": yesterday.filed,
        "decided": yesterday.decided,
        "approved": yesterday.approved,
    }


def _line(item: AgendaItem, say: Say) -> str:
    assert item.decision is not None
    told = f"{item.position}. {item.topic.title}（{item.topic.proposer.name}）："
    if heard(item):
        told += say(N_("申诉再议，"))
    told += say(DECISIONS[Decision(item.decision)])
    if item.decision == Decision.APPROVE:
        told += "，" + say(RISKS[Risk(item.topic.risk)])
    if item.votes_for is not None:
        told += "，" + say(N_("表决：赞成 %(yes)s，反对 %(no)s，弃权 %(none)s")) % {
            "yes": item.votes_for,
            "no": item.votes_against,
            "none": item.abstentions,
        }
    if item.reason:
        told += "。" + item.reason
    return told


def as_text(meeting: Meeting, yesterday: Yesterday, say: Say) -> str:
    """The minutes as Markdown."""
    parts = [f"# {say(N_('编前会纪要'))}"]
    for heading, lines in sections(meeting, yesterday, say):
        parts += [f"## {heading}", *(f"- {line}" for line in lines or ["—"])]
    return "\n\n".join(parts) + "\n"


def paper(meeting: Meeting, yesterday: Yesterday, say: Say) -> Paper:
    """The minutes as a paper."""
    return listed(say(N_("编前会纪要")), sections(meeting, yesterday, say))
