"""Which assets a frozen post shows, and whether their rights cover that where and when it goes."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels import base
from kitchen.core import clock
from kitchen.core.errors import N_, Sentence, WrongState
from kitchen.media import clearing
from kitchen.media.clearing import Objection
from kitchen.media.models import MediaAsset, Rendition
from kitchen.stories.models import FrozenPost, FrozenPostAsset

NOT_CLEARED = "rights"
"""The code with which a piece is refused whose material may not be shown."""
_AND_MORE = N_("%(first)s（另有 %(more)s 处权利问题）")
_NAME = re.compile(r"[0-9a-f]{64}")


def shown_in(
    session: Session, made: Iterable[base.Edition], known: Sequence[MediaAsset]
) -> list[list[MediaAsset]]:
    """The assets that each edition shows, and what is shown within them.

    ``known`` are the files of the story, with their renditions. A text that was tuned long ago may
    name one that is not among them any more; that is looked up.
    """
    editions = [_named_in(each) for each in made]
    by_name: dict[str, list[MediaAsset]] = {}
    for asset in known:
        for rendition in asset.renditions:
            by_name.setdefault(rendition.sha256, []).append(asset)
    strange = {name for names in editions for name in names} - set(by_name)
    by_name.update(_owners(session, strange) if strange else {})
    shown = [
        list(dict.fromkeys(asset for name in names for asset in by_name.get(name, ())))
        for names in editions
    ]
    within = clearing.within(session, {asset.id for assets in shown for asset in assets})
    return [
        list(dict.fromkeys([*assets, *(it for asset in assets for it in within.get(asset.id, ()))]))
        for assets in shown
    ]


def _named_in(made: base.Edition) -> list[str]:
    """The names of all stored bytes of an edition, in their order."""
    files = [made.cover, *made.media]
    return [*(file.sha256 for file in files if file), *_NAME.findall(made.body)]


def _owners(session: Session, names: Collection[str]) -> Mapping[str, list[MediaAsset]]:
    found: dict[str, list[MediaAsset]] = {}
    query = (
        select(Rendition.sha256, MediaAsset)
        .join(MediaAsset, MediaAsset.id == Rendition.asset_id)
        .where(Rendition.sha256.in_(names))
        .order_by(MediaAsset.id)
    )
    for name, asset in session.execute(query):
        found.setdefault(name, []).append(asset)
    return found


def note(session: Session, posts: Sequence[FrozenPost], shown: Sequence[list[MediaAsset]]) -> None:
    """Write down which assets each frozen post shows."""
    session.add_all(
        FrozenPostAsset(frozen_post_id=post.id, asset_id=asset.id)
        for post, assets in zip(posts, shown, strict=True)
        for asset in assets
    )
    session.flush()


def assets_of(session: Session, posts: Sequence[FrozenPost]) -> dict[int, list[MediaAsset]]:
    """The assets that frozen posts show, by the id of the post; in one query."""
    shown: dict[int, list[MediaAsset]] = {post.id: [] for post in posts}
    query = (
        select(FrozenPostAsset.frozen_post_id, MediaAsset)
        .join(MediaAsset, MediaAsset.id == FrozenPostAsset.asset_id)
        .where(FrozenPostAsset.frozen_post_id.in_(shown))
        .order_by(MediaAsset.id)
    )
    for post_id, asset in session.execute(query):
        shown[post_id].append(asset)
    return shown


def objections(session: Session, posts: Sequence[FrozenPost]) -> list[Objection]:
    """What stands against showing what frozen posts show, on the day each goes; two queries."""
    today, shown = clock.today(session), assets_of(session, posts)
    wanted = {
        (asset, post.channel, day_of(post.not_before, today)): None
        for post in posts
        for asset in shown[post.id]
    }
    return clearing.objections(session, list(wanted))


def demand(session: Session, posts: Sequence[FrozenPost]) -> None:
    """Raises :class:`WrongState` where something stands against it, naming the first."""
    found = objections(session, posts)
    if not found:
        return
    first, more = found[0].told, len(found) - 1
    told = Sentence(_AND_MORE, {"first": first, "more": more}) if more else first
    raise WrongState(told.message, code=NOT_CLEARED, **told.params)


def day_of(not_before: datetime | None, today: date) -> date:
    """The newsroom's day on which something goes that goes not before a moment."""
    return max(today, clock.local(not_before).date()) if not_before else today
