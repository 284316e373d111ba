"""The API of notices."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.notifications import queries, service
from kitchen.web.api import Api
from kitchen.web.i18n import say
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer

api = Api("notifications")


class NoticeOut(Answer):
    uid: str
    created_at: datetime
    text: str
    url: str
    read_at: datetime | None


@api.operation("GET", "/notifications", None, query=PageQuery, answer=NoticeOut, many=True)
def index(query: PageQuery) -> Any:
    """One's own notices, newest first."""
    page = queries.page_of_notices(g.session, g.actor.id, limit=query.limit, cursor=query.cursor)
    return Page(
        [
            NoticeOut(
                uid=notice.uid,
                created_at=notice.created_at,
                text=say(notice.sentence),
                url=notice.url,
                read_at=notice.read_at,
            )
            for notice in page.items
        ],
        page.next,
    )


@api.operation("POST", "/notifications/read", None)
def read_all() -> Any:
    """Mark all as read."""
    service.read_all(g.session, g.actor)
