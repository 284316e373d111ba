"""Rules of making films: what a work is, its states, how long it belongs to a worker."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum

from kitchen.core.states import Machine, move


class May(StrEnum):
    """Permissions on works; the second is nobody's but the house's."""

    ASK = "media.upload"
    HOUSE = "media.house"


class State(StrEnum):
    """How far a work is."""

    QUEUED = "queued"
    MAKING = "making"
    DONE = "done"
    FAILED = "failed"
    CANCELLED = "cancelled"


MACHINE = Machine(
    State,
    State.QUEUED,
    move("begin", {State.QUEUED, State.MAKING}, State.MAKING, May.HOUSE, "开始制作"),
    move("put_back", {State.MAKING}, State.QUEUED, May.HOUSE, "放回"),
    move("finish", {State.MAKING}, State.DONE, May.HOUSE, "做好"),
    move("fail", {State.QUEUED, State.MAKING}, State.FAILED, May.HOUSE, "没有做成"),
    move("cancel", {State.QUEUED, State.MAKING}, State.CANCELLED, May.ASK, "取消"),
    move("ask_again", set(State), State.QUEUED, May.ASK, "再做一次"),
)
"""``begin`` from ``making`` takes up what a dead worker left; ``ask_again`` from there ends the
present maker, because other wishes hold."""

BELL = "film"
"""The doorbell of whoever makes films."""
STRIP, PROXY, POSTER = "film_strip", "film_proxy", "film_poster"
"""Works that are for no platform: stills side by side, a light copy, the cover by hand."""
SHARED = "film_shared"
"""The work for share links with a watermark."""
SUBTITLES = "film_subtitles"
"""The rendition that holds a film's subtitles, as WebVTT."""
PREPARED = (STRIP, PROXY)
"""What is made of every film without being asked for."""

LEASE = timedelta(seconds=60)
"""How long a work belongs to its worker unless it is heard from again."""
RENEWED = 5.0
"""After so many seconds a worker says that it goes on, also where the percentage stands still."""
TOLD = 1.0
"""Seconds between two percentages."""
MOST_ATTEMPTS = 3
"""After so many beginnings without an end a work has failed: it would kill every worker."""
