"""The rules of notices as tables: who gets what, when it may leave, whose title may be told."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from itertools import pairwise

import pytest

from kitchen.core.clock import CENTRE
from kitchen.notifications.labels import KINDS
from kitchen.notifications.rules import (
    GATHER,
    LINES,
    LONGEST_LINE,
    QUIET,
    URGENT,
    Kind,
    Quiet,
    Way,
    leaves_at,
    pause_after,
    permission_of,
    wants,
)
from kitchen.roles import ROLES


def at(hour: int, minute: int = 0, day: int = 26) -> datetime:
    return datetime(2026, 11, day, hour, minute, tzinfo=CENTRE)


@pytest.mark.parametrize(
    ("kind", "way", "choices", "wanted"),
    [
        (Kind.BREAKING, Way.MAIL, {}, True),
        (Kind.BREAKING, Way.CHAT, {}, True),
        (Kind.TASK, Way.CHAT, {}, True),
        (Kind.REVIEW, Way.MAIL, {}, True),
        (Kind.REVIEW, Way.CHAT, {}, False),
        (Kind.FIELD, Way.MAIL, {}, False),
        (Kind.FIELD, Way.MAIL, {("field", "mail"): True}, True),
        (Kind.BREAKING, Way.MAIL, {("breaking", "mail"): False}, False),
        (Kind.BREAKING, Way.CHAT, {("breaking", "mail"): False}, True),
    ],
)
def test_who_gets_what(
    kind: Kind, way: Way, choices: dict[tuple[str, str], bool], wanted: bool
) -> None:
    assert wants(kind, way, choices) is wanted


DAY_SHIFT = Quiet(time(9), time(17))


@pytest.mark.parametrize(
    ("now", "quiet", "urgent", "leaves"),
    [
        (at(12), QUIET, False, at(12) + GATHER),
        (at(23), QUIET, False, at(7, day=27)),
        (at(3), QUIET, False, at(7)),
        (at(21, 59), QUIET, False, at(7, day=27)),
        (at(7), QUIET, False, at(7) + GATHER),
        (at(6, 58), QUIET, False, at(7)),
        (at(23), QUIET, True, at(23)),
        (at(23), None, False, at(23) + GATHER),
        (at(10), DAY_SHIFT, False, at(17)),
        (at(20), DAY_SHIFT, False, at(20) + GATHER),
    ],
)
def test_when_a_message_may_leave(
    now: datetime, quiet: Quiet | None, urgent: bool, leaves: datetime
) -> None:
    assert leaves_at(now, quiet, urgent=urgent) == leaves


def test_tries_become_rarer_and_end() -> None:
    pauses = []
    while (pause := pause_after(len(pauses) + 1)) is not None:
        pauses.append(pause)
    assert all(one < other for one, other in pairwise(pauses))
    assert sum(pauses, timedelta()) < timedelta(hours=6)


@pytest.mark.parametrize(
    ("url", "permission"),
    [
        ("/leads/x", "leads.read"),
        ("/publish/x", "publishing.read"),
        ("/review/x?level=2", "review.read"),
        ("/", None),
        ("/unheard-of/x", None),
    ],
)
def test_whose_title_may_be_told(url: str, permission: str | None) -> None:
    assert permission_of(url) == permission


def test_every_kind_has_its_words_and_every_line_real_roles() -> None:
    assert set(KINDS) == set(Kind)
    assert set(LINES) <= URGENT
    for line in LINES.values():
        assert len(line) <= LONGEST_LINE
        assert {rung.role for rung in line} <= set(ROLES)
