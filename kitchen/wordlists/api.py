"""The API of word lists."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.web.api import Api
from kitchen.web.i18n import say
from kitchen.wordlists import queries, service, sheets
from kitchen.wordlists.rules import May, State
from kitchen.wordlists.schemas import (
    EntryIn,
    EntryOut,
    EntryQuery,
    ListOut,
    OutcomeOut,
    ProposalOut,
    RowFaultOut,
    SheetIn,
    TakenInOut,
    WhyIn,
    entry_out,
    list_out,
    outcome_out,
    proposal_out,
)

api = Api("wordlists")


@api.operation("GET", "/wordlists", May.READ, answer=ListOut, many=True)
def index() -> Any:
    """Every list and its version."""
    return Page([list_out(it) for it in queries.standings(g.session)])


@api.operation(
    "GET", "/wordlists/<kind>/entries", May.READ, query=EntryQuery, answer=EntryOut, many=True
)
def entries(kind: str, query: EntryQuery) -> Any:
    """A list's entries in force, the latest first."""
    page = queries.page_of_entries(g.session, queries.kind_of(kind), **query.model_dump())
    return Page([entry_out(it) for it in page.items], page.next)


@api.operation("POST", "/wordlists/<kind>/entries", May.KEEP, body=EntryIn, answer=OutcomeOut)
def add_entry(kind: str, body: EntryIn) -> Any:
    """Put an entry on a list; of the leaders' table, propose it."""
    entry = body.entry(queries.kind_of(kind))
    return outcome_out(service.add_entry(g.session, g.actor, entry, body.note_of_change))


@api.operation("PUT", "/wordlists/<kind>/entries/<uid>", May.KEEP, body=EntryIn, answer=OutcomeOut)
def change_entry(kind: str, uid: str, body: EntryIn) -> Any:
    """Put an entry in the place of another."""
    named = queries.kind_of(kind)
    entry = body.entry(named)
    return outcome_out(
        service.change_entry(g.session, g.actor, named, uid, entry, body.note_of_change)
    )


@api.operation("DELETE", "/wordlists/<kind>/entries/<uid>", May.KEEP, body=WhyIn, answer=OutcomeOut)
def drop_entry(kind: str, uid: str, body: WhyIn) -> Any:
    """Take an entry off its list."""
    named = queries.kind_of(kind)
    return outcome_out(service.drop_entry(g.session, g.actor, named, uid, body.note))


@api.operation("POST", "/wordlists/<kind>/sheet", May.KEEP, body=SheetIn, answer=TakenInOut)
def take_in(kind: str, body: SheetIn) -> Any:
    """Put a sheet's good rows on the list; the faults of the others come back."""
    named = queries.kind_of(kind)
    found = sheets.read(named, body.csv.encode())
    outcome = outcome_out(service.take_in(g.session, g.actor, named, found.entries, body.note))
    faults = [RowFaultOut(row=it.row, column=it.head, sentence=say(it.told)) for it in found.faults]
    return TakenInOut(**outcome.model_dump(), taken=len(found.entries), faults=faults)


@api.operation("GET", "/wordlists/proposals", May.READ, answer=ProposalOut, many=True)
def proposals() -> Any:
    """Changes of the leaders' table that wait for a second person."""
    return Page([proposal_out(it) for it in queries.proposals(g.session, State.OPEN)])


@api.operation("POST", "/wordlists/proposals/<uid>/confirm", May.CONFIRM, answer=OutcomeOut)
def confirm(uid: str) -> Any:
    """Put into force what somebody else proposed."""
    proposal = queries.the_proposal(g.session, uid)
    return outcome_out(service.confirm(g.session, g.actor, proposal))


@api.operation(
    "POST", "/wordlists/proposals/<uid>/refuse", May.CONFIRM, body=WhyIn, answer=ProposalOut
)
def refuse(uid: str, body: WhyIn) -> Any:
    """Leave a proposed change, and say why."""
    proposal = queries.the_proposal(g.session, uid)
    service.refuse(g.session, g.actor, proposal, body.note)
    return proposal_out(proposal)


@api.operation("POST", "/wordlists/proposals/<uid>/withdraw", May.KEEP, answer=ProposalOut)
def withdraw(uid: str) -> Any:
    """Take one's own proposal back."""
    proposal = queries.the_proposal(g.session, uid)
    service.withdraw(g.session, g.actor, proposal)
    return proposal_out(proposal)
