"""A delivery as steps that a person can follow: released, prepared, sent, confirmed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from kitchen.core.errors import N_
from kitchen.publishing.models import Publication
from kitchen.publishing.queries import Record
from kitchen.publishing.rules import CANNOT_CORRECT, State

RELEASED, PREPARED, SENT, CONFIRMED = N_("放行"), N_("备稿"), N_("发送"), N_("确认")

_AT = {
    State.HELD: 0,
    State.CANCELLED: 0,
    State.EXPIRED: 0,
    State.READY: 1,
    State.CLAIMED: 1,
    State.BACKOFF: 1,
    State.ARMED: 2,
    State.FAILED: 2,
    State.ACCEPTED: 3,
    State.UNKNOWN: 3,
    State.NEEDS_HUMAN: 3,
    State.AWAITING_HAND: 3,
}
"""On which step a state stands; what is missing has them all behind it."""
_STOPPED = {State.FAILED, State.CANCELLED, State.EXPIRED}


@dataclass(frozen=True, slots=True)
class Step:
    """One step, as the stepper draws it; ``label`` and ``note`` are message ids."""

    label: str
    state: str
    at: datetime | None = None
    name: str = ""
    note: str = ""


def steps_of(publication: Publication, record: Record) -> list[Step]:
    """The four steps of a delivery as it stands."""
    state = State(publication.state)
    here = 1 if publication.code == CANNOT_CORRECT else _AT.get(state, 4)
    sent_at = record.attempts[-1].armed_at if record.attempts else None
    confirmed_at = record.receipts[-1].observed_at if record.receipts and here == 4 else None
    moments = (publication.created_at, None, sent_at, confirmed_at)
    return [
        Step(label, _look(at, here, stopped=state in _STOPPED), moment if at <= here else None)
        for at, (label, moment) in enumerate(
            zip((RELEASED, PREPARED, SENT, CONFIRMED), moments, strict=True)
        )
    ]


def _look(at: int, here: int, *, stopped: bool) -> str:
    if at < here:
        return "done"
    if at > here:
        return "todo"
    return "returned" if stopped else "now"
