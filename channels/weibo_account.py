"""What both Weibo channels do with an account: its timeline, its numbers, its readers' comments.

Access tokens of web applications cannot be refreshed; a person authorises the account again, at
the latest when the platform says that the token ends. Calls are few (100 a day for each
account), so numbers are asked for by the hundred.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import takewhile
from typing import Any

from channels import text
from channels.abilities import Comment, Numbers, Pace, Seen
from channels.base import N_, Channel, Files, Outcome, Receipt, Remedy, Tokens, Unsure
from channels.http import Aim, Reply, Veil, Wire
from channels.listing import look_back, made_since, recent
from channels.settings import Place, host_allowed, host_of, setting
from channels.weibo_codes import REMEDIES

_PAGE, _COMMENTS_PAGE, _BATCH = 100, 50, 100
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_CREATED = "%a %b %d %H:%M:%S %z %Y"
_TITLE = 60
_REPLY = 140

Status = Mapping[str, Any]
"""A post as the platform tells it."""


@dataclass(frozen=True)
class WeiboSettings:
    uid: str = setting(N_("微博账号 UID"))
    access_token: str = setting(N_("授权令牌"), secret=True)
    bound_domain: str = setting(
        N_("安全域名"), hint=N_("微博应用绑定的域名；微博里的链接必须在它之下")
    )
    server_ip: str = setting(N_("服务器公网 IP"), hint=N_("微博要求随发布一并上报"))
    base_url: str = setting(N_("接口地址"), default="https://api.weibo.com", place=Place.URL)
    site_url: str = setting(N_("微博网页地址"), default="https://weibo.com")
    posts_per_hour: int = setting(
        N_("每小时最多发博数"), default=30, hint=N_("平台对每个授权账号的限制；0 为不限")
    )


class WeiboChannel(Channel):
    """One Weibo account, whatever is posted on it."""

    @property
    def pace(self) -> Pace | None:
        most = self._settings.posts_per_hour
        return Pace(most, timedelta(hours=1)) if most else None

    def __init__(self, settings: WeiboSettings, files: Files, tokens: Tokens) -> None:
        self._settings = settings
        self._files = files
        self._wire = Wire(settings.base_url, Veil(settings.access_token))

    def probe(self) -> None:
        self._timeline(1, count=1)

    def access_until(self) -> datetime | None:
        """As the platform tells it now. Raises a ``ChannelError`` if it does not."""
        reply = judged(self._send("POST", "/oauth2/get_token_info", {}))
        seconds = _count(reply.object().get("expire_in"))
        return None if seconds is None else datetime.now(UTC) + timedelta(seconds=seconds)

    def listed(self, since: datetime) -> Iterator[Seen]:
        for status in made_since(self._posts(), since, created=created):
            receipt, words = self._receipt(status), str(status.get("text", ""))
            yield Seen(
                remote_id=receipt.remote_id,
                at=created(status),
                title=" ".join(text.URL.sub("", words).split())[:_TITLE],
                url=receipt.remote_url,
                link=self._own_link(status),
            )

    def measure(self, receipts: Sequence[Receipt], day: date) -> list[Numbers]:
        """Everything so far: the platform does not count by the day."""
        identities = [receipt.remote_id for receipt in receipts if receipt.remote_id]
        batches = [identities[at : at + _BATCH] for at in range(0, len(identities), _BATCH)]
        return [numbers for batch in batches for numbers in self._counted(batch)]

    def followers(self, day: date) -> int | None:
        """Those of this moment: the platform keeps no days."""
        user = self._ask("/2/users/show.json", {"uid": self._settings.uid}).object()
        return _count(user.get("followers_count"))

    def comments(self, receipt: Receipt) -> Iterator[Comment]:
        """Newest first, our own left out: what answers a reader stands with what it answers."""
        replies: dict[str, str] = {}
        for told in self._told(receipt.remote_id):
            writer = told.get("user") or {}
            if str(writer.get("idstr") or writer.get("id")) == self._settings.uid:
                answered = told.get("reply_comment") or {}
                replies.setdefault(_identity(answered), str(told.get("text", "")))
                continue
            yield Comment(
                id=_identity(told),
                author=str(writer.get("screen_name") or ""),
                text=str(told.get("text", "")),
                at=created(told),
                reply=replies.get(_identity(told), ""),
                parent=_identity(told["reply_comment"]) if told.get("reply_comment") else "",
            )

    def latest(self, receipt: Receipt, since: datetime) -> Iterator[Comment]:
        return takewhile(lambda comment: comment.at >= since, self.comments(receipt))

    @staticmethod
    def reply_overrun(words: str) -> int:
        return max(0, text.weibo_weight(words) - _REPLY)

    def reply(self, receipt: Receipt, comment_id: str, text: str) -> None:
        """Answer a comment, unless the same answer stands there already."""
        known = {comment.id: comment.reply for comment in self.comments(receipt)}
        if known.get(comment_id) == text:
            return
        fields = {
            "cid": comment_id,
            "id": receipt.remote_id,
            "comment": text,
            "without_mention": 1,
            "rip": self._settings.server_ip,
        }
        judged(self._send("POST", "/2/comments/reply.json", fields, Aim.CREATE))

    def _ask(self, path: str, query: Mapping[str, Any]) -> Reply:
        return judged(self._send("GET", path, query))

    def _send(
        self, method: str, path: str, fields: Mapping[str, Any], aim: Aim = Aim.REPEAT
    ) -> Reply:
        """An answer as it came. ``fields`` go in the query of a GET and in the form of a POST."""
        given = {"access_token": self._settings.access_token, **fields}
        where: dict[str, Any] = {"params": given} if method == "GET" else {"form": given}
        return self._wire.send(method, path, aim=aim, **where)

    def _receipt(self, status: Status) -> Receipt:
        """A post that stands. Raises ``Unsure`` if what is told of it lacks its id."""
        identity = str(status.get("idstr") or status.get("mid") or "")
        if not identity.isdecimal():
            evidence = self._wire.veil.data(dict(status))
            raise Unsure("the platform names no id", code="no_id", evidence=evidence)
        kept = {name: status.get(name) for name in ("idstr", "mid", "created_at", "text")}
        return Receipt(
            Outcome.LIVE,
            remote_id=identity,
            remote_url=self._address(identity),
            evidence=self._wire.veil.data(kept),
        )

    def _address(self, identity: str) -> str:
        return f"{self._settings.site_url.rstrip('/')}/{self._settings.uid}/{mid62(identity)}"

    def _look_back(self, since: datetime, link: str, words: str = "") -> Status | None:
        """The post with this link, or with these words where only a shortened link is shown."""
        wanted = text.squeezed(words)

        def ours(status: Status) -> bool:
            same = bool(wanted) and text.squeezed(str(status.get("text", ""))) == wanted
            return holds(status, link) or (same and recent(created(status), since))

        return look_back(self._posts(), since, created=created, ours=ours)

    def _newest(self) -> list[dict[str, Any]]:
        return _list(self._timeline(1), "statuses")

    def _timeline(self, page: int, count: int = _PAGE) -> Reply:
        query = {"uid": self._settings.uid, "count": count, "page": page}
        return self._ask("/2/statuses/user_timeline.json", query)

    def _posts(self) -> Iterator[Sequence[dict[str, Any]]]:
        page, seen = 1, 0
        while True:
            reply = self._timeline(page)
            statuses = _list(reply, "statuses")
            yield statuses
            seen += len(statuses)
            total = reply.object().get("total_number", seen + len(statuses))
            if seen >= total:
                return
            if not statuses:
                raise Unsure("the platform's list breaks off", code="list_cut")
            page += 1

    def _told(self, identity: str) -> Iterator[dict[str, Any]]:
        """The comments under a post; the total counts those that are hidden as well."""
        page, seen = 1, 0
        while True:
            query = {"id": identity, "count": _COMMENTS_PAGE, "page": page}
            reply = self._ask("/2/comments/show.json", query)
            told = _list(reply, "comments")
            yield from told
            seen += len(told)
            if not told or seen >= (_count(reply.object().get("total_number")) or 0):
                return
            page += 1

    def _counted(self, identities: Sequence[str]) -> Iterator[Numbers]:
        query = {"ids": ",".join(identities)}
        for told in _rows(self._send("GET", "/2/statuses/count.json", query)):
            yield Numbers(
                _identity(told),
                likes=_count(told.get("attitudes")),
                shares=_count(told.get("reposts")),
                comments=_count(told.get("comments")),
            )

    def _own_link(self, status: Status) -> str:
        """The first link in a post that lies under our domain."""
        for found in text.URL.finditer(json.dumps(status, ensure_ascii=False)):
            if host_allowed(host_of(found.group()), self._settings.bound_domain):
                return found.group()
        return ""


def mid62(identity: str) -> str:
    """The spelling of a post's id in web addresses: seven decimal digits become four of base 62."""
    cut = len(identity) % 7
    groups = [identity[at : at + 7] for at in range(cut, len(identity), 7)]
    spelt = "".join(_base62(int(group)).rjust(4, "0") for group in groups)
    return (_base62(int(identity[:cut])) + spelt) if cut else spelt.lstrip("0")


