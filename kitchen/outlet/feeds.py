"""The feeds: JSON Feed 1.1, Atom and RSS of the same changes, withdrawn pieces included.

A withdrawn piece stays in the feeds as what it is, without its words, so that whoever copied it
learns of the withdrawal: as RFC 6721's ``deleted-entry`` in Atom, as an item that says so in RSS
and JSON Feed. A feed is the same for everybody and in the newsroom's own language: what the hub
sends is byte for byte what a visitor gets.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import format_datetime
from enum import StrEnum
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from kitchen.outlet import addresses, rendering
from kitchen.outlet.models import OutletItem
from kitchen.outlet.rules import WITHDRAWN

_ATOM = "http://www.w3.org/2005/Atom"
_TOMBSTONES = "http://purl.org/atompub/tombstones/1.0"
_CONTENT = "http://purl.org/rss/1.0/modules/content/"
_DUBLIN_CORE = "http://purl.org/dc/elements/1.1/"
_NOT_XML = re.compile(r"[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 cannot hold, not even escaped."""


class Kind(StrEnum):
    """The three forms of a feed; the values are the last part of its address."""

    JSON = "items.json"
    ATOM = "atom.xml"
    RSS = "rss.xml"


MIMES = {
    Kind.JSON: "application/feed+json",
    Kind.ATOM: "application/atom+xml",
    Kind.RSS: "application/rss+xml",
}


@dataclass(frozen=True, slots=True)
class Feed:
    """What a feed tells: whose it is, where it lies, what changed last, newest change first."""

    kind: Kind
    name: str
    items: Sequence[OutletItem]
    root: str
    """The public site's own address."""
    slug: str = ""
    """Of the column that it is about; empty: of everything."""
    cursor: str = ""
    """Where in the changes it begins; empty: with the latest."""
    next: str = ""
    """The cursor of the older changes, if there are any."""

    @property
    def updated(self) -> datetime:
        return self.items[0].updated_at if self.items else datetime.fromtimestamp(0, UTC)

    @property
    def topic(self) -> str:
        """The feed's own address, under which programs ask the hub for it."""
        return addresses.feed(self.root, self.kind, self.slug)

    @property
    def url(self) -> str:
        return self._at(self.cursor)

    @property
    def next_url(self) -> str:
        return self._at(self.next) if self.next else ""

    @property
    def home(self) -> str:
        return addresses.column(self.root, self.slug)

    @property
    def hub(self) -> str:
        return addresses.hub(self.root)

    def address(self, item: OutletItem) -> str:
        """The page of a piece; it is the piece's id in every feed, for it never changes."""
        return addresses.article(self.root, item.uri)

    def body(self, item: OutletItem) -> str:
        return str(rendering.body_of(item, self.root))

    def _at(self, cursor: str) -> str:
        return f"{self.topic}?cursor={cursor}" if cursor else self.topic


def written(feed: Feed) -> bytes:
    """The feed in its form."""
    return _WRITERS[feed.kind](feed)


def links(feed: Feed) -> dict[str, str]:
    """Relation to address: what the feed, and the header ``Link``, say of where it belongs."""
    told = {"self": feed.url, "hub": feed.hub}
    return {**told, "next": feed.next_url} if feed.next else told


def _as_json(feed: Feed) -> bytes:
    """JSON Feed 1.1; ``_kitchen`` is our extension with ninjs' ``pubstatus``."""
    told: dict[str, Any] = {
        "version": "https://jsonfeed.org/version/1.1",
        "title": feed.name,
        "home_page_url": feed.home,
        "feed_url": feed.url,
        "language": "zh-Hans",
        "hubs": [{"type": "WebSub", "url": feed.hub}],
        "items": [json_item(feed, item) for item in feed.items],
    }
    if feed.next:
        told["next_url"] = feed.next_url
    return json.dumps(told, ensure_ascii=False).encode()


def json_item(feed: Feed, item: OutletItem) -> dict[str, Any]:
    """One piece as an item of JSON Feed."""
    address = feed.address(item)
    told: dict[str, Any] = {
        "id": address,
        "url": address,
        "date_published": item.published_at.isoformat(),
        "date_modified": item.updated_at.isoformat(),
        "_kitchen": _ours(item),
    }
    if not item.usable:
        return {**told, "title": WITHDRAWN, "content_text": WITHDRAWN}
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


