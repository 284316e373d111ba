"""What a reader sees: a front page with a column per platform, and a page per object.

Plain HTML without scripts. Texts are escaped; an article's HTML is sanitised again before it is
shown, and the sandbox's own address is cut from it, so that pictures load whatever name the
reader used for this host.
"""

from __future__ import annotations

import re
from typing import Any

from flask import Blueprint, Response, abort, render_template, request, send_file
from markupsafe import Markup, escape

from channels.sandbox import accounts, ledger, media
from channels.sandbox.beijing import beijing_time
from channels.sandbox.editors import EDITORS
from channels.sandbox.ledger import LIVE, PENDING, Thing
from channels.sandbox.media import Medium
from channels.sandbox.stage import stage
from channels.sandbox.wechat_html import kept_by_wechat
from channels.sandbox.weibo_mid import mid_of

bp = Blueprint("reader", __name__)

PER_COLUMN = 30
COLUMNS = accounts.LABELS | {channel: editor.label for channel, editor in EDITORS.items()}
GONE = {
    ledger.PENDING: (404, "内容审核中", "平台正在审核这条内容,通过后才能看到。"),
    ledger.REFUSED: (404, "内容未通过审核", "平台没有让这条内容公开。"),
    ledger.DELETED: (410, "内容已被删除", "发布者删除了这条内容。"),
    ledger.TAKEN_DOWN: (410, "内容已被移除", "平台移除了这条内容。"),
}
_LINK = re.compile(r"https?://[^\s<>\"'一-鿿〔〕,。;!?]+")
_NO_ALT = re.compile(r"<img(?![^>]*\salt=)")


def beijing(moment: float) -> str:
    """A moment as a reader here writes it."""
    return beijing_time(moment).strftime("%Y-%m-%d %H:%M")


def linked(text: str) -> Markup:
    """Escaped text with its links made clickable and its line breaks kept."""
    out, at = Markup(), 0
    for found in _LINK.finditer(text):
        address = found.group()
        out += escape(text[at : found.start()])
        out += Markup('<a href="{0}" rel="noopener">{0}</a>').format(address)
        at = found.end()
    return out + escape(text[at:])


def safe_html(html: str) -> Markup:
    """An article's HTML, sanitised, with every picture described and local."""
    clean = kept_by_wechat(html, stage().base).replace(f'"{stage().base}/', '"/')
    return Markup(_NO_ALT.sub('<img alt=""', clean))  # noqa: S704 (sanitised above)


def _name_of(thing: Thing) -> str:
    with stage().store.reading() as db:
        account = accounts.get(db, thing.account)
    return account.name if account else thing.account


def _files_of(thing: Thing) -> list[Medium]:
    names = thing.detail.get("files") or [thing.detail.get("picture", "")]
    with stage().store.reading() as db:
        return [found for name in names if name and (found := media.get(db, name))]


def render_thing(thing: Thing, index: int = 0) -> str:
    """The page of something that is live (or a preview of a draft)."""
    if thing.kind == "push":
        return render_template("lock.html", thing=thing, label=COLUMNS[thing.channel])
    article = _article_of(thing, index)
    common = {"thing": thing, "label": COLUMNS[thing.channel], "author": _name_of(thing)}
    if article:
        return render_template("article.html", **common, **article)
    return render_template("post.html", **common, text=thing.detail["text"], files=_files_of(thing))


def _article_of(thing: Thing, index: int) -> dict[str, Any]:
    """Title, body and source of an article page; empty for everything that is no article."""
    detail = thing.detail
    if "articles" in detail:
        if index >= len(detail["articles"]):
            abort(404)
        chosen = detail["articles"][index]
        return {
            "title": chosen["title"],
            "byline": chosen.get("author") or "",
            "content": _content_of(chosen),
            "pictures": _pictures_of(chosen),
            "source": chosen.get("content_source_url") or "",
        }
    if "html" in detail:
        return _plain(thing.title, safe_html(detail["html"]), "")
    if "link" in detail:
        page = _plain(thing.title, linked(detail["text"]), detail["link"])
        return page | {"files": _files_of(thing), "wrapped": True}
    return {}


def _plain(title: str, content: Markup, source: str) -> dict[str, Any]:
    return {"title": title, "byline": "", "content": content, "pictures": [], "source": source}


