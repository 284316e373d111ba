"""A week of figures on two platforms, as the pages of evaluation show it."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest

from tests.evaluation.figures.conftest import (
    MONDAY,
    Counted,
    counted,
    counters,
    even_dice,
    platform,
    ports,
)

__all__ = ["counted", "counters", "even_dice", "platform", "ports"]

API = "/api/v1/insight"


def words(page: str) -> str:
    """What a page says, without its tags."""
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))


@pytest.fixture
def week(counted: Counted) -> Counted:
    """Three stories on two platforms a day ago, one a week before; one platform tells nothing."""
    weibo, shandian = counted.account(), counted.account("shandian", "青禾视频")
    counted.at(MONDAY - timedelta(days=7))
    before = counted.publish(weibo, title="上周的")
    counted.tell(before, reads=50, likes=1)
    counted.later(days=1)
    counted.collect()
    counted.at(MONDAY)
    best = counted.publish(weibo, title="最好的")
    worst = counted.publish(weibo, title="最弱的")
    counted.publish(shandian, title="没人数的")
    counted.tell(best, reads=3000, likes=20)
    counted.tell(worst, reads=200, likes=30)
    counted.later(days=1)
    counted.collect()
    counted.stories = {"best": best, "worst": worst}  # type: ignore[attr-defined]
    return counted
