"""Faults on demand: what a platform or the way to it can do wrong, switched on per path.

``drop_before`` cuts the connection before anything was done and ``drop_after`` once it was; both
really reset the TCP connection: the socket is taken from the WSGI environment, where werkzeug
(``werkzeug.socket``) and gunicorn (``gunicorn.socket``) put it, so that the answer the server
then writes goes nowhere. ``truncate`` promises the whole answer, sends half of it and hangs up.
``slow`` does what was asked and waits before it answers. ``late`` cuts the connection at once and
does what was asked ``seconds`` afterwards, unless the fault was cleared meanwhile.
``bad_gateway`` answers 502 with an HTML page, ``error_code`` with the platform's own envelope;
both before anything was done unless ``moment`` says ``after``. ``wrong_type`` answers 200 with an
HTML page once all is done, as a login page in between would.
"""

from __future__ import annotations

import io
import os
import random
import socket
import sqlite3
import struct
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from fnmatch import fnmatchcase
from typing import Any

from flask import Flask, Response, current_app, g, request
from werkzeug.test import run_wsgi_app

from channels.sandbox.stage import PlatformError, stage
from channels.sandbox.store import Store

DEFAULT_MOMENT = {
    "drop_before": "before",
    "drop_after": "after",
    "slow": "after",
    "bad_gateway": "before",
    "error_code": "before",
    "truncate": "after",
    "wrong_type": "after",
    "late": "before",
}
BAD_GATEWAY = "<html><head><title>502 Bad Gateway</title></head><body>502 Bad Gateway</body></html>"
LOGIN_PAGE = "<html><head><title>Sign in</title></head><body>Please sign in</body></html>"
_LATE = "sandbox.late"
_NO_FAULTS_HERE = ("/__sim__", "/static", "/media")
_OF_THE_SERVER = ("werkzeug.", "gunicorn.")


@dataclass(frozen=True, slots=True)
class Fault:
    """``path`` is an address of the sandbox or a pattern with ``*``. Either the next
    ``times_left`` calls fail, or each with ``probability``, drawn from ``seed`` in order."""

    path: str
    fault: str
    moment: str
    times_left: int | None = 1
    probability: float | None = None
    seed: str = ""
    seconds: float = 5.0
    code: int = -1
    id: int = 0
    draws: int = 0
    hits: int = 0

    def meets(self, path: str) -> bool:
        return fnmatchcase(_canonical(path), _canonical(self.path))

    @property
    def strikes(self) -> bool:
        """Whether the next draw is a fault."""
        if self.probability is None:
            return bool(self.times_left)
        draw = random.Random(f"{self.seed}/{self.draws}").random()  # noqa: S311 (repeatable)
        return draw < self.probability and self.times_left != 0


def _canonical(path: str) -> str:
    """Toutiao's content paths are mounted twice and may end in a slash or not."""
    return path.replace("/toutiao/toutiao/", "/toutiao/").rstrip("/")


def add(db: sqlite3.Connection, fault: Fault) -> int:
    cursor = db.execute(
        "INSERT INTO faults (path, fault, moment, times_left, probability, seed, seconds, code)"
        " VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            fault.path,
            fault.fault,
            fault.moment,
            fault.times_left,
            fault.probability,
            fault.seed,
            fault.seconds,
            fault.code,
        ),
    )
    return cursor.lastrowid or 0


def every(db: sqlite3.Connection) -> list[Fault]:
    return [Fault(**dict(row)) for row in db.execute("SELECT * FROM faults ORDER BY id")]


