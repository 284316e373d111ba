"""What an answer proves, written down: the next state, the receipt, what follows from it.

Outcomes are told apart by evidence, never guessed: a refusal that was read is a refusal, a proof
that nothing was accepted allows another try, and everything else is ``UNKNOWN``.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from functools import cache
from typing import Any, cast

import structlog
from sqlalchemy import Select, Table, Update, bindparam, func, insert, select, update
from sqlalchemy.orm import Session

from channels.abilities import Window
from channels.base import ChannelError, NeedsReauth, Outcome, Receipt, Rejected, Spent, Unavailable
from channels.identity import NO_ID
from kitchen.core import bus, clock
from kitchen.publishing import approvals, cases, circuits, ledger
from kitchen.publishing.events import (
    PublicationFailed,
    PublicationLive,
    PublicationNeedsPerson,
)
from kitchen.publishing.models import Attempt, Publication, ReceiptRow
from kitchen.publishing.outbox import Hand, LostRace, hand_of, shift, touch
from kitchen.publishing.rules import (
    CANNOT_CORRECT,
    MACHINE,
    PIECES,
    REFUSALS_MOST,
    UNSPENT,
    Hold,
    Kind,
    Source,
    State,
    backoff,
    poll_pause,
)

log = structlog.get_logger(__name__)

WORDS_MAX = 500
FIRST_LOOK = timedelta(seconds=2)
"""How soon after an unclear ending one looks; it may well be there already."""

COUNTERS_LATE = timedelta(minutes=5)
"""How long after midnight one may still be told that the day before is used up."""

_OF_A_PIECE = {
    Outcome.LIVE: "prove",
    Outcome.ACCEPTED: "accept",
    Outcome.HANDED: "hand_over",
    Outcome.REFUSED: "fail",
    Outcome.GONE: "vanish",
}
_PROVES: Mapping[Kind, Mapping[Outcome, str]] = {
    Kind.PUBLISH: _OF_A_PIECE,
    Kind.CORRECT: _OF_A_PIECE,
    Kind.RECALL: {Outcome.GONE: "remove"},
}
SILENT = "refused_silently"
"""The platform refused a piece and gave neither code nor words."""
EXPIRED = "expired"
"""Why a piece was not sent, where nothing but time stood against it."""
RESIDUE, NEVER_LIVE = "residue", "never_live"
"""How a recall may end besides plainly: something stays visible; nothing was ever there."""


def settle(
    session: Session, hand: Hand, receipt: Receipt, source: Source, shaky: bool = False
) -> State:
    """Take in what a platform said of a publication. Raises :class:`LostRace`.

    ``shaky``: the account failed before, which this answer makes good.
    """
    name = _PROVES[hand.kind].get(receipt.outcome)
    if name is None:
        return ask(session, hand, "still_there", receipt.words)
    if is_taken(session, hand, receipt.remote_id):
        return ask(session, hand, "remote_id_taken", receipt.remote_id)
    if receipt.outcome is Outcome.LIVE:
        supersede_target(session, hand)
    shift(session, hand, name, note=receipt.words[:WORDS_MAX], **_told(session, hand, receipt))
    keep(session, hand, receipt, source)
    state = State(str(MACHINE.moves[name].target))
    close_attempt(session, hand, state, receipt.code, receipt.words)
    if receipt.unspent:
        ledger.release(session, hand)
    if shaky:
        circuits.note_success(session, hand.account_id)
    if state == State.AWAITING_HAND and not approvals.stands(session, hand.id):
        return take_out_of_hand(session, hand)
    _tell(session, hand, state, receipt.code, receipt.words)
    if hand.target_id is not None and state in {State.REMOVED, State.GONE}:
        mark_gone(session, hand)
    return state


def take_out_of_hand(session: Session, hand: Hand) -> State:
    """The approval of what lies ready for a person's hands is revoked; they may have been faster.

    Raises :class:`LostRace`.
    """
    shift(session, hand, "cancel")
    bus.emit(session, PublicationNeedsPerson(hand.id, hand.story_id, "revoked_in_hand"))
    return State.CANCELLED


def _told(session: Session, hand: Hand, receipt: Receipt) -> dict[str, Any]:
    residue = RESIDUE if hand.kind == Kind.RECALL and receipt.words else ""
    silent = SILENT if receipt.outcome is Outcome.REFUSED and not receipt.words else ""
    code = receipt.code or residue or silent
    told: dict[str, Any] = {"code": code, "words": receipt.words[:WORDS_MAX]}
    told.update(refusals=0, lease_until=None, next_at=None)
    if receipt.outcome is Outcome.ACCEPTED:
        told.update(looks=0, next_at=clock.now(session) + poll_pause(0))
    if hand.kind in PIECES:
        for name in ("task_id", "remote_id", "remote_url"):
            if value := getattr(receipt, name):
                told[name] = value
    return told


def is_taken(session: Session, hand: Hand, remote_id: str) -> bool:
    """Whether another publication of the account goes by this id: then the answer is not ours."""
    if not remote_id or hand.kind == Kind.RECALL:
        return False
    named = {"account": hand.account_id, "remote": remote_id}
    ours = {"own": hand.id, "target": hand.target_id or hand.id}
    return session.scalar(_others_by_the_name(), {**named, **ours}) is not None


@cache
def _others_by_the_name() -> Select[int]:
    return select(Publication.id).where(
        Publication.account_id == bindparam("account"),
        Publication.remote_id == bindparam("remote"),
        Publication.id != bindparam("own"),
        Publication.id != bindparam("target"),
        Publication.state != State.SUPERSEDED,
    )


def keep(
    session: Session, hand: Hand, receipt: Receipt, source: Source, staff_id: int | None = None
) -> None:
    """Keep evidence; ``staff_id`` is the person who gave it, where one did."""
    session.execute(
        insert(cast(Table, ReceiptRow.__table__)),
        {
            "publication_id": hand.id,
            "attempt_no": hand.attempt_no,
            "source": source,
            "outcome": str(receipt.outcome),
            "remote_id": receipt.remote_id,
            "remote_url": receipt.remote_url,
            "words": receipt.words[:WORDS_MAX],
            "evidence": dict(receipt.evidence),
            "staff_id": staff_id,
            "observed_at": clock.now(session),
        },
    )


def refuse(session: Session, hand: Hand, error: BaseException, *, sent: bool) -> State:
    """Take in how a call failed. ``sent``: it was the call after which readers may see the piece.

    Raises :class:`LostRace`.
    """
    code, words = told_by(error)
    if isinstance(error, NeedsReauth):
        state = _hold_for_access(session, hand, code, words)
    elif isinstance(error, Rejected):
        state = _refused(session, hand, code, words)
    elif isinstance(error, Spent):
        state = _until_tomorrow(session, hand, code, words)
    elif isinstance(error, Unavailable) or not sent:
        state = put_off(session, hand, code, words, getattr(error, "retry_after", None))
    else:
        state = lose_sight(session, hand, code, words)
        circuits.count_unclear(session, hand.account_id, words or code)
    if sent:
        close_attempt(session, hand, state, code, words)
        if state in UNSPENT:
            ledger.release(session, hand)
    return state


def told_by(error: BaseException) -> tuple[str, str]:
    """Code and words of a failure; of an error that is our own only its name leaves the log."""
    if isinstance(error, ChannelError):
        return error.code, error.words[:WORDS_MAX]
    log.error("delivery_surprise", error=repr(error), exc_info=error)
    return "internal", type(error).__name__


def _hold_for_access(session: Session, hand: Hand, code: str, words: str) -> State:
    shift(session, hand, "hold", hold_reason=Hold.AUTH, code=code, words=words, lease_until=None)
    circuits.trip(session, hand.account_id, Hold.AUTH, words or code)
    bus.emit(session, PublicationNeedsPerson(hand.id, hand.story_id, Hold.AUTH))
    return State.HELD


def _until_tomorrow(session: Session, hand: Hand, code: str, words: str) -> State:
    """The account's day is used up, which is no fault and no failure of either side.

    A withdrawal does not wait for that: a person takes the piece down by hand.
    """
    if hand.kind == Kind.RECALL:
        return _refused(session, hand, code, words)
    midnight = ledger.window_end(Window.DAY, clock.local(clock.now(session)))
    told: dict[str, Any] = {"code": code, "words": words, "next_at": midnight + COUNTERS_LATE}
    shift(session, hand, "hold", hold_reason=Hold.QUOTA, lease_until=None, **told)
    return State.HELD


def _refused(session: Session, hand: Hand, code: str, words: str) -> State:
    if hand.kind == Kind.RECALL:
        return ask(session, hand, code or "cannot_recall", words)
    if code == CANNOT_CORRECT or (code == NO_ID and hand.kind == Kind.CORRECT):
        return ask(session, hand, CANNOT_CORRECT, words)
    return fail(session, hand, code, words)


def fail(session: Session, hand: Hand, code: str, words: str) -> State:
    """It will not go out as it is; the editor reads the platform's words and a remedy."""
    shift(session, hand, "fail", note=words, code=code, words=words, lease_until=None, next_at=None)
    _tell(session, hand, State.FAILED, code, words)
    return State.FAILED


