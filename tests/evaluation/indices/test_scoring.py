"""Scores of accounts: gathered, kept with their inputs, worked out anew while figures come in."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.errors import Forbidden, Invalid
from kitchen.evaluation.indices import jobs, queries, scoring
from kitchen.evaluation.indices.models import IndexScore
from kitchen.evaluation.indices.shipped import SHIPPED
from kitchen.evaluation.indices.windows import Kind, Window, latest, window_of
from kitchen.publishing.rules import State
from kitchen.watch.models import ForeignPost
from kitchen.watch.rules import State as Judged
from tests.evaluation.indices.conftest import MONDAY, WHOLE, Measured

SUNDAY = date(2026, 11, 22)
LAST_WEEK = window_of(Kind.WEEK, date(2026, 11, 18))
WCI = "wci-v14.2b"


def test_a_day_is_scored_from_what_its_pieces_had_gathered_at_24_hours(measured: Measured) -> None:
    piece = measured.published("青禾发布", "2026-11-22 07:30", **WHOLE)
    measured.told(piece, age=72, **{**WHOLE, "reads": 9999})
    measured.published("青禾发布", "2026-11-22 18:00", **{**WHOLE, "reads": 400})
    measured.published("青禾发布", "2026-11-23 00:10", **WHOLE)
    measured.round()
    score = measured.score("青禾发布", WCI, "day")
    assert (score.first_day, score.pieces, score.unknown) == (SUNDAY, 2, 0)
    assert (score.inputs["R"], score.inputs["Rt"], score.inputs["Rmax"]) == (1400, 1000, 1000)
    assert not score.provisional


def test_midnight_is_the_newsrooms(measured: Measured) -> None:
    measured.published("青禾发布", "2026-11-22 00:00", **WHOLE)
    measured.published("青禾发布", "2026-11-22 23:59", **WHOLE)
    measured.published("青禾发布", "2026-11-21 23:59", **WHOLE)
    measured.round()
    assert measured.score("青禾发布", WCI, "day").pieces == 2


def test_a_week_takes_the_newest_figures_up_to_its_seventh_day(measured: Measured) -> None:
    piece = measured.published("青禾发布", "2026-11-18 07:30", **WHOLE)
    measured.told(piece, age=72, **{**WHOLE, "reads": 3000})
    measured.told(piece, age=168, reads=None)  # a row that tells nothing says nothing
    measured.told(piece, age=720, **{**WHOLE, "reads": 9999})
    measured.round()
    assert measured.score("青禾发布", WCI, "week").inputs["R"] == 3000


def test_a_month_takes_the_seventh_day_and_counts_thirty(measured: Measured) -> None:
    piece = measured.published("青禾发布", "2026-10-05 07:30", **WHOLE)
    measured.told(piece, age=168, **{**WHOLE, "reads": 5000})
    measured.compute(WCI, window_of(Kind.MONTH, date(2026, 10, 9)))
    inputs = measured.score("青禾发布", WCI, "month").inputs
    assert (inputs["R"], inputs["d"]) == (5000, 30)


def test_whatever_is_stored_can_be_worked_out_again_from_its_inputs(measured: Measured) -> None:
    for day in range(15, 23):
        measured.published("青禾发布", f"2026-11-{day} 08:00", **{**WHOLE, "reads": 100 * day})
        measured.published("青禾微博", f"2026-11-{day} 09:00", **WHOLE)
    measured.published("云溪街道", "2026-11-19 08:00", reads=50)
    assert measured.round() > 0
    scores = measured.scores()
    assert {score.definition.name for score in scores} == {WCI, "bci", "bci-simple"}
    for score in scores:
        again = scoring.again(score.definition.formula, score.inputs)
        assert again.value == pytest.approx(score.value, abs=1e-9)


def test_what_nobody_told_makes_a_score_provisional_until_it_is_told(measured: Measured) -> None:
    piece = measured.published("青禾发布", "2026-11-22 07:30")
    measured.published("青禾发布", "2026-11-22 08:30", **WHOLE)
    measured.round()
    score = measured.score("青禾发布", WCI, "day")
    assert (score.pieces, score.unknown, score.provisional) == (2, 1, True)
    assert score.inputs["R"] == 1000
    measured.told(piece, **WHOLE)
    measured.at(MONDAY + timedelta(days=1))
    measured.round()
    (later,) = measured.scores(uid=score.uid)
    assert (later.unknown, later.provisional, later.inputs["R"]) == (0, False, 2000)
    assert later.value > score.value


def test_a_window_that_is_closed_keeps_its_score(measured: Measured) -> None:
    piece = measured.published("青禾发布", "2026-11-22 07:30", **WHOLE)
    measured.round()
    before = measured.score("青禾发布", WCI, "day")
    measured.told(piece, **{**WHOLE, "reads": 90_000})
    measured.at(MONDAY + timedelta(days=30))
    measured.round()
    (kept,) = measured.scores(uid=before.uid)
    assert kept.value == before.value


def test_an_account_that_published_nothing_scores_nought_and_that_is_certain(
    measured: Measured,
) -> None:
    measured.round()
    score = measured.score("云溪街道", WCI, "week")
    assert (score.value, score.pieces, score.provisional) == (0, 0, False)


def test_accounts_that_we_do_not_publish_to_have_no_score(measured: Measured) -> None:
    measured.opened("自行运维", held=False, enabled=False)
    measured.opened("停用了", enabled=False)
    measured.round()
    names = {score.account.name for score in measured.scores()}
    assert names == {"青禾发布", "云溪街道", "青禾微博"}


def test_accounts_are_scored_the_same_however_many_are_taken_on_at_once(
    measured: Measured, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        measured.opened(f"青禾微博{number}", "weibo")
        measured.opened(f"账号{number}", held=number != 2)
        measured.published(f"青禾微博{number}", "2026-11-18 08:00", **WHOLE)
        measured.published(f"账号{number}", "2026-11-18 09:00", **{**WHOLE, "reads": 100 * number})
    measured.compute(WCI, LAST_WEEK)

    def found() -> list[tuple[str, dict[str, Any], float]]:
        return [(it.account.name, it.inputs, it.value) for it in measured.scores()]

    at_once = found()
    assert [name for name, _, _ in at_once] == ["青禾发布", "云溪街道", "账号0", "账号1", "账号3"]
    assert [inputs["R"] for _, inputs, _ in at_once] == [0, 0, 0, 100, 300]
    monkeypatch.setattr(scoring, "BATCH", 2)
    measured.compute(WCI, LAST_WEEK)
    assert found() == at_once


def test_pieces_that_left_no_trace_before_readers_do_not_count(measured: Measured) -> None:
    for state in (State.REMOVED, State.GONE, State.FAILED):
        measured.published("青禾发布", "2026-11-22 07:30", state=state, **WHOLE)
    measured.round()
    assert measured.score("青禾发布", WCI, "day").pieces == 0


def test_a_piece_that_was_corrected_counts_until_its_correction_is_taken_back(
    measured: Measured,
) -> None:
    for state in (State.LIVE, State.GONE):
        piece = measured.published("青禾发布", "2026-11-22 09:30", **WHOLE)
        measured.corrected(piece, state=state)
    measured.round()
    score = measured.score("青禾发布", WCI, "day")
    assert (score.pieces, score.inputs["R"]) == (1, 1000)


def test_what_was_posted_by_hand_counts_and_is_not_known(measured: Measured) -> None:
    account = measured.accounts["青禾发布"]
    with measured.database.unit() as session:
        for number, state in enumerate((Judged.OURS, Judged.ALIEN, Judged.OPEN)):
            session.add(
                ForeignPost(
                    account_id=account.id,
                    unit_id=account.unit_id,
                    remote_id=str(number),
                    posted_at=datetime(2026, 11, 22, 4, tzinfo=UTC),
                    seen_at=MONDAY,
                    state=state,
                )
            )
    measured.round()
    score = measured.score("青禾发布", WCI, "day")
    assert (score.pieces, score.unknown, score.provisional) == (1, 1, True)


def test_followers_are_those_of_the_last_day_and_how_many_more_than_on_the_eve(
    measured: Measured,
) -> None:
    measured.opened("青禾抖音", "douyin")
    measured.published("青禾抖音", "2026-11-18 07:30", **WHOLE)
    measured.followed("青禾抖音", "2026-11-14", 20_000)
    measured.followed("青禾抖音", "2026-11-21", 20_150)
    measured.round()
    score = measured.score("青禾抖音", "dci", "week")
    assert (score.inputs["X5"], score.inputs["X6"]) == (150, 20_150)
    assert not score.provisional
    day = measured.score("青禾抖音", "dci", "day")
    assert (day.inputs["X5"], day.inputs["X6"], day.provisional) == (None, None, True)


# --- the daily round ---


def test_the_round_begins_when_the_figures_are_in_and_is_done_once_a_day(
    measured: Measured,
) -> None:
    measured.at(datetime(2026, 11, 23, 5, 59, tzinfo=UTC))  # one minute before two o'clock
    assert measured.round() == 0
    jobs.ring_if_due(measured.database)
    assert measured.newsroom.bell.rung == []
    measured.at(MONDAY)
    jobs.ring_if_due(measured.database)
    assert [ring[0] for ring in measured.newsroom.bell.rung] == [jobs.BELL]
    first = measured.round()
    assert first > 0
    assert measured.round() == 0
    jobs.ring_if_due(measured.database)
    assert len(measured.newsroom.bell.rung) == 1
    measured.at(MONDAY + timedelta(days=1))
    assert measured.round() > 0


def test_each_window_is_counted_by_the_edition_in_force_when_it_began(measured: Measured) -> None:
    known = list(SHIPPED.values())
    with measured.database.unit(write=False) as session:
        rows = queries.definitions(session)
        names = {it.name for it in queries.in_force(rows, date(2018, 1, 7))}
        assert names == {"wci-v13.0", "bci", "bci-simple", "dci"}
        names = {it.name for it in queries.in_force(rows, date(2017, 6, 30))}
        assert names == {"wci-v12.0", "bci", "bci-simple"}
        assert queries.in_force(rows, date(2013, 1, 1)) == []
    assert len(known) == len(rows)


def test_the_queries_of_a_window_do_not_grow_with_its_pieces(
    measured: Measured, count_queries: Callable[[], int]
) -> None:
    def cost(day: date) -> int:
        before = count_queries()
        measured.compute(WCI, window_of(Kind.DAY, day))
        return count_queries() - before

    measured.published("青禾发布", "2026-11-17 08:00", **WHOLE)
    one = cost(date(2026, 11, 17))
    for hour in range(8, 20):
        measured.published("青禾发布", f"2026-11-18 {hour:02}:00", **WHOLE)
    assert cost(date(2026, 11, 18)) == one


# --- by hand ---


def test_people_have_windows_worked_out_that_the_round_does_not_do(measured: Measured) -> None:
    measured.published("青禾发布", "2026-05-02 08:00", **WHOLE)
    free = Window(Kind.FREE, date(2026, 5, 1), date(2026, 5, 5))
    assert measured.compute("wci-v13.0", free) == 2
    score = measured.score("青禾发布", "wci-v13.0", "free")
    assert (score.inputs["d"], score.inputs["R"], score.last_day) == (5, 1000, date(2026, 5, 5))
    assert measured.compute("wci-v13.0", free) == 2
    assert len(measured.scores(kind="free")) == 2
    with measured.database.unit(write=False) as session:
        acts = session.scalars(select(audit.AuditEntry.action)).all()
    assert acts.count("compute_index") == 2


def test_a_window_that_is_not_over_is_refused_and_so_is_who_may_not(measured: Measured) -> None:
    now = window_of(Kind.WEEK, SUNDAY)
    with pytest.raises(Invalid) as refused:
        measured.compute(WCI, now)
    assert "day" in refused.value.fields
    with pytest.raises(Invalid):
        measured.compute("mcci", LAST_WEEK)
    with pytest.raises(Forbidden):
        measured.compute(WCI, LAST_WEEK, measured.newsroom.reporter)


@pytest.mark.parametrize("role", ["editor", "head", "deputy", "admin"])
def test_who_enters_figures_or_defines_indices_has_windows_worked_out(
    measured: Measured, role: str
) -> None:
    assert measured.compute(WCI, LAST_WEEK, measured.newsroom.actors[role]) == 2


# --- rankings ---


def _rank_lines(
    measured: Measured, window: Window, **more: object
) -> list[tuple[str, int, int | None]]:
    with measured.database.unit(write=False) as session:
        definition = queries.the_definition(session, WCI)
        page = queries.ranking(session, definition, window, **more)
        return [(it.score.account.name, it.rank, it.rise) for it in page.items]


def test_a_ranking_tells_who_rose_and_who_fell(measured: Measured) -> None:
    measured.opened("青禾教育")
    measured.published("青禾发布", "2026-11-10 08:00", **{**WHOLE, "reads": 9000})
    measured.published("云溪街道", "2026-11-10 08:00", **WHOLE)
    measured.published("青禾发布", "2026-11-18 08:00", **WHOLE)
    measured.published("云溪街道", "2026-11-18 08:00", **{**WHOLE, "reads": 9000})
    measured.compute(WCI, LAST_WEEK.former)
    measured.compute(WCI, LAST_WEEK)
    assert _rank_lines(measured, LAST_WEEK) == [
        ("云溪街道", 1, 1),
        ("青禾发布", 2, -1),
        ("青禾教育", 3, 0),
    ]
    assert _rank_lines(measured, LAST_WEEK.former)[0] == ("青禾发布", 1, None)
    town = {measured.newsroom.units["云溪街道"].id}
    assert _rank_lines(measured, LAST_WEEK, unit_ids=town) == [("云溪街道", 1, 1)]


def test_who_is_level_shares_a_rank_and_pages_leave_nobody_out(measured: Measured) -> None:
    for number in range(5):
        measured.opened(f"账号{number}")
        measured.published(f"账号{number}", "2026-11-18 08:00", **WHOLE)
    measured.compute(WCI, LAST_WEEK)
    with measured.database.unit(write=False) as session:
        definition = queries.the_definition(session, WCI)
        found, cursor = [], None
        while True:
            page = queries.ranking(session, definition, LAST_WEEK, limit=2, cursor=cursor)
            found += [(line.place, line.rank) for line in page.items]
            cursor = page.next
            if cursor is None:
                break
    assert found == [(1, 1), (2, 1), (3, 1), (4, 1), (5, 1), (6, 6), (7, 6)]


def test_scores_are_written_once_by_two_rounds_at_once(measured: Measured) -> None:
    measured.published("青禾发布", "2026-11-18 08:00", **WHOLE)
    measured.round()
    before = len(measured.scores())
    with measured.database.unit() as session:
        for score in session.scalars(select(IndexScore)):
            definition = queries.the_definition(session, score.definition.name)
            scoring.score_all(session, definition, score.window)
    assert len(measured.scores()) == before
    assert latest(Kind.WEEK, MONDAY.date()) == LAST_WEEK
