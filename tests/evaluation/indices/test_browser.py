"""From the ranking to the number's last step in a real browser, at a desk and on a phone."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import Page, expect

from tests.evaluation.indices.conftest import WHOLE, Measured
from tests.fixtures.browser import Watch
from tests.fixtures.served import Sit

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = 390


def test_from_the_ranking_to_the_last_step(
    at: Sit, measured: Measured, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect(r"status of 422")
    for day in (3, 4, 10, 11, 18, 19):
        measured.published("青禾发布", f"2026-11-{day:02} 08:00", **{**WHOLE, "reads": 900 * day})
        measured.published("云溪街道", f"2026-11-{day:02} 09:00", **WHOLE)
    measured.published("云溪街道", "2026-11-19 10:00")
    editor = at("editor")
    editor.goto("/insight/indices?kind=week&day=2026-11-18")
    axe(editor)
    editor.click("button:has-text('计算这一期')")
    expect(editor.get_by_text("已计算 2 个账号")).to_be_visible()
    expect(editor.locator("tbody tr").first).to_contain_text("青禾发布")
    axe(editor)
    for day in ("2026-11-11", "2026-11-04"):
        editor.goto(f"/insight/indices?kind=week&day={day}")
        editor.click("button:has-text('计算这一期')")
        expect(editor.get_by_text("已计算 2 个账号")).to_be_visible()
    editor.goto("/insight/indices?kind=week&day=2026-11-04&definition=wci-v13.0")
    editor.click("button:has-text('计算这一期')")
    expect(editor.get_by_text("已计算 2 个账号")).to_be_visible()
    editor.click("tbody th a >> nth=0")
    expect(editor.get_by_text("不同版本的分值不能相比")).to_be_visible()
    axe(editor)
    phone = at("reporter", PHONE)
    phone.goto("/insight/indices?kind=week&day=2026-11-18")
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    phone.click("tbody th a >> nth=1")
    expect(phone.get_by_role("img", name="WCI V14.2b")).to_be_visible()
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    phone.click("tbody th a >> nth=0")
    expect(phone.get_by_role("heading", name="三、合成")).to_be_visible()
    axe(phone)
    assert phone.evaluate("document.documentElement.scrollWidth") <= PHONE
    editor.goto("/insight/ranks")
    axe(editor)
    editor.fill("[name=list_name]", "全省周榜")
    editor.click("button:has-text('记下')")
    expect(editor.get_by_role("alert")).to_be_visible()
    expect(editor.locator("[name=list_name]")).to_have_value("全省周榜")
    editor.goto("/insight/indices/definitions")
    axe(editor)
    editor.click("tbody th a >> nth=0")
    expect(editor.get_by_role("heading", name="说明")).to_be_visible()
    axe(editor)
