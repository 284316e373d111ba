"""The API of what is done with assets: rights, tags, withdrawal, adoption, collections, links."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen import ports
from kitchen.core.paging import Page
from kitchen.media import collecting, lineage, queries, rights, rights_queries, sharing, tags
from kitchen.media.collection_schemas import (
    AssetsIn,
    CollectionIn,
    CollectionOut,
    ShareIn,
    ShareOut,
)
from kitchen.media.models import MediaAsset
from kitchen.media.rights_schemas import (
    AdoptIn,
    AdoptionOut,
    ReasonIn,
    RightIn,
    RightOut,
    StandingOut,
    TagListsIn,
    TagsOut,
)
from kitchen.media.rules import May
from kitchen.media.schemas import AssetOut
from kitchen.web.api import Api, seen_version

api = Api("media_shared")


def _the(uid: str) -> MediaAsset:
    return queries.the_asset(g.session, uid)


@api.operation("GET", "/assets/<uid>/rights", May.READ, answer=RightOut, many=True)
def rights_of(uid: str) -> Page[Any]:
    """The rights that were written down for an asset."""
    return Page(rights_queries.rights_of(g.session, _the(uid)))


@api.operation(
    "POST", "/assets/<uid>/rights", May.EDIT_RIGHTS, body=RightIn, answer=RightOut, status=201
)
def write_right(uid: str, body: RightIn) -> Any:
    """Write a right down."""
    wanted = body.model_dump(exclude={"version"})
    return rights.write(g.session, g.actor, _the(uid), None, None, wanted)


@api.operation(
    "PUT", "/assets/<uid>/rights/<right>", May.EDIT_RIGHTS, body=RightIn, answer=RightOut
)
def change_right(uid: str, right: str, body: RightIn) -> Any:
    """Change a right; `If-Match` or `version` is the one that was seen."""
    wanted = body.model_dump()
    stated = wanted.pop("version")
    seen = stated if stated is not None else seen_version()
    asset = _the(uid)
    found = rights_queries.the_right(g.session, asset, right)
    return rights.write(g.session, g.actor, asset, found, seen, wanted)


@api.operation("DELETE", "/assets/<uid>/rights/<right>", May.EDIT_RIGHTS, status=204)
def strike_right(uid: str, right: str) -> Any:
    """Strike a right."""
    asset = _the(uid)
    found = rights_queries.the_right(g.session, asset, right)
    rights.strike(g.session, g.actor, asset, found)


@api.operation("PUT", "/assets/<uid>/tags", May.READ, body=TagListsIn, answer=TagsOut)
def tag(uid: str, body: TagListsIn) -> Any:
    """Say whom and what an asset shows; kinds that are not named stay as they are."""
    asset = _the(uid)
    tags.tag(g.session, g.actor, asset, body.words())
    return TagsOut(**{str(each): words for each, words in tags.tags_of(g.session, asset).items()})


@api.operation("POST", "/assets/<uid>/withdraw", May.WITHDRAW, body=ReasonIn, answer=StandingOut)
def withdraw(uid: str, body: ReasonIn) -> Any:
    """Take an asset out of use, and say why."""
    asset = _the(uid)
    rights.withdraw(g.session, g.actor, asset, body.note)
    return asset


@api.operation("POST", "/assets/<uid>/restore", May.WITHDRAW, answer=StandingOut)
def restore(uid: str) -> Any:
    """Let a withdrawn asset be used again, unless something was called back."""
    asset = _the(uid)
    rights.restore(g.session, g.actor, asset)
    return asset


@api.operation(
    "POST", "/assets/<uid>/adopt", May.ADOPT, body=AdoptIn, answer=AdoptionOut, status=201
)
def adopt(uid: str, body: AdoptIn) -> Any:
    """Claim an asset for the own unit; `share` percent of the credit stays with the other."""
    return lineage.adopt(g.session, g.actor, _the(uid), body.share, body.note)


@api.operation("GET", "/collections", May.READ, answer=CollectionOut, many=True)
def collections() -> Page[Any]:
    """Collections that one may see, the latest first."""
    return Page(collecting.collections_for(g.session, g.actor))


@api.operation(
    "POST", "/collections", May.READ, body=CollectionIn, answer=CollectionOut, status=201
)
def begin_collection(body: CollectionIn) -> Any:
    """Begin a collection, for oneself or for one's unit."""
    for_unit = body.whose == "unit"
    return collecting.begin(g.session, g.actor, body.name, for_unit=for_unit, note=body.note)


@api.operation("GET", "/collections/<uid>/assets", May.READ, answer=AssetOut, many=True)
def assets_in(uid: str) -> Page[Any]:
    """What lies in a collection, in its order."""
    collection = collecting.the_collection(g.session, g.actor, uid)
    return Page(collecting.assets_in(g.session, collection))


@api.operation("POST", "/collections/<uid>/assets", May.READ, body=AssetsIn, answer=CollectionOut)
def put_in(uid: str, body: AssetsIn) -> Any:
    """Put assets at the end of a collection."""
    collection = collecting.the_collection(g.session, g.actor, uid)
    known = queries.assets_by_uid(g.session, body.asset)
    found = [known[each] for each in dict.fromkeys(body.asset) if each in known]
    collecting.put_in(g.session, g.actor, collection, found)
    return collection


@api.operation(
    "POST",
    "/assets/<uid>/shares",
    May.SHARE,
    body=ShareIn,
    answer=ShareOut,
    status=201,
    secret=True,
)
def share_asset(uid: str, body: ShareIn) -> Any:
    """Make a link to an asset; its address is told in this answer and never again."""
    return _shared(_the(uid), body)


@api.operation(
    "POST",
    "/collections/<uid>/shares",
    May.SHARE,
    body=ShareIn,
    answer=ShareOut,
    status=201,
    secret=True,
)
def share_collection(uid: str, body: ShareIn) -> Any:
    """Make a link to a collection; its address is told in this answer and never again."""
    return _shared(collecting.the_collection(g.session, g.actor, uid), body)


def _shared(subject: Any, body: ShareIn) -> ShareOut:
    made, token = sharing.share(g.session, g.actor, subject, **body.model_dump())
    told = ShareOut.model_validate(made)
    told.url = f"{ports.of(g.session).public_url}/shared/{token}"
    return told


@api.operation("DELETE", "/shares/<uid>", May.SHARE, status=204)
def revoke(uid: str) -> Any:
    """Let a link show nothing from now on."""
    sharing.revoke(g.session, g.actor, sharing.the_share(g.session, uid))
