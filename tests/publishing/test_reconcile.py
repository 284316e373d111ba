"""The unknown is settled by evidence alone."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from channels.base import Abilities, Listing, Outcome, Post, Receipt, Unavailable, Unsure
from kitchen.publishing import jobs
from kitchen.publishing.models import ReceiptRow
from tests.publishing.conftest import Outside, Recalling, accepted, after, before

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


class TestByTheRequestsOwnKey:
    """Where no list tells, the platform answers the very same request with what it first did."""

    @pytest.fixture(autouse=True)
    def keyed(self, outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
        def replay(channel: Recalling, post: Post, parcel: Any) -> Receipt:
            platform = channel.platform
            platform.calls["replay"] += 1
            if platform.replays:
                raise platform.replays.pop(0)
            return platform.live(post) if platform.copies[post.uid] else platform.put(post)

        monkeypatch.setattr(Recalling, "replay", replay, raising=False)
        outside.platform.abilities = Abilities(Listing.NONE, native_key=timedelta(hours=23))

    @pytest.mark.parametrize("play", [before, after], ids=["never came", "came"])
    def test_it_settles_the_outcome_with_one_copy(self, outside: Outside, play: Any) -> None:
        _unknown(outside, play)
        outside.recover(1)
        assert outside.row().state == "live"
        assert outside.platform.copies.total() == 1
        assert (outside.platform.calls["publish"], outside.platform.calls["replay"]) == (1, 1)

    def test_told_to_wait_it_asks_again_later(self, outside: Outside) -> None:
        _unknown(outside, after)
        outside.platform.replays.append(Unavailable("45066"))
        outside.recover(1)
        assert outside.row().state == "unknown"
        outside.recover(1)
        assert outside.row().state == "live"

    def test_too_old_a_key_is_not_used(self, outside: Outside) -> None:
        _unknown(outside, before)
        outside.later(hours=24)
        jobs.look_at_unknown(outside.database)
        assert outside.platform.calls["replay"] == 0
        assert outside.row().state == "needs_human"

    @pytest.mark.parametrize("stopped", ["revoked", "halted"])
    def test_what_may_not_be_sent_is_not_repeated(self, outside: Outside, stopped: str) -> None:
        story = outside.approve()
        outside.platform.play(outside.accounts[0].uid, before)
        outside.carry()
        if stopped == "revoked":
            outside.revoke(story)
        else:
            outside.halt()
        outside.later(seconds=30)
        jobs.look_at_unknown(outside.database)
        assert outside.platform.calls["replay"] == 0
        assert outside.platform.copies.total() == 0
