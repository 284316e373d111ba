"""Pages of a story's versions: the list, one as it stood, what changed between two."""

from __future__ import annotations

from typing import Any, Literal

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.stories import changes, queries, readings, service
from kitchen.stories.checks.report import report_from_json
from kitchen.stories.models import Story, Version
from kitchen.stories.rules import Kind, May
from kitchen.stories.schemas import NoteIn
from kitchen.stories.showing import around, back, shown
from kitchen.web.guard import guard
from kitchen.web.schema import Schema, read, read_query

bp = Blueprint("versions", __name__, url_prefix="/stories")


class LookIn(Schema):
    """How two versions are shown: in one, or side by side."""

    look: Literal["inline", "sides"] = "inline"


@bp.get("/<uid>/history")
@guard(May.READ)
def history(uid: str) -> Any:
    """All versions, and what happened to the story."""
    story = queries.the_story(g.session, uid)
    return render_template(
        "stories/history.html",
        story=story,
        versions=queries.versions_of(g.session, story),
        history=audit.history(g.session, story),
        **around(story),
    )


@bp.get("/<uid>/history/<int:number>")
@guard(May.READ)
def version(uid: str, number: int) -> Any:
    """One version as it stood, with the report that was attached to it."""
    story = queries.the_story(g.session, uid)
    found = queries.the_version(g.session, story, number)
    return render_template(
        "stories/version.html",
        story=story,
        version=found,
        html=shown(story, found.doc),
        report=report_from_json(found.report),
        posts=queries.posts_of(g.session, found.id) if found.kind == Kind.SUBMITTED else [],
        **around(story),
    )


@bp.get("/<uid>/diff/<int:before>..<int:after>")
@guard(May.READ)
def compare(uid: str, before: int, after: int) -> Any:
    """What changed between two versions; 0 stands for the draft."""
    story = queries.the_story(g.session, uid)
    return render_template(
        "stories/diff.html",
        story=story,
        before=before,
        after=after,
        look=read_query(LookIn).look,
        found=changes.between(_side(story, before), _side(story, after)),
        changes=changes,
        **around(story),
    )


def _side(story: Story, number: int) -> Story | Version:
    return queries.the_version(g.session, story, number) if number else story


@bp.get("/<uid>/diff/seen")
@guard(May.READ)
def since_seen(uid: str) -> Any:
    """What changed since the visitor read the piece last; who never did gets the versions."""
    story = queries.the_story(g.session, uid)
    seen = readings.last_read(g.session, g.actor, story)
    if seen is None:
        flash(gettext("您还没有看过这篇稿件的存档版本。"), "warn")
        return redirect(url_for("versions.history", uid=uid))
    return redirect(url_for("versions.compare", uid=uid, before=seen.number, after=0))


@bp.post("/<uid>/history/<int:number>/read")
@guard(May.READ)
def read_it(uid: str, number: int) -> Any:
    """The open page says that its reader had time to read."""
    story = queries.the_story(g.session, uid)
    readings.note(g.session, g.actor, queries.the_version(g.session, story, number))
    return "", 204


@bp.post("/<uid>/restore/<int:number>")
@guard(May.WRITE)
def restore(uid: str, number: int) -> Any:
    """Make an older version the draft; the present draft is kept as a version."""
    story = queries.the_story(g.session, uid)
    service.restore(g.session, g.actor, story, queries.the_version(g.session, story, number))
    return back("writing.edit", uid, gettext("已恢复为草稿，原来的草稿也存了档。"))


@bp.post("/<uid>/keep")
@guard(May.WRITE)
def keep(uid: str) -> Any:
    """Keep the draft as a version."""
    story = queries.the_story(g.session, uid)
    kept = service.name_version(g.session, g.actor, story, read(NoteIn).note)
    return back("versions.history", uid, gettext("已存档为第 %(n)s 版。", n=kept.number))
