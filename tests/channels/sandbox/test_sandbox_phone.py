"""Douyin by phone in the sandbox: what a code must be, and what publishing from it does."""

from __future__ import annotations

import hashlib
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any
from urllib.parse import quote, urlencode

import pytest

from channels.sandbox.douyin_share import signature
from tests.channels.sandbox.playing import FIRST_DAY, Sandbox, film, picture
from tests.channels.sandbox.test_sandbox_callbacks import Listener, listen, listener

__all__ = ["listener"]
FILES = {"/film.mp4": film(), "/one.jpg": picture(), "/two.jpg": picture(), "/text": b"no film"}
TEXTS = {"Accept": "application/json"}


@pytest.fixture(scope="module")
def face() -> Iterator[str]:
    """A public face that serves the files."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            data = FILES.get(self.path)
            self.send_response(404 if data is None else 200)
            self.send_header("Content-Length", str(len(data or b"")))
            self.end_headers()
            self.wfile.write(data or b"")

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


def ask(sandbox: Sandbox, path: str, token: str, **query: str) -> dict[str, Any]:
    headers = {"access-token": token}
    answer = sandbox.client.get(f"/douyin{path}", query_string=query, headers=headers)
    return dict(answer.get_json()["data"])


def client_token(sandbox: Sandbox) -> str:
    account = sandbox.account("douyin")
    keys = {"client_key": account["client_key"], "client_secret": account["client_secret"]}
    body = {**keys, "grant_type": "client_credential"}
    return str(sandbox.say("/douyin/oauth/client_token/", body)["data"]["access_token"])


def code(sandbox: Sandbox, face: str, **changes: Any) -> str:
    """The text of a good code, but for the changes; ``None`` leaves a field out."""
    token = client_token(sandbox)
    ticket = ask(sandbox, "/open/getticket/", token)["ticket"]
    share = ask(sandbox, "/share-id/", token, need_callback="true")["share_id"]
    moment = str(int(sandbox.clock()))
    fields = {
        "share_type": "h5",
        "client_key": sandbox.account("douyin")["client_key"],
        "nonce_str": "486452656",
        "timestamp": moment,
        "signature": signature("486452656", ticket, moment),
        "state": share,
        "title": "便民服务点〔sh1〕",
        "hashtag_list": json.dumps(["民生"]),
        "video_path": f"{face}/film.mp4",
        **changes,
    }
    given = {name: value for name, value in fields.items() if value is not None}
    return f"snssdk1128://openplatform/share?{urlencode(given, quote_via=quote)}"


def publish(sandbox: Sandbox, link: str, **form: str) -> Any:
    return sandbox.client.post("/douyin/phone/", data={"link": link, **form}, headers=TEXTS)


def test_signature_of_the_platform() -> None:
    golden = "826da1d91207f2a64065e3824738d4b8"
    assert signature("486452656", "@ticket", "1714037059") == golden


def test_only_an_application_gets_tickets(sandbox: Sandbox) -> None:
    account = sandbox.account("douyin")
    user = ask(sandbox, "/open/getticket/", account["access_token"])
    assert user["error_code"] == 2190002
    token = client_token(sandbox)
    assert ask(sandbox, "/open/getticket/", token)["expires_in"] == 7200
    assert ask(sandbox, "/share-id/", token)["error_code"] == 2100005
    sandbox.clock.pass_(7201)
    assert ask(sandbox, "/open/getticket/", token)["error_code"] == 2190008


def test_a_person_scans_looks_and_publishes(sandbox: Sandbox, face: str) -> None:
    link = code(sandbox, face)
    page = sandbox.client.get("/douyin/phone/", query_string={"link": link})
    assert "便民服务点" in page.text
    assert "一段视频" in page.text
    assert sandbox.objects() == []
    answer = sandbox.client.post("/douyin/phone/", data={"link": link})
    assert answer.status_code == 303
    assert sandbox.state()["copies"] == {"sh1": 1}
    (piece,) = sandbox.objects("video")
    assert answer.location == piece["url"]


def test_pictures_make_a_set(sandbox: Sandbox, face: str) -> None:
    paths = json.dumps([f"{face}/one.jpg", f"{face}/two.jpg"])
    link = code(sandbox, face, video_path=None, image_list_path=paths)
    sandbox.direct("verdicts", channel="douyin", after_polls=0)
    answer = publish(sandbox, link)
    assert answer.status_code == 201
    page = sandbox.page(answer.get_json()["url"])
    assert page.text.count("<img") == 2
    assert "#民生" in page.text
    other = answer.get_json()["url"].replace("/note/", "/video/")
    assert sandbox.page(other).status_code == 200


@pytest.mark.parametrize(
    "changes",
    [
        {"signature": "0" * 32},
        {"nonce_str": "another"},
        {"client_key": "awother"},
        {"state": "1"},
        {"share_type": "app"},
        {"timestamp": str(int(FIRST_DAY) - 7201)},
        {"title": "字" * 1001},
        {"hashtag_list": json.dumps(["题"] * 6)},
        {"hashtag_list": "no list"},
        {"video_path": None},
        {"video_path": None, "image_list_path": "[]"},
    ],
    ids=str,
)
def test_a_spoiled_code_is_not_believed(
    sandbox: Sandbox, face: str, changes: dict[str, Any]
) -> None:
    link = code(sandbox, face, **changes)
    assert publish(sandbox, link).status_code == 422
    page = sandbox.client.get("/douyin/phone/", query_string={"link": link})
    assert (page.status_code, 'role="alert"' in page.text) == (422, True)
    assert sandbox.objects() == []


@pytest.mark.parametrize("path", ["/gone.mp4", "/text", "/one.jpg"])
def test_a_film_that_the_phone_cannot_get_is_not_published(
    sandbox: Sandbox, face: str, path: str
) -> None:
    assert publish(sandbox, code(sandbox, face, video_path=face + path)).status_code == 422
    assert sandbox.objects() == []


def test_the_phone_goes_to_no_foreign_host(sandbox: Sandbox, face: str) -> None:
    link = code(sandbox, face, video_path="http://elsewhere.example/film.mp4")
    assert publish(sandbox, link).status_code == 422


def test_a_code_works_once_and_for_two_hours(sandbox: Sandbox, face: str) -> None:
    link = code(sandbox, face)
    assert [publish(sandbox, link).status_code for _ in range(2)] == [201, 422]
    late = code(sandbox, face)
    sandbox.clock.pass_(7201)
    assert publish(sandbox, late).status_code == 422
    assert sandbox.state()["copies"] == {"sh1": 1}


def test_publishing_calls_the_application_back(
    sandbox: Sandbox, face: str, listener: Listener
) -> None:
    sandbox.direct("accounts", channel="douyin", count=1)
    other = sandbox.account("douyin", 1)
    listen(sandbox, "douyin", listener.url)
    sandbox.direct(f"accounts/{other['account']}/callback", url=listener.url, delay=0)
    sandbox.direct(f"accounts/{other['account']}/settings", webhook_text=True, webhook_twice=True)
    answer = publish(sandbox, code(sandbox, face), account=other["account"]).get_json()
    pushed = [listener.wait() for _ in range(2)]
    assert len({headers["Msg-Id"] for _, headers, _ in pushed}) == 1
    _, headers, body = pushed[0]
    event = json.loads(body)
    content = json.loads(event["content"])
    assert (event["event"], event["from_user_id"]) == ("create_video", other["open_id"])
    assert (content["item_id"], bool(content["share_id"])) == (answer["item_id"], True)
    signed = hashlib.sha1(other["client_secret"].encode() + body).hexdigest()
    assert headers["X-Douyin-Signature"] == signed


def test_a_callback_can_be_forged(sandbox: Sandbox, face: str, listener: Listener) -> None:
    listen(sandbox, "douyin", listener.url)
    account = sandbox.account("douyin")
    sandbox.direct(f"accounts/{account['account']}/settings", webhook_forged=True)
    publish(sandbox, code(sandbox, face))
    _, headers, body = listener.wait()
    signed = hashlib.sha1(account["client_secret"].encode() + body).hexdigest()
    assert headers["X-Douyin-Signature"] != signed
