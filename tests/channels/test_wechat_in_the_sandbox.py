"""The official account's adapter against the sandbox: two readings of one contract agree."""

from __future__ import annotations

import io
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import httpx
import pytest
from PIL import Image

from channels.abilities import Call, Comment, Forged, NotYet
from channels.base import Outcome, Post, Receipt, Rejected, Unsure
from channels.sandbox.app import create_sandbox
from channels.wechat import WeChat
from channels.wechat_pictures import WeChatPictures
from tests.channels.twins import MemoryFiles, MemoryTokens, master, medium
from tests.fixtures.served import Server

NOON = datetime(2026, 11, 2, 4, 0, tzinfo=UTC)
"""Noon in Beijing."""
PATIENCE = 60
"""Seconds; a busy machine is slow, and that is no finding."""


def _drawn(colour: str) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (90, 60), colour).save(out, "JPEG")
    return out.getvalue()


LAKE, COVER = _drawn("teal"), _drawn("navy")
PICTURE = medium(LAKE)


@dataclass
class Play:
    """A sandbox that listens, with a clock that moves when told to."""

    url: str = ""
    ear: str = ""
    http: httpx.Client = field(default_factory=lambda: httpx.Client(timeout=PATIENCE))
    now: datetime = NOON
    calls: Queue[Call] = field(default_factory=Queue)
    account: dict[str, Any] = field(default_factory=dict)

    def state(self) -> Any:
        return self.http.get(f"{self.url}/__sim__/state").json()

    def direct(self, path: str, /, **wishes: Any) -> Any:
        answer = self.http.post(f"{self.url}/__sim__/{path}", json=wishes)
        return answer.raise_for_status().json()

    def settings(self, **changes: Any) -> None:
        self.direct(f"accounts/{self.account['appid']}/settings", **changes)

    def open(self, kind: type[WeChat] = WeChat, **settings: Any) -> WeChat:
        given = {
            "app_id": self.account["appid"],
            "app_secret": self.account["secret"],
            "base_url": f"{self.url}/wechat",
            "callback_token": self.account["token"],
            **settings,
        }
        files = MemoryFiles(LAKE, COVER)
        return kind(kind.Settings(**given), files, MemoryTokens())

    def copies(self) -> dict[str, int]:
        found: dict[str, int] = self.state()["copies"]
        return found

    def listen(self, **settings: Any) -> None:
        """Have the account's events pushed to us."""
        path = f"accounts/{self.account['appid']}/callback"
        self.direct(path, url=self.ear, delay=0)
        self.settings(**settings)

    def hear(self) -> Call:
        return self.calls.get(timeout=PATIENCE)


@pytest.fixture(scope="module")
def stage(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Play]:
    """One sandbox and one ear for all these tests: building them costs more than most tests."""
    made = Play()
    server = Server()
    made.url = server.address
    home = tmp_path_factory.mktemp("sandbox")
    server.face = app = create_sandbox(home, made.url, clock=lambda: made.now.timestamp())
    ours = HTTPServer(("127.0.0.1", 0), _ear(made))
    made.ear = f"http://127.0.0.1:{ours.server_port}/callbacks"
    listening = threading.Thread(target=ours.serve_forever, args=(0.05,))
    listening.start()
    yield made
    made.http.close()
    server.stop()
    ours.shutdown()
    listening.join()
    ours.server_close()
    app.extensions["sandbox"].store.close()


@pytest.fixture
def play(stage: Play) -> Play:
    """The sandbox as on its first day, at noon, nothing said yet."""
    stage.now, stage.calls = NOON, Queue()
    stage.direct("reset", accounts=True)
    found = stage.state()["accounts"]
    stage.account = next(it for it in found if it["channel"] == "wechat")
    return stage


