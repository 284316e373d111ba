"""What WeChat leaves of an article's HTML.

Scripts, frames, forms, ids and classes go; styles survive only inline and only harmless ones;
pictures survive only if they lie on the platform's own image host.
"""

from __future__ import annotations

import re

import nh3

_TAGS = (
    "section p span strong em b i u s a h1 h2 h3 h4 h5 h6 ul ol li blockquote pre code table"
    " thead tbody tr th td br hr img sup sub"
)
EMPTIED = {"script", "style", "iframe", "form", "button", "object", "embed", "video", "audio"}
ATTRIBUTES = {
    "*": {"style"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "td": {"colspan", "rowspan"},
    "th": {"colspan", "rowspan"},
}
_STYLES = (
    "color background-color font-size font-weight font-style text-align text-indent"
    " text-decoration line-height letter-spacing margin margin-top margin-bottom margin-left"
    " margin-right padding padding-top padding-bottom padding-left padding-right border"
    " border-top border-bottom border-left border-right border-radius border-collapse width"
    " max-width height max-height display vertical-align white-space word-break"
    " overflow-wrap box-sizing list-style-type"
)
TAGS, STYLES = set(_TAGS.split()), set(_STYLES.split())
_NO_SOURCE = re.compile(r"<img(?![^>]*\ssrc=)[^>]*>")


def kept_by_wechat(html: str, image_host: str) -> str:
    """The HTML as WeChat stores it; ``image_host`` is the address where its pictures begin."""
    ours = (image_host, re.sub(r"^http:", "https:", image_host))

    def keep(tag: str, attribute: str, value: str) -> str | None:
        outside = (tag, attribute) == ("img", "src") and not value.startswith(ours)
        return None if outside else value

    clean = nh3.clean(
        html,
        tags=TAGS,
        clean_content_tags=EMPTIED,
        attributes=ATTRIBUTES,
        attribute_filter=keep,
        filter_style_properties=STYLES,
        link_rel=None,
    )
    return _NO_SOURCE.sub("", clean)
