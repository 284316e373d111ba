"""The pages of catalogue and registry in a real browser: the tray sends, axe finds nothing."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, Route, expect

from kitchen.matrix import service as matrix
from tests.assets.samples import SVG, encoded, photo
from tests.fixtures.browser import Watch
from tests.fixtures.newsroom import Newsroom
from tests.media.conftest import Enter

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


@pytest.mark.parametrize("width", [1280, 390])
def test_no_page_shuts_anyone_out(
    operator: Callable[..., Page],
    newsroom: Newsroom,
    enter: Enter,
    axe: Callable[[Page], None],
    width: int,
) -> None:
    uid = enter(title="大桥合龙", credit="测试记者")
    with newsroom.database.unit() as session:
        account = matrix.register_account(
            session,
            newsroom.operator,
            channel="wechat",
            name="青禾发布",
            handle="qinghe",
            unit=newsroom.units["青禾区融媒体中心"],
            settings={"app_id": "wx0001", "app_secret": "sealed"},
        )
        account_uid = account.uid
    page = operator(width)
    for url in (
        "/assets",
        "/assets/upload",
        f"/assets/{uid}",
        "/matrix/accounts",
        "/matrix/accounts/new",
        "/matrix/accounts/new?channel=weibo",
        f"/matrix/accounts/{account_uid}",
        "/leads/new",
    ):
        page.goto(url)
        axe(page)
        wide = page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{url} is wider than its window by {wide} pixels"


def test_the_tray_sends_each_file_and_says_what_is_wrong_with_one(
    operator: Callable[..., Page], tmp_path: Path, watch: Watch
) -> None:
    watch.expect("422")
    good, bad = tmp_path / "早市.jpg", tmp_path / "图标.jpg"
    good.write_bytes(encoded(photo(240, 160)))
    bad.write_bytes(SVG)
    page = operator()
    page.goto("/assets/upload?rights=supplied")
    page.locator("upload-tray .tray__drop input").set_input_files([good, bad])
    expect(page.locator(".tray__file", has_text="早市.jpg")).to_have_attribute("data-state", "done")
    refused = page.locator(".tray__file", has_text="图标.jpg")
    expect(refused).to_contain_text("这是网页或 SVG 文件")
    page.goto("/assets?rights=supplied")
    expect(page.locator(".justified li")).to_have_count(1)


def test_a_file_chosen_before_the_tray_is_there_is_sent_all_the_same(
    operator: Callable[..., Page], tmp_path: Path
) -> None:
    market = tmp_path / "早市.jpg"
    market.write_bytes(encoded(photo(240, 160)))
    page, late = operator(), list[Route]()
    page.route("**/upload.*.js", lambda route: late.append(route))
    with page.expect_request("**/upload.*.js"):
        page.goto("/assets/upload?rights=supplied", wait_until="commit")
    page.locator("upload-tray input[type=file]").set_input_files([market])
    late.pop().continue_()
    sent = page.locator(".tray__file", has_text="早市.jpg")
    expect(sent).to_have_attribute("data-state", "done")


def test_a_file_chosen_in_a_dialog_that_was_open_when_the_tray_came_is_sent_as_well(
    operator: Callable[..., Page], tmp_path: Path
) -> None:
    market = tmp_path / "早市.jpg"
    market.write_bytes(encoded(photo(240, 160)))
    page = operator()
    page.goto("/assets/upload?rights=supplied")
    expect(page.locator(".tray__drop")).to_be_visible()
    page.locator("upload-tray [data-fallback] input[type=file]").set_input_files([market])
    sent = page.locator(".tray__file", has_text="早市.jpg")
    expect(sent).to_have_attribute("data-state", "done")
