"""快手's envelope and what its error codes mean: ``result`` is 1, or anything else for an error."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from channels.base import N_, NeedsReauth, Owner, Rejected, Remedy, StaleToken
from channels.http import Reply

MISSING = "100120001"

REMEDIES: Mapping[str, Remedy] = {
    "100200102": Remedy(
        StaleToken, Owner.ADMINISTRATOR, N_("快手账号的授权已失效：请管理员重新授权")
    ),
    "10000200": Remedy(Rejected, Owner.EDITOR, N_("快手不接受某个字段：请检查文字、封面和视频")),
    MISSING: Remedy(Rejected, Owner.OPERATOR, N_("快手找不到这个视频：请到账号主页核对")),
    "refresh": Remedy(NeedsReauth, Owner.ADMINISTRATOR, N_("快手账号授权已到期：请管理员重新授权")),
    "upload_host": Remedy(
        Rejected, Owner.ADMINISTRATOR, N_("快手指定的上传地址不在允许之列：请管理员核对设置")
    ),
}


def judged(reply: Reply) -> Reply:
    """The reply if the platform is content."""
    data = reply.object()
    code = str(data.get("result", ""))
    if code == "1" and reply.status < 400:
        return reply
    if not code:
        raise reply.unclear("no_result")
    raise reply.failure(REMEDIES, code, words_of(data))


def words_of(data: Mapping[str, Any]) -> str:
    """What the platform says went wrong."""
    return str(data.get("error_msg") or data.get("error") or "")


def text_of(reply: Reply, name: str) -> str:
    """A text in the answer; one that lacks it proves nothing."""
    value = reply.object().get(name)
    if not value:
        raise reply.unclear(f"no_{name}")
    return str(value)


def number_of(data: Mapping[str, Any], name: str) -> int | None:
    """A number or its digits; ``None`` if the platform does not tell."""
    value = str(data.get(name, ""))
    return int(value) if value.isdecimal() else None
