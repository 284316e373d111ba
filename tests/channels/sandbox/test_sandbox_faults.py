"""Faults on demand, on real sockets where a connection is to break."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.channels.sandbox.playing import Sandbox

SHARE = "/weibo/2/statuses/share.json"


def form(base: str, text: str = "正文 http://127.0.0.1/s/f1") -> dict[str, str]:
    state = httpx.get(f"{base}/__sim__/state").json()
    token = next(one["access_token"] for one in state["accounts"] if one["channel"] == "weibo")
    return {"access_token": token, "status": text, "rip": "127.0.0.1"}


def fault(base: str, **wish: Any) -> None:
    answer = httpx.post(f"{base}/__sim__/faults", json={"path": SHARE, **wish})
    assert answer.status_code == 201, answer.text


def copies(base: str) -> dict[str, int]:
    return dict(httpx.get(f"{base}/__sim__/state").json()["copies"])


def share(base: str, **options: Any) -> httpx.Response:
    return httpx.post(f"{base}{SHARE}", data=form(base), **options)


@pytest.fixture(params=["werkzeug", "gunicorn"])
def served(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """The sandbox behind each of the two servers that it is run by."""
    if request.param == "werkzeug":
        yield request.getfixturevalue("live")
        return
    code = (
        "from pathlib import Path; from channels.sandbox.app import create_sandbox;"
        f"app = create_sandbox(Path({str(tmp_path)!r}), 'http://127.0.0.1')"
    )
    (tmp_path / "served.py").write_text(code.replace(";", "\n").replace("\n ", "\n"))
    argv = [sys.executable, "-m", "gunicorn", "--bind", "127.0.0.1:0", "--threads", "4"]
    argv += ["--no-control-socket"] if _has_control_socket() else []
    argv += ["--pythonpath", str(tmp_path), "served:app"]
    log = tmp_path / "log"
    with log.open("wb") as err, subprocess.Popen(argv, stderr=err) as process:
        try:
            yield _address_in(log)
        finally:
            process.terminate()


def _has_control_socket() -> bool:
    shown = subprocess.run(
        [sys.executable, "-m", "gunicorn", "--help"], capture_output=True, text=True, check=True
    )
    return "--no-control-socket" in shown.stdout


def _address_in(log: Path) -> str:
    for _ in range(200):
        for line in log.read_text().splitlines():
            if "Listening at:" in line:
                return line.split("Listening at: ")[1].split()[0]
        time.sleep(0.05)
    raise AssertionError(log.read_text())


def test_drop_before_cuts_and_does_nothing(served: str) -> None:
    fault(served, fault="drop_before")
    with pytest.raises(httpx.TransportError):
        share(served)
    assert copies(served) == {}
    assert share(served).status_code == 200


def test_drop_after_cuts_when_all_is_done(served: str) -> None:
    fault(served, fault="drop_after")
    with pytest.raises(httpx.TransportError):
        share(served)
    assert copies(served) == {"f1": 1}
    assert share(served).json()["error_code"] == 20019


def test_truncated_answer_breaks_off_in_the_body(served: str) -> None:
    fault(served, fault="truncate")
    with pytest.raises(httpx.RemoteProtocolError, match="peer closed connection"):
        share(served)
    assert copies(served) == {"f1": 1}


def test_a_login_page_in_between_hides_a_success(live: str) -> None:
    fault(live, fault="wrong_type")
    answer = share(live)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/html; charset=utf-8")
    assert copies(live) == {"f1": 1}


def test_a_login_page_in_between_may_let_nothing_through(live: str) -> None:
    fault(live, fault="wrong_type", moment="before")
    assert share(live).status_code == 200
    assert copies(live) == {}


def test_late_is_done_when_the_caller_has_long_gone(served: str) -> None:
    fault(served, fault="late", seconds=0.1)
    with pytest.raises(httpx.TransportError):
        share(served)
    assert _soon(lambda: copies(served) == {"f1": 1})
    assert share(served).json()["error_code"] == 20019


def test_late_does_nothing_before_its_time(live: str) -> None:
    fault(live, fault="late", seconds=3600)
    with pytest.raises(httpx.TransportError):
        share(live)
    assert copies(live) == {}


def test_what_comes_late_is_dropped_with_its_fault(live: str) -> None:
    fault(live, fault="late", seconds=2)
    with pytest.raises(httpx.TransportError):
        share(live)
    httpx.delete(f"{live}/__sim__/faults")
    time.sleep(2.2)
    assert copies(live) == {}


def _soon(happened: Callable[[], bool]) -> bool:
    """Whether it happens within some seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if happened():
            return True
        time.sleep(0.05)
    return False


def test_slow_answer_comes_after_the_caller_gave_up(live: str) -> None:
    fault(live, fault="slow", seconds=0.5)
    with pytest.raises(httpx.ReadTimeout):
        share(live, timeout=0.1)
    assert copies(live) == {"f1": 1}


