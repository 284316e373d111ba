"""Films in share links with a watermark: made once, seen with the name alone, never without."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from flask.testing import FlaskClient
from PIL import Image, ImageChops

from assets import video
from assets.refusals import REASONS, Refused
from kitchen.media import collecting, queries, service, sharing, watermarks
from kitchen.media.filming import jobs, steps
from kitchen.media.filming import queries as films
from kitchen.media.filming import service as filming
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import BELL, SHARED, State
from kitchen.media.models import Rendition
from kitchen.media.rules import FILM, former
from kitchen.people.models import Unit
from tests.assets.films import FIELDS, film, frame, tone
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter, Share

about_bytes = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For tests that ask little of the database and much of the processor."""
OPEN = ("thumb", "preview", "body", FILM, "film_proxy", "original")
"""Shapes in which the name does not stand."""


def _work(newsroom: Newsroom, uid: str) -> FilmWork:
    with newsroom.database.unit(write=False) as session:
        return films.the_work(session, uid, SHARED)


def _make(newsroom: Newsroom, uid: str) -> FilmWork:
    jobs.make(newsroom.database, newsroom.ports, _work(newsroom, uid).id)
    return _work(newsroom, uid)


def _renditions(newsroom: Newsroom, uid: str) -> dict[str, Rendition]:
    with newsroom.database.unit(write=False) as session:
        return {each.preset: each for each in queries.the_asset(session, uid).renditions}


def _kept(newsroom: Newsroom, rendition: Rendition) -> Path:
    path = newsroom.ports.store.path(rendition.sha256)
    assert path is not None
    return path


def _fetch(stranger: FlaskClient, url: str) -> Any:
    return stranger.get(url, buffered=True)


def _marked(one: Image.Image, other: Image.Image) -> tuple[int, int, int, int]:
    """Where two pictures differ clearly."""
    difference = ImageChops.difference(one, other).convert("L")
    box = difference.point(lambda value: 255 * (value > 40)).getbbox()
    assert box is not None
    return box


def test_a_film_is_shown_and_given_with_the_name_in_it_or_not_at_all(
    newsroom: Newsroom, enter_film: Enter, share: Share, stranger: FlaskClient
) -> None:
    uid = enter_film()
    path = share(uid, watermark=True, may_download=True)
    assert (BELL, _work(newsroom, uid).id) in newsroom.bell.rung
    before = stranger.get(path).text
    assert "正在加水印，做好了百分之0" in before
    assert "<video" not in before
    for preset in (SHARED, watermarks.PRESET, *OPEN):
        assert _fetch(stranger, f"{path}/{uid}/{preset}").status_code == 404
    assert _fetch(stranger, f"{path}/{uid}/download").status_code == 404
    work = _make(newsroom, uid)
    assert (work.state, work.percent) == (State.DONE, 100)
    page = stranger.get(path).text
    assert f"/{uid}/{SHARED}" in page
    assert f'poster="{path}/{uid}/{watermarks.PRESET}"' in page
    assert "正在加水印" not in page
    shown = _fetch(stranger, f"{path}/{uid}/{SHARED}")
    there = _renditions(newsroom, uid)
    assert (shown.status_code, shown.mimetype) == (200, "video/mp4")
    assert shown.headers["ETag"].strip('"') == there[SHARED].sha256
    assert _fetch(stranger, f"{path}/{uid}/download").data == shown.data
    assert _fetch(stranger, f"{path}/{uid}/{watermarks.PRESET}").mimetype == "image/jpeg"
    for preset in OPEN:
        assert _fetch(stranger, f"{path}/{uid}/{preset}").status_code == 404
    plain = share(uid)
    for preset in (SHARED, watermarks.PRESET):
        assert _fetch(stranger, f"{plain}/{uid}/{preset}").status_code == 404


