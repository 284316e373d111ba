"""Verbs of the unit that answers, and the desk's word on them: reply, return, more time, review."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import bus
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, Sentence, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.petitions import queries, timing
from kitchen.petitions.events import (
    PetitionChanged,
    PetitionGivenBack,
    PetitionHanded,
    PetitionReplied,
    PetitionSettled,
    TimeAsked,
    TimeDecided,
)
from kitchen.petitions.models import Extension, Petition, Transfer
from kitchen.petitions.rules import Handling, May, Step, Wish
from kitchen.petitions.steps import note
from kitchen.petitions.timing import NO_TERM


def reply(
    session: Session, actor: Actor, petition: Petition, words: str, seen: int | None = None
) -> None:
    """Answer for the unit; the desk reviews it. ``seen`` is the version of the transfer that the
    person had before them. Raises :class:`Stale` where somebody else answered meanwhile.
    """
    transfer = _theirs(petition, actor)
    expect_version(transfer, seen, {"reply": transfer.reply})
    terms = timing.terms(session)
    changes = {"reply": words, "replied_by_id": actor.id, "replied_at": terms.now}
    carry_out(session, transfer, "reply", actor, changes=changes)
    review = terms.until(terms.within(terms.set.review_days))
    carry_out(session, petition, "take_reply", HOUSE, changes=review)
    note(session, petition, Step.REPLIED, words, actor=actor)
    bus.emit(session, PetitionReplied(transfer.id))


def retract(session: Session, actor: Actor, petition: Petition) -> None:
    """Take a reply back that nobody has reviewed; the unit's term is what it was."""
    transfer = _theirs(petition, actor)
    carry_out(session, transfer, "retract", actor)
    term = timing.terms(session).until(transfer.due_at)
    changed = PetitionChanged(petition.id)
    carry_out(session, petition, "lose_reply", HOUSE, changes=term, event=changed)
    note(session, petition, Step.RETRACTED, actor=actor)


def send_back(session: Session, actor: Actor, petition: Petition, reason: str) -> None:
    """Say that another unit is to answer. Once: the second time a unit has to.

    Raises :class:`WrongState`.
    """
    transfer = _theirs(petition, actor)
    terms = timing.terms(session)
    if petition.returns >= terms.set.most_returns:
        raise WrongState(
            N_("这个问题已经退回过 %(most)s 次，不能再退。请答复，或与问政办商量。"),
            most=petition.returns,
        )
    carry_out(session, transfer, "send_back", actor, note=reason, changes={"note": reason})
    changes = {"returns": petition.returns + 1, **terms.until(terms.accepting())}
    carry_out(session, petition, "come_back", HOUSE, note=reason, changes=changes)
    note(session, petition, Step.RETURNED, reason, actor=actor)
    bus.emit(session, PetitionGivenBack(transfer.id))


def ask_for_time(
    session: Session, actor: Actor, petition: Petition, days: int, reason: str
) -> None:
    """Ask for more working days, once, while the term runs."""
    transfer = _theirs(petition, actor)
    authorize(actor, May.REPLY, transfer)
    terms = timing.terms(session)
    if transfer.state != Handling.OPEN:
        raise WrongState
    if transfer.extension is not None:
        raise WrongState(N_("已经申请过延期，每件只能申请一次。"))
    if terms.now >= transfer.due_at:
        raise WrongState(N_("期限已过，不能再申请延期。请尽快答复。"))
    if not reason.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    if not 1 <= days <= terms.set.extension_days:
        most = {"least": 1, "most": terms.set.extension_days}
        told = Sentence(N_("请填 %(least)s 到 %(most)s 之间的整数。"), most)
        raise Invalid(fields={"days": told})
    wish = Extension(transfer_id=transfer.id, unit_id=petition.unit_id, days=days, reason=reason)
    session.add(wish)
    session.flush()
    session.refresh(transfer, ["extension"])
    note(session, petition, Step.TIME_ASKED, reason, actor=actor)
    bus.emit(session, TimeAsked(wish.id))


def grant_time(session: Session, actor: Actor, petition: Petition) -> None:
    """Let the unit have the days it asked for, from the end of its term."""
    transfer, wish = _wish(petition)
    if transfer.state != Handling.OPEN:
        raise WrongState
    terms = timing.terms(session)
    carry_out(session, wish, "grant", actor, event=TimeDecided(wish.id))
    transfer.due_at = terms.within(wish.days, transfer.due_at)
    for name, value in terms.until(transfer.due_at).items():
        setattr(petition, name, value)
    note(session, petition, Step.TIME_GRANTED, actor=actor)


def deny_time(session: Session, actor: Actor, petition: Petition, reason: str) -> None:
    """Say no, and why; the term stays."""
    _, wish = _wish(petition)
    changes = {"answer": reason}
    event = TimeDecided(wish.id)
    carry_out(session, wish, "deny", actor, note=reason, changes=changes, event=event)
    note(session, petition, Step.TIME_DENIED, reason, actor=actor)


def pass_reply(session: Session, actor: Actor, petition: Petition) -> None:
    """The reply is good: the petitioner reads it from now on. Nobody reviews their own."""
    transfer = _foreign(petition, actor)
    carry_out(session, petition, "pass_reply", actor, changes=NO_TERM)
    done = {"done_at": timing.terms(session).now}
    carry_out(session, transfer, "close", HOUSE, changes=done)
    note(session, petition, Step.ANSWERED, transfer.reply, actor=actor)
    bus.emit(session, PetitionSettled(petition.id, "answer", ""))


def rework(session: Session, actor: Actor, petition: Petition, reason: str) -> None:
    """Send the reply back to its unit, and say what is missing."""
    transfer = _foreign(petition, actor)
    terms = timing.terms(session)
    due = max(transfer.due_at, terms.within(terms.set.rework_days))
    carry_out(session, petition, "rework", actor, note=reason, changes=terms.until(due))
    changes = {"note": reason, "due_at": due}
    carry_out(session, transfer, "reopen", HOUSE, note=reason, changes=changes)
    note(session, petition, Step.REWORKED, reason, actor=actor)
    bus.emit(session, PetitionHanded(transfer.id, reason))


def _theirs(petition: Petition, actor: Actor) -> Transfer:
    """What is handed to a unit of this person. Raises :class:`Forbidden` for another's."""
    transfer = queries.the_transfer(petition)
    authorize(actor, May.REPLY, transfer)
    return transfer


def _foreign(petition: Petition, actor: Actor) -> Transfer:
    transfer = queries.the_transfer(petition)
    if transfer.state == Handling.REPLIED and transfer.replied_by_id == actor.id:
        raise Forbidden(N_("不能审自己写的答复，请换一个人审。"))
    return transfer


def _wish(petition: Petition) -> tuple[Transfer, Extension]:
    transfer = queries.the_transfer(petition)
    if transfer.extension is None or transfer.extension.state != Wish.ASKED:
        raise WrongState
    return transfer, transfer.extension
