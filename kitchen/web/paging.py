"""What every list takes from outside."""

from __future__ import annotations

from pydantic import Field

from kitchen.web.schema import Schema


class PageQuery(Schema):
    """Paging, search and state of a list; features add their own filters."""

    limit: int = Field(50, ge=1, le=200)
    cursor: str | None = None
    q: str | None = Field(None, max_length=100)
    state: str | None = Field(None, max_length=32)
