"""Numbers and comments under the posts of a 抖音 account.

The numbers of a post are asked for in batches; an application from which the platform has taken
that call asks for each post alone, which organisations may do for posts of the last thirty days.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from channels.abilities import Comment, Numbers
from channels.base import Rejected
from channels.bytedance import OFFLINE, Account, moment
from channels.bytedance_envelope import counted, data_of
from channels.bytedance_numbers import batched, numbers_of
from channels.http import Aim

_COMMENTS = "/item/comment/list/"
_REPLIES = "/item/comment/reply/list/"
REPLY = 100
"""Characters of a reply."""


def numbers(account: Account, path: str, identities: Sequence[str]) -> Iterator[Numbers]:
    """Everything counted so far; a post that the platform does not tell of is left out."""
    try:
        yield from batched(account, path, identities)
    except Rejected as refusal:
        if refusal.code != OFFLINE:
            raise
        yield from _one_by_one(account, identities)


def _one_by_one(account: Account, identities: Sequence[str]) -> Iterator[Numbers]:
    for identity in identities:
        reply = account.ask("GET", "/data/external/item/base/", params={"item_id": identity})
        yield numbers_of(identity, data_of(reply).get("result") or {})


def comments(account: Account, item_id: str) -> Iterator[Comment]:
    """What readers wrote, newest first, with the reply of this account where there is one."""
    for page in account.pages(_COMMENTS, item_id=item_id):
        for told in page:
            if str(told.get("comment_user_id", "")) != account.open_id:
                yield _comment(account, item_id, told)


def reply(account: Account, item_id: str, comment_id: str, words: str) -> None:
    """Answer a comment, unless the same answer stands there already."""
    if words in _own_replies(account, item_id, comment_id):
        return
    body = {"item_id": item_id, "comment_id": comment_id, "content": words}
    account.call("POST", "/item/comment/reply/", aim=Aim.CREATE, body=body)


def _comment(account: Account, item_id: str, told: Mapping[str, Any]) -> Comment:
    identity = str(told.get("comment_id", ""))
    answered = counted(told.get("reply_comment_total")) or 0
    return Comment(
        id=identity,
        author=str(told.get("nick_name") or ""),
        text=str(told.get("content") or ""),
        at=moment(told),
        reply=next(_own_replies(account, item_id, identity), "") if answered else "",
        elected=bool(told.get("top")),
    )


def _own_replies(account: Account, item_id: str, comment_id: str) -> Iterator[str]:
    for page in account.pages(_REPLIES, item_id=item_id, comment_id=comment_id):
        for told in page:
            if str(told.get("comment_user_id", "")) == account.open_id:
                yield str(told.get("content") or "")
