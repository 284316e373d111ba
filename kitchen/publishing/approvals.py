"""Whether what is delivered still has its approval, without which no reader may see it.

Asked without a lock by whoever holds the publication's row: a revocation revokes first and takes
the rows afterwards, so that it either is seen here, or finds the row as it is left. Arming, which
has no way back, locks the approval itself (:func:`kitchen.publishing.arm.approved_hash`).
"""

from __future__ import annotations

from functools import cache

from sqlalchemy import Select, bindparam, select
from sqlalchemy.orm import Session

from kitchen.core.errors import N_, WrongState
from kitchen.publishing.models import Publication
from kitchen.review.models import Approval


def stands(session: Session, publication_id: int) -> bool:
    """Whether the very bytes of a delivery are approved, and the approval is not revoked."""
    return session.scalar(_standing(), {"at_id": publication_id}) is not None


def demand(session: Session, publication: Publication) -> None:
    """Raises :class:`WrongState` where it does not stand: a person's hands must not finish it."""
    if not stands(session, publication.id):
        raise WrongState(N_("签发已撤销，请不要再发布。"))


@cache
def _standing() -> Select[int]:
    return (
        select(Approval.id)
        .join(Publication, Publication.frozen_post_id == Approval.frozen_post_id)
        .where(
            Publication.id == bindparam("at_id"),
            Publication.payload_hash == Approval.payload_hash,
            Approval.revoked_at.is_(None),
        )
    )
