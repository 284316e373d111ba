"""Pages of one story's points: the score card, grading one after the other, faults, appeals."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.access import authorize
from kitchen.core.errors import N_, Forbidden, Invalid, Stale
from kitchen.core.workflow import open_moves
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import (
    appeals,
    faults,
    labels,
    queries,
    service,
    sharing,
    versions,
)
from kitchen.evaluation.scores.formula import lines_of
from kitchen.evaluation.scores.models import ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import OPEN, State, name_of
from kitchen.evaluation.scores.schemas import (
    AnswerIn,
    AppealIn,
    FaultIn,
    GradeForm,
    MissIn,
    NoteIn,
    SharesForm,
)
from kitchen.matrix.labels import channels
from kitchen.people import queries as people
from kitchen.stories import facts
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("scores", __name__, url_prefix="/performance")
NOTED = N_("已记下。")


@bp.get("/<month>/stories/<uid>")
@guard(May.READ)
def show(month: str, uid: str) -> Any:
    """The score card: what went in, by which factors, each line with its evidence."""
    score = _seen(month, uid)
    return render_template("performance/story.html", form=None, at="", **_shown(score))


def _month(name: str) -> ScoreMonth:
    return queries.the_month(g.session, name)


def _the(month: str, uid: str) -> StoryScore:
    return queries.the_score(g.session, _month(month), uid)


def _seen(month: str, uid: str) -> StoryScore:
    """A score that this person may see. Raises :class:`Forbidden`."""
    score = _the(month, uid)
    if not service.may_see(g.actor, score):
        raise Forbidden(N_("公布以后，参与这篇稿件的人才能看到它的分数。"))
    return score


def _judged(month: str, uid: str) -> StoryScore:
    """A score over whose unit this person grades, asked before a form is read: what is refused
    comes back with the whole card. Raises :class:`Forbidden`.
    """
    score = _the(month, uid)
    authorize(g.actor, May.GRADE, score)
    return score


def _shown(score: StoryScore) -> dict[str, Any]:
    grading = g.actor.may(May.GRADE, score.unit_id) and not sharing.shares_in(g.actor, score)
    month = score.month
    lines = [
        {"role": labels.ROLES[it.role], "names": it.name, "share": it.percent}
        for it in score.shares
    ]
    return {
        "score": score,
        "month": month,
        "name": name_of(month.month),
        "lines": lines_of(
            service.evidence_of(score), score.grade, versions.weights_of(g.session, month)
        ),
        "written": facts.write_credits(lines),
        "kinds": faults.kinds_for(score),
        "faults": queries.faults_of(g.session, score),
        "appeals": queries.appeals_of(g.session, score),
        "moves_of": lambda appeal: {it.name for it in open_moves(appeal, g.actor)},
        "may_grade": grading and month.state == State.PROPOSED,
        "may_share": grading and month.state in OPEN,
        "may_judge": grading,
        "may_appeal": appeals.may_appeal(g.session, g.actor, score),
        "history": audit.history(g.session, score, 20),
        "labels": labels,
        "channels": channels(),
        "name_of": name_of,
    }


def _again(score_form: Form[Any], at: str, month: str, uid: str) -> Any:
    """The card as it stands now, with the form that was refused; ``at`` says which one, for an
    answer the uid of its appeal. Whoever came second reads what stands, and may send theirs again.
    """
    score = _seen(month, uid)
    if isinstance(score_form.refusal, Stale):
        score_form.values["version"] = score.version
    return score_form.page("performance/story.html", at=at, **_shown(score))


def _to_card(month: str, uid: str) -> Any:
    return redirect(url_for("scores.show", month=month, uid=uid))


@bp.get("/<month>/grading")
@guard(May.GRADE)
def grading(month: str) -> Any:
    """The committee's list: one story at a time under the keys 1 to 4, the others below."""
    query = read_query(PageQuery)
    found = _to_grade(month)
    chosen = request.args.get("story", "")
    current = _current(found, chosen)
    return render_template(
        "performance/grading.html",
        month=found,
        name=month,
        current=current,
        page=queries.page_of_scores(g.session, found, **query.model_dump()),
        query=query,
        far=queries.progress(g.session, found),
        labels=labels,
    )


def _current(month: ScoreMonth, uid: str) -> StoryScore | None:
    if month.state != State.PROPOSED:
        return None
    if uid:
        score = queries.the_score(g.session, month, uid)
        return None if sharing.shares_in(g.actor, score) else score
    return queries.next_to_grade(g.session, month, g.actor)


@bp.post("/<month>/stories/<uid>/grade")
@guard(May.GRADE)
def grade(month: str, uid: str) -> Any:
    """Grade a story, and go on to the next without a grade."""
    form, score = Form(GradeForm), _judged(month, uid)
    with form.attempt():
        given = form.read()
        service.grade(g.session, g.actor, score, given.grade, given.genre, given.version)
        flash(gettext("已评 %(grade)s 级。", grade=labels.GRADES[given.grade]), "ok")
        return redirect(url_for("scores.grading", month=month))
    return _again(form, "grade", month, uid)


