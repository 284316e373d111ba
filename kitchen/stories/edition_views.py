"""Pages of editions: where a story goes and when, each channel's edition, its preview."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import (
    Blueprint,
    Response,
    flash,
    g,
    jsonify,
    make_response,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from markupsafe import Markup

from channels.base import Form as Shape
from channels.registry import channel_class
from kitchen.core import clock
from kitchen.core.errors import N_, Invalid, Stale, WrongState
from kitchen.matrix import labels as accounts_words
from kitchen.matrix import queries as matrix
from kitchen.media.models import MediaAsset
from kitchen.people import queries as people
from kitchen.stories import diff, editions, queries, release, versions
from kitchen.stories import doc as text
from kitchen.stories import facts as lines
from kitchen.stories.editions import differences, refresh_edition, switch_edition, tune_edition
from kitchen.stories.master import Material, material_of
from kitchen.stories.models import Edition, Story
from kitchen.stories.preview import POLICY, preview_of
from kitchen.stories.readiness import readiness
from kitchen.stories.release import Aim
from kitchen.stories.rules import Kind, May
from kitchen.stories.schemas import (
    DraftIn,
    EmbargoIn,
    MatrixIn,
    RefreshIn,
    SwitchIn,
    TargetsIn,
    TuneIn,
)
from kitchen.stories.showing import around, as_picture, back, shown
from kitchen.web.api import seen_version
from kitchen.web.errors import status_of
from kitchen.web.face import g_face
from kitchen.web.guard import guard
from kitchen.web.i18n import say, say_refusal
from kitchen.web.schema import check, read

bp = Blueprint("editions", __name__, url_prefix="/stories")


@bp.get("/<uid>/editions")
@guard(May.READ)
def index(uid: str) -> Any:
    """Where the story goes, when and in which order; and how each edition stands."""
    return _overview(queries.the_story(g.session, uid), {})


def _overview(story: Story, errors: dict[str, str]) -> str:
    chosen = {target.account_id: target for target in story.targets}
    accounts = sorted(
        queries.accounts(g.session),
        key=lambda it: chosen[it.id].position if it.id in chosen else len(chosen),
    )
    return render_template(
        "stories/editions.html",
        story=story,
        state=readiness(g.session, story),
        keys=editions.chosen_channels(story),
        known={edition.channel: edition for edition in story.editions},
        accounts=accounts,
        chosen=chosen,
        errors=errors,
        typed_slot=_typed_slot,
        account_labels=accounts_words,
        may_edit=g.actor.may(May.EDIT, story.unit_id),
        units=people.all_units(g.session),
        **around(story),
    )


def _typed_slot(slot: datetime) -> str:
    """A slot as the field for it takes it: the newsroom's wall clock."""
    return f"{clock.local(slot):%Y-%m-%dT%H:%M}"


@bp.post("/<uid>/targets")
@guard(May.WRITE)
def targets(uid: str) -> Any:
    """Set where it goes; the fields of each account carry its uid in their names."""
    story = queries.the_story(g.session, uid)
    try:
        given = check(TargetsIn, {"targets": _typed_targets()})
        accounts = [matrix.the_account(g.session, target.account) for target in given.targets]
        aims = [
            Aim(account, target.slot)
            for account, target in zip(accounts, given.targets, strict=True)
        ]
        release.set_targets(g.session, g.actor, story, aims)
    except Invalid as refusal:
        g.session.rollback()
        errors = {name: say(told) for name, told in refusal.fields.items()}
        return _overview(queries.the_story(g.session, uid), errors), 422
    return back("editions.index", uid, gettext("发布账号和时间已保存。"))


@bp.post("/<uid>/matrix")
@guard(May.EDIT)
def matrix_at_once(uid: str) -> Any:
    """A statement: tick every account in use of a unit and below, all at the same time."""
    story, given = queries.the_story(g.session, uid), read(MatrixIn)
    units = people.units_below(g.session, given.unit)
    release.aim_at_matrix(g.session, g.actor, story, given.slot, units)
    told = gettext("已选 %(n)s 个账号，同步发声。", n=len(story.targets))
    return back("editions.index", uid, told)


