"""Writing together at its edges: what programs and pages are answered, and who is here."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Any

import pytest
from redis import Redis

from kitchen import presence
from kitchen.presence import RedisPresence
from kitchen.stories import queries, service
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import document, paragraph
from tests.stories.test_together import inserted

Write = Callable[..., str]
CLIENT = "a" * 8


@pytest.fixture
def steps(write: Write) -> str:
    """The address of a story's steps; its text is 大桥。"""
    uid = write(channels=("weibo",), doc=document(paragraph("大桥。")))
    return f"/api/v1/stories/{uid}/steps"


def batch(version: int, first: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "version": version,
        "client": CLIENT,
        "first": first,
        "steps": [inserted("新")],
        **more,
    }


def test_a_step_is_taken_and_one_that_is_behind_is_told_what_it_missed(
    newsroom: Newsroom, sign_in: Door, steps: str
) -> None:
    reporter, editor = sign_in("reporter"), sign_in("editor")
    head = reporter.call("GET", f"{steps}?since=0").get_json()["head"]
    cursor = {"anchor": 2, "head": 2}
    taken = reporter.call("POST", steps, json=batch(head, cursor=cursor))
    assert taken.status_code == 200
    assert taken.get_json()["version"] == head + 1
    behind = editor.call("POST", steps, json={**batch(head), "client": "b" * 8})
    told = behind.get_json()
    assert (behind.status_code, told["code"]) == (409, "stale")
    assert [it["client"] for it in told["theirs"]["steps"]] == [CLIENT]
    standing = editor.call("GET", f"{steps}?since={head}").get_json()
    assert standing["steps"][0]["by"] == newsroom.reporter.name
    assert standing["fields"]["title"] == "青禾大桥昨日合龙"
    assert standing["story_version"] == taken.get_json()["story_version"]
    assert standing["open"]
    assert standing["people"] == [
        {
            "client": CLIENT,
            "name": newsroom.reporter.name,
            "colour": 0,
            "version": head + 1,
            "anchor": 2,
            "head": 2,
        }
    ]


def test_late_steps_are_moved_for_who_says_so_and_the_caret_with_them(
    newsroom: Newsroom, sign_in: Door, steps: str
) -> None:
    reporter, editor = sign_in("reporter"), sign_in("editor")
    head = reporter.call("GET", f"{steps}?since=0").get_json()["head"]
    assert reporter.call("POST", steps, json=batch(head)).get_json()["steps"] == []
    cursor = {"anchor": 2, "head": 2}
    late = {**batch(head, cursor=cursor), "client": "b" * 8, "movable": True}
    taken = editor.call("POST", steps, json=late).get_json()
    assert taken["version"] == head + 2
    assert [(it["client"], it["by"], it["step"]) for it in taken["steps"]] == [
        (CLIENT, newsroom.reporter.name, inserted("新")),
        ("b" * 8, newsroom.editor.name, inserted("新", at=2)),
    ]
    (here,) = editor.call("GET", f"{steps}?since={head}").get_json()["people"]
    assert (here["version"], here["anchor"], here["head"]) == (head + 2, 3, 3)


@pytest.mark.parametrize(
    ("change", "status"),
    [
        ({"steps": []}, 422),
        ({"steps": [{}]}, 422),
        ({"client": "<b>"}, 422),
        ({"first": 0}, 422),
        ({"cursor": {"anchor": -1, "head": 0}}, 422),
        ({"version": 99}, 409),
        ({"steps": [inserted("长")] * 501}, 422),
        ({"steps": [inserted("长" * 2_000_000)]}, 413),
    ],
)
def test_what_is_no_batch_is_refused_in_words(
    sign_in: Door, steps: str, change: dict[str, Any], status: int
) -> None:
    head = sign_in("reporter").call("GET", f"{steps}?since=0").get_json()["head"]
    answer = sign_in("reporter").call("POST", steps, json={**batch(head), **change})
    assert answer.status_code == status
    assert answer.get_json()["title"]


def test_a_stranger_neither_writes_nor_listens(sign_in: Door, steps: str) -> None:
    stranger = sign_in("second_reporter")
    for method, given in (("GET", None), ("POST", batch(1))):
        assert stranger.call(method, steps, json=given).status_code == 403
    assert sign_in.stranger().get(steps).status_code == 401


def test_a_sign_of_life_is_answered_with_who_is_here(
    newsroom: Newsroom, sign_in: Door, steps: str
) -> None:
    uid = steps.split("/")[-2]
    url = f"/stories/{uid}/presence"
    here = sign_in("reporter").call("POST", url, json={"client": CLIENT})
    assert [it["name"] for it in here.get_json()["people"]] == [newsroom.reporter.name]
    assert (f"story:{uid}", {"by": CLIENT}) in newsroom.live.told
    gone = sign_in("reporter").call("POST", url, json={"client": CLIENT, "leaving": True})
    assert gone.get_json()["people"] == []
    assert sign_in("second_reporter").call("POST", url, json={"client": CLIENT}).status_code == 403


