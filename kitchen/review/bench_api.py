"""The API of remarks, proofs, mending, stand-ins, reasons and the emergency lane."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.people import queries as people
from kitchen.review import (
    amending,
    lane,
    proofing,
    queries,
    reasons,
    remarks,
    routing,
    service,
    standins,
)
from kitchen.review.api import item, step_of
from kitchen.review.bench_schemas import (
    ProofPolicyOut,
    ProofsChange,
    ReasonOut,
    ReasonsChange,
    RefuseIn,
    RemarkIn,
    RemarkOut,
    ReplyIn,
    ReplyOut,
    StandInIn,
    StandInOut,
    placed_out,
    reply_out,
    stand_in_out,
)
from kitchen.review.models import Remark
from kitchen.review.rules import May
from kitchen.review.schemas import (
    AmendIn,
    ProofIn,
    ReleaseIn,
    ReviewItemOut,
    ReviewOut,
    round_out,
)
from kitchen.stories import queries as stories
from kitchen.stories.models import Story
from kitchen.stories.rules import May as Stories
from kitchen.web.api import Api

api = Api("review_bench")


@api.operation("POST", "/reviews/<uid>/amend", May.REVIEW, body=AmendIn, answer=ReviewOut)
def amend(uid: str, body: AmendIn) -> Any:
    """Mend the text and pass a level with it; answers the round that goes on."""
    round_ = queries.the_round(g.session, uid)
    step = step_of(round_, body.step)
    amending.amend_and_pass(
        g.session, g.actor, step, body.title, body.lines, body.opinion, body.seen_hash
    )
    last = queries.trail_of(g.session, round_.story)[-1]
    return round_out(queries.the_round(g.session, last.uid))


@api.operation(
    "POST", "/reviews/<uid>/release", May.RELEASE_EARLY, body=ReleaseIn, answer=ReviewItemOut
)
def release(uid: str, body: ReleaseIn) -> Any:
    """The emergency lane: out now, with a reason, and looked at afterwards."""
    round_ = queries.the_round(g.session, uid)
    lane.release_early(g.session, g.actor, round_, body.reason, body.seen_hash)
    return item(round_)


@api.operation("GET", "/early-releases", May.READ, answer=ReviewOut, many=True)
def early_releases() -> Any:
    """Every use of the emergency lane, newest first."""
    found = queries.filled_in(g.session, lane.uses(g.session))
    return Page([round_out(round_) for round_ in found])


@api.operation("POST", "/reviews/<uid>/proof", May.PROOFREAD, body=ProofIn, answer=ReviewItemOut)
def proof(uid: str, body: ProofIn) -> Any:
    """Sign the first, second or third proof."""
    round_ = queries.the_round(g.session, uid)
    service.sign_proof(g.session, g.actor, round_, body.number, body.note, body.seen_hash)
    return item(round_)


@api.operation(
    "POST", "/reviews/<uid>/remarks", May.READ, body=RemarkIn, answer=RemarkOut, status=201
)
def remark(uid: str, body: RemarkIn) -> Any:
    """Write about words of the version under review, or suggest other ones."""
    made = remarks.make(
        g.session,
        g.actor,
        queries.the_round(g.session, uid),
        body.words,
        quote=body.quote,
        nth=body.nth,
        replacement=body.suggested,
    )
    return _placed(made)


@api.operation("GET", "/stories/<uid>/remarks", May.READ, answer=RemarkOut, many=True)
def of_story(uid: str) -> Any:
    """Every remark on a story, placed in its text as it stands."""
    story = stories.the_story(g.session, uid)
    return Page([placed_out(it) for it in remarks.placed(g.session, g.actor, story, story)])


@api.operation("POST", "/remarks/<uid>/reply", May.READ, body=ReplyIn, answer=ReplyOut, status=201)
def reply(uid: str, body: ReplyIn) -> Any:
    """Answer a remark."""
    found = remarks.the_remark(g.session, uid)
    return reply_out(remarks.reply(g.session, g.actor, found, body.words))


@api.operation("POST", "/remarks/<uid>/resolve", May.READ, answer=RemarkOut)
def resolve(uid: str) -> Any:
    """Nothing is left to do about it."""
    found = remarks.the_remark(g.session, uid)
    remarks.resolve(g.session, g.actor, found)
    return _placed(found)


@api.operation("POST", "/remarks/<uid>/reopen", May.READ, answer=RemarkOut)
def reopen(uid: str) -> Any:
    """There is something left to do after all."""
    found = remarks.the_remark(g.session, uid)
    remarks.reopen(g.session, g.actor, found)
    return _placed(found)


@api.operation("POST", "/remarks/<uid>/accept", Stories.WRITE, answer=RemarkOut)
def accept(uid: str) -> Any:
    """Put the suggested words into the draft."""
    found = remarks.the_remark(g.session, uid)
    remarks.accept(g.session, g.actor, found)
    return _placed(found)


@api.operation("POST", "/remarks/<uid>/refuse", Stories.WRITE, body=RefuseIn, answer=RemarkOut)
def refuse(uid: str, body: RefuseIn) -> Any:
    """Leave the words as they are."""
    found = remarks.the_remark(g.session, uid)
    remarks.refuse(g.session, g.actor, found, body.note)
    return _placed(found)


def _placed(remark: Remark) -> RemarkOut:
    story = g.session.get_one(Story, remark.story_id)
    placed = remarks.placed(g.session, g.actor, story, story)
    return placed_out(next(it for it in placed if it.remark.id == remark.id))


@api.operation("GET", "/stand-ins", May.REVIEW, answer=StandInOut, many=True)
def stand_ins() -> Any:
    """Whom the caller named and for whom they stand in."""
    return Page([stand_in_out(it) for it in standins.stand_ins_of(g.session, g.actor)])


@api.operation("POST", "/stand-ins", May.REVIEW, body=StandInIn, answer=StandInOut, status=201)
def name_stand_in(body: StandInIn) -> Any:
    """Have somebody judge in one's stead for a while."""
    stand_in = people.the_staff(g.session, body.stand_in)
    given = body.model_dump(exclude={"stand_in"})
    return stand_in_out(standins.name_stand_in(g.session, g.actor, stand_in, **given))


