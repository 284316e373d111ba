"""Standing still: the house, or one channel, sends nothing until somebody lifts it.

A database that was put back to an earlier day stands still by itself: whatever was sent after the
backup looks unsent in it. It is lifted by two persons, once the platforms were asked.
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, joinedload

from channels.registry import channel_classes
from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, WrongState
from kitchen.publishing import outbox
from kitchen.publishing.events import PublicationMoved
from kitchen.publishing.models import Publication, Standstill
from kitchen.publishing.rules import PIECES, UNSENT, May, State

HOUSE_WIDE, RESTORED = "house", "restored"
WORDS_MAX = 200


def channel_scope(key: str) -> str:
    """The scope of one channel."""
    return f"channel:{key}"


def standing(session: Session) -> Sequence[Standstill]:
    """Everything that stands still now, the longest first."""
    query = (
        select(Standstill)
        .options(joinedload(Standstill.stopped_by), joinedload(Standstill.first_lift))
        .order_by(Standstill.stopped_at, Standstill.id)
    )
    return session.scalars(query).all()


def stop(session: Session, actor: Actor, scope: str, reason: str) -> Standstill:
    """Send nothing in ``scope`` any more: what is due waits, what is armed ends.

    Raises :class:`Invalid` for no reason or a scope that does not exist, :class:`Duplicate`.
    """
    authorize(actor, May.STOP)
    if scope != HOUSE_WIDE and scope not in {channel_scope(key) for key in channel_classes()}:
        raise Invalid(fields={"scope": N_("没有这个渠道。")})
    if not reason.strip():
        raise Invalid(fields={"reason": N_("请写明理由。")})
    return _stop(session, actor, scope, reason.strip()[:WORDS_MAX])


def _stop(session: Session, actor: Actor, scope: str, reason: str) -> Standstill:
    if _of(session, scope) is not None:
        raise Duplicate(N_("已经停发了，不用再停。"))
    found = Standstill(
        scope=scope, reason=reason, stopped_at=clock.now(session), stopped_by_id=actor.id
    )
    session.add(found)
    session.flush()
    audit.record(session, actor, "stop_sending", found, after={"scope": scope}, note=reason)
    bus.emit(session, PublicationMoved(0, 0))
    return found


def lift(session: Session, actor: Actor, scope: str) -> bool:
    """Send again; ``True`` once it is lifted. After a restore it takes two persons, and nothing
    may be left that is still being looked for.

    Raises :class:`WrongState`, and :class:`Duplicate` for the same person's second word.
    """
    authorize(actor, May.STOP)
    found = _of(session, scope)
    if found is None:
        raise WrongState(N_("没有停发，不用恢复。"))
    if scope == RESTORED and not _seconded(session, actor, found):
        return False
    audit.record(session, actor, "resume_sending", found, before={"scope": scope})
    session.delete(found)
    session.flush()
    bus.emit(session, PublicationMoved(0, 0))
    return True


def _seconded(session: Session, actor: Actor, found: Standstill) -> bool:
    if _in_doubt(session):
        raise WrongState(N_("还有发布的结果没有核实，核实完才能恢复发送。"))
    if found.first_lift_id is None:
        found.first_lift_id = actor.id
        session.flush()
        audit.record(session, actor, "second_resume", found)
        return False
    if found.first_lift_id == actor.id:
        raise Duplicate(N_("您已确认过，还需要另一位同事确认。"))
    return True


def _in_doubt(session: Session) -> bool:
    return bool(session.scalar(select(exists().where(Publication.state == State.UNKNOWN))))


def quarantine(session: Session) -> int:
    """The database was put back to an earlier day: send nothing, and look for all that may be out.

    Whatever is still to leave may have left after the backup, what has its slot in days as well:
    somebody may have sent it at once. It is looked for as any unclear outcome is. Answers how many
    are in doubt; 0 if it stands still already.
    """
    if _of(session, RESTORED) is not None:
        return 0
    _stop(session, HOUSE, RESTORED, N_("数据库恢复到了较早的备份"))
    doubted = session.scalars(
        select(Publication)
        .where(
            Publication.kind.in_(sorted(PIECES)),
            Publication.state.in_(sorted(UNSENT)),
        )
        .order_by(Publication.id)
        .with_for_update(of=Publication)
    ).all()
    now = clock.now(session)
    for publication in doubted:
        hand = outbox.hand_of(publication)
        outbox.shift(
            session,
            hand,
            "doubt",
            fence=hand.fence + 1,
            code="restored",
            next_at=now,
            looks=0,
            lease_until=None,
        )
    return len(doubted)


def _of(session: Session, scope: str) -> Standstill | None:
    return session.scalar(select(Standstill).where(Standstill.scope == scope).with_for_update())
