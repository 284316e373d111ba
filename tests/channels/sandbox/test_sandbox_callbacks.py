"""Events that the platforms push to an account's callback address."""

from __future__ import annotations

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from queue import Queue
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree

from channels.sandbox import callbacks
from channels.sandbox.wechat_event import seal, signature
from tests.channels.sandbox.playing import Sandbox, film, picture
from tests.channels.sandbox.wechat_calls import draft, mass, settings

Pushed = tuple[str, dict[str, str], bytes]


class Listener:
    """An address that takes events; the first ``failures`` of them with 503."""

    def __init__(self) -> None:
        self.pushed: Queue[Pushed] = Queue()
        self.failures = 0
        self.url = ""

    def wait(self) -> Pushed:
        return self.pushed.get(timeout=5)


@pytest.fixture
def listener() -> Iterator[Listener]:
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            found.failures -= 1
            self.send_response(503 if found.failures >= 0 else 200)
            self.send_header("Content-Length", "0")
            self.end_headers()
            found.pushed.put((self.path, dict(self.headers), body))

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/callbacks"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield found
    server.shutdown()
    thread.join()
    server.server_close()


def submit(sandbox: Sandbox) -> str:
    account = sandbox.account("wechat")
    keys = {"appid": account["appid"], "secret": account["secret"]}
    grant = {"grant_type": "client_credential", **keys}
    token = sandbox.say("/wechat/cgi-bin/stable_token", grant)["access_token"]
    path = f"/wechat/cgi-bin/material/add_material?type=image&access_token={token}"
    cover = sandbox.send(path, "media", picture())["media_id"]
    article = {"title": "题", "content": "<p>文</p>", "thumb_media_id": cover}
    path = f"/wechat/cgi-bin/draft/add?access_token={token}"
    media_id = sandbox.say(path, {"articles": [article]})["media_id"]
    path = f"/wechat/cgi-bin/freepublish/submit?access_token={token}"
    return str(sandbox.say(path, {"media_id": media_id})["publish_id"])


def listen(sandbox: Sandbox, channel: str, url: str) -> None:
    account = sandbox.account(channel)["account"]
    assert sandbox.direct(f"accounts/{account}/callback", url=url, delay=0).status_code == 200


def test_signature_of_the_platform() -> None:
    golden = "899cf89e464efb63f54ddac96b0a0a235f53aa78"
    assert signature("AAAAA", "1714037059", "486452656") == golden


@pytest.mark.parametrize(("verdict", "status"), [("live", "0"), ("refused", "4")])
def test_wechat_tells_the_end_of_a_publication(
    sandbox: Sandbox, listener: Listener, verdict: str, status: str
) -> None:
    sandbox.direct("verdicts", channel="wechat", verdict=verdict, after_polls=9)
    listen(sandbox, "wechat", listener.url)
    publish_id = submit(sandbox)
    path, _, body = listener.wait()
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    token = sandbox.account("wechat")["token"]
    assert query["signature"] == signature(token, query["timestamp"], query["nonce"])
    event = ElementTree.fromstring(body)
    assert event.findtext("Event") == "PUBLISHJOBFINISH"
    assert event.findtext("PublishEventInfo/publish_id") == publish_id
    assert event.findtext("PublishEventInfo/publish_status") == status
    url = event.findtext(".//article_url")
    if verdict == "live":
        assert sandbox.page(str(url)).status_code == 200
    else:
        assert (url, event.findtext("PublishEventInfo/fail_idx")) == (None, "1")


def test_douyin_signs_its_webhook(sandbox: Sandbox, listener: Listener) -> None:
    listen(sandbox, "douyin", listener.url)
    account = sandbox.account("douyin")
    keys = f"open_id={account['open_id']}&access_token={account['access_token']}"
    video = sandbox.send(f"/douyin/video/upload/?{keys}", "video", film())["data"]["video"]
    made = sandbox.say(f"/douyin/video/create/?{keys}", {"video_id": video["video_id"]})
    _, headers, body = listener.wait()
    event = json.loads(body)
    signed = hashlib.sha1(account["client_secret"].encode() + body).hexdigest()
    assert headers["X-Douyin-Signature"] == signed
    assert event["content"]["item_id"] == made["data"]["item_id"]


