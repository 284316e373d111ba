"""The readers' face on a test's own database, a newsroom's adapter in front of it, raw requests."""

from __future__ import annotations

import hashlib
import json
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from channels.base import Edition, Master, Media, Post, Receipt
from channels.outlet import Outlet, OutletSettings, signature
from kitchen import app
from kitchen.core.access import HOUSE
from kitchen.outlet import service
from kitchen.web.face import Face
from tests.assets.samples import FTYP, box, encoded, photo
from tests.channels.twins import MemoryFiles, MemoryTokens
from tests.fixtures.served import served

PICTURE = encoded(photo(240, 160))
COVER = encoded(photo(320, 180))
FILM = FTYP + box(b"moov", b"") + box(b"mdat", b"picture after picture " * 20)
FILES = MemoryFiles(PICTURE, COVER, FILM)


def medium(data: bytes, mime: str = "image/jpeg", caption: str = "湖边的清晨") -> Media:
    sha256 = hashlib.sha256(data).hexdigest()
    seconds = 12.0 if mime.startswith("video/") else 0.0
    return Media(sha256, mime, len(data), 240, 160, seconds, caption=caption)


def edition(**changes: Any) -> Edition:
    """What the channel makes of a piece with a picture, a cover and, if given, a film."""
    picture = medium(PICTURE)
    given: dict[str, Any] = {
        "title": "湖滨公园今天开放",
        "digest": "历时一年的改造完成。",
        "html": f'<h2>改造</h2><p>公园今天开放。</p><figure data-sha256="{picture.sha256}">'
        "<figcaption>湖边的清晨</figcaption></figure>",
        "text": "公园今天开放。",
        "pictures": (picture,),
        "cover": medium(COVER, caption="湖面"),
        "tags": ("民生",),
        "author": "测试记者",
        "source": "青禾区融媒体中心",
        "credits": (("审核", "测试主任"),),
    }
    return Outlet.compose(Master(**{**given, **changes}))


def post(uid: str = "first0001", revision: int = 1, **changes: Any) -> Post:
    return Post(uid, edition(**changes), f"https://news.example.cn/s/{uid}", revision)


@dataclass(frozen=True)
class Sender:
    """A registered newsroom: its key, and requests of its own making."""

    client: FlaskClient
    key_id: str
    secret: str

    def send(
        self,
        method: str,
        path: str,
        body: bytes = b"",
        *,
        off: int = 0,
        headers: Mapping[str, str] | None = None,
        signed: Mapping[str, Any] | None = None,
    ) -> TestResponse:
        """A signed request; ``signed`` names what was signed instead of what is sent.

        ``off`` is how many seconds the sender's clock is ahead.
        """
        now = str(int(time.time()) + off)
        told = {"method": method, "path": path, "body": body, **(signed or {})}
        made = signature(self.secret, told["method"], told["path"], now, told["body"])
        given = {
            "X-Kitchen-Key": self.key_id,
            "X-Kitchen-Timestamp": now,
            "X-Kitchen-Signature": made,
            "Content-Type": "application/json",
            **(headers or {}),
        }
        return self.client.open(path, method=method, data=body, headers=given)

    def put_media(self, data: bytes, mime: str = "image/jpeg", **more: Any) -> TestResponse:
        name = hashlib.sha256(data).hexdigest()
        headers = {"Content-Type": mime}
        return self.send("PUT", f"/content/v1/media/{name}", data, headers=headers, **more)

    def put_item(
        self, item: Mapping[str, Any], key: str = "", match: str = "", **more: Any
    ) -> TestResponse:
        body = json.dumps(item, ensure_ascii=False).encode()
        headers = {
            "Idempotency-Key": key or f"{item['uri']}-{item.get('version')}",
            **({"If-Match": f'"{match}"'} if match else {}),
            **more.pop("headers", {}),
        }
        path = f"/content/v1/items/{item['uri']}"
        return self.send("PUT", path, body, headers=headers, **more)


def item(uri: str = "first0001", version: str = "1", **changes: Any) -> dict[str, Any]:
    """An item as the wire has it, words only."""
    return {
        "uri": uri,
        "version": version,
        "pubstatus": "usable",
        "type": "text",
        "altids": {"uid": uri if version == "1" else f"{uri}-v{version}"},
        "headline": "湖滨公园今天开放",
        "body_xhtml": "<p>公园今天开放。</p>",
        **changes,
    }


def tombstone(uri: str = "first0001", version: str = "2") -> dict[str, Any]:
    altids = {"uid": uri}
    return {"uri": uri, "version": version, "pubstatus": "canceled", "altids": altids}


@pytest.fixture
def public(house: app.House) -> Face:
    return app.create_public(house)


@pytest.fixture
def reader(public: Face) -> FlaskClient:
    """Somebody with a browser, whom nobody knows."""
    return public.test_client()


@pytest.fixture
def sender(public: Face, house: app.House) -> Sender:
    return register(public, house, "编辑部")


def register(public: Face, house: app.House, name: str) -> Sender:
    with house.database.unit() as session:
        key_id, secret = service.register_client(session, HOUSE, name)
    return Sender(public.test_client(), key_id, secret)


@pytest.fixture
def address(public: Face) -> Iterator[str]:
    """The face, served over real HTTP."""
    with served(public) as address:
        yield address


@pytest.fixture
def channel(address: str, sender: Sender) -> Outlet:
    """The newsroom's own adapter, in front of the served face."""
    return open_channel(OutletSettings(address, sender.key_id, sender.secret))


def open_channel(settings: OutletSettings) -> Outlet:
    return Outlet(settings, FILES, MemoryTokens())


Publish = Callable[..., Receipt]


@pytest.fixture
def publish(channel: Outlet) -> Publish:
    """``publish(uid, **changes)`` sends a piece all the way."""

    def published(uid: str = "first0001", **changes: Any) -> Receipt:
        sent = post(uid, **changes)
        return channel.publish(sent, channel.prepare(sent))

    return published
