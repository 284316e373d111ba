"""What people call the values of planning; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.planning.mobile_first import Breach

BREACHES = {
    Breach.AHEAD: N_("先于移动端首发渠道"),
    Breach.NOT_MOBILE: N_("没有在移动端发布"),
}