@about_bytes
def test_the_name_stands_from_beginning_to_end_and_the_sound_is_kept(
    newsroom: Newsroom, enter_film: Enter, tmp_path: Path
) -> None:
    grey = [*FIELDS, "color=gray:s=640x360:r=10:d=6"]
    source = film(tmp_path / "a.mp4", grey, sound=tone(6))
    uid = enter_film(source.read_bytes())
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        watermarks.ask(session, [asset])
    _make(newsroom, uid)
    made = _renditions(newsroom, uid)
    marked, clean = _kept(newsroom, made[SHARED]), _kept(newsroom, made[FILM])
    told = video.probe(marked)
    assert (told.width, told.height, told.sound_codec) == (640, 360, "aac")
    assert told.seconds == pytest.approx(6, abs=0.2)
    copies = [tmp_path / "marked.mp4", tmp_path / "clean.mp4"]
    for copy, original in zip(copies, (marked, clean), strict=True):
        copy.write_bytes(original.read_bytes())
    for second in (0.1, 3.0, 5.7):
        left, top, right, _ = _marked(*(frame(each, second) for each in copies))
        assert left < 60
        assert top > 300
        assert right < 400
    still = Image.open(_kept(newsroom, made[watermarks.PRESET])).convert("RGB")
    left, top, _, _ = _marked(still, frame(copies[1], 1.0).resize(still.size))
    assert (left < 60, top > 300) == (True, True)


def test_for_many_links_it_is_made_once(
    newsroom: Newsroom, enter: Enter, enter_film: Enter, share: Share, stranger: FlaskClient
) -> None:
    uid, picture = enter_film(), enter()
    share(uid, watermark=True)
    first = _make(newsroom, uid)
    path = share(picture, uid, watermark=True)
    stranger.get(path)
    share(uid, watermark=True)
    again = _work(newsroom, uid)
    assert (again.id, again.version, again.state) == (first.id, first.version, State.DONE)
    assert f"/{uid}/{SHARED}" in stranger.get(path).text


def test_under_another_name_it_is_made_anew_and_the_former_one_is_gone(
    newsroom: Newsroom, enter_film: Enter, share: Share
) -> None:
    uid = enter_film()
    share(uid, watermark=True)
    _make(newsroom, uid)
    before = _renditions(newsroom, uid)[SHARED].sha256
    with newsroom.database.unit() as session:
        unit = queries.the_asset(session, uid).unit
        assert isinstance(unit, Unit)
        unit.name = "青禾区新闻中心"
    share(uid, watermark=True)
    work = _work(newsroom, uid)
    assert (work.state, work.wishes) == (State.QUEUED, {"owner": "青禾区新闻中心"})
    _make(newsroom, uid)
    after = _renditions(newsroom, uid)
    assert after[SHARED].sha256 != before
    assert former(SHARED, before) not in after


@about_bytes
def test_it_says_that_a_machine_made_it_as_soon_as_the_desk_does(
    newsroom: Newsroom, enter_film: Enter, share: Share
) -> None:
    uid = enter_film()
    share(uid, watermark=True)
    _make(newsroom, uid)
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        service.describe(session, newsroom.reporter, asset, None, aigc=1)
    assert _work(newsroom, uid).state == State.QUEUED
    _make(newsroom, uid)
    made = _renditions(newsroom, uid)
    assert b"AIGC" in _kept(newsroom, made[SHARED]).read_bytes()
    assert b"AIGC" in _kept(newsroom, made[watermarks.PRESET]).read_bytes()