def test_large_upload_is_cut_before_it_is_read(live: str) -> None:
    fault(live, fault="drop_before", path="/toutiao/toutiao/video/upload/")
    with pytest.raises((httpx.NetworkError, httpx.RemoteProtocolError)):
        httpx.post(
            f"{live}/toutiao/toutiao/video/upload/", files={"video": bytes(20 * 1024 * 1024)}
        )


def test_bad_gateway_is_a_page_of_somebody_else(sandbox: Sandbox) -> None:
    sandbox.direct("faults", path=SHARE, fault="bad_gateway")
    answer = sandbox.client.post(SHARE)
    assert (answer.status_code, answer.mimetype) == (502, "text/html")


def test_bad_gateway_can_hide_a_success(live: str) -> None:
    fault(live, fault="bad_gateway", moment="after")
    assert share(live).status_code == 502
    assert copies(live) == {"f1": 1}


@pytest.mark.parametrize(
    ("path", "status", "where"),
    [
        ("/wechat/cgi-bin/draft/add", 200, ["errcode"]),
        ("/weibo/2/statuses/share.json", 400, ["error_code"]),
        ("/douyin/api/douyin/v1/video/create_video/", 200, ["data", "error_code"]),
        ("/douyin/oauth/refresh_token/", 200, ["data", "error_code"]),
        ("/toutiao/toutiao/video/create/", 200, ["extra", "error_code"]),
        ("/kuaishou/openapi/photo/publish", 200, ["result"]),
        ("/kuaishou-upload/api/upload", 200, ["result"]),
        ("/bilibili/arcopen/fn/archive/add-by-utoken", 200, ["code"]),
        ("/bilibili/video/v2/upload", 200, ["code"]),
        ("/jpush/v3/push", 400, ["error", "code"]),
        ("/getui/v2/any/push/all", 200, ["code"]),
    ],
)
def test_error_code_comes_in_the_envelope_of_the_platform(
    sandbox: Sandbox, path: str, status: int, where: list[str]
) -> None:
    sandbox.direct("faults", path=path, fault="error_code", code=12345)
    answer = sandbox.client.post(path, data=b"{}")
    found = answer.get_json()
    for name in where:
        found = found[name]
    assert (answer.status_code, found) == (status, 12345)


def test_fault_strikes_as_often_as_told(sandbox: Sandbox) -> None:
    sandbox.direct("faults", path="/weibo/*", fault="bad_gateway", times=2)
    statuses = [sandbox.client.post(SHARE).status_code for _ in range(3)]
    assert statuses == [502, 502, 400]
    assert sandbox.client.get("/__sim__/faults").get_json()["faults"][0]["hits"] == 2


def pattern(sandbox: Sandbox, **wish: Any) -> list[bool]:
    sandbox.client.delete("/__sim__/faults")
    sandbox.direct("faults", path=SHARE, fault="bad_gateway", **wish)
    return [sandbox.client.post(SHARE).status_code == 502 for _ in range(60)]


def test_probability_repeats_by_its_seed(sandbox: Sandbox) -> None:
    first = pattern(sandbox, probability=0.3, seed=7)
    assert first == pattern(sandbox, probability=0.3, seed=7)
    assert first != pattern(sandbox, probability=0.3, seed=8)
    assert 5 < sum(first) < 35


def test_probability_may_be_limited_in_number(sandbox: Sandbox) -> None:
    struck = pattern(sandbox, probability=1, times=3)
    assert struck == [True] * 3 + [False] * 57


def test_faults_are_forgotten_one_way_or_the_other(sandbox: Sandbox) -> None:
    sandbox.direct("faults", path=SHARE, fault="bad_gateway", times=9)
    assert sandbox.client.delete("/__sim__/faults").get_json() == {"faults": []}
    assert sandbox.client.post(SHARE).status_code == 400
    sandbox.direct("faults", path=SHARE, fault="bad_gateway", times=9)
    sandbox.direct("reset")
    assert sandbox.client.post(SHARE).status_code == 400


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"path": "weibo", "fault": "slow"},
        {"path": "/weibo", "fault": "explode"},
        {"path": "/weibo", "fault": "slow", "seconds": -1},
        {"path": "/weibo", "fault": "slow", "times": 0},
        {"path": "/weibo", "fault": "slow", "probability": 1.5},
        {"path": "/weibo", "fault": "slow", "times": "often"},
        {"path": "/weibo", "fault": "slow", "moment": "never"},
        {"path": "/weibo", "fault": "late", "seconds": "soon"},
    ],
)
def test_unknown_fault_is_refused_in_words(sandbox: Sandbox, wish: dict[str, Any]) -> None:
    answer = sandbox.direct("faults", **wish)
    assert (answer.status_code, bool(json.loads(answer.text)["error"])) == (422, True)
    assert sandbox.client.get("/__sim__/faults").get_json()["faults"] == []


def test_control_desk_itself_never_fails(sandbox: Sandbox) -> None:
    sandbox.direct("faults", path="*", fault="bad_gateway", times=99)
    assert sandbox.client.get("/__sim__/state").status_code == 200
