"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from channels.base import Outcome, Owner
from channels.identity import NO_ID
from channels.registry import channel_classes
from channels.remedies import remedy
from kitchen.core.errors import N_
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import BROKEN_SEAL, CANNOT_CORRECT, Hold, Kind, Source, State

STATES = {
    State.HELD: N_("等待放行"),
    State.READY: N_("即将发送"),
    State.CLAIMED: N_("准备中"),
    State.ARMED: N_("发送中"),
    State.ACCEPTED: N_("平台处理中"),
    State.LIVE: N_("已发布"),
    State.UNKNOWN: N_("结果待核实"),
    State.BACKOFF: N_("稍后自动再试"),
    State.AWAITING_HAND: N_("待人工发布"),
    State.NEEDS_HUMAN: N_("请人工核对"),
    State.FAILED: N_("未能发布"),
    State.CANCELLED: N_("已取消"),
    State.EXPIRED: N_("已过期，未发送"),
    State.GONE: N_("已不在平台上"),
    State.REMOVED: N_("已撤下"),
    State.SUPERSEDED: N_("已被更正替换"),
}
TONES = {
    State.HELD: "plain",
    State.READY: "plain",
    State.CLAIMED: "info",
    State.ARMED: "info",
    State.ACCEPTED: "info",
    State.LIVE: "ok",
    State.UNKNOWN: "warn",
    State.BACKOFF: "warn",
    State.AWAITING_HAND: "warn",
    State.NEEDS_HUMAN: "danger",
    State.FAILED: "danger",
    State.CANCELLED: "plain",
    State.EXPIRED: "danger",
    State.GONE: "danger",
    State.REMOVED: "ok",
    State.SUPERSEDED: "plain",
}
ICONS = {
    State.HELD: "clock",
    State.READY: "send",
    State.CLAIMED: "upload",
    State.ARMED: "send",
    State.ACCEPTED: "clock",
    State.LIVE: "circle-check",
    State.UNKNOWN: "help-circle",
    State.BACKOFF: "repeat",
    State.AWAITING_HAND: "hand-stop",
    State.NEEDS_HUMAN: "user-check",
    State.FAILED: "circle-x",
    State.CANCELLED: "x",
    State.EXPIRED: "alert-triangle",
    State.GONE: "eye-off",
    State.REMOVED: "archive",
    State.SUPERSEDED: "git-branch",
}
WEEKDAYS = (
    N_("周一"),
    N_("周二"),
    N_("周三"),
    N_("周四"),
    N_("周五"),
    N_("周六"),
    N_("周日"),
)
SENTENCES = {
    State.HELD: N_("还没有发送。条件具备后会自动放行。"),
    State.READY: N_("已经签发，马上发送。"),
    State.CLAIMED: N_("正在上传图片和视频、建立草稿，读者还看不到。"),
    State.ARMED: N_("正在提交发布，请稍候。"),
    State.ACCEPTED: N_("平台已受理，正在处理，系统会自动查询结果。"),
    State.LIVE: N_("读者已经可以看到。"),
    State.UNKNOWN: N_("平台没有明确答复，可能已经发出。系统正在核实，核实清楚之前不会重发。"),
    State.BACKOFF: N_("确认没有发出，系统会自动再试，不需要操作。"),
    State.AWAITING_HAND: N_("发布包已备好，请按步骤到平台发布，再把链接贴回来。"),
    State.NEEDS_HUMAN: N_("系统无法判断是否已经发出。请登录账号查看，再告诉系统看到了什么。"),
    State.FAILED: N_("确认没有发出。请看平台的说明，处理后再发。"),
    State.CANCELLED: N_("签发已撤销，没有发出。"),
    State.EXPIRED: N_("超过时限没有发出，为避免过时信息上线已停止。仍需发布请重新发送。"),
    State.GONE: N_("曾经发布，现在平台上已看不到。"),
    State.REMOVED: N_("已从平台撤下。"),
    State.SUPERSEDED: N_("已由更新的版本替换。"),
}
RECALL_SENTENCES = {
    State.HELD: N_("等原稿的发布结果明确后再撤。"),
    State.READY: N_("马上通知平台撤下。"),
    State.ARMED: N_("正在请平台撤下。"),
    State.BACKOFF: N_("还没有撤下，系统会自动再试。"),
    State.UNKNOWN: N_("平台没有明确答复，系统会再次撤稿。"),
    State.NEEDS_HUMAN: N_("系统无法在这个平台撤稿。请登录账号手工删除，再回来确认。"),
    State.REMOVED: N_("已从平台撤下。"),
}
CORRECTION_SENTENCES = {
    State.HELD: N_("等旧版的发布结果明确后再更正。"),
    State.READY: N_("已经签发，马上替换旧版。"),
    State.ARMED: N_("正在替换旧版，请稍候。"),
    State.LIVE: N_("读者看到的已经是更正后的版本。"),
    State.FAILED: N_("没有更正成功，旧版还在。请看平台的说明。"),
}
KINDS = {Kind.PUBLISH: N_("发布"), Kind.CORRECT: N_("更正"), Kind.RECALL: N_("撤稿")}
HOLDS = {
    Hold.SLOT: N_("等到排定的时间"),
    Hold.QUIET: N_("账号静默时段，过后自动发送"),
    Hold.SWITCH: N_("账号已停发，恢复后自动发送"),
    Hold.RETIRED: N_("账号已停用"),
    Hold.AUTH: N_("账号授权失效，请管理员重新授权"),
    Hold.CIRCUIT: N_("平台连续出错，暂停发送，恢复后自动继续"),
    Hold.EARLIER: N_("同一账号上这篇稿件还有较早的一次发布，需先了结或撤下"),
    Hold.REVISED: N_("稿件正在更正，旧版先停住"),
    Hold.QUOTA: N_("平台的次数已用完，到下一个周期自动发送"),
    Hold.STOPPED: N_("已停发，恢复后自动发送"),
    Hold.RIGHTS: N_("有素材现在不能用在这个渠道，权利补齐或恢复后自动发送"),
}
SOURCES = {
    Source.RESPONSE: N_("平台答复"),
    Source.POLL: N_("查询结果"),
    Source.LISTING: N_("在平台列表中核实"),
    Source.CALLBACK: N_("平台回调"),
    Source.HUMAN: N_("人工确认"),
}
_BY_KIND = {Kind.RECALL: RECALL_SENTENCES, Kind.CORRECT: CORRECTION_SENTENCES}
SCOPES = {"house": N_("全部渠道已停发"), "restored": N_("数据库恢复过，先核实再发送")}
OUTCOMES = {
    Outcome.LIVE: N_("已发布"),
    Outcome.ACCEPTED: N_("平台已受理"),
    Outcome.HANDED: N_("发布包已备好"),
    Outcome.REFUSED: N_("平台不予发布"),
    Outcome.GONE: N_("已不在平台上"),
}
OWNERS = {
    Owner.EDITOR: N_("请编辑处理"),
    Owner.OPERATOR: N_("请渠道运营处理"),
    Owner.ADMINISTRATOR: N_("请管理员处理"),
}
CODES = {
    "payload_changed": N_("内容与签发时不一致，已停止发送。请重新送审。"),
    "worker_lost": N_("发送途中程序中断，正在到平台核实。"),
    "not_there": N_("已核实平台上没有，会再发一次。"),
    "not_found": N_("没有在平台上查到，也不能确定没有发出。请登录账号查看。"),
    "no_decision": N_("平台超过一天没有给出结果。请登录账号查看。"),
    "remote_id_taken": N_("平台给出的编号属于另一篇稿件。请登录账号核对。"),
    "still_there": N_("平台表示内容仍在。请登录账号手工删除。"),
    "not_listed": N_("巡查两次都没有在平台列表里看到。"),
    "refused_silently": N_("平台没有通过，也没有说明理由。请登录账号查看，改好后重新送审。"),
    "paced": N_("这个账号刚发过较多内容，按平台的频率限制稍后再发。"),
    "residue": N_("正文已撤下；平台上仍有残留可见，见说明。"),
    "never_live": N_("原稿没有发出，不需要撤。"),
    "restored": N_("数据库恢复过，正在到平台核实是否已经发出。"),
    CANNOT_CORRECT: N_("这个平台不能修改已发的内容。请手工更正，或撤下旧的再发新的。"),
    "left_as_is": N_("经办人决定不在这个账号更正。"),
    "cannot_recall": N_("这个平台不支持由系统撤稿。请登录账号手工删除。"),
    NO_ID: N_("系统不知道这一条在平台上的编号。请登录账号手工删除。"),
    "left_out": N_("经办人决定不在这个渠道发布。"),
    BROKEN_SEAL: N_("账号的密钥打不开。请找回原来的封存密钥，或在“矩阵”里重新填写，再恢复发送。"),
    "lapsed": N_("程序停顿过久，没有发送，会自动再试。"),
    "internal": N_("系统内部出错，已记录。请联系管理员。"),
}
"""Codes of our own; those of the platforms are told by :mod:`channels.remedies`."""


def sentence_of(publication: Publication) -> str:
    """How the delivery stands, in one sentence (a message id)."""
    if publication.state == State.HELD and publication.hold_reason:
        return HOLDS[Hold(publication.hold_reason)]
    if publication.state == State.NEEDS_HUMAN and publication.code == CANNOT_CORRECT:
        return CODES[CANNOT_CORRECT]
    special = _BY_KIND.get(Kind(publication.kind), {})
    return special.get(State(publication.state), SENTENCES[publication.state])


def remedy_of(publication: Publication) -> tuple[str, str]:
    """(whose it is, what helps) as message ids; empty where nothing need be done."""
    if not publication.code:
        return "", ""
    if publication.code in CODES:
        return "", CODES[publication.code]
    found = remedy(publication.channel, publication.code)
    return (OWNERS[found.owner], found.sentence) if found else ("", "")


def channel_label(key: str) -> str:
    """The channel's name (a message id); its key if it is no longer among the channels."""
    found = channel_classes().get(key)
    return found.label if found else key
