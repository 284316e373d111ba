"""What the way out proves by its failures, and what it never lets out."""

from __future__ import annotations

import json
import socket
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from threading import Event

import httpx
import pytest
import respx
from httpcore import HTTP11Connection

from channels import deadline
from channels.base import Rejected, Unavailable, Unsure
from channels.http import ANSWER_BYTES, Aim, Veil, Wire
from tests.channels.drip import dripping
from tests.channels.platform import Answer, Platform, Request

NOWHERE = "http://platform.invalid"


@pytest.mark.parametrize(
    ("failure", "sent"),
    [
        (httpx.ConnectError("refused"), False),
        (httpx.ConnectTimeout("slow"), False),
        (httpx.PoolTimeout("busy"), False),
        (httpx.WriteError("reset"), True),
        (httpx.WriteTimeout("stuck"), True),
        (httpx.ReadTimeout("silence"), True),
        (httpx.ReadError("reset"), True),
        (httpx.RemoteProtocolError("gone"), True),
        (httpx.DecodingError("not gzip"), True),
        (httpx.CloseError("odd"), True),
    ],
    ids=lambda value: type(value).__name__,
)
@pytest.mark.parametrize("aim", Aim)
@respx.mock
def test_a_failure_is_classed_by_what_it_proves(
    failure: httpx.HTTPError, sent: bool, aim: Aim
) -> None:
    route = respx.post(f"{NOWHERE}/x").mock(side_effect=failure)
    expected = Unsure if sent and aim is Aim.CREATE else Unavailable
    with pytest.raises(expected) as caught:
        Wire(NOWHERE, Veil()).send("POST", "/x", aim=aim)
    assert type(caught.value) is expected
    assert route.call_count == 1


@pytest.mark.parametrize("url", ["ftp://platform.invalid", "http://[::1"])
def test_an_address_that_is_none_proves_that_nothing_was_sent(url: str) -> None:
    with pytest.raises(Unavailable):
        Wire(url, Veil()).send("POST", "/x", aim=Aim.CREATE)


@pytest.mark.parametrize("status", [301, 302, 307, 408, 425, 500, 502, 503, 504])
def test_redirects_and_server_faults_are_unclear(platform: Platform, status: int) -> None:
    elsewhere = {"Location": f"{platform.url}/elsewhere"}
    platform.on("/x", Answer({"errcode": 0}, status, elsewhere))
    with pytest.raises(Unsure) as caught:
        Wire(platform.url, Veil()).send("POST", "/x", aim=Aim.CREATE)
    assert caught.value.code == f"http_{status}"
    assert platform.asked("/elsewhere") == []


@pytest.mark.parametrize("status", [400, 403, 404, 413])
def test_an_unreadable_refusal_is_a_refusal(platform: Platform, status: int) -> None:
    platform.on("/x", Answer("<h1>no</h1>", status))
    reply = Wire(platform.url, Veil()).send("POST", "/x", aim=Aim.CREATE)
    with pytest.raises(Rejected) as caught:
        reply.object()
    assert caught.value.code == f"http_{status}"


def _in_a_minute() -> str:
    """A moment by the clock of whoever asks, not of whoever gathered the tests."""
    return format_datetime(datetime.now(UTC) + timedelta(minutes=1), usegmt=True)


@pytest.mark.parametrize(
    ("header", "low", "high"),
    [("7", 7, 7), (None, 30, 60), ("99999999", 86_400, 86_400), ("soon", 0, 0)],
    ids=["seconds", "a moment", "too long", "no number"],
)
def test_a_rate_limit_says_when_to_come_back(
    platform: Platform, header: str | None, low: int, high: int
) -> None:
    platform.on("/x", Answer("", 429, {"Retry-After": header or _in_a_minute()}))
    with pytest.raises(Unavailable) as caught:
        Wire(platform.url, Veil()).send("POST", "/x", aim=Aim.CREATE)
    wait = caught.value.retry_after or timedelta(0)
    assert low <= wait.total_seconds() <= high


def test_a_quota_says_when_it_is_filled_up_again(platform: Platform) -> None:
    platform.on("/x", Answer("", 429, {"X-Rate-Limit-Reset": "41"}))
    with pytest.raises(Unavailable) as caught:
        Wire(platform.url, Veil()).send("POST", "/x", aim=Aim.CREATE)
    assert caught.value.retry_after == timedelta(seconds=41)


def test_a_list_is_read_where_one_is_answered(platform: Platform) -> None:
    platform.on("/x", Answer([{"id": 1}]))
    assert Wire(platform.url, Veil()).send("GET", "/x").array() == [{"id": 1}]
    platform.on("/x", Answer({"id": 1}))
    with pytest.raises(Unavailable):
        Wire(platform.url, Veil()).send("GET", "/x").array()


@pytest.mark.parametrize(("aim", "said"), [(Aim.CREATE, "close"), (Aim.REPEAT, "keep-alive")])
def test_no_creating_call_shares_its_connection(platform: Platform, aim: Aim, said: str) -> None:
    platform.on("/x", Answer({"errcode": 0}))
    Wire(platform.url, Veil()).send("POST", "/x", aim=aim)
    (request,) = platform.asked("/x")
    assert request.headers["connection"] == said


