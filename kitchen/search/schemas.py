"""What a question may say, on the page and in the API alike, and what the API answers."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from pydantic import Field

from kitchen.search.rules import LONGEST, NAME_MAX, Kind
from kitchen.web.schema import Answer, Schema

EARLIEST, LATEST = date(2000, 1, 1), date(2100, 1, 1)
"""Between which days something may be asked for."""


class Asked(Schema):
    """Words and filters, as the page's address has them; ``author`` and ``unit`` are uids."""

    q: str = Field("", max_length=LONGEST)
    kind: Kind | None = None
    state: str | None = Field(None, max_length=16)
    author: str | None = Field(None, max_length=22)
    unit: str | None = Field(None, max_length=22)
    column: str | None = Field(None, max_length=40)
    since: date | None = Field(None, alias="from", ge=EARLIEST, le=LATEST)
    until: date | None = Field(None, alias="to", ge=EARLIEST, le=LATEST)
    """The last day on which it may have come about."""
    mine: bool = False
    cursor: str | None = None

    def as_address(self) -> dict[str, Any]:
        """The question without the place in its pages: what is kept, and what links carry."""
        said = self.model_dump(mode="json", by_alias=True, exclude={"cursor", "limit", "name"})
        return {name: 1 if value is True else value for name, value in said.items() if value}


class AskedByProgram(Asked):
    q: str = Field(min_length=1, max_length=LONGEST)
    kind: Kind = Kind.STORIES
    limit: int = Field(20, ge=1, le=100)


class KeepIn(Asked):
    """A question to be kept, and what its owner calls it."""

    name: str = Field(min_length=1, max_length=NAME_MAX)


class SavedOut(Answer):
    uid: str
    name: str
    asks: dict[str, Any]
    created_at: datetime
