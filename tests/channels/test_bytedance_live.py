"""Our adapters against the sandbox: two readings of one contract that must meet."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest

from channels import bytedance
from channels.abilities import Call, Forged
from channels.base import Edition, Form, Media, Outcome, Post
from channels.douyin import Douyin
from channels.douyin_share import DouyinShare
from channels.medialinks import PREFIX, NoSuchLink, named
from channels.toutiao import Toutiao
from tests.channels.meeting import account, copies, direct, live, set_account, world
from tests.channels.sandbox.playing import film, picture
from tests.channels.twins import MemoryFiles, MemoryTokens, medium, post

__all__ = ["live", "world"]
FILM = film(seconds=20, size=600)
PICTURES = [picture(size) for size in (900, 901)]
FILES = MemoryFiles(FILM, *PICTURES)
CLIP = replace(medium(FILM, "video/mp4", 720, 1280), seconds=20.0)
TODAY = date(2026, 11, 22)
MEDIA_SECRET = "m3dia-secret"  # noqa: S105


def edition(title: str, *media: Media) -> Edition:
    form = Form.VIDEO if media[0].mime == "video/mp4" else Form.IMAGES
    return Edition(form, title=title, body="南门进", media=media, tags=("民生",))


PIECE = post(edition("湖滨公园今天开放", CLIP))


class Face:
    """Our public face: serves signed media, and takes the platform's callbacks."""

    def __init__(self) -> None:
        self.url = ""
        self.calls: Queue[Call] = Queue()
        self.answer: Callable[[Call], bytes] = lambda call: b"success"

    def media(self, path: str) -> bytes | None:
        parts = urlsplit(path)
        query = {name: values[0] for name, values in parse_qs(parts.query).items()}
        try:
            name = parts.path.removeprefix(PREFIX)
            found = named(MEDIA_SECRET, name, query["e"], query["s"], datetime.now(UTC))
        except (NoSuchLink, KeyError):
            return None
        return FILES.contents[found.sha256]


@pytest.fixture
def face() -> Iterator[Face]:
    found = Face()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self._send(found.media(self.path))

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            headers = {name.lower(): value for name, value in self.headers.items()}
            call = Call("POST", {}, headers, body, datetime.now(UTC))
            self._send(found.answer(call))
            found.calls.put(call)

        def _send(self, data: bytes | None) -> None:
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def share(world: str, face: Face) -> DouyinShare:
    found = account(world, "douyin")
    settings = DouyinShare.Settings(
        client_key=found["client_key"],
        client_secret=found["client_secret"],
        open_id=found["open_id"],
        media_base_url=face.url,
        media_secret=MEDIA_SECRET,
        base_url=f"{world}/douyin",
        site_url=f"{world}/douyin",
    )
    direct(world, f"accounts/{found['account']}/callback", url=f"{face.url}/callback", delay=0)
    return DouyinShare(settings, FILES, MemoryTokens())


def keys(world: str, channel: str) -> dict[str, Any]:
    found = account(world, channel)
    names = ("client_key", "client_secret", "open_id", "refresh_token")
    return {name: found[name] for name in names}


def douyin(world: str) -> Douyin:
    settings = Douyin.Settings(**keys(world, "douyin"), base_url=f"{world}/douyin")
    return Douyin(settings, FILES, MemoryTokens())


def toutiao(world: str) -> Toutiao:
    base = f"{world}/toutiao"
    settings = Toutiao.Settings(**keys(world, "toutiao"), base_url=base, auth_url=base)
    return Toutiao(settings, FILES, MemoryTokens())


def scanned(world: str, link: str) -> dict[str, Any]:
    """A person scans the code and publishes from the phone."""
    headers = {"Accept": "application/json"}
    answer = httpx.post(f"{world}/douyin/phone/", data={"link": link}, headers=headers)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


