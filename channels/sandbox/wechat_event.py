"""What WeChat pushes when a job ends or a follower writes: plain or sealed, with its signatures.

Sealed (``callback_aes``) means AES-256-CBC under the account's EncodingAESKey: 16 random bytes, the
message's length in four bytes, the message, the appid, padded to blocks of 32; the signature then
covers what was sealed as well.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from channels.sandbox.accounts import Account
from channels.sandbox.callbacks import Push

_FRAME = (
    "<xml><ToUserName><![CDATA[gh_{appid}]]></ToUserName>"
    "<FromUserName><![CDATA[o_{appid}]]></FromUserName><CreateTime>{now}</CreateTime>"
    "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[{event}]]></Event>{rest}</xml>"
)
_LETTER = (
    "<xml><ToUserName><![CDATA[gh_{appid}]]></ToUserName>"
    "<FromUserName><![CDATA[{person}]]></FromUserName><CreateTime>{now}</CreateTime>"
    "<MsgType><![CDATA[text]]></MsgType><Content><![CDATA[{words}]]></Content>"
    "<MsgId>{number}</MsgId></xml>"
)
_SEALED = (
    "<xml><ToUserName><![CDATA[gh_{appid}]]></ToUserName>"
    "<Encrypt><![CDATA[{sealed}]]></Encrypt></xml>"
)
_BLOCK = 32
_FOLLOWERS = 1000


def signature(*values: str) -> str:
    """SHA-1 over the values in sorted order, as the platform signs its callbacks."""
    return hashlib.sha1("".join(sorted(values)).encode()).hexdigest()  # noqa: S324


def seal(key: str, appid: str, message: bytes, prefix: bytes) -> str:
    """The message under the account's key; ``prefix`` is 16 bytes, random except in a test."""
    raw = base64.b64decode(key + "=")
    whole = prefix + len(message).to_bytes(4, "big") + message + appid.encode()
    padding = _BLOCK - len(whole) % _BLOCK
    cipher = Cipher(algorithms.AES(raw), modes.CBC(raw[:16])).encryptor()
    sealed = cipher.update(whole + bytes([padding]) * padding) + cipher.finalize()
    return base64.b64encode(sealed).decode()


def _outcome(report: dict[str, Any]) -> str:
    if "article_id" not in report:
        return "".join(f"<fail_idx>{index}</fail_idx>" for index in report["fail_idx"])
    items = "".join(
        f"<item><idx>{item['idx']}</idx>"
        f"<article_url><![CDATA[{item['article_url']}]]></article_url></item>"
        for item in report["article_detail"]["item"]
    )
    count = report["article_detail"]["count"]
    return (
        f"<article_id><![CDATA[{report['article_id']}]]></article_id>"
        f"<article_detail><count>{count}</count>{items}</article_detail>"
    )


def publish_finished(account: Account, report: dict[str, Any], now: float) -> Push:
    """``PUBLISHJOBFINISH``: what ``freepublish/get`` would say."""
    rest = (
        f"<PublishEventInfo><publish_id>{report['publish_id']}</publish_id>"
        f"<publish_status>{report['publish_status']}</publish_status>"
        f"{_outcome(report)}</PublishEventInfo>"
    )
    return _push(account, "PUBLISHJOBFINISH", rest, now)


def mass_finished(account: Account, report: dict[str, Any], now: float) -> Push:
    """``MASSSENDJOBFINISH``: ``status`` in words, and the addresses if it was sent."""
    sent = report["status"] == "send success"
    urls = report["urls"] if sent else []
    items = "".join(
        f"<item><ArticleIdx>{index}</ArticleIdx><ArticleUrl><![CDATA[{url}]]></ArticleUrl></item>"
        for index, url in enumerate(urls, start=1)
    )
    reached = _FOLLOWERS if sent else 0
    rest = (
        f"<MsgID>{report['msg_id']}</MsgID><Status><![CDATA[{report['status']}]]></Status>"
        f"<TotalCount>{_FOLLOWERS}</TotalCount><FilterCount>{reached}</FilterCount>"
        f"<SentCount>{reached}</SentCount><ErrorCount>0</ErrorCount>"
        "<CopyrightCheckResult><Count>0</Count><ResultList></ResultList>"
        "<CheckState>2</CheckState></CopyrightCheckResult>"
        f"<ArticleUrlResult><Count>{len(urls)}</Count><ResultList>{items}</ResultList>"
        "</ArticleUrlResult>"
    )
    return _push(account, "MASSSENDJOBFINISH", rest, now)


def letter(account: Account, number: int, person: str, words: str, now: float) -> Push:
    """What a follower wrote to the account; ``number`` tells repeats apart."""
    xml = _LETTER.format(
        appid=account.account,
        person=person,
        now=int(now),
        words=words.replace("]]>", "]]]]><![CDATA[>"),
        number=number,
    )
    return _signed(account, xml, now)


def _push(account: Account, event: str, rest: str, now: float) -> Push:
    xml = _FRAME.format(appid=account.account, now=int(now), event=event, rest=rest)
    return _signed(account, xml, now)


def _signed(account: Account, xml: str, now: float) -> Push:
    token, appid = account.credentials["token"], account.account
    timestamp, nonce = str(int(now)), str(secrets.randbelow(10**9))
    query = {
        "signature": signature(token, timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    if account.settings.get("callback_aes"):
        key, prefix = account.credentials["encoding_aes_key"], secrets.token_bytes(16)
        sealed = seal(key, appid, xml.encode(), prefix)
        query["encrypt_type"] = "aes"
        query["msg_signature"] = signature(token, timestamp, nonce, sealed)
        xml = _SEALED.format(appid=appid, sealed=sealed)
    return Push(xml.encode(), "text/xml; charset=utf-8", query)
