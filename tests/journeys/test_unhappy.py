"""When things go wrong at the browser: nothing typed is lost, and the page says what is wrong."""

from __future__ import annotations

import os
import re
import signal
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest
from playwright.sync_api import expect

from tests.assets.samples import SVG
from tests.fixtures.browser import Watch

from .house import Colleague, RunningHouse
from .people import Newsroom, Person
from .stories import begin_a_story, pass_all_levels, submit_a_story

pytestmark = [pytest.mark.journey, pytest.mark.slow]

Call = Callable[[str], Colleague]
TOO_MUCH = 61 * 1024 * 1024
SETTLED_SECONDS = 40.0


def opens_story(person: Person, uid: str) -> None:
    person.opens(f"/stories/{uid}/edit")
    expect(person.paper).to_be_visible()


def text_of(author: Colleague, uid: str) -> str:
    """What the server holds of a story's words."""
    return str(author.get(f"/stories/{uid}")["doc"])


def test_two_people_on_one_story_keep_both_texts(
    newsroom: Newsroom, colleague: Call, watch: Watch
) -> None:
    watch.expect("409")  # two steps at once: the later is put upon the earlier
    story = begin_a_story(colleague("reporter"), "两个人同时改的稿件")
    reporter, editor = newsroom.person("reporter"), newsroom.person("editor")
    opens_story(reporter, story.uid)
    opens_story(editor, story.uid)
    reporter.writes("记者补的一句。")
    reporter.waits_until_saved()
    editor.writes("编辑补的一句。")
    editor.waits_until_saved()
    for person in (reporter, editor):
        expect(person.paper).to_contain_text("记者补的一句。")
        expect(person.paper).to_contain_text("编辑补的一句。")
    editor.stops()
    held = text_of(colleague("reporter"), story.uid)
    assert "记者补的一句。" in held
    assert "编辑补的一句。" in held


def test_a_desk_killed_in_mid_typing_loses_nothing(
    newsroom: Newsroom, colleague: Call, house: RunningHouse, watch: Watch
) -> None:
    watch.expect(r"ERR_|502|503|Failed to load|/live")
    story = begin_a_story(colleague("reporter"), "写到一半断了的稿件")
    reporter = newsroom.person("reporter")
    opens_story(reporter, story.uid)
    reporter.writes("断之前的话。")
    reporter.waits_until_saved()
    before = house.desk_worker()
    reporter.writes("断的时候的话。")
    os.kill(before.pid, signal.SIGKILL)
    reporter.writes("断之后的话。")
    reporter.waits_until_saved()
    assert house.desk_worker() != before
    assert not psutil.pid_exists(before.pid) or before.status() == psutil.STATUS_ZOMBIE
    held = text_of(colleague("reporter"), story.uid)
    assert all(words in held for words in ("断之前的话。", "断的时候的话。", "断之后的话。"))
    reporter.page.reload()
    expect(reporter.paper).to_contain_text("断之前的话。断的时候的话。断之后的话。")


def test_a_file_that_is_not_what_it_says_is_refused_in_words(
    newsroom: Newsroom, tmp_path: Path, watch: Watch
) -> None:
    watch.expect("413|422|415")
    files = {
        "说谎.jpg": SVG,
        "坏的.png": b"\x89PNG\r\n\x1a\n" + b"\0" * 99,
        "太大.mp4": b"\0" * TOO_MUCH,
    }
    for name, data in files.items():
        (tmp_path / name).write_bytes(data)
    operator = newsroom.person("operator")
    operator.opens("/assets/upload")
    tray = operator.page.locator("upload-tray .tray__drop input")
    tray.set_input_files([tmp_path / name for name in files])
    for name in files:
        row = operator.page.locator(".tray__file", has_text=name)
        expect(row).to_have_attribute("data-state", "failed", timeout=20_000)
        expect(row.locator(".tray__said")).to_have_text(re.compile("[一-鿿]{4,}"))
    operator.stops()


def test_a_refused_photo_leaves_what_was_typed(
    newsroom: Newsroom, tmp_path: Path, watch: Watch
) -> None:
    watch.expect("422")
    (tmp_path / "说谎.jpg").write_bytes(SVG)
    reporter = newsroom.person("reporter")
    reporter.opens("/leads/new")
    reporter.page.fill("[name=body]", "标题忘了写，照片也不对。")
    reporter.page.locator("[name=pictures]").set_input_files(tmp_path / "说谎.jpg")
    reporter.presses("form[action='/leads/new'] .form__actions button")
    reporter.sees("说谎.jpg", ".notice--danger >> nth=-1")
    expect(reporter.page.locator("[name=body]")).to_have_value("标题忘了写，照片也不对。")
    reporter.stops()


def test_signed_out_in_the_middle_keeps_what_was_typed(
    newsroom: Newsroom, colleague: Call, house: RunningHouse, watch: Watch
) -> None:
    watch.expect("401|403|400")
    story = begin_a_story(colleague("reporter2"), "登录过期时写的稿件")
    reporter = newsroom.person("reporter2")
    opens_story(reporter, story.uid)
    reporter.page.context.clear_cookies()
    reporter.writes("登录没了以后写的话。")
    line = reporter.page.locator("[data-save-state]")
    expect(line).to_contain_text("内容已存本机", timeout=10_000)
    reporter.page.goto("about:blank")
    reporter.signs_in("reporter2", house.passwords["reporter2"])
    opens_story(reporter, story.uid)
    expect(reporter.paper).to_contain_text("登录没了以后写的话。")
    reporter.waits_until_saved()
    assert "登录没了以后写的话。" in text_of(colleague("reporter2"), story.uid)


def test_an_answer_lost_on_the_way_is_unclear_and_not_failed(
    newsroom: Newsroom, colleague: Call, house: RunningHouse
) -> None:
    """The platform published and its answer was lost: looked up, found, and never sent twice."""
    story = submit_a_story(colleague, "平台答复断了的稿件", ["weibo"])
    operator = newsroom.person("operator")
    operator.opens("/publish")
    house.sandbox.fault("/weibo/2/statuses/share.json", "drop_after", times=1)
    pass_all_levels(colleague, story)
    row = operator.page.locator(f"tr:has-text('{story.title}')")
    expect(row).to_contain_text("结果待核实", timeout=15_000)
    expect(row).to_contain_text("核实清楚之前不会重发")
    expect(row.locator("a[rel=noreferrer]")).to_have_count(1, timeout=SETTLED_SECONDS * 1000)
    expect(row).not_to_contain_text("结果待核实")
    state = house.sandbox.state()
    ours = [it for it in state["objects"] if story.title in it["title"]]
    assert [state["copies"][it["fingerprint"]] for it in ours] == [1]
