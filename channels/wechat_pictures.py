"""公众号贴图 (``newspic``): a set of up to 20 pictures with plain words, on the same account.

All else is as with articles. Such a draft has no field for a source address, so the public link
stands in the words: readers find the whole piece there, and we find ours in the list.
"""

from __future__ import annotations

from typing import Any

from channels import text
from channels.base import N_, Edition, Finding, Form, Limits, Master, Post
from channels.editions import album, findings
from channels.wechat import WeChat

_LINK = "https://link.example/" + "0" * 100
"""Stands for the post's link while measuring; ours are shorter."""


class WeChatPictures(WeChat):
    """One official account, spoken to in pictures."""

    key = "wechat_pictures"
    label = N_("公众号贴图")
    limits = Limits(
        Form.IMAGES,
        title_min=1,
        title_max=32,
        body_max=19_999,
        pictures_min=1,
        pictures_max=20,
        picture_bytes=10 * 1024 * 1024,
        picture_mimes=("image/jpeg", "image/png", "image/gif"),
    )
    link_in_text = True

    @classmethod
    def compose(cls, master: Master) -> Edition:
        return album(master, cls.limits)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        """The words are measured with topics and link."""
        return findings(cls.limits, edition, body_length=len(_words(edition, _LINK)))

    def _article(self, post: Post) -> dict[str, Any]:
        listed = [{"image_media_id": self._material(it)} for it in post.edition.media]
        return {
            "article_type": "newspic",
            "title": post.edition.title,
            "content": _words(post.edition, post.link),
            "image_info": {"image_list": listed},
            **self._comment_switches(),
        }


def _words(edition: Edition, link: str) -> str:
    lines = (edition.body.strip(), text.hashtags(edition.tags), f"原文：{link}")
    return "\n".join(filter(None, lines))
