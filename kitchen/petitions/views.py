"""Pages of petitions on the desk: the list, one petition, and the verbs of desk and unit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.errors import NotFound
from kitchen.media.queries import of_subject as pictures_of
from kitchen.media.queries import rendition
from kitchen.petitions import asking, crossing, handling, labels, queries, service, showing, timing
from kitchen.petitions.asking import PICTURE
from kitchen.petitions.models import Petition
from kitchen.petitions.rules import May, State
from kitchen.petitions.schemas import (
    AcceptIn,
    HandIn,
    MergeIn,
    PetitionQuery,
    Reason,
    ReplyIn,
    ShowIn,
    TimeIn,
    actions_of,
)
from kitchen.web import files
from kitchen.web.face import g_face, unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read, read_query

bp = Blueprint("petitions", __name__, url_prefix="/petitions")


@bp.get("")
@guard(May.FOLLOW)
def index() -> Any:
    """What one may see, newest first; what runs unless another list is asked for."""
    query = read_query(PetitionQuery)
    lists = queries.states_shown()
    state = query.state if query.state in lists else "running"
    chosen = queries.the_department(g.session, query.unit) if query.unit else None
    page = queries.page_of_petitions(
        g.session,
        g.actor,
        states=lists[state],
        category=query.category,
        unit=chosen.id if chosen else None,
        late=query.late,
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )
    return render_template(
        "petitions/index.html",
        page=page,
        query=query,
        state=state,
        lists=lists,
        units=queries.departments(g.session),
        labels=labels,
    )


@bp.get("/<uid>")
@guard(May.FOLLOW)
def show(uid: str) -> Any:
    """One petition: what is asked, its way, what resembles it, and what one may do."""
    return _page(_the(uid), Form(ReplyIn))


def _the(uid: str) -> Petition:
    return queries.the_petition(g.session, g.actor, uid)


def _page(petition: Petition, form: Form[Any]) -> Response:
    whole = queries.reads_whole(g.actor, petition)
    actions = actions_of(petition, g.actor)
    own = queries.own_transfer(petition, g.actor)
    return form.page(
        "petitions/show.html",
        petition=petition,
        whole=whole,
        transfer=petition.transfer if whole else own,
        own=own,
        actions=actions,
        steps=queries.steps_of(g.session, petition, g.actor),
        ratings=asking.ratings_of(g.session, petition),
        pictures=pictures_of(g.session, petition, PICTURE),
        alike=queries.resembling(g.session, petition) if "merge" in actions else [],
        units=queries.departments(g.session) if "hand" in actions else [],
        shown=showing.answer_of(g.session, petition) if whole else None,
        history=audit.history(g.session, petition) if whole else [],
        terms=timing.parameters(g.session),
        labels=labels,
    )


@bp.get("/published/<uid>")
@guard(May.FOLLOW)
def published(uid: str) -> Any:
    """From what readers see to its petition; to the readers' page for who may not see that."""
    try:
        petition = queries.shown_as(g.session, g.actor, uid)
    except NotFound:
        return redirect(f"{g_face().ports.public_url}/ask/{uid}")
    return redirect(url_for("petitions.show", uid=petition.uid))


@bp.get("/<uid>/pictures/<asset>/<preset>")
@guard(May.FOLLOW, by_hand=True)
def picture(uid: str, asset: str, preset: str) -> Any:
    """A picture that came with a petition, for whoever sees that."""
    with unit(write=False) as session:
        petition = queries.the_petition(session, g.actor, uid)
        if asset not in {each.uid for each in pictures_of(session, petition, PICTURE)}:
            raise NotFound
        found = rendition(session, asset, preset)
    response = files.shown(g_face().ports.store, found.sha256, found.mime)
    response.cache_control.private = True
    return response


@bp.post("/<uid>/accept")
@guard(May.SORT)
def accept(uid: str) -> Any:
    """Take it on, in a category."""
    service.accept(g.session, g.actor, _the(uid), read(AcceptIn).category)
    return _back(uid, gettext("已受理，请交办给承办单位。"))


