"""What nobody knows is never nought: before an account was held, and where no figure was told."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from kitchen.core.clock import CENTRE
from kitchen.evaluation.indices import jobs
from kitchen.evaluation.indices.models import IndexScore
from kitchen.evaluation.indices.tallies import Piece, tally
from kitchen.evaluation.indices.windows import Kind, Window, window_of
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from tests.evaluation.indices.conftest import MONDAY, WHOLE, Measured
from tests.fixtures.newsroom import Door

WCI = "wci-v14.2b"
LAST_WEEK = window_of(Kind.WEEK, date(2026, 11, 18))
ASKED = {"R": "reads.all", "Rt": "reads.headlines", "Rmax": "reads.top", "n": "pieces"}
NOON = datetime(2026, 11, 23, 12, tzinfo=CENTRE)
WEDNESDAY = datetime(2026, 11, 18, 2, tzinfo=UTC)
"""Ten in the morning of the Wednesday of last week, in the newsroom."""
SETTINGS = {"app_id": "wx-app", "app_secret": "wx-secret"}


# --- figures ---


def test_a_figure_that_was_told_of_no_piece_is_unknown() -> None:
    counted = tally(ASKED, [Piece(NOON), Piece(NOON)], 7)
    assert counted.inputs == {"R": None, "Rt": None, "Rmax": None, "n": 2}
    assert counted.unknown == 2


def test_a_figure_that_was_told_of_some_is_their_sum() -> None:
    counted = tally(ASKED, [Piece(NOON), Piece(NOON + timedelta(hours=1), reads=5)], 7)
    assert counted.inputs == {"R": 5, "Rt": None, "Rmax": 5, "n": 2}


def test_nothing_but_what_was_posted_by_hand_is_unknown_and_nothing_at_all_is_nought() -> None:
    by_hand = tally(ASKED, [], 7, by_hand=1)
    assert by_hand.inputs == {"R": None, "Rt": None, "Rmax": None, "n": 1}
    assert tally(ASKED, [], 7).inputs == {"R": 0, "Rt": 0, "Rmax": 0, "n": 0}


def test_pages_and_programs_say_that_a_figure_is_unknown(sign_in: Door, measured: Measured) -> None:
    measured.published("青禾发布", "2026-11-18 08:00")
    measured.compute(WCI, LAST_WEEK)
    uid = measured.score("青禾发布", WCI, "week").uid
    reporter = sign_in("reporter")
    page = reporter.get(f"/insight/indices/scores/{uid}").text
    assert page.count("未知，暂按 0") == 12
    told = reporter.get(f"/api/v1/index_scores/{uid}").json["score"]
    assert told["inputs"]["R"] is None
    assert (told["inputs"]["n"], told["provisional"]) == (1, True)


# --- before an account was held ---


def _names(measured: Measured, window: Window) -> dict[str, IndexScore]:
    scores = measured.scores(kind=window.kind, first_day=window.first)
    return {score.account.name: score for score in scores}


def test_the_first_round_ranks_nobody_for_windows_before_the_house_began(
    measured: Measured,
) -> None:
    for name in ("青禾教育", "青禾健康"):
        measured.opened(name, "shipinhao", created_at=WEDNESDAY)
    measured.round()
    assert {name: it.provisional for name, it in _names(measured, LAST_WEEK).items()} == {
        "青禾发布": False,
        "云溪街道": False,
        "青禾微博": False,
        "青禾教育": True,
        "青禾健康": True,
    }
    assert "青禾教育" not in _names(measured, LAST_WEEK.former)
    tuesday, thursday = (window_of(Kind.DAY, date(2026, 11, day)) for day in (17, 19))
    assert measured.compute("vci", tuesday) == 0
    assert measured.compute("vci", thursday) == 2


def test_a_window_of_which_only_a_part_is_known_says_so(sign_in: Door, measured: Measured) -> None:
    measured.opened("青禾教育", created_at=WEDNESDAY)
    measured.published("青禾教育", "2026-11-19 08:00", **WHOLE)
    measured.compute(WCI, LAST_WEEK)
    assert (
        "暂定：中途接入"
        in sign_in("reporter")
        .get(f"/insight/indices?kind=week&day=2026-11-18&definition={WCI}")
        .text
    )


def test_an_account_that_was_handed_over_is_known_from_that_day(measured: Measured) -> None:
    account = measured.opened("云溪快报", held=False, enabled=False)
    measured.at(WEDNESDAY)
    with measured.database.unit() as session:
        row = session.get_one(Account, account.id)
        matrix.hold_account(session, measured.newsroom.admin, row, SETTINGS)
    measured.at(MONDAY)
    for window, told in ((LAST_WEEK.former, None), (LAST_WEEK, True)):
        measured.compute(WCI, window)
        found = _names(measured, window).get("云溪快报")
        assert (found and found.provisional) == told
    monday = window_of(Kind.DAY, date(2026, 11, 22))
    measured.compute(WCI, monday)
    assert not _names(measured, monday)["云溪快报"].provisional


def test_a_nought_that_was_kept_for_such_a_window_goes(measured: Measured) -> None:
    account = measured.opened("青禾教育")
    measured.compute(WCI, LAST_WEEK)
    assert "青禾教育" in _names(measured, LAST_WEEK)
    with measured.database.unit() as session:
        session.get_one(Account, account.id).created_at = MONDAY
    assert measured.compute(WCI, LAST_WEEK) == 2
    assert "青禾教育" not in _names(measured, LAST_WEEK)


def test_what_cannot_be_worked_out_is_not_due_and_the_page_says_why(
    sign_in: Door, measured: Measured
) -> None:
    with measured.database.unit() as session:
        for account in measured.accounts.values():
            session.get_one(Account, account.id).created_at = MONDAY
    assert measured.round() == 0
    jobs.ring_if_due(measured.database)
    assert measured.newsroom.bell.rung == []
    asked = {"kind": "week", "day": "2019-05-08", "definition": "wci-v13.0"}
    page = sign_in("editor").post_form("/insight/indices/compute", asked, follow_redirects=True)
    assert "还没有由本系统发布的账号" in page.text
    assert measured.scores() == []
