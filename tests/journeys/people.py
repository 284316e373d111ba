"""People at the browser: signed in in a browser of their own, with hands and eyes."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from typing import Any

from playwright.sync_api import BrowserContext, Locator, Page, expect

from tests.fixtures.browser import to_end

from .house import RunningHouse

WORDS = {
    "zh": {"saved": "已保存", "conflict": "两份都在，没有丢"},
    "en": {"saved": "Saved", "conflict": "both are here, nothing is lost"},
}
"""What journeys look for and no attribute tells."""


@dataclass(frozen=True)
class Screen:
    """What somebody sits at, and in which language."""

    name: str
    lang: str
    width: int
    height: int
    phone: bool = False

    @property
    def details(self) -> dict[str, Any]:
        """How a browser is opened that looks like it."""
        size = {"width": self.width, "height": self.height}
        hand = {"has_touch": True, "is_mobile": True} if self.phone else {}
        return {"viewport": size, "reduced_motion": "reduce", **hand}

    def word(self, name: str) -> re.Pattern[str]:
        return re.compile(WORDS[self.lang][name])


DESK = Screen("desk-zh", "zh", 1440, 900)
LAPTOP = Screen("laptop-en", "en", 1280, 720)
PHONE = Screen("phone-en", "en", 390, 844, phone=True)
TALL = 900
"""From this height on, pages are looked at as they stand in the window."""
FARTHEST = 150
"""So many times somebody presses the tabulator before they give up."""


_SEEN = """(aim) => [...aim.getClientRects()].some((part) => {
    const across = Math.min(Math.max(part.x + part.width / 2, 1), innerWidth - 1);
    const top = Math.max(part.top, 0), bottom = Math.min(part.bottom, innerHeight);
    return [0.1, 0.5, 0.9].some((share) => {
        const there = document.elementFromPoint(across, top + share * (bottom - top));
        return there !== null && (aim.contains(there) || there.contains(aim));
    });
})"""


class Person:
    """Somebody at a page. What they do returns when its answer stands on the page."""

    def __init__(self, page: Page, screen: Screen, axe: Callable[[Page], None]) -> None:
        self.page = page
        self.screen = screen
        self._axe = axe

    def signs_in(self, username: str, password: str) -> None:
        self.page.goto("/login")
        self.page.fill("[name=username]", username)
        self.page.fill("[name=password]", password)
        with self.answer():
            self.page.click("form[action*='/login'] button")
        expect(self.page.locator("meta[name=actor]")).to_have_attribute("content", username)

    def reads(self, lang: str) -> None:
        """Switch the desk to a language, as one does in its bar."""
        if self.page.locator("html").get_attribute("lang") != {"zh": "zh-CN", "en": "en"}[lang]:
            self.presses(f"form[action='/language'] button[value={lang}]")

    def opens(self, path: str) -> None:
        self.page.goto(path)

    def enters(self, place: str) -> None:
        """Go to a place by the navigation: the rail on a desk, the bar under the thumb else."""
        if not self.screen.phone:
            self.presses(f".rail a[href='{place}']")
            return
        if not self.page.locator(f".bottom > a[href='{place}']").count():
            self.page.click(".bottom__more > summary")
        self.presses(f".bottom a[href='{place}'] >> visible=true")

    def follows(self, words: str) -> None:
        """Follow the link that says this."""
        with self.answer():
            self.page.locator("main").get_by_role("link", name=words).first.click()

    def presses(self, selector: str) -> None:
        """Press what leads to another page, or to this one with an answer."""
        with self.answer():
            self.page.locator(selector).first.click()

    @contextmanager
    def answer(self) -> Iterator[None]:
        """The page that comes of what is done within has come, and its scripts have run.

        A change of the history alone, which a part refreshing itself may cause, brings no page.
        """
        with self.page.expect_event("load"):
            yield

    def ticks(self, name: str, *values: str) -> None:
        """Choose just these of the boxes called ``name``."""
        for box in self.page.locator(f"input[name='{name}']").all():
            if box.is_checked() != (box.get_attribute("value") in values):
                box.locator("xpath=ancestor::label").click()

    def stops(self) -> None:
        """Look around: nobody is shut out from this page, and it is no wider than the screen."""
        with self.unrolled():
            self._axe(self.page)
        self.fits()

    @contextmanager
    def unrolled(self) -> Iterator[None]:
        """The page at its full length: the bars that stay in view cover nothing of it."""
        if self.screen.height >= TALL:
            yield
            return
        size = {"width": self.screen.width, "height": self.screen.height}
        length = self.page.evaluate("document.documentElement.scrollHeight")
        self.page.set_viewport_size({**size, "height": max(length, self.screen.height)})
        yield
        self.page.set_viewport_size(size)

    def fits(self) -> None:
        wide = self.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, f"{self.page.url} is wider than its screen by {wide} pixels"

    def sees(self, words: str | re.Pattern[str], where: str = "main", seconds: float = 10) -> None:
        expect(self.page.locator(where).first).to_contain_text(words, timeout=seconds * 1000)

    def sees_picture(self, selector: str) -> None:
        """The picture is there and was decoded."""
        picture = self.page.locator(selector).first
        picture.scroll_into_view_if_needed()
        expect(picture).to_be_visible()
        expect(picture).not_to_have_js_property("naturalWidth", 0)

    # ---- by keys alone ----

    def reaches(self, selector: str) -> None:
        """Come to it by the tabulator, and see it: no bar that stays in view lies over it."""
        aim = self.page.locator(selector).first
        expect(aim).to_be_visible()
        for _ in range(FARTHEST):
            if aim.evaluate("it => it === document.activeElement"):
                break
            self.page.keyboard.press("Tab")
        expect(aim).to_be_focused()
        assert aim.evaluate(_SEEN), f"{selector} has the focus and lies hidden"

    def keys(self, *pressed: str, answered: bool = False) -> None:
        """Press one after the other; ``answered``: the last of them brings a page."""
        *first, last = pressed
        for key in first:
            self.page.keyboard.press(key)
        with self.answer() if answered else nullcontext():
            self.page.keyboard.press(last)

    def types(self, words: str) -> None:
        self.page.keyboard.insert_text(words)

    # ---- the writing room ----

    @property
    def paper(self) -> Locator:
        return self.page.locator("story-editor .ProseMirror")

    def writes(self, *paragraphs: str) -> None:
        """Type at the end of the text, as an input method hands words over."""
        self.paper.click()
        to_end(self.page)
        for number, paragraph in enumerate(paragraphs):
            if number:
                self.page.keyboard.press("Enter")
            self.page.keyboard.insert_text(paragraph)

    def composes(self, *typed: str, words: str) -> None:
        """Type with pinyin: what is typed stands underlined until the words are chosen."""
        keyboard = self.page.context.new_cdp_session(self.page)
        for so_far in typed:
            place = {"selectionStart": len(so_far), "selectionEnd": len(so_far)}
            keyboard.send("Input.imeSetComposition", {"text": so_far, **place})
        keyboard.send("Input.insertText", {"text": words})
        keyboard.detach()

    def waits_until_saved(self) -> None:
        line = self.page.locator("[data-save-state]")
        expect(line).to_have_attribute("data-state", "saved")
        expect(line).to_have_text(self.screen.word("saved"))


@dataclass(frozen=True)
class Newsroom:
    """Brings people to their pages."""

    house: RunningHouse
    new_context: Callable[..., BrowserContext]
    axe: Callable[[Page], None]

    def person(self, username: str, screen: Screen = DESK, **details: Any) -> Person:
        """One of the demo staff, signed in in a browser of their own."""
        person = self.visitor(self.house.desk, screen, **details)
        person.signs_in(username, self.house.passwords[username])
        person.reads(screen.lang)
        return person

    def visitor(self, address: str, screen: Screen = DESK, **details: Any) -> Person:
        """Somebody whom nobody knows."""
        context = self.new_context(base_url=address, **screen.details, **details)
        return Person(context.new_page(), screen, self.axe)
