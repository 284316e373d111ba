"""What 抖音 takes and shows of a piece, however it gets there: a clip, or a set of pictures."""

from __future__ import annotations

from dataclasses import replace
from typing import ClassVar

from channels.base import Channel, Edition, Finding, Form, Limits, Master
from channels.editions import album, caption, clip, findings

VIDEO = Limits(
    Form.VIDEO,
    title_max=30,
    body_max=1000,
    cover_bytes=20 * 1024 * 1024,
    picture_mimes=("image/jpeg", "image/png"),
    video_bytes=4 * 1024**3,
    video_seconds=15 * 60,
    video_mimes=("video/mp4", "video/webm"),
    portrait=True,
)
IMAGES = Limits(
    Form.IMAGES,
    title_max=30,
    body_max=1000,
    pictures_min=1,
    pictures_max=12,
    picture_bytes=20 * 1024 * 1024,
    picture_mimes=("image/jpeg", "image/png"),
)


class DouyinEditions(Channel):
    """The pure half of both Douyin channels."""

    limits: ClassVar[Limits] = VIDEO
    image_limits: ClassVar[Limits] = IMAGES

    @classmethod
    def compose(cls, master: Master) -> Edition:
        """A clip if there is film, else up to twelve pictures."""
        if master.video is None:
            return album(master, IMAGES)
        edition = clip(master, VIDEO)
        cover = master.cover if master.cover and master.cover.mime in VIDEO.picture_mimes else None
        return replace(edition, cover=cover)

    @classmethod
    def check(cls, edition: Edition) -> list[Finding]:
        limits = IMAGES if edition.form is Form.IMAGES else VIDEO
        return findings(limits, edition, body_length=len(caption(edition)))
