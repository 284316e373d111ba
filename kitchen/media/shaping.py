"""How a picture is cut and marked by hand; its shapes are then made anew, as new bytes.

The old bytes stay in the store under their own names, for a frozen post speaks of them by hash.
Making takes a moment, so it is done between two units of work: :func:`plan` reads what is needed
in the first, :func:`make` touches only the store, :func:`enter` writes down what was made, and
refuses when someone was faster.
"""

from __future__ import annotations

import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from dataclasses import replace as replace_fields
from functools import partial
from io import BytesIO
from pathlib import Path
from typing import Any, BinaryIO

from sqlalchemy import select
from sqlalchemy.orm import Session

from assets import credentials, pictures
from assets.pictures import Rendition as Made
from assets.pictures import Sink
from assets.presets import ALL, ON_REQUEST, PRESETS, SHARED, WHOLE, Box, Focus, Marks, Preset
from assets.store import Blob, Store, at_hand
from kitchen import ports
from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.db import after_commit
from kitchen.core.errors import N_, Invalid, Stale, WrongState
from kitchen.media import outgoing, provenance, rules, service, signature
from kitchen.media.labels import AIGC_WORDS
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import Kind, May
from kitchen.media.shape_models import Shaping

BELL = "shape"
"""The doorbell of whoever makes shapes anew."""
CUT = {name: it for name, it in ALL.items() if name not in ("thumb", "preview")}
"""The shapes that people cut; what the desk itself is shown stays whole."""
CENTRE = "融媒体中心"
"""Whose a picture is that belongs to no unit, as a watermark says it."""
SIGNED_BYTES = 16_000
"""What a signature adds to a shape, with room to spare."""
THINNEST = 32
"""Pixels of the original that a cut must leave on either side."""


@dataclass(frozen=True, slots=True)
class Wish:
    """How a picture is to be cut and marked."""

    focus: Focus = Focus()
    crops: Mapping[str, Box] = field(default_factory=dict)
    owned: frozenset[str] = frozenset()
    shown: bool = False


@dataclass(frozen=True, slots=True)
class Plan:
    """All that is needed to make a picture's shapes, without the database."""

    sha256: str
    wish: Wish
    marks: Marks
    vouch: signature.Vouching | None = None
    shared: bool = False
    """Whether the picture has a shape for share links with a watermark."""
    alone: bool = False
    """Whether nothing but that shape is to be made."""

    @property
    def presets(self) -> tuple[Preset, ...]:
        """What every picture has, and what it was cut or marked or shared for besides."""
        asked = {*self.wish.crops, *self.wish.owned}
        usual = (*PRESETS.values(), *(it for name, it in ON_REQUEST.items() if name in asked))
        presets = (*(() if self.alone else usual), *((SHARED,) if self.shared else ()))
        if self.vouch is None:
            return presets
        return tuple(each.with_room(SIGNED_BYTES) for each in presets)


def shaping_of(session: Session, asset: MediaAsset) -> Shaping:
    """The row of what is asked for; a new one, not yet in the session, where nothing was."""
    found = session.scalar(select(Shaping).where(Shaping.asset_id == asset.id))
    blank = {"focus_x": 0.5, "focus_y": 0.5, "crops": {}, "owned": [], "shown": False, "due": False}
    return found or Shaping(asset_id=asset.id, version=0, **blank)


def wish_of(row: Shaping) -> Wish:
    """What a row asks for."""
    return Wish(
        focus=Focus(row.focus_x, row.focus_y),
        crops={name: Box(*edges) for name, edges in row.crops.items() if name in ALL},
        owned=frozenset(row.owned),
        shown=row.shown,
    )


def may_shape(actor: Actor, asset: MediaAsset) -> bool:
    """Whoever may describe a picture may cut it."""
    return service.may_describe(actor, asset)


def plan(session: Session, actor: Actor, asset: MediaAsset, wish: Wish) -> Plan:
    """What it takes to give the asset's shapes this look.

    Raises :class:`Forbidden`, :class:`WrongState` for what is no picture, :class:`Invalid` for a
    cut that leaves the picture or nearly nothing of it.
    """
    if not may_shape(actor, asset):
        authorize(actor, May.EDIT_RIGHTS, asset)
    if asset.kind != Kind.PICTURE:
        raise WrongState(N_("只有图片可以裁剪。"))
    for name, box in wish.crops.items():
        _demand_sound(asset, name, box)
    return _planned(session, asset, wish)


def plan_again(session: Session, asset: MediaAsset) -> Plan:
    """What it takes to have the asset's shapes say what they should, cut as they are."""
    return _planned(session, asset, wish_of(shaping_of(session, asset)))


