"""An item's text as readers get it: cleaned once more, its figures filled with files we hold."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from html import escape
from typing import Any

from markupsafe import Markup

from channels.markup import Rewriter, figures, films, plain_text
from kitchen.outlet import addresses
from kitchen.outlet.labels import PARTS
from kitchen.outlet.models import OutletCorrection, OutletItem, OutletShown

DIGEST = 120
"""Characters of the text that stand for a piece without a digest."""


class _Reading(Rewriter):
    """Puts the file into each figure; ``files`` maps the SHA-256 that it names to its element."""

    def __init__(self, files: Mapping[str, str]) -> None:
        super().__init__()
        self._files = files

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag == "a":
            attrs = [*attrs, ("rel", "noopener")]
        super().handle_starttag(tag, attrs)
        if tag == "figure":
            given = dict(attrs)
            sha256 = given.get("data-sha256") or given.get("data-film") or ""
            self.written.append(self._files.get(sha256, ""))


def body_of(item: OutletItem, root: str) -> Markup:
    """The whole text: films first, then the words with their pictures, then the other pictures.

    ``root`` stands before the addresses of files: empty in our pages, whole in feeds.
    """
    named = {*figures(item.body_html), *films(item.body_html)}
    files = {each.sha256: _element(item, each, root) for each in item.shown}
    words = _Reading(files).rewrite(item.body_html)
    loose = _loose(item, named)
    before = _figures((each for each in loose if each.is_film), files)
    after = _figures((each for each in loose if not each.is_film), files)
    return Markup(before + words + after)  # noqa: S704 - cleaned above, the rest escaped


def _loose(item: OutletItem, named: set[str]) -> list[OutletShown]:
    """Files besides the text; the cover is one of them only where there is nothing else to see."""
    media = [each for each in item.shown if each.role != "cover" and each.sha256 not in named]
    if named or media or item.cover is None:
        return media
    return [item.cover]


def _figures(shown: Iterable[OutletShown], files: Mapping[str, str]) -> str:
    return "".join(
        f"<figure>{files[each.sha256]}"
        + (f"<figcaption>{escape(each.caption)}</figcaption>" if each.caption else "")
        + "</figure>"
        for each in shown
    )


def _element(item: OutletItem, shown: OutletShown, root: str) -> str:
    address = addresses.media(root, shown.sha256)
    size = {"width": shown.width, "height": shown.height} if shown.width and shown.height else {}
    if not shown.is_film:
        return _tag("img", src=address, alt=shown.caption, loading="lazy", decoding="async", **size)
    poster = {"poster": addresses.media(root, item.cover.sha256)} if item.cover else {}
    return (
        _tag("video", controls="", playsinline="", preload="metadata", **poster, **size)
        + _tag("source", src=address, type=shown.media.mime)
        + "</video>"
    )


def _tag(name: str, **attributes: Any) -> str:
    given = "".join(f' {key}="{escape(str(value))}"' for key, value in attributes.items())
    return f"<{name}{given}>"


def digest_of(item: OutletItem) -> str:
    """A few words about the piece: its digest, else how its text begins."""
    if item.digest:
        return item.digest
    text = plain_text(item.body_html).replace("\n", " ")
    return text if len(text) <= DIGEST else f"{text[:DIGEST]}…"


def structured(item: OutletItem, root: str, publisher: str) -> dict[str, Any]:
    """The piece as a schema.org NewsArticle, for search engines and readers' programs."""
    data: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": "NewsArticle",
        "mainEntityOfPage": addresses.article(root, item.uri),
        "headline": item.headline,
        "description": digest_of(item),
        "datePublished": item.published_at.isoformat(),
        "dateModified": item.updated_at.isoformat(),
        "inLanguage": "zh-Hans",
        "keywords": item.tags,
        "publisher": {"@type": "Organization", "name": publisher},
    }
    if item.byline:
        data["author"] = {"@type": "Person", "name": item.byline}
    if item.cover:
        data["image"] = [addresses.media(root, item.cover.sha256)]
    if item.column_name:
        data["articleSection"] = item.column_name
    if item.corrections:
        data["correction"] = [_correction(each) for each in item.corrections]
    return data


def _correction(correction: OutletCorrection) -> dict[str, str]:
    told = {"@type": "CorrectionComment", "datePublished": correction.at.isoformat()}
    words = correction.note or "、".join(PARTS[part] for part in correction.changed)
    return {**told, "text": words}
