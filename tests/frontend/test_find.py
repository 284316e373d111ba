"""Find and replace: counted, stepped through, undone at once, and deaf while somebody composes."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.fixtures.browser import to_end

from .conftest import Workshop
from .writing import Composer, open_story, paste

pytestmark = pytest.mark.journey


@pytest.fixture
def paper(page: Page, workshop: Workshop) -> Locator:
    paper = open_story(page, workshop)
    paste(page, "<p>大桥合龙。大<strong>桥</strong>通车。</p><p>Bridge与bridge</p>")
    expect(paper.locator("p").last).to_have_text("Bridge与bridge")
    return paper


def count(page: Page) -> Locator:
    return page.locator(".find__count")


def test_places_are_counted_and_walked_in_a_ring(
    page: Page, workshop: Workshop, paper: Locator, axe: Callable[[Page], None]
) -> None:
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+f")
    page.keyboard.type("大桥")
    expect(count(page)).to_have_text("第 1 处，共 2 处")
    axe(page)
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text("第 2 处，共 2 处")
    page.keyboard.press("Enter")
    expect(count(page)).to_have_text("第 1 处，共 2 处")
    page.keyboard.press("Shift+Enter")
    expect(count(page)).to_have_text("第 2 处，共 2 处")
    page.get_by_label("查找", exact=True).first.fill("BRIDGE")
    expect(count(page)).to_have_text("第 1 处，共 2 处")
    page.get_by_label("查找", exact=True).first.fill("没有")
    expect(count(page)).to_have_text("第 0 处，共 0 处")


def test_replacing_all_is_one_step_to_undo(page: Page, workshop: Workshop, paper: Locator) -> None:
    before = paper.inner_text()
    page.keyboard.press("Control+h")
    page.keyboard.type("大桥")
    page.get_by_label("替换为").fill("长桥")
    page.get_by_role("button", name="全部替换").click()
    expect(count(page)).to_have_text("已替换 2 处")
    expect(paper).to_contain_text("长桥合龙。长桥通车。")
    page.keyboard.press("Escape")
    expect(paper).to_be_focused()
    page.keyboard.press("Control+z")
    expect(paper).to_contain_text("大桥合龙。大桥通车。")
    assert paper.inner_text() == before


def test_one_place_is_replaced_and_the_next_one_shown(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.keyboard.press("Control+Home")
    page.keyboard.press("Control+h")
    page.keyboard.type("大桥")
    page.get_by_label("替换为").fill("大桥梁")
    page.keyboard.press("Enter")
    expect(paper).to_contain_text("大桥梁合龙。大桥通车。")
    expect(count(page)).to_have_text("第 2 处，共 2 处")


def test_the_words_that_are_selected_are_searched_for(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    to_end(page)
    for _ in range(6):
        page.keyboard.press("Shift+ArrowLeft")
    page.keyboard.press("Control+f")
    expect(page.locator(".find__field").first).to_have_value("bridge")
    page.keyboard.press("Escape")
    assert page.evaluate("getSelection().toString()") == "bridge"


def test_what_is_found_follows_the_text(page: Page, workshop: Workshop, paper: Locator) -> None:
    page.keyboard.press("Control+f")
    page.keyboard.type("大桥")
    expect(page.locator(".found")).to_have_count(3)
    paper.click()
    to_end(page)
    page.keyboard.type("大桥")
    expect(page.locator(".found")).to_have_count(4)


def test_an_input_method_in_the_bar_is_left_alone(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.keyboard.press("Control+f")
    method = Composer(page)
    method.compose("da qiao")
    method.press_within("Enter")
    method.press_within("Escape")
    expect(page.locator(".find")).to_be_visible()
    expect(page.locator(".found")).to_have_count(0)
    method.commit("大桥")
    expect(count(page)).to_have_text("第 1 处，共 2 处")


def test_an_input_method_in_the_text_is_left_alone_while_the_bar_is_open(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.keyboard.press("Control+f")
    page.keyboard.type("大桥")
    paper.click()
    to_end(page)
    method = Composer(page)
    for typed in ("d", "da", "da qiao"):
        method.compose(typed)
        page.wait_for_timeout(200)
    method.commit("大桥")
    expect(paper.locator("p").last).to_have_text("Bridge与bridge大桥")
    expect(count(page)).to_have_text("第 1 处，共 3 处")
