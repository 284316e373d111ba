"""What people call the values of this station; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.roster.rules import Days, Seat, State

STATES = {
    State.PLANNED: N_("待签到"),
    State.ON: N_("A 角在岗"),
    State.CALLED: N_("A 角没有签到，由 B 角值班"),
    State.COVERED: N_("已接替"),
    State.SILENT: N_("两人都没有应答"),
    State.HANDED: N_("已交班"),
    State.LAPSED: N_("没有交班"),
    State.CANCELLED: N_("已取消"),
}
TONES = {
    State.PLANNED: "info",
    State.ON: "ok",
    State.CALLED: "warn",
    State.COVERED: "ok",
    State.SILENT: "danger",
    State.HANDED: "plain",
    State.LAPSED: "warn",
    State.CANCELLED: "plain",
}
DAYS = {
    Days.EVERY: N_("每天"),
    Days.WORKING: N_("工作日"),
    Days.FREE: N_("周末和节假日"),
}
SEATS = {Seat.A: N_("A 角"), Seat.B: N_("B 角")}
