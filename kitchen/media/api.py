"""The API of the catalogue."""

from __future__ import annotations

from typing import Any

from flask import g, request

from kitchen.core.paging import Page
from kitchen.media import finding, queries, service, uploads
from kitchen.media.intake import Intake
from kitchen.media.rules import May
from kitchen.media.schemas import (
    AssetOut,
    AssetQuery,
    DescriptionIn,
    UploadIn,
    UploadOut,
    upload_out,
)
from kitchen.web.api import Api, Endpoint, seen_version
from kitchen.web.face import in_one_unit
from kitchen.web.guard import Guard, mark
from kitchen.web.schema import read

api = Api("media")
_UPLOADING = Guard(permission=May.UPLOAD, by_hand=True)


@api.operation("GET", "/assets", May.READ, query=AssetQuery, answer=AssetOut, many=True)
def index(query: AssetQuery) -> Page[Any]:
    """Assets, newest first."""
    return finding.page_of(g.session, query.asked(), limit=query.limit, cursor=query.cursor)


@api.post("/assets")
@mark(_UPLOADING)
def upload() -> Any:
    """Upload one picture or film as the field `file` of a multipart form."""
    intake = uploads.receive_one(request.files.getlist("file"))
    return in_one_unit(lambda: _entered(intake))


def _entered(intake: Intake) -> Any:
    known = queries.by_hash(g.session, intake.sha256) is not None
    given = read(UploadIn).model_dump()
    asset = service.catalogue(g.session, g.actor, intake, **given)
    return upload_out(asset, known).model_dump(mode="json"), 200 if known else 201


api.endpoints.append(
    Endpoint(
        "POST",
        "/assets",
        "Upload one picture or film as the field `file` of a multipart form.",
        _UPLOADING,
        UploadIn,
        None,
        UploadOut,
        False,
        201,
        "media",
    )
)


@api.operation("GET", "/assets/<uid>", May.READ, answer=AssetOut)
def show(uid: str) -> Any:
    """One asset."""
    return queries.the_asset(g.session, uid)


@api.operation("PUT", "/assets/<uid>", May.READ, body=DescriptionIn, answer=AssetOut)
def describe(uid: str, body: DescriptionIn) -> Any:
    """Change what is said about an asset; `If-Match` or `version` is the one that was seen."""
    given = body.model_dump()
    stated = given.pop("version")
    seen = stated if stated is not None else seen_version()
    asset = queries.the_asset(g.session, uid)
    return service.describe(g.session, g.actor, asset, seen, **given)


@api.operation("POST", "/assets/<uid>/retry", May.UPLOAD, answer=AssetOut)
def retry(uid: str) -> Any:
    """Try once more to make a clip that failed."""
    asset = queries.the_asset(g.session, uid)
    service.make_again(g.session, g.actor, asset)
    return asset
