"""Events and what follows from them, by one visible table (``kitchen/reactions.py``).

A service says what happened; it does not know who listens. Each reaction runs in the same unit of
work (``follows``) or once the commit stands (``echoes``: a doorbell, a live update), in its own.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kitchen.core.db import after_commit

Follow = Callable[[Session, Any], object]
Echo = Callable[[Any], object]


@dataclass(frozen=True, slots=True)
class Reaction:
    """What follows from one kind of event: ``follows`` inside the unit, ``echoes`` after commit."""

    follows: Sequence[Follow] = ()
    echoes: Sequence[Echo] = ()


Reactions = Mapping[type, Reaction]


def emit(session: Session, event: object) -> None:
    """Tell that something happened. Raises whatever a following reaction raises: all or nothing."""
    reactions: Reactions = session.info.get("reactions", {})
    reaction = reactions.get(type(event))
    session.info.setdefault("events", []).append(event)
    if reaction is None:
        return
    for follow in reaction.follows:
        follow(session, event)
    for echo in reaction.echoes:
        after_commit(session, partial(echo, event))


def emitted(session: Session) -> list[object]:
    """The events of this unit so far, for tests."""
    return list(session.info.get("events", ()))
