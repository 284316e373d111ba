"""Pages of stories: the lists, one story, the writing room, its versions, the pool."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext
from markupsafe import Markup

from channels.markup import Pictured
from channels.registry import channel_classes
from kitchen.assignments import queries as assignments
from kitchen.core import audit
from kitchen.core.errors import N_, Forbidden, Invalid, Refusal, Stale
from kitchen.core.workflow import open_moves
from kitchen.media import queries as media
from kitchen.media import service as media_service
from kitchen.media import uploads
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May as MediaMay
from kitchen.media.rules import Rights
from kitchen.media.uploads import Received
from kitchen.stories import diff, labels, queries, release, service
from kitchen.stories import doc as text
from kitchen.stories.admission import may_change
from kitchen.stories.checks.examine import examine
from kitchen.stories.checks.report import Report, Where, report_from_json
from kitchen.stories.master import piece_of
from kitchen.stories.models import Story, Version
from kitchen.stories.readiness import readiness
from kitchen.stories.rules import OPEN, AiUse, Kind, May
from kitchen.stories.schemas import (
    AdoptIn,
    AssetIn,
    BeginIn,
    DraftIn,
    NoteIn,
    PlainDraftIn,
    ShareIn,
    StoryQuery,
)
from kitchen.topics import queries as topics
from kitchen.topics.rules import Risk
from kitchen.web.api import seen_version
from kitchen.web.errors import status_of
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say, say_refusal
from kitchen.web.schema import check, read, read_query

bp = Blueprint("stories", __name__, url_prefix="/stories")


@bp.get("")
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


@bp.route("/new", methods=["GET", "POST"])
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
            return redirect(url_for("stories.edit", uid=story.uid))
    return form.page("stories/new.html", topic=topic, assignment=task, wanted=wanted)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One story: the text, the facts, its editions and versions, what stands in the way."""
    story = queries.the_story(g.session, uid)
    return render_template(
        "stories/show.html",
        story=story,
        html=_shown(story),
        pictures=_attached(story),
        state=readiness(g.session, story),
        versions=queries.versions_of(g.session, story),
        history=audit.history(g.session, story, limit=30),
        moves={move.name for move in open_moves(story, g.actor)},
        **_rights(story),
    )


def _rights(story: Story) -> dict[str, Any]:
    """What every page of a story knows."""
    hand = may_change(g.session, g.actor, story)
    return {
        "labels": labels,
        "channels": channel_classes(),
        "hand": hand,
        "open": hand and story.state in OPEN,
    }


def _shown(story: Story, doc: Mapping[str, Any] | None = None) -> Markup:
    """The text as HTML that may stand in a page: cleaned, pictures by our own addresses."""
    words = doc or story.doc
    names: dict[str, str] = {}

    def name(uid: str, sha256: str) -> str:
        names[sha256] = url_for("media.file", uid=uid, preset="preview")
        return sha256

    return Markup(Pictured(names.get).rewrite(text.to_html(words, name)))  # noqa: S704 - cleaned


def _attached(story: Story) -> list[dict[str, Any]]:
    """The files that belong to the story without standing in its text, as pictures of a grid."""
    known = media.assets_by_uid(g.session, story.attached)
    return [_as_picture(known[uid]) for uid in story.attached if uid in known]


def _as_picture(asset: MediaAsset) -> dict[str, Any]:
    return {
        "uid": asset.uid,
        "thumb": url_for("media.file", uid=asset.uid, preset="thumb"),
        "src": url_for("media.file", uid=asset.uid, preset="preview"),
        "alt": asset.name,
        "caption": asset.caption or asset.name,
        "credit": asset.credit,
        "href": url_for("media.show", uid=asset.uid),
    }


@bp.route("/<uid>/edit", methods=["GET", "POST"])
@guard(May.WRITE)
def edit(uid: str) -> Any:
    """The writing room. Where no script runs, the form itself saves title, facts and words."""
    story = queries.the_story(g.session, uid)
    if request.method == "POST":
        return _save_plain(story)
    if not may_change(g.session, g.actor, story):
        raise Forbidden(permission=May.EDIT)
    if story.state not in OPEN:
        return redirect(url_for("stories.show", uid=uid))
    return _writing_room(story, service.form_of(story), text.to_text(story.doc))


