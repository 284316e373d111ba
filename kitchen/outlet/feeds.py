"""The feeds: JSON Feed 1.1, Atom and RSS of the same changes, withdrawn pieces included.

A withdrawn piece stays in the feeds as what it is, without its words, so that whoever copied it
learns of the withdrawal: as RFC 6721's ``deleted-entry`` in Atom, as an item that says so in RSS
and JSON Feed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from kitchen.outlet import addresses, rendering
from kitchen.outlet.models import OutletItem

_ATOM = "http://www.w3.org/2005/Atom"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed tells: whose it is, where it lies, what changed last, newest change first."""

    name: str
    url: str
    items: Sequence[OutletItem]
    root: str
    """The public site's own address."""
    withdrawn: str
    """The sentence that stands in place of a withdrawn piece."""

    @property
    def updated(self) -> datetime:
        return self.items[0].updated_at if self.items else datetime.fromtimestamp(0, UTC)

    @property
    def home(self) -> str:
        return addresses.home(self.root)

    def address(self, item: OutletItem) -> str:
        """The page of a piece; it is the piece's id in every feed, for it never changes."""
        return addresses.article(self.root, item.uri)

    def body(self, item: OutletItem) -> str:
        return str(rendering.body_of(item, self.root))


def as_json(feed: Feed) -> dict[str, Any]:
    """JSON Feed 1.1; ``_kitchen`` is our extension with ninjs' ``pubstatus``."""
    return {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": "zh-Hans",
        "items": [_json_item(feed, item) for item in feed.items],
    }


def _json_item(feed: Feed, item: OutletItem) -> dict[str, Any]:
    address = feed.address(item)
    told: dict[str, Any] = {
        "id": address,
        "url": address,
        "date_published": item.published_at.isoformat(),
        "date_modified": item.updated_at.isoformat(),
        "_kitchen": {"pubstatus": str(item.status), "version": str(item.revision)},
    }
    if not item.usable:
        return {**told, "title": feed.withdrawn, "content_text": feed.withdrawn}
    told |= {
        "title": item.headline,
        "content_html": feed.body(item),
        "summary": rendering.digest_of(item),
        "tags": item.tags,
        "language": "zh-Hans",
        "attachments": [_attachment(feed, film) for film in item.films],
    }
    if item.byline:
        told["authors"] = [{"name": item.byline}]
    if item.cover:
        told["image"] = addresses.media(feed.root, item.cover.sha256)
    return told


def _attachment(feed: Feed, film: Any) -> dict[str, Any]:
    return {
        "url": addresses.media(feed.root, film.sha256),
        "mime_type": film.media.mime,
        "size_in_bytes": film.media.size,
        "duration_in_seconds": film.seconds,
    }


def as_atom(feed: Feed) -> bytes:
    """Atom (RFC 4287) with tombstones (RFC 6721)."""
    root = Element("feed", {"xmlns": _ATOM, "xmlns:at": _TOMBSTONES, "xml:lang": "zh-Hans"})
    _text(root, "id", feed.url)
    _text(root, "title", feed.name)
    _text(root, "updated", feed.updated.isoformat())
    SubElement(root, "link", {"rel": "self", "href": feed.url})
    SubElement(root, "link", {"rel": "alternate", "href": feed.home})
    _text(SubElement(root, "author"), "name", feed.name)
    for item in feed.items:
        (_atom_entry if item.usable else _atom_tombstone)(root, feed, item)
    return _written(root)


def _atom_entry(root: Element, feed: Feed, item: OutletItem) -> None:
    entry = SubElement(root, "entry")
    _text(entry, "id", feed.address(item))
    _text(entry, "title", item.headline)
    _text(entry, "published", item.published_at.isoformat())
    _text(entry, "updated", item.updated_at.isoformat())
    SubElement(entry, "link", {"rel": "alternate", "href": feed.address(item)})
    if item.byline:
        _text(SubElement(entry, "author"), "name", item.byline)
    for tag in item.tags:
        SubElement(entry, "category", {"term": _legal(tag)})
    for film in item.films:
        told = _attachment(feed, film)
        details = {"href": told["url"], "type": told["mime_type"], "length": str(film.media.size)}
        SubElement(entry, "link", {"rel": "enclosure", **details})
    _text(entry, "summary", rendering.digest_of(item))
    _text(entry, "content", feed.body(item)).set("type", "html")


def _atom_tombstone(root: Element, feed: Feed, item: OutletItem) -> None:
    gone = {"ref": feed.address(item), "when": item.updated_at.isoformat()}
    _text(SubElement(root, "at:deleted-entry", gone), "at:comment", feed.withdrawn)


def as_rss(feed: Feed) -> bytes:
    """RSS 2.0 with the whole text."""
    root = Element("rss", {"version": "2.0", "xmlns:content": _CONTENT, "xmlns:atom": _ATOM})
    channel = SubElement(root, "channel")
    _text(channel, "title", feed.name)
    _text(channel, "link", feed.home)
    _text(channel, "description", feed.name)
    _text(channel, "language", "zh-cn")
    _text(channel, "lastBuildDate", format_datetime(feed.updated))
    link = {"href": feed.url, "rel": "self", "type": "application/rss+xml"}
    SubElement(channel, "atom:link", link)
    for item in feed.items:
        _rss_item(channel, feed, item)
    return _written(root)


def _rss_item(channel: Element, feed: Feed, item: OutletItem) -> None:
    entry = SubElement(channel, "item")
    _text(entry, "guid", feed.address(item)).set("isPermaLink", "true")
    _text(entry, "link", feed.address(item))
    _text(entry, "pubDate", format_datetime(item.published_at))
    if not item.usable:
        _text(entry, "title", feed.withdrawn)
        _text(entry, "category", str(item.status))
        return
    _text(entry, "title", item.headline)
    _text(entry, "description", rendering.digest_of(item))
    _text(entry, "content:encoded", feed.body(item))
    for tag in item.tags:
        _text(entry, "category", tag)
    for film in item.films[:1]:  # RSS 2.0 knows one enclosure
        told = _attachment(feed, film)
        details = {"url": told["url"], "type": told["mime_type"], "length": str(film.media.size)}
        SubElement(entry, "enclosure", details)


def _text(parent: Element, tag: str, text: str) -> Element:
    element = SubElement(parent, tag)
    element.text = _legal(text)
    return element


def _legal(text: str) -> str:
    return _NOT_XML.sub("", text)


def _written(root: Element) -> bytes:
    written: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return written
