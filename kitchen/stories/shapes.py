"""In which of the media store's shapes a channel's pictures and covers are sent."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from channels.base import Form
from channels.registry import channel_class


@dataclass(frozen=True, slots=True)
class Shapes:
    """Names of presets in ``assets.presets``: for the pictures of a piece, and for its cover."""

    picture: str
    cover: str


_BY_FORM: Final[Mapping[Form, Shapes]] = MappingProxyType(
    {
        Form.ARTICLE: Shapes("body", "landscape_cover"),
        Form.STATUS: Shapes("body", "square_cover"),
        Form.IMAGES: Shapes("image_set", "portrait_cover"),
        Form.VIDEO: Shapes("image_set", "portrait_cover"),
        Form.PUSH: Shapes("body", "square_cover"),
    }
)
_BY_CHANNEL: Final[Mapping[str, Shapes]] = MappingProxyType(
    {
        "wechat": Shapes("body", "wechat_cover"),
        "weibo": Shapes("weibo", "square_cover"),
        "bilibili": Shapes("image_set", "landscape_cover"),
    }
)
"""Channels that ask for a shape of their own; a new one gets along with its form's."""


def shapes_of(channel: str) -> Shapes:
    """The shapes of a channel's files. Raises ``LookupError`` for a channel that is not there."""
    return _BY_CHANNEL.get(channel) or _BY_FORM[channel_class(channel).limits.form]
