"""The bench in a real browser: returned once, mended by suggestion, passed by keys; on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, Route, expect

from kitchen.review.models import Round
from kitchen.stories import release
from kitchen.stories.queries import the_story
from tests.fixtures.served import Sit
from tests.review.conftest import TEXT, Desk

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

Axe = Callable[[Page], None]


def hand_in(review: Desk, uid: str) -> None:
    with review.newsroom.database.unit() as session:
        story = the_story(session, uid)
        release.submit(session, review.newsroom.reporter, story, "请审")


def opens(page: Page) -> None:
    page.goto("/review")
    page.click("#review-rows a:has-text('青禾大桥')")
    expect(page.locator("#review-title")).to_be_visible()


def select(page: Page, words: str) -> None:
    """Select words of the text under review, as a finger or a mouse would."""
    page.locator("#review-text .prose p", has_text=words).first.evaluate(
        """(line, words) => {
            const text = [...line.childNodes].find((node) => node.data?.includes(words));
            const range = document.createRange();
            range.setStart(text, text.data.indexOf(words));
            range.setEnd(text, text.data.indexOf(words) + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
        }""",
        words,
    )


def suggest(page: Page, words: str, replacement: str) -> None:
    page.click("summary:has-text('写批注')")
    select(page, words)
    expect(page.locator("#field-quote")).to_have_value(words)
    page.check("#field-kind [value=suggestion]")
    page.fill("#field-replacement", replacement)
    page.click("button:has-text('加批注')")
    expect(page.locator(".remark").first).to_contain_text(replacement)


def test_words_selected_before_the_script_came_are_quoted_when_it_comes(
    review: Desk, written: str, at: Sit
) -> None:
    hand_in(review, written)
    editor = at("editor")
    held: list[Route] = []
    editor.goto("/review")
    address = editor.locator("#review-rows a:has-text('青禾大桥')").get_attribute("href")
    editor.route("**/dist/core.*.js", lambda route: held.append(route))
    editor.goto(f"{address}", wait_until="commit")
    select(editor, "二十天")
    editor.wait_for_timeout(300)
    expect(editor.locator("#field-quote")).to_have_value("")
    for script in held:
        script.continue_()
    expect(editor.locator("#field-quote")).to_have_value("二十天")


def test_returned_mended_by_suggestion_and_passed_by_keys(
    review: Desk, written: str, at: Sit, axe: Axe
) -> None:
    hand_in(review, written)
    editor, reporter = at("editor"), at("reporter")
    opens(editor)
    suggest(editor, "二十天", "十八天")
    axe(editor)
    editor.keyboard.press("r")
    editor.check("dialog[open] label:has-text('事实要核实') input")
    axe(editor)
    editor.click("dialog[open] form[action$='/return'] .form__actions button")

    reporter.goto(f"/stories/{written}/edit")
    remark = reporter.locator("#remarks .remark")
    expect(remark).to_contain_text("十八天")
    axe(reporter)
    remark.locator("form[action$='/accept'] button").click()
    expect(reporter.locator(".paper, .ProseMirror").first).to_contain_text("十八天")
    expect(reporter.locator("#remarks .remark")).to_contain_text("已采纳")
    hand_in(review, written)

    opens(editor)
    changes = editor.locator("#review-changes")
    expect(changes.locator("del")).to_have_text(["（删去）二（删去完）"])
    expect(changes.locator("ins")).to_have_text(["（新增）八（新增完）"])
    axe(editor)
    editor.click("text=左右对照看")
    expect(editor.locator(".diff--sides")).to_be_visible()
    axe(editor)
    editor.keyboard.press("n")
    editor.keyboard.press("a")
    expect(editor.locator(".flashes")).to_contain_text("已通过")
    with review.newsroom.database.unit(write=False) as session:
        assert session.query(Round).count() == 2
        last = session.query(Round).order_by(Round.number.desc()).first()
        assert last is not None
        assert [step.state for step in last.steps] == ["passed", "open", "waiting"]


def test_a_chief_on_a_phone_mends_and_passes(review: Desk, written: str, at: Sit, axe: Axe) -> None:
    hand_in(review, written)
    with review.newsroom.database.unit(write=False) as session:
        story_id = the_story(session, written).id
    review.pass_as("editor", story_id)
    chief = at("chief", 390, has_touch=True, is_mobile=True)
    opens(chief)
    axe(chief)
    assert chief.evaluate("document.documentElement.scrollWidth <= innerWidth")
    chief.click("a:has-text('改后通过')")
    chief.fill("#field-lines", TEXT.replace("二十天", "十八天"))
    axe(chief)
    chief.click("form[action$='/amend'] .button--primary")
    expect(chief.locator(".flashes")).to_contain_text("已改后通过")
    deputy = at("deputy", 390, has_touch=True, is_mobile=True)
    opens(deputy)
    expect(deputy.locator("#review-title ~ .meta")).to_contain_text("这一版由测试chief写")
    expect(deputy.locator("#review-changes ins")).to_contain_text(["八"])
    deputy.click("#review-verdict form[action$='/pass'] .button--primary")
    expect(deputy.locator(".flashes")).to_contain_text("已通过")


def test_the_pages_around_the_bench(review: Desk, written: str, at: Sit, axe: Axe) -> None:
    hand_in(review, written)
    with review.newsroom.database.unit(write=False) as session:
        story_id = the_story(session, written).id
    review.pass_as("editor", story_id)
    head = at("head")
    opens_all = head.goto("/review?list=all")
    assert opens_all is not None
    head.click("#review-rows a")
    head.click("a:has-text('先发后审')")
    head.fill("#field-reason", "地震，先发")
    axe(head)
    head.click("form[action$='/release'] .button--danger")
    expect(head.locator("#main")).to_contain_text("正在后审")
    axe(head)
    for path in ("/review/lane", "/review/stand-ins", "/review/reasons", "/review/routes"):
        head.goto(path)
        axe(head)
    head.goto(f"/stories/{written}")
    expect(head.locator(".chip:has-text('后审')").first).to_be_visible()
