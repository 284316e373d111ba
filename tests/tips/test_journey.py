"""From a tip on an old phone to the lead that the newsroom works on; nobody sees its source."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import select

from kitchen.leads.models import Lead
from kitchen.tips import crossing, rules
from kitchen.web.face import Face
from tests.assets.samples import encoded, photo
from tests.fixtures.browser import Watch
from tests.fixtures.served import Sit, seats, served
from tests.tips.conftest import CONTACT, WORDS, TipDesk

pytestmark = [
    pytest.mark.journey,
    pytest.mark.parametrize("database_url", ["sqlite"], indirect=True),
]

PHONE = {"width": 390, "height": 844}
Open = Callable[[bool], Page]


@pytest.fixture
def phone(public: Face, new_context: Callable[..., BrowserContext]) -> Iterator[Open]:
    """``phone(False)`` is an old phone that runs no script."""
    with served(public) as base:

        def opened(scripts: bool) -> Page:
            context = new_context(base_url=base, viewport=PHONE, java_script_enabled=scripts)
            return context.new_page()

        yield opened


@pytest.fixture
def at(tips: TipDesk, new_context: Callable[..., BrowserContext]) -> Iterator[Sit]:
    """``at("duty")`` is the desk as somebody has it before them."""
    with seats(tips.newsroom, new_context) as seated:
        yield seated


def _fits(page: Page) -> None:
    """Nothing hangs over the side of the phone."""
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


def test_a_tip_comes_to_its_lead_and_its_source_hears(
    tips: TipDesk,
    phone: Open,
    at: Sit,
    axe: Callable[[Page], None],
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
) -> None:
    monkeypatch.setattr("kitchen.tips.public_views.LEAST_SECONDS", 0)
    picture = tmp_path / "王老师家.jpg"
    picture.write_bytes(encoded(photo(900, 700)))
    source = phone(False)
    source.goto("/")
    source.get_by_role("link", name="报料").click()
    _fits(source)
    source.get_by_label("您想告诉我们什么").fill(WORDS)
    source.get_by_label("怎么联系您").fill(CONTACT)
    source.get_by_label("图片、视频、文档").set_input_files(picture)
    source.get_by_role("button", name="发送").click()
    code = source.locator("[data-code]").inner_text()
    expect(source.locator("main")).to_contain_text("收下 1 个文件")
    _fits(source)
    tips.make_all()

    duty = at("duty")
    duty.goto("/tips")
    axe(duty)
    expect(duty.locator("main")).not_to_contain_text(WORDS[:6])
    duty.locator("th a").click()
    expect(duty.locator("main")).to_contain_text(WORDS)
    expect(duty.locator("main")).not_to_contain_text(CONTACT)
    expect(duty.locator("figure img")).to_have_js_property("naturalWidth", 320)
    axe(duty)
    duty.get_by_label("问报料人").fill("看清车牌了吗？")
    duty.get_by_role("button", name="发出").click()
    expect(duty.locator(".flashes")).to_contain_text("已发出")

    again = phone(True)
    again.goto("/tip/follow")
    axe(again)
    again.get_by_label("查询码").fill(code.lower().replace("-", " "))
    again.get_by_role("button", name="看进展").click()
    expect(again.locator("main")).to_contain_text("看清车牌了吗？")
    axe(again)
    again.get_by_label("还有什么要说").fill("尾号 27。")
    again.get_by_label("图片、视频、文档").set_input_files(picture)
    expect(again.locator("[name=ticket]")).to_have_count(1)
    again.get_by_role("button", name="发送").click()
    expect(again.locator("main")).to_contain_text("已收到。")
    assert again.evaluate("localStorage.length") == 0
    assert again.context.cookies() == []
    _fits(again)
    tips.make_all()

    duty.reload()
    expect(duty.locator("figure img")).to_have_count(2)
    duty.get_by_label("线索标题").fill("化工园疑似夜间排污")
    duty.get_by_label("线索内容").fill("有群众反映化工园附近河水发黑，需要现场核实。")
    duty.get_by_role("checkbox", name="附件 1").check()
    axe(duty)
    duty.get_by_role("button", name="采用", exact=True).click()
    expect(duty.locator(".flashes")).to_contain_text("转成线索")

    reporter = at("reporter")
    reporter.goto(duty.url.replace(re.match(r"http://[^/]+", duty.url)[0], ""))  # type: ignore[index]
    expect(reporter.locator("main")).to_contain_text("化工园疑似夜间排污")
    expect(reporter.get_by_role("list", name="照片和视频").get_by_role("img")).to_have_count(1)
    for trace in (WORDS[:8], CONTACT, "尾号 27", code, picture.stem):
        assert trace not in reporter.content()
    with tips.unit() as session:
        lead = session.scalars(select(Lead)).one()
        crossing.note_reports(session, [lead.id], "黑水查清了", "http://127.0.0.1:8001/a/x")
    source.goto("/tip/follow?lang=en")
    source.get_by_label("Code").fill(code)
    source.get_by_role("button").last.click()
    expect(source.locator("main")).to_contain_text("黑水查清了")
    expect(source.locator("html")).to_have_attribute("lang", "en")
    assert rules.LEAST_SECONDS > 0


def test_a_call_is_taken_down_on_a_phone(
    tips: TipDesk, at: Sit, axe: Callable[[Page], None], watch: Watch
) -> None:
    watch.expect("422")
    duty = at("duty")
    duty.set_viewport_size({"width": 390, "height": 844})
    duty.goto("/tips")
    duty.get_by_role("link", name="登记报料").click()
    axe(duty)
    _fits(duty)
    duty.get_by_label("怎么联系报料人").fill(CONTACT)
    duty.get_by_role("button", name="登记").click()
    expect(duty.locator("#field-words-error")).to_be_visible()
    expect(duty.get_by_label("怎么联系报料人")).to_have_value(CONTACT)
    axe(duty)
    duty.get_by_label("来访").check()
    duty.get_by_label("说了什么").fill(WORDS)
    duty.get_by_label("地点").fill("东门")
    duty.get_by_role("button", name="登记").click()
    code = duty.locator("[data-code]").inner_text()
    axe(duty)
    _fits(duty)
    kept = duty.evaluate("JSON.stringify([localStorage, sessionStorage])")
    assert not any(trace in kept for trace in (code, WORDS[:6], CONTACT))
    tip = tips.find(code)
    duty.goto(f"/tips/{tip.uid}")
    expect(duty.locator("main")).to_contain_text("要求匿名")
    expect(duty.locator("main")).not_to_contain_text(CONTACT)
    axe(duty)
    _fits(duty)
