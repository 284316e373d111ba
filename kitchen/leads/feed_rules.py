"""Rules of gathered feeds: what is read of RSS, Atom and JSON Feed, and how often one looks.

A feed is a stranger's text. Its XML is read without entities, document types or references to
anything outside; what comes of an item is plain words and an address of the web, each bounded.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from html import unescape
from typing import Any
from urllib.parse import urljoin, urlsplit

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import ParseError, fromstring

EVERY_LEAST, EVERY_MOST, EVERY = 5, 1440, 30
"""Minutes between two looks: the bounds, and what is offered."""
LONGEST_PAUSE = timedelta(days=1)
AT_ONCE = 50
"""Items that one look takes in, the newest of a long feed."""
TITLE_MOST, WORDS_MOST, URL_MOST = 80, 2000, 1000
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]*encoding\s*=\s*["']([A-Za-z0-9._-]+)["'][^>]*\?>""")
_CHINESE = {"gb2312", "gbk", "gb18030"}
_NOT_SHOWN = re.compile(r"<(script|style)\b.*?</\1\s*>", re.IGNORECASE | re.DOTALL)
_TAG = re.compile(r"<[^>]*>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")


class NoFeed(ValueError):
    """This is no feed that can be read."""


@dataclass(frozen=True, slots=True)
class Item:
    """One entry of a feed. ``guid`` is what the feed tells its entries apart by."""

    guid: str
    title: str
    words: str = ""
    url: str = ""
    at: datetime | None = None

    @property
    def guid_key(self) -> str:
        return key_of(self.guid)

    @property
    def url_key(self) -> str:
        """By which the same page is known in several feeds; empty without an address."""
        return key_of(self.url.partition("#")[0].rstrip("/")) if self.url else ""


def key_of(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def pause_of(every: int, failures: int) -> timedelta:
    """How long until the next look: twice as long after each failure in a row, a day at most."""
    return min(timedelta(minutes=every << min(failures, 12)), LONGEST_PAUSE)


def read(content: bytes, base: str) -> list[Item]:
    """The newest items of a feed, each once. Raises :class:`NoFeed`.

    ``base`` is the feed's own address, which relative addresses in it go by.
    """
    text = content.lstrip(b"\xef\xbb\xbf \t\r\n")
    found = _from_json(text) if text.startswith(b"{") else _from_xml(text)
    items: dict[str, Item] = {}
    for raw in found:
        item = _item(raw, base)
        if item is not None:
            items.setdefault(item.guid, item)
    newest = sorted(items.values(), key=lambda it: it.at or _NEVER, reverse=True)
    return newest[:AT_ONCE]


_NEVER = datetime(1, 1, 1, tzinfo=UTC)


def _item(raw: Mapping[str, str], base: str) -> Item | None:
    url = _address(raw.get("url", ""), base)
    words = plain(raw.get("words", ""), WORDS_MOST)
    title = plain(raw.get("title", ""), TITLE_MOST) or words[:TITLE_MOST]
    guid = raw.get("guid", "").strip() or url or title
    if not title or not guid:
        return None
    return Item(guid[:URL_MOST], title, words, url, moment(raw.get("at", "")))


def plain(markup: str, most: int) -> str:
    """The words of a piece of markup, in one line, so many characters at most."""
    words = unescape(_TAG.sub(" ", _NOT_SHOWN.sub(" ", unescape(markup[: most * 20]))))
    words = " ".join(_CONTROL.sub(" ", words).split())
    return words if len(words) <= most else words[: most - 1] + "…"


def moment(said: str) -> datetime | None:
    """A moment as RSS or Atom write it; ``None`` for what is none."""
    said = said.strip()
    found: datetime | None = None
    try:
        found = datetime.fromisoformat(said)
    except ValueError:
        try:
            found = parsedate_to_datetime(said)
        except (ValueError, IndexError):
            return None
    try:
        return found.replace(tzinfo=UTC) if found.tzinfo is None else found.astimezone(UTC)
    except OverflowError:
        return None


def _address(said: str, base: str) -> str:
    try:
        url = urljoin(base, said.strip()) if said.strip() else ""
        known = urlsplit(url).scheme in {"http", "https"} and bool(urlsplit(url).hostname)
    except ValueError:
        return ""
    return url if known and len(url) <= URL_MOST and url.isprintable() else ""


def _from_json(text: bytes) -> Iterator[dict[str, str]]:
    try:
        feed = json.loads(text)
    except (ValueError, RecursionError) as error:
        raise NoFeed("json") from error
    items = feed.get("items")
    if not isinstance(items, list) or "jsonfeed.org" not in str(feed.get("version", "")):
        raise NoFeed("json")
    for each in items:
        if isinstance(each, dict):
            yield {
                "guid": _said(each, "id"),
                "title": _said(each, "title"),
                "words": _said(each, "summary", "content_text", "content_html"),
                "url": _said(each, "url", "external_url"),
                "at": _said(each, "date_published", "date_modified"),
            }


def _said(item: Mapping[str, Any], *names: str) -> str:
    values = (item.get(name) for name in names)
    return next((str(it) for it in values if isinstance(it, str | int) and str(it)), "")


def _from_xml(text: bytes) -> Iterator[dict[str, str]]:
    root = _parsed(text)
    kind = _name(root)
    if kind not in {"rss", "rdf", "feed"}:
        raise NoFeed(kind)
    for node in root.iter():
        if _name(node) == ("entry" if kind == "feed" else "item"):
            yield _atom(node) if kind == "feed" else _rss(node)


def _parsed(text: bytes) -> Any:
    """XML without entities and document types; what says that it is Chinese is read as that."""
    declared = _DECLARED.match(text)
    if declared is not None and declared[1].decode().lower() in _CHINESE:
        text = text[declared.end() :].decode("gb18030", "replace").encode()
    try:
        return fromstring(text, forbid_dtd=True)
    except (ParseError, DefusedXmlException, ValueError, LookupError, RecursionError) as error:
        raise NoFeed(type(error).__name__) from error


def _name(node: Any) -> str:
    return str(node.tag).rpartition("}")[2].lower()


def _children(node: Any) -> dict[str, Any]:
    """The first child of each name."""
    found: dict[str, Any] = {}
    for child in node:
        found.setdefault(_name(child), child)
    return found


def _text(node: Any) -> str:
    return "" if node is None else "".join(node.itertext())


def _rss(node: Any) -> dict[str, str]:
    of = _children(node)
    guid, link = _text(of.get("guid")), _text(of.get("link"))
    lasting = of.get("guid") is not None and of["guid"].get("isPermaLink", "true") != "false"
    about = next((value for name, value in node.items() if name.endswith("about")), "")
    return {
        "guid": guid or about,
        "title": _text(of.get("title")),
        "words": _text(of.get("description")) or _text(of.get("encoded")),
        "url": link or (guid if lasting else "") or about,
        "at": _text(of.get("pubdate")) or _text(of.get("date")),
    }


def _atom(node: Any) -> dict[str, str]:
    of = _children(node)
    links = [child for child in node if _name(child) == "link"]
    shown = [it for it in links if it.get("rel", "alternate") == "alternate"]
    return {
        "guid": _text(of.get("id")),
        "title": _text(of.get("title")),
        "words": _text(of.get("summary")) or _text(of.get("content")),
        "url": next((it.get("href", "") for it in shown), ""),
        "at": _text(of.get("published")) or _text(of.get("updated")),
    }
