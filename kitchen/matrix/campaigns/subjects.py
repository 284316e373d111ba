"""What a file may prove something about: by kind and uid, the row and the page that shows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from sqlalchemy.orm import Session

from kitchen.core.errors import NotFound
from kitchen.matrix.campaigns import queries as campaigns
from kitchen.matrix.registry import queries as registry
from kitchen.matrix.registry.evidence import Subject

SUBJECTS: Mapping[str, tuple[Callable[[Session, str], Subject], str]] = {
    "filing": (registry.the_filing, "/matrix/filings/{uid}"),
    "worker": (registry.the_worker, "/matrix/workers/{uid}"),
    "item": (campaigns.the_item, "/matrix/cleanups/items/{uid}"),
    "closing": (campaigns.the_closing, "/matrix/closings/{uid}"),
}


def the_subject(session: Session, kind: str, uid: str) -> tuple[Subject, str]:
    """The row, and its page. Raises :class:`NotFound`."""
    if kind not in SUBJECTS:
        raise NotFound
    find, page = SUBJECTS[kind]
    return find(session, uid), page.format(uid=uid)
