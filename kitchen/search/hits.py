"""What both databases' indexes agree on: what is written into them and how they are asked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from sqlalchemy import ColumnElement, FromClause
from sqlalchemy.orm import Session


class Part(Enum):
    """Where all words must stand: anywhere, in the title, or anywhere but not all in the title."""

    ALL = "all"
    TITLE = "title"
    REST = "rest"


@dataclass(frozen=True, slots=True)
class Written:
    """A title and what else is said, folded."""

    title: str
    rest: str


@dataclass(frozen=True, slots=True)
class Hits:
    """Where ids of hits come from, to be joined with what is asked besides the words."""

    found: FromClause
    id: ColumnElement[int]
    joined: ColumnElement[int]
    """The id as it is written where other tables are joined."""
    where: Sequence[ColumnElement[bool]] = ()


class Engine(Protocol):
    """The index of one database."""

    DIALECT: str
    CREATE: tuple[str, ...]
    DROP: tuple[str, ...]

    def alone(self, session: Session) -> bool: ...
    def ready(self, session: Session) -> None: ...
    def put(self, session: Session, doc_id: int, was: Written | None, now: Written) -> None: ...
    def remove(self, session: Session, doc_id: int, was: Written) -> None: ...
    def empty(self, session: Session) -> None: ...
    def hits(self, words: Sequence[str], part: Part, ids: tuple[int, int]) -> Hits: ...
