"""When pieces went out, by the receipts: what every count of published pieces goes by."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Select, exists, select
from sqlalchemy.orm import aliased

from channels.base import Outcome
from kitchen.publishing.models import ReceiptRow


def first_live(begins: datetime, ends: datetime) -> Select[int]:
    """Ids of publications that were first seen live from ``begins`` until just before ``ends``.

    Receipts say when that was: a publication's own ``since`` moves on with a correction or recall.
    """
    earlier = aliased(ReceiptRow)
    return select(ReceiptRow.publication_id).where(
        ReceiptRow.outcome == Outcome.LIVE,
        ReceiptRow.observed_at >= begins,
        ReceiptRow.observed_at < ends,
        ~exists().where(
            earlier.publication_id == ReceiptRow.publication_id,
            earlier.outcome == Outcome.LIVE,
            earlier.observed_at < begins,
        ),
    )
