"""Sending a film to the host that 快手 names: whole below 10 MB, else in fragments from 0.

An upload that broke off goes on where it stopped: its token is kept for an hour, and the host is
asked how far it came.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from channels.base import Files, Media, Rejected, Tokens
from channels.http import Reply, Veil, Wire
from channels.kuaishou_codes import judged, number_of
from channels.media import parts, read
from channels.settings import host_allowed, host_of

FRAGMENT_BYTES = 10 * 1024 * 1024 - 1
"""A file up to this goes in one piece ("under 10 MB"), a larger one in fragments of this."""
_KEPT = timedelta(hours=1)
_OCTETS = "application/octet-stream"


@dataclass(frozen=True, slots=True)
class Ticket:
    """What the platform gives for one upload: its token, and the host that takes it."""

    token: str
    endpoint: str


class Uploads:
    """The uploads of one account. ``begin`` asks the platform for a ticket."""

    def __init__(
        self,
        begin: Callable[[], Ticket],
        allowed_hosts: str,
        scheme: str,
        files: Files,
        tokens: Tokens,
        veil: Veil,
    ) -> None:
        self._begin = begin
        self._allowed = allowed_hosts
        self._scheme = scheme
        self._files = files
        self._tokens = tokens
        self._veil = veil

    def send(self, name: str, video: Media) -> str:
        """The token under which the film lies whole. ``name`` knows an upload that broke off."""
        if video.size <= FRAGMENT_BYTES:
            ticket = self._begin()
            data = read(self._files, video)
            self._post(ticket, "/api/upload", data, video.mime)
            return ticket.token
        ticket, done = self._resumed(name) or (self._begin(), 0)
        self._tokens.put(name, json.dumps([ticket.token, ticket.endpoint]), _KEPT)
        self._send_fragments(ticket, video, done)
        self._tokens.drop(name)
        return ticket.token

    def _send_fragments(self, ticket: Ticket, video: Media, done: int) -> None:
        count = 0
        for count, piece in enumerate(parts(self._files, video, FRAGMENT_BYTES), start=1):
            if count <= done:
                continue
            reply = self._post(
                ticket, "/api/upload/fragment", piece, _OCTETS, fragment_id=count - 1
            )
            if number_of(reply.object(), "size") not in (None, len(piece)):
                raise reply.unclear("fragment_size")
        self._post(ticket, "/api/upload/complete", b"", _OCTETS, fragment_count=count)

    def _resumed(self, name: str) -> tuple[Ticket, int] | None:
        """A former ticket and how many fragments lie there; ``None``: begin anew."""
        kept = self._tokens.get(name)
        if kept is None:
            return None
        ticket = Ticket(*json.loads(kept))
        query = {"upload_token": self._veil.add(ticket.token)}
        try:
            reply = judged(self._host(ticket).send("GET", "/api/upload/resume", params=query))
        except Rejected:
            return None
        data = reply.object()
        last = number_of(data, "fragment_index") if data.get("existed") else None
        return ticket, 0 if last is None else last + 1

    def _post(self, ticket: Ticket, path: str, data: bytes, mime: str, **query: Any) -> Reply:
        params = {"upload_token": self._veil.add(ticket.token), **query}
        wire = self._host(ticket)
        return judged(
            wire.send("POST", path, params=params, content=data, headers={"Content-Type": mime})
        )

    def _host(self, ticket: Ticket) -> Wire:
        """The upload host as the platform named it, if it is one that we know.

        An answer that could send our file, and our server's requests, anywhere must not be
        believed as it stands.
        """
        address = f"{self._scheme}://{ticket.endpoint}"
        known = host_allowed(host_of(address), self._allowed)
        if not known or any(sign in ticket.endpoint for sign in "@?#"):
            raise Rejected(ticket.endpoint, code="upload_host")
        return Wire(address, self._veil)
