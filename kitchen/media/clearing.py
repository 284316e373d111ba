"""May these assets be shown on a channel, on a day? Asked of a few with the reasons, and by the
database of whatever is about to leave.

Both forms say the same: :func:`objections` reads :mod:`kitchen.media.rights_rules`, and
:func:`uncovered` is that rule once more as a condition, because what is due is judged where it
lies.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import (
    ColumnElement,
    SQLColumnExpression,
    Text,
    and_,
    bindparam,
    case,
    cast,
    exists,
    literal,
    or_,
    select,
)
from sqlalchemy.orm import Session

from kitchen.core.errors import N_, Sentence
from kitchen.media import rights_labels
from kitchen.media.lineage_models import MediaLineage
from kitchen.media.lineage_rules import Derived
from kitchen.media.models import MediaAsset
from kitchen.media.rights_models import MediaRight
from kitchen.media.rights_queries import grants_of
from kitchen.media.rights_rules import WHERE_WE_PUBLISH, Consent, Grant, Territory, may_show
from kitchen.media.rules import Rights, State

REFUSED = N_("“%(name)s”不能发到%(channel)s。%(why)s")
_WIDE_ENOUGH = sorted(list(Territory)[list(Territory).index(WHERE_WE_PUBLISH) :])


@dataclass(frozen=True, slots=True)
class Objection:
    """One thing that stands against showing an asset on a channel; ``why`` names the remedy."""

    asset: MediaAsset
    channel: str
    why: Sentence

    @property
    def told(self) -> Sentence:
        """Which asset, which channel, why, and what helps."""
        channel = Sentence(rights_labels.channel_label(self.channel))
        return Sentence(REFUSED, {"name": self.asset.name, "channel": channel, "why": self.why})


def objections(
    session: Session, wanted: Collection[tuple[MediaAsset, str, date]]
) -> list[Objection]:
    """What stands against showing each asset on a channel on a day, in their order; one query.

    Of an asset that was withdrawn nothing else is told.
    """
    grants = grants_of(session, [asset for asset, _, _ in wanted])
    return [
        Objection(asset, channel, why)
        for asset, channel, day in wanted
        for why in _against(asset, grants[asset.id], channel, day)
    ]


def _against(asset: MediaAsset, grants: Sequence[Grant], channel: str, day: date) -> list[Sentence]:
    if asset.state != State.AVAILABLE:
        return [Sentence(rights_labels.WITHDRAWN)]
    reasons = may_show(grants, channel, WHERE_WE_PUBLISH, day)
    return [rights_labels.sentence_of(reason) for reason in reasons]


def uncovered(channel: SQLColumnExpression[str], day: Any) -> ColumnElement[bool]:
    """Whether something stands against showing the :class:`MediaAsset` of a query that day."""
    any_right = exists().where(MediaRight.asset_id == MediaAsset.id).correlate_except(MediaRight)
    covering = any_right.where(
        MediaRight.basis != Rights.UNKNOWN,
        MediaRight.consent != Consent.MISSING,
        or_(MediaRight.valid_from.is_(None), MediaRight.valid_from <= day),
        or_(MediaRight.valid_until.is_(None), MediaRight.valid_until >= day),
        _allows(channel),
        MediaRight.territory.in_(_WIDE_ENOUGH),
    )
    in_short = and_(
        MediaAsset.rights != Rights.UNKNOWN,
        or_(MediaAsset.rights_until.is_(None), MediaAsset.rights_until >= day),
    )
    return or_(MediaAsset.state != State.AVAILABLE, case((any_right, ~covering), else_=~in_short))


def _allows(channel: SQLColumnExpression[str]) -> ColumnElement[bool]:
    """Whether a right names the channel, or none. The list is JSON, of which its text is the part
    that both databases read alike: keys stand in it between quotation marks.
    """
    named = cast(MediaRight.channels, Text)
    quoted = literal('"').concat(channel).concat('"')
    return or_(named == "[]", named.contains(quoted))


def within(session: Session, ids: Collection[int]) -> dict[int, list[MediaAsset]]:
    """What is shown within assets, by their ids: the pictures of a clip, the film of which one is a
    shorter form. What was edited by hand stands for itself.
    """
    found: dict[int, list[MediaAsset]] = {}
    if not ids:
        return found
    for child_id, parent in session.execute(_WITHIN, {"ids": list(ids)}):
        found.setdefault(child_id, []).append(parent)
    return found


_WITHIN = (
    select(MediaLineage.child_id, MediaAsset)
    .join(MediaAsset, MediaAsset.id == MediaLineage.parent_id)
    .where(
        MediaLineage.child_id.in_(bindparam("ids", expanding=True)),
        MediaLineage.how != Derived.EDIT,
    )
    .order_by(MediaLineage.position)
)
