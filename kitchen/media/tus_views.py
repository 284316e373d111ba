"""Resumable upload by tus 1.0 (https://tus.io/protocols/resumable-upload): core, creation,
checksum, termination, expiration; a small picture that may come ahead of a large one, and words
that may come at any time.

A piece that breaks off is kept as far as it came, unless it carries a checksum: then it counts
whole or not at all. The last byte makes the file an asset, whose uid the answer names. A sender
that prefers not to wait (RFC 7240) is answered at once where the file is large, and asks later.
"""

from __future__ import annotations

import hashlib
import re
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import wraps
from pathlib import Path
from typing import Any, Final

from flask import Blueprint, Response, g, jsonify, request, url_for
from flask_babel import gettext
from werkzeug.exceptions import ClientDisconnected
from werkzeug.http import http_date

from assets import pictures
from assets.presets import PRESETS
from assets.refusals import Refused
from assets.sniff import EDGE
from assets.store import StoreUnavailable
from kitchen.core.errors import N_, Invalid, Refusal
from kitchen.media import intake, labels, queries, tus, tus_headers, tus_rules
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May
from kitchen.media.tus_models import ResumableUpload
from kitchen.media.tus_schemas import AboutUploadIn, ArrivedOut
from kitchen.media.tus_staging import Busy, Staging, append, is_full, settle
from kitchen.web import files
from kitchen.web.errors import answer, status_of, store_away
from kitchen.web.face import g_face, unit
from kitchen.web.guard import Guard, guard, mark
from kitchen.web.i18n import say_refusal
from kitchen.web.schema import check, read

bp = Blueprint("tus", __name__, url_prefix="/files/tus")

VERSION: Final = "1.0.0"
THUMB_MOST: Final = 256 * 1024
PIECE_TYPE: Final = "application/offset+octet-stream"
_SHA256 = re.compile(r"[0-9a-f]{64}")
_STATUS: Final[dict[type[Refusal], int]] = {
    tus.Expired: 410,
    tus.WrongOffset: 409,
    tus.WrongChecksum: 460,
    tus.DiskFull: 507,
}
_LATER: Final = "respond-async"
View = Callable[..., Any]


def _speaking(view: View) -> View:
    """Say no in the statuses of the protocol, and name its version in every answer."""

    @wraps(view)
    def speaking(**path: Any) -> Response:
        if request.headers.get("Tus-Resumable", VERSION) != VERSION:
            sentence = gettext(N_("上传协议的版本不对，请刷新页面。"))
            response = answer(412, "tus_version", sentence)
            response.headers["Tus-Version"] = VERSION
        else:
            response = _answered(view, path)
        response.headers["Tus-Resumable"] = VERSION
        return response

    return speaking


def _answered(view: View, path: dict[str, Any]) -> Response:
    try:
        response: Response = view(**path)
    except StoreUnavailable as away:
        return store_away(away)
    except OSError as error:
        if not is_full(error):
            raise
        full = tus.DiskFull()
        return answer(507, full.reason, say_refusal(full))
    except Busy:
        sentence = gettext(N_("这个文件正在另一处上传，请稍候。"))
        return answer(423, "upload_busy", sentence)
    except Refusal as refusal:
        status = _STATUS.get(type(refusal)) or status_of(refusal)
        fields = refusal.fields if isinstance(refusal, Invalid) else {}
        response = answer(status, refusal.reason, say_refusal(refusal), fields=list(fields))
        if isinstance(refusal, tus.WrongOffset):
            response.headers["Upload-Offset"] = str(refusal.params["offset"])
    return response


@bp.route("", methods=["OPTIONS"], provide_automatic_options=False)
@mark(Guard(sign_in=False, by_hand=True))
def offer() -> Response:
    """What this server can do."""
    response = Response(status=204)
    response.headers["Tus-Resumable"] = response.headers["Tus-Version"] = VERSION
    response.headers["Tus-Extension"] = "creation,checksum,termination,expiration"
    response.headers["Tus-Checksum-Algorithm"] = ",".join(tus_headers.ALGORITHMS)
    response.headers["Tus-Max-Size"] = str(tus_rules.MOST_LENGTH)
    return response


@bp.post("")
@guard(May.UPLOAD, by_hand=True)
@_speaking
def begin() -> Response:
    """Announce a file: its length, and what it is by `Upload-Metadata`.

    Where the catalogue has the same bytes already, `Upload-Known` names the asset.
    """
    told, length = tus_headers.metadata(), tus_headers.number("Upload-Length")
    kind, _, uid = told.get("about", "").partition(":")
    sha256 = told.get("sha256", "").lower()
    if sha256 and not _SHA256.fullmatch(sha256):
        raise Invalid(fields={"sha256": N_("请用 64 位十六进制的 SHA-256。")})
    with unit() as session:
        upload = tus.begin(
            session,
            g.actor,
            length=length,
            filename=told.get("filename", ""),
            sha256=sha256,
            about=(kind, uid),
            said=_said(told),
        )
        if length > _staging().room():
            raise tus.DiskFull
        response = _standing(upload, 201)
        response.headers["Location"] = url_for("tus.look", uid=upload.uid, _external=True)
        if sha256 and g.actor.may(May.READ) and (known := queries.by_hash(session, sha256)):
            response.headers["Upload-Known"] = known.uid
    return response


