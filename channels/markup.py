"""The neutral HTML of a master, and its rewriting for a platform.

``clean`` lets through only the semantic tags of :class:`channels.base.Master`; whatever else an
editor pasted is dropped before any adapter sees it. ``Rewriter`` walks clean HTML and is the base
of each platform's own spelling.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape
from html.parser import HTMLParser

import nh3

_TAGS = {
    *("h2", "h3", "p", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td", "figure", "figcaption"),
}
_ATTRIBUTES = {
    "a": {"href"},
    "figure": {"data-sha256"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_BLOCKS = {"h2", "h3", "p", "li", "blockquote", "tr", "figure", "figcaption", "br", "hr"}
_VOID = {"br", "hr"}
_SHA256 = re.compile(r"[0-9a-f]{64}")


def clean(html: str) -> str:
    """Only semantic tags, ``http(s)`` links, and figures that name a SHA-256."""
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags={"script", "style", "iframe", "object", "svg", "math", "template"},
        attributes=_ATTRIBUTES,
        attribute_filter=_known_figures,
        url_schemes={"http", "https"},
        url_relative="deny",
        link_rel=None,
    )


def _known_figures(tag: str, name: str, value: str) -> str | None:
    """Keep ``data-sha256`` only where it can be the name of a file."""
    return value if name != "data-sha256" or _SHA256.fullmatch(value) else None


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


class Pictured(Rewriter):
    """Puts ``<img>`` into each figure. ``source`` maps a SHA-256 to an address; a figure whose
    file it does not know (``None``) keeps its caption and shows no picture."""

    def __init__(self, source: Callable[[str], str | None]) -> None:
        super().__init__()
        self._source = source

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        super().handle_starttag(tag, attrs)
        address = self._source(dict(attrs).get("data-sha256") or "") if tag == "figure" else None
        if address:
            self.written.append(f'<img src="{escape(address)}" alt="">')


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


class _Figures(Rewriter):
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs).get("data-sha256") if tag == "figure" else None
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
    return list(dict.fromkeys(_Figures().rewrite(html).split()))
