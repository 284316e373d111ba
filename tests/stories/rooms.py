"""The desk in a thread, and hands that write in one of its stories."""

from __future__ import annotations

from collections.abc import Callable

from playwright.sync_api import Locator, Page, expect

from kitchen.stories import queries
from kitchen.stories.doc import to_text
from tests.fixtures.newsroom import Newsroom

Open = Callable[..., Page]


def enters(page: Page, story: str) -> Locator:
    page.goto(f"/stories/{story}/edit")
    paper = page.locator(".ProseMirror")
    expect(paper).to_be_visible()
    return paper


def types(page: Page, words: str, *, end: bool = True) -> None:
    """Type at the end of the text, or of its first paragraph."""
    block = page.locator(".ProseMirror > p")
    (block.last if end else block.first).click()
    page.keyboard.press("End")
    page.keyboard.type(words)


def paper(page: Page) -> Locator:
    return page.locator(".ProseMirror")


def saved(page: Page) -> None:
    expect(page.locator("[data-save-state]")).to_contain_text("已保存")


def stored(newsroom: Newsroom, story: str) -> str:
    with newsroom.database.unit(write=False) as session:
        return to_text(queries.the_story(session, story).doc)


def met(*pages: Page) -> None:
    """Everybody knows of everybody."""
    for page in pages:
        expect(page.locator(".writers li")).to_have_count(len(pages) - 1)