@pytest.mark.parametrize("why", ["gone", "broken"])
def test_of_a_film_that_cannot_be_made_the_link_says_so(
    newsroom: Newsroom,
    enter_film: Enter,
    share: Share,
    stranger: FlaskClient,
    monkeypatch: pytest.MonkeyPatch,
    why: str,
) -> None:
    uid = enter_film()
    path = share(uid, watermark=True)

    def broken(*_: Any, **__: Any) -> Any:
        raise Refused("broken")

    if why == "gone":
        with newsroom.database.unit(write=False) as session:
            newsroom.ports.store.delete(queries.the_asset(session, uid).sha256)
    else:
        monkeypatch.setattr(steps.transcoding, "make", broken)
    work = _make(newsroom, uid)
    told = jobs.MISSING if why == "gone" else REASONS["broken"]
    assert (work.state, work.failure) == (State.FAILED, told)
    for _ in range(3):
        page = stranger.get(path).text
        assert "1 段视频加不了水印" in page
        assert "<video" not in page
    assert _work(newsroom, uid).version == work.version  # a stranger has nothing tried again
    assert _fetch(stranger, f"{path}/{uid}/{SHARED}").status_code == 404
    share(uid, watermark=True)
    assert _work(newsroom, uid).state == State.QUEUED


def test_called_off_at_the_desk_it_is_not_asked_for_by_strangers(
    newsroom: Newsroom, enter_film: Enter, share: Share, stranger: FlaskClient
) -> None:
    uid = enter_film()
    path = share(uid, watermark=True)
    with newsroom.database.unit() as session:
        filming.cancel(session, newsroom.editor, films.the_work(session, uid, SHARED))
    assert "1 段视频加不了水印" in stranger.get(path).text
    assert _work(newsroom, uid).state == State.CANCELLED


@pytest.mark.parametrize("how", ["revoked", "expired"])
def test_a_link_that_ends_meanwhile_shows_nothing_of_what_is_made(
    newsroom: Newsroom,
    enter_film: Enter,
    share: Share,
    stranger: FlaskClient,
    shift: Callable[[timedelta], None],
    how: str,
) -> None:
    uid = enter_film()
    path = share(uid, watermark=True, days=1)
    if how == "revoked":
        with newsroom.database.unit() as session:
            (link,) = sharing.shares_of(session, queries.the_asset(session, uid))
            sharing.revoke(session, newsroom.editor, link)
    else:
        shift(timedelta(days=1, seconds=1))
    assert _make(newsroom, uid).state == State.DONE
    assert stranger.get(path).status_code == 404
    for preset in (SHARED, watermarks.PRESET):
        assert _fetch(stranger, f"{path}/{uid}/{preset}").status_code == 404
    next_one = share(uid, watermark=True)  # what was made stays for whoever is shown it next
    assert _fetch(stranger, f"{next_one}/{uid}/{SHARED}").status_code == 200


def test_a_film_that_came_into_a_shared_collection_is_asked_for_when_it_is_opened(
    newsroom: Newsroom, enter: Enter, enter_film: Enter, share: Share, stranger: FlaskClient
) -> None:
    one, other = enter(width=240), enter(width=250)
    path = share(one, other, watermark=True)
    uid = enter_film()
    with newsroom.database.unit() as session:
        (mine, *_) = collecting.collections_for(session, newsroom.editor)
        collecting.put_in(session, newsroom.editor, mine, [queries.the_asset(session, uid)])
    assert "2 张正在加水印" in stranger.get(path).text
    assert _work(newsroom, uid).state == State.QUEUED


def test_of_two_who_ask_at_once_one_is_enough(
    newsroom: Newsroom, enter_film: Enter, share: Share, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = enter_film()
    share(uid, watermark=True)
    first = _work(newsroom, uid)
    monkeypatch.setattr(filming.queries, "works_of", lambda *_: {})  # not seen yet by the other
    share(uid, watermark=True)
    assert _work(newsroom, uid).version == first.version


def test_the_desk_sees_how_far_it_is(newsroom: Newsroom, enter_film: Enter, sign_in: Door) -> None:
    uid, editor = enter_film(), sign_in("editor")
    made = editor.post_form(f"/assets/{uid}/shares", {"days": "3", "watermark": "true"})
    assert made.status_code == 200
    assert "对外分享，带水印" in editor.get(f"/assets/{uid}/films/works").text
    _make(newsroom, uid)
    assert f"/media/{uid}/{SHARED}" in editor.get(f"/assets/{uid}/films/works").text
