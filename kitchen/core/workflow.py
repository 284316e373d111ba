"""The only writer of a state: it checks, moves, audits and tells.

Whatever has a ``state`` and a ``machine`` is moved by :func:`carry_out` and by nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Protocol

from sqlalchemy.orm import Session

from kitchen.core import audit, bus
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, Stale, WrongState
from kitchen.core.states import Machine, Move


class Subject(Protocol):
    """A row that lives by a state machine."""

    machine: ClassVar[Machine]
    uid: Any
    state: Any
    version: Any


def carry_out(
    session: Session,
    subject: Subject,
    name: str,
    actor: Actor,
    *,
    note: str = "",
    to: str | None = None,
    changes: Mapping[str, Any] | None = None,
    event: object | None = None,
) -> Move:
    """Make the move ``name`` on ``subject`` in the actor's name.

    ``changes`` are further attributes set with it; ``event`` is emitted once all is written;
    ``to`` names the next state where the move leaves a choice. The house itself (:data:`HOUSE`)
    needs no permission: it acts only by the tables in ``reactions.py`` and ``timetable.py``.

    Raises :class:`Forbidden`, :class:`WrongState`, or :class:`Invalid` for a missing reason.
    """
    move = subject.machine.moves[name]
    if actor is not HOUSE:
        authorize(actor, move.may, subject)
    if subject.state not in move.sources:
        raise WrongState(state=str(subject.state), move=name)
    if move.needs_reason and not note.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    before = {"state": str(subject.state)}
    after = {"state": _target(move, to)}
    for key, value in (changes or {}).items():
        before[key], after[key] = _plain(getattr(subject, key)), _plain(value)
        setattr(subject, key, value)
    subject.state = after["state"]
    session.flush()
    audit.record(session, actor, name, subject, before=before, after=after, note=note)
    if event is not None:
        bus.emit(session, event)
    return move


def _target(move: Move, to: str | None) -> str:
    if move.target is not None:
        return move.target
    if to not in move.targets:
        raise WrongState(move=move.name, target=str(to))
    return str(to)


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, str | int | float | bool) else str(value)


def open_moves(subject: Subject, actor: Actor) -> list[Move]:
    """What this actor may do with the subject now: the buttons, and the API's ``actions``."""
    unit_id = getattr(subject, "unit_id", None)
    return [
        move
        for move in subject.machine.open_moves(str(subject.state))
        if actor.may(move.may, unit_id)
    ]


def expect_version(subject: Subject, seen: int | None, theirs: Mapping[str, Any]) -> None:
    """Raise :class:`Stale`, with what stands now, if the editor saw an older version."""
    if seen is not None and seen != subject.version:
        raise Stale(theirs=theirs, version=subject.version)
