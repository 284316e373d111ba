"""A month in a real browser: graded by keys, published, appealed against, locked, exported."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.evaluation.scores.conftest import JUNE_5, Counted
from tests.fixtures.browser import Watch
from tests.fixtures.served import Sit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = 390
URL = "/performance/2026-05"


def test_a_month_from_the_grading_to_the_pay_office(
    at: Sit, counted: Counted, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect(r"status of 4\d\d")
    counted.story("第一篇")
    uid = counted.story("第二篇")
    counted.at(JUNE_5)
    counted.count()
    committee = at("committee")
    committee.goto(f"{URL}/grading")
    expect(committee.locator("#current h2")).to_have_text("第一篇")
    axe(committee)
    committee.keyboard.press("2")
    expect(committee.locator("#current h2")).to_have_text("第二篇")
    committee.wait_for_load_state()  # keys act once the page's script runs
    committee.keyboard.press("3")
    expect(committee.get_by_text("都评完了")).to_be_visible()
    axe(committee)
    head = at("head")
    head.goto(URL)
    axe(head)
    head.click("button:has-text('评级完毕')")
    head.click("button:has-text('向职工公布')")
    expect(head.locator(".chip").first).to_have_text("已公布，可申诉")
    head.click("button:has-text('锁定')")
    expect(head.get_by_role("alert")).to_contain_text("2026-06-12")
    reporter = at("reporter", PHONE, has_touch=True)
    reporter.goto("/performance")
    axe(reporter)
    assert reporter.evaluate("document.documentElement.scrollWidth") <= PHONE
    reporter.click("a:has-text('第二篇')")
    expect(reporter.get_by_role("heading", name="怎么算出来的")).to_be_visible()
    axe(reporter)
    assert reporter.evaluate("document.documentElement.scrollWidth") <= PHONE
    reporter.click("button:has-text('提出申诉')")
    expect(reporter.get_by_role("alert")).to_contain_text("写明理由")
    reporter.fill("[name=reason]", "独家报道，应评 B")
    reporter.click("button:has-text('提出申诉')")
    expect(reporter.locator("#appeals .chip")).to_have_text("待答复")
    committee.goto("/performance/appeals?state=open")
    axe(committee)
    committee.click("a:has-text('第二篇')")
    committee.fill("#appeals [name=note]", "确为独家")
    committee.select_option("#appeals [name=grade]", "b")
    axe(committee)
    committee.click("#appeals button:has-text('申诉成立')")
    expect(committee.locator("#appeals .chip")).to_have_text("申诉成立")
    reporter.reload()
    expect(reporter.get_by_text("确为独家")).to_be_visible()
    counted.later(days=14)
    head = at("head")
    head.goto(URL)
    head.click("button:has-text('锁定')")
    expect(head.locator(".chip").first).to_have_text("已锁定")
    axe(head)
    with head.expect_download() as taken:
        head.click("button:has-text('导出 CSV')")
    assert taken.value.suggested_filename == "pay-2026-05.csv"
    assert counted.score(uid).points == 1650


def test_formula_and_quotas_are_set_with_a_look_at_last_month(
    at: Sit, counted: Counted, axe: Callable[[Page], None]
) -> None:
    counted.story("第一篇")
    counted.at(JUNE_5)
    counted.count()
    head = at("head", PHONE)
    head.goto("/performance/formula")
    axe(head)
    assert head.evaluate("document.documentElement.scrollWidth") <= PHONE
    head.fill("[name=base_news]", "20")
    head.click("button:has-text('先看上个月会怎样')")
    expect(head.locator("#preview")).to_contain_text("11.00 → 22.00")
    expect(head.locator("[name=base_news]")).to_have_value("20")
    head.click("button:has-text('保存新公式')")
    expect(head.get_by_text("从 2026-07 起").first).to_be_visible()
    head.goto("/performance/quotas")
    head.select_option("[name=role]", "reporter")
    head.fill("[name=quota]", "60")
    head.click("button:has-text('保存定额')")
    expect(head.get_by_text("60.00")).to_be_visible()
    axe(head)
    head.goto(f"{URL}/faults")
    axe(head)