def expire(session: Session, hand: Hand) -> None:
    """It is news no more, and stays here; whoever waits for it is told."""
    shift(session, hand, "expire", lease_until=None, next_at=None)
    bus.emit(session, PublicationFailed(hand.id, hand.story_id, EXPIRED, ""))


def put_off(
    session: Session, hand: Hand, code: str, words: str, told: timedelta | None = None
) -> State:
    """Proved that nothing was published: try again later, unless it was tried often enough."""
    former = session.scalar(select(Publication.refusals).where(Publication.id == hand.id)) or 0
    if former + 1 >= REFUSALS_MOST:
        return _refused(session, hand, code, words)
    pause = backoff(former, told)
    _back_off(session, hand, pause, refusals=former + 1, code=code, words=words)
    circuits.count_failure(session, hand.account_id, words or code)
    return State.BACKOFF


def wait_turn(session: Session, hand: Hand, pause: timedelta) -> None:
    """Nothing was sent, because the account was called often enough: its turn comes later."""
    _back_off(session, hand, pause, code="paced", words="")


def not_there(session: Session, hand: Hand) -> None:
    """The platform's own list proves that the attempt left nothing: it may be sent again."""
    _back_off(session, hand, timedelta(), code="not_there", words="")
    close_attempt(session, hand, State.BACKOFF, "not_there", "")
    ledger.release(session, hand)


