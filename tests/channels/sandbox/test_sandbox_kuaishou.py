"""Kuaishou in the sandbox: single-use tokens, the upload host, pending videos."""

from __future__ import annotations

import io
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from werkzeug.datastructures import FileStorage

from tests.channels.sandbox.playing import BASE, Sandbox, film, picture

MB = 1024 * 1024
CAPTION = "便民服务点 https://n.example/s/ks1"


def query(sandbox: Sandbox, **more: Any) -> str:
    account = sandbox.account("kuaishou")
    keys = {"app_id": account["app_id"], "access_token": account["access_token"]}
    return urlencode({**keys, **more})


def call(sandbox: Sandbox, method: str, path: str, **more: Any) -> dict[str, Any]:
    address = f"/kuaishou/openapi/photo/{path}?{query(sandbox, **more)}"
    return dict(sandbox.client.open(address, method=method).get_json())


def begun(sandbox: Sandbox) -> tuple[str, str]:
    """(upload token, path of the upload host on this server)."""
    answer = call(sandbox, "POST", "start_upload")
    endpoint = urlsplit(f"http://{answer['endpoint']}")
    assert endpoint.netloc == urlsplit(BASE).netloc
    return answer["upload_token"], f"{endpoint.path}/api/upload"


def put(sandbox: Sandbox, path: str, data: bytes) -> dict[str, Any]:
    return dict(sandbox.client.post(path, data=data, content_type="video/mp4").get_json())


def uploaded(sandbox: Sandbox) -> str:
    token, host = begun(sandbox)
    assert put(sandbox, f"{host}?upload_token={token}", film()) == {"result": 1}
    return token


def publish(
    sandbox: Sandbox, token: str, caption: str = CAPTION, cover: bytes | None = None
) -> dict[str, Any]:
    path = f"/kuaishou/openapi/photo/publish?{query(sandbox, upload_token=token)}"
    parts: dict[str, Any] = {"caption": caption, "stereo_type": "NOT_SPHERICAL_VIDEO"}
    data = picture() if cover is None else cover
    if data:
        parts["cover"] = FileStorage(io.BytesIO(data), "cover.jpg")
    return sandbox.send_all(path, parts)


def info(sandbox: Sandbox, photo_id: str) -> dict[str, Any]:
    return call(sandbox, "GET", "info", photo_id=photo_id)


def test_video_is_missing_then_pending_then_there(sandbox: Sandbox) -> None:
    made = publish(sandbox, uploaded(sandbox))["video_info"]
    assert (made["pending"], made["play_url"]) == (True, "")
    looks = [info(sandbox, made["photo_id"]) for _ in range(3)]
    assert looks[0]["result"] == 100120001
    assert [look["video_info"]["pending"] for look in looks[1:]] == [True, False]
    page = sandbox.page(looks[2]["video_info"]["play_url"])
    assert (page.status_code, "<video" in page.text) == (200, True)
    assert sandbox.state()["copies"] == {"ks1": 1}


def test_video_can_be_there_at_once(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="kuaishou", after_polls=0)
    made = publish(sandbox, uploaded(sandbox))["video_info"]
    assert not made["pending"]
    assert not info(sandbox, made["photo_id"])["video_info"]["pending"]


def test_refused_video_does_not_exist(sandbox: Sandbox) -> None:
    sandbox.direct("verdicts", channel="kuaishou", verdict="refused", after_polls=1)
    photo_id = publish(sandbox, uploaded(sandbox))["video_info"]["photo_id"]
    assert [info(sandbox, photo_id)["result"] for _ in range(3)] == [100120001] * 3
    assert sandbox.state()["copies"] == {}


def test_upload_token_is_consumed_once(sandbox: Sandbox) -> None:
    token = uploaded(sandbox)
    assert publish(sandbox, token)["result"] == 1
    assert publish(sandbox, token)["result"] == 10000200
    assert sandbox.state()["copies"] == {"ks1": 1}


def test_refused_publication_leaves_the_upload_usable(sandbox: Sandbox) -> None:
    token = uploaded(sandbox)
    assert publish(sandbox, token, cover=b"")["result"] == 10000200
    assert publish(sandbox, token)["result"] == 1


@pytest.mark.parametrize(
    ("caption", "cover", "result"),
    [
        ("字" * 1000, None, 1),
        ("字" * 1001, None, 10000200),
        ("好", picture(10 * MB), 1),
        ("好", picture(10 * MB + 1), 10000200),
        ("好", picture(kind="GIF"), 10000200),
        ("好", b"", 10000200),
    ],
)
def test_publication_limits(
    sandbox: Sandbox, caption: str, cover: bytes | None, result: int
) -> None:
    assert publish(sandbox, uploaded(sandbox), caption, cover)["result"] == result


