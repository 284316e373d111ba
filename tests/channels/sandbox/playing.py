"""A sandbox to play with: in process for the rules, on a real socket for broken connections."""

from __future__ import annotations

import io
import json
import struct
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage, MultiDict
from werkzeug.test import TestResponse, stream_encode_multipart

from channels.sandbox.app import create_sandbox
from tests.fixtures.served import Server

FIRST_DAY = 1_790_000_000.0
BASE = "http://127.0.0.1:8002"


class Clock:
    """Time that moves when told to."""

    def __init__(self) -> None:
        self.moment = FIRST_DAY

    def __call__(self) -> float:
        return self.moment

    def pass_(self, seconds: float) -> None:
        self.moment += seconds


def picture(size: int = 0, kind: str = "JPEG") -> bytes:
    """A real picture, filled up behind its end to exactly ``size`` bytes."""
    out = io.BytesIO()
    Image.new("RGB", (40, 30), "#35506b").save(out, kind)
    return out.getvalue().ljust(size, b"\0")


def _box(name: bytes, content: bytes) -> bytes:
    return struct.pack(">I4s", len(content) + 8, name) + content


def film(seconds: int = 12, size: int = 0) -> bytes:
    """The skeleton of an MP4 of 720 x 1280, filled up with a ``free`` box to ``size`` bytes."""
    mvhd = _box(b"mvhd", struct.pack(">IIIII", 0, 0, 0, 1000, seconds * 1000) + bytes(80))
    tkhd = _box(b"tkhd", bytes(76) + struct.pack(">II", 720 << 16, 1280 << 16))
    whole = _box(b"ftyp", b"isom\0\0\2\0isomiso2mp41") + _box(b"moov", mvhd + _box(b"trak", tkhd))
    return whole + _box(b"free", bytes(max(size - len(whole) - 8, 0)))


@dataclass
class Sandbox:
    app: Flask
    client: FlaskClient
    clock: Clock
    home: Path

    def account(self, channel: str, index: int = 0) -> dict[str, Any]:
        found = [one for one in self.state()["accounts"] if one["channel"] == channel]
        return found[index]

    def state(self) -> dict[str, Any]:
        answer: dict[str, Any] = self.client.get("/__sim__/state").get_json()
        return answer

    def direct(self, path: str, /, **wishes: Any) -> TestResponse:
        """Tell ``/__sim__`` something."""
        return self.client.post(f"/__sim__/{path}", json=wishes)

    def objects(self, *kinds: str) -> list[dict[str, Any]]:
        return [one for one in self.state()["objects"] if not kinds or one["kind"] in kinds]

    def page(self, url: str, headers: dict[str, str] | None = None) -> TestResponse:
        """What stands at an address that the sandbox gave."""
        assert url.startswith(BASE)
        answer = self.client.get(url.removeprefix(BASE), headers=headers)
        answer.get_data()
        answer.close()
        return answer

    def say(self, path: str, body: Any) -> dict[str, Any]:
        """POST a body as raw UTF-8 JSON and read the JSON answer."""
        raw = json.dumps(body, ensure_ascii=False).encode()
        answer: dict[str, Any] = self.client.post(
            path, data=raw, content_type="application/json"
        ).get_json()
        return answer

    def send(self, path: str, field: str, data: bytes, **form: str) -> dict[str, Any]:
        """POST one file as multipart and read the JSON answer."""
        return self.send_all(path, {field: FileStorage(io.BytesIO(data), "file.bin"), **form})

    def send_all(
        self, path: str, parts: dict[str, Any], headers: dict[str, str] | None = None
    ) -> dict[str, Any]:
        """POST files and fields as multipart, encoded in memory, and read the JSON answer."""
        body, _, boundary = stream_encode_multipart(MultiDict(parts), use_tempfile=False)
        content_type = f'multipart/form-data; boundary="{boundary}"'
        with self.client.post(
            path, data=body.read(), content_type=content_type, headers=headers
        ) as response:
            answer: dict[str, Any] = response.get_json()
        return answer


@pytest.fixture(scope="session")
def standing(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    """One application for all tests, as building its routes costs more than most tests."""
    home, clock = tmp_path_factory.mktemp("sandbox"), Clock()
    app = create_sandbox(home, BASE, bound_domains=["news.example.test"], clock=clock)
    yield Sandbox(app, app.test_client(), clock, home)
    app.extensions["sandbox"].store.close()


@pytest.fixture
def sandbox(standing: Sandbox) -> Sandbox:
    """The sandbox as on its first day: one account each, nothing published."""
    standing.clock.moment = FIRST_DAY
    standing.direct("reset", accounts=True)
    return replace(standing, client=standing.app.test_client())


@pytest.fixture
def live(tmp_path: Path) -> Iterator[str]:
    """The address of a sandbox that listens on a real socket."""
    server = Server()
    server.face = app = create_sandbox(tmp_path, server.address)
    yield server.address
    server.stop()
    app.extensions["sandbox"].store.close()
