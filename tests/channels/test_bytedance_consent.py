"""How long an authorisation of Douyin or Toutiao lasts, and that it is lengthened in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.abilities import Expires
from channels.base import Channel, NeedsReauth
from tests.channels.cases import CASES, REFRESH, Case, douyin_answer, douyin_error
from tests.channels.platform import DROPPED, Answer, Platform, Reaction
from tests.channels.twins import FILES, MemoryFiles, MemoryTokens

BY_NAME = {case.name: case for case in CASES}
both = pytest.mark.parametrize("name", ["douyin video", "toutiao"])
LISTS = ("/api/douyin/v1/video/video_list/", "/toutiao/video/list/")
RENEW = "/oauth/renew_refresh_token/"
DAY = 86_400


def opened(name: str, platform: Platform, tokens: MemoryTokens, **more: Any) -> Channel:
    case: Case = BY_NAME[name]
    case.play(platform)
    for path in LISTS:
        platform.on(path, douyin_answer(list=[], has_more=False))
    given = {key: platform.url if it == "URL" else it for key, it in case.settings.items()}
    settings = case.channel.Settings(**given, **more)
    return case.channel(settings, MemoryFiles(*FILES), tokens)


def granting(platform: Platform, days: float) -> None:
    """The platform tells that the refresh token lives for so many days."""
    told = {"access_token": "t0ken-access", "expires_in": 15 * DAY}
    answer = douyin_answer(**told, refresh_expires_in=int(days * DAY))
    platform.on("/oauth/refresh_token/", answer)


def until(channel: Channel) -> datetime | None:
    assert isinstance(channel, Expires)
    return channel.access_until()


@both
def test_nobody_knows_the_end_before_anything_was_told(name: str, platform: Platform) -> None:
    assert until(opened(name, platform, MemoryTokens())) is None
    assert until(opened(name, platform, MemoryTokens(), authorised_at="昨天")) is None


@both
def test_it_is_counted_from_the_day_that_was_written_down(name: str, platform: Platform) -> None:
    channel = opened(name, platform, MemoryTokens(), authorised_at="2026-11-01")
    assert until(channel) == datetime(2026, 11, 30, 16, 0, tzinfo=UTC)


@both
def test_what_the_platform_tells_counts_more(name: str, platform: Platform) -> None:
    channel = opened(name, platform, MemoryTokens(), authorised_at="2026-01-01")
    granting(platform, 12)
    channel.probe()  # type: ignore[attr-defined]
    end = until(channel)
    assert end is not None
    assert abs(end - datetime.now(UTC) - timedelta(days=12)) < timedelta(minutes=1)


@both
@pytest.mark.parametrize(
    ("renewable", "days", "asked"), [(True, 6, 1), (True, 8, 0), (False, 6, 0)]
)
def test_a_refresh_token_is_renewed_in_its_last_week_where_granted(
    name: str, platform: Platform, renewable: bool, days: int, asked: int
) -> None:
    tokens = MemoryTokens()
    channel = opened(name, platform, tokens, renewable=renewable)
    granting(platform, days)
    platform.on(RENEW, douyin_answer(refresh_token="r3fresh-1", expires_in=30 * DAY))
    channel.probe()  # type: ignore[attr-defined]
    assert len(platform.asked(RENEW)) == asked
    assert ("r3fresh-1" in tokens.values.values()) is bool(asked)
    end = until(channel)
    assert end is not None
    left = end - datetime.now(UTC)
    assert (left > timedelta(days=29)) is bool(asked)


def test_the_renewed_one_is_spent_from_then_on(platform: Platform) -> None:
    tokens = MemoryTokens()
    channel = opened("douyin video", platform, tokens, renewable=True)
    granting(platform, 3)
    platform.on(RENEW, douyin_answer(refresh_token="r3fresh-1", expires_in=30 * DAY))
    channel.probe()  # type: ignore[attr-defined]
    for name in [it for it in tokens.values if it.startswith("access")]:
        tokens.drop(name)
    granting(platform, 30)
    channel.probe()  # type: ignore[attr-defined]
    spent = [request.form["refresh_token"] for request in platform.asked("/oauth/refresh_token/")]
    assert spent == [REFRESH, "r3fresh-1"]
    assert len(platform.asked(RENEW)) == 1


@pytest.mark.parametrize(
    "refusal", [douyin_error(10020, "五次"), douyin_error(10004, "无权限"), DROPPED], ids=repr
)
def test_a_refused_renewal_changes_nothing(platform: Platform, refusal: Reaction) -> None:
    tokens = MemoryTokens()
    channel = opened("douyin video", platform, tokens, renewable=True)
    granting(platform, 3)
    platform.on(RENEW, refusal)
    channel.probe()  # type: ignore[attr-defined]
    assert not [name for name in tokens.values if name.startswith("refresh")]


def test_an_access_token_is_kept_for_a_day_so_that_the_last_week_is_noticed(
    platform: Platform,
) -> None:
    tokens = MemoryTokens()
    opened("douyin video", platform, tokens).probe()  # type: ignore[attr-defined]
    (life,) = (span for name, span in tokens.lifetimes.items() if name.startswith("access"))
    assert timedelta(hours=23) < life <= timedelta(days=1)


def test_an_ended_authorisation_needs_a_person(platform: Platform) -> None:
    channel = opened("douyin video", platform, MemoryTokens(), renewable=True)
    answer: Answer = douyin_error(10010, "refresh_token过期")
    platform.on("/oauth/refresh_token/", answer)
    with pytest.raises(NeedsReauth):
        channel.probe()  # type: ignore[attr-defined]
    assert platform.asked(RENEW) == []
