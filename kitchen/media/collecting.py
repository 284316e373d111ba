"""Collections and baskets: what people gather, who sees it, who may change it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import audit, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Forbidden, Invalid, NotFound, Sentence, WrongState
from kitchen.media.collection_models import BasketItem, CollectionItem, MediaCollection
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Making, May, State
from kitchen.media.share_models import MediaShare

COLLECTION_AT_MOST = 1000
"""Assets of one collection."""
BASKET_AT_MOST = 200
LISTED = 200
"""Collections that are offered at once, the latest first."""


def may_see(actor: Actor, collection: MediaCollection) -> bool:
    """A unit's collection is seen by all who see the catalogue, a person's own by that person."""
    if collection.unit_id is None:
        return actor.id == collection.owner_id
    return actor.may(May.READ)


def may_change(actor: Actor, collection: MediaCollection) -> bool:
    """A unit's collection is changed by those who bring assets in for it, or mind its rights."""
    if collection.unit_id is None:
        return actor.id == collection.owner_id
    unit_id = collection.unit_id
    return actor.may(May.UPLOAD, unit_id) or actor.may(May.EDIT_RIGHTS, unit_id)


def the_collection(session: Session, actor: Actor, uid: str) -> MediaCollection:
    """One collection that the person may see. Raises :class:`NotFound` for any other."""
    found = session.scalar(
        select(MediaCollection)
        .where(MediaCollection.uid == uid)
        .options(joinedload(MediaCollection.owner), joinedload(MediaCollection.unit))
    )
    if found is None or not may_see(actor, found):
        raise NotFound
    return found


def collections_for(session: Session, actor: Actor) -> Sequence[MediaCollection]:
    """What the person may see, the latest first."""
    mine = MediaCollection.owner_id == actor.id
    return session.scalars(
        select(MediaCollection)
        .where(MediaCollection.unit_id.is_not(None) | mine)
        .options(joinedload(MediaCollection.owner), joinedload(MediaCollection.unit))
        .order_by(MediaCollection.id.desc())
        .limit(LISTED)
    ).all()


def changeable(session: Session, actor: Actor) -> list[MediaCollection]:
    """Those of them into which the person may put something."""
    return [each for each in collections_for(session, actor) if may_change(actor, each)]


def sizes(session: Session, collections: Iterable[MediaCollection]) -> dict[int, int]:
    """How many assets lie in each, by its id, in one query."""
    ids = [each.id for each in collections]
    rows = session.execute(
        select(CollectionItem.collection_id, func.count())
        .where(CollectionItem.collection_id.in_(ids))
        .group_by(CollectionItem.collection_id)
    )
    found = dict.fromkeys(ids, 0)
    found.update((row[0], row[1]) for row in rows)
    return found


def assets_in(session: Session, collection: MediaCollection) -> Sequence[MediaAsset]:
    """What lies in a collection, in its order."""
    return session.scalars(
        select(MediaAsset)
        .join(CollectionItem, CollectionItem.asset_id == MediaAsset.id)
        .where(CollectionItem.collection_id == collection.id)
        .order_by(CollectionItem.position, CollectionItem.asset_id)
        .limit(COLLECTION_AT_MOST)
    ).all()


def begin(
    session: Session, actor: Actor, name: str, *, for_unit: bool, note: str = ""
) -> MediaCollection:
    """Begin a collection, for oneself or for one's unit."""
    assert actor.id is not None
    collection = MediaCollection(
        name=name, note=note, owner_id=actor.id, unit_id=actor.unit_id if for_unit else None
    )
    session.add(collection)
    session.flush()
    audit.record(session, actor, "begin_collection", collection, after={"name": name})
    return collection


def rename(
    session: Session, actor: Actor, collection: MediaCollection, name: str, note: str
) -> None:
    """Call a collection something else."""
    _demand_hand(actor, collection)
    before = {"name": collection.name, "note": collection.note}
    collection.name, collection.note = name, note
    after = {"name": name, "note": note}
    audit.record(session, actor, "rename_collection", collection, before=before, after=after)


def put_in(
    session: Session, actor: Actor, collection: MediaCollection, assets: Sequence[MediaAsset]
) -> int:
    """Put assets at the end of a collection; answers how many were not in it before.

    Raises :class:`Forbidden`, :class:`WrongState` for what was withdrawn, :class:`Invalid` for too
    many.
    """
    _demand_hand(actor, collection)
    _demand_available(assets)
    here = CollectionItem.collection_id == collection.id
    had = set(session.scalars(select(CollectionItem.asset_id).where(here)))
    fresh = [asset for asset in assets if asset.id not in had]
    if len(had) + len(fresh) > COLLECTION_AT_MOST:
        raise Invalid(N_("一个专辑最多放 %(most)s 件素材，请另建一个。"), most=COLLECTION_AT_MOST)
    last = session.scalar(select(func.max(CollectionItem.position)).where(here)) or 0
    now = clock.now(session)
    session.add_all(
        CollectionItem(
            collection_id=collection.id,
            asset_id=asset.id,
            position=last + at,
            added_by_id=actor.id,
            added_at=now,
        )
        for at, asset in enumerate(fresh, 1)
    )
    session.flush()
    if fresh:
        after = {"assets": [asset.uid for asset in fresh]}
        audit.record(session, actor, "fill_collection", collection, after=after)
    return len(fresh)


