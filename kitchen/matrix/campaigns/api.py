"""The API of campaigns: steps, self-checks, opinions, decisions, closings, the ledger."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.errors import NotFound
from kitchen.core.paging import Page
from kitchen.matrix.campaigns import (
    burdens,
    deciding,
    item_views,
    judging,
    queries,
    risks,
    service,
    views,
)
from kitchen.matrix.campaigns.models import CleanupItem
from kitchen.matrix.campaigns.schemas import (
    BurdenIn,
    BurdenOut,
    CheckIn,
    CleanupIn,
    CleanupOut,
    ClosingMoveIn,
    ClosingOut,
    DashboardOut,
    DecisionIn,
    ItemOut,
    ItemQuery,
    JoinIn,
    LedgerOut,
    MeetingIn,
    OpinionIn,
    RiskIn,
    RiskOut,
    StepIn,
    UnitReviewIn,
    cleanup_out,
    closing_out,
    dashboard_out,
    item_out,
)
from kitchen.matrix.queries import the_account, the_unit
from kitchen.matrix.rules import May
from kitchen.web.api import Api
from kitchen.web.i18n import say
from kitchen.web.paging import PageQuery

api = Api("cleanups")


@api.operation("GET", "/cleanups", May.READ, query=PageQuery, answer=CleanupOut, many=True)
def index(query: PageQuery) -> Any:
    """Campaigns, newest first."""
    page = queries.page_of_cleanups(g.session, limit=query.limit, cursor=query.cursor)
    return Page([cleanup_out(it) for it in page.items], page.next)


@api.operation("POST", "/cleanups", May.CONDUCT, body=CleanupIn, answer=CleanupOut, status=201)
def open_campaign(body: CleanupIn) -> Any:
    """Open a campaign."""
    return cleanup_out(service.open_campaign(g.session, g.actor, **body.model_dump()))


@api.operation("GET", "/cleanups/<uid>", May.READ, answer=CleanupOut)
def show(uid: str) -> Any:
    """One campaign."""
    return cleanup_out(queries.the_cleanup(g.session, uid))


@api.operation("GET", "/cleanups/<uid>/figures", May.READ, answer=DashboardOut)
def figures(uid: str) -> Any:
    """The campaign in figures, all of them computed."""
    cleanup = queries.the_cleanup(g.session, uid)
    return dashboard_out(queries.dashboard(queries.standpoints(g.session, cleanup)))


@api.operation("POST", "/cleanups/<uid>/steps/<move>", May.CONDUCT, body=StepIn, answer=CleanupOut)
def step(uid: str, move: str, body: StepIn) -> Any:
    """Take a campaign to another step."""
    steps = views.steps()
    if move not in steps:
        raise NotFound
    cleanup = queries.the_cleanup(g.session, uid)
    steps[move](cleanup, body)
    return cleanup_out(cleanup)


@api.operation("PUT", "/cleanups/<uid>/meeting", May.CONDUCT, body=MeetingIn, answer=CleanupOut)
def meeting(uid: str, body: MeetingIn) -> Any:
    """Which meeting decided, when, under which document."""
    cleanup = queries.the_cleanup(g.session, uid)
    deciding.record_meeting(g.session, g.actor, cleanup, **body.model_dump())
    return cleanup_out(cleanup)


@api.operation("GET", "/cleanups/<uid>/items", May.READ, query=ItemQuery, answer=ItemOut, many=True)
def items(uid: str, query: ItemQuery) -> Any:
    """Its accounts, newest first."""
    cleanup = queries.the_cleanup(g.session, uid)
    page = queries.page_of_items(g.session, cleanup, **query.model_dump())
    return Page([item_out(it) for it in page.items], page.next)


@api.operation(
    "POST", "/cleanups/<uid>/items", May.CONDUCT, body=JoinIn, answer=ItemOut, status=201
)
def join(uid: str, body: JoinIn) -> Any:
    """Take an account in that was found later."""
    cleanup = queries.the_cleanup(g.session, uid)
    account = the_account(g.session, body.account)
    made = service.add_account(g.session, g.actor, cleanup, account)
    return item_out(queries.the_item(g.session, made.uid))


@api.operation("PUT", "/cleanup_items/<uid>/check", May.FILE, body=CheckIn, answer=ItemOut)
def check(uid: str, body: CheckIn) -> Any:
    """The unit's self-check of an account."""
    target = item_views.the_target(body.target)
    found = queries.the_item(g.session, uid)
    judging.check(
        g.session, g.actor, found, body.haves, body.asked, reason=body.reason, target=target
    )
    return _shown(found)


