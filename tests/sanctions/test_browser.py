"""From patrol to closing in a real browser: found, punished, appealed against, closed."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from kitchen.matrix.models import Account
from tests.fixtures.browser import Watch
from tests.fixtures.served import Sit
from tests.sanctions.conftest import Judged

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = 390


def test_from_the_patrol_to_the_closing(
    at: Sit, judged: Judged, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect(r"status of 422")
    judged.finding()
    cited = judged.clause()
    inspector = at("inspector")
    inspector.goto("/matrix/findings")
    axe(inspector)
    inspector.click("a:has-text('青禾发布')")
    expect(inspector.get_by_text("未更新天数")).to_be_visible()
    axe(inspector)
    inspector.click("a:has-text('升级处置')")
    inspector.check("text=责令关停")
    inspector.check("text=责任不落实")
    inspector.select_option("[name=clause]", cited)
    inspector.fill("[name=facts]", "连续二十天没有更新，约谈无果")
    axe(inspector)
    inspector.click(".form__actions button")
    expect(inspector.get_by_role("alert")).to_contain_text("标红")
    expect(inspector.locator("[name=facts]")).to_have_value("连续二十天没有更新，约谈无果")
    inspector.fill("[name=leap_reason]", "造成恶劣影响")
    inspector.click(".form__actions button")
    expect(inspector.locator(".chip").first).to_have_text("待审批")
    address = inspector.url
    leader = at("leader")
    leader.goto(address)
    leader.click("button:has-text('同意关停')")
    expect(leader.locator(".chip").first).to_have_text("待第二人批准")
    head = at("head", PHONE, has_touch=True)
    head.goto(address)
    axe(head)
    assert head.evaluate("document.documentElement.scrollWidth") <= PHONE
    head.fill("[name=note]", "同意")
    head.click("button:has-text('批准')")
    inspector.reload()
    inspector.fill("[name=doc_no]", "青网信〔2026〕3号")
    inspector.press("[name=doc_no]", "Enter")
    expect(inspector.locator(".chip").first).to_have_text("已送达")
    operator = at("operator")
    operator.goto(address)
    operator.click("button:has-text('签收')")
    operator.fill("[name=note]", "正在整改，请宽限")
    operator.click("button:has-text('申诉')")
    expect(operator.locator(".chip").first).to_have_text("申诉中")
    deputy = at("deputy")
    deputy.goto(address)
    deputy.fill("[name=note]", "多次整改无效")
    deputy.click("button:has-text('维持处置')")
    expect(deputy.get_by_text("责令关停已经生效")).to_be_visible()
    with judged.database.unit() as session:
        session.get_one(Account, judged.accounts["青禾发布"].id).enabled = False
    inspector.reload()
    inspector.fill("[name=note]", "已关停并注销")
    inspector.click("button:has-text('销号')")
    expect(inspector.locator(".chip").first).to_have_text("已销号")
    axe(inspector)
    assert judged.found()[0].state == "closed"
