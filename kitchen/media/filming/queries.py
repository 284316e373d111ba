"""Reads of the works: of one film, of one form, and of what nobody makes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import clock
from kitchen.core.errors import NotFound
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import SHARED, STRIP, State
from kitchen.media.models import MediaAsset, Rendition
from kitchen.media.rules import Kind


def works_of(session: Session, asset: MediaAsset) -> dict[str, FilmWork]:
    """Every work on a film, by its form."""
    found = session.scalars(select(FilmWork).where(FilmWork.asset_id == asset.id))
    return {work.preset: work for work in found}


def strips_of(session: Session, assets: Iterable[MediaAsset]) -> dict[int, Mapping[str, Any]]:
    """Of those of them whose strip is made, where on it which moment is, by their ids: the fields
    of :class:`assets.previews.Geometry`; in one query.
    """
    films = [asset.id for asset in assets if asset.kind == Kind.VIDEO]
    there = (Rendition.asset_id == FilmWork.asset_id, Rendition.preset == FilmWork.preset)
    rows = session.execute(
        select(FilmWork.asset_id, FilmWork.facts).where(
            FilmWork.asset_id.in_(films),
            FilmWork.preset == STRIP,
            select(Rendition.id).where(*there).exists(),
        )
    )
    return {asset_id: facts["strip"] for asset_id, facts in rows if "strip" in facts}


def shared_of(session: Session, assets: Iterable[MediaAsset]) -> dict[int, FilmWork]:
    """Of films the work for share links with a watermark, by their ids; in one query."""
    films = [asset.id for asset in assets if asset.kind == Kind.VIDEO]
    found = session.scalars(
        select(FilmWork).where(FilmWork.asset_id.in_(films), FilmWork.preset == SHARED)
    )
    return {work.asset_id: work for work in found}


def the_work(session: Session, uid: str, preset: str) -> FilmWork:
    """The work on one form of the film with that uid. Raises :class:`NotFound`."""
    found = session.scalar(
        select(FilmWork)
        .join(MediaAsset, MediaAsset.id == FilmWork.asset_id)
        .where(MediaAsset.uid == uid, FilmWork.preset == preset)
        .options(joinedload(FilmWork.asset))
    )
    if found is None:
        raise NotFound
    return found


def to_be_made(session: Session, work_id: int) -> FilmWork | None:
    """A work with its film."""
    return session.get(FilmWork, work_id, options=[joinedload(FilmWork.asset)])


def is_free(work: FilmWork, session: Session) -> bool:
    """Whether a worker may take it up: it waits, or whoever began it is gone."""
    if work.state == State.QUEUED:
        return True
    since = work.leased_until
    return work.state == State.MAKING and (since is None or since < clock.fresh(session))


def waiting(session: Session) -> Sequence[int]:
    """Ids of works that nobody is making, oldest first."""
    left = (FilmWork.state == State.MAKING) & (FilmWork.leased_until < clock.fresh(session))
    return session.scalars(
        select(FilmWork.id).where(or_(FilmWork.state == State.QUEUED, left)).order_by(FilmWork.id)
    ).all()


def made_alike(session: Session, work: FilmWork, recipe: str) -> FilmWork | None:
    """Another form of the same film that came out of the same recipe."""
    return session.scalar(
        select(FilmWork)
        .where(
            FilmWork.asset_id == work.asset_id,
            FilmWork.id != work.id,
            FilmWork.recipe == recipe,
            FilmWork.state == State.DONE,
        )
        .limit(1)
    )


def loudness_of(session: Session, work: FilmWork) -> Mapping[str, float] | None:
    """How loud the part of the film is that a work wishes, if it was measured for another form."""
    wished = _part(work)
    others = select(FilmWork).where(
        FilmWork.asset_id == work.asset_id, FilmWork.state == State.DONE
    )
    for other in session.scalars(others):
        if "before" in other.facts and _part(other) == wished:
            found: Mapping[str, float] = other.facts["before"]
            return found
    return None


def _part(work: FilmWork) -> tuple[object, object]:
    return work.wishes.get("start"), work.wishes.get("end")


def rendition_of(session: Session, asset_id: int, preset: str) -> Rendition | None:
    return session.scalar(
        select(Rendition).where(Rendition.asset_id == asset_id, Rendition.preset == preset)
    )
