"""A story as its pages show it: its text as HTML, its files, and what the visitor may do."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from flask import flash, g, redirect, url_for
from markupsafe import Markup

from channels.markup import Pictured
from channels.registry import channel_classes
from kitchen.media import queries as media
from kitchen.media.models import MediaAsset
from kitchen.stories import doc as text
from kitchen.stories import labels
from kitchen.stories.admission import may_change
from kitchen.stories.models import Story
from kitchen.stories.rules import OPEN


def around(story: Story) -> dict[str, Any]:
    """What every page of a story knows."""
    hand = may_change(g.session, g.actor, story)
    return {
        "labels": labels,
        "channels": channel_classes(),
        "hand": hand,
        "open": hand and story.state in OPEN,
    }


def shown(story: Story, doc: Mapping[str, Any] | None = None) -> Markup:
    """The text as HTML that may stand in a page: cleaned, pictures by our own addresses."""
    words = doc or story.doc
    names: dict[str, str] = {}

    def name(uid: str, sha256: str) -> str:
        names[sha256] = url_for("media.file", uid=uid, preset="preview")
        return sha256

    html = text.to_html(words, name)
    return Markup(Pictured(names.get, still=names.get).rewrite(html))  # noqa: S704 - cleaned


def attached(story: Story) -> list[dict[str, Any]]:
    """The files that belong to the story without standing in its text, as pictures of a grid."""
    known = media.assets_by_uid(g.session, story.attached)
    return [as_picture(known[uid]) for uid in story.attached if uid in known]


def as_picture(asset: MediaAsset) -> dict[str, Any]:
    return {
        "uid": asset.uid,
        "thumb": url_for("media.file", uid=asset.uid, preset="thumb"),
        "src": url_for("media.file", uid=asset.uid, preset="preview"),
        "alt": asset.name,
        "caption": asset.caption or asset.name,
        "credit": asset.credit,
        "href": url_for("media.show", uid=asset.uid),
        "card": card_of(asset),
    }


def card_of(asset: MediaAsset) -> dict[str, str] | None:
    """The asset as the editor places it; ``None`` while it has no shape to be shown in."""
    sent = next((each.sha256 for each in asset.renditions if each.preset == "body"), None)
    if sent is None:
        return None
    return {
        "kind": str(asset.kind),
        "asset": asset.uid,
        "sha256": sent,
        "src": url_for("media.file", uid=asset.uid, preset="preview"),
        "caption": asset.caption,
        "credit": asset.credit,
        "alt": asset.name,
    }


def back(endpoint: str, uid: str, told: str) -> Any:
    flash(told, "ok")
    return redirect(url_for(endpoint, uid=uid))
