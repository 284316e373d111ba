"""The API of indices: formulas, rankings, an account's course, scores step by step, ranks."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core import clock
from kitchen.core.errors import N_, Invalid
from kitchen.core.paging import Page
from kitchen.evaluation.indices import mixing, queries, ranks, service
from kitchen.evaluation.indices.models import IndexDefinition
from kitchen.evaluation.indices.schemas import (
    ComposeIn,
    ComputedOut,
    ComputeIn,
    CourseQuery,
    DefinitionOut,
    LineOut,
    RankIn,
    RankingQuery,
    RankOut,
    RankQuery,
    RanksTakenInOut,
    ReviseIn,
    ScoreOut,
    SheetIn,
    WorkingOut,
    line_out,
    rank_out,
    score_out,
    the_window,
    unit_line_out,
    working_out,
)
from kitchen.evaluation.rules import May
from kitchen.matrix import queries as matrix
from kitchen.matrix.registry.schemas import RowFaultOut
from kitchen.people.queries import units_below
from kitchen.web.api import Api
from kitchen.web.i18n import say

api = Api("indices")


@api.operation("GET", "/index_definitions", May.READ, answer=DefinitionOut, many=True)
def definitions() -> Any:
    """Every edition of every index, with its formula."""
    return Page(queries.definitions(g.session))


@api.operation("GET", "/index_definitions/<name>", May.READ, answer=DefinitionOut)
def definition(name: str) -> Any:
    """One edition of an index."""
    return queries.the_definition(g.session, name)


@api.operation(
    "POST", "/index_definitions", May.DEFINE, body=ReviseIn, answer=DefinitionOut, status=201
)
def revise(body: ReviseIn) -> Any:
    """Enter another edition of an index."""
    given = body.model_dump()
    base = queries.the_definition_asked_for(g.session, "base", given.pop("base"))
    return service.revise(g.session, g.actor, base, **given)


@api.operation(
    "POST", "/index_mixtures", May.DEFINE, body=ComposeIn, answer=DefinitionOut, status=201
)
def compose(body: ComposeIn) -> Any:
    """Mix several indices into one."""
    given = body.model_dump(exclude={"indices", "weights"})
    return service.compose(g.session, g.actor, shares=body.shares(), **given)


@api.operation("GET", "/indices", May.READ, query=RankingQuery, answer=LineOut, many=True)
def ranking(query: RankingQuery) -> Any:
    """The ranking of a window, the highest first; by a mixture, of units."""
    window = the_window(query, clock.today(g.session))
    chosen = _asked_for(query.definition)
    more: dict[str, Any] = {"limit": query.limit, "cursor": query.cursor}
    more["unit_ids"] = units_below(g.session, query.unit) if query.unit else None
    if chosen.formula.mixes:
        units = mixing.ranking(g.session, chosen, window, **more)
        return Page([unit_line_out(line) for line in units.items], units.next)
    page = queries.ranking(g.session, chosen, window, **more)
    return Page([line_out(line, chosen) for line in page.items], page.next)


def _asked_for(name: str | None) -> IndexDefinition:
    if not name:
        raise Invalid(fields={"definition": N_("请填写这一项。")})
    return queries.the_definition_asked_for(g.session, "definition", name)


@api.operation("POST", "/indices", May.READ, body=ComputeIn, answer=ComputedOut)
def compute(body: ComputeIn) -> Any:
    """Have a window worked out now, by whoever enters figures or defines indices."""
    window = the_window(body, clock.today(g.session))
    chosen = _asked_for(body.definition)
    return ComputedOut(accounts=service.compute(g.session, g.actor, chosen, window))


@api.operation(
    "GET", "/accounts/<uid>/indices", May.READ, query=CourseQuery, answer=ScoreOut, many=True
)
def course(uid: str, query: CourseQuery) -> Any:
    """An account's scores by one formula, the latest window first."""
    account = matrix.the_account(g.session, uid)
    chosen = _asked_for(query.definition)
    page = queries.course(
        g.session, account, chosen, query.kind, limit=query.limit, cursor=query.cursor
    )
    return Page([score_out(score, chosen, account) for score in page.items], page.next)


@api.operation("GET", "/index_scores/<uid>", May.READ, answer=WorkingOut)
def score(uid: str) -> Any:
    """One score, worked out step by step from its stored inputs."""
    return working_out(queries.the_score(g.session, uid))


@api.operation("GET", "/official_ranks", May.READ, query=RankQuery, answer=RankOut, many=True)
def official_ranks(query: RankQuery) -> Any:
    """Places on the lists of others, the latest entered first."""
    account = matrix.the_account(g.session, query.account) if query.account else None
    given = query.model_dump(exclude={"account"})
    page = queries.page_of_ranks(g.session, account=account, **given)
    return Page([rank_out(each) for each in page.items], page.next)


@api.operation("POST", "/official_ranks", May.ENTER, body=RankIn, answer=RankOut, status=201)
def enter_rank(body: RankIn) -> Any:
    """Enter a place on a list; what is entered again is replaced."""
    given = body.model_dump()
    account = queries.the_account_asked_for(g.session, given.pop("account"))
    return rank_out(ranks.enter(g.session, g.actor, account, **given))


@api.operation("POST", "/official_ranks/sheet", May.ENTER, body=SheetIn, answer=RanksTakenInOut)
def take_in(body: SheetIn) -> Any:
    """Enter a sheet of places; the faults of bad rows come back."""
    outcome = ranks.take_in(g.session, g.actor, body.csv.encode())
    faults = [
        RowFaultOut(row=it.row, column=it.head, sentence=say(it.told)) for it in outcome.faults
    ]
    return RanksTakenInOut(taken=outcome.taken, faults=faults)


@api.operation("DELETE", "/official_ranks/<uid>", May.ENTER)
def drop_rank(uid: str) -> Any:
    """Take out a place that was entered by mistake."""
    ranks.drop(g.session, g.actor, queries.the_rank(g.session, uid))
