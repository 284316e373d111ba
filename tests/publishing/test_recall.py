"""A revoked approval stops what has not left and calls back what may have."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import update

from channels.base import NeedsReauth, Outcome, Receipt, Rejected, Unavailable, Unsure
from kitchen.matrix.models import Account
from kitchen.publishing import invariants, jobs, outbox, receipts
from kitchen.publishing.events import PublicationNeedsPerson
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Source
from kitchen.stories.models import FrozenPost, Story
from kitchen.stories.rules import State as StoryState
from tests.publishing.conftest import Outside, accepted, after, before, handed, heard


def _kinds(outside: Outside) -> list[tuple[str, str]]:
    return [(str(row.kind), str(row.state)) for row in outside.rows()]


def test_revoked_before_it_left_nothing_is_sent(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    outside.revoke(story)
    outside.carry()
    assert outside.states() == ["cancelled"] * 2
    assert outside.platform.calls.total() == 0


def test_revoked_while_it_is_prepared_it_is_not_armed(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.on_prepare = lambda: outside.revoke(story)
    outside.carry()
    assert outside.states() == ["cancelled"]
    assert outside.platform.calls["publish"] == 0


def test_revoked_once_live_it_is_taken_back(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    outside.carry()
    outside.revoke(story)
    assert ("recall", 0) in outside.newsroom.bell.rung
    jobs.carry_recalls(outside.database)
    assert _kinds(outside) == [("publish", "gone")] * 2 + [("recall", "removed")] * 2
    assert outside.platform.copies.total() == 0
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}


@pytest.mark.parametrize("play", [accepted, after], ids=["accepted", "unknown"])
def test_a_recall_waits_until_it_is_known_what_there_is_to_take_back(
    outside: Outside, play: Any
) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, play)
    outside.platform.polls.extend([Unavailable("busy")])
    outside.carry()
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert outside.rows()[1].state == "held"
    outside.recover()
    assert _kinds(outside) == [("publish", "gone"), ("recall", "removed")]
    assert outside.platform.copies.total() == 0


def test_what_never_came_out_need_not_be_taken_back(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    outside.revoke(story)
    outside.recover()
    assert _kinds(outside) == [("publish", "cancelled"), ("recall", "removed")]
    assert outside.rows()[1].code == "never_live"
    assert outside.platform.calls["recall"] == 0


def test_what_lies_ready_for_a_hand_is_cancelled_and_the_hand_is_told(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, handed)
    outside.carry()
    told = heard(outside, PublicationNeedsPerson)
    outside.revoke(story)
    assert outside.states() == ["cancelled"]
    assert [event.reason for event in told] == ["revoked_in_hand"]


def test_revoked_while_its_worker_was_dead_it_is_not_put_into_a_person_s_hands(
    outside: Outside,
) -> None:
    """Only the look tells that it lies ready for a hand; by then nobody may publish it."""
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    outside.revoke(story)
    told = heard(outside, PublicationNeedsPerson)
    handed_over = Receipt(Outcome.HANDED)
    with outside.database.unit() as session:
        row = session.query(Publication).filter_by(kind="publish").one()
        state = receipts.settle(session, outbox.hand_of(row), handed_over, Source.LISTING)
    assert state == "cancelled"
    assert [event.reason for event in told] == ["revoked_in_hand"]
    outside.recover()
    assert _kinds(outside) == [("publish", "cancelled"), ("recall", "removed")]


def test_revoked_between_arming_and_the_answer_it_is_not_put_into_a_person_s_hands(
    outside: Outside,
) -> None:
    story = outside.approve()
    outside.platform.on_publish = lambda: outside.revoke(story)
    outside.platform.play(outside.accounts[0].uid, handed)
    outside.carry()
    outside.recover()
    assert _kinds(outside) == [("publish", "cancelled"), ("recall", "removed")]


@pytest.mark.parametrize(
    ("error", "state", "code"),
    [
        (Rejected("no such right", code="53600"), "needs_human", "53600"),
        (Unavailable("busy"), "backoff", ""),
        (Unsure("reset"), "unknown", ""),
        (NeedsReauth("expired"), "held", ""),
    ],
)
def test_a_recall_that_fails_stays_open(
    outside: Outside, error: Exception, state: str, code: str
) -> None:
    story = outside.approve()
    outside.carry()
    outside.revoke(story)
    outside.platform.recalls.append(error)
    jobs.carry_recalls(outside.database)
    recall = outside.rows()[1]
    assert (recall.state, recall.code) == (state, code)
    assert outside.rows()[0].state == "live"


def test_what_was_altered_behind_our_back_can_still_be_taken_back(outside: Outside) -> None:
    """A recall sends no bytes of the post: that they are not the approved ones must not stop it."""
    story = outside.approve()
    outside.carry()
    with outside.database.unit() as session:
        altered = {**session.query(FrozenPost).one().post, "link": "https://elsewhere.example/"}
        session.execute(update(FrozenPost).values(post=altered))
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert _kinds(outside) == [("publish", "gone"), ("recall", "removed")]


def test_a_recall_of_unclear_outcome_is_simply_repeated(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    outside.revoke(story)
    outside.platform.recalls.append(Unsure("reset"))
    jobs.carry_recalls(outside.database)
    outside.recover()
    assert _kinds(outside) == [("publish", "gone"), ("recall", "removed")]


def test_a_platform_that_cannot_recall_says_so(outside: Outside) -> None:
    outside.platform.can_recall = False
    story = outside.approve()
    outside.carry()
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert (outside.rows()[1].state, outside.rows()[1].code) == ("needs_human", "cannot_recall")


def test_a_halted_account_can_still_take_back(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    outside.halt()
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert outside.rows()[1].state == "removed"


def test_revoked_in_the_unknown_and_proved_absent_it_is_cancelled(outside: Outside) -> None:
    """Its story lies with the author again and never comes into force with these bytes."""
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    outside.revoke(story)
    with outside.database.unit() as session:
        session.execute(update(Story).values(state=StoryState.RETURNED))
    outside.recover()
    assert outside.states() == ["cancelled", "removed"]
    assert outside.platform.calls["publish"] == 1


def test_the_same_behind_a_halted_account(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    outside.revoke(story)
    outside.halt()
    outside.recover()
    assert (outside.rows()[0].state, outside.rows()[0].hold_reason) == ("held", "switch")
    with outside.database.unit() as session:
        session.execute(update(Story).values(state=StoryState.RETURNED))
        session.execute(update(Account).values(sending=True))
    outside.recover()
    assert outside.states()[0] == "cancelled"
