"""Without scripts the newsroom still works: old browsers and broken networks stop nobody."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import expect

from .house import Colleague, RunningHouse
from .people import Newsroom, Person
from .stories import Draft, begin_a_story, convene, submit_a_story

pytestmark = [pytest.mark.journey, pytest.mark.slow]

Call = Callable[[str], Colleague]


@pytest.fixture
def plain(newsroom: Newsroom) -> Callable[[str], Person]:
    """``plain("editor")`` sits at a browser that runs no script."""
    return lambda username: newsroom.person(username, java_script_enabled=False)


@pytest.mark.parametrize(
    "place", ["/", "/leads", "/topics", "/assignments", "/stories", "/publish"]
)
def test_lists_stand_in_the_page_itself(plain: Callable[[str], Person], place: str) -> None:
    chief = plain("chief")
    chief.opens(place)
    expect(chief.page.locator("h1")).to_have_count(1)
    assert chief.page.locator("main a[href*='/']").count() >= 3


def test_a_lead_is_filed(plain: Callable[[str], Person]) -> None:
    reporter = plain("reporter")
    reporter.opens("/leads/new")
    reporter.page.fill("[name=title]", "没有脚本也能报的线索")
    reporter.page.fill("[name=body]", "旧手机上打开，填了就能报。")
    reporter.presses("form[action='/leads/new'] .form__actions button")
    expect(reporter.page.locator("#lead-title")).to_have_text("没有脚本也能报的线索")


def test_a_topic_is_decided(plain: Callable[[str], Person], colleague: Call) -> None:
    topic = colleague("reporter").post(
        "/topics", title="没有脚本也能定的选题", forms=["text"], channels=["outlet"]
    )
    day = convene(colleague("chief"))
    committee = plain("committee")
    committee.opens(f"/meetings/{day}/present?topic={topic['uid']}")
    expect(committee.page.locator("h1")).to_have_text("没有脚本也能定的选题")
    committee.presses("form:has([name=decision][value=approve]) button")
    assert colleague("reporter").get(f"/topics/{topic['uid']}")["state"] == "approved"


def test_a_story_is_written_and_sent_for_review(
    plain: Callable[[str], Person], colleague: Call
) -> None:
    story = begin_a_story(colleague("reporter"), "没有脚本也能写的稿件")
    reporter = plain("reporter")
    reporter.opens(f"/stories/{story.uid}/edit")
    reporter.page.fill("[name=text]", "第一段写在普通的框里。\n第二段也是。")
    reporter.page.fill("[name=sources]", "柳湾街道办事处")
    reporter.presses("#story-fields .form__actions button")
    reporter.sees("第二段也是。", "[name=text]")
    reporter.opens(f"/stories/{story.uid}/editions")
    reporter.presses("form[action$='/editions'] button")
    reporter.opens(f"/stories/{story.uid}")
    reporter.presses("form[action$='/submit'] .button--primary >> visible=true")
    assert colleague("reporter").get(f"/stories/{story.uid}")["state"] == "in_review"


def test_a_review_is_passed(
    plain: Callable[[str], Person], colleague: Call, house: RunningHouse
) -> None:
    story: Draft = submit_a_story(colleague, "没有脚本也能审的稿件", ["weibo"])
    editor = plain("editor2")
    editor.opens("/review")
    editor.presses(f"#review-rows a:has-text('{story.title}')")
    editor.presses("#review-verdict form[action$='/pass'] .button--primary")
    editor.opens("/review?list=decided")
    editor.sees(story.title, "#review-rows")