@pytest.mark.parametrize(
    ("data", "result"),
    [(film(size=10 * MB - 1), 1), (film(size=10 * MB), 10000200), (picture(), 10000200)],
)
def test_whole_film_is_smaller_than_ten_megabytes(
    sandbox: Sandbox, data: bytes, result: int
) -> None:
    token, host = begun(sandbox)
    assert put(sandbox, f"{host}?upload_token={token}", data)["result"] == result
    token, host = begun(sandbox)
    path = f"{host}/multipart?upload_token={token}"
    assert sandbox.send(path, "file", data)["result"] == result


def fragments(sandbox: Sandbox, cuts: dict[int, bytes], count: int) -> tuple[str, dict[str, Any]]:
    token, host = begun(sandbox)
    for number, data in cuts.items():
        path = f"{host}/fragment?upload_token={token}&fragment_id={number}"
        assert put(sandbox, path, data)["size"] == len(data)
    resumed = sandbox.client.get(f"{host}/resume?upload_token={token}").get_json()
    assert resumed["fragment_index"] == max(cuts, default=-1)
    path = f"{host}/complete?upload_token={token}&fragment_count={count}"
    return token, dict(sandbox.client.post(path).get_json())


def test_fragments_make_the_film(sandbox: Sandbox) -> None:
    whole = film(size=11 * MB)
    token, done = fragments(sandbox, {1: whole[10 * MB :], 0: whole[: 10 * MB]}, 2)
    assert done["result"] == 1
    assert publish(sandbox, token)["result"] == 1


@pytest.mark.parametrize(
    ("cuts", "count"),
    [({}, 0), ({0: film()}, 2), ({1: film()}, 1), ({0: film(), 2: b"end"}, 2)],
    ids=["none", "second missing", "first missing", "gap"],
)
def test_missing_fragment_is_refused(sandbox: Sandbox, cuts: dict[int, bytes], count: int) -> None:
    token, done = fragments(sandbox, cuts, count)
    assert done["result"] == 10000200
    assert publish(sandbox, token)["result"] == 10000200


def test_fragment_is_taken_to_the_byte(sandbox: Sandbox) -> None:
    token, host = begun(sandbox)
    path = f"{host}/fragment?upload_token={token}&fragment_id=0"
    assert put(sandbox, path, bytes(10 * MB))["result"] == 1
    assert put(sandbox, path, bytes(10 * MB + 1))["result"] == 10000200


def test_refresh_token_works_once(sandbox: Sandbox) -> None:
    account = sandbox.account("kuaishou")
    form = {
        "app_id": account["app_id"],
        "app_secret": account["app_secret"],
        "grant_type": "refresh_token",
        "refresh_token": account["refresh_token"],
    }
    path = "/kuaishou/oauth2/refresh_token"
    first = sandbox.client.get(path, query_string=form).get_json()
    again = sandbox.client.get(path, query_string=form).get_json()
    assert (first["result"], again["error_msg"]) == (1, "refreshToken.discarded")
    current = sandbox.account("kuaishou")
    assert (current["access_token"], current["refresh_token"]) == (
        first["access_token"],
        first["refresh_token"],
    )


def test_consent_returns_to_the_application_only(sandbox: Sandbox) -> None:
    account = sandbox.account("kuaishou")
    path = "/kuaishou/oauth2/authorize"
    wish = {"app_id": account["app_id"], "state": "a&b=c"}
    home = "http://127.0.0.1:8000/back?x=1"
    agreed = sandbox.client.get(path, query_string={**wish, "redirect_uri": home})
    back = parse_qs(urlsplit(agreed.location).query)
    assert (back["x"], back["state"]) == (["1"], ["a&b=c"])
    form = {"app_id": account["app_id"], "app_secret": account["app_secret"]}
    form |= {"code": back["code"][0], "grant_type": "authorization_code"}
    granted = sandbox.client.get("/kuaishou/oauth2/access_token", query_string=form).get_json()
    assert granted["open_id"] == account["open_id"]
    stranger = {**wish, "redirect_uri": "https://elsewhere.example/"}
    assert sandbox.client.get(path, query_string=stranger).get_json()["result"] == 10000200


def test_access_token_ends_after_two_days(sandbox: Sandbox) -> None:
    sandbox.clock.pass_(2 * 86_400 + 1)
    assert call(sandbox, "POST", "start_upload")["result"] == 100200102


def test_list_count_and_deletion(sandbox: Sandbox) -> None:
    ids = [publish(sandbox, uploaded(sandbox))["video_info"]["photo_id"] for _ in range(3)]
    first = call(sandbox, "GET", "list", count=2)["video_list"]
    assert [video["photo_id"] for video in first] == [ids[2], ids[1]]
    rest = call(sandbox, "GET", "list", cursor=ids[1])["video_list"]
    assert [video["photo_id"] for video in rest] == [ids[0]]
    assert call(sandbox, "POST", "delete", photo_id=ids[0])["result"] == 1
    assert call(sandbox, "POST", "delete", photo_id=ids[0])["result"] == 100120001
    assert call(sandbox, "GET", "count")["all_count"] == 2
    assert sandbox.state()["copies"] == {"ks1": 2}
