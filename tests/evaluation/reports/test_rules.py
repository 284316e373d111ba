"""Rules of reports as tables: which days make a period, when a report is due, what changed."""

from __future__ import annotations

import hashlib
import json
from datetime import date, datetime
from typing import Any

import pytest

from kitchen.core.clock import CENTRE
from kitchen.evaluation.reports.rules import (
    CHANGES_MOST,
    ROW,
    About,
    Cell,
    Kind,
    Section,
    Table,
    changes,
    digest_of,
    due_at,
    frozen,
    latest_due,
    packed,
    period_of,
    unpacked,
)


@pytest.mark.parametrize(
    ("kind", "day", "first", "last"),
    [
        (Kind.WEEK, date(2026, 3, 1), date(2026, 3, 1), date(2026, 3, 7)),  # a Sunday
        (Kind.WEEK, date(2026, 3, 7), date(2026, 3, 1), date(2026, 3, 7)),  # a Saturday
        (Kind.WEEK, date(2026, 1, 1), date(2025, 12, 28), date(2026, 1, 3)),  # over the year's end
        (Kind.MONTH, date(2026, 2, 28), date(2026, 2, 1), date(2026, 2, 28)),
        (Kind.MONTH, date(2028, 2, 29), date(2028, 2, 1), date(2028, 2, 29)),
        (Kind.MONTH, date(2026, 12, 31), date(2026, 12, 1), date(2026, 12, 31)),
    ],
)
def test_a_period_has_its_days(kind: Kind, day: date, first: date, last: date) -> None:
    period = period_of(kind, day)
    assert (period.first, period.last) == (first, last)
    assert period.days == (last - first).days + 1
    assert period.next.former == period
    begins, ends = period.moments(CENTRE)
    assert begins.isoformat() == f"{first}T00:00:00+08:00"
    assert (ends - begins).days == period.days


def at(words: str) -> datetime:
    return datetime.fromisoformat(words).replace(tzinfo=CENTRE)


@pytest.mark.parametrize(
    ("kind", "now", "day", "hour", "first"),
    [
        (Kind.WEEK, "2026-03-08T08:59", 0, 9, date(2026, 2, 22)),  # Sunday, before its hour
        (Kind.WEEK, "2026-03-08T09:00", 0, 9, date(2026, 3, 1)),
        (Kind.WEEK, "2026-03-13T23:00", 6, 9, date(2026, 2, 22)),  # Saturday has not come
        (Kind.WEEK, "2026-03-14T09:00", 6, 9, date(2026, 3, 1)),
        (Kind.MONTH, "2026-03-02T10:00", 3, 9, date(2026, 1, 1)),
        (Kind.MONTH, "2026-03-03T09:00", 3, 9, date(2026, 2, 1)),
        (Kind.MONTH, "2026-01-03T09:00", 3, 9, date(2025, 12, 1)),
    ],
)
def test_a_report_is_due_after_its_period(
    kind: Kind, now: str, day: int, hour: int, first: date
) -> None:
    period = latest_due(kind, at(now), day, hour)
    assert period.first == first
    assert due_at(period, day, hour, CENTRE) <= at(now)
    assert due_at(period.next, day, hour, CENTRE) > at(now)


def told(*rows: list[Cell], named: int = 1) -> list[Section]:
    table = Table("by_channel", ("channel", "account", "pieces"), rows, named=named)
    return [Section("published", [table])]


@pytest.mark.parametrize(
    ("former", "now", "found"),
    [
        ([["wechat", "甲", 3]], [["wechat", "甲", 3]], []),
        ([], [["weibo", "乙", None]], [(["weibo", "乙"], None, 1)]),
        ([["wechat", "甲", 3]], [["wechat", "甲", 4]], [(["wechat", "甲"], 3, 4)]),
        ([["wechat", "甲", None]], [["wechat", "甲", 0]], [(["wechat", "甲"], None, 0)]),
        ([], [["weibo", "乙", 1]], [(["weibo", "乙"], None, 1)]),
        ([["weibo", "乙", 1]], [], [(["weibo", "乙"], 1, None)]),
        ([["a", "甲", 1], ["b", "乙", 2]], [["b", "乙", 2], ["a", "甲", 1]], []),  # other order
    ],
)
def test_what_changed_is_told_by_row_and_column(
    former: list[list[Cell]], now: list[list[Cell]], found: list[tuple[Any, ...]]
) -> None:
    seen = changes(told(*former, named=2), told(*now, named=2))
    assert [(each["row"], each["before"], each["after"]) for each in seen] == found


def test_a_row_that_is_nothing_but_its_name_is_told_when_it_comes_or_goes() -> None:
    former, now = told(["a", "甲", 1], named=3), told(["b", "乙", 1], named=3)
    assert [
        (it["row"], it["column"], it["before"], it["after"]) for it in changes(former, now)
    ] == [
        (["a", "甲", 1], ROW, 1, None),
        (["b", "乙", 1], ROW, None, 1),
    ]


def test_rows_of_one_name_are_told_apart_by_their_number() -> None:
    former = told(["wechat", "甲", 3], ["wechat", "甲", 5], named=2)
    now = told(["wechat", "甲", 4], ["wechat", "甲", 5], ["wechat", "甲", 6], named=2)
    assert [
        (it["nth"], it["column"], it["before"], it["after"]) for it in changes(former, now)
    ] == [
        (1, "pieces", 3, 4),
        (3, ROW, None, 1),
    ]


def test_every_change_is_found_however_many() -> None:
    former = told(*[["wechat", f"{number}", 1] for number in range(CHANGES_MOST + 1)], named=2)
    now = told(*[["wechat", f"{number}", 2] for number in range(CHANGES_MOST + 1)], named=2)
    assert len(changes(former, now)) == CHANGES_MOST + 1


def edition(figures: list[Section], **other: Any) -> dict[str, Any]:
    about = {"kind": Kind.WEEK, "first_day": date(2026, 3, 1), "unit": "", "unit_name": ""}
    return frozen(About(**{**about, "edition": 1, **other}), figures, 0)


def test_the_hash_of_an_edition_knows_whose_it_is_and_when_and_what_it_corrects() -> None:
    empty = told()
    digests = {
        digest_of(edition(empty), []),
        digest_of(edition(empty, first_day=date(2026, 3, 8)), []),
        digest_of(edition(empty, kind=Kind.MONTH), []),
        digest_of(edition(empty, unit="u", unit_name="云溪街道"), []),
        digest_of(edition(empty, unit="u", unit_name="云溪镇"), []),
        digest_of(edition(empty, edition=2), []),
        digest_of(edition(empty), [{"before": 1}]),
    }
    assert len(digests) == 7


def test_an_edition_of_the_first_form_keeps_the_hash_of_its_sections() -> None:
    data = packed(told(["wechat", "甲", 3]))
    words = json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    assert digest_of(data, [{"before": 1}]) == hashlib.sha256(words.encode()).hexdigest()


def test_packed_figures_come_out_as_they_went_in_and_their_hash_knows_every_digit() -> None:
    figures = told(["wechat", "甲", 3], ["weibo", "乙", None])
    data = packed(figures)
    assert packed(unpacked(data)) == data
    assert digest_of(data, []) == digest_of(packed(unpacked(data)), [])
    other = packed(told(["wechat", "甲", 4], ["weibo", "乙", None]))
    assert digest_of(data, []) != digest_of(other, [])
