"""The quiet twins of what an adapter is given, and a master to compose from."""

from __future__ import annotations

import hashlib
import io
from contextlib import AbstractContextManager
from datetime import timedelta
from threading import Lock
from typing import BinaryIO

from channels.base import Edition, Form, Master, Media, Post

JPEG = b"\xff\xd8\xff\xe0 a picture of the lake \xff\xd9"
COVER = b"\xff\xd8\xff\xe0 the cover \xff\xd9"
VIDEO = b"\x00\x00\x00\x18ftypmp42 a short film"
LINK = "https://news.example.cn/s/3f2a9c"


class MemoryFiles:
    """Files by the hash of their bytes."""

    def __init__(self, *contents: bytes) -> None:
        self.contents = {hashlib.sha256(data).hexdigest(): data for data in contents}

    def open(self, sha256: str) -> BinaryIO:
        if sha256 not in self.contents:
            raise FileNotFoundError(sha256)
        return io.BytesIO(self.contents[sha256])


class MemoryTokens:
    """Tokens in a dictionary; remembers how long each was to live."""

    def __init__(self) -> None:
        self.values: dict[str, str] = {}
        self.lifetimes: dict[str, timedelta] = {}
        self._lock = Lock()

    def get(self, name: str) -> str | None:
        return self.values.get(name)

    def put(self, name: str, value: str, lifetime: timedelta) -> None:
        self.values[name] = value
        self.lifetimes[name] = lifetime

    def drop(self, name: str) -> None:
        self.values.pop(name, None)

    def lock(self, name: str) -> AbstractContextManager[object]:
        return self._lock


def medium(data: bytes, mime: str = "image/jpeg", width: int = 1080, height: int = 1920) -> Media:
    sha256 = hashlib.sha256(data).hexdigest()
    seconds = 20.0 if mime.startswith("video/") else 0.0
    return Media(sha256, mime, len(data), width, height, seconds, caption="湖边的清晨")


PICTURE, COVER_PICTURE, CLIP = medium(JPEG), medium(COVER), medium(VIDEO, "video/mp4")
FILES = (JPEG, COVER, VIDEO)


def master(**changes: object) -> Master:
    given: dict[str, object] = {
        "title": "湖滨公园今天开放",
        "digest": "历时一年的改造完成，市民可以从南门进入。",
        "html": f'<h2>改造</h2><p>公园今天开放。</p><figure data-sha256="{PICTURE.sha256}">'
        "<figcaption>湖边的清晨</figcaption></figure>",
        "text": "公园今天开放。",
        "pictures": (PICTURE,),
        "video": CLIP,
        "cover": COVER_PICTURE,
        "tags": ("湖滨公园", "民生"),
        "author": "记者 甲",
        "source": "本台",
        "credits": (("审核", "乙"),),
    }
    return Master(**{**given, **changes})  # type: ignore[arg-type]


def post(edition: Edition, uid: str = "3f2a9c", revision: int = 1) -> Post:
    return Post(uid, edition, LINK, revision)


def status(title: str = "", body: str = "", **details: object) -> Edition:
    return Edition(Form.STATUS, title=title, body=body, **details)  # type: ignore[arg-type]
