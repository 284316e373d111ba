"""Texts in the house, and an index that knows them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import insert
from sqlalchemy.orm import Session

from kitchen.core.db import new_uid
from kitchen.leads.models import Lead
from kitchen.search import index
from tests.fixtures.newsroom import Newsroom

BEGAN = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture
def settle(newsroom: Newsroom) -> Callable[[], None]:
    """``settle()`` takes up whatever is marked, as the timetable does."""

    def settled() -> None:
        index.catch_up(newsroom.database, 60)
        with newsroom.database.unit(write=False) as session:
            assert (index.waiting(session), index.stale(session)) == (0, 0)

    return settled


def add_leads(session: Session, texts: list[tuple[str, str]], **said: Any) -> None:
    """Leads (title, body) loaded past the station, as an import would: no mark speaks of them."""
    session.execute(
        insert(Lead),
        [
            {
                "uid": new_uid(),
                "created_at": BEGAN + timedelta(minutes=number),
                "version": 1,
                "title": title,
                "body": body,
                "source": "hotline",
                **said,
            }
            for number, (title, body) in enumerate(texts)
        ],
    )
