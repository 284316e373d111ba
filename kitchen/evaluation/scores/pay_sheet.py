"""The pay office's sheet of a locked month, as CSV or a workbook.

A cell that an office program might take for a formula carries an apostrophe.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence

from kitchen.evaluation.scores.pay import Person
from kitchen.matrix.registry import xlsx

HEADS = (
    *("姓名", "登录名", "稿件数", "稿分", "差错扣分", "岗位固定分", "值班班次", "值班分"),
    *("合计", "定额", "金额（元）"),
)
"""The first line; the same in every language, because sheets travel."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def written(people: Iterable[Person], kind: str, name: str) -> bytes:
    """Everyone's month under the heads; ``name`` is that of the workbook's sheet."""
    rows: list[Sequence[str | float]] = [HEADS, *(_row(each) for each in people)]
    if kind == "xlsx":
        return xlsx.written(rows, name)
    out = io.StringIO()
    csv.writer(out).writerows(rows)
    return out.getvalue().encode("utf-8-sig")


def _row(person: Person) -> list[str | float]:
    each = person.sum
    return [
        _words(person.staff.name),
        _words(person.staff.username),
        each.stories,
        *(_number(told) for told in (each.shared, each.carried, each.fixed)),
        each.shifts,
        *(_number(told) for told in (each.duty, each.total, each.quota, each.amount)),
    ]


def _words(told: str) -> str:
    return f"'{told}" if told.startswith(_FORMULA) else told


def _number(hundredths: int | None) -> str | float:
    return "" if hundredths is None else hundredths / 100
