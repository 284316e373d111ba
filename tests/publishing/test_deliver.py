"""One delivery from approval to receipt, and every way in which a platform may answer."""

from __future__ import annotations

from datetime import time, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from channels.base import Edition, Form, NeedsReauth, Outcome, Rejected, Unavailable, Unsure
from kitchen.core import clock
from kitchen.matrix.models import Account
from kitchen.publishing import announce, circuits, invariants, jobs, labels, plan, sweep
from kitchen.publishing.events import PublicationFailed
from kitchen.publishing.models import Attempt, Circuit, Publication, ReceiptRow
from kitchen.publishing.rules import ANSWERS_KEPT, UNCLEAR_APART, State
from kitchen.review.events import StoryApproved
from kitchen.review.models import Approval
from kitchen.stories.models import FrozenPost, Story
from tests.publishing.conftest import Outside, Platform, accepted, after, before, handed, heard


def test_approved_for_six_accounts_it_goes_out_once_to_each(outside: Outside) -> None:
    outside.approve(accounts=6)
    outside.carry()
    assert outside.states() == ["live"] * 6
    assert sorted(outside.platform.copies.values()) == [1] * 6
    with outside.database.unit(write=False) as session:
        assert session.query(Attempt).count() == session.query(ReceiptRow).count() == 6
        assert {attempt.outcome for attempt in session.query(Attempt)} == {"live"}
        assert invariants.broken(session) == {}


def test_a_matrix_of_a_hundred_accounts(outside: Outside) -> None:
    outside.approve(accounts=112)
    outside.carry()
    assert outside.states() == ["live"] * 112
    assert set(outside.platform.copies.values()) == {1}


def test_the_row_stands_in_the_approving_unit_and_the_bell_is_rung_after_it(
    outside: Outside,
) -> None:
    outside.approve(accounts=20)
    assert outside.states() == ["ready"] * 20
    assert outside.newsroom.bell.rung == [("deliver", 0), ("deliver", 1)]


def test_an_approval_heard_twice_is_planned_once(outside: Outside) -> None:
    story = outside.approve()
    with outside.database.unit() as session:
        approval = session.query(Approval).one()
        assert plan.plan(session, StoryApproved(story.id, approval.version_id, 1)) == []


@pytest.mark.parametrize(
    ("play", "state", "copies", "code"),
    [
        (Platform.put, "live", 1, ""),
        (accepted, "live", 1, ""),
        (handed, "awaiting_hand", 0, ""),
        (Rejected("标题违规", code="45110"), "failed", 0, "45110"),
        (Unavailable("busy", code="http_429"), "backoff", 0, "http_429"),
        (NeedsReauth("expired", code="40001"), "held", 0, "40001"),
        (before, "unknown", 0, "no_answer"),
        (after, "unknown", 1, "no_answer"),
        (ZeroDivisionError("a bug in the adapter"), "unknown", 0, "internal"),
    ],
)
def test_each_ending_of_the_publishing_call(
    outside: Outside, play: Any, state: str, copies: int, code: str
) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, play)
    outside.carry()
    assert (outside.row().state, outside.row().code) == (state, code)
    assert outside.platform.copies.total() == copies


@pytest.mark.parametrize(
    ("error", "state"),
    [
        (Rejected("封面太大", code="40006"), "failed"),
        (Unavailable("refused"), "backoff"),
        (Unsure("reset"), "backoff"),
        (NeedsReauth("expired"), "held"),
        (RuntimeError("a bug"), "backoff"),
    ],
)
def test_what_fails_while_preparing_was_never_sent(
    outside: Outside, error: Exception, state: str
) -> None:
    outside.approve()
    outside.platform.prepares[outside.accounts[0].uid] = [error]
    outside.carry()
    assert outside.row().state == state
    assert outside.platform.calls["publish"] == 0
    with outside.database.unit(write=False) as session:
        assert session.query(Attempt).count() == 0


def test_the_words_of_a_bug_stay_in_the_log(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, RuntimeError("password=hunter2"))
    outside.carry()
    assert outside.row().words == "RuntimeError"


def test_a_proved_refusal_is_tried_again_and_in_the_end_given_up(outside: Outside) -> None:
    outside.approve()
    busy = Unavailable("busy", retry_after=timedelta(seconds=30))
    outside.platform.play(outside.accounts[0].uid, *[busy] * 4)
    outside.carry()
    assert outside.row().state == "backoff"
    outside.recover()
    assert outside.row().state == "live"
    assert outside.platform.copies.total() == 1


