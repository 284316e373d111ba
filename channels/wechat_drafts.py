"""The draft box of 微信公众号. A draft leaves it when it is published or sent, and only once.

So a draft that is still there was not submitted, and one that is gone may have been.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import Any

from channels.abilities import Kept
from channels.base import Rejected, Unavailable, Unsure
from channels.http import Aim, Reply
from channels.wechat_api import Api, text

_UNKNOWN_MEDIA = "40007"


class Drafts:
    """One account's draft box."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def add(self, article: Mapping[str, Any]) -> str:
        """Lay down a draft of one article; answers its media id."""
        try:
            return text(self._api.call("/cgi-bin/draft/add", {"articles": [article]}), "media_id")
        except Rejected as refusal:
            if refusal.code != _UNKNOWN_MEDIA:
                raise
        # A cover just uploaded may not have reached all of the platform's machines yet.
        raise Unavailable("", code=_UNKNOWN_MEDIA, retry_after=timedelta(seconds=15))

    def kept(self, media_id: str) -> Kept:
        """What the platform made of the draft, and its temporary preview address."""
        reply = self._get(media_id)
        items = reply.object().get("news_item")
        if not isinstance(items, list) or not items:
            raise reply.unclear("no_news_item")
        first = items[0]
        title, content = str(first.get("title", "")), str(first.get("content", ""))
        return Kept(title, content, str(first.get("url", "")))

    def holds(self, media_id: str) -> bool:
        """Whether the draft is still in the box."""
        try:
            self._get(media_id)
        except Rejected as refusal:
            if refusal.code != _UNKNOWN_MEDIA:
                raise
            return False
        return True

    def spend(
        self, path: str, media_id: str, body: Mapping[str, Any], taken: Collection[str] = ()
    ) -> Reply:
        """The creating call that takes a draft out of the box.

        A draft that is gone may have been submitted before: that is ``Unsure``, go and look.
        """
        try:
            return self._api.call(path, body, aim=Aim.CREATE, taken=taken)
        except Rejected as refusal:
            if refusal.code != _UNKNOWN_MEDIA:
                raise
            words, evidence = refusal.words, {**refusal.evidence, "media_id": media_id}
        raise Unsure(words, code="draft_gone", evidence=evidence)

    def _get(self, media_id: str) -> Reply:
        return self._api.call("/cgi-bin/draft/get", {"media_id": media_id})
