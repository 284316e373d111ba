"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from enum import StrEnum

from kitchen.core.errors import N_
from kitchen.people import labels as people
from kitchen.review.rules import Level, Obstacle, RemarkState, RoundState, StepState

LEVELS = {
    Level.FIRST: N_("一审"),
    Level.SECOND: N_("二审"),
    Level.THIRD: N_("三审"),
    Level.AGAIN: N_("再审"),
    Level.FINAL: N_("终审"),
    Level.JOINT: N_("联审"),
}
ROLES = people.ROLES
ROUND_STATES = {
    RoundState.OPEN: N_("审核中"),
    RoundState.PASSED: N_("已签发"),
    RoundState.RETURNED: N_("已退回"),
    RoundState.WITHDRAWN: N_("作者已撤回"),
    RoundState.AMENDED: N_("改后通过"),
    RoundState.AFTER: N_("后审"),
}
ROUND_TONES = {
    RoundState.OPEN: "info",
    RoundState.PASSED: "ok",
    RoundState.RETURNED: "warn",
    RoundState.WITHDRAWN: "plain",
    RoundState.AMENDED: "ok",
    RoundState.AFTER: "warn",
}
STEP_STATES = {
    StepState.WAITING: N_("未到"),
    StepState.OPEN: N_("待审"),
    StepState.PASSED: N_("通过"),
    StepState.RETURNED: N_("退回"),
    StepState.SKIPPED: N_("未审"),
}
STEPPER = {
    StepState.WAITING: "todo",
    StepState.OPEN: "now",
    StepState.PASSED: "done",
    StepState.RETURNED: "returned",
    StepState.SKIPPED: "skipped",
}
"""How the stepper shows each state."""


class Reason(StrEnum):
    """Why pieces are sent back most often; a tap instead of a sentence."""

    FACTS = "facts"
    STANCE = "stance"
    WORDING = "wording"
    TITLE = "title"
    PICTURES = "pictures"
    SOURCES = "sources"
    PRIVACY = "privacy"
    TIMING = "timing"


REASONS = {
    Reason.FACTS: N_("事实要核实"),
    Reason.STANCE: N_("导向要把准"),
    Reason.WORDING: N_("文字有错漏"),
    Reason.TITLE: N_("标题要改"),
    Reason.PICTURES: N_("图片不合适"),
    Reason.SOURCES: N_("来源或版权不清"),
    Reason.PRIVACY: N_("涉及隐私或涉密"),
    Reason.TIMING: N_("时机不合适"),
}
REMARK_STATES = {
    RemarkState.OPEN: N_("待处理"),
    RemarkState.RESOLVED: N_("已解决"),
    RemarkState.ACCEPTED: N_("已采纳"),
    RemarkState.REFUSED: N_("未采纳"),
}
REMARK_TONES = {
    RemarkState.OPEN: "info",
    RemarkState.RESOLVED: "ok",
    RemarkState.ACCEPTED: "ok",
    RemarkState.REFUSED: "plain",
}
PROOFS = {1: N_("一校"), 2: N_("二校"), 3: N_("三校")}
OBSTACLES = {
    Obstacle.NOT_ITS_TURN: N_("这一级现在不能审：可能已经有人审过，或还没有轮到。"),
    Obstacle.OWN: N_("这篇稿件您参与了采写或送审，请由别人来审。"),
    Obstacle.TWICE: N_("这一轮您已经审过一级，其他级须由别人审。"),
    Obstacle.NO_POST: N_("这一级不由您的岗位审。"),
    Obstacle.CLAIMED: N_("有人正在审这一级，请稍候或与对方商量。"),
}
"""Why somebody may not decide a step, said by the page and by the refusal alike."""
