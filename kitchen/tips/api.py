"""The API of tips for the desk: what the pages do, under the same permissions, and noted alike."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.tips import carrying, entry_views, looking, queries, rewarding, service
from kitchen.tips.models import Tip
from kitchen.tips.rules import May
from kitchen.tips.schemas import (
    AdoptIn,
    ClaimIn,
    EntryIn,
    EntryOut,
    LabelIn,
    LineOut,
    LookIn,
    LookOut,
    MergeIn,
    PassOnIn,
    QuestionIn,
    ReachOut,
    RejectIn,
    RewardIn,
    RewardOut,
    TipOut,
    TipQuery,
    line_out,
    look_out,
    tip_out,
)
from kitchen.web.api import Api
from kitchen.web.face import g_face, unit

api = Api("tips")


@api.operation("GET", "/tips", May.READ, query=TipQuery, answer=LineOut, many=True)
def index(query: TipQuery) -> Any:
    """Tips, newest first; nothing that a source told."""
    page = queries.page_of_tips(g.session, g.actor, **query.model_dump())
    return Page([line_out(tip, g.actor) for tip in page.items], page.next)


@api.operation(
    "POST",
    "/tips",
    May.TAKE_DOWN,
    body=EntryIn,
    answer=EntryOut,
    status=201,
    secret=True,
    by_hand=True,
)
def enter(body: EntryIn) -> Any:
    """Enter what somebody told by telephone, at the door or in a letter; the code is told once."""
    sent = entry_views.entered(body)
    return EntryOut(code=sent.code, files=len(sent.files.taken), refused=sent.sentences())


@api.operation("GET", "/tips/<uid>", May.READ, answer=TipOut, secret=True, by_hand=True)
def show(uid: str) -> Any:
    """Read one tip; that it was read is noted."""
    with unit() as session:
        tip = queries.the_tip(session, g.actor, uid)
        service.read(session, g.actor, tip)
        return tip_out(session, tip, g.actor)


@api.operation("PUT", "/tips/<uid>/label", May.SORT, body=LabelIn, answer=LineOut)
def label(uid: str, body: LabelIn) -> Any:
    """Say what the desk calls it."""
    tip = _the(uid)
    service.name(g.session, g.actor, tip, body.label)
    return line_out(tip, g.actor)


@api.operation("POST", "/tips/<uid>/ask", May.SORT, body=QuestionIn, answer=LineOut, secret=True)
def ask(uid: str, body: QuestionIn) -> Any:
    """Ask the source something."""
    tip = _the(uid)
    service.ask(g.session, g.actor, tip, body.words)
    return line_out(tip, g.actor)


@api.operation(
    "POST",
    "/tips/<uid>/adopt",
    May.SORT,
    body=AdoptIn,
    answer=LineOut,
    secret=True,
    by_hand=True,
)
def adopt(uid: str, body: AdoptIn) -> Any:
    """Make a lead of it, in the editor's own words; what is named of its files goes along bare."""
    taken = carrying.taken_out(g_face().database, g.actor, uid, body.along)
    with unit() as session:
        tip = queries.the_tip(session, g.actor, uid)
        carrying.adopt(session, g.actor, tip, taken, **body.model_dump(exclude={"along"}))
        session.refresh(tip, ["lead"])
        return line_out(tip, g.actor)


@api.operation("POST", "/tips/<uid>/pass_on", May.SORT, body=PassOnIn, answer=LineOut, secret=True)
def pass_on(uid: str, body: PassOnIn) -> Any:
    """Pass it to the petitions desk, in the editor's own words."""
    tip = _the(uid)
    service.pass_on(g.session, g.actor, tip, title=body.title, body=body.body, why=body.note)
    g.session.refresh(tip, ["lead"])
    return line_out(tip, g.actor)


@api.operation("POST", "/tips/<uid>/reject", May.SORT, body=RejectIn, answer=LineOut, secret=True)
def reject(uid: str, body: RejectIn) -> Any:
    """Leave it, and tell the source why."""
    tip = _the(uid)
    service.reject(g.session, g.actor, tip, body.reply)
    return line_out(tip, g.actor)


@api.operation("POST", "/tips/<uid>/reopen", May.SORT, answer=LineOut)
def reopen(uid: str) -> Any:
    """Consider one again that was turned down."""
    tip = _the(uid)
    service.reopen(g.session, g.actor, tip)
    return line_out(tip, g.actor)


@api.operation("POST", "/tips/<uid>/merge", May.SORT, body=MergeIn, answer=LineOut)
def merge(uid: str, body: MergeIn) -> Any:
    """Fold it into another that tells the same."""
    tip = _the(uid)
    service.merge(g.session, g.actor, tip, _the(body.into))
    return line_out(tip, g.actor)


@api.operation("POST", "/tips/<uid>/erase", May.ERASE, answer=LineOut)
def erase(uid: str) -> Any:
    """Destroy what the source told, in every copy and backup."""
    tip = queries.the_tip(g.session, g.actor, uid, May.ERASE)
    service.erase(g.session, g.actor, tip)
    g.session.refresh(tip, ["files"])
    return line_out(tip, g.actor)


@api.operation("POST", "/tips/<uid>/looks", May.READ, body=LookIn, answer=LookOut, status=201)
def ask_look(uid: str, body: LookIn) -> Any:
    """Ask to know how to reach the source."""
    return look_out(looking.ask(g.session, g.actor, _the(uid), body.reason))


@api.operation("GET", "/tip-looks", May.APPROVE, query=TipQuery, answer=LookOut, many=True)
def looks(query: TipQuery) -> Any:
    """Who wants to know how to reach a source."""
    page = queries.page_of_looks(g.session, g.actor, limit=query.limit, cursor=query.cursor)
    return Page([look_out(each) for each in page.items], page.next)


@api.operation("POST", "/tip-looks/<uid>/grant", May.APPROVE, answer=LookOut)
def grant(uid: str) -> Any:
    """Agree that another looks."""
    look = queries.the_look(g.session, g.actor, uid)
    looking.grant(g.session, g.actor, look)
    return look_out(look)


@api.operation("POST", "/tip-looks/<uid>/deny", May.APPROVE, answer=LookOut)
def deny(uid: str) -> Any:
    """Do not agree."""
    look = queries.the_look(g.session, g.actor, uid)
    looking.deny(g.session, g.actor, look)
    return look_out(look)


@api.operation("POST", "/tips/<uid>/contact", May.READ, answer=ReachOut, secret=True)
def contact(uid: str) -> Any:
    """How to reach the source, for whoever was allowed to look; the look is noted."""
    return ReachOut(contact=looking.reach(g.session, g.actor, _the(uid)))


@api.operation(
    "POST",
    "/tips/<uid>/rewards",
    May.SORT,
    body=RewardIn,
    answer=RewardOut,
    status=201,
    secret=True,
)
def offer(uid: str, body: RewardIn) -> Any:
    """Offer a reward; its claim code is told to the source alone."""
    return rewarding.offer(g.session, g.actor, _the(uid), body.yuan)


@api.operation("POST", "/tip-rewards/claim", May.PAY, body=ClaimIn, answer=RewardOut, secret=True)
def pay(body: ClaimIn) -> Any:
    """Note that whoever brought the claim code got the money."""
    return rewarding.pay(g.session, g.actor, body.code)


def _the(uid: str) -> Tip:
    return queries.the_tip(g.session, g.actor, uid)
