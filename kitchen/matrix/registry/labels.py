"""What people call the values of the registry; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.matrix.registry.rules import (
    Change,
    Eligibility,
    Establishment,
    FilingState,
    Handing,
    Vetting,
)
from kitchen.people.rules import Level

CHANGES = {Change.OPEN: N_("开设备案"), Change.CHANGE: N_("变更备案"), Change.CLOSE: N_("关停备案")}
FILINGS = {
    FilingState.DRAFT: N_("草稿"),
    FilingState.SUBMITTED: N_("等主要负责人同意"),
    FilingState.CONSENTED: N_("等网信办受理"),
    FilingState.ACCEPTED: N_("已受理"),
    FilingState.FILED: N_("已备案"),
    FilingState.RETURNED: N_("退回修改"),
}
FILING_TONES = {
    FilingState.DRAFT: "plain",
    FilingState.SUBMITTED: "info",
    FilingState.CONSENTED: "info",
    FilingState.ACCEPTED: "info",
    FilingState.FILED: "ok",
    FilingState.RETURNED: "warn",
}
MOVED = {
    "submit": N_("已送主要负责人。"),
    "withdraw": N_("已撤回，可以修改。"),
    "consent": N_("已同意，转网信办受理。"),
    "refuse": N_("已退回修改。"),
    "accept": N_("已受理。"),
    "return": N_("已退回修改。"),
    "file": N_("已备案。"),
}
"""What is said when a filing has moved."""
ELIGIBILITIES = {
    Eligibility.SHOULD: N_("应当开设"),
    Eligibility.MAY: N_("可根据工作需要开设"),
    Eligibility.NOT_IN_PRINCIPLE: N_("原则上不开设"),
}
ESTABLISHMENTS = {
    Establishment.PERMANENT: N_("在编在岗"),
    Establishment.HIRED: N_("聘用"),
}
VETTINGS = {
    Vetting.UNVETTED: N_("未政审"),
    Vetting.PENDING: N_("政审中"),
    Vetting.PASSED: N_("政审通过"),
    Vetting.FAILED: N_("政审不通过"),
}
VETTING_TONES = {
    Vetting.UNVETTED: "plain",
    Vetting.PENDING: "info",
    Vetting.PASSED: "ok",
    Vetting.FAILED: "danger",
}
HANDINGS = {
    Handing.PROPOSED: N_("待移交"),
    Handing.HANDED: N_("待接收"),
    Handing.RECEIVED: N_("已接收"),
    Handing.CALLED_OFF: N_("已取消"),
}
HANDING_TONES = {
    Handing.PROPOSED: "info",
    Handing.HANDED: "warn",
    Handing.RECEIVED: "ok",
    Handing.CALLED_OFF: "plain",
}
LEVELS = {
    Level.DISTRICT: N_("区政府"),
    Level.DEPARTMENT: N_("区直部门"),
    Level.TOWN: N_("镇街"),
    Level.MEDIA_CENTRE: N_("融媒体中心"),
    Level.SECTION: N_("中心部门"),
}
FIELDS = {
    "name": N_("账号名称"),
    "unit": N_("主办单位"),
    "certified_as": N_("认证主体"),
    "positioning": N_("定位"),
    "brand": N_("品牌"),
    "public_url": N_("公开主页"),
    "principal": N_("主要负责人"),
    "supervisor": N_("分管领导"),
    "office": N_("责任科室"),
    "keepers": N_("责任人员"),
}
"""What a change may be filed of."""
ACTS = {
    "draft_filing": N_("起草"),
    "submit": N_("送主要负责人"),
    "withdraw": N_("撤回"),
    "consent": N_("同意"),
    "refuse": N_("不同意"),
    "accept": N_("受理"),
    "return": N_("退回"),
    "file": N_("备案"),
    "add_evidence": N_("附上了材料"),
    "enrol_worker": N_("列入名册"),
    "change_worker": N_("改了情况"),
    "ask_vetting": N_("送政审"),
    "pass_vetting": N_("政审通过"),
    "fail_vetting": N_("政审不通过"),
    "propose_custody": N_("登记移交"),
    "hand_over": N_("移交"),
    "receive": N_("接收"),
    "send_back": N_("退回"),
    "call_off": N_("取消"),
}
"""Acts as the audit names them."""
BUTTONS = {
    "refuse": N_("不同意"),
    "return": N_("退回"),
    "send_back": N_("退回"),
    "call_off": N_("取消"),
}
"""What the buttons of filings and transfers say that want a reason, as their tables do."""
