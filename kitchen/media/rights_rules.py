"""Rights as data: who allowed what, where, on which channels and how long; and what follows.

An asset may have several rights. It may be shown where one of them covers all of it; what two of
them cover half each is covered by none. Pure, as rules are.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from kitchen.media.rules import Rights


class Consent(StrEnum):
    """Whether those who can be recognised agreed to be shown."""

    NOT_NEEDED = "not_needed"
    """Nobody can be recognised, or they were seen in public where news may show them."""
    GIVEN = "given"
    MISSING = "missing"


class Territory(StrEnum):
    """Where it may be shown, from the narrowest to the widest."""

    DISTRICT = "district"
    CITY = "city"
    PROVINCE = "province"
    MAINLAND = "mainland"
    WORLD = "world"


class Lack(StrEnum):
    """What a right does not cover."""

    UNKNOWN = "unknown"
    CONSENT = "consent"
    NOT_YET = "not_yet"
    EXPIRED = "expired"
    CHANNEL = "channel"
    TERRITORY = "territory"


@dataclass(frozen=True, slots=True)
class Grant:
    """One right. ``channels`` are keys, none of them means all; both days count in."""

    basis: str = Rights.OWN
    holder: str = ""
    consent: str = Consent.NOT_NEEDED
    channels: Sequence[str] = ()
    territory: str = Territory.WORLD
    valid_from: date | None = None
    valid_until: date | None = None


@dataclass(frozen=True, slots=True)
class Reason:
    """Why something may not be shown; said by :mod:`kitchen.media.rights_labels`."""

    lack: Lack
    params: Mapping[str, str] = field(default_factory=dict)


WHERE_WE_PUBLISH = Territory.MAINLAND
"""Whatever is put on the net can be read that far."""
ALARM_DAYS = (30, 7, 1)
"""So many days before a right ends those who can renew it are told."""


def may_show(rights: Sequence[Grant], channel: str, territory: str, day: date) -> Sequence[Reason]:
    """Why these rights do not cover showing it on a channel, in a territory, on a day.

    Empty if one of them does. Of several the reasons are those of the right that lacks least, for
    that is the one to mend. An empty ``channel`` asks about showing it outside of all channels.
    """
    if not rights:
        return [Reason(Lack.UNKNOWN)]
    return min((lacks(each, channel, territory, day) for each in rights), key=len)


def lacks(right: Grant, channel: str, territory: str, day: date) -> Sequence[Reason]:
    """What this one right lacks to be enough; nothing if it is."""
    told = {"holder": right.holder}
    found = []
    if right.basis == Rights.UNKNOWN:
        found.append(Reason(Lack.UNKNOWN))
    if right.consent == Consent.MISSING:
        found.append(Reason(Lack.CONSENT))
    if right.valid_from is not None and day < right.valid_from:
        found.append(Reason(Lack.NOT_YET, {**told, "day": str(right.valid_from)}))
    if right.valid_until is not None and right.valid_until < day:
        found.append(Reason(Lack.EXPIRED, {**told, "day": str(right.valid_until)}))
    if right.channels and channel not in right.channels:
        found.append(Reason(Lack.CHANNEL, {**told, "channel": channel}))
    order = list(Territory)
    if order.index(Territory(right.territory)) < order.index(Territory(territory)):
        found.append(Reason(Lack.TERRITORY, {**told, "territory": right.territory}))
    return found


def summary(rights: Sequence[Grant], day: date) -> tuple[Rights, date | None]:
    """What the rights come to for whoever asks without naming a channel: by what right it is shown
    and until when.

    Of those that have begun and lack no consent the one that holds longest speaks; without one of
    these the right is unknown, which stops publishing.
    """
    usable = [
        each
        for each in rights
        if each.consent != Consent.MISSING
        and each.basis != Rights.UNKNOWN
        and (each.valid_from is None or each.valid_from <= day)
    ]
    if not usable:
        return Rights.UNKNOWN, None
    longest = max(usable, key=lambda each: each.valid_until or date.max)
    return Rights(longest.basis), longest.valid_until