@api.operation("PUT", "/cleanup_items/<uid>/opinion", May.CONDUCT, body=OpinionIn, answer=ItemOut)
def opine(uid: str, body: OpinionIn) -> Any:
    """The specialists' opinion on an account."""
    target = item_views.the_target(body.target)
    found = queries.the_item(g.session, uid)
    judging.opine(
        g.session, g.actor, found, body.dimensions, body.advised, body.advice, target=target
    )
    return _shown(found)


@api.operation("PUT", "/cleanup_items/<uid>/decision", May.CONDUCT, body=DecisionIn, answer=ItemOut)
def decide(uid: str, body: DecisionIn) -> Any:
    """The committee's decision on an account."""
    found = queries.the_item(g.session, uid)
    deciding.decide(
        g.session,
        g.actor,
        found,
        body.decision,
        reason=body.reason,
        kept_as=body.kept_as,
        target=item_views.the_target(body.target),
    )
    return _shown(found)


@api.operation("POST", "/cleanup_items/<uid>/reconsider", May.CONDUCT, answer=ItemOut)
def reconsider(uid: str) -> Any:
    """Take a decision back, before the notice is out."""
    found = queries.the_item(g.session, uid)
    deciding.reconsider(g.session, g.actor, found)
    return _shown(found)


def _shown(item: CleanupItem) -> ItemOut:
    g.session.flush()
    g.session.refresh(item, ["target"])
    return item_out(item)


@api.operation("PUT", "/cleanups/<uid>/units/<unit>", May.CONDUCT, body=UnitReviewIn)
def review_unit(uid: str, unit: str, body: UnitReviewIn) -> Any:
    """What was found out about a unit in five aspects."""
    cleanup = queries.the_cleanup(g.session, uid)
    judging.review_unit(g.session, g.actor, cleanup, the_unit(g.session, unit), body.aspects)


@api.operation("PUT", "/cleanup_items/<uid>/burden", May.FILE, body=BurdenIn)
def burden(uid: str, body: BurdenIn) -> Any:
    """What an account costs its unit, before or after."""
    found = queries.the_item(g.session, uid)
    given = body.model_dump()
    phase = given.pop("phase")
    burdens.declare(g.session, g.actor, found.cleanup, found.account, phase, **given)


@api.operation("GET", "/cleanups/<uid>/ledger", May.READ, answer=LedgerOut)
def ledger(uid: str) -> Any:
    """What accounts cost before and after."""
    found = burdens.ledger(g.session, queries.the_cleanup(g.session, uid))
    lines = [
        BurdenOut(
            account=it.account.name,
            unit=it.account.unit.name,
            minutes_before=it.minutes_before,
            minutes_after=it.minutes_after,
            saved=it.saved,
            cost_before=it.cost_before,
            cost_after=it.cost_after,
        )
        for it in found.lines
    ]
    return LedgerOut(
        minutes_before=found.minutes_before,
        minutes_saved=found.minutes_saved,
        cost_saved=found.cost_saved,
        lines=lines,
    )


@api.operation("GET", "/closings", May.READ, query=PageQuery, answer=ClosingOut, many=True)
def closings(query: PageQuery) -> Any:
    """Closings, newest first."""
    page = queries.page_of_closings(g.session, **query.model_dump(exclude={"q"}))
    return Page([closing_out(it) for it in page.items], page.next)


@api.operation("GET", "/closings/<uid>", May.READ, answer=ClosingOut)
def show_closing(uid: str) -> Any:
    """One closing."""
    return closing_out(queries.the_closing(g.session, uid))


@api.operation("POST", "/closings/<uid>/<move>", May.FILE, body=ClosingMoveIn, answer=ClosingOut)
def move_closing(uid: str, move: str, body: ClosingMoveIn) -> Any:
    """Take a closing on: announce, cancel_on_platform, file_closing and the others."""
    acts = item_views.acts()
    if move not in acts:
        raise NotFound
    found = queries.the_closing(g.session, uid)
    acts[move](found, body)
    return closing_out(found)


@api.operation("GET", "/risks", May.READ, answer=RiskOut, many=True)
def list_risks() -> Any:
    """The dictionary of risks."""
    return Page(
        [
            RiskOut(key=it.key, name=_said(it.name, it.shipped), note=it.note, active=it.active)
            for it in risks.dictionary(g.session).values()
        ]
    )


def _said(name: str, shipped: bool) -> str:
    return say(name) if shipped else name


@api.operation("POST", "/risks", May.REGISTER, body=RiskIn, answer=RiskOut, many=True)
def define_risk(body: RiskIn) -> Any:
    """Add a kind of risk, or say what one is called from now on."""
    given = body.model_dump()
    risks.define(g.session, g.actor, given.pop("key"), **given)
    return list_risks()
