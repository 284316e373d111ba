"""When pieces and stories went out, by the receipts, and whether they stand: what counts go by."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import aliased

from channels.base import Outcome
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import Kind, State


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


def first_seen(stories: Select[Any] | Collection[int]) -> Select[int, datetime]:
    """Which of these stories readers have seen, ``story_id``, and since when, ``at``."""
    return (
        select(Publication.story_id, func.min(ReceiptRow.observed_at).label("at"))
        .join(ReceiptRow, ReceiptRow.publication_id == Publication.id)
        .where(
            Publication.story_id.in_(stories),
            Publication.kind == Kind.PUBLISH,
            ReceiptRow.outcome == Outcome.LIVE,
        )
        .group_by(Publication.story_id)
    )


def stands() -> ColumnElement[bool]:
    """Whether readers still see a publication: not recalled, or corrected where it stands.

    A recall of what was corrected in place ends the correction, and says nothing of the original.
    """
    newer = aliased(Publication)
    in_its_place = (
        select(newer.id)
        .where(
            newer.account_id == Publication.account_id,
            newer.remote_id == Publication.remote_id,
            newer.remote_id != "",
            newer.state == State.LIVE,
        )
        .exists()
    )
    return (Publication.state == State.LIVE) | (
        (Publication.state == State.SUPERSEDED) & in_its_place
    )
