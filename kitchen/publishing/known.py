"""Pieces as their channel knows them: what a platform must be told so that it finds them again."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import Outcome, Receipt
from kitchen.publishing.models import Publication, ReceiptRow


def receipts_of(session: Session, publication_ids: Collection[int]) -> dict[int, Receipt]:
    """The receipt of each of these pieces, with all evidence ever told; two queries.

    A piece without a remote id is left out: no platform can be asked about it.
    """
    rows = session.execute(
        select(
            Publication.id, Publication.remote_id, Publication.remote_url, Publication.task_id
        ).where(Publication.id.in_(publication_ids), Publication.remote_id != "")
    )
    evidence = _evidence(session, publication_ids)
    return {
        row.id: Receipt(
            Outcome.LIVE,
            row.remote_id,
            row.remote_url,
            row.task_id,
            evidence=evidence.get(row.id, {}),
        )
        for row in rows
    }


def _evidence(session: Session, publication_ids: Collection[int]) -> dict[int, dict[str, Any]]:
    """All that platforms ever told of these pieces."""
    found: dict[int, dict[str, Any]] = {}
    told = (
        select(ReceiptRow.publication_id, ReceiptRow.evidence)
        .where(ReceiptRow.publication_id.in_(publication_ids))
        .order_by(ReceiptRow.id)
    )
    for publication_id, evidence in session.execute(told):
        found.setdefault(publication_id, {}).update(evidence)
    return found