def test_a_platform_that_keeps_refusing_opens_the_circuit_and_others_go_on(
    outside: Outside,
) -> None:
    outside.approve(accounts=2)
    busy = Unavailable("busy", retry_after=timedelta(seconds=1))
    outside.platform.play(outside.accounts[0].uid, *[busy] * 20)
    for _ in range(6):
        outside.later(seconds=2)
        outside.carry()
    assert outside.states() == ["held", "live"]
    assert outside.rows()[0].hold_reason == "circuit"


def test_two_unclear_outcomes_within_minutes_open_the_circuit(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, Unsure("reset"), Unsure("reset"))
    for day in "一二三":
        outside.carry()
        outside.approve_for(outside.accounts, Edition(Form.ARTICLE, f"荷塘整治第{day}天"))
    outside.carry()
    assert outside.platform.calls["publish"] == 2
    assert outside.states() == ["unknown", "unknown", "held", "held"]
    assert {row.hold_reason for row in outside.rows()[2:]} == {"circuit"}


def test_two_unclear_outcomes_far_apart_are_bad_luck(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, Unsure("reset"), Unsure("reset"))
    outside.carry()
    with outside.database.unit() as session:
        long_ago = clock.now(session) - UNCLEAR_APART - timedelta(seconds=1)
        session.execute(update(Circuit).values(unclear_at=long_ago))
    outside.approve_for(outside.accounts, Edition(Form.ARTICLE, "荷塘整治第二天"))
    outside.carry()
    with outside.database.unit(write=False) as session:
        assert session.query(Circuit).one().opened_at is None


def test_a_failure_is_forgotten_after_enough_answers_as_they_should_be(outside: Outside) -> None:
    outside.approve()
    with outside.database.unit() as session:
        account_id = outside.accounts[0].id
        circuits.count_failure(session, account_id, "busy")
        for _ in range(ANSWERS_KEPT):
            circuits.note_success(session, account_id)
        assert session.query(Circuit).one().answers == ""


def test_access_refused_holds_the_account_until_a_probe_answers(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, NeedsReauth("expired", code="40001"))
    outside.carry()
    sweep.sweep(outside.database)
    outside.carry()
    assert (outside.row().state, outside.row().hold_reason) == ("held", "auth")
    assert outside.platform.calls["publish"] == 1
    with outside.database.unit() as session:
        session.execute(update(Circuit).values(opened_at=None, reason=""))
    sweep.sweep(outside.database)
    outside.carry()
    assert outside.row().state == "live"


def test_an_account_whose_seal_is_broken_keeps_nothing_from_the_others(outside: Outside) -> None:
    outside.approve(accounts=3)
    outside.break_seal(0)
    outside.carry()
    assert outside.states() == ["held", "live", "live"]
    held = outside.rows()[0]
    assert (held.hold_reason, held.code) == ("auth", "broken_seal")
    assert "封存密钥" in labels.remedy_of(held)[1]
    outside.recover()
    assert outside.states() == ["held", "live", "live"]
    with outside.database.unit() as session:
        whole = update(Account).values(secrets_sealed="")
        session.execute(whole)
    circuits.probe_all(outside.database)
    outside.recover(1)
    assert outside.states() == ["live"] * 3


@pytest.mark.parametrize("play", [accepted, after])
def test_what_became_of_the_others_is_learnt_beside_a_broken_seal(
    outside: Outside, play: Any
) -> None:
    outside.approve(accounts=2)
    outside.platform.polls.extend([Outcome.ACCEPTED] * 30)
    for account in outside.accounts:
        outside.platform.play(account.uid, play)
    outside.carry()
    outside.platform.polls.clear()
    before = outside.states()
    outside.break_seal(0)
    outside.later(minutes=10)
    jobs.look_at_unknown(outside.database)
    jobs.ask_about_accepted(outside.database)
    assert outside.states() == [before[0], "live"]


def test_a_recall_goes_beside_one_of_a_broken_seal(outside: Outside) -> None:
    story = outside.approve(accounts=2)
    outside.carry()
    outside.break_seal(0)
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert outside.states() == ["live", "gone", "held", "removed"]


def test_a_circuit_of_a_broken_seal_keeps_no_other_from_being_probed(outside: Outside) -> None:
    outside.approve(accounts=2)
    outside.break_seal(0)
    with outside.database.unit() as session:
        for account in outside.accounts:
            circuits.trip(session, account.id, circuits.Hold.AUTH, "expired")
    outside.later(seconds=90)
    circuits.probe_all(outside.database)
    with outside.database.unit(write=False) as session:
        opened = session.query(Circuit).order_by(Circuit.account_id)
        assert [each.opened_at is not None for each in opened] == [True, False]


