"""What comes in and goes out about units; forms and the API share it."""

from __future__ import annotations

from datetime import date, datetime

from pydantic import Field

from kitchen.people.models import Unit, UnitName
from kitchen.people.rules import Level
from kitchen.web.schema import Answer, Schema


class UnitIn(Schema):
    """A new unit; ``parent`` is the uid of the one above it, empty for a district."""

    name: str = Field(min_length=2, max_length=80)
    level: Level
    parent: str = Field("", max_length=22)
    origin: str = Field("", max_length=40)


class UnitChangeIn(Schema):
    name: str = Field(min_length=2, max_length=80)
    parent: str = Field("", max_length=22)
    origin: str = Field("", max_length=40)
    version: int | None = None


class MergeIn(Schema):
    """``into`` is the uid of the unit that takes this one over."""

    into: str = Field(min_length=1, max_length=22)
    note: str = Field(min_length=1, max_length=1000)


class CloseIn(Schema):
    note: str = Field(min_length=1, max_length=1000)


class PostIn(Schema):
    """``staff`` is a user name."""

    staff: str = Field(min_length=1, max_length=40)
    role: str = Field(min_length=1, max_length=20)
    title: str = Field("", max_length=40)


class FormerName(Answer):
    name: str
    until: date


class UnitOut(Answer):
    uid: str
    version: int
    name: str
    level: Level
    parent: str | None
    origin: str
    closed_at: datetime | None
    merged_into: str | None
    people: int
    accounts: int
    former_names: list[FormerName]


def unit_out(unit: Unit, people: int, accounts: int, former: list[UnitName]) -> UnitOut:
    """The unit as the API shows it."""
    return UnitOut(
        uid=unit.uid,
        version=unit.version,
        name=unit.name,
        level=Level(unit.level),
        parent=unit.parent.uid if unit.parent else None,
        origin=unit.origin,
        closed_at=unit.closed_at,
        merged_into=unit.merged_into.uid if unit.merged_into else None,
        people=people,
        accounts=accounts,
        former_names=[FormerName.model_validate(each) for each in former],
    )
