"""Pages of topics: what is in production seen four ways, quick add, one topic, the form."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core import audit, clock
from kitchen.core.workflow import open_moves
from kitchen.leads import queries as leads
from kitchen.topics import appeals, boards, labels, queries, quick_add, service, stages
from kitchen.topics.models import Topic
from kitchen.topics.recurrence import in_month
from kitchen.topics.rules import May, lanes_open
from kitchen.topics.schemas import (
    AppealIn,
    Keeper,
    Move,
    QuickIn,
    QuickQuery,
    TopicChange,
    TopicIn,
    ViewQuery,
)
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say
from kitchen.web.schema import read, read_query

bp = Blueprint("topics", __name__, url_prefix="/topics")


def channel_labels() -> dict[str, str]:
    """Every channel the house knows, by its name."""
    return {key: channel.label for key, channel in channel_classes().items()}


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Topics in production: board, list, calendar or places, as the address says."""
    return render_template("topics/index.html", **_view(read_query(ViewQuery)))


@bp.get("/view")
@guard(May.READ)
def view() -> Any:
    """The view alone, for a page that heard of a change."""
    return render_template("topics/_view.html", **_view(read_query(ViewQuery)))


def _view(query: ViewQuery) -> dict[str, Any]:
    filters = boards.Filters(query.q or "", query.person, query.column, query.channel, query.place)
    context: dict[str, Any] = {
        "query": query,
        "address": _address(query),
        "narrowed": filters != boards.Filters() or bool(query.state),
        "labels": labels,
        "say": say,
        "channels": channel_labels(),
        "columns": queries.column_names(g.session),
        "today": clock.today(g.session),
        "keeper_of": boards.keeper_of,
        "lanes_open": lanes_open,
    }
    if query.view == "list" and query.state:
        wanted = query.model_dump(include={"state", "q", "limit", "cursor"})
        return context | {"page": queries.page_of_topics(g.session, **wanted)}
    topics = boards.in_production(g.session, filters)
    if query.view == "cal":
        first = _first_of(query.month)
        context |= {
            "weeks": boards.month_of(topics, first),
            "first": first,
            "before": in_month(first.year, first.month, 1) - timedelta(days=1),
            "after": in_month(first.year, first.month, 31) + timedelta(days=1),
            "undated": [topic for topic in topics if topic.planned_on is None],
        }
    else:
        context["groups"] = (boards.by_place if query.view == "place" else BY[query.group])(topics)
    return context


def _address(query: ViewQuery) -> dict[str, Any]:
    """What of a view stands in its address."""
    return query.model_dump(exclude_defaults=True, exclude={"cursor"})


def _back_to_view() -> Any:
    return redirect(url_for("topics.index", **_address(read_query(ViewQuery))))


BY = {
    "stage": boards.by_lane,
    "person": boards.by_person,
    "column": boards.by_column,
    "platform": boards.by_channel,
}


def _first_of(month: str) -> date:
    if not month:
        return clock.today(g.session).replace(day=1)
    return queries.day_of(f"{month}-01")


@bp.get("/quick")
@guard(May.PROPOSE)
def understand() -> Any:
    """What a quick line would make, while it is typed."""
    line = read_query(QuickQuery).line
    meant = quick_add.understand(g.session, line) if line else None
    return render_template("topics/_understood.html", meant=meant, labels=labels, say=say)


@bp.post("/quick")
@guard(May.PROPOSE)
def add() -> Any:
    """Make a topic from one line; what was not understood is named, and the line stays."""
    form = Form(QuickIn)
    with form.attempt():
        given = form.read()
        made = quick_add.add(g.session, g.actor, given.line, as_draft=given.as_draft)
        flash(gettext("已记下：%(title)s", title=made.title), "ok")
        return _back_to_view()
    line = str(form.values.get("line", ""))
    meant = quick_add.understand(g.session, line) if line else None
    return form.page("topics/index.html", meant=meant, **_view(read_query(ViewQuery)))


@bp.post("/<uid>/move")
@guard(May.PROPOSE)
def move(uid: str) -> Any:
    """Move it to another lane of the board, by the card's menu."""
    given = read(Move)
    topic = queries.the_topic(g.session, uid)
    stages.move(g.session, g.actor, topic, given.to, given.version)
    flash(gettext("已移到“%(lane)s”。", lane=gettext(labels.LANES[given.to])), "ok")
    return _back_to_view()