@bp.post("/<month>/stories/<uid>/shares")
@guard(May.GRADE)
def shares(month: str, uid: str) -> Any:
    """Set who shares, line by line."""
    form, score = Form(SharesForm), _judged(month, uid)
    with form.attempt():
        given = form.read()
        sharing.set_by_hand(g.session, g.actor, score, _read(given.shares), given.version)
        flash(gettext("分摊已改。"), "ok")
        return _to_card(month, uid)
    return _again(form, "shares", month, uid)


def _read(typed: str) -> Any:
    try:
        return facts.read_credits(typed)
    except ValueError as error:
        raise Invalid(fields={"shares": str(error)}) from error


@bp.post("/<month>/stories/<uid>/appeal")
@guard(May.READ)
def appeal(month: str, uid: str) -> Any:
    """Appeal against a score, once."""
    form, score = Form(AppealIn), _seen(month, uid)
    with form.attempt():
        appeals.make(g.session, g.actor, score, form.read().reason)
        flash(gettext("申诉已提交，答复后会通知您。"), "ok")
        return _to_card(month, uid)
    return _again(form, "appeal", month, uid)


@bp.get("/appeals")
@guard(May.GRADE)
def appeal_list() -> Any:
    """The appeals, those that wait first asked for."""
    query = read_query(PageQuery)
    found = queries.page_of_appeals(
        g.session, g.actor, state=query.state, limit=query.limit, cursor=query.cursor
    )
    return render_template(
        "performance/appeals.html",
        page=found,
        query=query,
        labels=labels,
        name_of=name_of,
        name=queries.latest_name(g.session),
    )


ANSWERS = {
    "grant": N_("申诉成立，已通知本人。"),
    "refuse": N_("已维持原分，已通知本人。"),
}


@bp.post("/appeals/<uid>/<any(grant, refuse):verb>")
@guard(May.GRADE)
def answer(uid: str, verb: str) -> Any:
    """Answer an appeal in words."""
    form = Form(AnswerIn)
    found = queries.the_appeal(g.session, uid)
    authorize(g.actor, May.GRADE, found)
    month, story = name_of(found.score.month.month), found.score.story.uid
    with form.attempt():
        given = form.read()
        if verb == "grant":
            struck = [queries.the_fault(g.session, each) for each in given.strike]
            appeals.grant(g.session, g.actor, found, given.note, grade=given.grade, struck=struck)
        else:
            appeals.refuse(g.session, g.actor, found, given.note)
        flash(gettext(ANSWERS[verb]), "ok")
        return _to_card(month, story)
    return _again(form, uid, month, story)


@bp.route("/<month>/faults", methods=["GET", "POST"])
@guard(May.GRADE)
def fault_list(month: str) -> Any:
    """What takes points off in a month, and noting news that somebody should have brought."""
    form, found = Form(MissIn), _to_grade(month)
    if form.posted:
        with form.attempt():
            given = form.read()
            person = people.the_staff(g.session, given.person)
            faults.miss(g.session, g.actor, found, person, words=given.note, url=given.url)
            flash(gettext(NOTED), "ok")
            return redirect(url_for("scores.fault_list", month=month))
    return _fault_page(month, form, "miss")


def _to_grade(name: str) -> ScoreMonth:
    """A month over whose unit this person grades. Raises :class:`Forbidden`."""
    month = _month(name)
    authorize(g.actor, May.GRADE, month)
    return month


def _fault_page(name: str, form: Form[Any], at: str) -> Any:
    """The faults of a month; ``at`` says where the form is that was sent: the uid of the fault that
    it was to strike, or ``miss``.
    """
    query, month = read_query(PageQuery), _to_grade(name)
    page = queries.page_of_faults(g.session, month, limit=query.limit, cursor=query.cursor)
    return form.page(
        "performance/faults.html",
        month=month,
        name=name,
        at=at,
        page=page,
        query=query,
        strikable=faults.strikable(g.session, page.items),
        staff=[(it.uid, it.name) for it in people.all_staff(g.session)],
        is_open=month.state in OPEN,
        labels=labels,
        name_of=name_of,
    )


@bp.post("/<month>/stories/<uid>/faults")
@guard(May.GRADE)
def blame(month: str, uid: str) -> Any:
    """Note a fault of a story; where its month is published, it counts in the next that is open."""
    form, score = Form(FaultIn), _judged(month, uid)
    with form.attempt():
        given = form.read()
        faults.note(g.session, g.actor, score, given.kind, words=given.note, url=given.url)
        flash(gettext(NOTED), "ok")
        return _to_card(month, uid)
    return _again(form, "fault", month, uid)


@bp.post("/<month>/faults/<uid>/strike")
@guard(May.GRADE)
def strike(month: str, uid: str) -> Any:
    """A fault was none after all."""
    form, fault = Form(NoteIn), queries.the_fault(g.session, uid)
    authorize(g.actor, May.GRADE, fault)
    with form.attempt():
        faults.strike(g.session, g.actor, fault, form.read().note)
        flash(gettext("差错已撤销。"), "ok")
        return redirect(url_for("scores.fault_list", month=month))
    return _fault_page(month, form, uid)
