"""An edition as a reader's phone shows it: one small template per kind, self-contained.

The page is framed with all rights taken away, so that it can load nothing with the visitor's
name: pictures travel inside it, small, and styles are its own.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from assets.store import Absent, Store
from channels import base, wechat_html
from channels.markup import Pictured, figures
from kitchen.media.models import MediaAsset
from kitchen.stories.editions import as_edition
from kitchen.stories.master import Material
from kitchen.stories.models import Edition

POLICY = "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'self'"
"""What a preview may load: nothing from anywhere."""
_TEMPLATES = {"wechat": "wechat", "weibo": "weibo"}
_BY_FORM = {
    "article": "app",
    "status": "weibo",
    "images": "album",
    "video": "clip",
    "push": "push",
}
_SHAPE = "thumb"
_NOTHING = "data:image/gif;base64,R0lGODlhAQABAAAAACw="
"""An empty picture: the edition still shows one that the story has given up."""


@dataclass(frozen=True, slots=True)
class Preview:
    """What the template draws: words, the body as HTML, pictures as data addresses."""

    template: str
    edition: base.Edition
    html: str = ""
    cover: str = ""
    pictures: list[str] = field(default_factory=list)


def preview_of(store: Store, edition: Edition, files: Material) -> Preview:
    """The edition with its pictures inside. Raises :class:`WrongState` for a file in making."""
    made = as_edition(edition, files)
    drawn = {asset.uid: _drawn(store, asset) for asset in files.every}
    by_hash = {it.sha256: drawn.get(uid, "") for uid, it in _sent(edition, made).items()}
    pictures = [drawn[uid] for uid in edition.media_uids if drawn.get(uid)]
    cover = drawn.get(edition.cover_uid, "")
    return _preview(edition.channel, made, by_hash, cover, pictures)


def preview_of_post(store: Store, channel: str, frozen: base.Edition) -> Preview:
    """What was frozen, drawn from its own words and the very files that are sent with it."""
    pictures = [it for it in frozen.media if it.mime.startswith("image/")]
    by_hash = {it.sha256: _inside(store, it.sha256, it.mime) for it in pictures}
    cover = frozen.cover
    return _preview(
        channel,
        frozen,
        by_hash,
        _inside(store, cover.sha256, cover.mime) if cover else "",
        [drawn for drawn in by_hash.values() if drawn],
    )


def _preview(
    channel: str,
    made: base.Edition,
    by_hash: Mapping[str, str],
    cover: str,
    pictures: list[str],
) -> Preview:
    kind = _TEMPLATES.get(channel) or _BY_FORM[made.form]
    return Preview(
        template=f"stories/preview/{kind}.html",
        edition=made,
        html=_body(kind, made, by_hash) if made.form is base.Form.ARTICLE else "",
        cover=cover,
        pictures=pictures,
    )


def _sent(edition: Edition, made: base.Edition) -> dict[str, base.Media]:
    return dict(zip(edition.media_uids, made.media, strict=False))


def _body(kind: str, made: base.Edition, by_hash: Mapping[str, str]) -> str:
    """The body with pictures; for WeChat as the platform will be given it."""
    if kind != "wechat":
        return Pictured(lambda sha: by_hash.get(sha)).rewrite(made.body)
    marks = {sha: f"https://picture.invalid/{sha}" for sha in figures(made.body)}
    html = wechat_html.render(made.body, marks)
    for sha, mark in marks.items():
        html = html.replace(mark, by_hash.get(sha) or _NOTHING)
    return html


def _drawn(store: Store, asset: MediaAsset) -> str:
    """A small picture of the asset as a ``data:`` address; empty while there is none."""
    found = next((it for it in asset.renditions if it.preset == _SHAPE), None)
    return _inside(store, found.sha256, found.mime) if found else ""


def _inside(store: Store, sha256: str, mime: str) -> str:
    """A stored file as a ``data:`` address; empty if it is not in the store."""
    try:
        with store.open(sha256) as stream:
            inside = base64.b64encode(stream.read()).decode()
    except Absent:
        return ""
    return f"data:{mime};base64,{inside}"
