"""The API of measures."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.matrix import queries as matrix
from kitchen.patrols import queries as patrols
from kitchen.sanctions import queries, service
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import May
from kitchen.sanctions.schemas import (
    NoteIn,
    PeriodQuery,
    ProposeIn,
    ReportOut,
    SanctionOut,
    ServeIn,
    report_out,
    sanction_out,
    the_period,
)
from kitchen.web.api import Api
from kitchen.web.paging import PageQuery

api = Api("sanctions")


@api.operation("GET", "/sanctions", May.READ, query=PageQuery, answer=SanctionOut, many=True)
def index(query: PageQuery) -> Any:
    """Measures, newest first."""
    page = queries.page_of_sanctions(g.session, **query.model_dump())
    return Page([sanction_out(each, g.actor, whole=False) for each in page.items], page.next)


@api.operation("POST", "/sanctions", May.PROPOSE, body=ProposeIn, answer=SanctionOut, status=201)
def propose(body: ProposeIn) -> Any:
    """Propose a measure against an account."""
    given = body.model_dump(exclude={"account", "findings"})
    account = matrix.the_account(g.session, body.account)
    findings = [patrols.the_finding(g.session, uid) for uid in body.findings]
    given["clause"] = queries.the_clause_to_cite(g.session, body.clause)
    sanction = service.propose(g.session, g.actor, account, findings=findings, **given)
    return sanction_out(sanction, g.actor)


@api.operation("GET", "/sanctions/<uid>", May.READ, answer=SanctionOut)
def show(uid: str) -> Any:
    """One measure."""
    return sanction_out(_the(uid), g.actor)


def _the(uid: str) -> Sanction:
    return queries.the_sanction(g.session, uid)


@api.operation("POST", "/sanctions/<uid>/agree", May.ORDER_CLOSING, answer=SanctionOut)
def agree(uid: str) -> Any:
    """Be the first of the two who decide that an account is closed."""
    service.agree(g.session, g.actor, _the(uid))
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/decide", May.DECIDE, body=NoteIn, answer=SanctionOut)
def decide(uid: str, body: NoteIn) -> Any:
    """Decide that it is taken."""
    service.decide(g.session, g.actor, _the(uid), body.note)
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/refuse", May.DECIDE, body=NoteIn, answer=SanctionOut)
def refuse(uid: str, body: NoteIn) -> Any:
    """Decide that no measure is taken, and why."""
    service.refuse(g.session, g.actor, _the(uid), body.note)
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/withdraw", May.PROPOSE, body=NoteIn, answer=SanctionOut)
def withdraw(uid: str, body: NoteIn) -> Any:
    """Take a proposal back."""
    service.withdraw(g.session, g.actor, _the(uid), body.note)
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/serve", May.PROPOSE, body=ServeIn, answer=SanctionOut)
def serve(uid: str, body: ServeIn) -> Any:
    """Serve it by the document of this number."""
    service.serve(g.session, g.actor, _the(uid), body.doc_no)
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/receive", May.ANSWER, answer=SanctionOut)
def receive(uid: str) -> Any:
    """Give the receipt for it."""
    service.receive(g.session, g.actor, _the(uid))
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/appeal", May.ANSWER, body=NoteIn, answer=SanctionOut)
def appeal(uid: str, body: NoteIn) -> Any:
    """Appeal against it, once."""
    service.appeal(g.session, g.actor, _the(uid), body.note)
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/accept", May.ANSWER, answer=SanctionOut)
def accept(uid: str) -> Any:
    """Accept it without an appeal."""
    service.accept(g.session, g.actor, _the(uid))
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/uphold", May.DECIDE, body=NoteIn, answer=SanctionOut)
def uphold(uid: str, body: NoteIn) -> Any:
    """Refuse the appeal, and say why."""
    service.uphold(g.session, g.actor, _the(uid), body.note)
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/revoke", May.DECIDE, body=NoteIn, answer=SanctionOut)
def revoke(uid: str, body: NoteIn) -> Any:
    """Grant the appeal, and say why."""
    service.revoke(g.session, g.actor, _the(uid), body.note)
    return sanction_out(_the(uid), g.actor)


@api.operation("POST", "/sanctions/<uid>/finish", May.PROPOSE, body=NoteIn, answer=SanctionOut)
def finish(uid: str, body: NoteIn) -> Any:
    """Close its file: what was asked for is done."""
    service.finish(g.session, g.actor, _the(uid), body.note)
    return sanction_out(_the(uid), g.actor)


@api.operation("GET", "/patrol_report", May.READ, query=PeriodQuery, answer=ReportOut)
def report(query: PeriodQuery) -> Any:
    """What was found and done within a period."""
    return report_out(queries.report(g.session, the_period(query)))
