"""The API of the patrol."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.core.paging import Page
from kitchen.matrix import queries as matrix
from kitchen.patrols import figures, findings, queries, sampling, tuning
from kitchen.patrols.rules import PARAMETERS, May
from kitchen.patrols.schemas import (
    DrawIn,
    FiguresIn,
    FiguresOut,
    FindIn,
    FindingOut,
    FindingQuery,
    LookIn,
    NoteIn,
    SampleOut,
    TuningIn,
    TuningOut,
    finding_out,
    sample_out,
)
from kitchen.web.api import Api
from kitchen.web.paging import PageQuery

api = Api("patrols")


@api.operation("GET", "/findings", May.READ, query=FindingQuery, answer=FindingOut, many=True)
def index(query: FindingQuery) -> Any:
    """What is wrong with accounts, newest first; `state=late` for what is overdue."""
    page = queries.page_of_findings(g.session, **query.model_dump())
    return Page([finding_out(each, g.actor, whole=False) for each in page.items], page.next)


@api.operation("POST", "/findings", May.INSPECT, body=FindIn, answer=FindingOut, status=201)
def find(body: FindIn) -> Any:
    """Note what a person found on an account."""
    given = body.model_dump(exclude={"account"})
    account = matrix.the_account(g.session, body.account)
    found = findings.note_by_hand(g.session, g.actor, account, **given)
    return _shown(found.uid)


@api.operation("GET", "/findings/<uid>", May.READ, answer=FindingOut)
def show(uid: str) -> Any:
    """One finding with all its evidence."""
    return _shown(uid)


def _shown(uid: str) -> FindingOut:
    return finding_out(queries.the_finding(g.session, uid), g.actor)


@api.operation("POST", "/findings/<uid>/order", May.INSPECT, body=NoteIn, answer=FindingOut)
def order(uid: str, body: NoteIn) -> Any:
    """Have it mended within the term."""
    findings.order(g.session, g.actor, queries.the_finding(g.session, uid), body.note)
    return _shown(uid)


@api.operation("POST", "/findings/<uid>/report", May.ANSWER, body=NoteIn, answer=FindingOut)
def report(uid: str, body: NoteIn) -> Any:
    """Say that it is mended, and how."""
    findings.report(g.session, g.actor, queries.the_finding(g.session, uid), body.note)
    return _shown(uid)


@api.operation("POST", "/findings/<uid>/close", May.INSPECT, body=NoteIn, answer=FindingOut)
def close(uid: str, body: NoteIn) -> Any:
    """Look again, and close it if it is mended; refused while its rule still strikes."""
    findings.close(g.session, g.actor, queries.the_finding(g.session, uid), body.note)
    return _shown(uid)


@api.operation("POST", "/findings/<uid>/reopen", May.INSPECT, body=NoteIn, answer=FindingOut)
def reopen(uid: str, body: NoteIn) -> Any:
    """Look again, and find it not mended."""
    findings.reopen(g.session, g.actor, queries.the_finding(g.session, uid), body.note)
    return _shown(uid)


@api.operation("POST", "/findings/<uid>/dismiss", May.INSPECT, body=NoteIn, answer=FindingOut)
def dismiss(uid: str, body: NoteIn) -> Any:
    """It is no fault, and why."""
    findings.dismiss(g.session, g.actor, queries.the_finding(g.session, uid), body.note)
    return _shown(uid)


@api.operation("POST", "/findings/<uid>/revive", May.INSPECT, answer=FindingOut)
def revive(uid: str) -> Any:
    """It was a fault after all."""
    findings.revive(g.session, g.actor, queries.the_finding(g.session, uid))
    return _shown(uid)


@api.operation("GET", "/samples", May.READ, query=PageQuery, answer=SampleOut, many=True)
def samples(query: PageQuery) -> Any:
    """Samples, newest first."""
    page = queries.page_of_samples(g.session, limit=query.limit, cursor=query.cursor)
    return Page([sample_out(each) for each in page.items], page.next)


@api.operation("POST", "/samples", May.INSPECT, body=DrawIn, answer=SampleOut, status=201)
def draw(body: DrawIn) -> Any:
    """Draw accounts at random for people to look at; seed and method are kept."""
    return sample_out(sampling.draw(g.session, g.actor, **body.model_dump()))


@api.operation("POST", "/samples/<uid>/looks", May.INSPECT, body=LookIn, answer=SampleOut)
def look(uid: str, body: LookIn) -> Any:
    """Say what was seen at one account of a sample."""
    sample = queries.the_sample(g.session, uid)
    found = queries.the_look(sample, body.account)
    sampling.note_look(g.session, g.actor, found, **body.model_dump(exclude={"account"}))
    return sample_out(sample)


@api.operation("POST", "/account_figures", May.FEED, body=FiguresIn, answer=FiguresOut, status=201)
def feed(body: FiguresIn) -> Any:
    """Tell an account's figures of a day; told again, they replace what was told before."""
    account = matrix.the_account(g.session, body.account)
    return figures.note_figures(g.session, g.actor, account, **body.model_dump(exclude={"account"}))


@api.operation("GET", "/patrol_parameters", May.READ, answer=TuningOut)
def parameters() -> Any:
    """The parameters of the rules as they stand."""
    return TuningOut(parameters=dict(tuning.in_force(g.session)))


@api.operation("PUT", "/patrol_parameters", May.TUNE, body=TuningIn, answer=TuningOut)
def tune(body: TuningIn) -> Any:
    """Set some parameters."""
    if strange := [name for name in body.parameters if name not in PARAMETERS]:
        told = Sentence(N_("不认识这个字段，请去掉。"))
        raise Invalid(fields={f"parameters.{name}": told for name in strange})
    tuning.change(g.session, g.actor, body.parameters)
    return TuningOut(parameters=dict(tuning.in_force(g.session)))
