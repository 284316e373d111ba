"""The inbox in a real browser: one message answered at hour 23, another told of at hour 24."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.feedback.conftest import Inbox
from tests.fixtures.browser import Watch
from tests.fixtures.served import Sit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]


def test_a_message_is_answered_at_hour_23_and_another_escalated_at_24(
    inbox: Inbox, at: Sit, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect("422")
    inbox.say(1, "荷塘村的路灯什么时候修？")
    inbox.say(2, "图书馆周末开不开？")
    inbox.gather(seconds=1)
    inbox.escalate(hours=23)

    page = at("operator")
    page.goto("/inbox?state=warned")
    axe(page)
    page.get_by_role("link", name="荷塘村的路灯").click()
    expect(page.get_by_text("快到时限").first).to_be_visible()
    page.get_by_label("回复", exact=True).fill("好" * 141)
    page.get_by_role("button", name="送审").click()
    expect(page.get_by_role("alert")).to_contain_text("请删去 1 个字")
    page.get_by_label("回复", exact=True).fill("已报供电所，周五修好。")
    page.get_by_role("button", name="送审").click()
    expect(page.locator(".flashes")).to_contain_text("已送审")
    expect(page.get_by_text("自己写的回复要请别人审。")).to_be_visible()
    axe(page)

    phone = at("second_editor", width=390, has_touch=True, is_mobile=True)
    phone.goto("/inbox?state=reviewing")
    phone.get_by_role("link", name="荷塘村的路灯").tap()
    expect(phone.get_by_role("button", name="通过并发送")).to_be_visible()
    axe(phone)
    phone.get_by_role("button", name="通过并发送").tap()
    expect(phone.locator(".flashes")).to_contain_text("正在发到平台")
    inbox.send(seconds=5)
    phone.reload()
    expect(phone.get_by_text("已送达").first).to_be_visible()
    assert inbox.wall.replies == {"1": 1}

    inbox.escalate(hours=1)
    chief = at("chief")
    chief.goto("/inbox?state=overdue")
    expect(chief.get_by_role("link", name="图书馆周末")).to_be_visible()
    expect(chief.get_by_role("link", name="荷塘村的路灯")).to_have_count(0)
    chief.goto("/notifications")
    expect(chief.get_by_text("“图书馆周末开不开？”超过答复时限")).to_be_visible()
    chief.goto("/roster")
    axe(chief)
    chief.goto("/inbox/trend")
    axe(chief)
