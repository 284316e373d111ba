"""The content API: the receiving side of the wire that ``channels.outlet`` writes down.

Nobody gets past :func:`admit` whose signature does not cover this very request; only then is a
unit of work opened. Files are taken in outside of one.
"""

from __future__ import annotations

import hashlib
from typing import Any

from flask import Blueprint, Response, g, jsonify, request
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import RequestEntityTooLarge

from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, Refusal, TooLarge, WrongState
from kitchen.outlet import addresses, arrivals, queries, service, signing
from kitchen.outlet.models import OutletItem
from kitchen.outlet.rules import MOST_ITEM, MOST_MEDIA, Objection, Status
from kitchen.outlet.schemas import (
    ItemIn,
    ListQuery,
    MediaOut,
    TombstoneIn,
    item_out,
    listed_out,
)
from kitchen.web.api import seen_version
from kitchen.web.errors import answer
from kitchen.web.face import g_face, unit
from kitchen.web.guard import Guard, mark, signed_in
from kitchen.web.i18n import say, say_refusal
from kitchen.web.schema import check, read_query

bp = Blueprint("content", __name__, url_prefix="/content/v1")

TWIN = N_("同一篇稿件正在同时写入，请核对后再发。")


class Malformed(Refusal):
    """It is not even a request of this kind."""

    code = "malformed"


@bp.before_request
def admit() -> None:
    """Let nobody in but a client that signed this method, this target, now, and these bytes."""
    claim = signing.claim_of(request.headers.get)
    with g_face().database.unit(write=False) as session:
        client = signing.client_of(session, claim)
        secret = service.secret_of(session, client)
    signing.check(claim, secret, request.method, _target(), _hash_of_body())
    g.client, g.signer = client, service.actor_of(client)


def who_signed(_session: Session) -> Actor | None:
    """Who comes, for the face: the client whose signature was checked, or nobody."""
    signer: Actor | None = g.get("signer")
    return signer


def _target() -> str:
    """The target exactly as in the request line."""
    raw: str = request.environ.get("RAW_URI") or request.full_path.rstrip("?")
    return raw


def _hash_of_body() -> str:
    """Take the body in, an item into memory and a file aside, and say what it hashes to."""
    is_file = request.endpoint == f"{bp.name}.put_media"
    limit = request.max_content_length = MOST_MEDIA if is_file else MOST_ITEM
    if (request.content_length or 0) > limit:
        raise arrivals.too_large(limit)
    if not is_file:
        return hashlib.sha256(request.get_data()).hexdigest()
    g.arrival = arrivals.put_aside(request.stream, limit)
    sha256: str = g.arrival.sha256
    return sha256


@bp.teardown_request
def forget_arrival(_error: BaseException | None) -> None:
    if "arrival" in g:
        g.arrival.close()


@bp.put("/media/<sha256>")
@mark(Guard(by_hand=True))
def put_media(sha256: str) -> Any:
    """Keep a file under the hash of its bytes, once."""
    arrival: arrivals.Arrival = g.arrival
    if arrival.sha256 != sha256:
        raise WrongState(N_("文件的内容与地址里的校验值不符，请重发。"), code="hash")
    mime = arrivals.type_of(arrival, request.mimetype)
    g_face().ports.store.put(arrival.file)  # type: ignore[arg-type]
    with unit() as session:
        is_new = service.enter_media(session, sha256, mime, arrival.size)
    url = addresses.media(g_face().ports.public_url, sha256)
    out = MediaOut(sha256=sha256, size=arrival.size, mime=mime, url=url)
    return jsonify(out.model_dump()), 201 if is_new else 200


@bp.put("/items/<uri>")
@signed_in
def put_item(uri: str) -> Any:
    """Show an item, correct it, or withdraw it."""
    if not request.headers.get("Idempotency-Key"):
        raise Malformed(N_("请求缺少 Idempotency-Key。"))
    data, match = _object(), seen_version()
    if data.get("uri") != uri:
        raise Invalid(fields={"uri": N_("应与地址里的 uri 相同。")})
    if data.get("pubstatus") == Status.CANCELED:
        tombstone = check(TombstoneIn, data)
        item = service.withdraw(g.session, g.client, uri, int(tombstone.version), match)
        return _told(item, 200)
    item = service.publish(g.session, g.client, check(ItemIn, data).piece(), match)
    return _told(item, 201 if match is None else 200)


@bp.get("/items")
@signed_in
def list_items() -> Any:
    """What this client sent, the newest first."""
    query, root = read_query(ListQuery), g_face().ports.public_url
    page = queries.page_of_items(g.session, client=g.client, **query.model_dump())
    told = [
        listed_out(it, addresses.article(root, it.uri), addresses.fingerprint(root, it.uid_live))
        for it in page.items
    ]
    return jsonify({"items": [it.model_dump(mode="json") for it in told], "next": page.next})


@bp.get("/items/<uid>")
@signed_in
def get_item(uid: str) -> Any:
    """How the item stands of which this is the uid of any version."""
    return _told(queries.the_item_of(g.session, uid), 200).make_conditional(request)


def _object() -> dict[str, Any]:
    data = request.get_json(silent=True)
    if not isinstance(data, dict):
        raise Malformed(N_("请求的正文应是一个 JSON 对象。"))
    return data


def _told(item: OutletItem, status: int) -> Response:
    url = addresses.article(g_face().ports.public_url, item.uri)
    response = jsonify(item_out(item, url).model_dump())
    response.status_code = status
    response.set_etag(str(item.revision))
    return response


@bp.after_request
def tell_a_repeat(response: Response) -> Response:
    """Whoever repeats a request gets the first answer, and nothing is "created" again."""
    if response.headers.get("Idempotency-Replayed") and response.status_code == 201:
        response.status_code = 200
    return response


@bp.errorhandler(service.Mismatch)
def on_mismatch(refusal: Refusal) -> Response:
    return answer(412, refusal.reason, say_refusal(refusal))


@bp.errorhandler(arrivals.NotTaken)
def on_foreign_type(refusal: Refusal) -> Response:
    return answer(415, refusal.reason, say_refusal(refusal))


@bp.errorhandler(RequestEntityTooLarge)
def on_flood(_error: RequestEntityTooLarge) -> Response:
    """A body that did not say how long it is, and is too long."""
    return answer(413, TooLarge.code, say(TooLarge.default))


@bp.errorhandler(IntegrityError)
@bp.errorhandler(StaleDataError)
def on_twin(_error: Exception) -> Response:
    """Two wrote at the same moment, and the other one stands: the sender shall look."""
    return answer(409, Objection.VERSION, say(TWIN))
