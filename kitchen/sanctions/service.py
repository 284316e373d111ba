"""Verbs on measures: propose, decide, serve, receive, appeal, rule, finish."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, calendar, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.models import Account
from kitchen.matrix.registry import library
from kitchen.matrix.registry.models import Clause
from kitchen.patrols import findings as patrol
from kitchen.patrols import tuning
from kitchen.patrols.models import Finding
from kitchen.patrols.rules import UNSETTLED
from kitchen.sanctions import queries
from kitchen.sanctions.events import ClosingOrdered, SanctionMoved
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import APPEALABLE, Cause, May, Measure, State, leaps

OTHER_EYES = N_("提议、同意和批准要由不同的人来做。")


def propose(
    session: Session,
    actor: Actor,
    account: Account,
    *,
    measure: Measure,
    cause: Cause,
    clause: Clause,
    facts: str,
    findings: Sequence[Finding] = (),
    leap_reason: str = "",
) -> Sanction:
    """Propose a measure against an account, because of these findings.

    Raises :class:`Forbidden`; :class:`Duplicate` while another is under way; :class:`Invalid`
    for a grade passed over without a reason, for a clause that is out of force, or a finding that
    is another account's or settled.
    """
    authorize(actor, May.PROPOSE, account)
    if queries.open_sanction(session, account) is not None:
        raise _under_way()
    _demand_grade(session, account, measure, leap_reason)
    if clause.regulation.ended_on is not None:
        raise Invalid(fields={"clause": N_("这一版制度已经被新版取代，请引用现行的条款。")})
    if any(each.account_id != account.id or each.state not in UNSETTLED for each in findings):
        raise Invalid(fields={"findings": N_("只能选这个账号上还没有了结的问题。")})
    sanction = Sanction(
        account=account,
        unit_id=account.unit_id,
        measure=measure,
        cause=cause,
        clause=library.citation(clause),
        clause_words=clause.text,
        cited_id=clause.id,
        facts=facts,
        leap_reason=leap_reason.strip(),
        proposed_by_id=actor.id,
        findings=list(findings),
    )
    session.add(sanction)
    try:
        session.flush()
    except IntegrityError as error:
        raise _under_way() from error
    told = {"measure": measure, "cause": cause, "clause": sanction.clause, "account": account.name}
    audit.record(session, actor, "propose", sanction, after=told, note=facts)
    for finding in findings:
        patrol.escalate(session, actor, finding, facts)
    bus.emit(session, SanctionMoved(sanction.id, "propose"))
    return sanction


def _under_way() -> Duplicate:
    return Duplicate(N_("这个账号已有一项处置在办，办完再提。"))


def _demand_grade(session: Session, account: Account, measure: Measure, reason: str) -> None:
    months = tuning.in_force(session)["remember_months"]
    since = clock.now(session) - timedelta(days=months * 365 / 12)
    former = queries.former_measures(session, account, since)
    if leaps(measure, former) and not reason.strip():
        raise Invalid(fields={"leap_reason": N_("处置要逐级加重；越级要写明理由。")})


def agree(session: Session, actor: Actor, sanction: Sanction) -> None:
    """Be the first of the two who decide that an account is closed."""
    if sanction.measure != Measure.CLOSING:
        raise WrongState(N_("只有责令关停要两个人同意。"))
    _demand_other_eyes(actor, sanction)
    told = {"agreed_by_id": actor.id, "agreed_at": clock.now(session)}
    _move(session, actor, sanction, "agree", "", **told)


def decide(session: Session, actor: Actor, sanction: Sanction, note: str = "") -> None:
    """Decide that the measure is taken. A closing takes a second person, who may order one.

    Raises :class:`Forbidden` for whoever proposed it or agreed to it before.
    """
    _demand_other_eyes(actor, sanction)
    if sanction.measure == Measure.CLOSING:
        authorize(actor, May.ORDER_CLOSING, sanction)
        if sanction.state == State.PROPOSED:
            raise WrongState(N_("责令关停要先有一人同意，再由另一人批准。"))
    told = {"decided_by_id": actor.id, "decided_at": clock.now(session), "decision": note.strip()}
    _move(session, actor, sanction, "decide", note, **told)


def refuse(session: Session, actor: Actor, sanction: Sanction, note: str) -> None:
    """Decide that no measure is taken, and why; its findings are judged anew."""
    _demand_other_eyes(actor, sanction)
    now = clock.now(session)
    told = {"decided_by_id": actor.id, "decided_at": now, "decision": note.strip()}
    _move(session, actor, sanction, "refuse", note, settled_at=now, **told)
    _give_back(session, sanction)


def withdraw(session: Session, actor: Actor, sanction: Sanction, note: str = "") -> None:
    """Take a proposal back before it is decided; its findings are judged anew."""
    _move(session, actor, sanction, "withdraw", note, settled_at=clock.now(session))
    _give_back(session, sanction)


def serve(session: Session, actor: Actor, sanction: Sanction, doc_no: str) -> None:
    """Serve it on the unit by a document; from then on the unit may appeal for so many days.

    Raises :class:`Invalid` without the document's number.
    """
    if not doc_no.strip():
        raise Invalid(fields={"doc_no": N_("请填写文号。")})
    days = tuning.in_force(session)["appeal_days"]
    until = calendar.day_after(session, clock.today(session), days)
    told = {"doc_no": doc_no.strip(), "served_at": clock.now(session), "appeal_until": until}
    _move(session, actor, sanction, "serve", "", **told)


def receive(session: Session, actor: Actor, sanction: Sanction) -> None:
    """Give the receipt for it, in the unit's name."""
    _move(session, actor, sanction, "receive", "", **_receipt(session, actor, sanction))