def _back_off(session: Session, hand: Hand, pause: timedelta, **changes: Any) -> None:
    at = clock.now(session) + pause
    shift(session, hand, "put_off", next_at=at, lease_until=None, **changes)


def lose_sight(session: Session, hand: Hand, code: str, words: str) -> State:
    """A send may have happened, and nobody knows: look, and never send blindly."""
    shift(
        session,
        hand,
        "lose_sight",
        note=words,
        code=code,
        words=words,
        lease_until=None,
        next_at=clock.now(session) + FIRST_LOOK,
    )
    return State.UNKNOWN


def ask(session: Session, hand: Hand, code: str, words: str) -> State:
    """Only a person who looks at the account can tell how it stands."""
    shift(session, hand, "ask", note=words, code=code, words=words, lease_until=None, next_at=None)
    cases.put(session, hand, code, words)
    _tell(session, hand, State.NEEDS_HUMAN, code, words)
    return State.NEEDS_HUMAN


def close_attempt(session: Session, hand: Hand, state: State, code: str, words: str) -> None:
    """Write into the attempt what became of it; a later, surer answer overwrites an unclear one."""
    at = {"at_id": hand.id, "at_no": hand.attempt_no, "to_ended_at": clock.now(session)}
    told = {"to_outcome": str(state), "to_code": code, "to_words": words[:WORDS_MAX]}
    session.execute(_closing(), {**at, **told})


@cache
def _closing() -> Update:
    row = cast(Table, Attempt.__table__)
    ended_at = bindparam("to_ended_at", type_=row.c.ended_at.type)
    return (
        update(row)
        .where(row.c.publication_id == bindparam("at_id"), row.c.attempt_no == bindparam("at_no"))
        .values(
            ended_at=func.coalesce(row.c.ended_at, ended_at),
            **{name: bindparam(f"to_{name}") for name in ("outcome", "code", "words")},
        )
    )


def _tell(session: Session, hand: Hand, state: State, code: str, words: str) -> None:
    if state == State.LIVE:
        bus.emit(session, PublicationLive(hand.id, hand.story_id))
    elif state == State.FAILED:
        bus.emit(session, PublicationFailed(hand.id, hand.story_id, code, words))
    elif state in {State.AWAITING_HAND, State.NEEDS_HUMAN, State.GONE}:
        bus.emit(session, PublicationNeedsPerson(hand.id, hand.story_id, state))


def never_live(session: Session, hand: Hand) -> None:
    """The recall in hand has nothing to take back: what it recalls never came before readers."""
    shift(session, hand, "remove", code=NEVER_LIVE, next_at=None)


def supersede_target(session: Session, hand: Hand) -> None:
    """The correction in hand stands where its original stood. Done first: they share an id."""
    if hand.kind != Kind.CORRECT or hand.target_id is None:
        return
    target = session.get_one(Publication, hand.target_id, populate_existing=True)
    if target.state == State.LIVE:
        shift(session, hand_of(target), "supersede")


def mark_gone(session: Session, hand: Hand) -> None:
    """The recall in hand is done, or the correction vanished from where its original stood: what
    it took back or replaced is no longer live."""
    target = session.get_one(Publication, hand.target_id, populate_existing=True)
    try:
        shift(session, hand_of(target), "vanish")
    except LostRace:
        log.warning("recalled_was_not_live", publication=target.uid, state=str(target.state))


def rename(session: Session, hand: Hand, receipt: Receipt, source: Source) -> State:
    """The platform is still pondering, under another name: by this one it is asked from now on.

    Raises :class:`LostRace`.
    """
    if is_taken(session, hand, receipt.remote_id):
        return ask(session, hand, "remote_id_taken", receipt.remote_id)
    touch(session, hand, State.ACCEPTED, **_told(session, hand, receipt))
    keep(session, hand, receipt, source)
    return State.ACCEPTED


def wait_on(session: Session, hand: Hand, looks: int) -> None:
    """The platform is still pondering: ask again after a pause. Raises :class:`LostRace`."""
    pause = poll_pause(looks)
    touch(session, hand, State.ACCEPTED, looks=looks, next_at=clock.now(session) + pause)
