"""Hands for tests that write: opening the text, composing pinyin, pasting, dragging."""

from __future__ import annotations

from typing import Any

from playwright.sync_api import CDPSession, Locator, Page

from tests.fixtures.browser import to_end

from .conftest import Workshop

PASTE = """([kind, words]) => {
  const clipboard = new DataTransfer();
  clipboard.setData(kind, words);
  document.querySelector(".ProseMirror").dispatchEvent(new ClipboardEvent("paste",
    { clipboardData: clipboard, bubbles: true, cancelable: true }));
}"""
DROP = """([selector, name, words]) => {
  const carried = new DataTransfer();
  if (words === null) carried.items.add(new File(["x"], name, { type: "image/png" }));
  else carried.setData(name, words);
  const { left, top } = document.querySelector(selector).getBoundingClientRect();
  document.querySelector(selector).dispatchEvent(new DragEvent("drop",
    { dataTransfer: carried, clientX: left + 4, clientY: top + 4, bubbles: true,
      cancelable: true }));
}"""
DOC = "document.querySelector('story-editor').view.state.doc.toJSON()"


def open_story(page: Page, workshop: Workshop) -> Locator:
    """The text of the open story, ready to be typed into at its end."""
    page.goto(f"{workshop.url}/story")
    paper = page.locator(".ProseMirror")
    paper.click()
    to_end(page)
    return paper


def paste(page: Page, words: str, kind: str = "text/html") -> None:
    """Paste as the clipboard of another program would."""
    page.evaluate(PASTE, [kind, words])


def drop(page: Page, selector: str, name: str, words: str | None = None) -> None:
    """Drop something onto an element: data of the type ``name``, or a file called so."""
    page.evaluate(DROP, [selector, name, words])


def written(page: Page) -> list[dict[str, Any]]:
    """The blocks of the text as they would be saved."""
    return list(page.evaluate(DOC).get("content", ()))


def kinds(page: Page) -> list[str]:
    return [block["type"] for block in written(page)]


class Composer:
    """An input method: shows pinyin while it is typed, then puts characters in its place."""

    def __init__(self, page: Page) -> None:
        self._keyboard: CDPSession = page.context.new_cdp_session(page)

    def compose(self, typed: str) -> None:
        place = {"selectionStart": len(typed), "selectionEnd": len(typed)}
        self._keyboard.send("Input.imeSetComposition", {"text": typed, **place})

    def commit(self, words: str) -> None:
        self._keyboard.send("Input.insertText", {"text": words})

    def press_within(self, key: str) -> None:
        """A key that belongs to the input method: the browser marks it with the code 229."""
        self._keyboard.send(
            "Input.dispatchKeyEvent",
            {"type": "rawKeyDown", "key": key, "windowsVirtualKeyCode": 229, "code": key},
        )
        self._keyboard.send("Input.dispatchKeyEvent", {"type": "keyUp", "key": key})
