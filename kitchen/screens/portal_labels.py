"""What people call the stages of a correspondent's piece; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.screens.portal import Stage

STAGES = {
    Stage.RECEIVED: N_("已收到"),
    Stage.TAKEN_UP: N_("已采用"),
    Stage.WRITING: N_("正在编写"),
    Stage.IN_REVIEW: N_("审核中"),
    Stage.APPROVED: N_("已签发，待发布"),
    Stage.PUBLISHED: N_("已发布"),
    Stage.WITHDRAWN: N_("已撤稿"),
    Stage.PASSED_ON: N_("已转问政"),
    Stage.NOT_USED: N_("未采用"),
}
TONES = {
    Stage.RECEIVED: "info",
    Stage.TAKEN_UP: "info",
    Stage.WRITING: "info",
    Stage.IN_REVIEW: "info",
    Stage.APPROVED: "info",
    Stage.PUBLISHED: "ok",
    Stage.WITHDRAWN: "plain",
    Stage.PASSED_ON: "plain",
    Stage.NOT_USED: "plain",
}
