"""One authorised account on B 站's open platform: signed requests, renewed tokens, uploads.

Every request is signed with the application's secret over its headers; a JSON body is in the
signature by its hash, the bytes of files are not. The refresh token can be spent once, so its
successor is stored before anything else.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import time
import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels.base import Files, Media, NeedsReauth, Rejected, Tokens
from channels.bilibili_codes import REFRESH, REMEDIES
from channels.http import Aim, Reply, Veil, Wire
from channels.media import filename, parts, read
from channels.tokens import Bearer, Grant, token_name

WHOLE_BYTES = 100 * 1024 * 1024
"""A film up to this goes in one piece, a larger one in parts of :data:`PART_BYTES`."""
PART_BYTES = 8 * 1024 * 1024
ARCHIVE = "/arcopen/fn/archive"
_REFRESH_LIFE = timedelta(days=365)
"""The platform does not say how long a refresh token lives; longer than any it has named."""


@dataclass(frozen=True, slots=True)
class App:
    """The credentials of one authorised account."""

    client_id: str
    client_secret: str
    refresh_token: str


@dataclass(frozen=True, slots=True)
class Hosts:
    """Where the platform answers: for pieces, for films, for tokens."""

    member: str
    upload: str
    auth: str


class Account:
    """The account as its adapter uses it."""

    def __init__(self, app: App, hosts: Hosts, files: Files, tokens: Tokens) -> None:
        self.veil = Veil(app.client_secret, app.refresh_token)
        self._app = app
        self._files = files
        self._tokens = tokens
        self._member = Wire(hosts.member, self.veil)
        self._upload = Wire(hosts.upload, self.veil)
        self._auth = Wire(hosts.auth, self.veil)
        credential = f"{app.client_id}:{app.refresh_token}"
        self._refresh_name = token_name("refresh", credential)
        self._bearer = Bearer(tokens, credential, self.veil, self._renew)

    def call(
        self,
        method: str,
        path: str,
        *,
        aim: Aim = Aim.REPEAT,
        params: Mapping[str, Any] | None = None,
        body: Mapping[str, Any] | None = None,
    ) -> Reply:
        """One judged request, with a JSON body where there is one."""
        content = b"" if body is None else json.dumps(body, ensure_ascii=False).encode()
        return self._send(
            self._member, method, path, signed=content, aim=aim, params=params, content=content
        )

    def upload_film(self, film: Media) -> str:
        """The upload token under which the platform holds the film, whole or joined of parts."""
        whole = film.size <= WHOLE_BYTES
        body = {"name": filename(film), "utype": "1" if whole else "0"}
        reply = self.call("POST", f"{ARCHIVE}/video/init", body=body)
        token = self.veil.add(text_of(reply, "upload_token"))
        if whole:
            self._put("/video/v2/upload", {"upload_token": token}, read(self._files, film))
            return token
        for number, piece in enumerate(parts(self._files, film, PART_BYTES), start=1):
            self._put(
                "/video/v2/part/upload", {"upload_token": token, "part_number": number}, piece
            )
        self.call("POST", f"{ARCHIVE}/video/complete", params={"upload_token": token})
        return token

    def upload_cover(self, cover: Media) -> str:
        """The platform's address of an uploaded cover."""
        file = (filename(cover), read(self._files, cover), cover.mime)
        path = f"{ARCHIVE}/cover/upload"
        return text_of(self._send(self._member, "POST", path, files={"file": file}), "url")

    def _put(self, path: str, query: Mapping[str, Any], data: bytes) -> None:
        self._send(self._upload, "POST", path, params=query, content=data)

    def _send(
        self, wire: Wire, method: str, path: str, *, signed: bytes = b"", **request: Any
    ) -> Reply:
        form = {} if "files" in request else {"Content-Type": "application/json"}

        def send(token: str) -> Reply:
            proof = signature(self._app.client_id, self._app.client_secret, signed)
            headers = {"Accept": "application/json", "access-token": token, **proof, **form}
            return judged(wire.send(method, path, headers=headers, **request))

        return self._bearer.spend(send)

    def _renew(self, stale: str | None) -> Grant:
        """Spend the newest refresh token; the one it buys is stored before anything else."""
        spent = self._tokens.get(self._refresh_name) or self._app.refresh_token
        query = {
            "client_id": self._app.client_id,
            "client_secret": self._app.client_secret,
            "grant_type": "refresh_token",
            "refresh_token": self.veil.add(spent),
        }
        reply = self._auth.send("POST", "/x/account-oauth2/v1/refresh_token", params=query)
        try:
            successor = text_of(judged(reply), "refresh_token")
        except Rejected as refusal:
            words, evidence = refusal.words, refusal.evidence
        else:
            self._tokens.put(self._refresh_name, self.veil.add(successor), _REFRESH_LIFE)
            return Grant(text_of(reply, "access_token"), _left(data_of(reply).get("expires_in")))
        raise NeedsReauth(words, code=REFRESH, evidence=evidence)


def signature(key: str, secret: str, content: bytes) -> dict[str, str]:
    """The headers that prove a request with this JSON body to be ours."""
    named = {
        "x-bili-accesskeyid": key,
        "x-bili-content-md5": hashlib.md5(content, usedforsecurity=False).hexdigest(),
        "x-bili-signature-method": "HMAC-SHA256",
        "x-bili-signature-nonce": uuid.uuid4().hex,
        "x-bili-signature-version": "2.0",
        "x-bili-timestamp": str(int(time.time())),
    }
    return {**named, "Authorization": signed(named, secret)}


def signed(headers: Mapping[str, str], secret: str) -> str:
    """HMAC-SHA256 (hex) over the headers as lines ``name:value``, sorted by name."""
    lines = "\n".join(f"{name}:{headers[name]}" for name in sorted(headers))
    return hmac.new(secret.encode(), lines.encode(), hashlib.sha256).hexdigest()


def judged(reply: Reply) -> Reply:
    """The reply if the platform is content. It answers HTTP 200 for errors as well."""
    data = reply.object()
    code = str(data.get("code", ""))
    if code == "0" and reply.status < 400:
        return reply
    if not code:
        raise reply.unclear("no_code")
    raise reply.failure(REMEDIES, code, str(data.get("message", "")))


def data_of(reply: Reply) -> Mapping[str, Any]:
    """The payload of the envelope; empty if there is none."""
    data = reply.object().get("data")
    return data if isinstance(data, Mapping) else {}


def text_of(reply: Reply, name: str) -> str:
    """A text in the payload; an answer that lacks it proves nothing."""
    value = data_of(reply).get(name)
    if not value:
        raise reply.unclear(f"no_{name}")
    return str(value)


def _left(until: Any) -> timedelta:
    """What is left until a moment; the platform calls it ``expires_in`` and means an epoch."""
    moment = int(until) if str(until).isdecimal() else 0
    return timedelta(seconds=max(moment - time.time(), 60))