def test_fields_are_saved_from_what_was_seen_by_page_and_api(sign_in: Door, steps: str) -> None:
    for url, seen, wanted in (
        (steps.removeprefix("/api/v1").replace("/steps", "/draft"), "大桥", "一"),
        (steps.replace("/steps", "/draft"), "一", "二"),
    ):
        given = {"fields": {"tags": wanted}, "before": {"tags": seen}}
        assert sign_in("editor").call("PUT", url, json=given).status_code == 200
        other = {"fields": {"tags": "三"}, "before": {"tags": seen}}
        accept = {"Accept": "application/json"}
        clash = sign_in("reporter").call("PUT", url, json=other, headers=accept)
        assert clash.status_code == 409
        assert clash.get_json()["theirs"]["fields"]["tags"] == wanted
        mine = sign_in("reporter").call("PUT", url, json={**other, "before": {"tags": wanted}})
        assert mine.status_code == 200
        back = {"fields": {"tags": wanted}, "before": {"tags": "三"}, "keep": "mine"}
        assert sign_in("editor").call("PUT", url, json=back).status_code == 200


@pytest.mark.parametrize(
    ("name", "stored", "wanted"),
    [
        ("title", "通稿 ", "新题"),
        ("title", "通\n稿", "新题"),
        ("tags", ["two words"], "大桥"),
        ("sources", [{"name": "区交通局", "url": "www.a.cn", "note": ""}], "区交通局"),
        ("sources", [{"name": "甲|乙", "url": "", "note": ""}], "甲"),
        ("credits", [{"role": "记者", "names": "甲 120%", "share": 0}], "记者：甲"),
    ],
)
@pytest.mark.parametrize("api", [False, True])
def test_nobody_is_in_conflict_with_what_the_form_itself_showed(
    newsroom: Newsroom, sign_in: Door, steps: str, name: str, stored: Any, wanted: str, api: bool
) -> None:
    uid, url = steps.split("/")[-2], steps.replace("/steps", "/draft")
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        setattr(story, name, stored)
        shown = service.form_of(story)[name]
    url = url if api else url.removeprefix("/api/v1")
    given = {"fields": {name: wanted}, "before": {name: " ".join(shown.split())}}
    headers = {"Accept": "application/json"}
    assert sign_in("editor").call("PUT", url, json=given, headers=headers).status_code == 200
    again = {"fields": {name: "别的：别的"}, "before": {name: stored}}
    assert sign_in("editor").call("PUT", url, json=again, headers=headers).status_code == 409


@pytest.mark.parametrize(
    ("name", "given"),
    [
        ("tags", ["two words"]),
        ("tags", ["大桥", "大桥"]),
        ("sources", [{"name": "甲", "url": "www.a.cn"}]),
        ("sources", [{"name": "甲", "url": "javascript:alert(1)"}]),
        ("sources", [{"name": "甲|乙"}]),
        ("sources", [{"name": "甲", "note": "一\n二"}]),
        ("credits", [{"role": "记：者", "names": "甲"}]),
        ("credits", [{"role": "记者", "names": "甲 60%"}]),
    ],
)
def test_a_list_obeys_the_rules_of_the_form(
    sign_in: Door, steps: str, name: str, given: list[Any]
) -> None:
    url = steps.replace("/steps", "/draft")
    sent = {"fields": {name: given}, "before": {name: ""}}
    answer = sign_in("editor").call("PUT", url, json=sent)
    assert answer.status_code == 422
    assert f"fields.{name}" in answer.get_json()["fields"]


def test_a_list_that_the_form_can_show_is_taken(sign_in: Door, steps: str) -> None:
    url = steps.replace("/steps", "/draft")
    sources = [{"name": "区交通局", "url": "https://a.example/1", "note": "电话 | 核实"}]
    credits_ = [{"role": "记者", "names": "甲、乙", "share": 60}]
    fields = {"tags": ["大桥", "通车"], "sources": sources, "credits": credits_}
    version = sign_in("editor").get(url.removesuffix("/draft")).get_json()["version"]
    answer = sign_in("editor").call("PUT", url, json={"fields": fields, "version": version})
    assert answer.status_code == 200
    story = sign_in("editor").get(url.removesuffix("/draft")).get_json()
    assert {name: story[name] for name in fields} == fields


def test_a_stored_source_leads_nowhere_that_runs(
    newsroom: Newsroom, sign_in: Door, steps: str
) -> None:
    uid = steps.split("/")[-2]
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        story.sources = [{"name": "某处", "url": "javascript:alert(1)", "note": ""}]
    page = sign_in("editor").get(f"/stories/{uid}").get_data(as_text=True)
    assert "某处" in page
    assert 'href="javascript' not in page


HUGE = 99_999_999_999_999_999_999