def _ear(play: Play) -> type[BaseHTTPRequestHandler]:
    class Ear(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            query = dict(parse_qsl(urlsplit(self.path).query))
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            play.calls.put(Call("POST", query, {}, body, play.now))

        def log_message(self, *_: Any) -> None:
            pass

    return Ear


def post(kind: type[WeChat] = WeChat, uid: str = "3f2a9c", revision: int = 1) -> Post:
    piece = master(
        html=f'<p>公园今天开放。</p><figure data-sha256="{PICTURE.sha256}"></figure>',
        pictures=(PICTURE,),
        cover=medium(COVER),
        video=None,
    )
    return Post(uid, kind.compose(piece), f"https://news.example.cn/s/{uid}", revision)


def through(channel: WeChat, wanted: Post) -> tuple[dict[str, Any], Receipt]:
    parcel = json.loads(json.dumps(channel.prepare(wanted)))
    return parcel, channel.publish(wanted, parcel)


def settled(channel: WeChat, receipt: Receipt) -> Receipt:
    """Asked until it is decided."""
    for _ in range(5):
        receipt = channel.poll(receipt)
        if receipt.outcome is not Outcome.ACCEPTED:
            return receipt
    raise AssertionError(receipt)


# ---- a message to all followers ---------------------------------------------------------------


def test_a_mass_send_goes_out_and_is_taken_back(play: Play) -> None:
    channel = play.open(mass_send=True)
    _, accepted = through(channel, post())
    live = settled(channel, accepted)
    assert (live.outcome, live.remote_id) == (Outcome.LIVE, accepted.remote_id)
    assert channel.recall(live).outcome is Outcome.GONE
    assert channel.poll(live).outcome is Outcome.GONE
    assert play.copies() == {}


@pytest.mark.parametrize("fault", ["drop_before", "drop_after", "bad_gateway", "truncate"])
def test_a_lost_answer_is_replayed_and_readers_get_one_copy(play: Play, fault: str) -> None:
    channel = play.open(mass_send=True)
    parcel = channel.prepare(post())
    play.direct("faults", path="/wechat/cgi-bin/message/mass/sendall", fault=fault)
    with pytest.raises(Unsure):
        channel.publish(post(), parcel)
    assert settled(channel, channel.replay(post(), parcel)).outcome is Outcome.LIVE
    assert settled(channel, channel.replay(post(), parcel)).outcome is Outcome.LIVE
    assert play.copies() == {"3f2a9c": 1}


def test_a_second_attempt_with_a_new_draft_is_the_first_message(play: Play) -> None:
    channel = play.open(mass_send=True)
    _, first = through(channel, post())
    _, second = through(channel, post())
    assert second.task_id == first.task_id
    assert play.copies() == {"3f2a9c": 1}


def test_a_ration_that_is_eaten_refuses_another_piece(play: Play) -> None:
    channel = play.open(mass_send=True)
    through(channel, post())
    with pytest.raises(Rejected) as caught:
        through(channel, post(uid="another"))
    assert caught.value.code == "45028"


def test_what_the_administrator_confirms_goes_live(play: Play) -> None:
    play.settings(mass_confirm=True)
    channel = play.open(mass_send=True)
    _, waiting = through(channel, post())
    assert (waiting.outcome, waiting.code) == (Outcome.ACCEPTED, "89504")
    assert channel.poll(waiting) == waiting
    assert play.copies() == {}
    play.direct(f"wechat/{play.account['appid']}/confirm")
    assert settled(channel, waiting).outcome is Outcome.LIVE
    assert play.copies() == {"3f2a9c": 1}


# ---- callbacks --------------------------------------------------------------------------------


@pytest.mark.parametrize("sealed", [False, True])
@pytest.mark.parametrize("pushes", [False, True])
def test_the_platforms_word_is_understood(play: Play, sealed: bool, pushes: bool) -> None:
    play.listen(callback_aes=sealed)
    key = play.account["encoding_aes_key"] if sealed else ""
    channel = play.open(mass_send=pushes, encoding_aes_key=key)
    _, accepted = through(channel, post())
    (notice,) = channel.listen(play.hear()).notices
    assert notice.proof is sealed
    assert (notice.receipt.outcome, notice.receipt.task_id) == (Outcome.LIVE, accepted.task_id)
    assert play.http.get(notice.receipt.remote_url).status_code == 200
    if not pushes:
        assert notice.receipt.remote_id == settled(channel, accepted).remote_id


def test_events_twice_and_in_the_wrong_order_are_told_apart(play: Play) -> None:
    play.listen(callback_held=True)
    channel = play.open()
    tasks = [through(channel, post(uid=uid))[1].task_id for uid in ("one", "two")]
    play.direct(f"accounts/{play.account['appid']}/release", reverse=True, copies=2)
    heard = [channel.listen(play.hear()).notices[0] for _ in range(4)]
    assert [it.receipt.task_id for it in heard] == [tasks[1], tasks[1], tasks[0], tasks[0]]
    assert len({it.key for it in heard}) == 2


def test_a_changed_or_old_callback_is_caught_under_the_seal(play: Play) -> None:
    play.listen(callback_aes=True)
    channel = play.open(encoding_aes_key=play.account["encoding_aes_key"])
    through(channel, post())
    call = play.hear()
    opening = b"<Encrypt><![CDATA["
    changed = replace(call, body=call.body.replace(opening, opening + b"AAAA"))
    assert changed.body != call.body
    for forged in (changed, replace(call, at=call.at + timedelta(minutes=6))):
        with pytest.raises(Forged):
            channel.listen(forged)


# ---- pictures, drafts, lists ------------------------------------------------------------------


def test_pictures_are_published_and_found_by_the_link_in_their_words(play: Play) -> None:
    channel, wanted = play.open(WeChatPictures), post(WeChatPictures)
    parcel, accepted = through(channel, wanted)
    live = settled(channel, accepted)
    assert wanted.link in play.http.get(live.remote_url).text
    found = channel.find(wanted, parcel, play.now)
    assert found is not None
    assert found.remote_id == live.remote_id
    assert play.copies() == {"3f2a9c": 1}


@pytest.mark.parametrize("kind", [WeChat, WeChatPictures])
def test_what_was_kept_is_read_back(play: Play, kind: type[WeChat]) -> None:
    channel, wanted = play.open(kind), post(kind)
    kept = channel.read_back(channel.prepare(wanted))
    assert kept.title == wanted.edition.title
    assert ("img" in kept.body) is (kind is WeChat)
    assert play.http.get(kept.url).status_code == 200


def test_a_patrol_reads_the_account_with_its_links(play: Play) -> None:
    channel = play.open()
    live = settled(channel, through(channel, post())[1])
    play.direct("verdicts", channel="wechat", after_polls=0)
    pictures = play.open(WeChatPictures)
    settled(pictures, through(pictures, post(WeChatPictures, uid="set"))[1])
    seen = list(channel.listed(play.now - timedelta(hours=1)))
    assert [it.link for it in seen] == ["", "https://news.example.cn/s/3f2a9c"]
    assert seen[1].remote_id == live.remote_id
    assert [it.link[-3:] for it in pictures.listed(play.now - timedelta(hours=1))][0] == "set"
    channel.recall(live)
    assert list(channel.listed(play.now))[-1].outcome is Outcome.GONE


# ---- readers ----------------------------------------------------------------------------------


def say(play: Play, receipt: Receipt, words: str) -> str:
    message = receipt.evidence["msg_data_id"]
    path = f"wechat/{play.account['appid']}/comments"
    told = play.direct(path, msg_data_id=message, content=words)
    return str(told["user_comment_id"])


@pytest.mark.parametrize("pushes", [False, True])
def test_readers_comment_and_are_answered_once(play: Play, pushes: bool) -> None:
    channel = play.open(mass_send=pushes, open_comments=True)
    live = settled(channel, through(channel, post())[1])
    kept, gone = say(play, live, "写得好"), say(play, live, "我反悔了")
    found = list(channel.comments(live))
    assert [(it.id, it.text) for it in found] == [(kept, "写得好"), (gone, "我反悔了")]
    assert isinstance(found[0], Comment)
    path = f"wechat/{play.account['appid']}/comments/delete"
    message = live.evidence["msg_data_id"]
    play.direct(path, msg_data_id=message, user_comment_id=int(gone))
    with pytest.raises(Rejected) as caught:
        channel.reply(live, gone, "谢谢")
    assert caught.value.code == "88004"
    channel.reply(live, kept, "谢谢")
    channel.reply(live, kept, "再谢")
    assert [it.reply for it in channel.comments(live)] == ["谢谢"]


def test_a_piece_without_comments_says_so(play: Play) -> None:
    channel = play.open()
    live = settled(channel, through(channel, post())[1])
    with pytest.raises(Rejected) as caught:
        list(channel.comments(live))
    assert caught.value.code == "88000"


def test_numbers_are_ready_the_next_morning(play: Play) -> None:
    channel = play.open()
    live = settled(channel, through(channel, post())[1])
    day = play.now.date()
    with pytest.raises(NotYet):
        channel.measure([live], day)
    play.now = NOON + timedelta(hours=14)
    with pytest.raises(NotYet):
        channel.measure([live], day)
    play.now = NOON + timedelta(days=2)
    (first,) = channel.measure([live], day)
    (second,) = channel.measure([live], day + timedelta(days=1))
    assert first.remote_id == live.remote_id
    assert first.reads is not None
    assert second.reads is not None
    assert first.reads > second.reads > 0
    assert first.more["sources"]["全部"] == first.reads