@bp.post("/<uid>/embargo")
@guard(May.WRITE)
def embargo(uid: str) -> Any:
    """Set until when it goes nowhere, or lift the embargo."""
    story, given = queries.the_story(g.session, uid), read(EmbargoIn)
    release.set_embargo(g.session, g.actor, story, given.until, given.note)
    told = gettext("保密期已保存。") if given.until else gettext("已取消保密期。")
    return back("editions.index", uid, told)


def _typed_targets() -> list[dict[str, str]]:
    """The ticked accounts in the order of their numbers."""

    def place(uid: str) -> tuple[int, int]:
        number = _number(request.form.get(f"position-{uid}", ""))
        return (999 if number is None else number, ticked.index(uid))

    ticked = request.form.getlist("account")
    return [
        {"account": uid, **({"slot": slot} if (slot := request.form.get(f"slot-{uid}")) else {})}
        for uid in sorted(dict.fromkeys(ticked), key=place)
    ]


@bp.post("/<uid>/editions")
@guard(May.WRITE)
def make(uid: str) -> Any:
    """Make what is missing, and bring what nobody touched up to the master."""
    made = editions.make_editions(g.session, g.actor, queries.the_story(g.session, uid))
    if not made:
        raise Invalid(N_("还没有选择账号，先勾选发到哪里。"))
    return back("editions.index", uid, gettext("各渠道版本已是最新。"))


@bp.get("/<uid>/editions/<channel>")
@guard(May.READ)
def show(uid: str, channel: str) -> Any:
    """One edition: its fields, its limits, what the master would change, and how it looks."""
    story = queries.the_story(g.session, uid)
    return _page(story, queries.the_edition(g.session, story, channel))


def _page(
    story: Story, edition: Edition, typed: dict[str, Any] | None = None, refusal: Any = None
) -> Response:
    files = material_of(g.session, story, edition.doc)
    values = {**editions.values_of(edition), "tags": lines.write_tags(edition.tags)}
    errors = refusal.fields if isinstance(refusal, Invalid) else {}
    body = render_template(
        "stories/edition.html",
        story=story,
        edition=edition,
        channel=channel_class(edition.channel),
        limits=channel_class(edition.channel).limits,
        article=edition.form == Shape.ARTICLE,
        values={**values, **(typed or {})},
        errors={name: say(told) for name, told in errors.items()},
        message=say_refusal(refusal) if refusal else "",
        stands=values if isinstance(refusal, Stale) else None,
        state=readiness(g.session, story),
        differences=_differences(story, edition),
        pictures=[as_picture(asset) for asset in files.pictures],
        order=_ordered(edition, files),
        html=shown(story, edition.doc),
        **around(story),
    )
    return make_response(body, status_of(refusal) if refusal else 200)


def _ordered(edition: Edition, files: Material) -> list[tuple[MediaAsset, int]]:
    """Every picture with its place in this edition; 0 for those that it leaves out."""
    places = {uid: at for at, uid in enumerate(edition.media_uids, start=1)}
    pairs = [(asset, places.get(asset.uid, 0)) for asset in files.pictures]
    return sorted(pairs, key=lambda pair: pair[1] or len(pairs) + 1)


def _differences(story: Story, edition: Edition) -> list[dict[str, Any]]:
    """What the master would change, marked; nothing while a file is in making."""
    if not edition.stale and not edition.tuned:
        return []
    try:
        found = differences(g.session, story, edition)
    except WrongState:
        return []
    return [
        {"field": it.field, "tuned": it.tuned, "parts": diff.compare(it.stands, it.fresh)}
        for it in found
    ]


@bp.post("/<uid>/editions/<channel>")
@guard(May.WRITE)
def tune(uid: str, channel: str) -> Any:
    """Set fields by hand; a refused form comes back as it was typed."""
    story = queries.the_story(g.session, uid)
    edition = queries.the_edition(g.session, story, channel)
    typed = _typed_edition(edition)
    try:
        given = check(TuneIn, typed)
        tune_edition(g.session, g.actor, story, edition, given.version, **given.values())
    except (Invalid, Stale) as refusal:
        g.session.rollback()
        story = queries.the_story(g.session, uid)
        edition = queries.the_edition(g.session, story, channel)
        return _page(story, edition, typed, refusal)
    flash(gettext("已保存。手工改过的字段不会被主稿覆盖。"), "ok")
    return redirect(url_for("editions.show", uid=uid, channel=channel))


