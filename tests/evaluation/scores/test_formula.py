"""The arithmetic of 稿分, as tables; and that shares come to the points to the cent."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from kitchen.evaluation.scores.formula import (
    AS_SHIPPED,
    Blame,
    Inputs,
    Reach,
    Taken,
    Task,
    amount_of,
    baseline_of,
    highest,
    hundredths,
    lines_of,
    points_of,
)
from kitchen.evaluation.scores.rules import (
    Fault,
    Genre,
    Grade,
    Role,
    genre_of,
    month_after,
    month_before,
    month_named,
    parted,
    role_of,
)
from kitchen.evaluation.scores.sharing import named_in, percents_of

NEWS = {"genre": "news"}


def read(reads: int | None, baseline: str = "100", silence: str = "") -> Reach:
    return Reach("piece", "青禾wechat", 168, reads, baseline, silence)


def blame(kind: str) -> Blame:
    return Blame(kind, "entry", "写错了", "/stories/x")


@pytest.mark.parametrize(
    ("inputs", "grade", "points"),
    [
        ({}, None, "10.00"),
        ({}, "a", "20.00"),
        ({}, "b", "15.00"),
        ({}, "d", "6.00"),
        ({"genre": "feature"}, "a", "60.00"),
        ({"mobile_first": True}, "c", "11.00"),
        ({"mobile_first": True}, "b", "16.50"),
        # k·ln(1+1) = 3 × 0.693…
        ({"reach": (read(100),)}, "c", "12.08"),
        ({"reach": (read(0),)}, "c", "10.00"),
        ({"reach": (read(100_000_000),)}, "c", "20.00"),  # the cap
        ({"reach": (read(None),)}, "c", "10.00"),
        ({"reach": (read(500, silence="doubted"),)}, "c", "10.00"),
        ({"reach": (read(500, ""),)}, "c", "10.00"),
        ({"reach": (read(100), read(200))}, "c", "13.30"),  # the best alone
        ({"pickup": Taken("district", "区报", "u")}, "c", "11.00"),
        ({"pickup": Taken("central", "央媒", "u")}, "c", "20.00"),
        ({"pickup": Taken("commercial", "门户", "u")}, "c", "10.00"),
        ({"task": Task("t", on_time=True)}, "c", "11.00"),
        ({"task": Task("t", on_time=False)}, "c", "8.00"),
        (
            {"task": Task("t", on_time=False), "blames": (blame("overdue"),)},
            "c",
            "8.00",  # one lateness, whoever told of it
        ),
        ({"blames": (blame("fact"),)}, "c", "0.00"),
        ({"blames": (blame("fact"), blame("wording"))}, "c", "-2.00"),
        ({"blames": (blame("wording"), blame("orientation"))}, "a", "0.00"),
        (
            {"blames": (blame("orientation"),), "task": Task("t", on_time=False)},
            "a",
            "0.00",
        ),
    ],
)
def test_what_a_story_is_worth(inputs: dict[str, Any], grade: str | None, points: str) -> None:
    told = Inputs(**{**NEWS, **inputs})
    found = points_of(told, Grade(grade) if grade else None, AS_SHIPPED)
    assert found == int(Decimal(points) * 100)
    assert hundredths(
        sum(line.amount for line in lines_of(told, Grade.C, AS_SHIPPED))
    ) == points_of(told, Grade.C, AS_SHIPPED)
    assert Inputs.from_json(told.as_json()) == told


@pytest.mark.parametrize(
    ("amount", "cents"),
    [("0.005", 1), ("0.0049999", 0), ("2.675", 268), ("-0.005", -1), ("1.994999", 199)],
)
def test_half_a_cent_is_rounded_up_once(amount: str, cents: int) -> None:
    assert hundredths(Decimal(amount)) == cents


def test_no_number_is_rounded_on_the_way() -> None:
    weights = {**AS_SHIPPED, "base_news": Decimal("3.333"), "quality_b": Decimal("1.0005")}
    told = Inputs(genre="news", mobile_first=True)
    assert points_of(told, Grade.B, weights) == 367  # 3.333 × 1.0005 × 1.1 = 3.66813…


@pytest.mark.parametrize(
    ("reads", "baseline"),
    [
        ([], None),
        ([5, 6], None),
        ([1, 9, 5], Decimal(5)),
        ([1, 2, 3, 100], Decimal("2.5")),
        ([0, 0, 0], Decimal(1)),
    ],
)
def test_the_baseline_is_a_median_of_enough(reads: list[int], baseline: Decimal | None) -> None:
    assert baseline_of(reads) == baseline


@pytest.mark.parametrize(
    ("tiers", "best"),
    [
        ([], None),
        (["commercial"], None),
        (["district", "district"], "district"),
        (["city", "central", "province"], "central"),
    ],
)
def test_only_the_highest_tier_counts(tiers: list[str], best: str | None) -> None:
    assert highest(tiers) == best


@pytest.mark.parametrize(
    ("total", "quota", "yuan"),
    [(12_000, 10_000, 10_000), (9_000, 10_000, -5_000), (10_000, 10_000, 0), (10_001, 0, 50_005)],
)
def test_yuan_above_and_below_the_quota(total: int, quota: int, yuan: int) -> None:
    assert amount_of(total, quota, AS_SHIPPED) == yuan


@given(
    points=st.integers(-1_000_000, 1_000_000),
    shares=st.lists(st.integers(1, 100), min_size=1, max_size=12),
)
def test_the_shares_come_to_the_points_to_the_cent(points: int, shares: list[int]) -> None:
    parts = parted(points, shares)
    assert sum(parts) == points
    exact = [Decimal(points) * share / sum(shares) for share in shares]
    assert all(abs(part - each) < 1 for part, each in zip(parts, exact, strict=True))


@given(
    st.lists(
        st.tuples(
            st.sampled_from(["记者", "摄影", "责任编辑", "剪辑", "校对"]), st.integers(0, 100)
        ),
        min_size=1,
        max_size=10,
    )
)
def test_proposed_percents_always_come_to_a_hundred(lines: list[tuple[str, int]]) -> None:
    named = named_in([{"role": role, "names": "甲", "share": share} for role, share in lines])
    assert sum(percents_of(named, AS_SHIPPED)) == 100


@pytest.mark.parametrize(
    ("lines", "percents"),
    [
        ([("记者", "甲", 60), ("摄像", "乙", 40)], [60, 40]),
        ([("记者", "甲", 0)], [100]),
        ([("记者", "甲、乙", 0)], [50, 50]),
        ([("记者", "甲", 0), ("责任编辑", "乙", 0)], [86, 14]),
        ([("记者", "甲", 80), ("校对", "乙", 0)], [80, 20]),
        ([("记者", "甲 乙", 51), ("编辑", "丙", 49)], [26, 25, 49]),
        ([("记者", "甲", 30), ("编辑", "乙", 30)], [50, 50]),
    ],
)
def test_shares_follow_the_credits_or_the_weights(
    lines: list[tuple[str, str, int]], percents: list[int]
) -> None:
    named = named_in([{"role": role, "names": who, "share": share} for role, who, share in lines])
    assert percents_of(named, AS_SHIPPED) == percents


def test_a_role_without_weight_still_gets_what_is_left() -> None:
    weights = {**AS_SHIPPED, "share_camera": Decimal(0)}
    named = named_in([{"role": "摄影", "names": "甲、乙", "share": 0}])
    assert percents_of(named, weights) == [50, 50]


@pytest.mark.parametrize(
    ("words", "role"),
    [
        ("记者", Role.WRITING),
        ("通讯员", Role.WRITING),
        ("责任编辑", Role.EDITING),
        ("摄影摄像", Role.CAMERA),
        ("视频剪辑", Role.CAMERA),
        ("海报设计", Role.MAKING),
        ("编校", Role.PROOFREADING),
        ("Editing", Role.EDITING),
    ],
)
def test_the_words_of_a_credit_tell_the_work(words: str, role: Role) -> None:
    assert role_of(words) is role


@pytest.mark.parametrize(
    ("known", "genre"),
    [
        ({"reprint": True, "forms": ["video"], "length": 900}, Genre.REPRINT),
        ({"reprint": False, "forms": ["text", "live"], "length": 900}, Genre.LIVE),
        ({"reprint": False, "forms": ["photo", "video"], "length": 900}, Genre.VIDEO),
        ({"reprint": False, "forms": ["photo"], "length": 1500}, Genre.FEATURE),
        ({"reprint": False, "forms": ["photo"], "length": 300}, Genre.PHOTO),
        ({"reprint": False, "forms": [], "length": 200}, Genre.BRIEF),
        ({"reprint": False, "forms": [], "length": 201}, Genre.NEWS),
    ],
)
def test_what_the_house_takes_a_story_for(known: dict[str, Any], genre: Genre) -> None:
    assert genre_of(**known) is genre


def test_months_are_written_and_counted() -> None:
    assert month_named("2026-05") == date(2026, 5, 1)
    assert [month_named(each) for each in ("2026-13", "26-05", "", "0000-01", "2026-5")] == [
        None
    ] * 5
    assert month_after(date(2026, 12, 1)) == date(2027, 1, 1)
    assert month_before(date(2026, 1, 1)) == date(2025, 12, 1)


def test_every_fault_but_the_veto_has_a_number() -> None:
    numbered = {name.removeprefix("fault_") for name in AS_SHIPPED if name.startswith("fault_")}
    assert numbered == set(Fault) - {Fault.ORIENTATION}