def _save_plain(story: Story) -> Any:
    typed = {name: request.form.get(name, "") for name in PlainDraftIn.model_fields}
    fields = {name: words for name, words in typed.items() if name in service.form_of(story)}
    try:
        given = check(
            PlainDraftIn, {name: it for name, it in typed.items() if name in request.form}
        )
        content = given.model_dump(exclude_unset=True, exclude={"text", "version"})
        if "text" in request.form:
            content["doc"] = text.with_text(story.doc, given.text)
        mine = request.form.get("keep") == "mine"
        service.save_draft(g.session, g.actor, story, content, given.version, keep_theirs=mine)
    except (Invalid, Stale) as refusal:
        g.session.rollback()
        fresh = queries.the_story(g.session, story.uid)
        page = _writing_room(fresh, fields, typed["text"], refusal)
        return page, status_of(refusal)
    flash(gettext("已保存。"), "ok")
    return redirect(url_for("stories.edit", uid=story.uid))


def _writing_room(
    story: Story, values: Mapping[str, str], words: str, refusal: Refusal | None = None
) -> str:
    errors = refusal.fields if isinstance(refusal, Invalid) else {}
    return render_template(
        "stories/edit.html",
        story=story,
        values=values,
        words=words,
        html=_shown(story),
        errors={name: say(told) for name, told in errors.items()},
        message=say_refusal(refusal) if refusal else "",
        stale=isinstance(refusal, Stale),
        theirs=text.to_text(story.doc),
        theirs_fields=service.form_of(story),
        pictures=_attached(story),
        state=readiness(g.session, story),
        risks=_risks(story),
        ai_uses=list(AiUse),
        **_rights(story),
    )


def _risks(story: Story) -> list[Risk]:
    """The classes that may be chosen: the committee's and those above it."""
    order = list(Risk)
    return order[order.index(Risk(story.topic.risk)) :] if story.topic else order


@bp.put("/<uid>/draft")
@guard(May.WRITE)
def save(uid: str) -> Any:
    """The editor's autosave."""
    story = queries.story_to_save(g.session, uid)
    try:
        given = read(DraftIn)
    except Invalid as refusal:
        raise _by_name(refusal) from refusal
    seen = seen_version() or given.version
    if seen is None:
        raise Invalid(N_("没有说明是从哪个版本改起的，没有保存。请刷新页面。"))
    service.save_draft(
        g.session, g.actor, story, given.content(), seen, keep_theirs=given.keep == "mine"
    )
    return jsonify(version=story.version, length=story.length)


def _by_name(refusal: Invalid) -> Invalid:
    """The editor has one line for what is wrong: it names the field."""
    path, told = next(iter(refusal.fields.items()), ("", None))
    if told is None:
        return refusal
    field = labels.FIELDS.get(path.split(".")[1] if "." in path else path, "")
    where = gettext(field) if field else path
    sentence = N_("“%(where)s”：%(told)s")
    return Invalid(sentence, fields=refusal.fields, where=where, told=say(told))


@bp.get("/<uid>/checks")
@guard(May.READ)
def checks(uid: str) -> Any:
    """What the machine found, beside the text in which it was found; step by step."""
    story = queries.the_story(g.session, uid)
    report = examine(piece_of(g.session, story))
    return render_template(
        "stories/checks.html",
        story=story,
        report=report,
        parts={where: _marked(story, report, where) for where in (Where.TITLE, Where.TEXT)},
        **_rights(story),
    )


def _marked(story: Story, report: Report, where: Where) -> list[tuple[str, int | None]]:
    """One part of the piece cut at the hits: (words, number of the hit or None)."""
    words = story.title if where is Where.TITLE else text.to_text(story.doc)
    parts: list[tuple[str, int | None]] = []
    at = 0
    hits = [(it.offset, it.quote, n) for n, it in enumerate(report.hits) if it.where is where]
    for offset, quote, number in sorted(hits):
        if quote and offset >= at:
            parts += [(words[at:offset], None), (quote, number)]
            at = offset + len(quote)
    return [*parts, (words[at:], None)]


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
        **_rights(story),
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
        html=_shown(story, found.doc),
        report=report_from_json(found.report),
        posts=queries.posts_of(g.session, found.id) if found.kind == Kind.SUBMITTED else [],
        **_rights(story),
    )


@bp.get("/<uid>/diff/<int:before>..<int:after>")
@guard(May.READ)
def compare(uid: str, before: int, after: int) -> Any:
    """What changed between two versions; 0 stands for the draft."""
    story = queries.the_story(g.session, uid)
    old, new = (_side(story, number) for number in (before, after))
    return render_template(
        "stories/diff.html",
        story=story,
        before=before,
        after=after,
        titles=diff.compare(old[0], new[0]),
        texts=diff.compare(old[1], new[1]),
        changed=diff.changed,
        **_rights(story),
    )