def test_a_slot_is_kept(outside: Outside) -> None:
    with outside.database.unit() as session:
        slot = clock.now(session) + timedelta(hours=2)
    outside.approve(not_before=slot)
    assert (outside.row().state, outside.row().hold_reason) == ("held", "slot")
    sweep.sweep(outside.database)
    outside.carry()
    assert outside.platform.copies.total() == 0
    outside.later(hours=2)
    sweep.sweep(outside.database)
    outside.carry()
    assert outside.row().state == "live"


def test_what_is_a_day_late_is_no_news_and_its_author_hears_of_it(outside: Outside) -> None:
    outside.approve()
    told = heard(outside, PublicationFailed)
    outside.later(hours=25)
    outside.carry()
    assert outside.row().state == "expired"
    assert outside.platform.calls.total() == 0
    assert [event.code for event in told] == ["expired"]


def test_the_same_while_it_is_held_and_while_it_is_prepared(outside: Outside) -> None:
    outside.approve(accounts=2)
    outside.halt()
    outside.carry()
    told = heard(outside, PublicationFailed)
    with outside.database.unit() as session:
        second = session.get_one(Account, outside.accounts[1].id)
        second.sending = True
        row = session.query(Publication).filter_by(account_id=second.id).one()
        row.state, row.hold_reason = State.READY, ""
    outside.platform.on_prepare = lambda: outside.later(hours=25)
    outside.carry()
    sweep.sweep(outside.database)
    assert outside.states() == ["expired"] * 2
    assert [event.code for event in told] == ["expired"] * 2
    assert outside.platform.calls["publish"] == 0


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"sending": False}, "switch"),
        ({"enabled": False}, "retired"),
        ({"quiet_from": time(0, 0), "quiet_until": time(23, 59, 59)}, "quiet"),
    ],
)
def test_switches_hold_what_is_due(outside: Outside, change: Any, reason: str) -> None:
    outside.approve()
    with outside.database.unit() as session:
        session.execute(update(Account).values(**change))
    outside.carry()
    assert (outside.row().state, outside.row().hold_reason) == ("held", reason)
    assert outside.platform.calls.total() == 0


def test_the_switch_is_asked_again_at_the_point_of_no_return(outside: Outside) -> None:
    outside.approve()
    platform = outside.platform

    def halt(*_: Any) -> None:
        with outside.database.unit() as session:
            session.execute(update(Account).values(sending=False))

    platform.on_prepare = halt
    outside.carry()
    assert (outside.row().state, outside.row().hold_reason) == ("held", "switch")
    assert platform.calls == {"prepare": 1}


def test_other_bytes_than_the_approved_are_never_sent(outside: Outside) -> None:
    outside.approve()
    with outside.database.unit() as session:
        frozen = session.query(FrozenPost).one()
        changed = {**frozen.post, "link": "https://elsewhere.example/"}
        session.execute(update(FrozenPost).values(post=changed))
    outside.carry()
    assert (outside.row().state, outside.row().code) == ("failed", "payload_changed")
    assert outside.platform.calls["publish"] == 0


def test_one_account_that_hangs_does_not_take_all_hands(outside: Outside) -> None:
    with outside.database.unit() as session:
        pass
    for _ in range(6):
        outside.approve()
    with outside.database.unit() as session:
        first = outside.accounts[0].id
        session.execute(update(Publication).where(Publication.id <= 5).values(account_id=first))
    outside.carry()
    assert outside.states() == ["live"] * 6


def test_a_story_is_published_once_everything_has_come_to_rest(outside: Outside) -> None:
    story = outside.approve(accounts=3)
    outside.platform.play(outside.accounts[1].uid, Rejected("no"))
    outside.platform.play(outside.accounts[2].uid, before)
    outside.carry()
    announce.announce(outside.database)
    assert _state_of(outside, story) == "approved"
    outside.recover()
    announce.announce(outside.database)
    assert outside.states() == ["live", "failed", "live"]
    assert _state_of(outside, story) == "published"


def _state_of(outside: Outside, story: Story) -> str:
    with outside.database.unit(write=False) as session:
        return str(session.get_one(Story, story.id).state)


def test_a_number_of_another_piece_is_not_taken_for_ours(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    taken = outside.row().remote_id
    outside.approve()
    other = outside.accounts[1]
    with outside.database.unit() as session:
        session.execute(
            update(Publication)
            .where(Publication.account_id == other.id)
            .values(account_id=outside.accounts[0].id)
        )
    outside.platform.play(
        outside.accounts[0].uid,
        lambda platform, post: platform.put(post).__class__(outcome="live", remote_id=taken),
    )
    outside.carry()
    assert outside.states() == ["live", "needs_human"]
    assert outside.rows()[1].code == "remote_id_taken"
    assert story.id