def _base62(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 62)
        digits = _DIGITS[digit] + digits
    return digits


def code_of(reply: Reply) -> str:
    """The error code of an answer; empty if it has none."""
    return str(reply.object().get("error_code") or "")


def judged(reply: Reply, remedies: Mapping[str, Remedy] = REMEDIES) -> Reply:
    """The reply if the platform is content."""
    code = code_of(reply)
    if code or reply.status >= 400:
        words = str(reply.object().get("error", ""))
        raise reply.failure(remedies, code or f"http_{reply.status}", words)
    return reply


def created(status: Status) -> datetime:
    """When a post or a comment was made. Raises ``Unsure`` if the platform does not say."""
    try:
        return datetime.strptime(str(status.get("created_at")), _CREATED).astimezone(UTC)
    except ValueError:
        raise Unsure("the platform gives no date", code="no_date") from None


def holds(status: Status, link: str) -> bool:
    """Whether the link stands anywhere in a status: in its text, or in its expanded addresses."""
    return link in json.dumps(status, ensure_ascii=False)


def _identity(told: Mapping[str, Any]) -> str:
    return str(told.get("idstr") or told.get("id") or "")


def _list(reply: Reply, name: str) -> list[dict[str, Any]]:
    found = reply.object().get(name)
    if not isinstance(found, list):
        raise reply.unclear("no_list")
    return found


def _rows(reply: Reply) -> list[dict[str, Any]]:
    """The one answer that is a bare list, unless it is an error."""
    try:
        rows = json.loads(reply.content)
    except ValueError:
        rows = None
    if isinstance(rows, list):
        return rows
    raise judged(reply).unclear("no_list")


def _count(value: Any) -> int | None:
    """Counts come as numbers or as digits; ``None`` for anything else."""
    return int(value) if str(value).isdecimal() else None
