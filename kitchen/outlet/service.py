"""Verbs of the outlet: register who may send, take files and pieces in, withdraw, link.

A piece comes from a client that has proved itself by its signature, not from a person: who
approved it is the newsroom's business and stands in the newsroom's audit.
"""

from __future__ import annotations

import secrets
from collections.abc import Collection

from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from channels.markup import clean, figures, plain_text
from kitchen import ports
from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.db import new_uid
from kitchen.core.errors import N_, Duplicate, Forbidden, Invalid, NotFound, Refusal, WrongState
from kitchen.outlet import queries, stamp
from kitchen.outlet.events import ItemChanged
from kitchen.outlet.models import (
    OutletClient,
    OutletCorrection,
    OutletFingerprint,
    OutletItem,
    OutletLink,
    OutletMedia,
    OutletShown,
)
from kitchen.outlet.rules import May, Objection, Part, Piece, Role, Shown, Status, objection


class Mismatch(Refusal):
    """The stored version is not the one that the sender saw."""

    code = Objection.MISMATCH
    default = N_("客户端上的版本与预期不同，请核对后再发。")


def register_client(session: Session, actor: Actor, name: str) -> tuple[str, str]:
    """Let a newsroom send pieces. Answers its key's id and its secret, which is never shown again.

    Raises :class:`Duplicate` for a name that is taken, :class:`Forbidden`.
    """
    if actor is not HOUSE:
        authorize(actor, May.ADMINISTER)
    if queries.client_by_name(session, name) is not None:
        raise Duplicate(N_("已经有叫“%(name)s”的发稿方，请换一个名称。"), name=name)
    secret = secrets.token_urlsafe(32)
    client = OutletClient(uid=new_uid(), name=name, key_id=new_uid())
    client.secret_sealed = ports.of(session).sealer.seal(client.uid, {"secret": secret})
    session.add(client)
    session.flush()
    audit.record(session, actor, "register_outlet_client", client, after={"name": name})
    return client.key_id, secret


def secret_of(session: Session, client: OutletClient) -> str:
    """The client's secret in clear, to check a signature with."""
    opened = ports.of(session).sealer.open(client.uid, client.secret_sealed)
    return str(opened["secret"])


def actor_of(client: OutletClient) -> Actor:
    """The client as whoever acts, for the audit and for telling its requests from others'."""
    return Actor(id=None, uid=client.uid, name=client.name)


def enter_media(session: Session, sha256: str, mime: str, size: int) -> bool:
    """Note a file whose bytes are in the store. Answers whether it was not there before."""
    if session.get(OutletMedia, sha256) is not None:
        return False
    row = OutletMedia(sha256=sha256, mime=mime, size=size, received_at=clock.now(session))
    try:
        with session.begin_nested():
            session.add(row)
    except IntegrityError:
        return False
    return True


def publish(
    session: Session, client: OutletClient, piece: Piece, match: int | None = None
) -> OutletItem:
    """Show a piece, or put a corrected version in the place of the one that ``match`` names.

    Raises the wire's refusals: :class:`NotFound` ``unknown``, :class:`WrongState` ``version`` or
    ``withdrawn``, :class:`Mismatch`, :class:`Forbidden` for another client's item, and
    :class:`Invalid` (``media_unknown`` for files that were not sent before).
    """
    item = _standing(session, client, piece.uri)
    _demand(objection(item.standing if item else None, piece.revision, match))
    body = clean(piece.body)
    _demand_media(session, piece, body)
    if item is None:
        item = _begin(session, client, piece)
    else:
        _correct(session, item, piece, body)
    before = {"revision": item.revision, "headline": item.headline} if item.id else {}
    _fill(session, item, piece, body)
    _remember(session, item, piece.uid)
    after = {"revision": piece.revision, "headline": piece.headline}
    audit.record(session, actor_of(client), "show_item", item, before=before, after=after)
    bus.emit(session, ItemChanged(item.id))
    return item


def withdraw(
    session: Session, client: OutletClient, uri: str, revision: int, match: int | None
) -> OutletItem:
    """Take an item from the readers; a tombstone stays. Raises what :func:`publish` raises."""
    item = _standing(session, client, uri)
    _demand(objection(item.standing if item else None, revision, match, withdraws=True))
    assert item is not None
    before = {"revision": item.revision, "status": str(item.status)}
    item.revision, item.status = revision, Status.CANCELED
    item.updated_at, item.change = clock.now(session), stamp.count(session)
    session.flush()
    after = {"revision": revision, "status": str(Status.CANCELED)}
    audit.record(session, actor_of(client), "withdraw_item", item, before=before, after=after)
    bus.emit(session, ItemChanged(item.id))
    return item


