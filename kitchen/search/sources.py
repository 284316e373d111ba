"""What a station hands to search: its texts, and who may look for them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.search.rules import Kind


@dataclass(frozen=True, slots=True)
class Text:
    """One row as it is to be found; never what is sealed, nor a private note."""

    row_id: int
    uid: str
    version: int
    title: str
    text: str
    born_at: datetime
    state: str = ""
    column: str = ""
    author_id: int | None = None
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """One kind of thing: whose rows they are, how they read, where they are shown.

    ``may`` is the permission that the station's own list demands; ``endpoint`` is empty for what
    has no page. Rows that change every few seconds are not taken up ``at_once``, within the unit
    that changes them, but by the timetable.
    """

    kind: Kind
    label: str
    model: Any
    read: Callable[[Session, Sequence[int]], Iterable[Text]]
    may: str | None = None
    endpoint: str = ""
    states: Mapping[Any, str] | None = None
    tones: Mapping[Any, str] | None = None
    at_once: bool = True


Sources = Mapping[Kind, Source]


def sources_of(session: Session) -> Sources:
    """Everything that can be found in this house."""
    found: Sources = session.info.get("searchable", {})
    return found


def open_to(actor: Actor, sources: Sources) -> list[Kind]:
    """What this person may look for."""
    return [kind for kind, it in sources.items() if it.may is None or actor.may(it.may)]
