"""A platform for tests: a real HTTP server on the loopback that answers what it is told to.

Every request is kept. A route answers its default unless faults are queued for it: each fault is
used once. A fault is what really happens on the wire: a connection cut after the request was read,
a gateway's HTML page, half a JSON object.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict, deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    method: str
    path: str
    query: dict[str, str]
    headers: dict[str, str]
    body: bytes

    @property
    def json(self) -> Any:
        return json.loads(self.body)

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode()).items()}


@dataclass(frozen=True)
class Answer:
    body: Any
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


class Drop:
    """Read the request whole, then close the connection without a word."""

    def __repr__(self) -> str:
        return "Drop()"


Reaction = Answer | Drop | Callable[[Request], Answer]

DROPPED = Drop()
BAD_GATEWAY = Answer("<html><body><h1>502 Bad Gateway</h1></body></html>", 502)
CUT_JSON = Answer('{"errcode": 0, "data": {"item_')


class Platform:
    """What the server answers, and what it was asked."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.requests: list[Request] = []
        self._defaults: dict[str, Reaction] = {}
        self._queued: dict[str, deque[Reaction]] = defaultdict(deque)

    def on(self, path: str, reaction: Reaction) -> None:
        """The default of every route that ends in ``path``."""
        self._defaults[path] = reaction

    def once(self, path: str, *reactions: Reaction) -> None:
        self._queued[path].extend(reactions)

    def asked(self, path: str) -> list[Request]:
        return [request for request in self.requests if _matches(request.path, path)]

    def react(self, request: Request) -> Answer | Drop:
        self.requests.append(request)
        queued = next((q for p, q in self._queued.items() if q and _matches(request.path, p)), None)
        if queued:
            reaction: Reaction = queued.popleft()
        else:
            found = [r for p, r in self._defaults.items() if _matches(request.path, p)]
            reaction = found[0] if found else Answer({"unknown path": request.path}, 404)
        return reaction if isinstance(reaction, Answer | Drop) else reaction(request)


def _matches(path: str, wanted: str) -> bool:
    if wanted.endswith("*"):
        return wanted[:-1] in path
    return path == wanted


def _handler(platform: Platform) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = 65536  # head and body in one packet, or each answer waits for an ACK

        def _serve(self) -> None:
            parts = urlsplit(self.path)
            request = Request(
                self.command,
                parts.path,
                {name: values[0] for name, values in parse_qs(parts.query).items()},
                {name.lower(): value for name, value in self.headers.items()},
                self.rfile.read(int(self.headers.get("Content-Length", 0))),
            )
            answer = platform.react(request)
            if isinstance(answer, Drop):
                self.close_connection = True
                return
            body = answer.body
            data = (body if isinstance(body, str) else json.dumps(body)).encode()
            self.send_response(answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        do_GET = do_POST = do_PUT = _serve  # noqa: N815

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
            """Tests read the requests, not a log."""

    return Handler


@contextmanager
def serving() -> Iterator[Platform]:
    """A platform on a free port of the loopback."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    platform = Platform(f"http://127.0.0.1:{server.server_port}")
    server.RequestHandlerClass = _handler(platform)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield platform
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
