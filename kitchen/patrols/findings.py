"""Verbs on findings: note, order, report, look again, dismiss.

Each look leaves its evidence: what was seen, when, by whom, and the hash of it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, calendar, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database, new_uid
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.models import Account
from kitchen.patrols import tuning
from kitchen.patrols.events import FindingMoved, FindingsMade, MendingLate
from kitchen.patrols.facts import facts_of
from kitchen.patrols.models import Finding, Snapshot
from kitchen.patrols.rules import (
    BY_PEOPLE,
    CHECKS,
    UNSETTLED,
    Kind,
    May,
    Severity,
    State,
    Strike,
    digest,
    graver,
)
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import State as Delivery


def note_all(session: Session, struck: Sequence[tuple[int, Strike]]) -> int:
    """Note what the rules found on accounts, each occasion once; how many findings are new.

    A finding that has become graver says so with new evidence. What was dismissed stays dismissed.
    """
    if not struck:
        return 0
    account_ids = {account_id for account_id, _ in struck}
    accounts = select(Account.id, Account.unit_id).where(Account.id.in_(account_ids))
    units = {row.id: row.unit_id for row in session.execute(accounts)}
    query = select(Finding).where(
        Finding.account_id.in_(account_ids), Finding.key.in_({strike.key for _, strike in struck})
    )
    known = {(each.account_id, each.kind, each.key): each for each in session.scalars(query)}
    made = graver_now = 0
    for account_id, strike in struck:
        finding = known.get((account_id, strike.kind, strike.key))
        if finding is None:
            known[account_id, strike.kind, strike.key] = _made(
                session, account_id, units[account_id], strike
            )
            made += 1
        elif finding.state in UNSETTLED and graver(strike.severity, Severity(finding.severity)):
            finding.severity = strike.severity
            _keep(session, finding, "graver", strike.seen)
            graver_now += 1
    session.flush()
    if made or graver_now:
        bus.emit(session, FindingsMade(made + graver_now))
    return made


def _made(session: Session, account_id: int, unit_id: int, strike: Strike) -> Finding:
    finding = Finding(
        uid=new_uid(),
        account_id=account_id,
        unit_id=unit_id,
        kind=strike.kind,
        key=strike.key,
        severity=strike.severity,
        seen_at=clock.now(session),
    )
    session.add(finding)
    seen = _keep(session, finding, "found", strike.seen)
    audit.record(
        session, HOUSE, "find", finding, after={"kind": strike.kind, "sha256": seen.sha256}
    )
    return finding


def _keep(
    session: Session,
    finding: Finding,
    occasion: str,
    seen: Mapping[str, Any],
    staff_id: int | None = None,
) -> Snapshot:
    at = clock.now(session)
    kept = {**seen, "seen_at": at.isoformat()}
    evidence = Snapshot(
        finding=finding,
        occasion=occasion,
        seen=kept,
        seen_at=at,
        seen_by_id=staff_id,
        sha256=digest(kept),
    )
    session.add(evidence)
    return evidence


def note_by_hand(
    session: Session,
    actor: Actor,
    account: Account,
    *,
    kind: Kind,
    severity: Severity,
    words: str,
    url: str = "",
) -> Finding:
    """A person found something: what it says there (``words``), and where.

    Raises :class:`Forbidden`, :class:`Invalid` without words, or for what only rules find.
    """
    authorize(actor, May.INSPECT, account)
    if kind not in BY_PEOPLE:
        raise Invalid(fields={"kind": N_("请从给出的选项里选。")})
    if not words.strip():
        raise Invalid(fields={"words": N_("请写下看到了什么。")})
    finding = Finding(
        account=account,
        unit_id=account.unit_id,
        kind=kind,
        key=new_uid(),
        severity=severity,
        seen_at=clock.now(session),
        found_by_id=actor.id,
    )
    session.add(finding)
    seen = _keep(session, finding, "found", {"words": words.strip(), "url": url}, actor.id)
    session.flush()
    audit.record(session, actor, "find", finding, after={"kind": kind, "sha256": seen.sha256})
    bus.emit(session, FindingsMade(1))
    return finding


def order(session: Session, actor: Actor, finding: Finding, note: str = "") -> None:
    """Have a finding mended within the term, in working days."""
    _move(session, actor, finding, "order", note, due_on=_term(session), verdict=note.strip())


def report(session: Session, actor: Actor, finding: Finding, note: str) -> None:
    """Its unit says what it did. Raises :class:`Invalid` without words."""
    _move(session, actor, finding, "report", note, answer=note.strip())


def close(session: Session, actor: Actor, finding: Finding, note: str = "") -> None:
    """Somebody looked again, and it is mended. Raises :class:`WrongState` while a rule strikes."""
    authorize(actor, May.INSPECT, finding)
    still = look_again(session, actor, finding)
    if still is not None:
        raise WrongState(N_("这个问题现在还在，不能通过复查。请看最新的证据。"), code="still_there")
    settled = {"settled_at": clock.now(session), "verdict": note.strip()}
    _move(session, actor, finding, "close", note, key=f"{finding.key} {finding.uid}", **settled)


def reopen(session: Session, actor: Actor, finding: Finding, note: str) -> None:
    """Somebody looked again, and it is not mended: a new term begins."""
    told = {"due_on": _term(session), "late_told": False, "verdict": note.strip()}
    _move(session, actor, finding, "reopen", note, **told)


def dismiss(session: Session, actor: Actor, finding: Finding, note: str) -> None:
    """It is no fault. The same occasion is not found again. Raises :class:`Invalid` without why."""
    settled = {"settled_at": clock.now(session), "verdict": note.strip()}
    _move(session, actor, finding, "dismiss", note, **settled)


def revive(session: Session, actor: Actor, finding: Finding) -> None:
    """It was a fault after all."""
    _move(session, actor, finding, "revive", "", settled_at=None, verdict="", due_on=None)


def escalate(session: Session, actor: Actor, finding: Finding, note: str) -> None:
    """A measure is proposed because of it."""
    _move(session, actor, finding, "escalate", note)


def resume(session: Session, finding: Finding) -> None:
    """No measure came of it; it is to be judged anew."""
    _move(session, HOUSE, finding, "resume", "")


def settle(session: Session, finding: Finding) -> None:
    """The measure that was taken is done with; the same occasion may be found again."""
    done = {"settled_at": clock.now(session), "key": f"{finding.key} {finding.uid}"}
    _move(session, HOUSE, finding, "settle", "", **done)


def _term(session: Session) -> date:
    days = tuning.in_force(session)["mend_days"]
    return calendar.day_after(session, clock.today(session), days)


def _move(
    session: Session, actor: Actor, finding: Finding, name: str, note: str, **changes: Any
) -> None:
    event = FindingMoved(finding.id, name)
    carry_out(session, finding, name, actor, note=note, changes=changes, event=event)


def look_again(session: Session, actor: Actor, finding: Finding) -> Strike | None:
    """Ask the rule once more, and keep what it says as evidence; ``None``: it no longer strikes.

    What a person found only a person can look at again.
    """
    if finding.kind in BY_PEOPLE:
        return None
    still = _still(session, finding)
    seen = {"struck": still is not None, **(still.seen if still else {})}
    _keep(session, finding, "again", seen, actor.id)
    session.flush()
    return still


def _still(session: Session, finding: Finding) -> Strike | None:
    kind = Kind(finding.kind)
    if kind is Kind.SENSITIVE:
        return _stands_still(session, finding)
    parameters = tuning.in_force(session)
    facts = facts_of(session, [finding.account_id], parameters)[finding.account_id]
    return CHECKS[kind](facts, parameters)


def _stands_still(session: Session, finding: Finding) -> Strike | None:
    """Whether the piece with the word is still before readers, as far as the house knows."""
    uid = finding.key.partition(" ")[0]
    state = session.scalar(select(Publication.state).where(Publication.uid == uid))
    if state != Delivery.LIVE:
        return None
    seen = {"piece": uid, "state": str(state)}
    return Strike(Kind.SENSITIVE, finding.key, Severity(finding.severity), seen)


def call_late(database: Database) -> None:
    """Call each finding that was to be mended by yesterday, once. Any number of timetables may."""
    with database.unit() as session:
        late = (
            Finding.state == State.MENDING,
            Finding.due_on < clock.today(session),
            Finding.late_told.is_(False),
        )
        for finding_id in session.scalars(select(Finding.id).where(*late).limit(500)).all():
            done = session.execute(
                update(Finding).where(Finding.id == finding_id, *late).values(late_told=True)
            )
            if int(done.rowcount) == 1:  # type: ignore[attr-defined]
                bus.emit(session, MendingLate(finding_id))
