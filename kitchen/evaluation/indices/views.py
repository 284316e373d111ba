"""Pages of indices: rankings, an account's course, a score step by step, the formulas."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.core.errors import N_, Invalid, NotFound, Refusal
from kitchen.core.paging import Page
from kitchen.evaluation.indices import charts, labels, mixing, queries, service
from kitchen.evaluation.indices.models import IndexDefinition
from kitchen.evaluation.indices.schemas import (
    ComposeIn,
    ComputeIn,
    CourseQuery,
    RankingQuery,
    ReviseIn,
    the_window,
)
from kitchen.evaluation.indices.scoring import again
from kitchen.evaluation.indices.windows import Kind, Window, latest
from kitchen.evaluation.rules import May
from kitchen.matrix import queries as matrix
from kitchen.matrix.labels import platforms
from kitchen.matrix.registry.sheets import Cell, as_sheet
from kitchen.people.queries import all_units, units_below
from kitchen.web.errors import status_of
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say, say_refusal
from kitchen.web.schema import read_query
from kitchen.web.sheets import sent

bp = Blueprint("indices", __name__, url_prefix="/insight/indices")

FIRST_SHOWN = "wci"
"""The family with which the page begins."""
COURSES = (Kind.DAY, Kind.WEEK, Kind.MONTH, Kind.YEAR)
"""Windows that follow each other; those that somebody chose make no course."""
SHEET_MOST = 5_000
"""Lines of a sheet."""


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The ranking of a window."""
    return _ranking(read_query(RankingQuery))


def _ranking(query: RankingQuery, refused: Refusal | None = None) -> Any:
    """The page; where something was refused it shows the latest week, and what was typed stays."""
    today = clock.today(g.session)
    window = latest(Kind.WEEK, today)
    try:
        window = the_window(query, today)
    except Invalid as wrong:
        refused = wrong
    known = queries.definitions(g.session)
    chosen = _chosen(known, query.definition, window)
    page = render_template(
        "indices/index.html",
        page=_lines(chosen, window, query.unit, query.limit, query.cursor),
        standing=queries.standing(g.session, chosen, window),
        query=query,
        errors={name: say(it) for name, it in getattr(refused, "fields", {}).items()},
        message=say_refusal(refused) if refused else "",
        window=window,
        chosen=chosen,
        options=_by_channel(known),
        units=[(unit.uid, unit.name) for unit in all_units(g.session)],
        over=window.last < today,
        may_compute=service.may_compute(g.actor),
        titles={each.name: each.title for each in known},
        labels=labels,
    )
    return page, status_of(refused) if refused else 200


def _lines(
    chosen: IndexDefinition, window: Window, unit: str | None, limit: int, cursor: str | None
) -> Page[Any]:
    unit_ids = units_below(g.session, unit) if unit else None
    ranking = mixing.ranking if chosen.formula.mixes else queries.ranking
    return ranking(g.session, chosen, window, unit_ids=unit_ids, limit=limit, cursor=cursor)


def _chosen(known: Sequence[IndexDefinition], name: str | None, window: Window) -> IndexDefinition:
    """The formula asked for, else the one of the first family that is in force."""
    if name:
        return queries.the_definition_asked_for(g.session, "definition", name)
    now = queries.in_force(known, window.first) or list(known)
    if not now:
        raise NotFound
    return next((it for it in now if it.family == FIRST_SHOWN), now[0])


def _by_channel(known: Iterable[IndexDefinition]) -> list[tuple[str, list[tuple[str, str]]]]:
    """The formulas as options, grouped by the platform that they measure."""
    groups: dict[str, list[tuple[str, str]]] = {}
    for each in known:
        label = platforms().get(each.channel, each.channel) if each.channel else N_("综合")
        groups.setdefault(gettext(label), []).append((each.name, each.title))
    return list(groups.items())


@bp.get("/ranking.<file>")
@guard(May.READ)
def sheet(file: str) -> Response:
    """A ranking as a sheet."""
    query = read_query(RankingQuery)
    window = the_window(query, clock.today(g.session))
    chosen = _chosen(queries.definitions(g.session), query.definition, window)
    page = _lines(chosen, window, query.unit, SHEET_MOST, None)
    cells = _unit_cells if chosen.formula.mixes else _account_cells
    rows = [[gettext(it) for it in _HEADS], *(cells(line, chosen, window) for line in page.items)]
    name = f"{chosen.name}-{window.first.isoformat()}"
    return sent(lambda kind: as_sheet(rows, kind, chosen.title), file, name)


_HEADS = (
    *(N_("名次"), N_("上期名次"), N_("账号"), N_("单位"), N_("指数")),
    *(N_("公式"), N_("开始"), N_("结束"), N_("篇数"), N_("未知篇数"), N_("暂定")),
)


def _account_cells(line: Any, chosen: IndexDefinition, window: Window) -> list[Cell]:
    score = line.score
    return [
        *(line.rank, line.former, score.account.name, score.account.unit.name),
        *(round(score.value, 2), chosen.name, window.first.isoformat(), window.last.isoformat()),
        *(score.pieces, score.unknown, _yes(score.provisional)),
    ]


