"""Mixtures: by the editions of the time, and with what nobody knows marked as unknown."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

import pytest

from kitchen.evaluation.indices import mixing, queries, service
from kitchen.evaluation.indices.mixing import UnitLine
from kitchen.evaluation.indices.models import IndexDefinition
from kitchen.evaluation.indices.windows import Kind, Window, window_of
from tests.evaluation.indices.conftest import WHOLE, Measured

LAST_WEEK = window_of(Kind.WEEK, date(2026, 11, 18))
NEW_WEEK = window_of(Kind.WEEK, date(2026, 11, 29))
"""The first one that is counted by V15."""
WCI = "wci-v14.2b"
CENTRE = "青禾区融媒体中心"


def test_a_mixture_ranks_units_by_their_highest_accounts(measured: Measured) -> None:
    measured.published("青禾发布", "2026-11-18 08:00", **WHOLE)
    measured.published("青禾微博", "2026-11-18 08:00", **WHOLE)
    measured.published("云溪街道", "2026-11-18 08:00", **WHOLE)
    measured.opened("青禾小号")
    for name in (WCI, "bci"):
        measured.compute(name, LAST_WEEK)
    with measured.database.unit(write=False) as session:
        mixture = queries.the_definition(session, "mcci")
        page = mixing.ranking(session, mixture, LAST_WEEK)
        first, second = page.items
        assert (first.unit.name, second.unit.name) == ("青禾区融媒体中心", "云溪街道")
        wci, bci = (first.scores[name].value for name in (WCI, "bci"))
        assert first.value == pytest.approx(0.30 * wci + 0.25 * bci)
        assert first.scores[WCI].account.name == "青禾发布"
        assert second.value == pytest.approx(0.30 * second.scores[WCI].value)
        assert (first.former, first.rise) == (None, None)
        again = mixing.ranking(session, mixture, LAST_WEEK, limit=1)
        rest = mixing.ranking(session, mixture, LAST_WEEK, limit=1, cursor=again.next)
        assert (again.items[0].unit.name, rest.items[0].unit.name) == (
            first.unit.name,
            second.unit.name,
        )
        assert mixing.ranking(session, mixture, LAST_WEEK.former).items == []


def _v15(measured: Measured) -> IndexDefinition:
    """Another edition of WCI, from the next Sunday on."""
    definer = measured.newsroom.head
    with measured.database.unit() as session:
        base = queries.the_definition(session, WCI)
        given: dict[str, Any] = {"edition": "V15", "valid_from": NEW_WEEK.first, "source": "x"}
        given |= {"weights": base.formula.weights, "factor": 24}
        return service.revise(session, definer, base, **given)


def _units(measured: Measured, window: Window, name: str = "mcci") -> dict[str, UnitLine]:
    with measured.database.unit(write=False) as session:
        page = mixing.ranking(session, queries.the_definition(session, name), window)
        return {line.unit.name: line for line in page.items}


def test_a_mixture_follows_its_indices_to_the_edition_in_force(measured: Measured) -> None:
    _v15(measured)
    for day in ("2026-11-18", "2026-11-24", "2026-12-01"):
        measured.published("青禾发布", f"{day} 08:00", **WHOLE)
        measured.published("青禾微博", f"{day} 08:00", **WHOLE)
    measured.at(datetime(2026, 12, 7, 8, tzinfo=UTC))
    assert measured.round() > 0
    for day, edition in (("2026-11-24", WCI), ("2026-12-01", "wci-v15")):
        line = _units(measured, window_of(Kind.WEEK, date.fromisoformat(day)))[CENTRE]
        assert set(line.scores) == {edition, "bci"}
        mixed = 0.30 * line.scores[edition].value + 0.25 * line.scores["bci"].value
        assert line.value == pytest.approx(mixed)
        assert line.scores[edition].value > 0
        assert not line.provisional


def test_ranks_by_other_editions_are_not_compared(measured: Measured) -> None:
    _v15(measured)
    for day in ("2026-11-18", "2026-11-24", "2026-12-01", "2026-12-08"):
        measured.published("青禾发布", f"{day} 08:00", **WHOLE)
    measured.at(datetime(2026, 12, 14, 8, tzinfo=UTC))
    measured.round()
    before, first, then = NEW_WEEK.former, NEW_WEEK, NEW_WEEK.next
    for window, name in ((LAST_WEEK, WCI), (before, WCI), (first, "wci-v15"), (then, "wci-v15")):
        measured.compute(name, window)
    rises = [_units(measured, window)[CENTRE].rise for window in (before, first, then)]
    assert rises == [0, None, 0]


def test_an_account_without_a_score_is_unknown_and_no_account_is_nought(
    measured: Measured,
) -> None:
    measured.published("青禾发布", "2026-11-18 08:00", **WHOLE)
    measured.compute(WCI, LAST_WEEK)
    lines = _units(measured, LAST_WEEK)
    assert (lines[CENTRE].untold, lines[CENTRE].provisional) == ({"bci"}, True)
    assert (lines["云溪街道"].untold, lines["云溪街道"].provisional) == (set(), False)
    measured.compute("bci", LAST_WEEK)
    assert not _units(measured, LAST_WEEK)[CENTRE].provisional


def test_an_account_that_its_unit_runs_is_unknown_and_one_that_came_later_is_not(
    measured: Measured,
) -> None:
    measured.opened("云溪微博", "weibo", "云溪街道", held=False, enabled=False)
    measured.opened("云溪抖音", "douyin", "云溪街道", opened_on=date(2026, 11, 22))
    measured.opened("云溪旧号", "shipinhao", "云溪街道", enabled=False)
    measured.compute(WCI, LAST_WEEK)
    assert _units(measured, LAST_WEEK)["云溪街道"].untold == {"bci"}


def test_a_mixture_keeps_the_edition_that_it_names_while_that_is_in_force(
    measured: Measured,
) -> None:
    old = window_of(Kind.WEEK, date(2026, 11, 22))
    with measured.database.unit(write=False) as session:
        known = queries.definitions(session)
        mixture = queries.the_definition(session, "mcci").formula
        assert mixing.in_force(known, mixture, old.first) == mixture
        before = mixing.in_force(known, mixture, date(2018, 1, 7))
    assert before.inputs == ("wci-v13.0", "bci", "dci", "vci")
    assert before.weights == mixture.weights
    assert replace(before, parts=mixture.parts) == mixture
