"""What people call the values of the registry; catalogue ids."""

from __future__ import annotations

from datetime import datetime

from channels.registry import channel_classes
from kitchen.core.errors import N_
from kitchen.matrix.registry.rules import Health, Standing
from kitchen.matrix.rules import Check, Condition, stale, step_of

CONDITIONS = {
    Condition.ELSEWHERE: N_("本单位自行运维"),
    Condition.READY: N_("正常"),
    Condition.UNTRIED: N_("未检查"),
    Condition.LOCKED_OUT: N_("授权失效"),
    Condition.HALTED: N_("已停发"),
    Condition.RETIRED: N_("已停用"),
}
TONES = {
    Condition.ELSEWHERE: "plain",
    Condition.READY: "ok",
    Condition.UNTRIED: "plain",
    Condition.LOCKED_OUT: "danger",
    Condition.HALTED: "danger",
    Condition.RETIRED: "plain",
}
REGISTERED_ONLY = {"app": N_("自办 APP"), "website": N_("网站"), "other": N_("其他平台")}
"""Platforms on which accounts are registered, and to which the house itself sends nothing."""
STANDINGS = {
    Standing.SURVEYED: N_("待备案"),
    Standing.FILED: N_("已备案"),
    Standing.CLOSING: N_("关停中"),
    Standing.CLOSED: N_("已关停"),
    Standing.MERGED: N_("已并入"),
}
STANDING_TONES = {
    Standing.SURVEYED: "warn",
    Standing.FILED: "ok",
    Standing.CLOSING: "warn",
    Standing.CLOSED: "plain",
    Standing.MERGED: "plain",
}
HEALTHS = {
    Health.UNKNOWN: N_("不清楚"),
    Health.NORMAL: N_("正常运维"),
    Health.LOW: N_("低效"),
    Health.ZOMBIE: N_("僵尸"),
}
HEALTH_TONES = {
    Health.UNKNOWN: "plain",
    Health.NORMAL: "ok",
    Health.LOW: "warn",
    Health.ZOMBIE: "danger",
}
CHECKS = {
    Check.WORKS: N_("平台认可这个账号的授权，可以发布。"),
    Check.NEEDS_REAUTH: N_("平台不认可现有授权。请重新获取密钥或令牌后填入。"),
    Check.UNAVAILABLE: N_("平台暂时连不上，授权是否有效还不清楚。请稍后再试。"),
    Check.MISCONFIGURED: N_("平台拒绝了这次检查。请核对账号设置是否填对。"),
    Check.NOT_CHECKABLE: N_("这个平台由人工发布或不提供检查接口，无需检查。"),
}
SLOTS = {
    "principal": N_("主要负责人"),
    "supervisor": N_("分管领导"),
    "office": N_("责任科室"),
    "keepers": N_("责任人员"),
}
ACTS = {
    "register_account": N_("登记了账号"),
    "change_account": N_("修改了账号"),
    "halt_account": N_("停止发布"),
    "resume_account": N_("恢复发布"),
    "retire_account": N_("停用账号"),
    "restore_account": N_("重新启用账号"),
    "check_account": N_("检查了授权"),
    "enter_account": N_("列入台账"),
    "import_account": N_("按导入的台账更新"),
    "note_figures": N_("更新了数据"),
    "file_account": N_("完成备案"),
    "begin_closing": N_("进入关停"),
    "keep_open": N_("撤销了关停"),
    "end_account": N_("销号"),
    "move_account": N_("移交到另一个单位"),
    "hold_account": N_("纳入本系统发布"),
    "assign_worker": N_("安排了采编人员"),
    "dismiss_worker": N_("撤下了采编人员"),
}
"""Acts as the audit names them."""


def channels() -> dict[str, str]:
    """Every platform's key and name, in the order in which people see them."""
    return {key: str(each.label) for key, each in channel_classes().items()}


def platforms() -> dict[str, str]:
    """The same, and those on which accounts are only registered."""
    return {**channels(), **REGISTERED_ONLY}


ACCESS_TONES = {None: "plain", 14: "info", 7: "warn", 2: "danger", 0: "danger"}


def access_tone(until: datetime, now: datetime) -> str:
    """How loudly a page says that an access ends."""
    return ACCESS_TONES[step_of(until, now)]


def last_check(checked_at: datetime | None, now: datetime) -> str:
    """When the access was last tried (a message id with a place ``at``)."""
    if checked_at is None:
        return N_("还没有检查过授权")
    if stale(checked_at, now):
        return N_("授权上次检查于 %(at)s，已过时")
    return N_("授权检查于 %(at)s")
