"""Pages of topics: the list, one topic, the form."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core import audit, clock
from kitchen.core.workflow import open_moves
from kitchen.leads import queries as leads
from kitchen.topics import labels, queries, service
from kitchen.topics.models import Topic
from kitchen.topics.rules import May
from kitchen.topics.schemas import TopicChange, TopicIn
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("topics", __name__, url_prefix="/topics")


def channel_labels() -> dict[str, str]:
    """Every channel the house knows, by its name."""
    return {key: channel.label for key, channel in channel_classes().items()}


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """Topics by state, newest first."""
    query = read_query(PageQuery)
    page = queries.page_of_topics(g.session, **query.model_dump())
    return render_template(
        "topics/index.html", page=page, query=query, labels=labels, channels=channel_labels()
    )


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
        "forms": ["text", "photo"],
        "channels": ["wechat", "weibo", "outlet"],
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
        moves={move.name for move in open_moves(topic, g.actor)},
        history=audit.history(g.session, topic),
        labels=labels,
        channels=channel_labels(),
    )


def _may_change(topic: Topic) -> bool:
    own = topic.proposer_id == g.actor.id or g.actor.may(May.DECIDE, topic.unit_id)
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