def take_out(
    session: Session, actor: Actor, collection: MediaCollection, asset: MediaAsset
) -> None:
    """Take an asset out of a collection; it stays where it is otherwise."""
    _demand_hand(actor, collection)
    session.execute(
        delete(CollectionItem).where(
            CollectionItem.collection_id == collection.id, CollectionItem.asset_id == asset.id
        )
    )
    audit.record(session, actor, "thin_collection", collection, before={"asset": asset.uid})


def put_before(
    session: Session, actor: Actor, collection: MediaCollection, asset: MediaAsset, by: int
) -> None:
    """Move an asset by so many places: -1 is one nearer to the beginning."""
    _demand_hand(actor, collection)
    items = session.scalars(
        select(CollectionItem)
        .where(CollectionItem.collection_id == collection.id)
        .order_by(CollectionItem.position, CollectionItem.asset_id)
        .with_for_update()
    ).all()
    order = [item for item in items if item.asset_id != asset.id]
    here = next((at for at, item in enumerate(items) if item.asset_id == asset.id), None)
    if here is None:
        raise NotFound
    order.insert(min(max(0, here + by), len(order)), items[here])
    for position, item in enumerate(order, 1):
        item.position = position


def close(session: Session, actor: Actor, collection: MediaCollection) -> None:
    """Give a collection up, and all links to it; its assets stay in the catalogue."""
    _demand_hand(actor, collection)
    audit.record(session, actor, "close_collection", collection, before={"name": collection.name})
    session.execute(delete(MediaShare).where(MediaShare.collection_id == collection.id))
    session.execute(delete(CollectionItem).where(CollectionItem.collection_id == collection.id))
    session.delete(collection)


def _demand_hand(actor: Actor, collection: MediaCollection) -> None:
    if not may_change(actor, collection):
        raise Forbidden(permission=May.UPLOAD)


def _demand_available(assets: Sequence[MediaAsset]) -> None:
    for asset in assets:
        if asset.state != State.AVAILABLE:
            told = N_("素材“%(name)s”已经撤下，不能再用，请换一张。")
            raise WrongState(told, name=asset.name)


def basket_of(session: Session, actor: Actor) -> Sequence[MediaAsset]:
    """What the person has picked, in the order in which they did."""
    return session.scalars(
        select(MediaAsset)
        .join(BasketItem, BasketItem.asset_id == MediaAsset.id)
        .where(BasketItem.staff_id == actor.id)
        .order_by(BasketItem.position, BasketItem.asset_id)
        .limit(BASKET_AT_MOST)
    ).all()


def ready_in_basket(session: Session, actor: Actor, kind: str) -> Sequence[MediaAsset]:
    """What of it can be placed in a piece, with renditions."""
    return session.scalars(
        select(MediaAsset)
        .join(BasketItem, BasketItem.asset_id == MediaAsset.id)
        .where(
            BasketItem.staff_id == actor.id,
            MediaAsset.kind == kind,
            MediaAsset.making == Making.DONE,
            MediaAsset.state == State.AVAILABLE,
        )
        .options(selectinload(MediaAsset.renditions))
        .order_by(BasketItem.position, BasketItem.asset_id)
    ).all()


def basket_size(session: Session, actor: Actor) -> int:
    """How much the person has picked."""
    mine = BasketItem.staff_id == actor.id
    return session.scalar(select(func.count()).select_from(BasketItem).where(mine)) or 0


def pick(session: Session, actor: Actor, assets: Sequence[MediaAsset]) -> int:
    """Put assets into one's basket; answers how many were not in it before."""
    assert actor.id is not None
    _demand_available(assets)
    mine = BasketItem.staff_id == actor.id
    had = set(session.scalars(select(BasketItem.asset_id).where(mine)))
    fresh = [asset for asset in assets if asset.id not in had]
    if len(had) + len(fresh) > BASKET_AT_MOST:
        sentence = N_("篮子里最多放 %(most)s 件，请先收进专辑。")
        raise Invalid(fields={"asset": Sentence(sentence, {"most": BASKET_AT_MOST})})
    last = session.scalar(select(func.max(BasketItem.position)).where(mine)) or 0
    session.add_all(
        BasketItem(staff_id=actor.id, asset_id=asset.id, position=last + at)
        for at, asset in enumerate(fresh, 1)
    )
    session.flush()
    return len(fresh)


def put_back(session: Session, actor: Actor, assets: Sequence[MediaAsset] | None = None) -> None:
    """Take assets out of one's basket; all of them where none are named."""
    gone = delete(BasketItem).where(BasketItem.staff_id == actor.id)
    if assets is not None:
        gone = gone.where(BasketItem.asset_id.in_([asset.id for asset in assets]))
    session.execute(gone)
