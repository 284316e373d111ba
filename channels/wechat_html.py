"""WeChat's spelling of an article: inline styles, our uploaded pictures, no outside links.

The platform drops scripts, ids, classes and foreign pictures, and links to other sites are dead
text there; so links become numbered notes at the end. The last step is an allow-list again, so
that nothing that this module writes by mistake leaves it either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from html import escape

import css_inline
import nh3

from channels.markup import FILM, Rewriter, figures
from channels.settings import host_of

_NOTES_TITLE = "相关链接"
_ELSEWHERE = "（点“阅读原文”观看）"
_CSS = """
section { margin: 0 0 24px; }
p { margin: 0 0 18px; font-size: 16px; line-height: 1.8; color: #2b2b2b; text-align: justify; }
h2 { margin: 28px 0 16px; font-size: 20px; line-height: 1.5; font-weight: bold; color: #1a1a1a; }
h3 { margin: 24px 0 14px; font-size: 17px; line-height: 1.5; font-weight: bold; color: #1a1a1a; }
ul, ol { margin: 0 0 18px; padding-left: 24px; }
li { margin: 0 0 8px; font-size: 16px; line-height: 1.8; color: #2b2b2b; }
blockquote { margin: 0 0 18px; padding: 4px 0 4px 14px; border-left: 3px solid #c8102e; }
blockquote p { margin: 0 0 8px; color: #595959; }
strong { font-weight: bold; }
em { font-style: normal; color: #c8102e; text-emphasis: filled dot;
  text-emphasis-position: under right; }
hr { margin: 24px 0; border: 0; border-top: 1px solid #d9d9d9; }
img { display: block; width: 100%; height: auto; }
p.caption { margin: 8px 0 0; font-size: 14px; color: #737373; text-align: center; }
table { width: 100%; border-collapse: collapse; margin: 0 0 18px; }
th, td { padding: 6px 8px; border: 1px solid #d9d9d9; font-size: 14px; line-height: 1.6; }
th { font-weight: bold; background-color: #f5f5f5; }
p[data-block=lead] { padding: 14px 16px; background-color: #f6f6f6; color: #4a4a4a; }
section[data-block=pull] { margin: 28px 0; padding: 20px 16px; border-top: 2px solid #c8102e;
  border-bottom: 2px solid #c8102e; }
p[data-block=words] { margin: 0; font-size: 19px; font-weight: bold; color: #1a1a1a;
  text-align: center; }
p[data-block=source] { margin: 10px 0 0; font-size: 14px; text-align: center; color: #737373; }
section[data-block=data] { padding: 20px 16px; background-color: #f6f6f6; text-align: center; }
section[data-block=data] p { margin: 0; text-align: center; color: #4a4a4a; }
section[data-block=data] strong { font-size: 34px; line-height: 1.4; color: #c8102e; }
section[data-block=box] { padding: 16px 16px 4px; border: 1px solid #d9d9d9;
  border-top: 3px solid #c8102e; }
p[data-block=title] { font-size: 17px; color: #1a1a1a; }
p[data-block=author], p[data-block=origin] { padding: 12px 0 0; border-top: 1px solid #d9d9d9;
  font-size: 14px; color: #737373; }
section[data-block=code] { text-align: center; }
section[data-block=code] img { width: 160px; margin: 0 auto; }
p.notes { margin: 28px 0 8px; font-size: 14px; font-weight: bold; color: #595959; }
p.note { margin: 0 0 4px; font-size: 13px; color: #737373; word-break: break-all; }
"""
_BOXES = {"blockquote", "section"}
"""What becomes a section where it is a house block; a mere quotation stays one."""
_TAGS = {
    *("section", "p", "h2", "h3", "ul", "ol", "li", "blockquote", "strong", "em", "a", "br", "hr"),
    *("table", "thead", "tbody", "tr", "th", "td", "img", "sup"),
}
_ATTRIBUTES = {
    "*": {"style"},
    "img": {"src", "alt"},
    "a": {"href"},
    "th": {"colspan", "rowspan"},
    "td": {"colspan", "rowspan"},
}
_STYLES = {
    *("margin", "padding", "padding-left", "font-size", "font-weight", "font-style", "color"),
    *("line-height", "text-align", "border", "border-left", "border-top", "border-collapse"),
    *("display", "width", "height", "background-color", "word-break", "border-bottom"),
    *("text-emphasis", "text-emphasis-position"),
}


def render(body: str, pictures: Mapping[str, str]) -> str:
    """The ``content`` of a draft. ``pictures`` maps each figure's SHA-256 to its WeChat address.

    Raises ``KeyError`` for a figure without an address: a story must not lose a picture silently.
    """
    sources = {sha: _secure(pictures[sha]) for sha in figures(body)}
    styled = css_inline.inline_fragment(
        _Spelling(sources).rewrite(body), _CSS, load_remote_stylesheets=False
    )
    return nh3.clean(
        styled,
        tags=_TAGS,
        attributes=_ATTRIBUTES,
        attribute_filter=_ours(set(sources.values())),
        filter_style_properties=_STYLES,
        url_schemes={"http", "https"},
        link_rel=None,
    )


class _Spelling(Rewriter):
    """Figures and house blocks as sections, outside links as numbered notes."""

    def __init__(self, sources: Mapping[str, str]) -> None:
        super().__init__()
        self._sources = sources
        self._notes: list[str] = []
        self._open_links: list[str] = []
        self._closing: list[str] = []

    def rewrite(self, html: str) -> str:
        return super().rewrite(html) + self._footnotes()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "figure":
            self._figure(given)
        elif tag == "figcaption":
            self.written.append('<p class="caption">')
        elif tag == "a":
            self._link(given.get("href") or "")
        elif tag in _BOXES:
            self._closing.append("section" if given else tag)
            super().handle_starttag(self._closing[-1], attrs)
        else:
            super().handle_starttag(tag, attrs)

    def handle_endtag(self, tag: str) -> None:
        if tag == "a":
            self.written.append(self._open_links.pop() if self._open_links else "")
        elif tag in _BOXES:
            super().handle_endtag(self._closing.pop() if self._closing else tag)
        else:
            super().handle_endtag({"figure": "section", "figcaption": "p"}.get(tag, tag))

    def _figure(self, given: Mapping[str, str | None]) -> None:
        """A film is named in words: the interface for articles takes none."""
        name, sha256 = given.get("data-block"), given.get("data-sha256")
        self.written.append(f'<section data-block="{name}">' if name else "<section>")
        if sha256:
            self.written.append(f'<img src="{escape(self._sources[sha256])}" alt="">')
        if given.get("data-film"):
            self.written.append(f'<p class="caption">{FILM}{_ELSEWHERE}</p>')

    def _link(self, href: str) -> None:
        if host_of(href) == "mp.weixin.qq.com":
            self.written.append(f'<a href="{escape(href)}">')
            self._open_links.append("</a>")
        elif href:
            self._open_links.append(f"<sup>[{self._note(href)}]</sup>")
        else:
            self._open_links.append("")

    def _note(self, href: str) -> int:
        """The number of a link's note; the same address has one note."""
        if href not in self._notes:
            self._notes.append(href)
        return self._notes.index(href) + 1

    def _footnotes(self) -> str:
        if not self._notes:
            return ""
        lines = (
            f'<p class="note">[{number}] {escape(href)}</p>'
            for number, href in enumerate(self._notes, start=1)
        )
        return f'<p class="notes">{_NOTES_TITLE}</p>{"".join(lines)}'


def _secure(address: str) -> str:
    """The platform answers plain ``http`` for its own picture host; pages are read over TLS."""
    ours = host_of(address).endswith(".qpic.cn")
    return address.replace("http://", "https://", 1) if ours else address


def _ours(addresses: set[str]) -> Callable[[str, str, str], str | None]:
    """An attribute filter that lets a picture's source through only if we uploaded it."""

    def allowed(tag: str, name: str, value: str) -> str | None:
        return None if tag == "img" and name == "src" and value not in addresses else value

    return allowed