def link(session: Session, story_key: str, uids: Collection[str]) -> None:
    """Note that these posts belong to one story; noting it twice changes nothing.

    Nothing becomes visible by it: ``/s/<uid>`` leads somewhere once the outlet shows a post of
    the same story.
    """
    known = queries.linked(session, uids)
    rows = [OutletLink(uid=uid, story_key=story_key) for uid in uids if uid not in known]
    session.add_all(rows)
    session.flush()


def _standing(session: Session, client: OutletClient, uri: str) -> OutletItem | None:
    item = queries.item_by_uri(session, uri, to_change=True)
    if item is not None and item.client_id != client.id:
        raise Forbidden(permission=f"item:{uri}")
    return item


def _demand(found: Objection | None) -> None:
    """Raise the refusal that belongs to an objection."""
    if found is Objection.UNKNOWN:
        raise NotFound(N_("客户端上没有这篇稿件，无法更正或撤下。"), code=found)
    if found is Objection.VERSION:
        raise WrongState(N_("客户端上已有同样或更新的版本。"), code=found)
    if found is Objection.WITHDRAWN:
        raise WrongState(N_("这篇稿件已经撤下；要恢复请作为新稿发布。"), code=found)
    if found is Objection.MISMATCH:
        raise Mismatch


def _demand_media(session: Session, piece: Piece, body: str) -> None:
    """Only files that we hold are shown: never an address that somebody else may change."""
    wanted = {each.sha256 for each in piece.shown} | set(figures(body))
    if missing := wanted - queries.media_held(session, wanted):
        raise Invalid(
            N_("有 %(count)s 个图片或视频还没有送来：%(first)s"),
            code="media_unknown",
            count=len(missing),
            first=min(missing),
        )


def _begin(session: Session, client: OutletClient, piece: Piece) -> OutletItem:
    if piece.uid != piece.uri:
        raise Invalid(fields={"altids.uid": N_("第一版的 uid 应与 uri 相同。")})
    return OutletItem(
        uri=piece.uri,
        client_id=client.id,
        status=Status.USABLE,
        published_at=clock.now(session),
        corrected_at=None,
    )


def _correct(session: Session, item: OutletItem, piece: Piece, body: str) -> None:
    """Note for readers what becomes different; a change that none of them can see is not told."""
    parts = _changed(item, piece, body)
    if not parts and not piece.correction:
        return
    item.corrected_at = clock.now(session)
    session.add(
        OutletCorrection(
            item_id=item.id,
            revision=piece.revision,
            at=item.corrected_at,
            parts=[str(part) for part in parts],
            note=piece.correction,
        )
    )


def _changed(item: OutletItem, piece: Piece, body: str) -> list[Part]:
    held = {(each.sha256, each.caption) for each in item.shown if each.role != Role.COVER}
    sent = {(each.sha256, each.caption) for each in piece.shown if each.role != Role.COVER}
    differs = {
        Part.HEADLINE: item.headline != piece.headline,
        Part.BYLINE: item.byline != piece.byline,
        Part.DIGEST: item.digest != piece.digest,
        Part.BODY: plain_text(item.body_html) != plain_text(body),
        Part.MEDIA: held != sent,
    }
    return [part for part, is_so in differs.items() if is_so]


def _fill(session: Session, item: OutletItem, piece: Piece, body: str) -> None:
    item.revision, item.form, item.uid_live = piece.revision, piece.form, piece.uid
    item.headline, item.digest, item.byline = piece.headline, piece.digest, piece.byline
    item.body_html, item.tags = body, list(piece.tags)
    item.column_name, item.column_id = piece.column, queries.column_id(session, piece.column)
    item.updated_at, item.change = clock.now(session), stamp.count(session)
    item.shown = [_shown(each, position) for position, each in enumerate(piece.shown)]
    session.add(item)
    session.flush()


def _shown(each: Shown, position: int) -> OutletShown:
    return OutletShown(
        sha256=each.sha256,
        role=each.role,
        position=position,
        caption=each.caption,
        width=each.width,
        height=each.height,
        seconds=each.seconds,
    )


def _remember(session: Session, item: OutletItem, uid: str) -> None:
    """Keep the fingerprint. Raises :class:`Invalid` where it names another item already."""
    known = session.get(OutletFingerprint, uid)
    if known is not None and known.item_id != item.id:
        raise Invalid(fields={"altids.uid": N_("这个 uid 属于另一篇稿件。")})
    if known is None:
        session.add(OutletFingerprint(uid=uid, item_id=item.id))
        session.flush()
