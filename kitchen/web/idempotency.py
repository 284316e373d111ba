"""A request that is sent twice is done once, and answered the second time as the first.

Programs send ``Idempotency-Key``; pages carry a hidden ``_key``. The answer is kept in
the same unit of work as the act, so that there is never one without the other.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime

from flask import Response, request
from sqlalchemy import delete
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.web.models import AnsweredRequest

KEY_MAX = 64
FORM_FIELD = "_key"
CHANGING = frozenset({"csrf_token", FORM_FIELD})


def answer_once(session: Session, actor: Actor | None, view: Callable[[], Response]) -> Response:
    """Call ``view``, or give again what a request with the same key was given before.

    Raises :class:`Invalid` when the key comes back with another request.
    """
    key = _key(actor)
    if key is None:
        return view()
    digest = _digest()
    former = session.get(AnsweredRequest, key)
    if former is not None:
        return _again(former, digest)
    response = view()
    if response.status_code < 400:
        session.add(
            AnsweredRequest(
                key=key,
                request_hash=digest,
                status=response.status_code,
                mimetype=response.mimetype or "",
                location=response.headers.get("Location", ""),
                body=response.get_data(),
                at=clock.now(session),
            )
        )
    return response


def forget_before(session: Session, moment: datetime) -> None:
    """Drop keys that are older than ``moment``."""
    session.execute(delete(AnsweredRequest).where(AnsweredRequest.at < moment))


def _key(actor: Actor | None) -> str | None:
    if request.method in {"GET", "HEAD", "OPTIONS"}:
        return None
    given = request.headers.get("Idempotency-Key") or request.form.get(FORM_FIELD)
    if not given:
        return None
    if len(given) > KEY_MAX:
        raise Invalid(fields={"Idempotency-Key": N_("最长 64 个字符。")})
    return f"{actor.uid if actor else 'anyone'}:{given}"


def _digest() -> str:
    """The request without what changes harmlessly between two sendings."""
    if request.form:
        steady = [pair for pair in request.form.items(multi=True) if pair[0] not in CHANGING]
        body = repr(sorted(steady)).encode()
    else:
        body = request.get_data()
    head = f"{request.method} {request.full_path}\n".encode()
    return hashlib.sha256(head + body).hexdigest()


def _again(former: AnsweredRequest, digest: str) -> Response:
    if former.request_hash != digest:
        raise Invalid(
            N_("同一个 Idempotency-Key 用在了不同的请求上，请换一个新的。"), code="key_reused"
        )
    response = Response(former.body, former.status, mimetype=former.mimetype)
    if former.location:
        response.headers["Location"] = former.location
    response.headers["Idempotency-Replayed"] = "true"
    return response
