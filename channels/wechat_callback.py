"""What 微信公众号 pushes to us: checked, opened, and read as a notice.

The platform signs with SHA-1 over sorted values. In plain mode the signature covers time and nonce
but not the body, so such a notice is no proof, only a reason to ask. In encrypted mode
``msg_signature`` covers the sealed body, and our app id stands inside it: that is proof. An
account with an EncodingAESKey takes nothing else, or a forger would simply leave the seal away.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from xml.etree.ElementTree import Element  # the type alone; what comes in is read by defusedxml

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from defusedxml import ElementTree
from defusedxml.common import DefusedXmlException

from channels.abilities import Call, Forged, Heard, Letter, Notice
from channels.base import Outcome, Receipt
from channels.wechat_api import WeChatSettings, number
from channels.wechat_mass import TASK
from channels.wechat_published import STANDING

PATIENCE = timedelta(minutes=5)
"""How far the platform's time may lie from ours."""
_BLOCK = 32
"""The padding counts to blocks of 32 bytes, though the cipher's own have 16."""
_PREFIX, _LENGTH = 16, 4
"""Random bytes, then the message's length in big-endian order, before the message itself."""
_PUBLISHED = ("PUBLISHJOBFINISH", "FREEPUBLISHJOBFINISH")
_SENT = "MASSSENDJOBFINISH"
_LETTERS = ("text", "image", "voice", "video", "shortvideo", "location", "link")
"""What followers send; an event is none of these."""
_MASS_STATUS = {"sendsuccess": Outcome.LIVE, "sendfail": Outcome.REFUSED}


def signature(*values: str) -> str:
    """SHA-1 (hex) over the values in sorted order, as the platform signs."""
    return hashlib.sha1("".join(sorted(values)).encode()).hexdigest()  # noqa: S324


def listen(settings: WeChatSettings, call: Call) -> Heard:
    """Check and read one callback of the account. Raises :class:`Forged`."""
    if not settings.callback_token:
        raise Forged("this account takes no callbacks")
    _in_time(call)
    if call.method == "GET":
        _signed(settings, call, "signature")
        return Heard(answer=call.query.get("echostr", "").encode())
    proof = bool(settings.encoding_aes_key)
    message = _parsed(call.body)
    if proof:
        sealed = message.findtext("Encrypt") or ""
        _signed(settings, call, "msg_signature", sealed)
        message = _parsed(_opened(settings, sealed))
    else:
        _signed(settings, call, "signature")
    return Heard(notices=tuple(_notices(message, proof)), letters=tuple(_letters(message)))


def _in_time(call: Call) -> None:
    sent = number(call.query.get("timestamp"))
    if abs(call.at.timestamp() - sent) > PATIENCE.total_seconds():
        raise Forged("the callback's time is not now")


def _signed(settings: WeChatSettings, call: Call, name: str, *further: str) -> None:
    values = (settings.callback_token, call.query["timestamp"], call.query.get("nonce", ""))
    wanted, given = signature(*values, *further), call.query.get(name, "")
    if not hmac.compare_digest(wanted.encode(), given.encode()):
        raise Forged("the callback's signature is wrong")


def _opened(settings: WeChatSettings, sealed: str) -> bytes:
    """The message inside the seal, if it is meant for this account."""
    try:
        # A generated key may have spare bits set, which a strict decoder would refuse.
        key = base64.b64decode(settings.encoding_aes_key + "=")
        cipher = Cipher(algorithms.AES(key), modes.CBC(key[:16])).decryptor()
        plain = cipher.update(base64.b64decode(sealed)) + cipher.finalize()
    except ValueError:
        raise Forged("the callback's seal does not open") from None
    if not plain or not 1 <= plain[-1] <= _BLOCK:
        raise Forged("the callback's seal does not open")
    plain = plain[_PREFIX : -plain[-1]]
    end = _LENGTH + int.from_bytes(plain[:_LENGTH], "big")
    if plain[end:] != settings.app_id.encode():
        raise Forged("the callback is for another account")
    return plain[_LENGTH:end]


def _parsed(body: bytes) -> Element:
    try:
        found: Element = ElementTree.fromstring(body)
    except (ElementTree.ParseError, DefusedXmlException, ValueError):
        raise Forged("the callback is no readable XML") from None
    return found


def _notices(message: Element, proof: bool) -> Iterator[Notice]:
    """At most one; of what followers do, only what they write concerns us."""
    event = (message.findtext("Event") or "").upper()
    if event in _PUBLISHED and (told := message.find("PublishEventInfo")) is not None:
        receipt = _published(told)
    elif event == _SENT:
        receipt = _sent(message)
    else:
        return
    yield Notice(key=_key(message, event, receipt), receipt=receipt, proof=proof)


def _letters(message: Element) -> Iterator[Letter]:
    """What a follower wrote: at most one. What they sent besides words is told by its form."""
    form, key = message.findtext("MsgType") or "", message.findtext("MsgId") or ""
    if key and form in _LETTERS:
        yield Letter(
            key=key,
            sender=message.findtext("FromUserName") or "",
            text=message.findtext("Content") or "",
            at=datetime.fromtimestamp(max(number(message.findtext("CreateTime")), 0), UTC),
            form=form,
        )


def _key(message: Element, event: str, receipt: Receipt) -> str:
    """Sender, time and event tell repeats apart; the task, two jobs ended in the same second."""
    named = (message.findtext("FromUserName"), message.findtext("CreateTime"))
    return "|".join((*(each or "" for each in named), event, receipt.task_id))


def _published(told: Element) -> Receipt:
    status = number(told.findtext("publish_status"))
    outcome = STANDING.get(status, Outcome.ACCEPTED)
    return Receipt(
        outcome,
        remote_id=told.findtext("article_id") or "",
        remote_url=told.findtext("article_detail/item/article_url") or "",
        task_id=told.findtext("publish_id") or "",
        code="" if outcome is Outcome.LIVE else f"publish_{status}",
        evidence=_plain(told),
    )


def _sent(message: Element) -> Receipt:
    """``Status`` is "send success", "send fail", or "err(10001)" with the reason's number."""
    status = (message.findtext("Status") or "").replace(" ", "").lower()
    reason = status[4:-1] if status.startswith("err(") and status.endswith(")") else ""
    outcome = Outcome.REFUSED if reason else _MASS_STATUS.get(status, Outcome.ACCEPTED)
    return Receipt(
        outcome,
        remote_url=message.findtext("ArticleUrlResult/ResultList/item/ArticleUrl") or "",
        task_id=TASK + (message.findtext("MsgID") or ""),
        code="" if outcome is Outcome.LIVE else f"mass_{reason or status}",
        evidence=_plain(message),
    )


def _plain(element: Element) -> dict[str, Any]:
    """Its parts as plain data; a name that repeats becomes a list."""
    found: dict[str, Any] = {}
    for child in element:
        value = _plain(child) if len(child) else (child.text or "")
        if child.tag in found:
            earlier = found[child.tag]
            found[child.tag] = [*(earlier if isinstance(earlier, list) else [earlier]), value]
        else:
            found[child.tag] = value
    return found