def _said(told: dict[str, str]) -> dict[str, Any]:
    """What the metadata says about the file in people's words; empty where it says nothing."""
    words = {name: told[name] for name in AboutUploadIn.model_fields if told.get(name)}
    return check(AboutUploadIn, words).model_dump(mode="json") if words else {}


@bp.put("/<uid>/words")
@guard(May.UPLOAD, by_hand=True)
@_speaking
def describe(uid: str) -> Response:
    """Say something else about a file: title, caption, credit, source, rights."""
    said = read(AboutUploadIn).model_dump(mode="json")
    with unit() as session:
        upload = tus.the_upload(session, g.actor, uid, to_change=True)
        tus.describe(session, g.actor, upload, said)
        return _standing(upload, 204)


@bp.route("/<uid>", methods=["GET", "HEAD"])
@guard(May.UPLOAD, by_hand=True)
@_speaking
def look(uid: str) -> Response:
    """How far an upload is."""
    with unit(write=False) as session:
        upload = tus.the_upload(session, g.actor, uid)
        return _standing(upload, 200)


@bp.route("/<uid>", methods=["PATCH", "POST", "DELETE"])
@guard(May.UPLOAD, by_hand=True)
@_speaking
def act(uid: str) -> Response:
    """Send the next piece, or give the upload up; by POST where a proxy lets nothing else pass."""
    method = request.headers.get("X-HTTP-Method-Override", request.method).upper()
    return _end(uid) if method == "DELETE" else _take_piece(uid)


def _end(uid: str) -> Response:
    staging = _staging()
    with unit(write=False) as session:
        tus.the_upload(session, g.actor, uid)  # a stranger's uid makes no file in our folder
    with staging.held(uid), unit() as session:
        tus.end(session, g.actor, tus.the_upload(session, g.actor, uid))
    staging.discard(uid)
    return Response(status=204)


def _take_piece(uid: str) -> Response:
    if request.mimetype != PIECE_TYPE:
        return answer(415, "piece_type", gettext(N_("不支持这种格式。")))
    offset, checksum = tus_headers.number("Upload-Offset"), tus_headers.checksum()
    staging = _staging()
    if not staging.has(uid):
        with unit(write=False) as session:
            tus.the_upload(session, g.actor, uid)  # a stranger's uid makes no file in our folder
    with staging.held(uid) as file:
        with unit(write=False) as session:
            upload = tus.the_upload(session, g.actor, uid)
            tus.expect_offset(upload, offset)
        received = offset + _written(file, upload, checksum)
        if received > offset:
            with unit() as session:
                tus.advance(session, uid, offset, received)
                upload = tus.the_upload(session, g.actor, uid)
        later = tus_headers.may_answer_later() and upload.length > tus_rules.QUICK
        if offset < EDGE <= received and (later or received < upload.length):
            _look_at_head(uid)
        if received < upload.length or upload.finished_at is not None:
            return _after_piece(upload)
        _hand_over(uid) if later else _finish(uid)
    with unit(write=False) as session:
        return _after_piece(tus.the_upload(session, g.actor, uid))


def _after_piece(upload: ResumableUpload) -> Response:
    if upload.failure:
        raise tus.refusal_of(upload)
    response = _standing(upload, 204)
    if upload.received == upload.length and upload.asset is None:
        response.headers["Preference-Applied"] = _LATER
    return response


def _written(file: Any, upload: ResumableUpload, checksum: tuple[str, bytes] | None) -> int:
    """Put the piece down; answers how many bytes of it count."""
    digest = hashlib.new(checksum[0], usedforsecurity=False) if checksum else None
    written = 0
    try:
        for piece in append(file, upload.received, request.stream.read, _room(upload)):
            written += len(piece)
            if digest is not None:
                digest.update(piece)
    except (ClientDisconnected, OSError) as error:
        if isinstance(error, OSError) and is_full(error):
            settle(file, upload.received)
            raise
        if checksum is not None:
            written = 0
    if digest is not None and checksum is not None and digest.digest() != checksum[1]:
        settle(file, upload.received)
        raise tus.WrongChecksum
    settle(file, upload.received + written)
    return written


