"""Knowing how to reach a source: one person asks with a reason, another agrees, for half an hour.

Every step and every look is in the audit. The reason is the asker's; the contact is in no entry.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.tips import words
from kitchen.tips.events import LookAsked, LookDecided
from kitchen.tips.models import Tip, TipLook
from kitchen.tips.rules import LOOK_LASTS, Look, May, State

LEAST_REASON = 5


def ask(session: Session, actor: Actor, tip: Tip, reason: str) -> TipLook:
    """Ask to know how to reach the source. One open wish a person is enough."""
    authorize(actor, May.READ, tip)
    if tip.state == State.ERASED:
        raise WrongState(N_("这条报料已经销毁。"))
    if len(reason.strip()) < LEAST_REASON:
        raise Invalid(fields={"reason": N_("请写明为什么要联系报料人。")})
    own = select(TipLook).where(TipLook.tip_id == tip.id, TipLook.asked_by_id == actor.id)
    former = session.scalar(own.where(TipLook.state == Look.ASKED))
    if former is not None:
        return former
    assert actor.id is not None
    look = TipLook(tip_id=tip.id, unit_id=tip.unit_id, reason=reason, asked_by_id=actor.id)
    session.add(look)
    session.flush()
    audit.record(session, actor, "ask_to_reach_source", tip, note=reason)
    bus.emit(session, LookAsked(look.id))
    return look


def grant(session: Session, actor: Actor, look: TipLook) -> None:
    """Agree; the one who asked may look for half an hour. Nobody agrees with themselves."""
    _demand_another(actor, look)
    _decide(session, actor, look, "grant", clock.now(session) + LOOK_LASTS)


def deny(session: Session, actor: Actor, look: TipLook) -> None:
    """Do not agree."""
    _decide(session, actor, look, "deny", None)


def _decide(session: Session, actor: Actor, look: TipLook, move: str, until: object) -> None:
    changes = {"decided_by_id": actor.id, "until": until}
    carry_out(session, look, move, actor, changes=changes, event=LookDecided(look.id))


def _demand_another(actor: Actor, look: TipLook) -> None:
    if actor.id == look.asked_by_id:
        raise Forbidden(N_("自己的申请要由另一位同事同意。"), permission=May.APPROVE)


def open_look(session: Session, actor: Actor, tip: Tip) -> TipLook | None:
    """The wish by which this person may look now."""
    mine = TipLook.tip_id == tip.id, TipLook.asked_by_id == actor.id
    granted = TipLook.state == Look.GRANTED, TipLook.until > clock.now(session)
    return session.scalar(select(TipLook).where(*mine, *granted).limit(1))


def reach(session: Session, actor: Actor, tip: Tip) -> str:
    """How to reach the source; each look is noted. Raises :class:`Forbidden` without a wish."""
    authorize(actor, May.READ, tip)
    if open_look(session, actor, tip) is None:
        raise Forbidden(
            N_("要先申请，由另一位同事同意；同意后半小时内可以看。"), permission=May.READ
        )
    audit.record(session, actor, "reach_source", tip)
    return words.contact_of(session, tip)
