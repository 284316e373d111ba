"""How posts on 抖音 and 头条 are read, by the numbers that the platform gives with its lists."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from channels.abilities import Numbers
from channels.bytedance import Account
from channels.bytedance_envelope import counted, list_of

_BATCH = 20
_FURTHER = ("forward_count", "download_count", "avg_play_duration")


def batched(account: Account, path: str, identities: Sequence[str]) -> Iterator[Numbers]:
    """Everything counted so far; a post that the platform does not tell of is left out."""
    for start in range(0, len(identities), _BATCH):
        wanted = list(identities[start : start + _BATCH])
        reply = account.ask("POST", path, body={"item_ids": wanted})
        for item in list_of(reply):
            yield numbers_of(str(item.get("item_id", "")), item.get("statistics") or {})


def numbers_of(identity: str, told: Mapping[str, Any]) -> Numbers:
    """What was told of one post; the call for one alone has names of its own."""
    return Numbers(
        identity,
        reads=counted(told.get("play_count", told.get("total_play"))),
        likes=counted(told.get("digg_count", told.get("total_like"))),
        shares=counted(told.get("share_count", told.get("total_share"))),
        comments=counted(told.get("comment_count", told.get("total_comment"))),
        more={name: told[name] for name in _FURTHER if name in told},
    )
