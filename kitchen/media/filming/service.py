"""Verbs on works: ask for a form of a film, call it off, have it made again; subtitles."""

from __future__ import annotations

from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from assets import transcoding
from assets.film_presets import FILM_PRESETS, Fit
from assets.framing import Framing
from assets.refusals import Refused
from assets.store import Blob
from assets.transcoding import Wishes
from assets.video import Film
from kitchen import ports
from kitchen.core import audit
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import after_commit
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.media import service as catalogue
from kitchen.media.events import AssetCatalogued, ClipMade
from kitchen.media.filming import queries
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import (
    BELL,
    POSTER,
    PREPARED,
    SHARED,
    STRIP,
    SUBTITLES,
    May,
    State,
)
from kitchen.media.intake import refusal_of
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import FILM, Kind, Making

UNMARKED = (STRIP, POSTER)
"""Works that make pictures for the desk and covers, not films."""


def prepare(session: Session, event: AssetCatalogued | ClipMade) -> None:
    """Have made of a new film what every film needs at the desk."""
    asset = session.get_one(MediaAsset, event.asset_id)
    if asset.kind == Kind.VIDEO:
        for preset in PREPARED:
            _asked(session, HOUSE, asset, preset, {})
        if asset.recipe and asset.aigc:
            mark_anew(session, asset)


def mark_anew(session: Session, asset: MediaAsset) -> None:
    """Have all that leaves the house say what it should now: its label, and who vouches for it."""
    if asset.making != Making.DONE:
        return  # once it is made, it is prepared
    works = queries.works_of(session, asset)
    for preset in dict.fromkeys((FILM, *works)):
        work = works.get(preset)
        if work is None:
            _asked(session, HOUSE, asset, preset, {})
        elif preset not in UNMARKED and work.state in {State.MAKING, State.DONE, State.FAILED}:
            _again(session, HOUSE, work, work.wishes)


def request_transcode(
    session: Session,
    actor: Actor,
    asset: MediaAsset,
    preset: str,
    *,
    fit: Fit = Fit.BLUR,
    x: float = 0.5,
    y: float = 0.5,
    start: float = 0.0,
    end: float = 0.0,
    burn: bool = False,
) -> FilmWork:
    """Have a film made ready for a platform: the part from ``start`` to ``end`` in seconds, 0 is
    its end; ``burn`` sets its subtitles into the picture.

    Asked for again with the same wishes, the same work is answered; with others, it is made anew.
    Raises :class:`Invalid` where the wishes do not fit the platform.
    """
    _demand_film(actor, asset)
    if preset not in FILM_PRESETS:
        raise Invalid(fields={"preset": N_("没有这种规格。")})
    if burn and queries.rendition_of(session, asset.id, SUBTITLES) is None:
        raise Invalid(fields={"burn": N_("还没有字幕。请先上传字幕文件。")})
    wished = Wishes(Framing(Fit(fit), x, y), start, end)
    try:
        transcoding.plan(_as_known(asset), FILM_PRESETS[preset], wished)
    except Refused as refused:
        said = refusal_of(refused)
        raise Invalid(said.message, code=said.reason, **said.params) from refused
    wishes = {"fit": str(fit), "x": x, "y": y, "start": start, "end": end, "burn": burn}
    return _asked(session, actor, asset, preset, wishes)


def request_watermark(session: Session, asset: MediaAsset, owner: str) -> FilmWork:
    """Have a film made for share links, with a name in its corner. With the same name it is made
    once, however many links want it; what failed or was called off is tried again.
    """
    return _asked(session, HOUSE, asset, SHARED, {"owner": owner})


def choose_cover(session: Session, actor: Actor, asset: MediaAsset, second: float) -> FilmWork:
    """Have the frame at that second stand for the film, in every shape of a cover."""
    _demand_film(actor, asset)
    if not 0 <= second <= asset.seconds:
        raise Invalid(fields={"at": N_("这一秒不在视频之内。")})
    return _asked(session, actor, asset, POSTER, {"at": second})


def cancel(session: Session, actor: Actor, work: FilmWork) -> None:
    """Call a work off; its maker notices within a second. Raises :class:`WrongState`."""
    carry_out(session, work, "cancel", actor)


def make_again(session: Session, actor: Actor, work: FilmWork) -> None:
    """Have a work made once more with the same wishes, whatever came of it."""
    if work.state in {State.QUEUED, State.MAKING}:
        raise WrongState(N_("正在排队或制作，不需要再做一次。"))
    _again(session, actor, work, work.wishes)


def set_subtitles(session: Session, actor: Actor, asset: MediaAsset, subtitles: Blob) -> None:
    """Let the WebVTT file that lies in the store stand beside the film, instead of any other, and
    have the forms made anew that show the words in their picture.
    """
    if not catalogue.may_describe(actor, asset):
        authorize(actor, May.ASK)
    _demand_film(actor, asset)
    row = queries.rendition_of(session, asset.id, SUBTITLES)
    if row is not None and row.sha256 == subtitles.sha256:
        return
    if row is None:
        row = Rendition(asset_id=asset.id, preset=SUBTITLES, mime="text/vtt", width=0, height=0)
        session.add(row)
    row.sha256, row.size = subtitles.sha256, subtitles.size
    session.flush()
    audit.record(session, actor, "set_subtitles", asset, after={"sha256": subtitles.sha256})
    for work in queries.works_of(session, asset).values():
        if work.wishes.get("burn"):
            _again(session, HOUSE, work, work.wishes)


def _demand_film(actor: Actor, asset: MediaAsset) -> None:
    if actor is not HOUSE:
        authorize(actor, May.ASK)
    if asset.kind != Kind.VIDEO:
        raise Invalid(N_("只有视频能做成各平台的规格。"))
    if asset.making != Making.DONE:
        raise WrongState(N_("视频还没有做好，请稍后再来。"))


def _as_known(asset: MediaAsset) -> Film:
    """The film as the catalogue knows it, to see at once whether a wish can be met."""
    return Film(
        asset.mime, asset.width, asset.height, asset.seconds, asset.size, "?", sound_codec="?"
    )


def _asked(
    session: Session, actor: Actor, asset: MediaAsset, preset: str, wishes: dict[str, Any]
) -> FilmWork:
    work = queries.works_of(session, asset).get(preset)
    if work is None:
        work = FilmWork(asset_id=asset.id, preset=preset, wishes=wishes, asked_by_id=actor.id)
        session.add(work)
        session.flush()
        if actor is not HOUSE:
            after = {"preset": preset, "wishes": wishes}
            audit.record(session, actor, "request_transcode", asset, after=after)
        _ring(session, work)
    elif work.wishes != wishes or work.state in {State.FAILED, State.CANCELLED}:
        _again(session, actor, work, wishes)
    return work


def _again(session: Session, actor: Actor, work: FilmWork, wishes: dict[str, Any]) -> None:
    fresh = {"attempts": 0, "percent": 0, "failure": "", "failure_params": {}}
    changes = {**fresh, "wishes": wishes, "fence": work.fence + 1}
    carry_out(session, work, "ask_again", actor, changes=changes)
    _ring(session, work)


def _ring(session: Session, work: FilmWork) -> None:
    after_commit(session, partial(ports.of(session).bell.ring, BELL, work.id))
