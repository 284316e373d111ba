"""A check-up in a real browser: figures entered on a phone, a missed target answered, no mouse."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kitchen.evaluation.figures import targets
from kitchen.evaluation.figures.rules import Age, Measure, Scope
from tests.evaluation.figures.conftest import MONDAY, Counted
from tests.fixtures.browser import Watch
from tests.fixtures.served import Sit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = 390


def test_a_check_up_on_the_phone_and_an_alarm_by_keyboard(
    counted: Counted, at: Sit, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect(r"status of 422")
    with counted.database.unit() as session:
        targets.add(
            session,
            counted.newsroom.admin,
            scope=Scope.ALL,
            measure=Measure.ITEM,
            subject="",
            age=Age.WEEK,
            reads=2000,
        )
    for number in range(3):
        before = counted.publish(counted.account(name=f"青禾{number}"), title="往日的消息")
        counted.tell(before, reads=900 + number, likes=4)
    story = counted.publish(counted.account("shandian", "知青禾闪电号"), title="荷塘整治完成")
    counted.at(MONDAY + Age.WEEK.span)
    counted.collect()
    phone = at("operator", PHONE)
    phone.goto(f"/insight/stories/{story.uid}")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    phone.select_option("[name=age]", label="7 天")
    phone.fill("[name=reads]", "一千二")
    phone.click("button:has-text('记下')")
    expect(phone.get_by_role("alert")).to_contain_text("1.2万")
    expect(phone.locator("[name=reads]")).to_have_value("一千二")
    phone.fill("[name=reads]", "1,200")
    phone.click("button:has-text('记下')")
    expect(phone.get_by_role("link", name="没有达到阅读目标")).to_be_visible()
    desk = at("chief")
    desk.goto("/insight")
    axe(desk)
    desk.get_by_role("link", name="没有达到阅读目标").first.focus()
    desk.keyboard.press("Enter")
    expect(desk.get_by_text("还低于目标")).to_be_visible()
    axe(desk)
    desk.get_by_label("理由").fill("小众题材，不追")
    desk.get_by_role("button", name="看过，没有问题").focus()
    desk.keyboard.press("Enter")
    expect(desk.locator(".chip").first).to_have_text("没有问题")
    for page in ("/insight/alarms", "/insight/targets", "/insight/figures"):
        phone.goto(page)
        axe(phone)
        assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
