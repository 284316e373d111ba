"""The one way out to the platforms: a thin HTTP client that tells what its failures prove.

Nothing is retried and no redirect is followed. A failure is classed by evidence: if the request
cannot have left (name, connection or TLS failed) it is ``Unavailable``; once bytes may have been
written, or the answer is a 5xx or unreadable, a creating call is ``Unsure``, while a call that may
be repeated freely (:attr:`Aim.REPEAT`) is ``Unavailable``. Secrets are veiled in everything that
leaves this module: words, evidence, exceptions and log lines.
"""

from __future__ import annotations

import json
import logging
import os
import re
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum
from functools import cache
from ssl import SSLContext
from typing import Any

import httpx

from channels.base import ChannelError, Rejected, Remedy, Unavailable, Unsure
from channels.deadline import Transport

CONNECT_SECONDS = 5.0
READ_SECONDS = 30.0
ANSWER_BYTES = 1024 * 1024
KEPT_SECONDS = 5.0
"""How long an idle connection is used again."""
EXCERPT = 300
VEIL = "***"

_UNSENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_SECRET_KEY = re.compile(r"token|secret|password|authorization|ticket|signature", re.IGNORECASE)
_SECRET_PAIR = re.compile(
    r"""((?:\w*token|\w*secret|password|ticket|signature)["']?\s*[=:]\s*["']?)[^&"'\s,}<]+""",
    re.IGNORECASE,
)


class Aim(StrEnum):
    """What a call does on the platform, and so what an unclear ending means."""

    CREATE = "create"
    """It makes something that readers may see: an unclear ending is ``Unsure``."""
    REPEAT = "repeat"
    """Reading, uploading, fetching a token: an unclear ending is ``Unavailable``."""


class Veil:
    """Takes secrets out of texts and data: known values, and whatever is named like a secret."""

    def __init__(self, *secrets: str) -> None:
        self._secrets: list[str] = []
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> str:
        """Veil ``secret`` from now on, and hand it back."""
        if len(secret) >= 4 and secret not in self._secrets:
            self._secrets.append(secret)
            self._secrets.sort(key=len, reverse=True)
        return secret

    def text(self, value: str) -> str:
        for secret in self._secrets:
            value = value.replace(secret, VEIL)
        return _SECRET_PAIR.sub(rf"\1{VEIL}", value)

    def data(self, value: Any) -> Any:
        """A copy of plain JSON data with the secrets veiled at every depth."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                key: VEIL if _SECRET_KEY.search(str(key)) else self.data(item)
                for key, item in value.items()
            }
        if isinstance(value, Iterable):
            return [self.data(item) for item in value]
        return value


@dataclass(frozen=True, slots=True)
class Reply:
    """A complete answer of a platform, of any status below 500 except 408, 425 and 429."""

    status: int
    headers: Mapping[str, str]
    content: bytes
    aim: Aim
    veil: Veil

    def object(self) -> dict[str, Any]:
        """The JSON object of the body; anything else is refused by status, or unclear."""
        data = self._read()
        if isinstance(data, dict):
            return data
        raise self._unreadable()

    def array(self) -> list[Any]:
        """The JSON list of the body, for the few calls that answer one."""
        data = self._read()
        if isinstance(data, list):
            return data
        raise self._unreadable()

    def unclear(self, code: str) -> ChannelError:
        """The error to raise about an answer that does not say what it should."""
        return unclear(self.aim)(self._excerpt(), code=code, evidence=self._evidence())

    def failure(self, remedies: Mapping[str, Remedy], code: str, words: str) -> ChannelError:
        """The error to raise for a platform's code, by its table; unknown codes are refusals."""
        data = {"http": self.status, "reply": self.veil.data(self.object())}
        words = self.veil.text(words)
        remedy = remedies.get(code)
        error = remedy.error if remedy else Rejected
        if remedy and issubclass(error, Unavailable):
            wait = _retry_after(self.headers) or remedy.wait
            return error(words, retry_after=wait, code=code, evidence=data)
        if error is Unsure:
            error = unclear(self.aim)
        return error(words, code=code, evidence=data)

    def evidence(self) -> dict[str, Any]:
        """The answer as plain data, secrets veiled; kept with the receipt."""
        data: dict[str, Any] = self.veil.data(self.object())
        return data

    def _read(self) -> Any:
        try:
            return json.loads(self.content)
        except (ValueError, RecursionError):
            return None

    def _unreadable(self) -> ChannelError:
        if 400 <= self.status < 500:
            return Rejected(self._excerpt(), code=f"http_{self.status}", evidence=self._evidence())
        return self.unclear("unreadable")

    def _excerpt(self) -> str:
        text = self.content[: EXCERPT * 4].decode("utf-8", "replace")
        return self.veil.text(" ".join(text.split()))[:EXCERPT]

    def _evidence(self) -> dict[str, Any]:
        return {"http": self.status, "excerpt": self._excerpt()}


