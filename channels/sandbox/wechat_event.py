"""The event ``PUBLISHJOBFINISH`` that WeChat pushes, in plain mode with its query signature."""

from __future__ import annotations

import hashlib
import secrets
from typing import Any

from channels.sandbox.accounts import Account
from channels.sandbox.callbacks import Push

_FRAME = (
    "<xml><ToUserName><![CDATA[gh_{appid}]]></ToUserName>"
    "<FromUserName><![CDATA[o_{appid}]]></FromUserName><CreateTime>{now}</CreateTime>"
    "<MsgType><![CDATA[event]]></MsgType><Event><![CDATA[PUBLISHJOBFINISH]]></Event>"
    "<PublishEventInfo><publish_id>{publish_id}</publish_id>"
    "<publish_status>{publish_status}</publish_status>{rest}</PublishEventInfo></xml>"
)


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


def signature(token: str, timestamp: str, nonce: str) -> str:
    """SHA-1 over the three values in sorted order, as the platform signs its callbacks."""
    return hashlib.sha1("".join(sorted((token, timestamp, nonce))).encode()).hexdigest()  # noqa: S324


def publish_finished(account: Account, report: dict[str, Any], now: float) -> Push:
    timestamp, nonce = str(int(now)), str(secrets.randbelow(10**9))
    xml = _FRAME.format(
        appid=account.account,
        now=timestamp,
        publish_id=report["publish_id"],
        publish_status=report["publish_status"],
        rest=_outcome(report),
    )
    query = {
        "signature": signature(account.credentials["token"], timestamp, nonce),
        "timestamp": timestamp,
        "nonce": nonce,
    }
    return Push(xml.encode(), "text/xml; charset=utf-8", query)