def _ours(item: OutletItem) -> dict[str, str]:
    told = {"pubstatus": str(item.status), "version": str(item.revision)}
    if item.usable and item.column_name:
        told["column"] = item.column_name
    if item.usable and item.corrected_at:
        told["corrected"] = item.corrected_at.isoformat()
    return told


def _attachment(feed: Feed, film: Any) -> dict[str, Any]:
    return {
        "url": addresses.media(feed.root, film.sha256),
        "mime_type": film.media.mime,
        "size_in_bytes": film.media.size,
        "duration_in_seconds": film.seconds,
    }


def _as_atom(feed: Feed) -> bytes:
    """Atom (RFC 4287) with tombstones (RFC 6721) and paging (RFC 5005)."""
    root = Element("feed", {"xmlns": _ATOM, "xmlns:at": _TOMBSTONES, "xml:lang": "zh-Hans"})
    _text(root, "id", feed.topic)
    _text(root, "title", feed.name)
    _text(root, "updated", feed.updated.isoformat())
    for relation, address in links(feed).items():
        SubElement(root, "link", {"rel": relation, "href": address})
    SubElement(root, "link", {"rel": "alternate", "href": feed.home})
    _text(SubElement(root, "author"), "name", feed.name)
    for item in feed.items:
        (_atom_entry if item.usable else _atom_tombstone)(root, feed, item)
    return _as_document(root)


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
        SubElement(entry, "category", {"term": legal(tag)})
    for film in item.films:
        told = _attachment(feed, film)
        details = {"href": told["url"], "type": told["mime_type"], "length": str(film.media.size)}
        SubElement(entry, "link", {"rel": "enclosure", **details})
    _text(entry, "summary", rendering.digest_of(item))
    _text(entry, "content", feed.body(item)).set("type", "html")


def _atom_tombstone(root: Element, feed: Feed, item: OutletItem) -> None:
    gone = {"ref": feed.address(item), "when": item.updated_at.isoformat()}
    _text(SubElement(root, "at:deleted-entry", gone), "at:comment", WITHDRAWN)


def _as_rss(feed: Feed) -> bytes:
    """RSS 2.0 with the whole text, as content-source synchronisation wants it."""
    namespaces = {"content": _CONTENT, "atom": _ATOM, "dc": _DUBLIN_CORE}
    told = {f"xmlns:{prefix}": name for prefix, name in namespaces.items()}
    root = Element("rss", {"version": "2.0", **told})
    channel = SubElement(root, "channel")
    _text(channel, "title", feed.name)
    _text(channel, "link", feed.home)
    _text(channel, "description", feed.name)
    _text(channel, "language", "zh-cn")
    _text(channel, "lastBuildDate", format_datetime(feed.updated))
    for relation, address in links(feed).items():
        link = {"href": address, "rel": relation}
        SubElement(channel, "atom:link", link | ({} if relation == "hub" else {"type": _RSS}))
    for item in feed.items:
        _rss_item(channel, feed, item)
    return _as_document(root)


_RSS = MIMES[Kind.RSS]


def _rss_item(channel: Element, feed: Feed, item: OutletItem) -> None:
    entry = SubElement(channel, "item")
    _text(entry, "guid", feed.address(item)).set("isPermaLink", "true")
    _text(entry, "link", feed.address(item))
    _text(entry, "pubDate", format_datetime(item.published_at))
    if not item.usable:
        _text(entry, "title", WITHDRAWN)
        _text(entry, "category", str(item.status))
        return
    _text(entry, "title", item.headline)
    if item.byline:
        _text(entry, "dc:creator", item.byline)
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
    element.text = legal(text)
    return element


def legal(text: str) -> str:
    """The text without what no XML can hold."""
    return _NOT_XML.sub("", text)


def _as_document(root: Element) -> bytes:
    document: bytes = tostring(root, encoding="utf-8", xml_declaration=True)
    return document


_WRITERS: dict[Kind, Callable[[Feed], bytes]] = {
    Kind.JSON: _as_json,
    Kind.ATOM: _as_atom,
    Kind.RSS: _as_rss,
}