@bp.post("/<uid>/refuse")
@guard(May.SORT)
def refuse(uid: str) -> Any:
    """Leave it, with a reason that the petitioner reads."""
    service.refuse(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已标为不予受理，提问人会看到理由。"))


@bp.post("/<uid>/reconsider")
@guard(May.SORT)
def reconsider(uid: str) -> Any:
    """Undo a refusal."""
    service.reconsider(g.session, g.actor, _the(uid))
    return _back(uid, gettext("已恢复为待受理。"))


@bp.post("/<uid>/merge")
@guard(May.SORT)
def merge(uid: str) -> Any:
    """Fold it into the one that asks the same."""
    into = _the(read(MergeIn).into)
    service.merge(g.session, g.actor, _the(uid), into)
    return _back(into.uid, gettext("已合并，两边的提问人都会看到同一个答复。"))


@bp.post("/<uid>/part")
@guard(May.SORT)
def part(uid: str) -> Any:
    """Undo a merger."""
    service.part(g.session, g.actor, _the(uid))
    return _back(uid, gettext("已拆开，单独办理。"))


@bp.post("/<uid>/hand")
@guard(May.SORT)
def hand(uid: str) -> Any:
    """Have a unit answer."""
    given = read(HandIn)
    department = queries.the_department(g.session, given.unit)
    service.hand(g.session, g.actor, _the(uid), department, given.note)
    return _back(uid, gettext("已交办，单位会收到通知。"))


@bp.post("/<uid>/call_back")
@guard(May.SORT)
def call_back(uid: str) -> Any:
    """Take it from its unit."""
    service.call_back(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已收回，请交办给对的单位。"))


@bp.post("/<uid>/urge")
@guard(May.SORT)
def urge(uid: str) -> Any:
    """Remind the unit of its term."""
    service.urge(g.session, g.actor, _the(uid))
    return _back(uid, gettext("已催办。"))


@bp.post("/<uid>/grant_time")
@guard(May.SORT)
def grant_time(uid: str) -> Any:
    """Let the unit have more time."""
    handling.grant_time(g.session, g.actor, _the(uid))
    return _back(uid, gettext("已同意延期。"))


@bp.post("/<uid>/deny_time")
@guard(May.SORT)
def deny_time(uid: str) -> Any:
    """Leave the term as it is, with a reason."""
    handling.deny_time(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("没有同意延期，单位会看到理由。"))


@bp.post("/<uid>/reply")
@guard(May.REPLY)
def reply(uid: str) -> Any:
    """Answer for the unit. What was typed stays where the answer is refused."""
    form = Form(ReplyIn)
    with form.attempt():
        given = form.read()
        handling.reply(g.session, g.actor, _the(uid), given.reply, given.version)
        return _back(uid, gettext("答复已提交，审核通过后提问人会看到。"))
    return _page(_the(uid), form)


@bp.post("/<uid>/retract")
@guard(May.REPLY)
def retract(uid: str) -> Any:
    """Take the reply back before it is reviewed."""
    handling.retract(g.session, g.actor, _the(uid))
    return _back(uid, gettext("答复已撤回，可以修改后再提交。"))


@bp.post("/<uid>/send_back")
@guard(May.REPLY)
def send_back(uid: str) -> Any:
    """Say that another unit is to answer; it is no longer seen here."""
    handling.send_back(g.session, g.actor, _the(uid), read(Reason).note)
    flash(gettext("已退回问政办。"), "ok")
    return redirect(url_for("petitions.index"))


@bp.post("/<uid>/ask_for_time")
@guard(May.REPLY)
def ask_for_time(uid: str) -> Any:
    """Ask for more working days."""
    given = read(TimeIn)
    handling.ask_for_time(g.session, g.actor, _the(uid), given.days, given.note)
    return _back(uid, gettext("已申请延期，等问政办决定。"))


@bp.post("/<uid>/pass_reply")
@guard(May.REVIEW)
def pass_reply(uid: str) -> Any:
    """The reply is good."""
    handling.pass_reply(g.session, g.actor, _the(uid))
    return _back(uid, gettext("答复已通过，提问人现在就能看到。"))


@bp.post("/<uid>/rework")
@guard(May.REVIEW)
def rework(uid: str) -> Any:
    """Send the reply back to its unit."""
    handling.rework(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已退回修改。"))


@bp.post("/<uid>/contact")
@guard(May.READ_CONTACT, secret=True)
def contact(uid: str) -> Any:
    """Show who asks; the look is recorded."""
    petition = _the(uid)
    told = service.read_contact(g.session, g.actor, petition)
    return render_template("petitions/contact.html", contact=told, petition=petition)


@bp.post("/<uid>/to_lead")
@guard(May.SORT)
def to_lead(uid: str) -> Any:
    """Make a lead of it for the newsroom."""
    crossing.to_lead(g.session, g.actor, _the(uid))
    return _back(uid, gettext("已转成新闻线索，结果会回到这里。"))


@bp.route("/<uid>/public", methods=["GET", "POST"])
@guard(May.REVIEW)
def public(uid: str) -> Any:
    """What readers get to read: drafted with private data hidden, and changed by hand."""
    petition = _the(uid)
    if petition.state != State.ANSWERED:
        raise NotFound
    shown, drafted = showing.answer_of(g.session, petition), showing.draft(g.session, petition)
    names = ("title", "question", "reply", "place", "pictures")
    start = {name: getattr(drafted, name) for name in names}
    form = Form(ShowIn, {**start, "version": shown.version if shown else ""})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            sure, seen = given.pop("sure"), given.pop("version")
            draft = showing.Draft(**given)
            showing.show(g.session, g.actor, petition, draft, sure=sure, seen=seen)
            return _back(uid, gettext("已公开，读者现在就能看到。"))
        petition = _the(uid)
    pictures = pictures_of(g.session, petition, PICTURE)
    return form.page("petitions/public.html", petition=petition, pictures=pictures)


@bp.post("/<uid>/withdraw")
@guard(May.REVIEW)
def withdraw(uid: str) -> Any:
    """Show it no longer."""
    showing.withdraw(g.session, g.actor, _the(uid), read(Reason).note)
    return _back(uid, gettext("已取消公开。"))


def _back(uid: str, told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for("petitions.show", uid=uid))