@api.operation("POST", "/stand-ins/<uid>/end", May.REVIEW)
def end_stand_in(uid: str) -> Any:
    """End it before its time."""
    standins.end_stand_in(g.session, g.actor, standins.the_stand_in(g.session, uid))


@api.operation("GET", "/return-reasons", May.READ, answer=ReasonOut, many=True)
def return_reasons() -> Any:
    """The reasons that are offered for a return, and how often each was given."""
    used = reasons.used(g.session)
    offered = reasons.reasons(g.session)
    return Page([ReasonOut(key=it, words=offered[it], used=used[it]) for it in offered])


@api.operation(
    "PUT", "/return-reasons", May.EDIT_ROUTES, body=ReasonsChange, answer=ReasonOut, many=True
)
def change_reasons(body: ReasonsChange) -> Any:
    """Offer these reasons, in this order."""
    reasons.change_reasons(g.session, g.actor, body.reasons)
    return return_reasons()


@api.operation("GET", "/review-proofs", May.READ, answer=ProofPolicyOut, many=True)
def proofs() -> Any:
    """How many proofs each risk class needs."""
    needed = proofing.policy(g.session)
    return Page([ProofPolicyOut(risk=risk, proofs=needed[risk]) for risk in needed])


@api.operation(
    "PUT", "/review-proofs/<risk>", May.EDIT_ROUTES, body=ProofsChange, answer=ProofPolicyOut
)
def change_proofs(risk: str, body: ProofsChange) -> Any:
    """Ask for so many proofs from the next submission on."""
    named = routing.risk_of(risk)
    proofing.change_policy(g.session, g.actor, named, body.proofs)
    return ProofPolicyOut(risk=named, proofs=body.proofs)
