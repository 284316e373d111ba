"""What readers do with an article of 微信公众号: their comments, our replies, the numbers.

Both ask by the message (``msg_data_id``), which the platform tells once, when it takes the piece
in. It is found in the receipt's evidence, in the remote id of a mass send, or as ``mid`` in a
long article address. Whoever keeps receipts must therefore hand back the evidence of the
acceptance with them; the numbers alone can also be found by the article's address.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit

from channels.abilities import Comment, NotYet, Numbers
from channels.base import Receipt, Rejected, Unavailable
from channels.http import Aim, Reply
from channels.wechat_api import Api, number
from channels.wechat_mass import is_mass

_PAGE = 49
"""The platform refuses 50 and more."""
REPLY = 600
"""Characters of a reply."""
_REPLIED = "88005"
_NOT_READY = "61503"
_ELECTED = 1
_FOLLOWED = 30
"""For how many days after its publication the platform counts an article in detail."""
_MORE = ("zaikan_user", "collection_user", "read_finish_rate", "read_avg_activetime")
"""What else it counts: 在看, 收藏, how many read to the end, and for how many seconds."""
Json = dict[str, Any]


class Readers:
    """The readers of one account."""

    def __init__(self, api: Api) -> None:
        self._api = api

    def comments(self, receipt: Receipt) -> Iterator[Comment]:
        """All comments of the piece, in the platform's order."""
        message, seen = _known_message(receipt), 0
        while True:
            body = {"msg_data_id": message, "index": 0, "begin": seen, "count": _PAGE, "type": 0}
            reply = self._api.call("/cgi-bin/comment/list", body)
            page = reply.object().get("comment")
            if not isinstance(page, list):
                raise reply.unclear("no_list")
            yield from (_comment(told) for told in page)
            seen += len(page)
            if not page or seen >= number(reply.object().get("total")):
                return

    def reply(self, receipt: Receipt, comment_id: str, text: str) -> None:
        """Answer a comment. One that has an answer keeps it: the platform takes a single one."""
        body = {
            "msg_data_id": _known_message(receipt),
            "index": 0,
            "user_comment_id": number(comment_id),
            "content": text,
        }
        self._api.call("/cgi-bin/comment/reply/add", body, aim=Aim.CREATE, taken=(_REPLIED,))

    def answer(self, sender: str, text: str) -> None:
        """Write to a follower who wrote within the last two days."""
        body = {"touser": sender, "msgtype": "text", "text": {"content": text}}
        self._api.call("/cgi-bin/message/custom/send", body, aim=Aim.CREATE)

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Reads, shares, likes and comments of that day; a piece nobody is told of is left out.

        Details are listed by the day of publication, so these days are walked back. What is not
        among them is older, and only its reads are told.
        """
        wanted = list(receipts)
        found: list[Numbers] = []
        for age in range(_FOLLOWED + 1):
            if not wanted:
                return found
            published = day - timedelta(days=age)
            details = self._counted("/datacube/getarticletotaldetail", published)
            for article, receipt in _matched(details, wanted):
                days = article.get("detail_list") or []
                told = [it for it in days if it.get("stat_date") == day.isoformat()]
                found += [_numbers(receipt, day, it) for it in told]
        if wanted:
            read = self._counted("/datacube/getarticleread", day)
            for article, receipt in _matched(read, wanted):
                found.append(_numbers(receipt, day, article.get("detail") or {}))
        return found

    def days_of(self, receipts: Sequence[Receipt], published: date) -> list[Numbers]:
        """Every counted day of what went out on that day; one call, a second one for pieces that
        the platform lists under the day before, where the receipt came after midnight.
        """
        wanted = list(receipts)
        found: list[Numbers] = []
        for listed in (published, published - timedelta(days=1)):
            if wanted:
                details = self._counted("/datacube/getarticletotaldetail", listed)
                for article, receipt in _matched(details, wanted):
                    found += [
                        _numbers(receipt, date.fromisoformat(told["stat_date"]), told)
                        for told in article.get("detail_list") or []
                    ]
        return found

    def followers(self, day: date) -> int | None:
        """Those of the end of that day."""
        rows = self._counted("/datacube/getusercumulate", day)
        told = [it for it in rows if it.get("ref_date") == day.isoformat()]
        return number(told[-1].get("cumulate_user")) if told else None

    def _counted(self, path: str, day: date) -> list[Json]:
        """One day of a table. Raises :class:`NotYet`: a day is ready about 8 the next morning."""
        body = {"begin_date": day.isoformat(), "end_date": day.isoformat()}
        reply = self._ready(path, body)
        articles = reply.object().get("list")
        if not isinstance(articles, list):
            raise reply.unclear("no_list")
        if reply.object().get("is_delay"):
            raise NotYet(day.isoformat())
        return articles

    def _ready(self, path: str, body: Mapping[str, Any]) -> Reply:
        try:
            return self._api.call(path, body)
        except Unavailable as early:
            if early.code != _NOT_READY:
                raise
        raise NotYet(body["end_date"])


def _message(receipt: Receipt) -> str:
    """The ``msg_data_id`` of a piece, as digits; empty if it is nowhere in the receipt."""
    in_address = parse_qs(urlsplit(receipt.remote_url).query).get("mid", [""])
    known = (
        str(receipt.evidence.get("msg_data_id") or ""),
        receipt.remote_id if is_mass(receipt) else "",
        in_address[0],
    )
    return next((it for it in known if it.isdecimal()), "")


def _known_message(receipt: Receipt) -> int:
    message = _message(receipt)
    if not message:
        raise Rejected(receipt.remote_id, code="message_unknown")
    return int(message)


def _is_of(article: Mapping[str, Any], receipt: Receipt) -> bool:
    """By the message (an article's number follows it), or by the article's address."""
    message, url = _message(receipt), article.get("content_url")
    if message:
        return str(article.get("msgid")) == f"{message}_1"
    return bool(url) and url == receipt.remote_url


def _matched(articles: Sequence[Json], wanted: list[Receipt]) -> Iterator[tuple[Json, Receipt]]:
    """Articles with the receipts that they belong to, which are wanted no longer."""
    for article in articles:
        receipt = next((it for it in wanted if _is_of(article, it)), None)
        if receipt is not None:
            wanted.remove(receipt)
            yield article, receipt


def _numbers(receipt: Receipt, day: date, told: Mapping[str, Any]) -> Numbers:
    more = {name: told[name] for name in _MORE if name in told}
    if sources := told.get("read_user_source"):
        more["sources"] = {it.get("scene_desc", ""): it.get("user_count") for it in sources}
    return Numbers(
        receipt.remote_id,
        reads=_count(told.get("read_user")),
        likes=_count(told.get("like_user")),
        shares=_count(told.get("share_user")),
        comments=_count(told.get("comment_count")),
        day=day,
        more=more,
    )


def _count(value: Any) -> int | None:
    found = number(value)
    return None if found < 0 else found


def _comment(told: Mapping[str, Any]) -> Comment:
    """``reply`` comes as an object or as a list of them."""
    reply = told.get("reply") or {}
    if isinstance(reply, list):
        reply = reply[0]
    return Comment(
        id=str(told.get("user_comment_id", "")),
        author=str(told.get("openid", "")),
        text=str(told.get("content", "")),
        at=datetime.fromtimestamp(max(number(told.get("create_time")), 0), UTC),
        reply=str(reply.get("content", "")),
        elected=number(told.get("comment_type")) == _ELECTED,
    )
