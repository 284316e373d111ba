"""网、端、微 first: what counts as kept, by the clock."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from kitchen.planning.mobile_first import Out, first_release, mobile_order

NOON = datetime(2026, 11, 26, 4, tzinfo=UTC)


def outs(**minutes: float | None) -> list[Out]:
    return [
        Out(channel, None if after is None else NOON + timedelta(minutes=after))
        for channel, after in minutes.items()
    ]


@pytest.mark.parametrize(
    ("released", "breaches"),
    [
        ({"outlet": 0, "wechat": 1, "toutiao": 9}, [None, None, None]),
        ({"outlet": 0, "wechat": -0.5, "toutiao": 0.2}, [None, None, None]),
        ({"outlet": 5, "wechat": 1}, [None, "ahead"]),
        ({"outlet": None, "wechat": 1}, [None, "ahead"]),
        ({"outlet": 0, "wechat": 8, "douyin": 2}, [None, None, "ahead"]),
        ({"outlet": 0, "douyin": None}, [None, None]),
        ({"wechat": 0, "weibo": 3}, [None, None]),
        ({"toutiao": 0, "douyin": 1}, ["not_mobile", "not_mobile"]),
    ],
)
def test_who_was_out_of_turn(released: dict[str, float | None], breaches: list[str | None]) -> None:
    first = first_release(outs(**released))
    assert first is not None
    assert list(first.breaches) == breaches
    assert first.kept == (not any(breaches))


def test_nothing_is_said_of_what_is_out_nowhere() -> None:
    assert first_release([]) is None
    assert first_release(outs(outlet=None)) is None


def test_the_first_channel_and_how_far_the_others_followed() -> None:
    first = first_release(outs(wechat=6, outlet=0, douyin=None))
    assert first is not None
    assert (first.channel, first.at) == ("outlet", NOON)
    assert first.lags == (timedelta(minutes=6), timedelta(), None)


def test_mobile_channels_come_first_and_equals_keep_their_order() -> None:
    channels = ["douyin", "weibo", "outlet", "wechat", "toutiao"]
    assert [channels[place] for place in mobile_order(channels)] == [
        "outlet",
        "weibo",
        "wechat",
        "douyin",
        "toutiao",
    ]
