"""Words that look like markup, in every part of every block, are words wherever they are shown."""

from __future__ import annotations

from collections.abc import Callable
from html.parser import HTMLParser
from typing import Any

import pytest

from kitchen.stories import editions, queries
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.blocks import block, document, table, words

Write = Callable[..., str]
ATTACKS = (
    "<script>window.hit=1</script>",
    '"><img src=x onerror=window.hit=1>',
    "</p></section><svg onload=window.hit=1>",
    "<iframe srcdoc='<script>parent.hit=1</script>'></iframe>",
    "<style>@import url(//evil.invalid/x)</style>",
    "<math><mtext><table><mglyph><style><img src=x onerror=window.hit=1>",
    "<noscript><p title='</noscript><img src=x onerror=window.hit=1>'>",
    "&lt;img src=x onerror=window.hit=1&gt;",
)
LINK = {"type": "link", "attrs": {"href": "https://a.example/?x='onmouseover=window.hit=1"}}
PAGES = ("", "/edit", "/preview/outlet", "/preview/wechat", "/checks")


class Reader(HTMLParser):
    """Notes every element that would do something which no page of ours does."""

    def __init__(self) -> None:
        super().__init__()
        self.alive: list[tuple[str, dict[str, str | None]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        runs = tag == "script" and "src" not in given and "json" not in (given.get("type") or "")
        handles = any(name.startswith("on") or name == "srcdoc" for name in given)
        if runs or handles or tag in {"math", "mglyph"} or given.get("src") == "x":
            self.alive.append((tag, given))


def hostile(attack: str) -> dict[str, Any]:
    """A text with the attack in every place that takes words."""
    linked = {**words(attack), "marks": [LINK]}
    return document(
        block("paragraph", linked),
        block("heading", attack, level=2),
        block("lead", attack),
        block("pull_quote", block("pull_words", attack), block("pull_source", attack)),
        block(
            "data_card",
            *(block(part, attack) for part in ("data_figure", "data_unit", "data_words")),
        ),
        block("fact_box", block("box_title", attack), block("paragraph", attack)),
        block("author_note", attack),
        block("source_note", attack),
        table([block("table_header", attack, colspan=1, rowspan=1)]),
    )


@pytest.mark.parametrize("attack", ATTACKS)
def test_hostile_words_stay_words_on_every_page(
    newsroom: Newsroom, sign_in: Door, write: Write, attack: str
) -> None:
    uid = write(channels=("outlet", "wechat"), doc=hostile(attack))
    with newsroom.database.unit() as session:
        editions.make_editions(session, newsroom.reporter, queries.the_story(session, uid))
    reporter = sign_in("reporter")
    for path in PAGES:
        page = reporter.get(f"/stories/{uid}{path}")
        assert page.status_code == 200
        reader = Reader()
        reader.feed(page.get_data(as_text=True))
        assert reader.alive == [], path