@pytest.mark.parametrize(
    ("method", "path", "body", "status"),
    [
        ("POST", "/steps", batch(HUGE), 422),
        ("POST", "/steps", batch(0, HUGE), 422),
        ("POST", "/steps", batch(0, 2**31 - 1), 422),
        ("GET", f"/steps?since={HUGE}", None, 422),
        ("GET", f"/steps?since={2**31}", None, 422),
        ("POST", f"/versions/{HUGE}/restore", None, 404),
        ("PUT", "/draft", {"title": "题", "version": HUGE}, 409),
    ],
)
def test_numbers_beyond_all_counting_are_refused(
    sign_in: Door, steps: str, method: str, path: str, body: Any, status: int
) -> None:
    url = steps.removesuffix("/steps") + path
    assert sign_in("reporter").call(method, url, json=body).status_code == status


def test_versions_beyond_all_counting_are_not_found(sign_in: Door, steps: str) -> None:
    url = steps.removeprefix("/api/v1").removesuffix("/steps")
    for path in (f"/diff/{HUGE}..0", f"/diff/0..{2**31}", f"/history/{HUGE}"):
        assert sign_in("reporter").get(url + path).status_code == 404
    for path in (f"/restore/{HUGE}", f"/history/{HUGE}/read"):
        assert sign_in("reporter").post_form(url + path).status_code == 404
    here = {"client": CLIENT, "version": HUGE}
    assert sign_in("reporter").call("POST", f"{url}/presence", json=here).status_code == 422


def test_endless_digits_are_no_numbers(sign_in: Door, steps: str, accounts: dict[str, str]) -> None:
    url, endless = steps.removeprefix("/api/v1").removesuffix("/steps"), "9" * 5000
    weibo = accounts["weibo"]
    places = {"account": [weibo], f"position-{weibo}": endless}
    assert sign_in("reporter").post_form(f"{url}/targets", places).status_code == 302
    order = {"pictures": "1", "place-x": endless}
    assert sign_in("reporter").post_form(f"{url}/editions/weibo", order).status_code == 302
    answer = sign_in("reporter").call(
        "PUT", f"{url}/draft", json={"title": "题"}, headers={"If-Match": f'"{endless}"'}
    )
    assert answer.status_code == 422


def test_a_branch_is_kept_once_however_often_it_is_sent(sign_in: Door, steps: str) -> None:
    url = steps.replace("/steps", "/branch")
    given = {"doc": document(paragraph("没处放的话。")), "note": "断网时写的"}
    headers = {"Idempotency-Key": "branch-1"}
    numbers = {
        sign_in("reporter").call("POST", url, json=given, headers=headers).get_json()["number"]
        for _ in range(2)
    }
    assert numbers == {1}
    kept = sign_in("reporter").call("GET", steps.replace("/steps", "/versions")).get_json()
    assert [it["note"] for it in kept["items"]] == ["断网时写的"]


def test_shares_are_shown_as_a_part_and_as_a_page_and_taken_over(
    newsroom: Newsroom, sign_in: Door, steps: str
) -> None:
    editor, uid = sign_in("editor"), steps.split("/")[-2]
    head = editor.call("GET", f"{steps}?since=0").get_json()["head"]
    editor.call("POST", steps, json=batch(head))
    url = f"/stories/{uid}/shares"
    for headers in ({}, {"HX-Request": "true"}):
        shown = editor.get(url, headers=headers).text
        assert f"记者：{newsroom.editor.name}" in shown
        assert "按建议填写份额" in shown
    lines = editor.call("GET", f"/api/v1{url}").get_json()["credits"]
    assert [it["share"] for it in lines] == [67, 33]
    assert editor.post_form(url).status_code == 302
    assert editor.call("POST", f"/api/v1{url}").get_json()["credits"] == lines


def test_presence_lives_in_redis_and_dies_with_it(redis: Redis) -> None:
    place = RedisPresence(redis)
    place.enter("story", "a", {"name": "甲"})
    place.enter("story", "b", {"name": "乙"})
    place.enter("story", "a", {"name": "甲甲"})
    assert [it["name"] for it in place.who("story")] == ["甲甲", "乙"]
    place.leave("story", "a")
    assert [it["client"] for it in place.who("story")] == ["b"]
    assert 0 < redis.ttl("presence:story") <= presence.STAY_SECONDS


def test_who_gives_no_sign_of_life_is_gone(redis: Redis, monkeypatch: pytest.MonkeyPatch) -> None:
    place = RedisPresence(redis)
    place.enter("story", "a", {"name": "甲"})
    later = time.time() + presence.STAY_SECONDS + 1
    monkeypatch.setattr("kitchen.presence.time.time", lambda: later)
    assert place.who("story") == []


def test_without_redis_nobody_is_here_and_nothing_breaks() -> None:
    place = RedisPresence(Redis.from_url("unix:///nowhere/redis.sock"))
    place.enter("story", "a", {"name": "甲"})
    place.leave("story", "a")
    assert place.who("story") == []
