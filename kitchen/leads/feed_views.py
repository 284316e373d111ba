"""Pages of feeds: what they brought, each of them with how its last look went, and the verbs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen import ports
from kitchen.core.db import after_commit
from kitchen.core.errors import Stale
from kitchen.leads import feed_labels, feeds
from kitchen.leads.feed_models import LeadFeed
from kitchen.leads.feed_schemas import FeedIn
from kitchen.leads.rules import May
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("feeds", __name__, url_prefix="/leads/feeds")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """What waits to be chosen, beside the feeds."""
    query = read_query(PageQuery)
    page = feeds.page_of_items(g.session, limit=query.limit, cursor=query.cursor)
    found = feeds.all_feeds(g.session)
    return render_template("leads/feeds.html", page=page, feeds=found, trouble_of=trouble_of)


@bp.route("/new", methods=["GET", "POST"])
@guard(May.KEEP_FEEDS)
def new() -> Any:
    """Add a feed."""
    form = Form(FeedIn, {"every": 30, "active": "1"})
    if form.posted:
        with form.attempt():
            given = form.read().model_dump(exclude={"version"})
            feed = feeds.add(g.session, g.actor, **given)
            _ring()
            flash(gettext("已添加，马上去取一次。"), "ok")
            return redirect(url_for("feeds.show", uid=feed.uid))
    return form.page("leads/feed.html", feed=None)


@bp.route("/<uid>", methods=["GET", "POST"])
@guard(May.KEEP_FEEDS)
def show(uid: str) -> Any:
    """One feed: how it stands, and its form."""
    feed = feeds.the_feed(g.session, uid)
    start = {**feeds.shown(feed), "version": feed.version}
    form = Form(FeedIn, start)
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            feeds.change(g.session, g.actor, feed, given.pop("version"), **given)
            _ring()
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("feeds.show", uid=uid))
        feed = feeds.the_feed(g.session, uid)
        if isinstance(form.refusal, Stale):
            form.values["version"] = feed.version
    return form.page("leads/feed.html", feed=feed, trouble=trouble_of(feed))


@bp.post("/<uid>/look")
@guard(May.KEEP_FEEDS)
def look(uid: str) -> Any:
    """Look at it now."""
    feeds.look_now(g.session, g.actor, feeds.the_feed(g.session, uid))
    _ring()
    flash(gettext("马上去取，取到的会出现在列表里。"), "ok")
    return redirect(url_for("feeds.show", uid=uid))


@bp.post("/items/<uid>/take")
@guard(May.TRIAGE)
def take(uid: str) -> Any:
    """Make a lead of an item."""
    lead = feeds.take(g.session, g.actor, feeds.the_item(g.session, uid))
    flash(gettext("已收为线索。"), "ok")
    return redirect(url_for("leads.show", uid=lead.uid))


@bp.post("/items/<uid>/leave")
@guard(May.TRIAGE)
def leave(uid: str) -> Any:
    """Leave an item."""
    feeds.leave(g.session, g.actor, feeds.the_item(g.session, uid))
    flash(gettext("已略过，不会再出现。"), "ok")
    return redirect(url_for("feeds.index"))


def trouble_of(feed: LeadFeed) -> str:
    """Why its last look failed, and what to do; empty where it did not."""
    if not feed.trouble:
        return ""
    if told := feed_labels.TROUBLES.get(feed.trouble):
        return str(gettext(told))
    return str(gettext(feed_labels.OTHERWISE, code=feed.trouble))


def _ring() -> None:
    bell = ports.of(g.session).bell
    after_commit(g.session, lambda: bell.ring(feeds.BELL, 0))
