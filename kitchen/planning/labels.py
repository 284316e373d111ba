"""What people call the values of planning; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.planning.mobile_first import Breach
from kitchen.planning.rules import Joint

BREACHES = {
    Breach.AHEAD: N_("先于移动端首发渠道"),
    Breach.NOT_MOBILE: N_("没有在移动端发布"),
}
JOINTS = {
    Joint.VOICE: N_("重大信息集中发声"),
    Joint.SERVICE: N_("政务服务协作办理"),
    Joint.FEATURE: N_("特色化功能融合发展"),
}
