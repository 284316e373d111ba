"""What people call what belongs to units; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.people.rules import Level

LEVELS = {
    Level.DISTRICT: N_("区"),
    Level.MEDIA_CENTRE: N_("融媒体中心"),
    Level.DEPARTMENT: N_("区直部门"),
    Level.TOWN: N_("镇街"),
    Level.SECTION: N_("内设科室"),
}
ACTS = {
    "found_unit": N_("新设单位"),
    "change_unit": N_("改名或调整"),
    "merge_unit": N_("并入别的单位"),
    "take_unit_over": N_("接收并入的单位"),
    "follow_merger": N_("接过在办的事项"),
    "close_unit": N_("撤销"),
    "reopen_unit": N_("恢复"),
}
"""Acts as the audit names them."""
