"""What people do about what the machine found: call it false, replace it, label a reprint."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.stories import alarms as verbs
from kitchen.stories import checking, labels, queries
from kitchen.stories.check_schemas import LearnIn, ReasonIn, ReprintIn, SeenIn
from kitchen.stories.checks.explaining import EXPLAINED
from kitchen.stories.checks.report import report_from_json
from kitchen.stories.rules import May
from kitchen.web.guard import guard
from kitchen.web.schema import read
from kitchen.wordlists.labels import KINDS
from kitchen.wordlists.rules import May as Keeps

bp = Blueprint("checks", __name__, url_prefix="/stories")
alarms = Blueprint("alarms", __name__, url_prefix="/alarms")


@bp.app_context_processor
def for_other_pages() -> dict[str, Any]:
    """What ``stories/_report.html`` needs, so that a page downstream can include it by name."""
    return {
        "check_report": lambda version: report_from_json(version.report),
        "check_labels": labels,
        "check_explained": EXPLAINED,
        "list_kinds": KINDS,
    }


@bp.post("/<uid>/checks/<key>/false")
@guard(May.WRITE)
def call_false(uid: str, key: str) -> Any:
    """Say that a hit is none, and why."""
    story = queries.the_story(g.session, uid)
    verbs.call_false(g.session, g.actor, story, key, read(ReasonIn).reason)
    return _again(uid, gettext("已标为误报，审核时会看到理由。"))


@bp.post("/<uid>/checks/<key>/true")
@guard(May.WRITE)
def call_true(uid: str, key: str) -> Any:
    """Take that back."""
    verbs.call_true(g.session, g.actor, queries.the_story(g.session, uid), key)
    return _again(uid, gettext("已取消误报标记。"))


@bp.post("/<uid>/checks/<key>/replace")
@guard(May.WRITE)
def put_right(uid: str, key: str) -> Any:
    """Write what a hit proposes in place of what it found."""
    story = queries.story_to_save(g.session, uid)
    hit = verbs.put_right(g.session, g.actor, story, key, read(SeenIn).version)
    told = gettext("已把“%(old)s”改成“%(new)s”。", old=hit.quote, new=hit.replacement)
    return _again(uid, told)


@bp.post("/<uid>/reprint")
@guard(May.WRITE)
def label_reprint(uid: str) -> Any:
    """Label a reprint, or make the piece one's own again."""
    given = read(ReprintIn)
    story = queries.the_story(g.session, uid)
    verbs.label_reprint(g.session, g.actor, story, given.label(), given.version)
    return _again(uid, gettext("转载标注已保存。"))


def _again(uid: str, told: str) -> Any:
    """Back to the hit at which one was."""
    flash(told, "ok")
    at = request.form.get("at", default=0, type=int)
    return redirect(url_for("stories.checks", uid=uid, hit=at, _anchor=f"hit-{at}"))


@alarms.get("")
@guard(Keeps.READ)
def index() -> Any:
    """What was called false and nobody has learnt from yet."""
    return render_template(
        "stories/alarms.html", alarms=checking.unseen_alarms(g.session), explained=EXPLAINED
    )


@alarms.post("/<uid>/learn")
@guard(Keeps.KEEP)
def learn(uid: str) -> Any:
    """Make an exception of it."""
    given = read(LearnIn)
    alarm = checking.the_alarm(g.session, uid)
    rule = alarm.rule if given.this_rule else ""
    verbs.learn(g.session, g.actor, alarm, given.word, rule)
    flash(gettext("已加进“例外说法”，以后不再提醒。"), "ok")
    return redirect(url_for("alarms.index"))


@alarms.post("/<uid>/leave")
@guard(Keeps.KEEP)
def leave(uid: str) -> Any:
    """Make none."""
    verbs.leave(g.session, g.actor, checking.the_alarm(g.session, uid))
    flash(gettext("没有加例外，别的稿件照常提醒。"), "ok")
    return redirect(url_for("alarms.index"))
