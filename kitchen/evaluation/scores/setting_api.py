"""The API of what is set about points, and of what the pay office takes."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import pay, queries, versions
from kitchen.evaluation.scores.formula import hundredths
from kitchen.evaluation.scores.preview import preview
from kitchen.evaluation.scores.schemas import (
    FormulaIn,
    FormulaOut,
    PersonOut,
    PreviewOut,
    QuotaIn,
    QuotaOut,
    formula_out,
    person_out,
    quota_out,
)
from kitchen.web.api import Api
from kitchen.web.paging import PageQuery

api = Api("performance_settings")


@api.operation(
    "GET", "/performance/formula", May.READ, query=PageQuery, answer=FormulaOut, many=True
)
def formula(query: PageQuery) -> Any:
    """The versions of the formula, newest first; without any it is as shipped."""
    page = versions.page_of_versions(g.session, limit=query.limit, cursor=query.cursor)
    return Page([formula_out(each) for each in page.items], page.next)


@api.operation(
    "POST", "/performance/formula", May.DEFINE, body=FormulaIn, answer=FormulaOut, status=201
)
def change(body: FormulaIn) -> Any:
    """Set a new version from a month on; numbers that are not given stay."""
    made = versions.change(g.session, g.actor, body.valid_from, body.weights, note=body.note)
    return formula_out(made)


@api.operation(
    "POST", "/performance/formula/preview", May.DEFINE, body=FormulaIn, answer=PreviewOut, many=True
)
def look(body: FormulaIn) -> Any:
    """Last month's stories that these numbers would change most; nothing is saved."""
    weights = {**versions.weights_for(g.session, body.valid_from), **body.weights}
    found = preview(g.session, g.actor, weights)
    return Page(
        [
            PreviewOut(
                story=each.score.story.uid,
                title=each.score.story.title,
                before=each.before / 100,
                after=each.after / 100,
            )
            for each in found.changes
        ]
    )


@api.operation(
    "GET", "/performance/quotas", May.DEFINE, query=PageQuery, answer=QuotaOut, many=True
)
def quotas(query: PageQuery) -> Any:
    """The quotas, newest first."""
    page = queries.page_of_quotas(g.session, limit=query.limit, cursor=query.cursor)
    return Page([quota_out(each) for each in page.items], page.next)


@api.operation("POST", "/performance/quotas", May.DEFINE, body=QuotaIn, answer=QuotaOut, status=201)
def set_quota(body: QuotaIn) -> Any:
    """Set what a role or a person owes a month."""
    made = pay.set_quota(
        g.session,
        g.actor,
        role=body.role,
        person=queries.person_named(g.session, body.person) if body.person else None,
        valid_from=body.valid_from,
        quota=hundredths(body.quota),
        fixed=hundredths(body.fixed),
        note=body.note,
    )
    return quota_out(made)


@api.operation(
    "POST",
    "/performance/<month>/pay",
    May.SETTLE,
    query=PageQuery,
    answer=PersonOut,
    many=True,
    secret=True,
)
def take_pay(month: str, query: PageQuery) -> Any:
    """A locked month for the pay office; that it was taken is recorded."""
    found = queries.the_month(g.session, month)
    pay.for_the_pay_office(g.session, g.actor, found)
    page = pay.page_of_people(g.session, g.actor, found, limit=query.limit, cursor=query.cursor)
    return Page([person_out(each) for each in page.items], page.next)