def plan_watermark(session: Session, asset: MediaAsset) -> Plan:
    """What it takes to make the shape for share links with a watermark, and no other."""
    wish = wish_of(shaping_of(session, asset))
    return replace_fields(_planned(session, asset, wish), shared=True, alone=True)


def _planned(session: Session, asset: MediaAsset, wish: Wish) -> Plan:
    words = AIGC_WORDS.get(asset.aigc, "") if wish.shown else ""
    owned = wish.owned | {SHARED.name}
    marks = Marks(provenance.label_of(session, asset), words, owner_of(asset), owned)
    vouch = signature.vouching(session, asset)
    shared = any(each.preset == SHARED.name for each in asset.renditions)
    return Plan(outgoing.workable(asset), wish, marks, vouch, shared)


def owner_of(asset: MediaAsset) -> str:
    """Whose it is, as a watermark says it."""
    return asset.unit.name if asset.unit else CENTRE


def _demand_sound(asset: MediaAsset, name: str, box: Box) -> None:
    if name not in CUT:
        raise Invalid(fields={"shape": N_("没有这种规格。")})
    within = box.left >= 0 and box.top >= 0
    if not within or box.left + box.width > 1.0001 or box.top + box.height > 1.0001:
        raise Invalid(fields={"left": N_("裁剪框超出了图片，请把左、上、宽、高调到图片以内。")})
    if min(box.width * asset.width, box.height * asset.height) < THINNEST:
        raise Invalid(fields={"width": N_("裁得太小了，剩下的看不清。请把宽和高调大些。")})


def make(store: Store, wanted: Plan) -> list[Made]:
    """The shapes of the plan, in the store. Raises :class:`Absent`, :class:`Refused`."""
    wish = wanted.wish
    with tempfile.TemporaryDirectory(prefix="kitchen-shape-") as folder:
        return pictures.render(
            at_hand(store, wanted.sha256, Path(folder)),
            wanted.presets,
            _sink(store, wanted),
            focus=wish.focus,
            crops=wish.crops,
            marks=wanted.marks,
        )


def _sink(store: Store, wanted: Plan) -> Sink:
    """Where shapes go: into the store, signed where there is something to vouch for."""
    if wanted.vouch is None:
        return store.put
    told, by = wanted.vouch

    def signed(stream: BinaryIO) -> Blob:
        return store.put(BytesIO(credentials.vouched(stream.read(), "image/jpeg", told, by)))

    return signed


def enter(
    session: Session,
    actor: Actor,
    asset: MediaAsset,
    wanted: Plan,
    made: Sequence[Made],
    seen: int,
) -> None:
    """Write down the wish and what was made of it. Raises :class:`Stale` if someone was faster."""
    row = shaping_of(session, asset)
    if seen != (row.version or 0):
        raise Stale(theirs=told(row), version=row.version or 0)
    before = told(row)
    wish = wanted.wish
    row.focus_x, row.focus_y = wish.focus.x, wish.focus.y
    row.crops = {
        name: [box.left, box.top, box.width, box.height]
        for name, box in wish.crops.items()
        if box != WHOLE or name in ON_REQUEST
    }
    row.owned, row.shown, row.due = sorted(wish.owned), wish.shown, False
    _keep(session, row)
    replace(session, asset, made)
    audit.record(session, actor, "shape_asset", asset, before=before, after=told(row))


def ask_again(session: Session, asset: MediaAsset) -> None:
    """Have a worker make the shapes anew, for they are to say something else now."""
    row = shaping_of(session, asset)
    row.due = True
    _keep(session, row)
    after_commit(session, partial(ports.of(session).bell.ring, BELL, asset.id))


def _keep(session: Session, row: Shaping) -> None:
    if row.id is None:
        row.version = 1
        session.add(row)
    session.flush()


def replace(session: Session, asset: MediaAsset, made: Sequence[Made]) -> None:
    """Have the asset's shapes be these.

    A shape that had other bytes keeps them under a name of their own, for frozen posts and their
    readers name them by hash; what is not among ``made`` stays as it is.
    """
    had = {each.preset: each for each in asset.renditions}
    new = [each for each in made if _bytes_of(had.get(each.preset)) != each.sha256]
    for old in filter(None, (had.get(each.preset) for each in new)):
        kept = rules.former(old.preset, old.sha256)
        if kept in had:
            asset.renditions.remove(old)
        else:
            old.preset = kept
    session.flush()  # the names are free before others take them
    asset.renditions += service.rows_of(new)
    session.flush()


def _bytes_of(rendition: Rendition | None) -> str:
    return rendition.sha256 if rendition else ""


def told(row: Shaping) -> dict[str, Any]:
    """What a row asks for, as plain values."""
    return {
        "focus": [row.focus_x, row.focus_y],
        "crops": dict(row.crops),
        "owned": list(row.owned),
        "shown": row.shown,
    }
