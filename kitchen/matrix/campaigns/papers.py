"""The campaign's papers: the pack for the committee and the notice. What they say is computed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from sqlalchemy.orm import Session

from kitchen.core.clock import local
from kitchen.core.errors import N_
from kitchen.matrix import labels as words
from kitchen.matrix.campaigns import labels, queries, service
from kitchen.matrix.campaigns.models import AccountClosing, Cleanup, CleanupItem, UnitReview
from kitchen.matrix.campaigns.rules import Aspect, Dimension, Proposal, Tally, Verdict
from kitchen.papers import Paper, Say, Section


def pack(session: Session, cleanup: Cleanup, say: Say) -> Paper:
    """What the committee reads: the figures, every unit, every account with its opinion (S9)."""
    items = service.items_of(session, cleanup)
    seen = queries.dashboard(queries.standpoints(session, cleanup))
    reviews = queries.unit_reviews(session, cleanup)
    return Paper(
        say(N_("清理整顿审议材料")),
        [
            Section(say(N_("基本情况")), _facts(cleanup, say)),
            _counts(seen.by_platform, say),
            Section(
                say(N_("主办单位情况")),
                head=[say(N_("单位")), *(say(labels.ASPECTS[it]) for it in Aspect)],
                rows=[_unit_row(it, say) for it in reviews.values()],
            ),
            Section(
                say(N_("逐号意见")),
                head=[say(it) for it in _ITEM_HEAD],
                rows=[_item_row(number, it, say) for number, it in enumerate(items, 1)],
            ),
        ],
    )


_ITEM_HEAD = (
    N_("序号"),
    N_("账号"),
    N_("主办单位"),
    N_("单位申请"),
    N_("四维评分"),
    N_("专业意见"),
    N_("决定"),
)


def _facts(cleanup: Cleanup, say: Say) -> list[str]:
    lines = [
        say(N_("名称：%(name)s")) % {"name": cleanup.name},
        say(N_("批次：%(batch)s")) % {"batch": cleanup.batch},
    ]
    if cleanup.meeting_on:
        told = {"no": cleanup.meeting_no, "on": cleanup.meeting_on.isoformat()}
        lines.append(say(N_("审议：%(no)s，%(on)s")) % told)
        lines.append(say(N_("决议文件：%(doc)s")) % {"doc": cleanup.decision_doc})
    return lines


def _counts(groups: Mapping[str, Tally], say: Say) -> Section:
    names = words.platforms()
    heads = (N_("平台"), N_("总数"), N_("保留"), N_("关停"), N_("整合"), N_("未决定"))
    return Section(
        say(N_("分平台统计")),
        head=[say(it) for it in heads],
        rows=[
            [
                say(names.get(key, key)),
                *(str(it) for it in (t.total, t.kept, t.closed, t.merged, t.undecided)),
            ]
            for key, t in groups.items()
        ],
    )


def _unit_row(review: UnitReview, say: Say) -> list[str]:
    return [review.unit.name, *(_aspect(review.aspects.get(it, {}), say) for it in Aspect)]


def _aspect(found: Mapping[str, object], say: Say) -> str:
    yes = found.get("yes")
    told = say(N_("不清楚")) if yes is None else say(N_("有")) if yes else say(N_("无"))
    return f"{told}：{found['note']}" if found.get("note") else told


def _item_row(number: int, item: CleanupItem, say: Say) -> list[str]:
    names = words.platforms()
    channel = item.account.channel
    asked = say(labels.PROPOSALS[item.asked]) if item.asked else say(N_("未自查"))
    scores = "、".join(_score(item.dimensions.get(it, {}), it, say) for it in Dimension)
    advised = say(labels.PROPOSALS[item.advised]) if item.advised else "—"
    decided = say(labels.VERDICTS[item.state]) if item.decided_at else "—"
    return [
        str(number),
        f"{item.account.name}（{say(names.get(channel, channel))}）",
        item.account.unit.name,
        f"{asked}：{item.asked_because}" if item.asked_because else asked,
        scores,
        f"{advised}{_into(item, item.advised, say)}：{item.advice}" if item.advice else advised,
        decided,
    ]


def _score(found: Mapping[str, object], dimension: Dimension, say: Say) -> str:
    score = found.get("score")
    return f"{say(labels.DIMENSIONS[dimension])} {score if score else say(N_('不清楚'))}"


def _into(item: CleanupItem, proposal: Proposal | None, say: Say) -> str:
    if proposal != Proposal.MERGE or item.target is None:
        return ""
    return say(N_("（并入%(name)s）")) % {"name": item.target.name}


def notice(session: Session, cleanup: Cleanup, say: Say) -> Paper:
    """The notice to the units: who keeps, who closes, who merges, and until when (S10, S11)."""
    items = service.items_of(session, cleanup)
    due = f"{local(cleanup.closing_due):%Y-%m-%d}" if cleanup.closing_due else "—"
    lines = [
        say(N_("文号：%(no)s")) % {"no": cleanup.notice_no or "—"},
        say(N_("依据：%(doc)s（%(no)s）"))
        % {"doc": cleanup.decision_doc or "—", "no": cleanup.meeting_no or "—"},
        say(N_("列入关停、整合的账号，请主办单位于 %(due)s 前自行发布停更公告，并登记链接或截图。"))
        % {"due": due},
        say(N_("停更后到平台办理注销，并在全国政务新媒体信息报送系统备案。")),
    ]
    return Paper(
        say(N_("清理整顿通知")),
        [
            Section(cleanup.name, lines),
            *(_listed(items, verdict, say) for verdict in _LISTED),
        ],
    )


_LISTED = (Verdict.KEPT, Verdict.CLOSED, Verdict.MERGED)


def _listed(items: Sequence[CleanupItem], verdict: Verdict, say: Say) -> Section:
    names = words.platforms()
    chosen = [it for it in items if it.state == verdict]
    heading = say(N_("%(verdict)s的账号（%(n)s 个）")) % {
        "verdict": say(labels.VERDICTS[verdict]),
        "n": len(chosen),
    }
    return Section(
        heading,
        head=[say(N_("账号")), say(N_("平台")), say(N_("主办单位")), say(N_("说明"))],
        rows=[
            [
                it.account.name,
                say(names.get(it.account.channel, it.account.channel)),
                it.account.unit.name,
                _remark(it, say),
            ]
            for it in chosen
        ],
    )


def _remark(item: CleanupItem, say: Say) -> str:
    if item.kept_as:
        return say(labels.KEPT[item.kept_as])
    if item.target is not None:
        return say(N_("并入%(name)s")) % {"name": item.target.name}
    return item.decided_because


def stop_notice(closing: AccountClosing) -> tuple[str, str]:
    """Title and text of the notice that an account itself publishes, in the readers' language."""
    account = closing.account
    title = f"关于停止更新“{account.name}”的公告"
    reason = f"根据{closing.basis}，" if closing.basis else ""
    text = f"{reason}“{account.name}”自即日起停止更新，不再发布信息、受理留言。"
    if closing.target is not None:
        onward = closing.target
        text += f"\n\n今后的信息请关注“{onward.name}”"
        text += f"（{onward.public_url}）。" if onward.public_url else "。"
    return title, f"{text}\n\n感谢您一直以来的关注。\n\n{account.unit.name}"