def _receipt(session: Session, actor: Actor, sanction: Sanction) -> dict[str, Any]:
    """Whoever answers for the unit has it in hand, whether they said so before or not."""
    if sanction.received_at is not None:
        return {}
    return {"received_by_id": actor.id, "received_at": clock.now(session)}


def appeal(session: Session, actor: Actor, sanction: Sanction, note: str) -> None:
    """Appeal against it, once. Raises :class:`WrongState` when the term is over."""
    over = sanction.appeal_until is not None and clock.today(session) > sanction.appeal_until
    if over and sanction.state in APPEALABLE:
        raise WrongState(N_("申诉期已过。"))
    told = {"appeal": note.strip(), "appealed_at": clock.now(session)}
    told |= _receipt(session, actor, sanction)
    _move(session, actor, sanction, "appeal", note, **told)


def accept(session: Session, actor: Actor, sanction: Sanction) -> None:
    """Accept it without an appeal: it is in force at once."""
    _take_force(session, actor, sanction, "accept", "", **_receipt(session, actor, sanction))


def uphold(session: Session, actor: Actor, sanction: Sanction, note: str) -> None:
    """Refuse the appeal, and say why; whoever decided the measure does not rule on it."""
    _demand_fresh_eyes(actor, sanction)
    told = {"ruling": note.strip(), "ruled_by_id": actor.id}
    _take_force(session, actor, sanction, "uphold", note, **told)


def revoke(session: Session, actor: Actor, sanction: Sanction, note: str) -> None:
    """Grant the appeal, and say why; its findings are judged anew."""
    _demand_fresh_eyes(actor, sanction)
    told = {"ruling": note.strip(), "ruled_by_id": actor.id, "settled_at": clock.now(session)}
    _move(session, actor, sanction, "revoke", note, **told)
    _give_back(session, sanction)


def finish(session: Session, actor: Actor, sanction: Sanction, note: str) -> None:
    """Close its file: what was asked for is done. An account to be closed must be closed."""
    if sanction.measure == Measure.CLOSING and sanction.account.in_use:
        raise WrongState(N_("账号还没有关停，不能销号。"))
    told = {"outcome": note.strip(), "settled_at": clock.now(session)}
    _move(session, actor, sanction, "finish", note, **told)
    for finding in sanction.findings:
        patrol.settle(session, finding)


def lapse(database: Database) -> None:
    """Put into force whatever nobody appealed against in time. Any number of timetables may."""
    with database.unit() as session:
        over = select(Sanction).where(
            Sanction.state.in_(sorted(APPEALABLE)), Sanction.appeal_until < clock.today(session)
        )
        locked = over.limit(100).with_for_update(skip_locked=True)
        for sanction in session.scalars(locked).all():
            _take_force(session, HOUSE, sanction, "lapse", "")


def _take_force(
    session: Session, actor: Actor, sanction: Sanction, name: str, note: str, **changes: Any
) -> None:
    _move(session, actor, sanction, name, note, in_force_at=clock.now(session), **changes)
    if sanction.measure == Measure.CLOSING:
        bus.emit(
            session,
            ClosingOrdered(sanction.id, sanction.account_id, sanction.doc_no, sanction.clause),
        )


def _move(
    session: Session, actor: Actor, sanction: Sanction, name: str, note: str, **changes: Any
) -> None:
    event = SanctionMoved(sanction.id, name)
    carry_out(session, sanction, name, actor, note=note, changes=changes, event=event)


def _give_back(session: Session, sanction: Sanction) -> None:
    for finding in sanction.findings:
        patrol.resume(session, finding)


def _demand_other_eyes(actor: Actor, sanction: Sanction) -> None:
    if actor.id in {sanction.proposed_by_id, sanction.agreed_by_id}:
        raise Forbidden(OTHER_EYES)


def _demand_fresh_eyes(actor: Actor, sanction: Sanction) -> None:
    if actor.id in {sanction.proposed_by_id, sanction.agreed_by_id, sanction.decided_by_id}:
        raise Forbidden(N_("申诉要由没有参与这项处置的人来裁定。"))
