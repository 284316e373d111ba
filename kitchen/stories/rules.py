"""Rules of stories: how they live, who may write in them, what is counted and compared."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions of this station. A reporter writes their own; an editor edits everybody's."""

    READ = "stories.read"
    WRITE = "stories.write"
    EDIT = "stories.edit"
    ADOPT = "stories.adopt"
    DECIDE = "stories.decide"
    """Held by reviewers; exercised only through the verdicts of the review."""


class State(StrEnum):
    DRAFT = "draft"
    IN_REVIEW = "in_review"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"
    CORRECTING = "correcting"
    """Published, and being mended: what is out stays out until the newer version is approved."""
    WITHDRAWN = "withdrawn"


OPEN = frozenset({State.DRAFT, State.RETURNED, State.CORRECTING})
"""Where the text may be changed; in every other state it stands as it was judged."""
IN_FORCE = frozenset({State.APPROVED, State.PUBLISHED, State.WITHDRAWN})
"""Where the latest approval speaks for the piece; elsewhere a newer version is on its way."""

MACHINE = Machine(
    State,
    State.DRAFT,
    move("submit", OPEN, State.IN_REVIEW, May.WRITE, "送审"),
    move(
        "take_back",
        {State.IN_REVIEW},
        None,
        May.WRITE,
        "撤回修改",
        targets={State.DRAFT, State.CORRECTING},
    ),
    move(
        "return_to_author",
        {State.IN_REVIEW},
        None,
        May.DECIDE,
        "退回作者",
        needs_reason=True,
        targets={State.RETURNED, State.CORRECTING},
    ),
    move("approve", {State.IN_REVIEW}, State.APPROVED, May.DECIDE, "通过"),
    move(
        "revoke",
        {State.APPROVED, State.CORRECTING},
        State.RETURNED,
        May.DECIDE,
        "撤销签发",
        needs_reason=True,
    ),
    move("publish", {State.APPROVED}, State.PUBLISHED, May.DECIDE, "发布"),
    move(
        "correct",
        {State.APPROVED, State.PUBLISHED},
        State.CORRECTING,
        May.EDIT,
        "更正",
        needs_reason=True,
    ),
    move("drop_correction", {State.CORRECTING}, State.APPROVED, May.EDIT, "放弃更正"),
    move(
        "withdraw",
        {State.APPROVED, State.PUBLISHED},
        State.WITHDRAWN,
        May.DECIDE,
        "撤稿",
        needs_reason=True,
    ),
)


class Kind(StrEnum):
    """Why a version was kept. Versions are made at these moments only, never by autosave."""

    MANUAL = "manual"
    SUBMITTED = "submitted"
    RETURNED = "returned"
    APPROVED = "approved"
    PUBLISHED = "published"


class AiUse(StrEnum):
    """What the author declares (the labelling rules in force since 2025-09-01)."""

    NONE = "none"
    ASSISTED = "assisted"
    GENERATED = "generated"


TITLE_MAX = 64
DIGEST_MAX = 200
TEXT_MAX = 60_000
"""Characters of a master's text; the longest real pieces have a quarter of it."""
COUNT_MAX = 1_000_000_000
"""More steps or versions than any story will have; every database can count so far."""
COLUMNS_MAX, ROWS_MAX = 20, 200
"""The largest table that anybody can still read on a page."""
SHARE_MIN, SHARE_MAX = 10, 90
"""Percent of the credit that stays with the author of an adopted piece (S56)."""

_CHARACTER = re.compile(
    "[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff]|[^\\W_\u3400-\u9fff]+"
)


def count_characters(text: str) -> int:
    """字数: each Chinese character counts one, and so does each Latin word or number."""
    return len(_CHARACTER.findall(text))


def may_change(
    actor_id: int | None, author_id: int | None, crew: Collection[int], *, edits: bool
) -> bool:
    """Whether someone may change a story: its author, the crew of its assignment, an editor."""
    return edits or (actor_id is not None and (actor_id == author_id or actor_id in crew))


def release_at(slot: datetime | None, embargo: datetime | None) -> datetime | None:
    """Before when an account is sent nothing: its slot, but never before the embargo ends."""
    return max((moment for moment in (slot, embargo) if moment is not None), default=None)


MOBILE_FIRST: Mapping[str, int] = {"outlet": 0, "wechat": 1, "weibo": 1}
"""网、端、微 are where a piece first appears (S48): our own app, then 微信 and 微博."""


def rank_of(channel: str) -> int:
    """The turn in which a channel releases a piece; all that are not mobile come last."""
    return MOBILE_FIRST.get(channel, max(MOBILE_FIRST.values()) + 1)


def out_of_turn(order: Sequence[tuple[str, datetime | None]]) -> list[int]:
    """Places in the planned order (channel, not before when) that come before an earlier turn.

    ``None`` is at once. Of two at the same moment the earlier place goes first.
    """
    keys = [
        (moment is not None, moment.timestamp() if moment else 0.0, place)
        for place, (_, moment) in enumerate(order)
    ]
    return [
        place
        for place, (channel, _) in enumerate(order)
        if any(
            rank_of(other) < rank_of(channel) and keys[at] > keys[place]
            for at, (other, _) in enumerate(order)
        )
    ]


def fingerprint(master: Mapping[str, Any]) -> str:
    """SHA-256 (hex) over the canonical JSON of what editions are made from."""
    canonical = json.dumps(master, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