def _unit_cells(line: Any, chosen: IndexDefinition, window: Window) -> list[Cell]:
    scores = line.scores.values()
    return [
        *(line.rank, line.former, "、".join(it.account.name for it in scores), line.unit.name),
        *(round(line.value, 2), chosen.name, window.first.isoformat(), window.last.isoformat()),
        *(sum(it.pieces for it in scores), sum(it.unknown for it in scores)),
        _yes(line.provisional),
    ]


def _yes(told: bool) -> str:
    return gettext("是") if told else ""


@bp.post("/compute")
@guard(May.READ)
def compute() -> Any:
    """Have a window worked out now."""
    form, query = Form(ComputeIn), RankingQuery()
    with form.attempt():
        given = form.read()
        query = RankingQuery(**given.model_dump())
        window = the_window(given, clock.today(g.session))
        chosen = queries.the_definition_asked_for(g.session, "definition", given.definition)
        written = service.compute(g.session, g.actor, chosen, window)
        if written:
            flash(gettext("已计算 %(n)s 个账号。", n=written), "ok")
        else:
            flash(gettext("这段时间还没有由本系统发布的账号，没有可以算的。"), "warn")
        asked = given.model_dump(mode="json", exclude_none=True)
        return redirect(url_for("indices.index", **asked))
    return _ranking(query, form.refusal)


@bp.get("/accounts/<uid>")
@guard(May.READ)
def account(uid: str) -> Any:
    """An account's course by one formula."""
    query = read_query(CourseQuery)
    if query.kind not in COURSES:
        raise Invalid(fields={"kind": N_("请从给出的选项里选。")})
    found = matrix.the_account(g.session, uid)
    known = [it for it in queries.definitions(g.session) if it.channel == found.channel]
    if not known:
        return render_template("indices/none.html", account=found, channels=platforms())
    now = queries.in_force(known, clock.today(g.session)) or known
    chosen = next((it for it in known if it.name == query.definition), now[0])
    page = queries.course(
        g.session, found, chosen, query.kind, limit=query.limit, cursor=query.cursor
    )
    others = queries.other_editions(g.session, found, chosen, query.kind)
    return render_template(
        "indices/account.html",
        account=found,
        page=page,
        chart=charts.chart_of(page.items, others, query.kind),
        others=others,
        chosen=chosen,
        known=known,
        query=query,
        courses=COURSES,
        ranks=queries.page_of_ranks(g.session, account=found, limit=20).items,
        labels=labels,
        channels=platforms(),
    )


@bp.get("/scores/<uid>")
@guard(May.READ)
def score(uid: str) -> Any:
    """A score step by step, from its inputs to the number."""
    found = queries.the_score(g.session, uid)
    return render_template(
        "indices/score.html",
        score=found,
        formula=found.definition.formula,
        working=again(found.definition.formula, found.inputs),
        labels=labels,
    )


@bp.get("/definitions")
@guard(May.READ)
def definitions() -> Any:
    """Every edition of every index."""
    known = queries.definitions(g.session)
    return render_template(
        "indices/definitions.html",
        known=known,
        now={it.name for it in queries.in_force(known, clock.today(g.session))},
        labels=labels,
        channels=platforms(),
        may_define=g.actor.may(May.DEFINE),
    )


@bp.get("/definitions/<name>")
@guard(May.READ)
def definition(name: str) -> Any:
    """One edition: its weights, its source, what it asks for."""
    found = queries.the_definition(g.session, name)
    return render_template(
        "indices/definition.html",
        definition=found,
        formula=found.formula,
        labels=labels,
        channels=platforms(),
        may_define=g.actor.may(May.DEFINE),
    )


@bp.route("/definitions/<name>/revise", methods=["GET", "POST"])
@guard(May.DEFINE)
def revise(name: str) -> Any:
    """Enter another edition of an index."""
    base = queries.the_definition(g.session, name)
    formula = base.formula
    start = {"base": name, "weights": list(formula.weights), "factor": formula.factor}
    form = Form(ReviseIn, start)
    if form.posted:
        with form.attempt():
            given = form.read().model_dump(exclude={"base"})
            made = service.revise(g.session, g.actor, base, **given)
            flash(gettext("已另出一版，从启用日期起用。"), "ok")
            return redirect(url_for("indices.definition", name=made.name))
    return form.page("indices/revise.html", base=base, formula=formula, labels=labels)


@bp.route("/mixtures/new", methods=["GET", "POST"])
@guard(May.DEFINE)
def compose() -> Any:
    """Mix several indices into one."""
    form = Form(ComposeIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            more = given.model_dump(exclude={"indices", "weights"})
            made = service.compose(g.session, g.actor, shares=given.shares(), **more)
            flash(gettext("已建立综合指数，从启用日期起用。"), "ok")
            return redirect(url_for("indices.definition", name=made.name))
    ready = queries.to_mix(queries.definitions(g.session), clock.today(g.session))
    return form.page("indices/compose.html", options=_by_channel(ready), rows=range(5))
