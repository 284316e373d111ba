"""Formulas are entered, never changed: another edition, a mixture, and what is refused."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.errors import Forbidden, Invalid
from kitchen.evaluation.indices import charts, queries, service
from kitchen.evaluation.indices.models import IndexDefinition, IndexScore
from kitchen.evaluation.indices.queries import OtherEdition
from kitchen.evaluation.indices.windows import Kind, window_of
from tests.evaluation.indices.conftest import WHOLE, Measured

GIVEN: dict[str, Any] = {
    "edition": "V15",
    "weights": [0.7, 0.3, 0.1, 0.9],
    "factor": 160,
    "valid_from": date(2027, 1, 3),
    "source": "编委会 2026 年第 12 次会议",
}
SHAPE = [0.2, 1.0, 0.8, 0.4, 0.4, 0.2]
"""The weights of the simple BCI, as they are asked for."""
NEXT_YEAR = date(2027, 1, 3)


def _revise(measured: Measured, base: str = "bci-simple", **changed: Any) -> IndexDefinition:
    given = {**GIVEN, "weights": SHAPE, **changed}
    with measured.database.unit() as session:
        definition = queries.the_definition(session, base)
        return service.revise(session, measured.newsroom.definer, definition, **given)


@pytest.fixture(autouse=True)
def somebody_who_defines(measured: Measured) -> None:
    """The newsroom's ``definer``."""
    measured.newsroom.actors["definer"] = next(
        actor for actor in measured.newsroom.actors.values() if actor.may("evaluation.define")
    )


def test_another_edition_has_the_same_shape_and_other_weights(measured: Measured) -> None:
    made = _revise(measured, weights=[0.3, 1, 0.7, 0.5, 0.3, 0.2])
    assert (made.name, made.family, made.channel) == ("bci-simple-v15", "bci-simple", "weibo")
    assert made.formula.weights == (0.3, 1, 0.7, 0.5, 0.3, 0.2)
    with measured.database.unit(write=False) as session:
        former = queries.the_definition(session, "bci-simple")
        assert former.formula.weights == tuple(SHAPE)
        known = queries.definitions(session)
        before = {it.name for it in queries.in_force(known, date(2027, 1, 2))}
        after = {it.name for it in queries.in_force(known, NEXT_YEAR)}
        entry = session.scalars(
            select(audit.AuditEntry).where(audit.AuditEntry.action == "define_index")
        ).one()
        assert entry.after["name"] == "bci-simple-v15"
    assert {"bci-simple"} == before - after
    assert {"bci-simple-v15"} == after - before


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"weights": SHAPE[:-1]}, "weights"),
        ({"weights": [0.2, 1, 0.7, 0.4, 0.4, 0.2]}, "weights"),
        ({"weights": [0.2, 1, 0.8, 0.6, 0.6, -0.2]}, "weights"),
        ({"factor": 0}, "factor"),
        ({"edition": "v1", "valid_from": NEXT_YEAR}, None),
        ({"valid_from": date(2014, 1, 1)}, "valid_from"),
        ({"valid_from": date(2013, 1, 1)}, "valid_from"),
        ({"valid_from": date(2022, 1, 1)}, "valid_from"),
        ({"valid_from": date(2026, 11, 22)}, "valid_from"),
    ],
)
def test_what_no_edition_can_be(
    measured: Measured, changed: dict[str, Any], field: str | None
) -> None:
    if field is None:
        assert _revise(measured, **changed).name == "bci-simple-v1"
        return
    with pytest.raises(Invalid) as refused:
        _revise(measured, **changed)
    assert list(refused.value.fields) == [field]


def test_an_edition_begins_today_at_the_earliest_and_today_is_the_newsrooms(
    measured: Measured,
) -> None:
    measured.at(datetime(2026, 11, 23, 16, 30, tzinfo=UTC))  # half past midnight of the 24th
    with pytest.raises(Invalid) as refused:
        _revise(measured, valid_from=date(2026, 11, 23))
    assert "今天" in str(refused.value.fields["valid_from"])
    assert _revise(measured, valid_from=date(2026, 11, 24)).valid_from.day == 24


def test_a_later_edition_begins_after_the_one_before(measured: Measured) -> None:
    _revise(measured)
    with pytest.raises(Invalid) as refused:
        _revise(measured, edition="V16", valid_from=NEXT_YEAR)
    assert "2027-01-03" in str(refused.value.fields["valid_from"])


def test_an_edition_is_entered_once(measured: Measured) -> None:
    _revise(measured)
    with pytest.raises(Invalid) as refused:
        _revise(measured, valid_from=date(2028, 1, 2))
    assert list(refused.value.fields) == ["edition"]


def test_only_who_may_define_does(measured: Measured) -> None:
    with measured.database.unit() as session:
        base = queries.the_definition(session, "bci")
        for actor in (measured.newsroom.reporter, measured.newsroom.editor):
            with pytest.raises(Forbidden):
                service.revise(session, actor, base, **GIVEN)
            with pytest.raises(Forbidden):
                service.compose(session, actor, shares={}, **MIXED)


