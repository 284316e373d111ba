"""The site for programs: feeds of everything and of each column, sitemaps, rules for robots."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element, SubElement, tostring

from flask import Response, g, make_response, redirect, request

from kitchen.core import clock
from kitchen.core.errors import Invalid, NotFound
from kitchen.outlet import addresses, feeds, queries
from kitchen.outlet.feeds import MIMES, Kind
from kitchen.outlet.readers import blueprint, dated, root, site_name
from kitchen.outlet.subjects import Subject, feed_of
from kitchen.web.guard import anyone

bp = blueprint("feeds", __name__)

NEWS = timedelta(days=2)
"""What is older is no news, says the news sitemap's own rule."""
_SITEMAP = "http://www.sitemaps.org/schemas/sitemap/0.9"
_NEWS = "http://www.google.com/schemas/sitemap-news/0.9"


@bp.get("/feeds/items.json", defaults={"kind": "items.json"})
@bp.get("/feeds/atom.xml", defaults={"kind": "atom.xml"})
@bp.get("/feeds/rss.xml", defaults={"kind": "rss.xml"})
@anyone
def whole(kind: str) -> Any:
    """The latest changes of the whole site."""
    return _told(Subject(Kind(kind)))


@bp.get("/feeds/c/<slug>/items.json", defaults={"kind": "items.json"})
@bp.get("/feeds/c/<slug>/atom.xml", defaults={"kind": "atom.xml"})
@bp.get("/feeds/c/<slug>/rss.xml", defaults={"kind": "rss.xml"})
@anyone
def of_column(slug: str, kind: str) -> Any:
    """The latest changes in one column."""
    return _told(Subject(Kind(kind), slug))


def _told(subject: Subject) -> Any:
    """The feed; from a damaged mark it starts anew."""
    try:
        feed = feed_of(g.session, root(), subject, request.args.get("cursor"))
    except Invalid:
        return redirect(addresses.feed("", subject.kind, subject.slug))
    response = make_response(feeds.written(feed))
    for relation, address in feeds.links(feed).items():
        response.headers.add("Link", f'<{address}>; rel="{relation}"')
    return dated(response, feed.updated, MIMES[subject.kind])


@bp.get("/sitemap.xml")
@anyone
def sitemap() -> Any:
    """Where the parts of the sitemap lie."""
    index = Element("sitemapindex", {"xmlns": _SITEMAP})
    _place(index, "sitemap", f"{root()}/sitemaps/news.xml")
    for part, changed in queries.sitemap_parts(g.session):
        _place(index, "sitemap", f"{root()}/sitemaps/{part}.xml", changed)
    return _document(index)


@bp.get("/sitemaps/<int:part>.xml")
@anyone
def sitemap_part(part: int) -> Any:
    """The pages of one part; the first has the columns too."""
    pages = queries.addresses_of_part(g.session, part)
    if not pages:
        raise NotFound
    urls = Element("urlset", {"xmlns": _SITEMAP})
    if part == 0:
        for address in _standing_pages():
            _place(urls, "url", address)
    for uri, changed in pages:
        _place(urls, "url", addresses.article(root(), uri), changed)
    return _document(urls)


def _standing_pages() -> Iterable[str]:
    yield addresses.home(root())
    for block in queries.blocks(g.session):
        for column in (block.column, *block.columns):
            yield addresses.column(root(), column.slug)
    yield f"{root()}/services"
    yield f"{root()}/links"


@bp.get("/sitemaps/news.xml")
@anyone
def news_sitemap() -> Any:
    """What appeared in the last two days, as search engines for news want it."""
    since = clock.now(g.session) - NEWS
    urls = Element("urlset", {"xmlns": _SITEMAP, "xmlns:news": _NEWS})
    name = site_name()
    for uri, headline, published_at in queries.appeared_since(g.session, since):
        news = SubElement(_place(urls, "url", addresses.article(root(), uri)), "news:news")
        publication = SubElement(news, "news:publication")
        _text(publication, "news:name", name)
        _text(publication, "news:language", "zh-cn")
        _text(news, "news:publication_date", published_at.isoformat())
        _text(news, "news:title", headline)
    return _document(urls)


@bp.get("/robots.txt")
@anyone
def robots() -> Any:
    """Everything that readers see may be read by programs."""
    lines = ["User-agent: *", "Disallow: /content/", "Disallow: /hub", "Disallow: /go/", "Allow: /"]
    text = "\n".join([*lines, "", f"Sitemap: {root()}/sitemap.xml", ""])
    return Response(text, mimetype="text/plain")


def _place(parent: Element, tag: str, address: str, changed: datetime | None = None) -> Element:
    place = SubElement(parent, tag)
    _text(place, "loc", address)
    if changed is not None:
        _text(place, "lastmod", changed.isoformat())
    return place


def _text(parent: Element, tag: str, text: str) -> None:
    SubElement(parent, tag).text = feeds.legal(text)


def _document(root_element: Element) -> Response:
    document = tostring(root_element, encoding="utf-8", xml_declaration=True)
    return Response(document, mimetype="application/xml")
