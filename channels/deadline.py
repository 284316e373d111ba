"""One deadline for a whole call: connecting, sending and all of the answer.

The library's timeouts are for each read alone: who answers a few bytes every now and then, or says
"100 Continue" for ever, would hold the caller as long as it likes. So every wait on a connection
ends with the call's own deadline.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterable
from typing import Any

import httpcore
import httpx

CALL_SECONDS = 60.0
"""A call must be over by then, however slowly the answer drips."""
SLOWEST = 64 * 1024
"""Bytes a second: by as much as a request of this speed takes to send, its call may take longer."""
SLICE = 16 * 1024
"""Bytes that are written at once; as many as TLS puts into one record."""


class Transport(httpx.HTTPTransport):
    """The library's own transport for one call at a time, which ends by its deadline."""

    def __init__(self, tls: ssl.SSLContext, kept_seconds: float) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._network = _Network()
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, keepalive_expiry=kept_seconds, network_backend=self._network
        )

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        self._network.end = time.monotonic() + CALL_SECONDS
        return super().handle_request(request)


class _Network(httpcore.NetworkBackend):
    """The way to the network, and when the call under way must be over."""

    def __init__(self) -> None:
        self.end = 0.0
        self._sockets = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        left = self.left(timeout, httpcore.ConnectTimeout)
        stream = self._sockets.connect_tcp(host, port, left, local_address, socket_options)
        return _Stream(stream, self)

    def left(self, timeout: float | None, late: type[Exception]) -> float:
        """How long to wait now: no longer than the call may still take. Raises ``late`` after."""
        left = self.end - time.monotonic()
        if left <= 0:
            raise late("the call took too long")
        return left if timeout is None else min(timeout, left)


class _Stream(httpcore.NetworkStream):
    """A connection on which nothing is waited for beyond the deadline of the call."""

    def __init__(self, stream: httpcore.NetworkStream, network: _Network) -> None:
        self._stream = stream
        self._network = network

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        return self._stream.read(max_bytes, self._network.left(timeout, httpcore.ReadTimeout))

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        self._network.end += len(buffer) / SLOWEST
        for at in range(0, len(buffer), SLICE):
            left = self._network.left(timeout, httpcore.WriteTimeout)
            self._stream.write(buffer[at : at + SLICE], left)

    def close(self) -> None:
        self._stream.close()

    def start_tls(
        self,
        ssl_context: ssl.SSLContext,
        server_hostname: str | None = None,
        timeout: float | None = None,
    ) -> httpcore.NetworkStream:
        left = self._network.left(timeout, httpcore.ConnectTimeout)
        stream = self._stream.start_tls(ssl_context, server_hostname, left)
        return _Stream(stream, self._network)

    def get_extra_info(self, info: str) -> Any:
        return self._stream.get_extra_info(info)
