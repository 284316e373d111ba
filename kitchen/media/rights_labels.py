"""What people call rights, and the sentence for each thing that a right lacks; catalogue ids."""

from __future__ import annotations

from typing import Any

from channels.registry import channel_classes
from kitchen.core.errors import N_, Sentence
from kitchen.media.rights_rules import Consent, Lack, Reason, Territory
from kitchen.media.rules import State

CONSENTS = {
    Consent.NOT_NEEDED: N_("不需要：没有可辨认的人，或在公开场合"),
    Consent.GIVEN: N_("画面中的人已同意"),
    Consent.MISSING: N_("画面中的人还没有同意"),
}
TERRITORIES = {
    Territory.DISTRICT: N_("本区"),
    Territory.CITY: N_("本市"),
    Territory.PROVINCE: N_("本省"),
    Territory.MAINLAND: N_("中国内地"),
    Territory.WORLD: N_("全球"),
}
STATES = {
    State.AVAILABLE: N_("可用"),
    State.WITHDRAWN: N_("已撤下"),
    State.SETTLED: N_("已撤下，正在收回"),
}
HOLDER = N_("权利人")
"""What a holder is called whom nobody named."""
LACKS = {
    Lack.UNKNOWN: N_("版权不明：请补上权利人和授权，或换一张。"),
    Lack.CONSENT: N_("画面中的人还没有同意：请补上同意，打上马赛克，或换一张。"),
    Lack.NOT_YET: N_("授权从 %(day)s 起才有效：请改到那天以后发布，或请%(holder)s提前。"),
    Lack.EXPIRED: N_("授权已于 %(day)s 到期：请与%(holder)s续期后改日期，或换一张。"),
    Lack.CHANNEL: N_("授权不包括“%(channel)s”：请去掉这个渠道，或请%(holder)s扩大授权。"),
    Lack.TERRITORY: N_("授权只限%(territory)s：请换一张，或请%(holder)s扩大授权。"),
}
WITHDRAWN = N_("素材已撤下，不能再用：请换一张。")

OUTSIDE = N_("对外分享")
"""What stands for a channel where something is shown outside of all of them."""


def channel_label(key: str) -> str:
    """The channel's name (a catalogue id); of none, what stands for it."""
    found = channel_classes().get(key)
    return found.label if found else key or OUTSIDE


def sentence_of(reason: Reason) -> Sentence:
    """Why something may not be shown, and what helps."""
    told: dict[str, Any] = dict(reason.params)
    told["holder"] = told.get("holder") or Sentence(HOLDER)
    if "territory" in told:
        told["territory"] = Sentence(TERRITORIES[Territory(told["territory"])])
    if "channel" in told:
        told["channel"] = Sentence(channel_label(told["channel"]))
    return Sentence(LACKS[reason.lack], told)
