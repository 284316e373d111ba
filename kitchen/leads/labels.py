"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.leads.rules import Source, State, Urgency

SOURCES = {
    Source.REPORTER: N_("记者"),
    Source.CORRESPONDENT: N_("通讯员"),
    Source.PUBLIC: N_("群众报料"),
    Source.HOTLINE: N_("热线"),
    Source.PETITION: N_("问政"),
    Source.OPINION: N_("舆情"),
    Source.FEED: N_("订阅源"),
}
URGENCIES = {
    Urgency.NORMAL: N_("一般"),
    Urgency.URGENT: N_("紧急"),
    Urgency.BREAKING: N_("突发"),
}
STATES = {
    State.NEW: N_("待处理"),
    State.ADOPTED: N_("已采用"),
    State.DROPPED: N_("不采用"),
    State.TO_PETITIONS: N_("已转问政"),
    State.MERGED: N_("已合并"),
}
TONES = {
    State.NEW: "info",
    State.ADOPTED: "ok",
    State.DROPPED: "plain",
    State.TO_PETITIONS: "plain",
    State.MERGED: "plain",
}
