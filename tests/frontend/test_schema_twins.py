"""The browser and the server agree on every text, and the browser shows what it was given."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page
from prosemirror.model import Node

from kitchen.stories.doc import safe_link
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


HREFS = [
    "https://a.example/1",
    "http://新闻.example/",
    "http://192.168.0.1:8080/",
    "HTTPS://a.example",
    "mailto:news@a.example",
    "http://[2001:db8::1]/",
    "http://[待补]",
    "http://[1]",
    "http://a.example：8080/",
    "http://?待补",
    "https://",
    "//a.example",
    "javascript:alert(1)",
    "data:text/html,x",
]
PASTE_LINKS = """(hrefs) => {
  const { view } = document.querySelector("story-editor");
  const pasted = (href) => {
    view.dispatch(view.state.tr.delete(0, view.state.doc.content.size));
    const link = document.createElement("a");
    link.setAttribute("href", href);
    link.textContent = "字";
    view.pasteHTML(link.outerHTML);
    return JSON.stringify(view.state.doc.toJSON()).includes('"link"');
  };
  return hrefs.filter(pasted);
}"""


def test_both_take_and_refuse_the_same_addresses(page: Page, workshop: Workshop) -> None:
    open_story(page, workshop)
    assert page.evaluate(PASTE_LINKS, HREFS) == [href for href in HREFS if safe_link(href)]
