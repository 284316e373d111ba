"""The writing room: the editor, its autosave, and the files that belong to a story."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import Blueprint, flash, g, jsonify, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core.errors import N_, Forbidden, Invalid, Refusal, Stale
from kitchen.media import queries as media
from kitchen.media import service as media_service
from kitchen.media import uploads
from kitchen.media.rules import May as MediaMay
from kitchen.media.rules import Rights
from kitchen.media.uploads import Received
from kitchen.outlet.queries import column_names
from kitchen.stories import doc as text
from kitchen.stories import labels, queries, service
from kitchen.stories.admission import may_change
from kitchen.stories.models import Story
from kitchen.stories.readiness import readiness
from kitchen.stories.rules import OPEN, AiUse, May
from kitchen.stories.schemas import AssetIn, DraftIn, PlainDraftIn
from kitchen.stories.showing import around, as_picture, attached, back, card_of, shown
from kitchen.web.api import seen_version
from kitchen.web.errors import status_of
from kitchen.web.face import in_one_unit
from kitchen.web.guard import guard
from kitchen.web.i18n import say, say_refusal
from kitchen.web.schema import check, read

bp = Blueprint("writing", __name__, url_prefix="/stories")

RECENT = 12
"""How many of the catalogue's latest pictures are offered beside the text."""


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
        content = given.content()
        if "text" in request.form:
            content["doc"] = text.with_text(story.doc, given.text)
        keep = request.form.get("keep") == "mine" or _flattens(story, content)
        service.save_draft(g.session, g.actor, story, content, given.version, keep_theirs=keep)
    except (Invalid, Stale) as refusal:
        g.session.rollback()
        fresh = queries.the_story(g.session, story.uid)
        page = _writing_room(fresh, fields, typed["text"], refusal)
        return page, status_of(refusal)
    flash(gettext("已保存。"), "ok")
    return redirect(url_for("writing.edit", uid=story.uid))


def _flattens(story: Story, content: Mapping[str, Any]) -> bool:
    """Whether headings, links and tables would go: a form holds words alone."""
    return content.get("doc", story.doc) != story.doc and not text.is_plain(story.doc)


def _writing_room(
    story: Story, values: Mapping[str, str], words: str, refusal: Refusal | None = None
) -> str:
    errors = refusal.fields if isinstance(refusal, Invalid) else {}
    return render_template(
        "stories/edit.html",
        story=story,
        values=values,
        words=words,
        html=shown(story),
        errors={name: say(told) for name, told in errors.items()},
        message=say_refusal(refusal) if refusal else "",
        stale=isinstance(refusal, Stale),
        theirs=text.to_text(story.doc),
        theirs_fields=service.form_of(story),
        pictures=attached(story),
        recent=_recent(story),
        state=readiness(g.session, story),
        risks=service.open_risks(g.actor, story),
        ai_uses=list(AiUse),
        columns=column_names(g.session),
        **around(story),
    )


def _recent(story: Story) -> list[dict[str, Any]]:
    """The latest pictures of the catalogue that are not the story's yet."""
    latest = media.recent(g.session, most=RECENT + len(story.attached))
    return [as_picture(asset) for asset in latest if asset.uid not in story.attached][:RECENT]


@bp.put("/<uid>/draft")
@guard(May.WRITE)
def save(uid: str) -> Any:
    """The editor's autosave."""
    story = queries.story_to_save(g.session, uid)
    try:
        given = read(DraftIn)
    except Invalid as refusal:
        raise _by_name(refusal) from refusal
    before = given.seen()
    if before is not None:
        mine = given.keep == "mine"
        service.save_fields(g.session, g.actor, story, given.content(), before, keep_theirs=mine)
        return jsonify(version=story.version, length=story.length)
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


@bp.post("/<uid>/attach")
@guard(May.WRITE)
def attach(uid: str) -> Any:
    """Put a file from the catalogue to the story."""
    story = queries.the_story(g.session, uid)
    service.attach(g.session, g.actor, story, media.the_asset(g.session, read(AssetIn).asset))
    return back("writing.edit", uid, gettext("已放进本稿素材。"))


@bp.post("/<uid>/detach")
@guard(May.WRITE)
def detach(uid: str) -> Any:
    """Take a file away from the story; it stays in the catalogue."""
    story = queries.the_story(g.session, uid)
    service.detach(g.session, g.actor, story, media.the_asset(g.session, read(AssetIn).asset))
    return back("writing.edit", uid, gettext("已从本稿移出，素材库里还在。"))


@bp.post("/<uid>/upload")
@guard(MediaMay.UPLOAD, by_hand=True)
def upload(uid: str) -> Any:
    """Bring files in and put them to the story at once."""
    received = uploads.receive(request.files.getlist("file"))
    return in_one_unit(lambda: _put_to_story(uid, received))


def _put_to_story(uid: str, received: Received) -> Any:
    if not g.actor.may(May.WRITE):
        raise Forbidden(permission=May.WRITE)
    story = queries.the_story(g.session, uid)
    cards = []
    for intake in received.taken:
        asset = media_service.catalogue(g.session, g.actor, intake, rights=Rights.OWN)
        service.attach(g.session, g.actor, story, asset)
        cards.append(card_of(asset))
    if request.headers.get("HX-Request") or request.accept_mimetypes.best == "application/json":
        if received.refused:
            raise received.refused[0][1]
        return jsonify(count=len(received.taken), items=cards)
    received.tell()
    return back("writing.edit", uid, gettext("收下了 %(n)s 个文件。", n=len(received.taken)))