class Wire:
    """One platform host as one account sees it.

    Where ``base_url`` has an IP address that was looked at before, ``host`` is the name (and port)
    that the host is asked for, and that its certificate must carry.
    """

    def __init__(self, base_url: str, veil: Veil, host: str = "") -> None:
        self._base = base_url.rstrip("/")
        self._headers = {"Host": host} if host else {}
        self._extensions = {"sni_hostname": httpx.URL(f"//{host}").host} if host else {}
        self.veil = veil

    def send(
        self,
        method: str,
        path: str,
        *,
        aim: Aim = Aim.REPEAT,
        params: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
        body: Mapping[str, Any] | None = None,
        form: Mapping[str, Any] | None = None,
        files: Any = None,
        content: bytes | None = None,
    ) -> Reply:
        """Send one request once. ``body`` goes as raw UTF-8 JSON, never as ``\\u`` escapes.

        Raises ``Unavailable`` or ``Unsure`` as the module's docstring says.
        """
        headers = {**self._headers, **(headers or {})}
        if body is not None:
            content = json.dumps(body, ensure_ascii=False).encode()
            headers["Content-Type"] = "application/json; charset=utf-8"
        failure: Exception
        try:
            with _client(aim) as client:
                request = client.build_request(
                    method,
                    self._base + path,
                    params=params,
                    headers=headers,
                    data=form,
                    files=files,
                    content=content,
                    extensions=self._extensions,
                )
                answer = _answer(client, request)
            return self._judge(answer, aim)
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            failure = error
        # Outside the handler, so that no traceback drags the request and its tokens along.
        raise self._unanswered(failure, aim)

    def _unanswered(self, failure: Exception, aim: Aim) -> ChannelError:
        unsent = isinstance(failure, (*_UNSENT, httpx.InvalidURL))
        error = Unavailable if unsent else unclear(aim)
        words = self.veil.text(f"{type(failure).__name__}: {failure}")[:EXCERPT]
        return error(words, code="unsent" if unsent else "no_answer")

    def _judge(self, answer: _Answer, aim: Aim) -> Reply:
        reply = Reply(answer.status, answer.headers, answer.content, aim, self.veil)
        if answer.status == 429:
            raise Unavailable(
                reply._excerpt(),
                retry_after=_retry_after(answer.headers),
                code="http_429",
                evidence=reply._evidence(),
            )
        refused = 400 <= answer.status < 500 and answer.status not in (408, 425)
        if not (200 <= answer.status < 300 or refused):
            raise reply.unclear(f"http_{answer.status}")
        return reply


def can_say(host: str) -> bool:
    """Whether a wire can ask for it: ``010.8.8.8`` is an address to the system alone."""
    try:
        httpx.URL(f"//{host}")
    except httpx.InvalidURL:
        return False
    return True


def unclear(aim: Aim) -> type[ChannelError]:
    """What to raise when a call of this aim ended and nobody knows how."""
    return Unsure if aim is Aim.CREATE else Unavailable


def close_connections() -> None:
    """Close this process's idle connections; the next call opens new ones."""
    for aim in Aim:
        idle = _idle(os.getpid(), aim)
        while idle:
            idle.pop().close()


@dataclass(frozen=True, slots=True)
class _Answer:
    status: int
    headers: Mapping[str, str]
    content: bytes


def _answer(client: httpx.Client, request: httpx.Request) -> _Answer:
    response = client.send(request, stream=True)
    try:
        return _Answer(response.status_code, response.headers, _read(response))
    finally:
        response.close()


def _read(response: httpx.Response) -> bytes:
    content = bytearray()
    for chunk in response.iter_bytes():
        content += chunk
        if len(content) > ANSWER_BYTES:
            raise httpx.ReadError("the answer is longer than 1 MiB")
    return bytes(content)


def _retry_after(headers: Mapping[str, str]) -> timedelta | None:
    """How long to stay away by the answer's headers: seconds or an HTTP date; never negative.

    Where there is no Retry-After, the seconds until a quota is filled up again say the same.
    """
    value = (headers.get("Retry-After") or headers.get("X-Rate-Limit-Reset", "")).strip()
    if value.isascii() and value.isdigit():
        return timedelta(seconds=min(int(value), 86_400))
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    return max(moment.astimezone(UTC) - datetime.now(UTC), timedelta(0))


@cache
def _tls() -> SSLContext:
    """Reading the certificates costs tens of milliseconds: once per process, and forks share it."""
    return httpx.create_ssl_context()


@contextmanager
def _client(aim: Aim) -> Iterator[httpx.Client]:
    """A client that nobody else uses meanwhile, with the connections that it kept.

    Threads that share one share its pool, and the pool of ``httpcore`` closes connections that it
    has just handed to another thread (encode/httpcore#1110): a call would end with "bad file
    descriptor" for no fault of the platform.
    """
    idle = _idle(os.getpid(), aim)
    try:
        client = idle.pop()
    except IndexError:
        client = _new_client(aim)
    try:
        yield client
    finally:
        idle.append(client)


@cache
def _idle(pid: int, aim: Aim) -> deque[httpx.Client]:
    """The clients that no call uses now, the last used on top, as its connections are the freshest.

    By process, as after a fork the parent's connections must not be shared.
    """
    return deque()


def _new_client(aim: Aim) -> httpx.Client:
    """A creating call opens its own connection and says that it is the last on it: a kept one may
    just have been closed by the platform, which would turn a plain "not sent" into an "unsure".
    """
    logging.getLogger("httpx").addFilter(_without_query)
    headers = {"User-Agent": "central-kitchen", "Accept-Encoding": "identity"}
    if aim is Aim.CREATE:
        headers["Connection"] = "close"
    return httpx.Client(
        transport=Transport(_tls(), KEPT_SECONDS),
        trust_env=False,
        follow_redirects=False,
        timeout=httpx.Timeout(READ_SECONDS, connect=CONNECT_SECONDS),
        headers=headers,
    )


def _without_query(record: logging.LogRecord) -> bool:
    """Several platforms want the token in the query, and httpx logs every URL."""
    if isinstance(record.args, tuple):
        record.args = tuple(
            arg.copy_with(query=None) if isinstance(arg, httpx.URL) else arg for arg in record.args
        )
    return True
