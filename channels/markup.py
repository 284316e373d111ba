"""The neutral HTML of a master, and its rewriting for a platform.

``clean`` lets through only the semantic tags of :class:`channels.base.Master`; whatever else an
editor pasted is dropped before any adapter sees it. ``Rewriter`` walks clean HTML and is the base
of each platform's own spelling.

A house block is an ordinary element that says in ``data-block`` what it is (:data:`BLOCKS`). Our
own pages style it by that name; a platform that has no such thing gets it :class:`Plain`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

import nh3

BLOCKS = {
    "p": {"lead", "words", "source", "figure", "title", "author", "origin"},
    "blockquote": {"pull"},
    "section": {"data", "box"},
    "figure": {"code", "film"},
}
"""By tag, the names of house blocks and of their parts: lead, pull quote (words, source), data
card (figure), fact box (title), note on the author, note on the source, QR code, film."""
_TAGS = {
    *("h2", "h3", "p", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption", "section"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "p": {"data-block"},
    "blockquote": {"data-block"},
    "section": {"data-block"},
    "figure": {"data-sha256", "data-film", "data-block"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_BLOCKS = {"h2", "h3", "p", "li", "blockquote", "tr", "figure", "figcaption", "br", "hr", "section"}
_VOID = {"br", "hr"}
FILM = "视频"
"""What stands for a film where none can stand."""
_QUOTED = {"section": "blockquote"}
_FILES = {"data-sha256", "data-film"}
_SHA256 = re.compile(r"[0-9a-f]{64}")


def clean(html: str) -> str:
    """Only semantic tags, ``http(s)`` links, and figures that name a SHA-256."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template"},
        attributes=_ATTRIBUTES,
        attribute_filter=_known,
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel=None,
    )


def _known(tag: str, name: str, value: str) -> str | None:
    """Keep a file only where its name can be one, and a block only where there is such a block."""
    if name == "data-block":
        return value if value in BLOCKS.get(tag, ()) else None
    return value if name not in _FILES or _SHA256.fullmatch(value) else None


class Rewriter(HTMLParser):
    """Copies clean HTML; subclasses override what they spell differently. Feed it only ``clean``.

    The result is in :attr:`written` after :meth:`rewrite`.
    """

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.written: list[str] = []

    def rewrite(self, html: str) -> str:
        self.feed(clean(html))
        self.close()
        return "".join(self.written)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = "".join(f' {name}="{escape(value or "")}"' for name, value in attrs)
        self.written.append(f"<{tag}{given}>")

    def handle_endtag(self, tag: str) -> None:
        if tag not in _VOID:
            self.written.append(f"</{tag}>")

    def handle_data(self, data: str) -> None:
        self.written.append(escape(data, quote=False))


Source = Callable[[str], str | None]
"""SHA-256 of a file -> the address of a picture of it, ``None`` if there is none."""


class Pictured(Rewriter):
    """Puts ``<img>`` into each figure. ``source`` maps a SHA-256 to an address; a figure whose
    file it does not know (``None``) keeps its caption and shows no picture. ``still`` does the
    same for films, which show nothing without it."""

    def __init__(self, source: Source, still: Source = lambda sha256: None) -> None:
        super().__init__()
        self._source, self._still = source, still

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        given = dict(attrs) if tag == "figure" else {}
        address = self._source(given.get("data-sha256") or "") or self._still(
            given.get("data-film") or ""
        )
        if address:
            self.written.append(f'<img src="{escape(address)}" alt="">')


class Plain(Pictured):
    """For platforms that know none of our blocks: only quotes, paragraphs and pictures.

    A film that the article cannot carry is named in words, so that no caption stands alone.
    """

    def __init__(self, source: Source) -> None:
        super().__init__(source)
        self._in_film = False

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "figure" and "data-film" in dict(attrs):
            self._in_film = True
            self.written.append(f"<p>{FILM}")
        elif tag == "figcaption" and self._in_film:
            self.written.append("：")
        else:
            bare = [(name, value) for name, value in attrs if name != "data-block"]
            super().handle_starttag(_QUOTED.get(tag, tag), bare)

    def handle_endtag(self, tag: str) -> None:
        if not self._in_film:
            super().handle_endtag(_QUOTED.get(tag, tag))
        elif tag == "figure":
            self._in_film = False
            self.written.append("</p>")


class _Text(Rewriter):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self._break(tag)

    def handle_endtag(self, tag: str) -> None:
        self._break(tag)

    def handle_data(self, data: str) -> None:
        self.written.append(re.sub(r"\s+", " ", data))

    def _break(self, tag: str) -> None:
        if tag in _BLOCKS:
            self.written.append("\n")
        elif tag in ("td", "th"):
            self.written.append(" ")


class _Files(Rewriter):
    """The names that figures give in one attribute, a line each."""

    def __init__(self, attribute: str) -> None:
        super().__init__()
        self._attribute = attribute

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get(self._attribute) if tag == "figure" else None
        if named:
            self.written.append(f"{named}\n")

    def handle_endtag(self, tag: str) -> None:
        """Nothing but the names counts."""

    def handle_data(self, data: str) -> None:
        """Nothing but the names counts."""


def plain_text(html: str) -> str:
    """The words of clean HTML, one block a line, no blank lines."""
    lines = (line.strip() for line in _Text().rewrite(html).split("\n"))
    return "\n".join(line for line in lines if line)


def figures(html: str) -> list[str]:
    """The SHA-256 of each figure, in order, each once."""
    return list(dict.fromkeys(_Files("data-sha256").rewrite(html).split()))


def films(html: str) -> list[str]:
    """The SHA-256 of each film that has a place in the text, in order, each once."""
    return list(dict.fromkeys(_Files("data-film").rewrite(html).split()))
