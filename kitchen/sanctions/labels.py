"""What people call the values of measures; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.sanctions.rules import Cause, Measure, State

MEASURES = {
    Measure.TALK: N_("约谈"),
    Measure.WARNING: N_("警告"),
    Measure.CRITICISM: N_("通报批评"),
    Measure.CLOSING: N_("责令关停"),
}
CAUSES = {
    Cause.NO_SYSTEM: N_("制度不健全"),
    Cause.NO_DUTY: N_("责任不落实"),
    Cause.NO_CONTROL: N_("管理不到位"),
}
STATES = {
    State.PROPOSED: N_("待审批"),
    State.AGREED: N_("待第二人批准"),
    State.DECIDED: N_("待送达"),
    State.SERVED: N_("已送达"),
    State.RECEIVED: N_("已签收"),
    State.APPEALED: N_("申诉中"),
    State.IN_FORCE: N_("已生效"),
    State.DONE: N_("已销号"),
    State.REFUSED: N_("不予处置"),
    State.WITHDRAWN: N_("已撤回"),
    State.REVOKED: N_("已撤销"),
}
TONES = {
    State.PROPOSED: "warn",
    State.AGREED: "warn",
    State.DECIDED: "warn",
    State.SERVED: "info",
    State.RECEIVED: "info",
    State.APPEALED: "warn",
    State.IN_FORCE: "danger",
    State.DONE: "ok",
    State.REFUSED: "plain",
    State.WITHDRAWN: "plain",
    State.REVOKED: "plain",
}
ACTS = {
    "propose": N_("提议处置"),
    "agree": N_("同意关停"),
    "decide": N_("批准"),
    "refuse": N_("不予处置"),
    "withdraw": N_("撤回提议"),
    "serve": N_("送达"),
    "receive": N_("签收"),
    "appeal": N_("申诉"),
    "accept": N_("服从处置"),
    "lapse": N_("期满生效"),
    "uphold": N_("维持处置"),
    "revoke": N_("撤销处置"),
    "finish": N_("销号"),
}
"""Acts as the audit names them."""
