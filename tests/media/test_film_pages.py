"""Pages and API of films: asked for, followed, called off, with subtitles, in both languages."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest

from kitchen.media import queries as catalogue
from kitchen.media.filming import jobs, queries
from kitchen.media.filming.rules import PROXY, STRIP, State
from tests.assets.samples import HTML
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

VTT = b"WEBVTT\n\n00:00.200 --> 00:01.000\nhello\n"
SRT = "1\n00:00:00,200 --> 00:00:01,000\n九里桥合龙\n".encode()


def _state(newsroom: Newsroom, uid: str, preset: str) -> str:
    with newsroom.database.unit(write=False) as session:
        asset = catalogue.the_asset(session, uid)
        return str(queries.works_of(session, asset)[preset].state)


def _send_subtitles(sign_in: Door, uid: str, data: bytes) -> Any:
    file = (io.BytesIO(data), "字幕.srt")
    return sign_in("editor").post_form(f"/assets/{uid}/films/subtitles", {"subtitles": file})


def test_forms_are_asked_for_followed_and_downloaded(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter
) -> None:
    uid, editor = enter_film(), sign_in("editor")
    assert f"/assets/{uid}/films" in editor.get(f"/assets/{uid}").text
    wished = {"presets": ["film_douyin", "film_outlet"], "fit": "crop", "x": "30"}
    answer = editor.post_form(f"/assets/{uid}/films", wished)
    assert answer.status_code == 302
    assert "等待制作" in editor.get(f"/assets/{uid}/films/works").text
    assert "data-strip" not in editor.get("/assets").text  # there is none to pass by yet
    jobs.make(newsroom.database, newsroom.ports, 0)
    assert f'data-strip="/media/{uid}/{STRIP}" data-columns="5"' in editor.get("/assets").text
    page = editor.get(f"/assets/{uid}/films").text
    assert f"/media/{uid}/{PROXY}" in page
    assert f"/media/{uid}/{STRIP}" in page
    assert "已做好" in page
    assert "LUFS" in page
    film = editor.get(f"/media/{uid}/film_douyin", buffered=True, headers={"Range": "bytes=0-9"})
    assert (film.status_code, film.mimetype, len(film.data)) == (206, "video/mp4", 10)


def test_what_one_platform_cannot_take_does_not_keep_the_others(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter
) -> None:
    uid, editor = enter_film(), sign_in("editor")
    wished = {"presets": ["film_shipinhao", "film_outlet"], "fit": "blur"}
    assert editor.post_form(f"/assets/{uid}/films", wished).status_code == 302
    page = editor.get(f"/assets/{uid}/films").text
    assert "视频号：这一段长 2 秒，这里至少要 3 秒。" in page
    assert _state(newsroom, uid, "film_outlet") == State.QUEUED


@pytest.mark.parametrize(
    ("wished", "said"),
    [
        ({"fit": "blur"}, "请填写这一项"),
        ({"presets": ["film_shipinhao"], "fit": "blur"}, "这里至少要 3 秒"),
        ({"presets": ["film_outlet"], "fit": "blur", "start": "9"}, "出点要在入点之后"),
        ({"presets": ["film_outlet"], "fit": "blur", "burn": "1"}, "还没有字幕"),
        ({"presets": ["film_outlet"], "fit": "blur", "x": "150"}, "不能大于"),
    ],
)
def test_wishes_that_cannot_be_met_come_back_with_what_was_typed(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter, wished: dict[str, Any], said: str
) -> None:
    uid = enter_film()
    answer = sign_in("editor").post_form(f"/assets/{uid}/films", {**wished, "end": "1.5"})
    assert answer.status_code == 422
    assert said in answer.text
    assert 'value="1.5"' in answer.text


def test_a_work_is_called_off_and_made_again_by_its_buttons(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter
) -> None:
    uid, editor = enter_film(), sign_in("editor")
    editor.post_form(f"/assets/{uid}/films", {"presets": ["film_outlet"], "fit": "blur"})
    assert editor.post_form(f"/assets/{uid}/films/film_outlet/cancel").status_code == 302
    assert _state(newsroom, uid, "film_outlet") == State.CANCELLED
    assert editor.post_form(f"/assets/{uid}/films/film_outlet/cancel").status_code == 409
    assert editor.post_form(f"/assets/{uid}/films/film_outlet/again").status_code == 302
    assert _state(newsroom, uid, "film_outlet") == State.QUEUED
    assert editor.post_form(f"/assets/{uid}/films/film_nowhere/again").status_code == 404


def test_a_cover_is_chosen_by_its_second(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter
) -> None:
    uid, editor = enter_film(), sign_in("editor")
    assert editor.post_form(f"/assets/{uid}/films/cover", {"at": "1.5"}).status_code == 302
    assert _state(newsroom, uid, "film_poster") == State.QUEUED
    assert editor.post_form(f"/assets/{uid}/films/cover", {"at": "99"}).status_code == 422


def test_subtitles_are_read_kept_and_shown(sign_in: Door, enter_film: Enter) -> None:
    uid, editor = enter_film(), sign_in("editor")
    assert _send_subtitles(sign_in, uid, SRT).status_code == 302
    assert "<track" in editor.get(f"/assets/{uid}/films").text
    track = editor.get(f"/media/{uid}/film_subtitles", buffered=True)
    assert track.mimetype == "text/vtt"
    assert "九里桥合龙" in track.text
    assert _send_subtitles(sign_in, uid, VTT).status_code == 302
    assert "hello" in editor.get(f"/media/{uid}/film_subtitles", buffered=True).text


@pytest.mark.parametrize(("data", "said"), [(HTML, "字幕的第 1 行看不懂"), (b"", "一句话也没有")])
def test_what_is_no_subtitles_is_refused_with_its_line(
    sign_in: Door, enter_film: Enter, data: bytes, said: str
) -> None:
    uid = enter_film()
    answer = _send_subtitles(sign_in, uid, data)
    assert answer.status_code == 422
    assert said in answer.text
    assert sign_in("editor").get(f"/media/{uid}/film_subtitles").status_code == 404


def test_a_picture_has_no_such_page(sign_in: Door, enter: Enter) -> None:
    assert sign_in("editor").get(f"/assets/{enter()}/films").status_code == 404


def test_a_failure_is_told_in_the_language_of_who_reads(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter
) -> None:
    uid, editor = enter_film(), sign_in("editor")
    with newsroom.database.unit() as session:
        asset = catalogue.the_asset(session, uid)
        newsroom.ports.store.delete(asset.sha256)
    jobs.make(newsroom.database, newsroom.ports, 0)
    assert "原件不在素材库里" in editor.get(f"/assets/{uid}/films").text


def test_a_page_asks_no_more_for_many_forms_than_for_few(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter, count_queries: Callable[[], int]
) -> None:
    uid, editor = enter_film(), sign_in("editor")

    def asked() -> int:
        before = count_queries()
        assert editor.get(f"/assets/{uid}/films/works").status_code == 200
        return count_queries() - before

    few = asked()
    presets = ["film_outlet", "film_douyin", "film_kuaishou", "film_bilibili"]
    editor.post_form(f"/assets/{uid}/films", {"presets": presets, "fit": "blur"})
    editor.get("/assets")  # the flashed words are taken along
    assert asked() == few


def test_programs_ask_follow_and_call_off(
    sign_in: Door, newsroom: Newsroom, enter_film: Enter
) -> None:
    uid, editor = enter_film(), sign_in("editor")
    asked = editor.call("POST", f"/api/v1/assets/{uid}/films", {"presets": ["film_outlet"]})
    assert asked.status_code == 200
    assert {each["preset"] for each in asked.json["items"]} == {STRIP, PROXY, "film_outlet"}
    called = editor.call("POST", f"/api/v1/assets/{uid}/films/film_outlet/cancel")
    assert called.json["state"] == "cancelled"
    again = editor.call("POST", f"/api/v1/assets/{uid}/films/film_outlet/again")
    assert again.json["state"] == "queued"
    refused = editor.call("POST", f"/api/v1/assets/{uid}/films", {"presets": ["film_shipinhao"]})
    assert (refused.status_code, refused.json["code"]) == (422, "file_film_too_short")
    listed = editor.call("GET", f"/api/v1/assets/{uid}/films").json
    assert len(listed["items"]) == 3
