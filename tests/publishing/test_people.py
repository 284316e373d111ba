"""What people do: hand over, look, testify, try again; each refused where it should be."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor, wait
from datetime import timedelta
from typing import Any

import pytest

from channels.base import Abilities, Listing, Rejected
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import Duplicate, Forbidden, Invalid, WrongState
from kitchen.publishing import circuits, hand, invariants, jobs, queries, resolve, standstill
from kitchen.publishing.models import Attempt, Circuit, Publication, ReceiptRow
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Outside, after, before, handed

URL = "https://platform.example/a/1"


def _at(outside: Outside, play: Any, state: str) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[-1].uid, play)
    if state == "needs_human":
        outside.platform.finds.extend([RuntimeError("cannot be told")] * 60)
    outside.carry()
    if state == "needs_human":
        outside.recover()
    assert outside.rows()[-1].state == state


def _do(outside: Outside, verb: Any, actor: Actor, *given: Any) -> Any:
    with outside.database.unit() as session:
        publication = queries.the_publication(session, outside.rows()[-1].uid)
        return verb(session, actor, publication, *given)


def test_published_by_hand_it_is_live_with_the_pasted_address(outside: Outside) -> None:
    _at(outside, handed, "awaiting_hand")
    _do(outside, hand.finish, outside.newsroom.operator, f" {URL} ")
    row = outside.row()
    assert (row.state, row.remote_url) == ("live", URL)
    with outside.database.unit(write=False) as session:
        kept = session.query(ReceiptRow).order_by(ReceiptRow.id).all()
        assert [receipt.source for receipt in kept] == ["response", "human"]
        assert kept[-1].staff_id == outside.newsroom.operator.id
        assert invariants.broken(session) == {}


@pytest.mark.parametrize("url", ["https://elsewhere.example/1", "javascript:alert(1)", "", "一篇"])
def test_an_address_of_another_place_is_refused(outside: Outside, url: str) -> None:
    _at(outside, handed, "awaiting_hand")
    with pytest.raises(Invalid) as refused:
        _do(outside, hand.finish, outside.newsroom.operator, url)
    assert "url" in refused.value.fields
    assert outside.row().state == "awaiting_hand"


def test_one_address_closes_one_delivery(outside: Outside) -> None:
    _at(outside, handed, "awaiting_hand")
    _do(outside, hand.finish, outside.newsroom.operator, URL)
    _at(outside, handed, "awaiting_hand")
    with pytest.raises(Invalid):
        _do(outside, hand.finish, outside.newsroom.operator, URL)


def test_left_unpublished_with_a_reason(outside: Outside) -> None:
    _at(outside, handed, "awaiting_hand")
    with pytest.raises(Invalid):
        _do(outside, hand.leave, outside.newsroom.operator, " ")
    _do(outside, hand.leave, outside.newsroom.operator, "该平台账号正在年审")
    assert (outside.row().state, outside.row().words) == ("failed", "该平台账号正在年审")


@pytest.mark.parametrize("role", ["reporter", "leader", "inspector"])
def test_only_operators_may(outside: Outside, role: str) -> None:
    _at(outside, handed, "awaiting_hand")
    with pytest.raises(Forbidden):
        _do(outside, hand.finish, outside.newsroom.actors[role], URL)


def test_it_is_there_says_a_person_who_looked(outside: Outside) -> None:
    _at(outside, after, "needs_human")
    _do(outside, resolve.confirm, outside.newsroom.operator, URL)
    assert (outside.row().state, outside.row().remote_url) == ("live", URL)
    with outside.database.unit(write=False) as session:
        assert invariants.broken(session) == {}


def _now(outside: Outside) -> Any:
    with outside.database.unit(write=False) as session:
        return clock.fresh(session)


def test_sent_again_only_when_two_persons_have_looked(outside: Outside) -> None:
    _at(outside, before, "needs_human")
    room = outside.newsroom
    assert _do(outside, resolve.say_not_there, room.operator, _now(outside)) is False
    outside.carry()
    assert outside.platform.calls["publish"] == 1
    with pytest.raises(Duplicate):
        _do(outside, resolve.say_not_there, room.operator, _now(outside))
    assert outside.row().state == "needs_human"
    assert _do(outside, resolve.say_not_there, room.duty, _now(outside)) is True
    outside.carry()
    assert outside.row().state == "live"
    assert outside.platform.copies.total() == 1


def test_a_look_at_an_account_whose_seal_is_broken_is_told_what_to_do(outside: Outside) -> None:
    _at(outside, before, "needs_human")
    outside.break_seal(0)
    with pytest.raises(WrongState, match="封存密钥"):
        _do(outside, resolve.say_not_there, outside.newsroom.operator, _now(outside))


@pytest.mark.parametrize("shift", [timedelta(days=-1), timedelta(minutes=5)])
def test_a_look_before_the_question_or_in_the_future_is_none(
    outside: Outside, shift: timedelta
) -> None:
    _at(outside, before, "needs_human")
    with pytest.raises(Invalid) as refused:
        _do(outside, resolve.say_not_there, outside.newsroom.operator, _now(outside) + shift)
    assert "looked_at" in refused.value.fields


def test_of_two_who_say_so_at_the_same_moment_the_second_knows_the_first(
    outside: Outside,
) -> None:
    _at(outside, before, "needs_human")
    room, seen = outside.newsroom, _now(outside)
    with ThreadPoolExecutor(1) as pool:
        with outside.database.unit() as session:
            row = queries.the_publication(session, outside.row().uid)
            assert resolve.say_not_there(session, room.operator, row, seen) is False
            session.flush()
            other = pool.submit(_do, outside, resolve.say_not_there, room.duty, seen)
            wait([other], timeout=0.5)
        assert other.result() is True
    assert outside.row().state == "backoff"


def test_a_look_in_the_minute_before_the_question_is_none(outside: Outside) -> None:
    _at(outside, before, "needs_human")
    early = outside.row().since - timedelta(milliseconds=1)
    with pytest.raises(Invalid):
        _do(outside, resolve.say_not_there, outside.newsroom.operator, early)


def test_a_look_counts_once_the_platform_shows_whatever_it_took(outside: Outside) -> None:
    settles = timedelta(minutes=5)
    outside.platform.abilities = Abilities(Listing.NONE, settles)
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    outside.later(seconds=5)
    jobs.look_at_unknown(outside.database)
    assert outside.row().state == "needs_human"
    with outside.database.unit(write=False) as session:
        shows = session.query(Attempt).one().ended_at + settles
    operator = outside.newsroom.operator
    outside.later(minutes=10)
    with pytest.raises(Invalid) as refused:
        _do(outside, resolve.say_not_there, operator, shows - timedelta(milliseconds=1))
    told = refused.value.fields["looked_at"]
    assert told.params == {"since": f"{clock.local(shows + timedelta(minutes=1)):%H:%M}"}
    assert _do(outside, resolve.say_not_there, operator, shows) is False


def test_what_was_said_to_an_older_question_answers_no_newer_one(
    outside: Outside, sign_in: Door
) -> None:
    _at(outside, before, "needs_human")
    room = outside.newsroom
    _do(outside, resolve.say_not_there, room.operator, _now(outside))
    _do(outside, resolve.say_not_there, room.duty, _now(outside))
    with outside.database.unit() as session:
        standstill.quarantine(session)
    outside.platform.finds.extend([RuntimeError("cannot be told")] * 60)
    outside.recover()
    assert (outside.row().state, outside.row().attempt_no) == ("needs_human", 1)
    page = sign_in("operator").get(f"/publish/{outside.row().uid}").text
    assert "0/2 人登录看过" in page
    assert "0/2 人看过" in sign_in("operator").get("/publish/cases").text
    assert _do(outside, resolve.say_not_there, room.operator, _now(outside)) is False
    assert _do(outside, resolve.say_not_there, room.duty, _now(outside)) is True


def test_what_was_revoked_meanwhile_is_not_sent_again(outside: Outside) -> None:
    _at(outside, before, "needs_human")
    with outside.database.unit(write=False) as session:
        story = queries.the_publication(session, outside.row().uid).story
    uid = outside.row().uid
    outside.revoke(story)
    with outside.database.unit() as session:
        row = queries.the_publication(session, uid)
        resolve.say_not_there(session, outside.newsroom.operator, row, clock.now(session))
    with outside.database.unit() as session:
        row = queries.the_publication(session, uid)
        resolve.say_not_there(session, outside.newsroom.duty, row, clock.now(session))
    outside.carry()
    outside.recover()
    assert outside.states() == ["cancelled", "removed"]
    assert outside.rows()[1].code == "never_live"
    assert outside.platform.calls["publish"] == 1


def test_tried_again_once_the_cause_is_removed(outside: Outside) -> None:
    _at(outside, Rejected("quota"), "failed")
    _do(outside, resolve.try_again, outside.newsroom.operator)
    outside.carry()
    assert outside.row().state == "live"


def test_not_tried_again_without_a_standing_approval(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, Rejected("quota"))
    outside.carry()
    outside.revoke(story)
    with pytest.raises(WrongState):
        _do(outside, resolve.try_again, outside.newsroom.operator)


@pytest.mark.parametrize(
    ("verb", "given"),
    [
        (hand.finish, (URL,)),
        (hand.leave, ("为什么",)),
        (resolve.confirm, (URL,)),
        (resolve.confirm_removed, ("",)),
        (resolve.try_again, ()),
    ],
)
def test_nothing_of_it_fits_a_live_one(outside: Outside, verb: Any, given: Any) -> None:
    outside.approve()
    outside.carry()
    with pytest.raises(WrongState):
        _do(outside, verb, outside.newsroom.operator, *given)


def test_a_recall_done_by_hand_is_testified(outside: Outside) -> None:
    outside.platform.can_recall = False
    story = outside.approve()
    outside.carry()
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    _do(outside, resolve.confirm_removed, outside.newsroom.operator, "已在后台删除")
    assert outside.states() == ["gone", "removed"]


def test_a_person_closes_the_circuit(outside: Outside) -> None:
    outside.approve()
    with outside.database.unit() as session:
        circuits.trip(session, outside.accounts[0].id, circuits.Hold.AUTH, "expired")
    outside.carry()
    assert outside.row().hold_reason == "auth"
    with outside.database.unit() as session:
        account = session.get_one(Publication, outside.row().id).account
        circuits.close(session, outside.newsroom.operator, account)
        with pytest.raises(WrongState):
            circuits.close(session, outside.newsroom.operator, account)
    outside.recover(1)
    assert outside.row().state == "live"


@pytest.mark.parametrize(("answers", "reopened"), [(True, True), (False, False)])
def test_a_probe_that_reads_only_closes_the_circuit(
    outside: Outside, answers: bool, reopened: bool
) -> None:
    outside.approve()
    outside.platform.probe_answers = answers
    with outside.database.unit() as session:
        circuits.trip(session, outside.accounts[0].id, circuits.Hold.AUTH, "expired")
    circuits.probe_all(outside.database)
    assert outside.platform.calls["probe"] == 0
    outside.later(seconds=90)
    circuits.probe_all(outside.database)
    assert outside.platform.calls["probe"] == 1
    with outside.database.unit(write=False) as session:
        assert (session.query(Circuit).one().opened_at is None) is reopened


def test_one_platform_that_is_away_keeps_no_other_from_its_probe(outside: Outside) -> None:
    """Each answers only once all were asked."""
    outside.approve(accounts=3)
    asked = threading.Barrier(3, timeout=30)
    with outside.database.unit() as session:
        for account in outside.accounts:
            circuits.trip(session, account.id, circuits.Hold.AUTH, "expired")
    outside.platform.on_probe = asked.wait
    outside.later(seconds=90)
    circuits.probe_all(outside.database)
    with outside.database.unit(write=False) as session:
        assert [it.opened_at for it in session.query(Circuit)] == [None] * 3


def test_a_bell_probes_so_many_and_the_next_bell_the_others(
    outside: Outside, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(circuits, "PROBES_MOST", 2)
    outside.approve(accounts=3)
    outside.platform.probe_answers = False
    with outside.database.unit() as session:
        for account in outside.accounts:
            circuits.trip(session, account.id, circuits.Hold.AUTH, "expired")
    outside.later(seconds=90)
    circuits.probe_all(outside.database)
    assert outside.platform.calls["probe"] == 2
    circuits.probe_all(outside.database)
    assert outside.platform.calls["probe"] == 3


def test_what_is_known_by_its_address_alone_is_taken_back_by_hand(outside: Outside) -> None:
    """Nobody told its id: a platform asked to delete none would say that it is gone."""
    _at(outside, before, "needs_human")
    _do(outside, resolve.confirm, outside.newsroom.operator, URL)
    with outside.database.unit(write=False) as session:
        story = session.get_one(Publication, 1).story
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    recall = outside.rows()[-1]
    assert (recall.state, recall.code) == ("needs_human", "no_remote_id")
    assert outside.rows()[0].state == "live"
