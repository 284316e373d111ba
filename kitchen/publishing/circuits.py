"""An account's circuit: a platform that keeps failing, or refuses our access, is left alone.

It opens after some failures in a row, when half of the latest answers were failures, when two
outcomes within minutes were unclear, or at once when access is refused; it is closed by a person,
or by a probe that reads only.
"""

from __future__ import annotations

from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.base import Probes
from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, WrongState
from kitchen.matrix.models import Account
from kitchen.publishing.addresses import Address, address_of_account
from kitchen.publishing.models import Circuit
from kitchen.publishing.rules import (
    ANSWERS_KEPT,
    BAD,
    GOOD,
    UNCLEAR,
    UNCLEAR_APART,
    Hold,
    May,
    is_failing,
    probe_pause,
)

log = structlog.get_logger(__name__)

HANDS = 8
"""Probes at once: of many platforms that are away, each is waited for."""
PROBES_MOST = 32
"""Of one bell; who waits longest comes first, and the next bell rings soon."""


def circuit_of(session: Session, account_id: int) -> Circuit:
    """The account's circuit; a closed one where there was none."""
    found = session.get(Circuit, account_id, with_for_update=True)
    if found is None:
        found = Circuit(account_id=account_id, answers="", reason="", words="", probes=0)
        session.add(found)
        session.flush()
    return found


def count_failure(session: Session, account_id: int, words: str) -> None:
    """Nothing was accepted, and it may pass; enough such answers open the circuit."""
    _note(circuit_of(session, account_id), BAD)
    _judge(session, account_id, words)


def count_unclear(session: Session, account_id: int, words: str) -> None:
    """Nobody knows what became of a send; the second within minutes opens the circuit."""
    circuit, now = circuit_of(session, account_id), clock.now(session)
    last, circuit.unclear_at = circuit.unclear_at, now
    _note(circuit, UNCLEAR)
    if last and now - last <= UNCLEAR_APART:
        trip(session, account_id, Hold.CIRCUIT, words)
    else:
        _judge(session, account_id, words)


def _note(circuit: Circuit, answer: str) -> None:
    circuit.answers = (circuit.answers + answer)[-ANSWERS_KEPT:]


def _judge(session: Session, account_id: int, words: str) -> None:
    if is_failing(circuit_of(session, account_id).answers):
        trip(session, account_id, Hold.CIRCUIT, words)


def trip(session: Session, account_id: int, reason: Hold, words: str) -> None:
    """Open the circuit, unless it is open for the same reason already."""
    circuit = circuit_of(session, account_id)
    if circuit.opened_at and circuit.reason == reason:
        return
    circuit.opened_at, circuit.reason, circuit.words = clock.now(session), reason, words
    circuit.probes, circuit.probe_at = 0, clock.now(session) + probe_pause(0)
    audit.record(session, HOUSE, "open_circuit", f"account:{account_id}", note=words[:300])


def note_success(session: Session, account_id: int) -> None:
    """An answer as it should be, from an account that failed lately."""
    circuit = circuit_of(session, account_id)
    _note(circuit, GOOD)
    if not circuit.answers.strip(GOOD):
        circuit.answers = ""


def close(session: Session, actor: Actor, account: Account) -> None:
    """Send to the account again, because a person saw to it. Raises :class:`WrongState`."""
    authorize(actor, May.OPERATE, account)
    circuit = circuit_of(session, account.id)
    if circuit.opened_at is None:
        raise WrongState(N_("这个账号没有停发。"))
    _close(circuit)
    audit.record(session, actor, "close_circuit", account)


def _close(circuit: Circuit) -> None:
    circuit.opened_at, circuit.probe_at, circuit.unclear_at = None, None, None
    circuit.answers, circuit.probes, circuit.reason, circuit.words = "", 0, "", ""


def any_due(session: Session) -> bool:
    """Whether the turn of some open circuit has come."""
    return bool(_whose_turn(session))


def _whose_turn(session: Session) -> Sequence[int]:
    turn = Circuit.probe_at <= clock.fresh(session)
    longest_first = select(Circuit.account_id).where(turn).order_by(Circuit.probe_at)
    return session.scalars(longest_first.limit(PROBES_MOST)).all()


def probe_all(database: Database) -> None:
    """Try the access of the accounts whose circuit is open and whose turn has come: several at
    once, for a platform that is away keeps us waiting, and no more than one bell should take.
    """
    with database.unit(write=False) as session:
        waiting = _whose_turn(session)
    with ThreadPoolExecutor(HANDS, thread_name_prefix="probe") as pool:
        for done in [pool.submit(_probe, database, account_id) for account_id in waiting]:
            if (error := done.exception()) is not None:
                log.error("probe_not_recorded", exc_info=error)


def _probe(database: Database, account_id: int) -> None:
    with database.unit() as session:
        circuit = circuit_of(session, account_id)
        circuit.probes += 1
        circuit.probe_at = clock.now(session) + probe_pause(circuit.probes)
        account, opened_at, reason = circuit.account, circuit.opened_at, circuit.reason
        address = address_of_account(session, account)
    if not _works(address, reason):
        return
    with database.unit() as session:
        circuit = circuit_of(session, account_id)
        if circuit.opened_at == opened_at:
            _close(circuit)
            audit.record(session, HOUSE, "close_circuit", account)


def _works(address: Address, reason: str) -> bool:
    """Whether the account may be sent to again. One that cannot be probed gets its chance after
    the pause, unless it was our access that was refused: only a person can say that it is renewed.
    """
    try:
        channel = address.open()
        if not isinstance(channel, Probes):
            return reason != Hold.AUTH
        channel.probe()
    except Exception as error:
        log.info("probe_failed", account=address.account_uid, error=type(error).__name__)
        return False
    return True
