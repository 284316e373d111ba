"""Proofs (校) beside the levels of review (审): how many, by whom, and of exactly what."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, NotFound, Refusal, Stale, WrongState
from kitchen.review.events import ReviewMoved
from kitchen.review.models import Proof, ProofPolicy, Round
from kitchen.review.reviewers import writers_of
from kitchen.review.rules import (
    PROOFS_MOST,
    UNDER_WAY,
    May,
    ProofObstacle,
    ProofStanding,
    proof_obstacle_of,
)
from kitchen.topics.rules import Risk

OBSTACLES: Mapping[ProofObstacle, str] = {
    ProofObstacle.SIGNED: N_("这一校已经有人签过了。"),
    ProofObstacle.NOT_ITS_TURN: N_("前一校还没有签，请按顺序来。"),
    ProofObstacle.OWN: N_("这篇稿件您参与了采写或送审，请由别人来校。"),
    ProofObstacle.TWICE: N_("这一轮您已经校过一次，其他校次须由别人来校。"),
}
_REFUSALS: Mapping[ProofObstacle, type[Refusal]] = {
    ProofObstacle.SIGNED: WrongState,
    ProofObstacle.NOT_ITS_TURN: WrongState,
    ProofObstacle.OWN: Forbidden,
    ProofObstacle.TWICE: Forbidden,
}


def policy(session: Session) -> dict[Risk, int]:
    """How many proofs each risk class needs; none until the newsroom says otherwise."""
    found = {row.risk: row.proofs for row in session.scalars(select(ProofPolicy))}
    return {risk: found.get(risk, 0) for risk in Risk}


def change_policy(session: Session, actor: Actor, risk: Risk, proofs: int) -> None:
    """Ask for so many proofs from the next submission on; rounds that are under way keep theirs.

    Raises :class:`Forbidden`, :class:`Invalid` for less than none or more than three.
    """
    authorize(actor, May.EDIT_ROUTES)
    if not 0 <= proofs <= PROOFS_MOST:
        raise Invalid(fields={"proofs": N_("校次请填 0 到 3。")})
    before = policy(session)[risk]
    session.merge(ProofPolicy(risk=risk, proofs=proofs))
    session.flush()
    audit.record(
        session,
        actor,
        "change_proofs",
        f"route:{risk}",
        before={"proofs": before},
        after={"proofs": proofs},
    )


def demanded(session: Session, risk: Risk) -> list[Proof]:
    """The proofs that a piece of this class must pass, none of them signed."""
    return [Proof(number=number) for number in range(1, policy(session)[risk] + 1)]


def again(round_: Round) -> list[Proof]:
    """The proofs of a next round over the same version: what was signed of it stands."""
    names = ("number", "reader_id", "signed_at", "seen_hash", "note")
    return [Proof(**{name: getattr(it, name) for name in names}) for it in round_.proofs]


def missing(round_: Round) -> list[int]:
    """The numbers of the proofs that nobody has signed yet."""
    return [proof.number for proof in round_.proofs if proof.reader_id is None]


def obstacle_for(
    session: Session, actor: Actor, round_: Round, number: int
) -> ProofObstacle | None:
    """What keeps this person from signing this proof; ``None``: nothing does."""
    signed = {proof.number: proof.reader_id for proof in round_.proofs if proof.reader_id}
    return proof_obstacle_of(
        ProofStanding(
            reader_id=actor.id,
            number=number,
            signed_numbers=signed.keys(),
            writers=writers_of(session, round_),
            readers=set(signed.values()),
        )
    )


def sign(session: Session, actor: Actor, round_: Round, number: int, note: str, seen: str) -> None:
    """Sign a proof of what was read, as ``seen`` names it. The round must be locked.

    Raises :class:`Forbidden`, :class:`WrongState`, :class:`NotFound` for a proof that is not asked.
    """
    authorize(actor, May.PROOFREAD, round_.story)
    if round_.state not in UNDER_WAY:
        raise WrongState(N_("这一轮审核已经结束，请看最新的一轮。"), state=str(round_.state))
    proof = next((it for it in round_.proofs if it.number == number), None)
    if proof is None:
        raise NotFound
    if obstacle := obstacle_for(session, actor, round_, number):
        raise _REFUSALS[obstacle](OBSTACLES[obstacle], code=str(obstacle))
    proof.reader_id, proof.signed_at = actor.id, clock.now(session)
    proof.seen_hash, proof.note = seen, note.strip()
    session.flush()
    session.expire(proof, ["reader"])
    after = {"number": number, "seen_hash": seen}
    audit.record(session, actor, "sign_proof", round_, after=after, note=proof.note)
    bus.emit(session, ReviewMoved(round_.id, round_.story_id))


def demand_signed(round_: Round, frozen: str) -> None:
    """Refuse a final pass before every proof is signed over what is frozen."""
    left = missing(round_)
    if left:
        sentence = N_("第 %(number)s 校还没有签，终审不能通过。")
        raise WrongState(sentence, code="proofs_missing", number=left[0])
    if any(proof.seen_hash != frozen for proof in round_.proofs):
        raise Stale(N_("校对过的和待发的不是同一份，请重新校对。"))