def _side(story: Story, number: int) -> tuple[str, str]:
    side: Story | Version = queries.the_version(g.session, story, number) if number else story
    return side.title, text.to_text(side.doc)


@bp.post("/<uid>/restore/<int:number>")
@guard(May.WRITE)
def restore(uid: str, number: int) -> Any:
    """Make an older version the draft; the present draft is kept as a version."""
    story = queries.the_story(g.session, uid)
    service.restore(g.session, g.actor, story, queries.the_version(g.session, story, number))
    return _back("stories.edit", uid, gettext("已恢复为草稿，原来的草稿也存了档。"))


@bp.post("/<uid>/keep")
@guard(May.WRITE)
def keep(uid: str) -> Any:
    """Keep the draft as a version."""
    story = queries.the_story(g.session, uid)
    kept = service.name_version(g.session, g.actor, story, read(NoteIn).note)
    return _back("stories.history", uid, gettext("已存档为第 %(n)s 版。", n=kept.number))


@bp.post("/<uid>/submit")
@guard(May.WRITE)
def submit(uid: str) -> Any:
    """Send it for review; what stands in the way is named on the story's page."""
    story = queries.the_story(g.session, uid)
    given = read(NoteIn)
    try:
        release.submit(g.session, g.actor, story, given.note, seen=given.version)
    except Invalid as refusal:
        g.session.rollback()
        for told in refusal.fields.values():
            flash(say(told), "danger")
        return redirect(url_for("stories.show", uid=uid))
    return _back("stories.show", uid, gettext("已送审。审核期间不能修改，需要时可以撤回。"))


@bp.post("/<uid>/take_back")
@guard(May.WRITE)
def take_back(uid: str) -> Any:
    """Take it out of review to mend it."""
    release.take_back(g.session, g.actor, queries.the_story(g.session, uid))
    return _back("stories.edit", uid, gettext("已撤回，可以继续修改。"))


@bp.post("/<uid>/share")
@guard(May.WRITE)
def share(uid: str) -> Any:
    """Put it into the pool, or take it out."""
    story = queries.the_story(g.session, uid)
    service.share(g.session, g.actor, story, shared=read(ShareIn).shared)
    told = gettext("已放进共享库。") if story.shared else gettext("已从共享库移出。")
    return _back("stories.show", uid, told)


@bp.post("/<uid>/adopt")
@guard(May.ADOPT)
def adopt(uid: str) -> Any:
    """Make an own draft of a shared piece."""
    story = queries.the_story(g.session, uid)
    adopted = service.adopt(g.session, g.actor, story, read(AdoptIn).share)
    return _back("stories.edit", adopted.uid, gettext("已采用，来源和分成都记下了。"))


@bp.post("/<uid>/attach")
@guard(May.WRITE)
def attach(uid: str) -> Any:
    """Put a file from the catalogue to the story."""
    story = queries.the_story(g.session, uid)
    service.attach(g.session, g.actor, story, media.the_asset(g.session, read(AssetIn).asset))
    return _back("stories.edit", uid, gettext("已放进本稿素材。"))


@bp.post("/<uid>/detach")
@guard(May.WRITE)
def detach(uid: str) -> Any:
    """Take a file away from the story; it stays in the catalogue."""
    story = queries.the_story(g.session, uid)
    service.detach(g.session, g.actor, story, media.the_asset(g.session, read(AssetIn).asset))
    return _back("stories.edit", uid, gettext("已从本稿移出，素材库里还在。"))


@bp.post("/<uid>/upload")
@guard(MediaMay.UPLOAD, by_hand=True)
def upload(uid: str) -> Any:
    """Bring files in and put them to the story at once."""
    received = uploads.receive(request.files.getlist("file"))
    return uploads.in_one_unit(lambda: _put_to_story(uid, received))


def _put_to_story(uid: str, received: Received) -> Any:
    if not g.actor.may(May.WRITE):
        raise Forbidden(permission=May.WRITE)
    story = queries.the_story(g.session, uid)
    for intake in received.taken:
        asset = media_service.catalogue(g.session, g.actor, intake, rights=Rights.OWN)
        service.attach(g.session, g.actor, story, asset)
    if request.headers.get("HX-Request") or request.accept_mimetypes.best == "application/json":
        if received.refused:
            raise received.refused[0][1]
        return jsonify(count=len(received.taken))
    received.tell()
    return _back("stories.edit", uid, gettext("收下了 %(n)s 个文件。", n=len(received.taken)))


def _back(endpoint: str, uid: str, told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for(endpoint, uid=uid))
