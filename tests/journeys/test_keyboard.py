"""By keys alone, on a page at 400 %: tips merged into a topic, a review, a story on the calendar.

At 400 % a screen of 1280 by 1024 shows 320 by 256 pixels: the measure of WCAG 2.2, 1.4.10.
"""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta

import pytest
from playwright.sync_api import expect

from kitchen.core.clock import CENTRE
from tests.fixtures.browser import to_end

from .house import Colleague
from .people import Newsroom, Person, Screen
from .stories import Draft, begin_a_story, make_editions, pass_all_levels, submit_a_story

pytestmark = [pytest.mark.journey, pytest.mark.slow]

Call = Callable[[str], Colleague]
NUMBER = "11010519491231002X"
"""The example of GB 11643-1999: nobody's, and with the right last digit."""
ZOOMED = Screen("zoomed-zh", "zh", 320, 256)


def test_two_tips_are_merged_and_become_a_topic(newsroom: Newsroom, colleague: Call) -> None:
    place = f"九里桥{secrets.token_hex(3)}路口"
    for title in (f"{place}积水", f"{place}积水严重"):
        colleague("reporter").post("/leads", title=title, body="暴雨后路口积水，公交绕行。")
    editor = newsroom.person("editor", ZOOMED)
    editor.opens("/leads")
    editor.stops()
    editor.reaches(f"#leads-rows a:has-text('{place}积水严重')")
    editor.keys("Enter", answered=True)
    expect(editor.page.locator("#lead-title")).to_have_text(f"{place}积水严重")
    editor.stops()
    editor.keys("m", answered=True)
    expect(editor.page.locator("#lead-title")).to_have_text(f"{place}积水")
    editor.keys("t", answered=True)
    editor.reaches("[name=angle]")
    editor.types("问清楚排水管为什么堵。")
    editor.stops()
    editor.keys("Control+Enter", answered=True)
    expect(editor.page.locator("h1")).to_have_text(f"{place}积水")
    editor.stops()


def test_a_story_is_returned_mended_and_passed(newsroom: Newsroom, colleague: Call) -> None:
    story = submit_a_story(colleague, f"只用键盘审的稿件{secrets.token_hex(3)}", ["weibo"])
    editor = newsroom.person("editor2", ZOOMED)
    editor.opens("/review")
    editor.reaches(f"#review-rows a:has-text('{story.title}')")
    editor.keys("Enter", answered=True)
    editor.stops()
    editor.keys("r")
    editor.reaches("dialog[open] [name=note]")
    editor.types("第二段请补一个数字。")
    editor.stops()
    editor.keys("Control+Enter", answered=True)

    reporter = newsroom.person("reporter", ZOOMED)
    reporter.opens(f"/stories/{story.uid}/edit")
    reporter.reaches("story-editor .ProseMirror")
    to_end(reporter.page)
    reporter.types("一共三百米。")
    reporter.waits_until_saved()
    reporter.stops()
    colleague("reporter").post(f"/stories/{story.uid}/editions")
    hands_in(reporter, story)

    editor.opens("/review")
    editor.reaches(f"#review-rows a:has-text('{story.title}')")
    editor.keys("Enter", answered=True)
    expect(editor.page.locator("#review-changes ins")).to_contain_text(["一共三百米。"])
    editor.stops()
    editor.keys("a", answered=True)
    expect(editor.page.locator(".flashes")).to_contain_text("已通过")


def hands_in(person: Person, story: Draft) -> None:
    """Submit by the button of the story's page and that of its dialog."""
    person.opens(f"/stories/{story.uid}")
    person.reaches("[data-opens=submit-story]")
    person.keys("Enter")
    person.reaches("dialog[open] form[action$='/submit'] .button--primary")
    person.keys("Enter", answered=True)


def test_a_story_is_put_right_and_moved_on_the_calendar(
    newsroom: Newsroom, colleague: Call
) -> None:
    """Not ready, for it shows somebody's number; then ready, passed, and moved by an hour."""
    author, noon = colleague("reporter"), tomorrow_noon()
    title = f"排期用的稿件{secrets.token_hex(3)}"
    story = begin_a_story(author, title, ["weibo"], ending=f"号码{NUMBER}", slot=noon)
    make_editions(author, story)
    reporter = newsroom.person("reporter", ZOOMED)
    reporter.opens(f"/stories/{story.uid}")
    reporter.sees("身份证", "aside li:has(.chip--danger)")
    reporter.stops()
    reporter.keys("e", answered=True)
    reporter.reaches("story-editor .ProseMirror")
    to_end(reporter.page)
    reporter.keys(*["Backspace"] * len(NUMBER))
    reporter.waits_until_saved()
    reporter.opens(f"/stories/{story.uid}")
    reporter.sees("可以送审", "aside")
    hands_in(reporter, story)
    pass_all_levels(colleague, story)

    operator = newsroom.person("operator", ZOOMED)
    operator.opens(f"/publish/calendar?day={noon.date()}")
    operator.stops()
    card = f"[data-slot]:has-text('{story.title}') .slot__title"
    operator.reaches(card)
    operator.keys("m", "ArrowRight")
    operator.keys("Enter", answered=True)
    operator.sees("13:00", ".flashes")
    operator.reaches(card)
    operator.stops()


def tomorrow_noon() -> datetime:
    tomorrow = datetime.now(CENTRE) + timedelta(days=1)
    return tomorrow.replace(hour=12, minute=0, second=0, microsecond=0)
