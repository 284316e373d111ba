"""A film's page in a real browser: progress is seen, a work called off, stills follow the keys."""

from __future__ import annotations

import re
from collections.abc import Callable
from contextlib import suppress
from threading import Thread

import psutil
import pytest
from playwright.sync_api import Page, expect

from kitchen.media import queries as catalogue
from kitchen.media.filming import jobs, queries, service
from kitchen.media.filming.rules import PREPARED, State
from tests.fixtures.newsroom import Newsroom
from tests.fixtures.processes import descendants, wait_until
from tests.media.conftest import Enter

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.fixture
def ready(newsroom: Newsroom, enter_film: Enter, long_film: bytes) -> str:
    """The uid of a film with its strip and its light copy."""
    uid = enter_film(long_film)
    jobs.make(newsroom.database, newsroom.ports, 0)
    return uid


def _state(newsroom: Newsroom, uid: str, preset: str) -> str:
    with newsroom.database.unit(write=False) as session:
        asset = catalogue.the_asset(session, uid)
        return str(queries.works_of(session, asset)[preset].state)


def _hold_the_encoder() -> None:
    """Let it stand still, so that there is time to look at the page and press a button."""

    def held() -> bool:
        for encoder in descendants("ffmpeg"):
            with suppress(psutil.NoSuchProcess):  # a short pass before it may be over by now
                if "-vf" in encoder.cmdline():
                    encoder.suspend()
                    return True
        return False

    wait_until(held, "an encoder")


@pytest.mark.parametrize("width", [1280, 390])
def test_the_page_of_a_film_shuts_nobody_out(
    operator: Callable[..., Page], ready: str, axe: Callable[[Page], None], width: int
) -> None:
    page = operator(width)
    page.goto(f"/assets/{ready}/films")
    expect(page.get_by_label("播放位置，左右键移动")).to_be_visible()
    axe(page)
    wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
    assert wide <= 0
    page.goto(f"/assets/{ready}")
    expect(page.locator("#film-works li")).to_have_count(len(PREPARED))
    axe(page)


def test_stills_follow_the_keys_and_points_are_taken_by_eye(
    operator: Callable[..., Page], ready: str
) -> None:
    page = operator()
    page.goto(f"/assets/{ready}/films")
    seek, still = page.get_by_label("播放位置，左右键移动"), page.locator(".film-desk__still")
    seek.focus()
    seek.press("End")
    expect(still).to_be_visible()
    last = still.evaluate("one => one.style.backgroundPosition")
    seek.press("Home")
    assert still.evaluate("one => one.style.backgroundPosition") != last
    for _ in range(12):
        seek.press("ArrowRight")
    expect(seek).to_have_attribute("aria-valuetext", "1.2 秒")
    page.get_by_role("button", name="设为入点").click()
    expect(page.locator("#field-start")).to_have_value("1.2")
    page.get_by_label("裁切铺满").check()
    expect(page.locator(".film-desk__crop")).to_be_visible()


def test_frames_pass_over_a_films_tile_unless_who_looks_wants_no_motion(
    operator: Callable[..., Page], ready: str, enter: Enter, axe: Callable[[Page], None]
) -> None:
    enter(title="只是照片")  # it came later and so stands first
    page = operator()
    page.goto("/assets")
    tile = page.locator(".tile", has_text="桥")
    strip, box = tile.locator("[data-strip]"), tile.bounding_box()
    assert box is not None
    expect(strip).to_be_hidden()
    for share, number in {0.02: "0", 0.52: "10", 0.98: "19"}.items():
        page.mouse.move(box["x"] + box["width"] * share, box["y"] + box["height"] / 2)
        expect(strip).to_have_attribute("data-frame", number)
    expect(strip).to_be_visible()
    axe(page)
    page.mouse.move(5, 5)
    expect(strip).to_be_hidden()

    page.locator("[data-tile]").first.focus()
    page.keyboard.press("ArrowRight")
    expect(tile.locator("[data-tile]")).to_be_focused()
    expect(strip).to_have_attribute("data-frame", "1", timeout=3000)  # they pass by themselves
    page.keyboard.press(".")
    stepped = strip.get_attribute("data-frame")
    page.keyboard.press(",")
    page.keyboard.press(",")
    assert stepped is not None
    expect(strip).to_have_attribute("data-frame", str(max(0, int(stepped) - 2)))
    page.keyboard.press("ArrowLeft")
    expect(strip).to_be_hidden()

    page.emulate_media(reduced_motion="reduce")
    page.mouse.move(box["x"] + 20, box["y"] + 20)
    page.keyboard.press("ArrowRight")
    expect(tile.locator("[data-tile]")).to_be_focused()
    expect(strip).to_be_hidden()
    page.keyboard.press(".")
    expect(strip).to_be_visible()  # asked for, one by one


def test_progress_is_seen_and_a_work_is_called_off(
    operator: Callable[..., Page], newsroom: Newsroom, ready: str
) -> None:
    page = operator()
    page.goto(f"/assets/{ready}/films")
    page.get_by_label("哔哩哔哩").check()
    page.get_by_role("button", name="开始制作").click()
    row = page.locator("#work-film_bilibili")
    expect(row).to_contain_text("等待制作")
    with newsroom.database.unit(write=False) as session:
        asset = catalogue.the_asset(session, ready)
        work_id = queries.works_of(session, asset)["film_bilibili"].id
    worker = Thread(target=jobs.make, args=(newsroom.database, newsroom.ports, work_id))
    worker.start()
    _hold_the_encoder()
    expect(row).to_have_attribute("data-state", "making", timeout=10_000)
    expect(row.locator("progress")).to_have_attribute("value", re.compile(r"\d+"))
    row.get_by_role("button", name="取消").click()
    expect(page.locator("#work-film_bilibili")).to_contain_text("已取消")
    worker.join(5)
    assert not worker.is_alive()
    assert _state(newsroom, ready, "film_bilibili") == State.CANCELLED
    page.locator("#work-film_bilibili").get_by_role("button", name="再做一次").click()
    jobs.make(newsroom.database, newsroom.ports, work_id)
    expect(page.locator("#work-film_bilibili")).to_contain_text("已做好", timeout=10_000)


def test_what_is_asked_for_is_heard_of_without_a_reload(
    operator: Callable[..., Page], newsroom: Newsroom, ready: str
) -> None:
    page = operator()
    page.goto(f"/assets/{ready}")
    expect(page.locator("#film-works")).to_be_visible()
    with newsroom.database.unit() as session:
        asset = catalogue.the_asset(session, ready)
        service.request_transcode(session, newsroom.editor, asset, "film_outlet", end=1.0)
    expect(page.locator("#work-film_outlet")).to_contain_text("等待制作", timeout=10_000)
    jobs.make(newsroom.database, newsroom.ports, 0)
    expect(page.locator("#work-film_outlet")).to_contain_text("已做好", timeout=10_000)