def _room(upload: ResumableUpload) -> int:
    """How much may still come. Raises :class:`Invalid` for a piece that is larger."""
    room = upload.length - upload.received
    if (request.content_length or 0) > room:
        raise Invalid(N_("收到的比申报的长，没有采用。请重新上传这个文件。"), code="upload_length")
    return room


def _look_at_head(uid: str) -> None:
    """Refuse what cannot be taken in as soon as that is plain, not after all of it has come."""
    with _thrown_away_if_refused(uid), _staging().path(uid).open("rb") as stream:
        intake.expect(stream.read(EDGE))


def _hand_over(uid: str) -> None:
    """Leave the whole file to a worker: from here on its sender has done their part."""
    with unit() as session:
        tus.hand_over(session, tus.the_upload(session, g.actor, uid, to_change=True))


def _finish(uid: str) -> None:
    """Make the whole file an asset."""
    staging, ports = _staging(), g_face().ports
    with unit(write=False) as session:
        upload = tus.the_upload(session, g.actor, uid)
        sealed = tus.is_protected(session, upload)
    with _thrown_away_if_refused(uid):
        taken = intake.receive_file(
            ports.store,
            staging.path(uid),
            upload.filename,
            limit=tus_rules.MOST_LENGTH,
            vault=ports.sealed if sealed else None,
        )
        if upload.sha256 and upload.sha256 != taken.sha256:
            raise tus.WrongChecksum
    with unit() as session:
        upload = tus.the_upload(session, g.actor, uid, to_change=True)
        tus.finish(session, g.actor, upload, taken)
    staging.discard(uid)


@contextmanager
def _thrown_away_if_refused(uid: str) -> Iterator[None]:
    """A refused file goes, and its upload with it."""
    try:
        yield
    except Refusal:
        with unit() as session:
            tus.end(session, g.actor, tus.the_upload(session, g.actor, uid))
        _staging().discard(uid)
        raise


@bp.put("/<uid>/thumb")
@guard(May.UPLOAD, by_hand=True)
@_speaking
def put_thumb(uid: str) -> Response:
    """A small picture ahead of the large one; what is shown is our own rendering of it."""
    if (request.content_length or 0) > THUMB_MOST:
        return answer(413, "too_large", gettext(N_("文件太大，请压缩后再传。")))
    with unit(write=False) as session:
        tus.the_upload(session, g.actor, uid)
    with tempfile.TemporaryDirectory(prefix="kitchen-thumb-") as folder:
        path = Path(folder) / "thumb"
        path.write_bytes(request.stream.read(THUMB_MOST))
        try:
            (made,) = pictures.render(path, [PRESETS["thumb"]], g_face().ports.store.put)
        except Refused as refused:
            raise intake.refusal_of(refused) from refused
    with unit() as session:
        tus.the_upload(session, g.actor, uid).thumb_sha256 = made.sha256
    return Response(status=204)


@bp.get("/<uid>/thumb")
@guard(May.READ, by_hand=True)
def thumb(uid: str) -> Any:
    """The small picture, for whoever may see the catalogue."""
    with unit(write=False) as session:
        found = tus.thumb_of(session, uid)
    response = files.shown(g_face().ports.store, found, "image/jpeg", max_age=0)
    response.cache_control.public = False
    response.cache_control.private = True
    return response


def _standing(upload: ResumableUpload, status: int) -> Response:
    """How far it is: in headers for the protocol, in words for people's programs."""
    response: Response
    asset = upload.asset.uid if upload.asset else ""
    if status == 200:
        response = jsonify(
            uid=upload.uid,
            length=upload.length,
            received=upload.received,
            asset=asset,
            stands=tus.stands(upload),
            known=upload.known,
            failure=say_refusal(tus.refusal_of(upload)) if upload.failure else "",
            arrived=_arrived(upload.asset).model_dump() if upload.asset else None,
        )
    else:
        response = Response(status=status)
    response.headers["Upload-Offset"] = str(upload.received)
    response.headers["Upload-Length"] = str(upload.length)
    response.headers["Upload-Expires"] = http_date(upload.expires_at)
    if asset:
        response.headers["Upload-Asset"] = asset
    return response


def _arrived(asset: MediaAsset) -> ArrivedOut:
    return ArrivedOut(
        kind=asset.kind,
        asset=asset.uid,
        sha256=next((each.sha256 for each in asset.renditions if each.preset == "body"), ""),
        src=url_for("media.file", uid=asset.uid, preset="preview"),
        caption=asset.caption,
        credit=asset.credit,
        alt=asset.name,
    )


@bp.app_context_processor
def around_a_tray() -> dict[str, Any]:
    """What the tray needs to know, on whichever page it stands."""
    return {"media_rights": labels.RIGHTS, "media_most": tus_rules.MOST_LENGTH}


def _staging() -> Staging:
    return Staging(g_face().settings.home)