def test_no_thread_tidies_up_the_connection_of_another(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Or it closes, as expired, one that the other has just been handed (encode/httpcore#1110)."""

    def held(_request: Request) -> Answer:
        asked.set()
        assert answered.wait(10)
        return Answer({})

    def watched(connection: HTTP11Connection) -> bool:
        looked_at_idle.append(connection.is_idle())
        return has_expired(connection)

    asked, answered = Event(), Event()
    looked_at_idle: list[bool] = []
    has_expired = HTTP11Connection.has_expired
    monkeypatch.setattr(HTTP11Connection, "has_expired", watched)
    platform.on("/held", held)
    platform.on("/x", Answer({}))
    wire = Wire(platform.url, Veil())
    with ThreadPoolExecutor(1) as pool:
        other = pool.submit(wire.send, "GET", "/held")
        assert asked.wait(10)
        wire.send("GET", "/x")
        answered.set()
        other.result()
    assert looked_at_idle
    assert all(looked_at_idle)


def test_an_endless_answer_is_cut_off(platform: Platform) -> None:
    platform.on("/x", Answer("x" * (ANSWER_BYTES + 1)))
    with pytest.raises(Unsure):
        Wire(platform.url, Veil()).send("POST", "/x", aim=Aim.CREATE)


DRIPS = {
    "1xx without end": (b"", b"HTTP/1.1 100 Continue\r\n\r\n"),
    "headers without end": (b"HTTP/1.1 200 OK\r\nX-Long: ", b"x"),
    "a body without end": (b"HTTP/1.1 200 OK\r\n\r\n", b"x"),
}


@pytest.mark.parametrize("drip", DRIPS)
@pytest.mark.parametrize("aim", Aim)
def test_a_call_ends_however_slowly_it_is_answered(
    monkeypatch: pytest.MonkeyPatch, drip: str, aim: Aim
) -> None:
    monkeypatch.setattr(deadline, "CALL_SECONDS", 0.4)
    began = time.monotonic()
    with (
        dripping(*DRIPS[drip]) as url,
        ThreadPoolExecutor(1) as pool,
        pytest.raises(Unsure if aim is Aim.CREATE else Unavailable),
    ):
        pool.submit(Wire(url, Veil()).send, "POST", "/x", aim=aim).result(5)
    assert time.monotonic() - began < 3


def test_a_call_ends_however_slowly_it_is_taken_in(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reads nothing of a large request holds us up no longer than its size allows for."""
    monkeypatch.setattr(deadline, "CALL_SECONDS", 0.2)
    monkeypatch.setattr(deadline, "SLOWEST", 200 * 1024 * 1024)
    began = time.monotonic()
    with socket.create_server(("127.0.0.1", 0)) as deaf, pytest.raises(Unsure):
        wire = Wire(f"http://127.0.0.1:{deaf.getsockname()[1]}", Veil())
        wire.send("POST", "/x", aim=Aim.CREATE, content=b"x" * 40_000_000)
    assert time.monotonic() - began < 3


def test_a_large_request_may_take_its_time(
    monkeypatch: pytest.MonkeyPatch, platform: Platform
) -> None:
    monkeypatch.setattr(deadline, "CALL_SECONDS", 0.2)
    monkeypatch.setattr(deadline, "SLOWEST", 1024)

    def slow(request: Request) -> Answer:
        time.sleep(0.5)
        return Answer({"bytes": len(request.body)})

    platform.on("/x", slow)
    reply = Wire(platform.url, Veil()).send("POST", "/x", content=b"x" * 4096)
    assert reply.object() == {"bytes": 4096}


def test_chinese_goes_as_raw_utf8(platform: Platform) -> None:
    platform.on("/x", Answer({}))
    Wire(platform.url, Veil()).send("POST", "/x", body={"title": "湖滨“公园”🌊"})
    sent: Request = platform.requests[0]
    assert b"\\u" not in sent.body
    assert "湖滨“公园”🌊".encode() in sent.body
    assert sent.headers["content-type"].startswith("application/json")


def test_the_environment_cannot_put_a_proxy_between(
    platform: Platform, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", NOWHERE)
    platform.on("/x", Answer({"ok": 1}))
    assert Wire(platform.url, Veil()).send("GET", "/x").object() == {"ok": 1}


@pytest.mark.parametrize(
    "shown",
    [
        "https://h/x?access_token=abc123def&openid=1",
        '{"refresh_token": "abc123def"}',
        "app_secret=abc123def",
        "the key abc123def is wrong",
    ],
)
def test_secrets_are_veiled_by_value_and_by_name(shown: str) -> None:
    assert "abc123def" not in Veil("abc123def").text(shown)
    if "is wrong" not in shown:
        assert "abc123def" not in Veil().text(shown)


def test_data_is_veiled_at_every_depth() -> None:
    data = {"a": [{"access_token": "abc123def", "b": "x abc123def"}], "n": 1, "none": None}
    veiled = Veil("abc123def").data(data)
    assert "abc123def" not in json.dumps(veiled)
    assert veiled["n"] == 1
