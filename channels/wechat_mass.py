"""The mass send: pushed to every follower, few times, and with a request key of our own.

``clientmsgid`` is made of the post's uid and revision, so the same post always asks with the same
key. Within 24 hours the platform answers a repeat with the first message's id (45065), which is
a receipt and no failure. No listing shows our link, so the key is the only evidence that is left
when an answer was lost: the request is made again, and whichever came first is the one.

An account may have its administrator confirm each mass send within 30 minutes (89504, 89505).
Until then nothing is live and the draft stays in its box. The receipt is ``ACCEPTED`` with a task
that holds key and draft; asked about it, we look whether the draft is still there. Once it is gone
the very request is repeated: it can send nothing any more, and is answered with the message's id.

Task ids are ``mass:<msg_id>`` and ``confirm:<key>:<asked at, Unix time>:<draft>``. The remote id
is the message's ``msg_data_id``, by which comments and numbers are asked for.
"""

from __future__ import annotations

import hashlib
import time
from datetime import timedelta

from channels.base import N_, Outcome, Post, Receipt, Rejected
from channels.http import Aim
from channels.wechat_api import Api, code_of, number, text
from channels.wechat_drafts import Drafts

KEY_LIFE = timedelta(hours=23)
"""The platform says 24 hours; one is left for clocks that differ."""
TASK = "mass:"
_CONFIRM = "confirm:"
_REPEATED = "45065"
_UNCONFIRMED = ("89504", "89505")
_CONFIRM_SECONDS = 35 * 60
"""The administrator's 30 minutes, and five for a confirmation in the last of them."""
_STANDING = {
    "SEND_SUCCESS": Outcome.LIVE,
    "SENDING": Outcome.ACCEPTED,
    "SEND_FAIL": Outcome.REFUSED,
    "DELETE": Outcome.GONE,
}
_RESIDUE = N_("图文内容页已删除；群发通知和关注者已收到的卡片无法收回，标题和摘要仍可见")


def is_mass(receipt: Receipt) -> bool:
    """Whether the task is a mass send, whatever the account's settings say by now."""
    return receipt.task_id.startswith((TASK, _CONFIRM))


class MassSend:
    """One account's messages to all followers."""

    def __init__(self, api: Api, drafts: Drafts, *, ignore_reprint: bool) -> None:
        self._api = api
        self._drafts = drafts
        self._ignore_reprint = ignore_reprint

    def send(self, post: Post, media_id: str) -> Receipt:
        """Ask to send the draft; the same post asks the same again."""
        return self._ask(_key(post), media_id)

    def poll(self, receipt: Receipt) -> Receipt:
        """How the message stands. The platform tells its address only in the callback."""
        if receipt.task_id.startswith(_CONFIRM):
            return self._confirmed(receipt)
        body = {"msg_id": _message_id(receipt)}
        reply = self._api.call("/cgi-bin/message/mass/get", body)
        status = text(reply, "msg_status").upper()
        outcome = _STANDING.get(status)
        if outcome is None:
            raise reply.unclear("no_msg_status")
        return Receipt(
            outcome,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            task_id=receipt.task_id,
            code="" if outcome is Outcome.LIVE else f"mass_{status.lower()}",
            evidence={**receipt.evidence, **reply.evidence()},
        )

    def recall(self, receipt: Receipt) -> Receipt:
        """Delete the content page; what arrived at followers stays there."""
        body = {"msg_id": _message_id(receipt), "article_idx": 0}
        reply = self._api.call("/cgi-bin/message/mass/delete", body, aim=Aim.CREATE)
        return Receipt(
            Outcome.GONE,
            remote_id=receipt.remote_id,
            remote_url=receipt.remote_url,
            task_id=receipt.task_id,
            words=_RESIDUE,
            evidence=reply.evidence(),
        )

    def _ask(self, key: str, media_id: str) -> Receipt:
        body = {
            "filter": {"is_to_all": True},
            "msgtype": "mpnews",
            "mpnews": {"media_id": media_id},
            "send_ignore_reprint": int(self._ignore_reprint),
            "clientmsgid": key,
        }
        path, taken = "/cgi-bin/message/mass/sendall", (_REPEATED, *_UNCONFIRMED)
        reply = self._drafts.spend(path, media_id, body, taken)
        if (code := code_of(reply)) in _UNCONFIRMED:
            task = f"{_CONFIRM}{key}:{int(time.time())}:{media_id}"
            told = reply.evidence()
            words = str(told.get("errmsg", ""))
            return Receipt(Outcome.ACCEPTED, task_id=task, code=code, words=words, evidence=told)
        return Receipt(
            Outcome.ACCEPTED,
            remote_id=str(reply.object().get("msg_data_id") or ""),
            task_id=TASK + text(reply, "msg_id"),
            evidence=reply.evidence(),
        )

    def _confirmed(self, receipt: Receipt) -> Receipt:
        """Waiting while the draft is there and the time runs; once it is gone, ask what came."""
        key, asked_at, media_id = receipt.task_id.removeprefix(_CONFIRM).split(":", 2)
        if not self._drafts.holds(media_id):
            return self._ask(key, media_id)
        if time.time() - number(asked_at) < _CONFIRM_SECONDS:
            return receipt
        return Receipt(
            Outcome.REFUSED, task_id=receipt.task_id, code="confirm_lapsed", unspent=True
        )


def _key(post: Post) -> str:
    """At most 32 bytes, the same for the same post."""
    return hashlib.sha256(f"{post.uid}:{post.revision}".encode()).hexdigest()[:32]


def _message_id(receipt: Receipt) -> int:
    found = number(receipt.task_id.removeprefix(TASK))
    if found < 0:
        raise Rejected(receipt.task_id, code="40059")
    return found
