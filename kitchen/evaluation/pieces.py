"""When pieces went out, by the receipts: what every count of published pieces goes by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, func, select
from sqlalchemy.orm import aliased

from channels.base import Outcome
from kitchen.publishing.models import ReceiptRow


def first_live(begins: datetime, ends: datetime) -> Select[int]:
    """Ids of publications that were first seen live from ``begins`` until just before ``ends``.

    Receipts say when that was: a publication's own ``since`` moves on with a correction or recall.
    It is asked by groups: a look back for each receipt would go through all of them on SQLite.
    """
    again = aliased(ReceiptRow)
    within = select(again.publication_id).where(
        again.outcome == Outcome.LIVE, again.observed_at >= begins, again.observed_at < ends
    )
    return (
        select(ReceiptRow.publication_id)
        .where(ReceiptRow.outcome == Outcome.LIVE, ReceiptRow.publication_id.in_(within))
        .group_by(ReceiptRow.publication_id)
        .having(func.min(ReceiptRow.observed_at) >= begins)
    )
