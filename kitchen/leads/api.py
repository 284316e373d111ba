"""The API of leads."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.leads import queries, service
from kitchen.leads.rules import May
from kitchen.leads.schemas import (
    LeadIn,
    LeadOut,
    LeadQuery,
    MergeIn,
    PictureIn,
    Reason,
    lead_out,
)
from kitchen.media import queries as media
from kitchen.web.api import Api

api = Api("leads")


@api.operation("GET", "/leads", May.READ, query=LeadQuery, answer=LeadOut, many=True)
def index(query: LeadQuery) -> Any:
    """Leads, newest first."""
    page = queries.page_of_leads(g.session, **query.model_dump())
    return Page([lead_out(lead, g.actor) for lead in page.items], page.next)


@api.operation("POST", "/leads", May.REPORT, body=LeadIn, answer=LeadOut, status=201)
def report(body: LeadIn) -> Any:
    """Report a lead."""
    return lead_out(service.report(g.session, g.actor, **body.model_dump()), g.actor)


@api.operation("GET", "/leads/<uid>", May.READ, answer=LeadOut)
def show(uid: str) -> Any:
    """One lead."""
    return lead_out(queries.the_lead(g.session, uid), g.actor)


@api.operation("POST", "/leads/<uid>/pictures", May.REPORT, body=PictureIn, answer=LeadOut)
def illustrate(uid: str, body: PictureIn) -> Any:
    """Put a picture or film to a lead that was filed before."""
    lead = queries.the_lead(g.session, uid)
    service.illustrate(g.session, g.actor, lead, media.the_asset(g.session, body.asset))
    return lead_out(lead, g.actor)


@api.operation("POST", "/leads/<uid>/drop", May.TRIAGE, body=Reason, answer=LeadOut)
def drop(uid: str, body: Reason) -> Any:
    """Leave a lead, with a reason."""
    lead = queries.the_lead(g.session, uid)
    service.drop(g.session, g.actor, lead, body.note)
    return lead_out(lead, g.actor)


@api.operation("POST", "/leads/<uid>/pass_on", May.TRIAGE, body=Reason, answer=LeadOut)
def pass_on(uid: str, body: Reason) -> Any:
    """Pass a lead to the petitions desk, with a reason."""
    lead = queries.the_lead(g.session, uid)
    service.pass_on(g.session, g.actor, lead, body.note)
    return lead_out(lead, g.actor)


@api.operation("POST", "/leads/<uid>/reopen", May.TRIAGE, answer=LeadOut)
def reopen(uid: str) -> Any:
    """Consider a dropped lead again."""
    lead = queries.the_lead(g.session, uid)
    service.reopen(g.session, g.actor, lead)
    return lead_out(lead, g.actor)


@api.operation("POST", "/leads/<uid>/merge", May.TRIAGE, body=MergeIn, answer=LeadOut)
def merge(uid: str, body: MergeIn) -> Any:
    """Fold a lead into another that tells the same."""
    lead = queries.the_lead(g.session, uid)
    service.merge(g.session, g.actor, lead, queries.the_lead(g.session, body.into))
    return lead_out(lead, g.actor)
