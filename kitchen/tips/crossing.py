"""Back to the source: the news that came of a tip."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kitchen.tips import queries


def note_reports(session: Session, lead_ids: Sequence[int], title: str, url: str) -> None:
    """News came of these leads: whoever told the tips of which they were made is led to it."""
    for tip in queries.of_leads(session, lead_ids):
        if tip.report_url == url:
            continue
        tip.report_title, tip.report_url = title, url
        session.flush()
