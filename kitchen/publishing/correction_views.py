"""Pages of correction: opening what is out, giving it up, and what platforms cannot edit."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, url_for
from flask_babel import gettext

from kitchen.publishing import correct, queries
from kitchen.publishing.rules import May
from kitchen.publishing.schemas import ReasonIn
from kitchen.stories import queries as stories
from kitchen.stories.rules import May as Stories
from kitchen.web.forms import Form
from kitchen.web.guard import guard

bp = Blueprint("corrections", __name__, url_prefix="/publish/corrections")


@bp.route("/story/<uid>", methods=["GET", "POST"])
@guard(Stories.EDIT)
def begin(uid: str) -> Any:
    """Open a story for correction: where it stands, and what readers are told."""
    story = stories.the_story(g.session, uid)
    form = Form(ReasonIn)
    if form.posted:
        with form.attempt():
            correct.begin(g.session, g.actor, story, form.read().note)
            flash(gettext("可以改了。改好后送审，签发后会替换各平台上的旧版。"), "ok")
            return redirect(url_for("writing.edit", uid=uid))
        story = stories.the_story(g.session, uid)
    reached = correct.accounts_reached(g.session, story)
    return form.page("publishing/correct.html", story=story, reached=reached)


@bp.post("/story/<uid>/drop")
@guard(Stories.EDIT)
def drop(uid: str) -> Any:
    """Give a correction up."""
    correct.drop(g.session, g.actor, stories.the_story(g.session, uid))
    flash(gettext("已放弃更正，稿件恢复为签发时的内容。"), "ok")
    return redirect(url_for("stories.show", uid=uid))


@bp.post("/<uid>/replace")
@guard(May.OPERATE)
def replace(uid: str) -> Any:
    """Take the old one down, then send the new one."""
    correct.replace(g.session, g.actor, queries.the_publication(g.session, uid))
    flash(gettext("先撤下旧版，撤下以后自动发新版。"), "ok")
    return redirect(url_for("publishing.show", uid=uid))


@bp.route("/<uid>/leave_as_is", methods=["GET", "POST"])
@guard(May.OPERATE)
def leave_as_is(uid: str) -> Any:
    """The old version stays on this account, and why."""
    publication = queries.the_publication(g.session, uid)
    form = Form(ReasonIn)
    if form.posted:
        with form.attempt():
            correct.leave_as_is(g.session, g.actor, publication, form.read().note)
            flash(gettext("已登记为不更正，编辑会看到理由。"), "ok")
            return redirect(url_for("publishing.show", uid=uid))
        publication = queries.the_publication(g.session, uid)
    return form.page("publishing/leave_as_is.html", publication=publication)