def _typed_edition(edition: Edition) -> dict[str, Any]:
    names = ("title", "digest", "body", "tags", "author", "cover_uid", "version")
    typed: dict[str, Any] = {name: request.form[name] for name in names if name in request.form}
    if "pictures" in request.form:
        typed["media_uids"] = _typed_order()
    if edition.form == Shape.ARTICLE:
        typed.pop("body", None)
    return typed


def _typed_order() -> list[str]:
    """Pictures by the numbers beside them; without a number a picture stays out."""
    numbered = {
        name.removeprefix("place-"): number
        for name, words in request.form.items()
        if name.startswith("place-") and (number := _number(words))
    }
    return sorted(numbered, key=lambda uid: numbered[uid])


def _number(words: str) -> int | None:
    """A place as it was typed; nothing for what is no number that anybody would type."""
    return int(words) if words.isascii() and words.isdigit() and len(words) < 10 else None


@bp.put("/<uid>/editions/<channel>/text")
@guard(May.WRITE)
def save_text(uid: str, channel: str) -> Any:
    """The editor's autosave of an article's text for one channel."""
    story = queries.story_to_save(g.session, uid)
    edition = queries.the_edition(g.session, story, channel)
    given = read(DraftIn)
    seen = seen_version() or given.version
    if seen is None or given.doc is None:
        raise Invalid(N_("没有说明是从哪个版本改起的，没有保存。请刷新页面。"))
    if seen != edition.version:
        theirs = {"title": "", "doc": edition.doc or story.doc, "fields": {}, "by": ""}
        raise Stale(theirs=theirs, version=edition.version)
    stands = edition.doc or story.doc
    if text.checked(given.doc) != stands:
        if given.keep == "mine":
            note = N_("渠道正文被另一份改动覆盖前的内容")
            versions.snapshot(g.session, g.actor, story, Kind.MANUAL, note=note, doc=stands)
        tune_edition(g.session, g.actor, story, edition, seen, doc=given.doc)
    return jsonify(version=edition.version)


@bp.post("/<uid>/editions/<channel>/refresh")
@guard(May.WRITE)
def refresh(uid: str, channel: str) -> Any:
    """Bring it up to the master; what was tuned stays unless everything is asked for."""
    story = queries.the_story(g.session, uid)
    edition = queries.the_edition(g.session, story, channel)
    refresh_edition(g.session, g.actor, story, edition, all_fields=read(RefreshIn).all_fields)
    flash(gettext("已按主稿更新。"), "ok")
    return redirect(url_for("editions.show", uid=uid, channel=channel))


@bp.post("/<uid>/editions/<channel>/switch")
@guard(May.WRITE)
def switch(uid: str, channel: str) -> Any:
    """Have a channel carry this piece or not."""
    story = queries.the_story(g.session, uid)
    edition = queries.the_edition(g.session, story, channel)
    switch_edition(g.session, g.actor, story, edition, enabled=read(SwitchIn).enabled)
    told = gettext("这个渠道会发。") if edition.enabled else gettext("这次不发这个渠道。")
    return back("editions.index", uid, told)


@bp.get("/<uid>/preview/<channel>")
@guard(May.READ)
def preview(uid: str, channel: str) -> Any:
    """The edition as a phone shows it; framed by the page beside it."""
    story = queries.the_story(g.session, uid)
    edition = queries.the_edition(g.session, story, channel)
    files = material_of(g.session, story, edition.doc)
    try:
        seen = preview_of(g_face().ports.store, edition, files)
        page = render_template(
            seen.template,
            it=seen,
            html=Markup(seen.html),  # noqa: S704 - cleaned by the channel's markup
            story=story,
            channel=channel_class(channel),
        )
    except WrongState as unready:
        page = render_template("stories/preview/waiting.html", told=say_refusal(unready))
    response = make_response(page)
    response.headers["Content-Security-Policy"] = POLICY
    return response
