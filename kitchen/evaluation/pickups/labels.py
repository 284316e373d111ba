"""What people call the values of pick-ups; catalogue ids."""

from __future__ import annotations

from kitchen.core.errors import N_
from kitchen.evaluation.pickups.rules import Standing, Tier

TIERS = {
    Tier.CENTRAL: N_("中央级"),
    Tier.PROVINCE: N_("省级"),
    Tier.CITY: N_("市级"),
    Tier.DISTRICT: N_("区县级"),
    Tier.COMMERCIAL: N_("商业平台"),
}
STANDINGS = {
    Standing.PROPOSED: N_("待确认"),
    Standing.CONFIRMED: N_("已确认"),
    Standing.REFUSED: N_("不是转载"),
}
TONES = {Standing.PROPOSED: "warn", Standing.CONFIRMED: "ok", Standing.REFUSED: "plain"}
SPANS = {7: N_("近 7 天"), 30: N_("近 30 天"), 90: N_("近 90 天"), 365: N_("近一年")}
"""How far back the list may be narrowed, in days."""
