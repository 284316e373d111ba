"""Pages of joint activities: what a group of accounts does together."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.matrix import grouping
from kitchen.matrix.labels import channels
from kitchen.matrix.rules import May as Matrix
from kitchen.planning import joint, labels
from kitchen.planning.joint_schemas import EndIn, JointIn, PartDoneIn, PartIn, SpeakIn
from kitchen.planning.rules import Joint, May
from kitchen.stories import queries as stories
from kitchen.stories.rules import OPEN
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("joint", __name__, url_prefix="/planning/joint")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The activities, newest first, each with how far it is."""
    query = read_query(PageQuery)
    page = joint.page_of_activities(g.session, limit=query.limit, cursor=query.cursor)
    live = joint.spoken(g.session, list(page.items))
    done = {each.id: joint.done(each, live) for each in page.items}
    return render_template("planning/joint.html", page=page, done=done, labels=labels)


@bp.route("/new", methods=["GET", "POST"])
@guard(May.PLAN)
def new() -> Any:
    """Begin one."""
    form = Form(JointIn)
    if form.posted:
        with form.attempt():
            given = form.read().model_dump()
            group = grouping.the_group(g.session, given.pop("group"))
            activity = joint.begin(g.session, g.actor, group, **given)
            flash(gettext("活动已建立，组里每个账号各有一项。"), "ok")
            return redirect(url_for("joint.show", uid=activity.uid))
    groups = [(each.uid, each.name) for each in grouping.page_of_groups(g.session, limit=200).items]
    return form.page("planning/joint_new.html", groups=groups, labels=labels)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One activity: each account's part, and what is still to do."""
    return render_template("planning/joint_show.html", form=None, **_shown(uid))


def _shown(uid: str) -> dict[str, Any]:
    activity = joint.the_activity(g.session, uid)
    live = joint.spoken(g.session, [activity])
    may_plan = g.actor.may(May.PLAN, activity.unit_id) and activity.ended_at is None
    offered = activity.kind == Joint.VOICE and may_plan
    page = stories.page_of_stories(g.session, limit=50) if offered else None
    return {
        "activity": activity,
        "live": live,
        "done": joint.done(activity, live),
        "may_plan": may_plan,
        "mine": {
            part.account_id
            for part in activity.parts
            if may_plan or g.actor.may(Matrix.MANAGE, part.account.unit_id)
        },
        "stories": [(it.uid, it.title) for it in page.items if it.state in OPEN] if page else [],
        "channels": channels(),
        "labels": labels,
    }


@bp.post("/<uid>/story")
@guard(May.PLAN)
def speak(uid: str) -> Any:
    """Have all its accounts say a story."""
    form = Form(SpeakIn)
    with form.attempt():
        activity = joint.the_activity(g.session, uid)
        story = stories.the_story(g.session, form.read().story)
        joint.speak(g.session, g.actor, activity, story)
        flash(gettext("已把组里的账号加到这篇稿件，签发后一起发出。"), "ok")
        return redirect(url_for("joint.show", uid=uid))
    return form.page("planning/joint_show.html", **_shown(uid))


@bp.post("/<uid>/parts")
@guard(May.PLAN)
def give_part(uid: str) -> Any:
    """Say what an account is to do."""
    form = Form(PartIn)
    with form.attempt():
        given = form.read()
        activity = joint.the_activity(g.session, uid)
        joint.give_part(g.session, g.actor, activity, given.account, given.task)
        flash(gettext("已分工。"), "ok")
        return redirect(url_for("joint.show", uid=uid))
    return form.page("planning/joint_show.html", **_shown(uid))


@bp.post("/<uid>/parts/done")
@guard(May.READ)
def finish_part(uid: str) -> Any:
    """Say that an account has done its part."""
    form = Form(PartDoneIn)
    with form.attempt():
        given = form.read()
        activity = joint.the_activity(g.session, uid)
        joint.finish_part(g.session, g.actor, activity, given.account, given.result)
        flash(gettext("已记下完成情况。"), "ok")
        return redirect(url_for("joint.show", uid=uid))
    return form.page("planning/joint_show.html", **_shown(uid))


@bp.post("/<uid>/end")
@guard(May.PLAN)
def end(uid: str) -> Any:
    """End it."""
    form = Form(EndIn)
    with form.attempt():
        joint.end(g.session, g.actor, joint.the_activity(g.session, uid), form.read().outcome)
        flash(gettext("活动已结束。"), "ok")
        return redirect(url_for("joint.show", uid=uid))
    return form.page("planning/joint_show.html", **_shown(uid))
