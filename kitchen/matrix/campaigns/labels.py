"""What people call the values of campaigns; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.matrix.campaigns.rules import (
    Aspect,
    Cause,
    Closing,
    Dimension,
    Have,
    Kept,
    Phase,
    Proposal,
    Step,
    Verdict,
)

STEPS = {
    Step.CHECKING: N_("单位自查"),
    Step.OPINING: N_("专题会审议"),
    Step.DECIDING: N_("常委会审议"),
    Step.CARRYING_OUT: N_("限期关停"),
    Step.DONE: N_("已销号"),
}
MOVED = {
    "call_experts": N_("自查已结束，进入专题会审议。"),
    "check_again": N_("已退回自查。"),
    "lay_before": N_("已提交常委会。"),
    "take_back": N_("已撤回到专题会审议。"),
    "issue_notice": N_("通知已下发，各账号的关停已开办。"),
    "finish": N_("已销号归档。"),
}
"""What is said when a campaign has come to another step."""
PROPOSALS = {Proposal.KEEP: N_("保留"), Proposal.MERGE: N_("整合"), Proposal.CLOSE: N_("关停")}
VERDICTS = {
    Verdict.WAITING: N_("未自查"),
    Verdict.CHECKED: N_("已自查"),
    Verdict.OPINED: N_("待审议"),
    Verdict.KEPT: N_("保留"),
    Verdict.MERGED: N_("整合"),
    Verdict.CLOSED: N_("关停"),
}
VERDICT_TONES = {
    Verdict.WAITING: "plain",
    Verdict.CHECKED: "info",
    Verdict.OPINED: "info",
    Verdict.KEPT: "ok",
    Verdict.MERGED: "warn",
    Verdict.CLOSED: "warn",
}
HAVES = {
    Have.NEED: N_("有实际需要"),
    Have.CAPABILITY: N_("有能力运维"),
    Have.SUPPORT: N_("有配套保障"),
}
DIMENSIONS = {
    Dimension.NEED: N_("创建需要"),
    Dimension.CONTENT: N_("刊发内容"),
    Dimension.FANS: N_("粉丝数量"),
    Dimension.ACTIVITY: N_("活跃程度"),
}
ASPECTS = {
    Aspect.PLAN: N_("有无长远规划方案"),
    Aspect.REVIEW: N_("有无把关审核机制"),
    Aspect.NEED: N_("有无必备工作需要"),
    Aspect.STAFF: N_("有无专兼职维护人员"),
    Aspect.VIOLATIONS: N_("有无违规信息发布情况"),
}
KEPT = {Kept.COMPREHENSIVE: N_("综合性部门"), Kept.LIVELIHOOD: N_("民生服务性部门")}
CLOSINGS = {
    Closing.APPROVED: N_("待发停更公告"),
    Closing.ANNOUNCED: N_("已停更"),
    Closing.CANCELLED: N_("已注销"),
    Closing.FILED: N_("关停已备案"),
    Closing.CALLED_OFF: N_("已撤销"),
}
CLOSING_TONES = {
    Closing.APPROVED: "warn",
    Closing.ANNOUNCED: "info",
    Closing.CANCELLED: "info",
    Closing.FILED: "ok",
    Closing.CALLED_OFF: "plain",
}
CLOSING_MOVED = {
    "announce": N_("停更公告已登记。"),
    "correct_announcement": N_("已撤回，请重新登记公告。"),
    "force": N_("已强制关停，请到平台办理注销。"),
    "cancel_on_platform": N_("平台注销已登记。"),
    "file_closing": N_("关停备案已登记，账号已销号。"),
    "call_off": N_("关停已撤销，账号照常运维。"),
    "ask_house": N_("停更公告的稿件已起草，请到稿件里核对、送审。"),
}
"""What is said when a closing has moved."""
CAUSES = {
    Cause.CAMPAIGN: N_("清理整顿"),
    Cause.FILING: N_("单位申请"),
    Cause.SANCTION: N_("责令关停"),
}
PHASES = {Phase.BEFORE: N_("清理前"), Phase.AFTER: N_("清理后")}
ACTS = {
    "check": N_("提交了自查"),
    "opine": N_("提出了专业意见"),
    "keep": N_("决定保留"),
    "merge": N_("决定整合"),
    "close": N_("决定关停"),
    "reconsider": N_("撤销了决定"),
    "redirect_merger": N_("改定了并入的账号"),
    "open_closing": N_("开办关停"),
    "draft_stop_notice": N_("起草了停更公告"),
    "announce": N_("登记了停更公告"),
    "correct_announcement": N_("撤回了公告登记"),
    "force": N_("强制关停"),
    "cancel_on_platform": N_("登记了平台注销"),
    "file_closing": N_("登记了关停备案"),
    "call_off": N_("撤销了关停"),
    "add_evidence": N_("附上了材料"),
}
"""Acts as the audit names them."""
BUTTONS = {
    "call_experts": N_("进入专题会审议"),
    "check_again": N_("退回自查"),
    "lay_before": N_("提交常委会"),
    "take_back": N_("撤回提交"),
    "finish": N_("销号归档"),
    "correct_announcement": N_("撤回登记"),
    "force": N_("强制关停"),
    "cancel_on_platform": N_("平台已注销"),
    "call_off": N_("撤销关停"),
}
"""What the buttons of campaigns and closings say, as their tables do."""