MIXED: dict[str, Any] = {
    "family": "group",
    "edition": "V1",
    "title": "集团综合指数",
    "valid_from": NEXT_YEAR,
    "source": "集团通知",
}


def _compose(measured: Measured, shares: dict[str, float], **changed: Any) -> IndexDefinition:
    with measured.database.unit() as session:
        return service.compose(
            session, measured.newsroom.definer, shares=shares, **{**MIXED, **changed}
        )


def test_indices_are_mixed_by_weight(measured: Measured) -> None:
    made = _compose(measured, {"wci-v14.2b": 0.8, "bci": 0.05, "dci": 0.05, "vci": 0.1})
    assert made.formula.mixes
    assert made.channel == ""
    assert made.formula.inputs == ("wci-v14.2b", "bci", "dci", "vci")


@pytest.mark.parametrize(
    ("shares", "changed", "field"),
    [
        ({"wci-v14.2b": 0.8, "bci": 0.1}, {}, "weights"),
        ({"wci-v14.2b": 0.8, "xyz": 0.2}, {}, "shares"),
        ({"wci-v14.2b": 0.8, "mcci": 0.2}, {}, "shares"),
        ({"wci-v14.2b": 0.8, "bci": 0.2}, {"family": "wci"}, "family"),
        ({"wci-v14.2b": 0.8, "bci": 0.2}, {"valid_from": date(2026, 1, 1)}, "valid_from"),
        ({"wci-v13.0": 0.8, "bci": 0.2}, {}, "shares"),
    ],
)
def test_what_no_mixture_can_be(
    measured: Measured, shares: dict[str, float], changed: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        _compose(measured, shares, **changed)
    assert list(refused.value.fields) == [field]


def test_a_mixture_takes_the_editions_in_force_on_the_day_it_begins(measured: Measured) -> None:
    _revise(measured)
    with pytest.raises(Invalid) as refused:
        _compose(measured, {"wci-v14.2b": 0.8, "bci-simple": 0.2})
    assert "bci-simple" in str(refused.value.fields["shares"])
    early = {"family": "early", "valid_from": date(2026, 12, 1)}
    assert _compose(measured, {"wci-v14.2b": 0.8, "bci-simple": 0.2}, **early).name == "early-v1"
    assert _compose(measured, {"wci-v14.2b": 0.8, "bci-simple-v15": 0.2}).name == "group-v1"


# --- two editions are never joined ---


def _scores(first: date, values: list[float | None]) -> list[IndexScore]:
    found = []
    window = window_of(Kind.WEEK, first)
    for value in values:
        if value is not None:
            found.append(
                IndexScore(
                    first_day=window.first, last_day=window.last, value=value, provisional=False
                )
            )
        window = window.next
    return found


def test_the_line_breaks_where_a_window_has_no_score() -> None:
    chart = charts.chart_of(_scores(NEXT_YEAR, [10, 20, None, 30]), [], Kind.WEEK)
    assert chart is not None
    assert [len(line.split()) for line in chart.lines] == [2, 1]
    assert len(chart.points) == 3
    assert chart.breaks == []
    assert charts.chart_of([], [], Kind.WEEK) is None


def test_the_line_breaks_where_another_edition_counted_and_says_which() -> None:
    other = OtherEdition("wci-v13.0", "WCI V13.0", "V13.0", date(2026, 11, 1), date(2027, 1, 2))
    chart = charts.chart_of(_scores(NEXT_YEAR, [10, 20]), [other], Kind.WEEK)
    assert chart is not None
    assert [each.edition for each in chart.breaks] == ["V13.0"]
    assert chart.breaks[0].x + chart.breaks[0].width < chart.points[0].x
    assert [len(line.split()) for line in chart.lines] == [2]
    later = OtherEdition("wci-v15", "WCI V15", "V15", date(2027, 1, 17), date(2027, 2, 6))
    chart = charts.chart_of(_scores(NEXT_YEAR, [10, 20, None, 40]), [other, later], Kind.WEEK)
    assert chart is not None
    assert [each.edition for each in chart.breaks] == ["V13.0", "V15", "V15"]
    assert [len(line.split()) for line in chart.lines] == [2, 1]


def test_a_course_shows_one_edition_and_names_the_others(measured: Measured) -> None:
    measured.published("青禾发布", "2026-11-18 08:00", **WHOLE)
    week = window_of(Kind.WEEK, date(2026, 11, 18))
    measured.compute("wci-v13.0", week.former)
    measured.compute("wci-v14.2b", week)
    with measured.database.unit(write=False) as session:
        account = measured.accounts["青禾发布"]
        new = queries.the_definition(session, "wci-v14.2b")
        page = queries.course(session, account, new, Kind.WEEK)
        assert [score.first_day for score in page.items] == [week.first]
        (other,) = queries.other_editions(session, account, new, Kind.WEEK)
        assert (other.name, other.first, other.last) == (
            "wci-v13.0",
            week.former.first,
            week.former.last,
        )
