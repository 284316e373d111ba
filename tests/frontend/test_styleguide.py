"""Every part in every state, in each light and on each screen: nothing cut off or too small."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from playwright.sync_api import BrowserContext, Page

from .conftest import Workshop

pytestmark = pytest.mark.journey

DESK = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
NARROWEST = {"width": 320, "height": 600}

CUT_OFF = """() => [...document.querySelectorAll("body *")]
  .filter((one) => one.checkVisibility() && one.clientWidth > 1)
  .filter((one) => one.scrollWidth > one.clientWidth + 1
    && getComputedStyle(one).overflowX !== "visible"
    && !one.matches(".unseen, .board, .tabs, .diff--sides, input, option, select, .editor__bar"))
  .map((one) => one.outerHTML.slice(0, 80))"""


@pytest.mark.parametrize("light", ["light", "dark"])
@pytest.mark.parametrize("screen", [DESK, PHONE], ids=["desk", "phone"])
def test_axe_finds_nothing(
    new_context: Callable[..., BrowserContext],
    axe: Callable[[Page], None],
    workshop: Workshop,
    screen: dict[str, int],
    light: str,
) -> None:
    phone = screen is PHONE
    page = new_context(
        viewport=screen, color_scheme=light, is_mobile=phone, has_touch=phone
    ).new_page()
    page.goto(f"{workshop.url}/styleguide")
    axe(page)


@pytest.mark.parametrize("screen", [DESK, PHONE, NARROWEST], ids=["desk", "phone", "narrowest"])
def test_nothing_is_wider_than_the_screen_or_cut_off(
    new_context: Callable[..., BrowserContext], workshop: Workshop, screen: dict[str, int]
) -> None:
    page = new_context(viewport=screen).new_page()
    page.goto(f"{workshop.url}/styleguide")
    assert page.evaluate("document.documentElement.scrollWidth") == screen["width"]
    assert page.evaluate(CUT_OFF) == []


def test_a_thumb_finds_every_button(
    new_context: Callable[..., BrowserContext], workshop: Workshop
) -> None:
    page = new_context(viewport=PHONE, is_mobile=True, has_touch=True).new_page()
    page.goto(f"{workshop.url}/styleguide")
    small = page.evaluate(
        """() => [...document.querySelectorAll(".button, .input, .bottom a, .menu a")]
          .filter((one) => one.checkVisibility())
          .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
          .filter(([, box]) => box.width && (box.height < 44 || box.width < 44))
          .map(([markup, box]) => `${markup} ${box.width}x${box.height}`)"""
    )
    assert small == []