@pytest.mark.parametrize(
    "given", [PIECE, post(edition("两张图", *map(medium, PICTURES)))], ids=["film", "pictures"]
)
def test_from_the_code_through_the_phone_to_the_receipt(
    world: str, face: Face, given: Post
) -> None:
    channel = share(world, face)
    handed = channel.publish(given, json.loads(json.dumps(channel.prepare(given))))
    direct(world, "verdicts", channel="douyin", after_polls=0)
    published = scanned(world, channel.scan_link(handed.evidence))
    (notice,) = channel.listen(face.calls.get(timeout=5)).notices
    receipt = notice.receipt
    assert (receipt.outcome, receipt.task_id) == (Outcome.LIVE, handed.task_id)
    assert receipt.remote_id == published["item_id"]
    assert httpx.get(receipt.remote_url).status_code == 200


def test_a_repeated_callback_has_one_key_and_a_forged_one_is_refused(
    world: str, face: Face
) -> None:
    channel = share(world, face)
    set_account(world, "douyin", webhook_twice=True, webhook_text=True)
    parcel = channel.prepare(PIECE)
    scanned(world, channel.scan_link(parcel))
    heard = [channel.listen(face.calls.get(timeout=5)) for _ in range(2)]
    assert len({one.notices[0].key for one in heard}) == 1
    set_account(world, "douyin", webhook_forged=True, webhook_twice=False)
    scanned(world, channel.scan_link(channel.prepare(PIECE)))
    with pytest.raises(Forged):
        channel.listen(face.calls.get(timeout=5))


def test_the_platform_accepts_our_callback_address(world: str, face: Face) -> None:
    channel = share(world, face)
    owner = account(world, "douyin")["account"]
    assert direct(world, f"douyin/{owner}/verify") == {"verified": False}
    face.answer = lambda call: channel.listen(call).answer
    assert direct(world, f"douyin/{owner}/verify") == {"verified": True}


def test_a_large_film_in_parts_its_numbers_and_a_comment(
    world: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bytedance, "WHOLE_BYTES", 100)
    channel = douyin(world)
    accepted = channel.publish(PIECE, channel.prepare(PIECE))
    receipt = channel.poll(channel.poll(channel.poll(accepted)))
    assert receipt.outcome is Outcome.LIVE
    since = datetime.now(UTC) - timedelta(hours=1)
    (seen,) = channel.listed(since)
    assert (seen.remote_id, seen.title) == (receipt.remote_id, "湖滨公园今天开放")
    direct(world, "readers/comments", channel="douyin", id=receipt.remote_id, text="几点开门")
    (asked,) = channel.comments(receipt)
    channel.reply(receipt, asked.id, "九点")
    channel.reply(receipt, asked.id, "九点")
    (answered,) = channel.comments(receipt)
    assert (answered.text, answered.reply) == ("几点开门", "九点")
    (numbers,) = channel.measure([receipt], TODAY)
    assert numbers.comments == 2
    set_account(world, "douyin", lists_offline=True)
    (alone,) = channel.measure([receipt], TODAY)
    assert alone.comments == 2
    assert numbers.reads is not None
    assert alone.reads is not None
    assert alone.reads >= numbers.reads


def test_a_young_authorisation_is_told_and_left_as_it_is(world: str) -> None:
    settings = Douyin.Settings(**keys(world, "douyin"), base_url=f"{world}/douyin", renewable=True)
    tokens = MemoryTokens()
    channel = Douyin(settings, FILES, tokens)
    channel.probe()
    first = channel.access_until()
    assert first is not None
    assert timedelta(days=29) < first - datetime.now(UTC) <= timedelta(days=30)
    assert not [name for name in tokens.values if name.startswith("refresh")]


def test_toutiao_answers_a_replay_with_its_first_item(world: str) -> None:
    channel = toutiao(world)
    piece = post(replace(PIECE.edition, body="", tags=()))
    parcel = channel.prepare(piece)
    first, again = channel.publish(piece, parcel), channel.replay(piece, parcel)
    assert first.remote_id == again.remote_id
    (seen,) = channel.listed(datetime.now(UTC) - timedelta(hours=1))
    assert seen.remote_id == first.remote_id
    assert [it.remote_id for it in channel.measure([first], TODAY)] == [first.remote_id]
    assert copies(world) == [1]