def test_event_is_tried_again(
    sandbox: Sandbox, listener: Listener, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(callbacks, "PAUSE", 0.01)
    listener.failures = 2
    listen(sandbox, "wechat", listener.url)
    submit(sandbox)
    assert len({listener.wait()[2] for _ in range(3)}) == 1


def test_the_golden_seal_of_the_platform() -> None:
    message = (
        "<xml><ToUserName><![CDATA[gh_test]]></ToUserName>"
        "<Event><![CDATA[PUBLISHJOBFINISH]]></Event></xml>"
    )
    key = "abcdefghijklmnopqrstuvwxyz0123456789ABCDEFE"
    sealed = seal(key, "wx0000000000000001", message.encode(), b"0123456789abcdef")
    golden = "131014e2d5540a181c63abaa6dddea5bd82145b8"
    assert sealed.startswith("Q3stYC6hdFzMh9T8HCvyDIZNqBw/")
    assert signature("kitchentoken", "1714037059", "486452656", sealed) == golden


def event_of(pushed: Pushed) -> Any:
    return ElementTree.fromstring(pushed[2])


@pytest.mark.parametrize(
    ("verdict", "status"),
    [
        ("live", "send success"),
        ("refused", "err(20001)"),
        ("originality", "err(30001)"),
        ("failed", "send fail"),
    ],
)
def test_wechat_tells_the_end_of_a_mass_send(
    sandbox: Sandbox, token: str, listener: Listener, verdict: str, status: str
) -> None:
    sandbox.direct("verdicts", channel="wechat", verdict=verdict, after_polls=9)
    listen(sandbox, "wechat", listener.url)
    sent = mass(sandbox, token, draft(sandbox, token)["media_id"], "k")
    event = event_of(listener.wait())
    assert event.findtext("Event") == "MASSSENDJOBFINISH"
    assert event.findtext("MsgID") == str(sent["msg_id"])
    assert event.findtext("Status") == status
    url = event.findtext("ArticleUrlResult/ResultList/item/ArticleUrl")
    assert (url is not None) is (verdict == "live")


def test_what_the_administrator_confirms_ends_like_any_other(
    sandbox: Sandbox, token: str, listener: Listener
) -> None:
    listen(sandbox, "wechat", listener.url)
    appid = settings(sandbox, mass_confirm=True)
    assert mass(sandbox, token, draft(sandbox, token)["media_id"], "k")["errcode"] == 89504
    (msg_id,) = sandbox.direct(f"wechat/{appid}/confirm").get_json()["sent"]
    assert event_of(listener.wait()).findtext("MsgID") == str(msg_id)


def test_a_sealed_event_shows_nothing_to_who_has_no_key(
    sandbox: Sandbox, listener: Listener
) -> None:
    listen(sandbox, "wechat", listener.url)
    settings(sandbox, callback_aes=True)
    publish_id = submit(sandbox)
    path, _, body = listener.wait()
    account = sandbox.account("wechat")
    query = {name: values[0] for name, values in parse_qs(urlsplit(path).query).items()}
    sealed = str(ElementTree.fromstring(body).findtext("Encrypt"))
    assert publish_id.encode() not in body
    assert query["encrypt_type"] == "aes"
    signed = (account["token"], query["timestamp"], query["nonce"], sealed)
    assert query["msg_signature"] == signature(*signed)

    raw = base64.b64decode(account["encoding_aes_key"] + "=")
    opened = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).decryptor()
    plain = opened.update(base64.b64decode(sealed)) + opened.finalize()
    assert f"<publish_id>{publish_id}</publish_id>".encode() in plain
    assert plain[: -plain[-1]].endswith(account["appid"].encode())


def test_events_are_held_back_turned_round_and_doubled(
    sandbox: Sandbox, listener: Listener
) -> None:
    listen(sandbox, "wechat", listener.url)
    appid = settings(sandbox, callback_held=True)
    first, second = submit(sandbox), submit(sandbox)
    assert listener.pushed.empty()
    told = sandbox.direct(f"accounts/{appid}/release", reverse=True, copies=2).get_json()
    assert told["pushed"] == 2
    bodies = [listener.wait() for _ in range(4)]
    ids = [event_of(body).findtext("PublishEventInfo/publish_id") for body in bodies]
    assert ids == [second, second, first, first]
    assert bodies[0] == bodies[1]
    assert sandbox.direct(f"accounts/{appid}/release").get_json()["pushed"] == 0
    assert sandbox.direct(f"accounts/{appid}/release", copies=0).status_code == 422
