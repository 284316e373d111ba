"""Blocks: put in by a slash, moved, turned into others, filled part by part, on phones as well."""

from __future__ import annotations

import re
from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.fixtures.browser import Watch, to_end

from .conftest import CARD, Workshop
from .writing import Composer, drop, kinds, open_story, paste, written

pytestmark = pytest.mark.journey

Check = Callable[[Page], None]
MENU = "#editor-slash"


@pytest.fixture
def paper(page: Page, workshop: Workshop) -> Locator:
    return open_story(page, workshop)


def new_line(page: Page) -> None:
    to_end(page)
    page.keyboard.press("Enter")


def insert(page: Page, initials: str) -> None:
    new_line(page)
    page.keyboard.type(f"/{initials}")
    page.keyboard.press("Enter")


def test_a_slash_finds_blocks_by_name_and_by_initials(
    page: Page, workshop: Workshop, paper: Locator, axe: Check
) -> None:
    new_line(page)
    page.keyboard.type("/")
    menu = page.locator(MENU)
    expect(menu.get_by_role("option")).to_have_count(17)
    axe(page)
    page.keyboard.type("sj")
    expect(menu.get_by_role("option")).to_have_text([re.compile("数据卡")])
    page.keyboard.press("Backspace")
    page.keyboard.press("Backspace")
    page.keyboard.insert_text("金句")
    expect(menu.get_by_role("option")).to_have_text([re.compile("金句")])
    page.keyboard.press("Enter")
    expect(menu).to_be_hidden()
    assert kinds(page) == ["paragraph", "pull_quote", "paragraph"]


