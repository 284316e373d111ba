"""``kitchen index``: an index worked out from inputs that are given, without any database."""

from __future__ import annotations

import json
from typing import Any, NoReturn

import click

from kitchen.evaluation.indices.formulas import BadInput, Fault, work_out
from kitchen.evaluation.indices.shipped import SHIPPED

FAULTS = {
    Fault.MISSING: "缺少输入 {0} · input {0} is missing",
    Fault.NOT_A_NUMBER: "输入 {0} 不是数字 · input {0} is not a number",
    Fault.NEGATIVE: "输入 {0} 是负数 · input {0} is negative",
    Fault.NO_DAYS: "输入 {0}（天数）至少是 1 · input {0} (days) must be at least 1",
}


@click.command()
@click.argument("formula")
@click.option("--json", "given", required=True, help="输入，如 '{\"X1\": 10}' · the inputs")
def index(formula: str, given: str) -> None:
    """按公式算一个指数 · work out an index, for example wci-v14.2b; status 2 for bad input"""
    if formula not in SHIPPED:
        known = ", ".join(SHIPPED)
        _refuse(f"没有公式 {formula}，可用的有 · no formula {formula!r}, there are: {known}")
    try:
        working = work_out(SHIPPED[formula].formula, _read(given))
    except BadInput as bad:
        _refuse(FAULTS[bad.fault].format(bad.name))
    except OverflowError:
        _refuse("输入太大，算不出来 · the inputs are too large")
    click.echo(repr(working.value))


def _read(given: str) -> dict[str, Any]:
    try:
        read = json.loads(given)
    except ValueError:
        read = None
    if not isinstance(read, dict):
        _refuse("--json 应是一个 JSON 对象 · --json takes a JSON object")
    return read


def _refuse(sentence: str) -> NoReturn:
    raise click.UsageError(sentence)
