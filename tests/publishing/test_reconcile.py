"""The unknown is settled by evidence alone."""

from __future__ import annotations

from datetime import timedelta

import pytest

from channels.base import Abilities, Listing, Outcome, Unavailable, Unsure
from kitchen.publishing import jobs
from kitchen.publishing.models import ReceiptRow
from tests.publishing.conftest import Outside, accepted, after, before

LAGGING = Abilities(Listing.LAGGING, timedelta(seconds=10))


def _unknown(outside: Outside, play: object) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, play)
    outside.carry()
    assert outside.row().state == "unknown"


def test_what_is_on_the_list_is_live_and_the_list_is_the_receipt(outside: Outside) -> None:
    _unknown(outside, after)
    outside.later(seconds=3)
    jobs.look_at_unknown(outside.database)
    assert outside.row().state == "live"
    with outside.database.unit(write=False) as session:
        assert session.query(ReceiptRow).one().source == "listing"
    assert outside.platform.calls["publish"] == 1


def test_absence_counts_only_after_the_settle_window(outside: Outside) -> None:
    _unknown(outside, before)
    outside.later(seconds=3)
    jobs.look_at_unknown(outside.database)
    assert (outside.row().state, outside.platform.calls["find"]) == ("unknown", 1)
    outside.later(seconds=11)
    jobs.look_at_unknown(outside.database)
    assert (outside.row().state, outside.row().code) == ("backoff", "not_there")
    outside.carry()
    assert outside.row().state == "live"
    assert outside.platform.copies.total() == 1


def test_a_platform_that_takes_it_late_is_not_sent_it_twice(outside: Outside) -> None:
    """The answer is lost, and the piece appears only after the first look."""
    _unknown(outside, before)
    outside.later(seconds=3)
    jobs.look_at_unknown(outside.database)
    outside.platform.copies[_uid(outside)] += 1
    outside.later(seconds=11)
    jobs.look_at_unknown(outside.database)
    assert outside.row().state == "live"
    assert outside.platform.calls["publish"] == 1


def _uid(outside: Outside) -> str:
    return f"post{outside.row().story_id}x{outside.accounts[0].id}"


def test_a_lagging_list_proves_no_absence(outside: Outside) -> None:
    outside.platform.abilities = LAGGING
    _unknown(outside, before)
    outside.later(minutes=10)
    jobs.look_at_unknown(outside.database)
    assert outside.row().state == "unknown"
    outside.later(minutes=6)
    jobs.look_at_unknown(outside.database)
    assert outside.row().state == "needs_human"
    assert outside.platform.calls["publish"] == 1


def test_a_list_that_cannot_be_read_proves_nothing(outside: Outside) -> None:
    _unknown(outside, after)
    outside.platform.finds.extend([Unavailable("busy"), Unsure("cut off")])
    for _ in range(2):
        outside.later(seconds=30)
        jobs.look_at_unknown(outside.database)
        assert outside.row().state == "unknown"
    outside.later(seconds=30)
    jobs.look_at_unknown(outside.database)
    assert outside.row().state == "live"


def test_three_attempts_of_unclear_outcome_are_enough(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before, before, before)
    outside.carry()
    outside.recover()
    assert outside.row().state == "needs_human"
    assert outside.platform.calls["publish"] == 3


@pytest.mark.parametrize(
    ("outcome", "state"),
    [(Outcome.LIVE, "live"), (Outcome.REFUSED, "failed"), (Outcome.GONE, "gone")],
)
def test_what_was_accepted_is_asked_about_until_it_is_decided(
    outside: Outside, outcome: Outcome, state: str
) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, accepted)
    outside.platform.polls.extend([Outcome.ACCEPTED, Unavailable("busy"), outcome])
    outside.carry()
    assert outside.row().state == "accepted"
    outside.later(seconds=10)
    jobs.ask_about_accepted(outside.database)
    assert outside.row().state == state


def test_a_platform_that_never_decides_becomes_a_question_for_people(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, accepted)
    outside.platform.polls.extend([Unavailable("busy")] * 3)
    outside.carry()
    outside.later(hours=25)
    jobs.ask_about_accepted(outside.database)
    assert (outside.row().state, outside.row().code) == ("needs_human", "no_decision")
