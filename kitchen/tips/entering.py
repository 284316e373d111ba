"""Entering what somebody told by telephone, at the door or in a letter.

It is sealed like what a source sends, and the code is there to be read out. The audit has that
somebody entered a tip and not which: its second would be that of a call. Who it was stands with
the tip, under its day.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.tips import telling, words
from kitchen.tips.models import Tip
from kitchen.tips.rules import May, Way
from kitchen.tips.taking import Taken
from kitchen.tips.telling import Told
from kitchen.tips.words import Circumstances


def enter(
    session: Session,
    actor: Actor,
    code: str,
    uid: str,
    told: Told,
    heard: Circumstances,
    way: Way,
    files: Sequence[Taken] = (),
) -> Tip:
    """File what was told under its code; again does nothing. See :func:`telling.tell`."""
    authorize(actor, May.TAKE_DOWN)
    tip, is_new = telling.tell(session, code, uid, told, files)
    if is_new:
        tip.way, tip.taken_down_by_id = way, actor.id
        tip.circumstances_sealed = words.seal_circumstances(session, uid, heard)
        session.flush()
        audit.record(session, actor, "enter_tip", "tips", after={"way": way})
    return tip