def test_the_mark_of_a_chinese_keyboard_opens_it_too_and_arrows_choose(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    new_line(page)
    page.keyboard.insert_text("、")
    expect(page.locator(MENU)).to_be_visible()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(page.locator(f"{MENU} [aria-selected=true]")).to_contain_text("分隔线")
    page.keyboard.press("Enter")
    assert kinds(page) == ["paragraph", "horizontal_rule", "paragraph"]


def test_escape_leaves_the_slash_as_it_was_typed(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    new_line(page)
    page.keyboard.type("/b")
    page.keyboard.press("Escape")
    page.keyboard.type("g")
    expect(page.locator(MENU)).to_be_hidden()
    page.keyboard.press("Enter")
    assert kinds(page) == ["paragraph", "paragraph", "paragraph"]
    expect(paper).to_contain_text("/bg")


def test_an_enumeration_comma_within_a_sentence_opens_nothing(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.keyboard.insert_text("苹果、")
    page.keyboard.type("/")
    expect(page.locator(MENU)).to_be_hidden()


def test_while_somebody_composes_the_menu_hears_no_key(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    new_line(page)
    page.keyboard.type("/")
    expect(page.locator(MENU)).to_be_visible()
    method = Composer(page)
    for typed in ("b", "bi", "biao ge"):
        method.compose(typed)
    for key in ("Enter", "ArrowDown", "Escape"):
        method.press_within(key)
    assert kinds(page) == ["paragraph", "paragraph"]
    method.commit("表格")
    expect(page.locator(f"{MENU} [role=option]")).to_have_text([re.compile("表格")])
    page.keyboard.press("Enter")
    assert kinds(page) == ["paragraph", "table", "paragraph"]


def test_a_data_card_is_filled_part_by_part_and_left_by_enter(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    insert(page, "sjk")
    for words in ("128.5", "亿元", "一季度全区生产总值"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.keyboard.type("后文")
    card, after = written(page)[1:]
    parts = [part["content"][0]["text"] for part in card["content"]]
    assert parts == ["128.5", "亿元", "一季度全区生产总值"]
    assert after["content"][0]["text"] == "后文"


def test_backspace_in_an_empty_block_takes_it_away_again(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    insert(page, "jj")
    page.keyboard.press("Backspace")
    assert kinds(page) == ["paragraph", "paragraph", "paragraph"]
    insert(page, "zlk")
    page.keyboard.type("标题")
    page.keyboard.press("Enter")
    page.keyboard.press("Backspace")
    page.keyboard.press("Home")
    page.keyboard.press("Backspace")
    assert "fact_box" in kinds(page)
    expect(page.locator("[data-block=title]")).to_have_text("标题")


def test_a_box_holds_paragraphs_and_an_empty_one_leads_out(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    insert(page, "zlk")
    for words in ("新闻背景", "一", "二", "", "外面"):
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    box, after = written(page)[1:3]
    assert [child["type"] for child in box["content"]] == ["box_title", "paragraph", "paragraph"]
    assert after["content"][0]["text"] == "外面"


def test_blocks_move_and_change_by_keys_and_by_their_menu(
    page: Page, workshop: Workshop, paper: Locator, axe: Check
) -> None:
    page.keyboard.press("Enter")
    page.keyboard.type("第二")
    page.keyboard.press("Alt+ArrowUp")
    expect(paper.locator("p")).to_have_text(["第二", "起始。"])
    page.keyboard.type("段")
    page.keyboard.press("Control+/")
    menu = page.get_by_role("menu", name="这一块的菜单")
    expect(menu.get_by_role("menuitem", name="上移")).to_have_count(0)
    axe(page)
    menu.get_by_role("menuitem", name="下移").press("Enter")
    expect(paper.locator("p")).to_have_text(["起始。", "第二段"])
    page.keyboard.press("Control+/")
    menu.get_by_role("menuitem", name="金句").click()
    expect(page.locator("[data-block=words]")).to_have_text("第二段")
    page.keyboard.press("Control+z")
    assert kinds(page) == ["paragraph", "paragraph"]
    page.keyboard.press("Control+/")
    page.keyboard.press("Escape")
    expect(menu).to_have_count(0)
    expect(paper).to_be_focused()
    page.get_by_role("button", name="这一块", exact=True).click()
    menu.get_by_role("menuitem", name="删除").click()
    expect(paper.locator("p")).to_have_text(["起始。"])


def test_a_list_becomes_a_box_and_a_box_paragraphs_with_nothing_lost(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    paste(page, "<ul><li>甲</li><li>乙<strong>丙</strong></li></ul>")
    for kind in ("资料框", "编号列表", "正文"):
        page.keyboard.press("Control+/")
        page.get_by_role("menuitem", name=kind).click()
        expect(paper).to_contain_text("甲")
        expect(paper.locator("strong")).to_have_text("丙")
    assert set(kinds(page)) == {"paragraph"}


def test_a_table_is_walked_by_tab_and_grows_by_its_menu(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    insert(page, "bg")
    for words in "一二三四五六七八九":
        page.keyboard.type(words)
        page.keyboard.press("Tab")
    page.keyboard.type("十")
    expect(paper.locator("tr")).to_have_count(4)
    expect(paper.locator("th")).to_have_text(["一", "二", "三"])
    page.keyboard.press("Control+/")
    page.get_by_role("menuitem", name="右侧加一列").click()
    expect(paper.locator("th")).to_have_count(4)
    page.keyboard.press("Control+/")
    page.get_by_role("menuitem", name="删除这一行").click()
    expect(paper.locator("tr")).to_have_count(3)
    page.keyboard.press("Control+z")
    expect(paper.locator("tr")).to_have_count(4)
    page.keyboard.press("Home")
    page.keyboard.press("Backspace")
    expect(paper.locator("tr").last.locator("td").first).to_have_text("十")


def test_enter_in_a_table_goes_down_and_then_out(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    insert(page, "bg")
    for words in "上中下":
        page.keyboard.type(words)
        page.keyboard.press("Enter")
    page.keyboard.type("外")
    table, after = written(page)[1:]
    first = [row["content"][0]["content"][0]["text"] for row in table["content"]]
    assert first == ["上", "中", "下"]
    assert after["content"][0]["text"] == "外"


def test_several_paragraphs_pasted_into_a_cell_become_lines(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    insert(page, "bg")
    paste(page, "<p>甲</p><p>乙</p>")
    expect(paper.locator("th").first).to_have_text("甲乙")
    expect(paper.locator("th").first.locator("br:not([class])")).to_have_count(1)
    assert kinds(page) == ["paragraph", "table", "paragraph"]


def test_a_card_is_dragged_into_the_text_or_placed_by_its_button(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    page.drag_and_drop("[data-asset-card]", ".ProseMirror p")
    expect(paper.locator("figure img")).to_have_attribute("src", CARD["src"])
    expect(paper.locator("figcaption")).to_have_text("河边　周远 摄")
    page.get_by_role("button", name="放进正文").click()
    expect(paper.locator("figure")).to_have_count(2)


def test_a_forged_card_is_left_where_it_is(page: Page, workshop: Workshop, paper: Locator) -> None:
    for words in ("{}", "no", '{"asset":"x","sha256":"y","src":"//evil.invalid/x.png"}'):
        drop(page, ".ProseMirror p", "application/x-kitchen-asset", words)
    expect(paper.locator("figure")).to_have_count(0)


def test_a_file_from_the_desktop_is_uploaded_and_then_stands_there(
    page: Page, workshop: Workshop, paper: Locator
) -> None:
    drop(page, ".ProseMirror p", "桥.png")
    expect(paper.locator("figcaption")).to_contain_text("桥.png")
    expect(page.locator(".editor__coming")).to_have_count(0)
    assert workshop.uploads == ["桥.png 1"]
    assert workshop.story.uploads == ["river1"]


def test_a_code_is_asked_for_and_refused_in_words(
    page: Page, workshop: Workshop, paper: Locator, watch: Watch
) -> None:
    watch.expect("422")
    insert(page, "ewm")
    page.get_by_label("扫码打开的网址").fill("nowhere")
    page.keyboard.press("Enter")
    expect(page.get_by_role("alert")).to_have_text("请填完整网址。")
    page.get_by_label("扫码打开的网址").fill("https://a.example/1")
    page.get_by_label("二维码下面的话").fill("扫码看直播")
    page.keyboard.press("Enter")
    expect(paper.locator("figcaption")).to_have_text("扫码看直播　https://a.example/1")
    assert written(page)[1]["attrs"]["address"] == "https://a.example/1"


def test_on_a_phone_everything_is_reached_by_the_thumb(
    new_context: Callable[..., BrowserContext], workshop: Workshop, axe: Check
) -> None:
    phone = new_context(viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True)
    page = phone.new_page()
    paper = open_story(page, workshop)
    page.get_by_role("button", name="插入", exact=True).tap()
    page.get_by_role("menuitem", name="导语").tap()
    page.keyboard.type("导语在前")
    page.get_by_role("button", name="这一块", exact=True).tap()
    axe(page)
    page.get_by_role("menuitem", name="上移").tap()
    assert kinds(page) == ["lead", "paragraph"]
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    expect(paper).to_have_css("width", re.compile(r"3\d\d"))
