"""Publishing without push (``freepublish``): the piece gets an address, no follower is disturbed.

The submission is decided later, and everything published can be listed; the listing proves whether
a piece is there by the public link inside it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from channels.abilities import Seen
from channels.base import N_, Outcome, Receipt, Unsure
from channels.http import Aim
from channels.identity import identity_of
from channels.listing import GRACE, look_back
from channels.text import URL
from channels.wechat_api import Api, number, text
from channels.wechat_drafts import Drafts

STANDING = {
    0: Outcome.LIVE,
    1: Outcome.ACCEPTED,
    2: Outcome.REFUSED,
    3: Outcome.REFUSED,
    4: Outcome.REFUSED,
    5: Outcome.GONE,
    6: Outcome.GONE,
}
"""``publish_status``, in answers and in callbacks alike."""
_PAGE = 20
_RESIDUE = N_("文章页已删除；读者此前转发的卡片标题和摘要仍可见")
Json = dict[str, Any]


class Published:
    """What one account published. ``in_text``: its pieces carry their link in the text itself."""

    def __init__(self, api: Api, drafts: Drafts, *, in_text: bool = False) -> None:
        self._api = api
        self._drafts = drafts
        self._in_text = in_text

    def submit(self, media_id: str) -> Receipt:
        path, body = "/cgi-bin/freepublish/submit", {"media_id": media_id}
        reply = self._drafts.spend(path, media_id, body)
        return Receipt(
            Outcome.ACCEPTED, task_id=text(reply, "publish_id"), evidence=reply.evidence()
        )

    def poll(self, receipt: Receipt) -> Receipt:
        reply = self._api.call("/cgi-bin/freepublish/get", {"publish_id": receipt.task_id})
        data = reply.object()
        outcome = STANDING.get(number(data.get("publish_status")))
        if outcome is None:
            raise reply.unclear("no_publish_status")
        articles = (data.get("article_detail") or {}).get("item") or [{}]
        return Receipt(
            outcome,
            remote_id=str(data.get("article_id") or receipt.remote_id),
            remote_url=str(articles[0].get("article_url") or receipt.remote_url),
            task_id=receipt.task_id,
            code="" if outcome is Outcome.LIVE else f"publish_{data['publish_status']}",
            evidence={**receipt.evidence, **reply.evidence()},
        )

    def find(self, link: str, since: datetime) -> Receipt | None:
        """The article that carries ``link``, looked for back to ``since``."""
        item = look_back(
            self._pages(),
            since,
            created=_made,
            ours=lambda item: any(_carries(news, link) for news in _news(item)),
        )
        if item is None:
            return None
        news = next(news for news in _news(item) if _carries(news, link))
        return Receipt(
            _standing(news),
            remote_id=str(item.get("article_id", "")),
            remote_url=str(news.get("url", "")),
            evidence={"listed": item.get("article_id"), "update_time": item.get("update_time")},
        )

    def listed(self, since: datetime) -> Iterator[Seen]:
        """Everything published since then, newest first; one for each article of a piece."""
        for page in self._pages():
            fresh = [item for item in page if _made(item) >= since]
            for item in fresh:
                yield from (_seen(item, news) for news in _news(item))
            if page and all(_made(item) < since - GRACE for item in page):
                return

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the article for good; deleting one that is gone already changes nothing."""
        body = {"article_id": identity_of(receipt), "index": 0}
        reply = self._api.call("/cgi-bin/freepublish/delete", body, aim=Aim.CREATE)
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            words=_RESIDUE,
            evidence=reply.evidence(),
        )

    def _pages(self) -> Iterator[Sequence[Json]]:
        seen = 0
        while True:
            body = {"offset": seen, "count": _PAGE, "no_content": int(not self._in_text)}
            reply = self._api.call("/cgi-bin/freepublish/batchget", body)
            data = reply.object()
            if not isinstance(data.get("item"), list):
                raise reply.unclear("no_list")
            yield data["item"]
            seen += len(data["item"])
            if seen >= number(data.get("total_count")):
                return
            if not data["item"]:
                raise Unsure("the platform's list breaks off", code="list_cut")


def _news(item: Mapping[str, Any]) -> list[Json]:
    return (item.get("content") or {}).get("news_item") or []


def _made(item: Mapping[str, Any]) -> datetime:
    return datetime.fromtimestamp(number(item.get("update_time")), UTC)


def _standing(news: Mapping[str, Any]) -> Outcome:
    return Outcome.GONE if news.get("is_deleted") else Outcome.LIVE


def _carries(news: Mapping[str, Any], link: str) -> bool:
    """Whether the link is the article's source, or stands whole in its text."""
    whole = re.escape(link) + r"(?![\w/-])"
    return news.get("content_source_url") == link or bool(
        re.search(whole, str(news.get("content") or ""))
    )


def _seen(item: Mapping[str, Any], news: Mapping[str, Any]) -> Seen:
    in_text = URL.findall(str(news.get("content") or "")) or [""]
    return Seen(
        remote_id=str(item.get("article_id", "")),
        at=_made(item),
        title=str(news.get("title", "")),
        url=str(news.get("url", "")),
        link=str(news.get("content_source_url") or in_text[-1]),
        outcome=_standing(news),
    )