@bp.post("/<uid>/hand")
@guard(May.PROPOSE)
def hand(uid: str) -> Any:
    """Say who sees to it, by name, account or pinyin initials."""
    topic = queries.the_topic(g.session, uid)
    owner = quick_add.the_person(g.session, read(Keeper).owner)
    stages.hand_to(g.session, g.actor, topic, owner)
    flash(gettext("已交给%(name)s。", name=owner.name), "ok")
    return redirect(url_for("topics.show", uid=uid))


@bp.post("/<uid>/appeal")
@guard(May.PROPOSE)
def appeal(uid: str) -> Any:
    """Ask the committee to decide again."""
    appeals.appeal(g.session, g.actor, queries.the_topic(g.session, uid), read(AppealIn).reason)
    flash(gettext("申诉已提交，排进下一次会。"), "ok")
    return redirect(url_for("topics.show", uid=uid))


@bp.route("/new", methods=["GET", "POST"])
@guard(May.PROPOSE)
def new() -> Any:
    """Propose a topic; ``?lead=`` brings the lead it is made from."""
    uids = request.form.getlist("leads") or request.args.getlist("lead")
    sources = [leads.the_lead(g.session, uid) for uid in uids[:20]]
    form = Form(TopicIn, _start(sources))
    if form.posted:
        with form.attempt():
            given = form.read()
            topic = service.propose(
                g.session, g.actor, sources=sources, **given.model_dump(exclude={"leads"})
            )
            flash(gettext("选题已存为草稿。") if given.as_draft else gettext("选题已报送。"), "ok")
            return redirect(url_for("topics.show", uid=topic.uid))
    return _form_page("topics/new.html", form, sources=sources)


def _start(sources: list[Any]) -> dict[str, Any]:
    start: dict[str, Any] = {
        "forms": list(quick_add.FORMS),
        "channels": list(quick_add.CHANNELS),
        "planned_on": clock.today(g.session).isoformat(),
    }
    if sources:
        start |= {"title": sources[0].title, "angle": sources[0].body[:1000]}
    return start


def _form_page(template: str, form: Form[Any], **context: Any) -> Any:
    not_filed = queries.who_has_not_filed(g.session, clock.today(g.session))
    return form.page(
        template,
        labels=labels,
        channels=channel_labels(),
        cut_off=queries.cut_off_of(clock.today(g.session)),
        not_filed=not_filed,
        columns=queries.column_names(g.session),
        **context,
    )


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One topic: what it is, where it comes from, what the committee said."""
    topic = queries.the_topic(g.session, uid)
    return render_template(
        "topics/show.html",
        topic=topic,
        own=_may_change(topic),
        may_appeal=appeals.may_appeal(topic, g.actor, clock.now(g.session)),
        keeper=boards.keeper_of(topic),
        lanes=lanes_open(topic.state, topic.stage),
        moves={move.name for move in open_moves(topic, g.actor)},
        history=audit.history(g.session, topic),
        labels=labels,
        channels=channel_labels(),
    )


def _may_change(topic: Topic) -> bool:
    own = g.actor.id in {topic.proposer_id, topic.owner_id} or g.actor.may(
        May.DECIDE, topic.unit_id
    )
    return own and g.actor.may(May.PROPOSE)


@bp.route("/<uid>/edit", methods=["GET", "POST"])
@guard(May.PROPOSE)
def edit(uid: str) -> Any:
    """Change a topic that is not filed, or came back."""
    topic = queries.the_topic(g.session, uid)
    form = Form(TopicChange, {name: getattr(topic, name) for name in TopicChange.model_fields})
    if form.posted:
        with form.attempt():
            given = form.read()
            changes = given.model_dump(exclude={"version"})
            service.revise(g.session, g.actor, topic, changes, given.version)
            flash(gettext("选题已修改。"), "ok")
            return redirect(url_for("topics.show", uid=uid))
    return _form_page("topics/edit.html", form, topic=queries.the_topic(g.session, uid))


@bp.post("/<uid>/file")
@guard(May.PROPOSE)
def file(uid: str) -> Any:
    """Hand it to the committee."""
    service.file(g.session, g.actor, queries.the_topic(g.session, uid))
    flash(gettext("选题已报送。"), "ok")
    return redirect(url_for("topics.show", uid=uid))


@bp.post("/<uid>/withdraw")
@guard(May.PROPOSE)
def withdraw(uid: str) -> Any:
    """Take it back before it is decided."""
    service.withdraw(g.session, g.actor, queries.the_topic(g.session, uid))
    flash(gettext("选题已撤回，可以修改后再报。"), "ok")
    return redirect(url_for("topics.show", uid=uid))
