"""Pages of films: the player with its strip, the form for platforms, how far each work is."""

from __future__ import annotations

import io
from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from assets import subtitles
from assets.film_presets import FILM_PRESETS, FilmPreset
from assets.refusals import Refused, in_bytes
from assets.store import Blob
from kitchen.core.errors import N_, Forbidden, Invalid, NotFound, NotSignedIn, Refusal
from kitchen.media import queries as catalogue
from kitchen.media.filming import labels, queries, service
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import PROXY, STRIP, SUBTITLES, May
from kitchen.media.filming.schemas import CoverIn, WishesIn
from kitchen.media.intake import refusal_of
from kitchen.media.models import MediaAsset
from kitchen.media.rules import FILM, Kind
from kitchen.media.rules import May as Media
from kitchen.web.face import g_face, in_one_unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say, say_refusal

bp = Blueprint("filming", __name__, url_prefix="/assets")

BLANK = {"fit": "blur", "x": 50, "y": 50, "start": 0, "end": 0}


@bp.get("/<uid>/films")
@guard(Media.READ)
def show(uid: str) -> Any:
    """The film to look at, and the form in which other forms of it are asked for."""
    asset = _film(uid)
    return _page(asset, Form(WishesIn, {**BLANK, "presets": []}))


@bp.get("/<uid>/films/works")
@guard(Media.READ)
def works(uid: str) -> Any:
    """How far each form is, for a page that heard of progress."""
    asset = _film(uid)
    return render_template("media/_film_works.html", **_works(asset))


@bp.post("/<uid>/films")
@guard(May.ASK)
def ask(uid: str) -> Any:
    """Have forms made; where a platform cannot take the part, the others are made all the same."""
    asset, form = _film(uid), Form(WishesIn)
    with form.attempt():
        wished = form.read()
        asked, refused = _asked(asset, wished.presets, wished.placed())
        if not asked:
            raise refused[0][1]
        for preset, refusal in refused:
            flash(f"{_name_of(preset)}{gettext('：')}{_reason(refusal)}", "warn")
        flash(gettext("已排队，做好后这里会自动更新。"), "ok")
        return redirect(url_for("filming.show", uid=uid))
    return _page(_film(uid), form)


def _asked(
    asset: MediaAsset, presets: list[str], wished: dict[str, Any]
) -> tuple[list[FilmWork], list[tuple[str, Invalid]]]:
    asked, refused = [], []
    for preset in presets:
        try:
            asked.append(service.request_transcode(g.session, g.actor, asset, preset, **wished))
        except Invalid as refusal:
            refused.append((preset, refusal))
    return asked, refused


def _reason(refusal: Invalid) -> str:
    told = next(iter(refusal.fields.values()), None)
    return say(told) if told else say_refusal(refusal)


@bp.post("/<uid>/films/<preset>/cancel")
@guard(May.ASK)
def cancel(uid: str, preset: str) -> Any:
    """Call a work off."""
    service.cancel(g.session, g.actor, queries.the_work(g.session, uid, preset))
    flash(gettext("已取消。"), "ok")
    return redirect(url_for("filming.show", uid=uid))


@bp.post("/<uid>/films/<preset>/again")
@guard(May.ASK)
def again(uid: str, preset: str) -> Any:
    """Have a work made once more."""
    service.make_again(g.session, g.actor, queries.the_work(g.session, uid, preset))
    flash(gettext("已排队，做好后这里会自动更新。"), "ok")
    return redirect(url_for("filming.show", uid=uid))


@bp.post("/<uid>/films/cover")
@guard(May.ASK)
def cover(uid: str) -> Any:
    """Choose the frame that stands for the film."""
    form = Form(CoverIn)
    service.choose_cover(g.session, g.actor, _film(uid), form.read().at)
    flash(gettext("已排队，封面做好后会自动换上。"), "ok")
    return redirect(url_for("filming.show", uid=uid))


@bp.post("/<uid>/films/subtitles")
@guard(May.ASK, by_hand=True)
def receive_subtitles(uid: str) -> Any:
    """Take subtitles in: read, put into the store as WebVTT, entered."""
    try:
        kept = _kept_subtitles()
    except (Forbidden, NotFound, NotSignedIn):
        raise
    except Refusal as refusal:
        return in_one_unit(partial(_refused_subtitles, uid, refusal))
    return in_one_unit(partial(_entered_subtitles, uid, kept))


def _kept_subtitles() -> Blob:
    sent = request.files.get("subtitles")
    if sent is None or not sent.filename:
        raise Invalid(fields={"subtitles": N_("没有选文件。请选择 SRT 或 WebVTT 字幕。")})
    try:
        cues = subtitles.read(sent.stream.read(subtitles.MOST_BYTES + 1))
    except Refused as refused:
        said = refusal_of(refused)
        raise Invalid(said.message, code=said.reason, **said.params) from refused
    return g_face().ports.store.put(io.BytesIO(subtitles.as_vtt(cues)))


def _refused_subtitles(uid: str, refusal: Refusal) -> Any:
    form = Form(WishesIn, {**BLANK, "presets": []})
    form.values.update({**BLANK, "presets": []})
    form.refuse(refusal)
    return _page(_film(uid), form)


def _entered_subtitles(uid: str, kept: Blob) -> Any:
    service.set_subtitles(g.session, g.actor, _film(uid), kept)
    flash(gettext("字幕已收下。"), "ok")
    return redirect(url_for("filming.show", uid=uid))


def _film(uid: str) -> MediaAsset:
    asset = catalogue.the_asset(g.session, uid)
    if asset.kind != Kind.VIDEO or asset.making:
        raise NotFound
    return asset


def _page(asset: MediaAsset, form: Form[WishesIn]) -> Any:
    there = {each.preset for each in asset.renditions}
    about = _works(asset)
    strip = about["works"].get(STRIP)
    return form.page(
        "media/films.html",
        **about,
        choices=[(name, _name_of(name), _limits(each)) for name, each in FILM_PRESETS.items()],
        fits=labels.FITS,
        source=PROXY if PROXY in there else FILM,
        words=SUBTITLES if SUBTITLES in there else "",
        strip=strip.facts.get("strip") if strip and STRIP in there else None,
        original=strip.facts.get("original") if strip else None,
    )


def _works(asset: MediaAsset) -> dict[str, Any]:
    found = queries.works_of(g.session, asset)
    order = [*FILM_PRESETS, *labels.OWN]
    return {
        "item": asset,
        "works": found,
        "shown": [found[preset] for preset in order if preset in found],
        "labels": labels,
        "may_ask": g.actor.may(May.ASK),
    }


def _name_of(preset: str) -> str:
    return gettext(labels.PRESETS.get(preset, preset))


def _limits(preset: FilmPreset) -> str:
    said = [f"{preset.width} × {preset.height}"]
    if preset.max_seconds:
        said.append(gettext("最长 %(n)s 秒", n=f"{preset.max_seconds:g}"))
    if preset.max_bytes:
        said.append(gettext("最大 %(size)s", size=in_bytes(preset.max_bytes)))
    return gettext("，").join(said)
