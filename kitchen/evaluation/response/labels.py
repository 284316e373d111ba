"""What people call the steps from a lead to its readers; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.evaluation.response.rules import Step

STEPS = {
    Step.LEAD: N_("收到线索"),
    Step.DECIDED: N_("选题通过"),
    Step.ASSIGNED: N_("派出任务"),
    Step.BEGUN: N_("动笔"),
    Step.SUBMITTED: N_("送审"),
    Step.APPROVED: N_("签发"),
    Step.LIVE: N_("首发"),
}
