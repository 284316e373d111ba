"""Verbs on the catalogue: enter, describe, use, take an original out, have a clip made."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from assets.pictures import Rendition as Made
from kitchen import ports
from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import after_commit
from kitchen.core.errors import N_, Invalid, Stale, WrongState
from kitchen.media import lineage, provenance, queries, rights, rules
from kitchen.media.events import AssetCatalogued, ShapesOutdated
from kitchen.media.intake import Intake
from kitchen.media.lineage_rules import Derived
from kitchen.media.models import ClipOrder, MediaAsset, MediaUse, Rendition
from kitchen.media.rules import Kind, Making, May, Rights, State

BELL = "clip"
"""The doorbell of whoever makes clips."""
DESCRIBED = ("title", "caption", "credit", "source", "rights", "rights_until", "aigc")
"""What people may change about an asset."""


def catalogue(
    session: Session,
    actor: Actor,
    intake: Intake,
    *,
    title: str = "",
    caption: str = "",
    credit: str = "",
    rights: Rights = Rights.OWN,
    source: str = "",
    rights_until: date | None = None,
) -> MediaAsset:
    """Enter what was taken in. The same bytes are entered once: then the first entry is answered,
    as its owner described it. Caption and credit fall back on what the file says of itself.
    """
    if not actor.may(May.SUPPLY):
        authorize(actor, May.UPLOAD)
    asset = MediaAsset(
        kind=intake.kind,
        sha256=intake.sha256,
        sealed_as=intake.sealed_as,
        mime=intake.mime,
        size=intake.size,
        width=intake.width,
        height=intake.height,
        seconds=intake.seconds,
        filename=intake.filename,
        title=title,
        caption=caption or intake.caption[:500],
        credit=credit or intake.credit[:120],
        source=source,
        rights=rights,
        rights_until=rights_until,
        taken_at=intake.taken_at,
        aigc=intake.aigc,
        aigc_in_file=intake.aigc,
        making=Making.DONE,
        renditions=rows_of(intake.renditions),
        uploaded_by_id=actor.id,
        unit_id=actor.unit_id,
    )
    entered = _entered(session, actor, asset) or _again(session, intake)
    provenance.note(session, entered, intake)
    return entered


def _entered(session: Session, actor: Actor, asset: MediaAsset) -> MediaAsset | None:
    """The asset as a new entry; ``None`` if its bytes are there, even since a moment ago."""
    if queries.by_hash(session, asset.sha256) is not None:
        return None
    try:
        with session.begin_nested():
            session.add(asset)
    except IntegrityError:
        return None
    after = {"filename": asset.filename, "sha256": asset.sha256, "rights": asset.rights}
    audit.record(session, actor, "catalogue_asset", asset, after=after)
    bus.emit(session, AssetCatalogued(asset.id))
    return asset


def _again(session: Session, intake: Intake) -> MediaAsset:
    """The entry that exists, given the shapes that it was made too early to have."""
    known = queries.by_hash(session, intake.sha256)
    assert known is not None
    had = {rendition.preset for rendition in known.renditions}
    known.renditions += rows_of(each for each in intake.renditions if each.preset not in had)
    return known


def rows_of(made: Iterable[Made]) -> list[Rendition]:
    """What was rendered, as rows."""
    return [
        Rendition(
            preset=each.preset,
            sha256=each.sha256,
            mime=each.mime,
            width=each.width,
            height=each.height,
            size=each.size,
        )
        for each in made
    ]


def may_describe(actor: Actor, asset: MediaAsset) -> bool:
    """Whoever brought it, and whoever minds the rights of its unit."""
    own = actor.id is not None and actor.id == asset.uploaded_by_id
    return own or actor.may(May.EDIT_RIGHTS, asset.unit_id)


def describe(
    session: Session, actor: Actor, asset: MediaAsset, seen: int | None, **wanted: Any
) -> MediaAsset:
    """Change what is said about an asset; ``wanted`` are fields of :data:`DESCRIBED`.

    Raises :class:`Forbidden`, :class:`Stale` if someone changed it after ``seen``, and
    :class:`Invalid` where a label would go that the file itself carries, or where the rights are
    written down one by one.
    """
    if not may_describe(actor, asset):
        authorize(actor, May.EDIT_RIGHTS, asset)
    if seen is not None and seen != asset.version:
        raise Stale(theirs=described(asset), version=asset.version)
    if asset.aigc_in_file and wanted.get("aigc", asset.aigc) == 0:
        raise Invalid(fields={"aigc": N_("文件自带人工智能生成的标识，不能改成“不是”。")})
    before = described(asset)
    short = {name: wanted.pop(name, getattr(asset, name)) for name in ("rights", "rights_until")}
    rights.say_in_short(session, asset, short["rights"], short["rights_until"])
    for name, value in wanted.items():
        setattr(asset, name, value)
    _note_changes(session, actor, asset, before)
    if asset.aigc != before["aigc"]:
        bus.emit(session, ShapesOutdated(asset.id))
    return asset


def described(asset: MediaAsset) -> dict[str, Any]:
    """What is said about an asset, as plain values."""
    values = {name: getattr(asset, name) for name in DESCRIBED}
    until = asset.rights_until
    return {**values, "rights": str(asset.rights), "rights_until": str(until) if until else None}


def _note_changes(
    session: Session, actor: Actor, asset: MediaAsset, before: Mapping[str, Any]
) -> None:
    session.flush()
    after = described(asset)
    changed = [name for name in DESCRIBED if before[name] != after[name]]
    if changed:
        audit.record(
            session,
            actor,
            "describe_asset",
            asset,
            before={name: before[name] for name in changed},
            after={name: after[name] for name in changed},
        )


def may_take(actor: Actor, asset: MediaAsset) -> bool:
    """Whether this person may have the original."""
    return actor.may(_taking(asset), asset.unit_id)


def _taking(asset: MediaAsset) -> May:
    is_a_sources = asset.sealed_as or asset.seal_wanted
    return May.TAKE_SEALED if is_a_sources else May.TAKE_ORIGINAL


def take_original(session: Session, actor: Actor, asset: MediaAsset) -> str:
    """The hash of the original bytes, for somebody who needs them; each time is recorded.

    The original may tell where and with what it was taken; a sealed one, by whom. Raises
    :class:`Forbidden`.
    """
    authorize(actor, _taking(asset), asset)
    if asset.making != Making.DONE:
        raise WrongState(N_("视频还没有做好，请稍后再取。"))
    audit.record(session, actor, "take_original", asset, after={"sha256": asset.sha256})
    return asset.sha256


def use(
    session: Session,
    actor: Actor,
    asset: MediaAsset,
    subject: Any,
    role: str = "",
    position: int = 0,
) -> MediaUse:
    """Note that ``subject`` (a row with a uid) shows the asset; again only moves its place.

    Raises :class:`WrongState` where something new would show what is withdrawn.
    """
    if actor is not HOUSE:
        authorize(actor, May.READ)
    found = session.scalar(select(MediaUse).where(*_this(asset, subject, role)))
    if found is None:
        if asset.state != State.AVAILABLE:
            raise WrongState(N_("素材“%(name)s”已经撤下，不能再用，请换一张。"), name=asset.name)
        found = MediaUse(
            asset_id=asset.id,
            subject_type=subject.__tablename__,
            subject_uid=subject.uid,
            role=role,
            title=str(getattr(subject, "title", ""))[:120],
            used_at=clock.now(session),
        )
        session.add(found)
    found.position = position
    session.flush()
    return found


def stop_using(
    session: Session, actor: Actor, asset: MediaAsset, subject: Any, role: str = ""
) -> None:
    """Note that ``subject`` no longer shows the asset."""
    if actor is not HOUSE:
        authorize(actor, May.READ)
    session.execute(delete(MediaUse).where(*_this(asset, subject, role)))


def _this(asset: MediaAsset, subject: Any, role: str) -> tuple[Any, ...]:
    return (
        MediaUse.asset_id == asset.id,
        MediaUse.subject_type == subject.__tablename__,
        MediaUse.subject_uid == subject.uid,
        MediaUse.role == role,
    )


def request_clip(
    session: Session,
    actor: Actor,
    pictures: Sequence[MediaAsset],
    title: str,
    captions: Sequence[str] = (),
    subject: Any = None,
) -> MediaAsset:
    """Have a vertical clip made of ``pictures``, each with the caption of the same place.

    Asked for again with the same pictures and words, the same clip is answered. It inherits the
    weakest rights and the surest AIGC label among its pictures. Raises :class:`Invalid`.
    """
    if actor is not HOUSE:
        authorize(actor, May.UPLOAD)
    if not pictures or any(each.kind != Kind.PICTURE for each in pictures):
        raise Invalid(fields={"pictures": N_("请至少选一张图片；只有图片能做成竖版视频。")})
    recipe = rules.recipe([each.sha256 for each in pictures], title, captions)
    clip = queries.by_recipe(session, recipe)
    if clip is None:
        clip = _ordered(session, actor, pictures, title, captions, recipe)
    elif clip.making == Making.FAILED:
        make_again(session, actor, clip)
    if subject is not None:
        use(session, actor, clip, subject, "clip")
    return clip


def _ordered(
    session: Session,
    actor: Actor,
    pictures: Sequence[MediaAsset],
    title: str,
    captions: Sequence[str],
    recipe: str,
) -> MediaAsset:
    clip = MediaAsset(
        kind=Kind.VIDEO,
        mime="video/mp4",
        title=title[:120],
        filename=f"{title[:40]}.mp4",
        credit="、".join(dict.fromkeys(each.credit for each in pictures if each.credit))[:120],
        rights=rules.inherited_rights([str(each.rights) for each in pictures]),
        rights_until=min((e.rights_until for e in pictures if e.rights_until), default=None),
        aigc=(level := rules.inherited_aigc(each.aigc for each in pictures)),
        aigc_in_file=level,
        making=Making.QUEUED,
        derived_from=[each.uid for each in pictures],
        recipe=recipe,
        uploaded_by_id=actor.id,
        unit_id=actor.unit_id if actor.id is not None else pictures[0].unit_id,
    )
    session.add(clip)
    session.flush()
    lineage.note_derived(session, clip, pictures, Derived.CLIP)
    session.add(ClipOrder(asset_id=clip.id, title=title, captions=list(captions)))
    audit.record(session, actor, "request_clip", clip, after={"pictures": clip.derived_from})
    _ring(session, clip)
    return clip


def make_again(session: Session, actor: Actor, clip: MediaAsset) -> None:
    """Try once more to make a clip that failed. Raises :class:`WrongState` for any other."""
    if actor is not HOUSE:
        authorize(actor, May.UPLOAD)
    order = queries.order_of(session, clip.id)
    if clip.making != Making.FAILED or order is None:
        raise WrongState(N_("这段视频没有失败，不需要再做一次。"))
    clip.making, clip.failure, order.attempts, order.percent = Making.QUEUED, "", 0, 0
    audit.record(session, actor, "make_clip_again", clip)
    _ring(session, clip)


def _ring(session: Session, clip: MediaAsset) -> None:
    after_commit(session, partial(ports.of(session).bell.ring, BELL, clip.id))