def _content_of(article: dict[str, Any]) -> Markup:
    if article["article_type"] == "newspic":
        return linked(article["content"])
    return safe_html(article["content"])


def _pictures_of(article: dict[str, Any]) -> list[str]:
    if article["article_type"] != "newspic":
        return []
    return [item["image_media_id"] for item in article["image_info"]["image_list"]]


def gone(thing: Thing) -> tuple[str, int]:
    """The page in place of something that readers may not see."""
    status, title, words = GONE[thing.state]
    label = COLUMNS[thing.channel]
    return render_template("gone.html", title=title, words=words, label=label), status


def _page(thing: Thing | None, index: int = 0) -> Any:
    if thing is None:
        abort(404)
    return render_thing(thing, index) if thing.state == LIVE else gone(thing)


def _find(channel: str, remote_id: str, *kinds: str) -> Thing | None:
    with stage().store.reading() as db:
        found = (ledger.by_id(db, channel, kind, remote_id) for kind in kinds)
        return next((thing for thing in found if thing), None)


@bp.get("/")
def home() -> str:
    with stage().store.reading() as db:
        names = {one.account: one.name for one in accounts.every(db)}
        columns = [
            (channel, label, ledger.newest(db, channel, PER_COLUMN))
            for channel, label in COLUMNS.items()
        ]
        waiting = db.execute("SELECT count(*) FROM objects WHERE state = ?", (PENDING,)).fetchone()
    return render_template("home.html", columns=columns, names=names, waiting=waiting[0])


@bp.get("/wechat/s/<article_id>")
@bp.get("/wechat/s/<article_id>/<int:index>")
def wechat(article_id: str, index: int = 1) -> Any:
    return _page(_find("wechat", article_id, "article", "mass"), max(index, 1) - 1)


@bp.get("/wechat/draft/<media_id>")
@bp.get("/wechat/draft/<media_id>/<int:index>")
def wechat_preview(media_id: str, index: int = 1) -> Any:
    """The temporary preview that the platform gives of a draft."""
    draft = _find("wechat", media_id, "draft")
    return render_thing(draft, max(index, 1) - 1) if draft else abort(404)


@bp.get("/weibo/<int:uid>/<base62>")
def weibo(uid: int, base62: str) -> Any:
    try:
        mid = str(mid_of(base62))
    except ValueError:
        abort(404)
    post = _find("weibo", mid, "status", "carrier")
    return _page(post if post and post.account == str(uid) else None)


@bp.get("/weibo/ttarticle/p/show")
def weibo_article() -> Any:
    return _page(_find("weibo", f"1022:{request.args.get('id', '')}", "article"))


@bp.get("/douyin/<any(video, note):kind>/<number>")
def douyin(kind: str, number: str) -> Any:
    """Either spelling leads to the piece, as on the platform."""
    with stage().store.reading() as db:
        row = db.execute(
            "SELECT id FROM objects WHERE channel = 'douyin' AND natural_key = ?", (number,)
        ).fetchone()
        thing = ledger.by_number(db, row["id"]) if row else None
    return _page(thing)


@bp.get("/toutiao/item/<item_id>")
def toutiao(item_id: str) -> Any:
    return _page(_find("toutiao", item_id, "video"))


@bp.get("/kuaishou/short-video/<photo_id>")
def kuaishou(photo_id: str) -> Any:
    return _page(_find("kuaishou", photo_id, "video"))


@bp.get("/bilibili/video/<resource_id>")
def bilibili(resource_id: str) -> Any:
    return _page(_find("bilibili", resource_id, "video"))


@bp.get("/<any(jpush, getui):channel>/phone/<push_id>")
def phone(channel: str, push_id: str) -> Any:
    """The lock screen of a phone that got the push."""
    return _page(_find(channel, push_id, "push"))


@bp.get("/media/<media_id>")
def file(media_id: str) -> Response:
    """The stored bytes with their proved type; answers Range requests, as players ask for."""
    with stage().store.reading() as db:
        found = media.get(db, media_id)
    if found is None:
        abort(404)
    path = stage().store.media_folder / found.sha256
    return send_file(path, mimetype=found.mime, conditional=True, etag=found.sha256)
