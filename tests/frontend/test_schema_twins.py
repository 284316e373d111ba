"""The browser and the server agree on every text, and the browser shows what it was given."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from prosemirror.model import Node

from tests.stories.blocks import REFUSED, SOUND, UNSOUND

from .conftest import Workshop
from .test_build import schema
from .writing import open_story

pytestmark = pytest.mark.journey

JUDGE = """(documents) => {
  const { schema } = document.querySelector("story-editor").view.state;
  const judge = (each) => {
    try {
      const doc = schema.nodeFromJSON(each);
      doc.check();
      return doc.toJSON();
    } catch {
      return null;
    }
  };
  return documents.map(judge);
}"""
SHOW = """([words]) => {
  const { view } = document.querySelector("story-editor");
  const doc = view.state.schema.nodeFromJSON(words);
  view.dispatch(view.state.tr.replaceWith(0, view.state.doc.content.size, doc.content));
  const copied = view.serializeForClipboard(view.state.doc.slice(0, view.state.doc.content.size));
  view.pasteHTML("");
  view.dispatch(view.state.tr.delete(0, view.state.doc.content.size));
  view.pasteHTML(copied.dom.innerHTML);
  return view.state.doc.toJSON();
}"""


def read_by_the_server(text: object) -> object:
    try:
        node = Node.from_json(schema(), text)
        node.check()
    except (ValueError, TypeError, KeyError, AttributeError):
        return None
    return node.to_json()


def test_both_take_and_refuse_the_same_texts(page: Page, workshop: Workshop) -> None:
    open_story(page, workshop)
    texts = {**SOUND, **UNSOUND, **REFUSED}
    judged = dict(zip(texts, page.evaluate(JUDGE, list(texts.values())), strict=True))
    assert judged == {name: read_by_the_server(text) for name, text in texts.items()}
    assert {name for name, text in judged.items() if text is None} == set(UNSOUND)


def test_what_is_copied_and_pasted_is_the_same_text(page: Page, workshop: Workshop) -> None:
    open_story(page, workshop)
    everything = SOUND["everything"]
    pasted = page.evaluate(SHOW, [everything])["content"]
    assert [it for it in pasted if it != {"type": "paragraph"}] == everything["content"]
