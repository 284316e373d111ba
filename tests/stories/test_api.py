"""The API of stories, from the first line to submission."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import document, paragraph

API = "/api/v1/stories"
Write = Callable[..., str]


def test_a_story_from_the_first_line_to_submission(
    newsroom: Newsroom, sign_in: Door, accounts: dict[str, str], alone: None
) -> None:
    reporter = sign_in("reporter")
    begun = reporter.call("POST", API, json={"title": "大桥"})
    assert begun.status_code == 201
    uid, etag = begun.get_json()["uid"], begun.headers["ETag"]
    text = {
        "title": "大桥合龙",
        "doc": document(paragraph("大桥昨日合龙。")),
        "fields": {"tags": ["大桥"], "sources": [{"name": "区交通运输局"}]},
    }
    saved = reporter.call("PUT", f"{API}/{uid}/draft", json=text, headers={"If-Match": etag})
    assert saved.status_code == 200
    targets = {"targets": [{"account": accounts["outlet"]}, {"account": accounts["weibo"]}]}
    whole = reporter.call("PUT", f"{API}/{uid}/targets", json=targets).get_json()
    assert [it["channel"] for it in whole["editions"]] == ["outlet", "weibo"]
    assert reporter.call("GET", f"{API}/{uid}/readiness").get_json()["ready"]
    seen = {"note": "请审", "version": whole["version"]}
    sent = reporter.call("POST", f"{API}/{uid}/submit", json=seen)
    assert (sent.get_json()["posts"], sent.get_json()["number"]) == (2, 1)
    shown = reporter.call("GET", f"{API}/{uid}").get_json()
    assert shown["state"] == "in_review"
    assert shown["actions"] == ["take_back"]
    assert reporter.call("GET", f"{API}/{uid}/versions").get_json()["items"][0]["number"] == 1
    back = reporter.call("POST", f"{API}/{uid}/take_back")
    assert back.get_json()["state"] == "draft"


def test_a_stale_save_is_answered_with_theirs(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    url = f"{API}/{write()}/draft"
    version = sign_in("reporter").call("GET", url.removesuffix("/draft")).get_json()["version"]
    headers = {"If-Match": f'"{version}"'}
    first = sign_in("editor").call("PUT", url, json={"title": "编辑的"}, headers=headers)
    second = sign_in("reporter").call("PUT", url, json={"title": "记者的"}, headers=headers)
    assert (first.status_code, second.status_code) == (200, 409)
    assert second.get_json()["theirs"]["title"] == "编辑的"


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "", {"title": "长" * 65}, 422),
        ("POST", "", {"topic": "none"}, 404),
        ("PUT", "/{uid}/draft", {"title": "甲"}, 422),
        ("PUT", "/{uid}/draft", {"version": 1, "doc": {"type": "doc", "content": [{}]}}, 409),
        ("PUT", "/{uid}/targets", {"targets": [{"account": "none"}]}, 404),
        ("PUT", "/{uid}/targets", {"targets": "all"}, 422),
        ("POST", "/{uid}/editions", {"channels": ["fax"]}, 422),
        ("GET", "/{uid}/editions/fax", None, 404),
        ("PATCH", "/{uid}/editions/weibo", {"owner": "me"}, 422),
        ("PATCH", "/{uid}/editions/weibo", {"media_uids": ["none"]}, 422),
        ("PATCH", "/{uid}/editions/weibo", {"body": "甲", "version": 99}, 409),
        ("PATCH", "/{uid}/editions/weibo", {"doc": {"type": "doc", "content": []}}, 422),
        ("POST", "/{uid}/adopt", {"share": 50}, 409),
        ("POST", "/{uid}/adopt", {"share": 5}, 422),
        ("POST", "/{uid}/assets", {"asset": "none"}, 404),
        ("POST", "/{uid}/take_back", None, 409),
        ("POST", "/{uid}/versions/9/restore", None, 404),
        ("GET", "/none", None, 404),
    ],
)
def test_what_cannot_be_done_is_refused_in_words(
    newsroom: Newsroom, sign_in: Door, write: Write, method: str, path: str, body: Any, status: int
) -> None:
    answer = sign_in("reporter").call(method, API + path.format(uid=write()), json=body)
    assert answer.status_code == status, answer.get_data(as_text=True)
    assert answer.get_json()["title"]


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("PUT", "/{uid}/draft", {"version": 1}),
        ("PUT", "/{uid}/targets", {"targets": []}),
        ("PATCH", "/{uid}/editions/weibo", {"body": "甲"}),
        ("POST", "/{uid}/editions/weibo/refresh", {}),
        ("POST", "/{uid}/editions/weibo/switch", {"enabled": False}),
        ("POST", "/{uid}/submit", {}),
        ("POST", "/{uid}/versions", {}),
        ("POST", "/{uid}/share", {"shared": True}),
    ],
)
@pytest.mark.parametrize("role", ["second_reporter", "inspector"])
def test_who_has_no_hand_in_it_is_forbidden(
    newsroom: Newsroom, sign_in: Door, write: Write, method: str, path: str, body: Any, role: str
) -> None:
    answer = sign_in(role).call(method, API + path.format(uid=write()), json=body)
    assert answer.status_code == 403


def test_strangers_see_nothing(sign_in: Door, write: Write) -> None:
    uid = write()
    for path in ("", f"/{uid}", f"/{uid}/readiness", f"/{uid}/versions"):
        assert sign_in.stranger().get(API + path).status_code == 401