def clear(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM faults")


def _live(db: sqlite3.Connection, path: str) -> list[Fault]:
    return [fault for fault in every(db) if fault.times_left != 0 and fault.meets(path)]


def draw(store: Store, path: str) -> Fault | None:
    """The fault that strikes this call, if any; the oldest one switched on goes first."""
    with store.reading() as db:
        if not _live(db, path):
            return None
    with store.writing() as db:
        for fault in _live(db, path):
            strikes = fault.strikes
            db.execute(
                "UPDATE faults SET draws = draws + 1, hits = hits + ?,"
                " times_left = times_left - ? WHERE id = ?",
                (strikes, strikes, fault.id),
            )
            if strikes:
                return fault
    return None


def _connection(environ: dict[str, Any]) -> socket.socket:
    """The client's connection. Raises ``ConnectionAbortedError`` where there is none (a test
    client), so that a caller there sees a broken connection as well."""
    found: socket.socket | None = environ.get("werkzeug.socket") or environ.get("gunicorn.socket")
    if found is None:
        raise ConnectionAbortedError("the sandbox cut the connection")
    return found


def hang_up(environ: dict[str, Any]) -> None:
    """End the connection after what was already sent."""
    _connection(environ).shutdown(socket.SHUT_RDWR)


def reset(environ: dict[str, Any]) -> None:
    """Reset the connection at once, even while the client still sends.

    The server owns the descriptor and will close it later, so it is not closed here but made to
    mean something else: one end of a pair whose other end is gone. The TCP connection loses its
    last owner by that, and lingering for no time makes its end a reset.
    """
    connection = _connection(environ)
    connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    ours, other = socket.socketpair()
    other.close()
    with ours:
        os.dup2(ours.fileno(), connection.fileno())


def _carry_out_later(fault: Fault) -> None:
    """Do what this request asks when its caller has long gone, as a queue behind a gateway may."""
    app: Flask = current_app._get_current_object()  # type: ignore[attr-defined]
    body, store = request.get_data(), stage().store
    kept = {k: v for k, v in request.environ.items() if not k.startswith(_OF_THE_SERVER)}
    environ = {**kept, "wsgi.input": io.BytesIO(body), _LATE: True}

    def carry_out() -> None:
        with store.reading() as db:
            stands = any(each.id == fault.id for each in every(db))
        if stands:
            run_wsgi_app(app, environ)

    timer = threading.Timer(fault.seconds, carry_out)
    timer.daemon = True
    timer.start()


def _before() -> Response | None:
    if request.path.startswith(_NO_FAULTS_HERE) or _LATE in request.environ:
        return None
    fault = g.fault = draw(stage().store, request.path)
    return _strike(fault, None) if fault and fault.moment == "before" else None


def _after(response: Response) -> Response:
    fault: Fault | None = g.get("fault")
    if fault and fault.moment == "after":
        g.fault = None
        return _strike(fault, response) or response
    return response


def _strike(fault: Fault, response: Response | None) -> Response | None:
    """The answer that the fault gives instead; ``None`` to let the call go on."""
    if fault.fault == "late":
        _carry_out_later(fault)
    if fault.fault in ("drop_before", "drop_after", "late"):
        reset(request.environ)
        return Response(status=500)
    if fault.fault == "bad_gateway":
        return Response(BAD_GATEWAY, status=502, mimetype="text/html")
    if fault.fault == "wrong_type":
        return Response(LOGIN_PAGE, mimetype="text/html")
    if fault.fault == "error_code":
        return _refusal(fault)
    if fault.fault == "slow":
        time.sleep(fault.seconds)
    elif response is not None:
        return _halved(response)
    return None


def _refusal(fault: Fault) -> Response:
    """The platform's own envelope, made by the blueprint's handler of refusals."""
    error = PlatformError(fault.code, "fault switched on in the sandbox")
    return current_app.make_response(current_app.handle_user_exception(error))


def _halved(response: Response) -> Response:
    environ, body = request.environ, response.get_data()

    def half() -> Iterator[bytes]:
        yield body[: len(body) // 2]
        hang_up(environ)

    headers = {"Content-Length": str(len(body)), "Content-Type": response.content_type or ""}
    return Response(half(), status=response.status_code, headers=headers)


def watch(app: Flask) -> None:
    """Put every call to a platform under the faults that are switched on."""
    app.before_request(_before)
    app.after_request(_after)
