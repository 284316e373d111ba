"""Pages of stories: the lists, the pool, one story, its checks, and the verbs that move it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.assignments import queries as assignments
from kitchen.core import audit
from kitchen.core.errors import Invalid
from kitchen.core.workflow import open_moves
from kitchen.stories import check_showing as showing
from kitchen.stories import labels, queries, release, service
from kitchen.stories.doc import safe_link
from kitchen.stories.readiness import readiness
from kitchen.stories.rules import May
from kitchen.stories.schemas import AdoptIn, BeginIn, NoteIn, ShareIn, StoryQuery
from kitchen.stories.showing import around, attached, back, shown
from kitchen.topics import queries as topics
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say
from kitchen.web.schema import read, read_query

bp = Blueprint("stories", __name__)


@bp.get("/stories")
@guard(May.READ)
def index() -> Any:
    """Stories by state; a person's own, or everybody's."""
    query = read_query(StoryQuery)
    page = queries.page_of_stories(
        g.session,
        author_id=g.actor.id if query.mine else None,
        **query.model_dump(exclude={"mine"}),
    )
    return render_template(
        "stories/index.html",
        page=page,
        query=query,
        labels=labels,
        returned=queries.count_returned(g.session, g.actor.id),
    )


@bp.get("/pool")
@guard(May.READ)
def pool() -> Any:
    """What lies open to be adopted, newest first (S56)."""
    query = read_query(StoryQuery)
    page = queries.page_of_stories(
        g.session, shared=True, **query.model_dump(exclude={"mine", "state"})
    )
    return render_template("stories/pool.html", page=page, query=query, labels=labels)


@bp.route("/stories/new", methods=["GET", "POST"])
@guard(May.WRITE)
def new() -> Any:
    """Begin a story; ``?topic=`` or ``?assignment=`` says from what."""
    wanted = {name: request.values.get(name, "") for name in ("topic", "assignment")}
    topic = topics.the_topic(g.session, wanted["topic"]) if wanted["topic"] else None
    task = (
        assignments.the_assignment(g.session, wanted["assignment"])
        if wanted["assignment"]
        else None
    )
    source = topic or task
    form = Form(BeginIn, {"title": source.title if source else ""})
    if form.posted:
        with form.attempt():
            title = form.read().title
            story = service.begin(g.session, g.actor, topic=topic, assignment=task, title=title)
            return redirect(url_for("writing.edit", uid=story.uid))
    return form.page("stories/new.html", topic=topic, assignment=task, wanted=wanted)


@bp.get("/stories/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One story: the text, the facts, its editions and versions, what stands in the way."""
    story = queries.story_to_show(g.session, uid)
    return render_template(
        "stories/show.html",
        story=story,
        html=shown(story),
        pictures=attached(story),
        state=readiness(g.session, story),
        versions=queries.versions_of(g.session, story),
        history=audit.history(g.session, story, limit=30),
        moves={move.name for move in open_moves(story, g.actor)},
        safe_link=safe_link,
        **around(story),
    )


@bp.get("/stories/<uid>/checks")
@guard(May.READ)
def checks(uid: str) -> Any:
    """What the machine found, beside the text in which it was found; ``?hit=`` is before one."""
    story = queries.the_story(g.session, uid)
    chosen = request.args.get("hit", default=0, type=int)
    return render_template(
        "stories/checks.html", story=story, **showing.checked(story, chosen), **around(story)
    )


@bp.post("/stories/<uid>/submit")
@guard(May.WRITE)
def submit(uid: str) -> Any:
    """Send it for review; what stands in the way is named on the story's page."""
    story = queries.the_story(g.session, uid)
    given = read(NoteIn)
    try:
        release.submit(g.session, g.actor, story, given.note, seen=given.version)
    except Invalid as refusal:
        if refusal.reason != release.NOT_READY:
            raise
        # the editions, and a clip that was asked for, were made all the same
        for told in refusal.fields.values():
            flash(say(told), "danger")
        return redirect(url_for("stories.show", uid=uid))
    return back("stories.show", uid, gettext("已送审。审核期间不能修改，需要时可以撤回。"))


@bp.post("/stories/<uid>/take_back")
@guard(May.WRITE)
def take_back(uid: str) -> Any:
    """Take it out of review to mend it."""
    release.take_back(g.session, g.actor, queries.the_story(g.session, uid))
    return back("writing.edit", uid, gettext("已撤回，可以继续修改。"))


@bp.post("/stories/<uid>/share")
@guard(May.WRITE)
def share(uid: str) -> Any:
    """Put it into the pool, or take it out."""
    story = queries.the_story(g.session, uid)
    service.share(g.session, g.actor, story, shared=read(ShareIn).shared)
    told = gettext("已放进共享库。") if story.shared else gettext("已从共享库移出。")
    return back("stories.show", uid, told)


@bp.post("/stories/<uid>/adopt")
@guard(May.ADOPT)
def adopt(uid: str) -> Any:
    """Make an own draft of a shared piece."""
    story = queries.the_story(g.session, uid)
    adopted = service.adopt(g.session, g.actor, story, read(AdoptIn).share)
    return back("writing.edit", adopted.uid, gettext("已采用，来源和分成都记下了。"))
