"""The API of the registry: sheets, figures, filings, people, transfers, rules, days, numbers."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g

from kitchen.core import clock
from kitchen.core.calendar import special_days
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page
from kitchen.matrix import queries as matrix
from kitchen.matrix import service
from kitchen.matrix.registry import (
    custody,
    figures,
    filing,
    filing_views,
    importing,
    library,
    parameters,
    queries,
    worker_views,
    workers,
    working_days,
)
from kitchen.matrix.registry.rules import Figures
from kitchen.matrix.registry.schemas import (
    AssignIn,
    BrandOut,
    ClauseOut,
    CustodyIn,
    CustodyOut,
    DayIn,
    DayOut,
    EntryIn,
    FiguresIn,
    FilingIn,
    FilingOut,
    HandOverIn,
    HealthOut,
    MoveIn,
    ParameterIn,
    ParameterOut,
    ReasonIn,
    RegulationIn,
    RegulationOut,
    RowFaultOut,
    SheetIn,
    TakenInOut,
    VettingIn,
    WorkerIn,
    WorkerOut,
    clause_out,
    custody_out,
    filing_out,
    regulation_out,
    worker_out,
)
from kitchen.matrix.rules import May
from kitchen.matrix.schemas import AccountOut, account_out
from kitchen.web.api import Api
from kitchen.web.i18n import say
from kitchen.web.paging import PageQuery

api = Api("registry")


@api.operation("POST", "/accounts/entries", May.FILE, body=EntryIn, answer=AccountOut, status=201)
def enter(body: EntryIn) -> Any:
    """Put an account on the register that its unit runs by itself."""
    given = body.model_dump()
    unit = matrix.the_unit(g.session, given.pop("unit"))
    return account_out(service.enter_account(g.session, g.actor, unit=unit, **given))


@api.operation("POST", "/accounts/sheet", May.FILE, body=SheetIn, answer=TakenInOut)
def take_in(body: SheetIn) -> Any:
    """A CSV into the registry; the faults of bad rows come back."""
    found = importing.take_in(g.session, g.actor, body.csv.encode())

    def told(faults: Any) -> list[RowFaultOut]:
        return [RowFaultOut(row=it.row, column=it.head, sentence=say(it.told)) for it in faults]

    return TakenInOut(
        entered=found.entered,
        updated=found.updated,
        unchanged=found.unchanged,
        faults=told(found.faults),
        duplicates=told(found.twice),
        founded=found.founded,
    )


@api.operation("GET", "/accounts/<uid>/figures", May.READ, answer=HealthOut)
def show_figures(uid: str) -> Any:
    """What was collected about an account, and how alive it is."""
    account = matrix.the_account(g.session, uid)
    return HealthOut(
        health=figures.health(g.session, account),
        measured_at=account.measured_at,
        **figures.plain(account.figures),
    )


@api.operation("POST", "/accounts/<uid>/figures", May.FILE, body=FiguresIn, answer=HealthOut)
def note_figures(uid: str, body: FiguresIn) -> Any:
    """Note what was collected; what is left out stays as it was known."""
    account = matrix.the_account(g.session, uid)
    given = body.model_dump()
    if given["last_post_at"] is not None and given["last_post_at"].tzinfo is None:
        given["last_post_at"] = given["last_post_at"].replace(tzinfo=clock.CENTRE)
    figures.note(g.session, g.actor, account, Figures(**given), "declared")
    return show_figures(uid)


@api.operation("GET", "/brands", May.READ, answer=BrandOut, many=True)
def brands() -> Any:
    """Every brand, the most read first."""
    return Page(queries.brands(g.session))


@api.operation("GET", "/filings", May.READ, query=PageQuery, answer=FilingOut, many=True)
def filings(query: PageQuery) -> Any:
    """Filings, newest first."""
    page = queries.page_of_filings(g.session, **query.model_dump(exclude={"q"}))
    return Page([filing_out(it) for it in page.items], page.next)


@api.operation(
    "POST", "/accounts/<uid>/filings", May.FILE, body=FilingIn, answer=FilingOut, status=201
)
def draft(uid: str, body: FilingIn) -> Any:
    """Begin a filing of an account."""
    given = body.model_dump(exclude_none=True)
    plain = {
        name: given.pop(name)
        for name in ("change", "happened_on", "reason", "exception_reason")
        if name in given
    }
    account = matrix.the_account(g.session, uid)
    return filing_out(filing.draft(g.session, g.actor, account, **plain, changes=given))


@api.operation("GET", "/filings/<uid>", May.READ, answer=FilingOut)
def show_filing(uid: str) -> Any:
    """One filing."""
    return filing_out(queries.the_filing(g.session, uid))


@api.operation("POST", "/filings/<uid>/<move>", May.READ, body=MoveIn, answer=FilingOut)
def move_filing(uid: str, move: str, body: MoveIn) -> Any:
    """Take a filing on: submit, withdraw, consent, refuse, accept, return, file."""
    acts = filing_views.acts()
    if move not in acts:
        raise NotFound
    found = queries.the_filing(g.session, uid)
    acts[move](found, body)
    return filing_out(found)


@api.operation("GET", "/workers", May.FILE, query=PageQuery, answer=WorkerOut, many=True)
def list_workers(query: PageQuery) -> Any:
    """People of the register, newest first."""
    page = queries.page_of_workers(g.session, **query.model_dump())
    return Page([worker_out(it) for it in page.items], page.next)


@api.operation("POST", "/workers", May.FILE, body=WorkerIn, answer=WorkerOut, status=201)
def enrol(body: WorkerIn) -> Any:
    """Put a person on the register."""
    given = body.model_dump()
    unit = matrix.the_unit(g.session, given.pop("unit"))
    return worker_out(workers.enrol(g.session, g.actor, unit, **given))


@api.operation("POST", "/workers/<uid>/ask_vetting", May.FILE, answer=WorkerOut)
def ask_vetting(uid: str) -> Any:
    """Send a person to be vetted."""
    worker = queries.the_worker(g.session, uid)
    workers.ask_vetting(g.session, g.actor, worker)
    return worker_out(worker)


@api.operation("POST", "/workers/<uid>/vetting", May.REGISTER, body=VettingIn, answer=WorkerOut)
def vet(uid: str, body: VettingIn) -> Any:
    """Write down what came of a vetting."""
    worker = queries.the_worker(g.session, uid)
    worker_views.settle_vetting(worker, body)
    return worker_out(worker)


@api.operation("POST", "/accounts/<uid>/workers", May.FILE, body=AssignIn, answer=WorkerOut)
def assign(uid: str, body: AssignIn) -> Any:
    """Let a person edit for an account, or no more."""
    account = matrix.the_account(g.session, uid)
    worker = queries.the_worker(g.session, body.worker)
    (workers.assign if body.on else workers.dismiss)(g.session, g.actor, account, worker)
    return worker_out(worker)


@api.operation("GET", "/custodies", May.READ, query=PageQuery, answer=CustodyOut, many=True)
def custodies(query: PageQuery) -> Any:
    """Transfers between units, newest first."""
    page = queries.page_of_custodies(g.session, **query.model_dump(exclude={"q"}))
    return Page([custody_out(it) for it in page.items], page.next)


@api.operation(
    "POST", "/accounts/<uid>/custodies", May.FILE, body=CustodyIn, answer=CustodyOut, status=201
)
def propose_custody(uid: str, body: CustodyIn) -> Any:
    """Agree on a transfer of an account."""
    account = matrix.the_account(g.session, uid)
    unit = matrix.the_unit(g.session, body.to_unit)
    return custody_out(custody.propose(g.session, g.actor, account, unit, body.note))


@api.operation(
    "POST",
    "/custodies/<uid>/hand_over",
    May.FILE,
    body=HandOverIn,
    answer=CustodyOut,
    secret=True,
)
def hand_over(uid: str, body: HandOverIn) -> Any:
    """Hand the credentials over, sealed."""
    found = queries.the_custody(g.session, uid)
    custody.hand_over(g.session, g.actor, found, body.settings)
    return custody_out(found)


@api.operation("POST", "/custodies/<uid>/<move>", May.FILE, body=ReasonIn, answer=CustodyOut)
def move_custody(uid: str, move: str, body: ReasonIn) -> Any:
    """Receive a transfer, send it back, or call it off."""
    acts = worker_views.acts()
    if move not in acts:
        raise NotFound
    found = queries.the_custody(g.session, uid)
    acts[move](found, body.note)
    return custody_out(found)


@api.operation("GET", "/regulations", May.READ, answer=RegulationOut, many=True)
def regulations() -> Any:
    """Every edition of every regulation."""
    return Page([regulation_out(it) for it in queries.regulations(g.session)])


@api.operation(
    "POST", "/regulations", May.REGISTER, body=RegulationIn, answer=RegulationOut, status=201
)
def publish(body: RegulationIn) -> Any:
    """Put a regulation, or the next edition of one, in force."""
    return regulation_out(library.publish(g.session, g.actor, **body.model_dump()))


@api.operation("GET", "/clauses", May.READ, answer=ClauseOut, many=True)
def clauses() -> Any:
    """Every clause that may be cited now."""
    return Page([clause_out(it) for it in queries.clauses_in_force(g.session)])


@api.operation("GET", "/clauses/<uid>", May.READ, answer=ClauseOut)
def clause(uid: str) -> Any:
    """One clause, of whatever edition, and how it is cited."""
    return clause_out(queries.the_clause(g.session, uid))


@api.operation("GET", "/working_days/<year>", May.READ, answer=DayOut, many=True)
def calendar(year: str) -> Any:
    """The days of a year on which it is otherwise than their weekday says."""
    if not (year.isascii() and year.isdecimal() and 2000 <= int(year) <= 2999):
        raise NotFound
    first, last = date(int(year), 1, 1), date(int(year), 12, 31)
    return Page(special_days(g.session, first, last))


@api.operation("POST", "/working_days", May.REGISTER, body=DayIn, answer=DayOut, many=True)
def set_day(body: DayIn) -> Any:
    """Say that a day is a holiday, worked for one, or as usual again."""
    if body.kind == "usual":
        working_days.forget_day(g.session, g.actor, body.day)
    else:
        working = body.kind == "working"
        working_days.set_day(g.session, g.actor, body.day, working=working, name=body.name)
    return Page(special_days(g.session, body.day, body.day))


@api.operation("GET", "/matrix_settings", May.READ, answer=ParameterOut, many=True)
def settings() -> Any:
    """The numbers that the district sets for itself."""
    return Page([_parameter(key) for key in parameters.PARAMETERS])


@api.operation("PUT", "/matrix_settings/<key>", May.REGISTER, body=ParameterIn, answer=ParameterOut)
def set_parameter(key: str, body: ParameterIn) -> Any:
    """Set one of them."""
    parameters.change(g.session, g.actor, key, body.value)
    return _parameter(key)


def _parameter(key: str) -> ParameterOut:
    each = parameters.PARAMETERS[key]
    return ParameterOut(
        key=key,
        value=parameters.values(g.session)[key],
        default=each.default,
        least=each.least,
        most=each.most,
    )
