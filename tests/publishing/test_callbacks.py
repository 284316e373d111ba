"""Callbacks: taken in once, and believed as far as their signature reaches."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import update

from channels.abilities import Call, Forged, Heard, Notice
from channels.base import Outcome, Receipt
from kitchen import app
from kitchen.matrix.models import Account
from kitchen.ports import Ports
from kitchen.publishing import jobs
from kitchen.publishing.events import PublicationNeedsPerson
from kitchen.publishing.models import CallbackNotice, Publication, ReceiptRow
from kitchen.publishing.rules import State
from kitchen.stories.models import Story
from tests.publishing.conftest import (
    Outside,
    Platform,
    Recalling,
    accepted,
    after,
    handed,
    heard,
)

LIVE_URL = "https://platform.example/posts/9"


class Listening(Recalling):
    """The platform signs with a header; ``x-proof`` says that it covers the body."""

    def listen(self, call: Call) -> Heard:
        if call.headers.get("x-signature") != "good":
            raise Forged("signature")
        task = call.body.decode()
        receipt = Receipt(Outcome.LIVE, "id-9", LIVE_URL, task)
        notice = Notice(call.query["key"], receipt, proof="x-proof" in call.headers)
        return Heard(b"heard", notices=(notice,))


@pytest.fixture
def ports(ports: Ports, platform: Platform) -> Ports:
    return replace(ports, open_channel=lambda key, settings, account: Listening(platform, account))


def _waiting(outside: Outside, play: Any = accepted) -> str:
    """A delivery that the platform accepted and says nothing more of; its task."""
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, play)
    outside.platform.polls.extend([Outcome.ACCEPTED] * 30)
    outside.carry()
    return outside.row().task_id


def _call_back(outside: Outside, task: str, *, key: str = "1", **headers: str) -> Any:
    public = app.create_public(outside.newsroom.house).test_client()
    account = outside.accounts[0]
    return public.post(
        f"/callbacks/{account.channel}/{account.uid}?key={key}",
        data=task,
        headers={"X-Signature": "good", **headers},
    )


def test_a_signed_notice_makes_us_ask_and_proves_nothing(outside: Outside) -> None:
    task = _waiting(outside)
    asked = outside.platform.calls["poll"]
    answer = _call_back(outside, task)
    assert (answer.status_code, answer.data) == (200, b"heard")
    assert outside.row().state == "accepted"
    assert ("poll", 0) in outside.newsroom.bell.rung
    outside.platform.polls.clear()
    jobs.ask_about_accepted(outside.database)
    assert outside.platform.calls["poll"] == asked + 1
    assert outside.row().state == "live"


def test_a_callback_is_heard_beside_an_account_whose_seal_is_broken(outside: Outside) -> None:
    task = _waiting(outside)
    outside.approve()
    outside.carry()
    outside.break_seal(1)
    other = replace(outside, accounts=outside.accounts[::-1])
    assert _call_back(other, task).status_code == 503
    assert _call_back(outside, "of nobody", key="2").status_code == 200


def test_a_notice_whose_signature_covers_it_is_a_receipt(outside: Outside) -> None:
    _call_back(outside, _waiting(outside), **{"X-Proof": "yes"})
    row = outside.row()
    assert (row.state, row.remote_id, row.remote_url) == ("live", "id-9", LIVE_URL)
    with outside.database.unit(write=False) as session:
        sources = [it.source for it in session.query(ReceiptRow).order_by(ReceiptRow.id)]
    assert sources == ["response", "callback"]


def test_repeated_it_changes_nothing(outside: Outside) -> None:
    task = _waiting(outside)
    answers = [_call_back(outside, task, **{"X-Proof": "yes"}) for _ in range(3)]
    assert [answer.status_code for answer in answers] == [200] * 3
    with outside.database.unit(write=False) as session:
        assert session.query(CallbackNotice).count() == 1
        assert session.query(ReceiptRow).count() == 2


@pytest.mark.parametrize("headers", [{"X-Signature": "bad"}, {"X-Signature": ""}])
def test_a_forged_success_moves_nothing(outside: Outside, headers: dict[str, str]) -> None:
    task = _waiting(outside)
    answer = _call_back(outside, task, **{"X-Proof": "yes", **headers})
    assert answer.status_code == 403
    assert outside.row().state == "accepted"
    with outside.database.unit(write=False) as session:
        assert session.query(CallbackNotice).count() == 0


def test_one_about_a_piece_that_is_not_ours_is_noted_and_no_more(outside: Outside) -> None:
    _waiting(outside)
    assert _call_back(outside, "somebody-elses", **{"X-Proof": "yes"}).status_code == 200
    assert outside.row().state == "accepted"


def test_the_person_who_finished_by_hand_need_not_paste_what_the_platform_tells(
    outside: Outside,
) -> None:
    def handed_with_share(platform: Platform, post: Any) -> Receipt:
        return replace(handed(platform, post), task_id="share-1")

    _waiting(outside, handed_with_share)
    assert outside.row().state == "awaiting_hand"
    _call_back(outside, "share-1", **{"X-Proof": "yes"})
    assert (outside.row().state, outside.row().remote_url) == ("live", LIVE_URL)


def test_an_unclear_outcome_is_settled_by_a_signed_word(outside: Outside) -> None:
    _waiting(outside, after)
    assert outside.row().state == "unknown"
    _change(outside, task_id="t-1")
    _call_back(outside, "t-1", **{"X-Proof": "yes"})
    assert outside.row().state == "live"


def _handed(outside: Outside) -> Story:
    """A piece that a person finishes on a phone; the platform will name it ``share-1``."""

    def play(platform: Platform, post: Any) -> Receipt:
        return replace(handed(platform, post), task_id="share-1")

    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, play)
    outside.carry()
    assert outside.row().state == "awaiting_hand"
    return story


def _tapped(outside: Outside, key: str = "1") -> None:
    """The person taps "publish", and the platform tells."""
    outside.platform.copies["9"] += 1
    _call_back(outside, "share-1", key=key, **{"X-Proof": "yes"})


def test_revoked_in_hand_and_published_nonetheless_it_is_called_back(outside: Outside) -> None:
    outside.revoke(_handed(outside))
    assert outside.states() == ["cancelled"]
    told = heard(outside, PublicationNeedsPerson)
    _tapped(outside)
    assert [event.reason for event in told] == ["surfaced"]
    assert outside.states() == ["live", "ready"]
    assert (outside.rows()[0].remote_id, outside.rows()[0].remote_url) == ("id-9", LIVE_URL)
    jobs.carry_recalls(outside.database)
    assert outside.states() == ["gone", "removed"]
    _tapped(outside, key="2")
    assert outside.states() == ["gone", "removed"]


def test_a_recall_that_found_nothing_begins_anew(outside: Outside) -> None:
    story = outside.approve()

    def play(platform: Platform, post: Any) -> Receipt:
        outside.revoke(story)
        return replace(handed(platform, post), task_id="share-1")

    outside.platform.play(outside.accounts[0].uid, play)
    outside.carry()
    outside.recover(1)
    assert outside.states() == ["cancelled", "removed"]
    _tapped(outside)
    assert outside.states() == ["live", "ready"]
    jobs.carry_recalls(outside.database)
    assert outside.states() == ["gone", "removed"]


@pytest.mark.parametrize("state", [State.FAILED, State.EXPIRED, State.HELD])
def test_what_was_given_up_and_is_there_is_live(outside: Outside, state: State) -> None:
    """Its approval stands, so it is not called back."""
    _handed(outside)
    _change(outside, state=state)
    told = heard(outside, PublicationNeedsPerson)
    _tapped(outside)
    assert outside.states() == ["live"]
    assert [event.reason for event in told] == ["surfaced"]


def test_an_old_version_published_beside_the_new_one_is_told_to_a_person(
    outside: Outside,
) -> None:
    story = _handed(outside)
    outside.approve_again(story, outside.accounts[:1])
    outside.carry()
    assert outside.states() == ["superseded", "live"]
    told = heard(outside, PublicationNeedsPerson)
    _tapped(outside)
    _tapped(outside, key="2")
    assert outside.states() == ["superseded", "live"]
    assert [event.reason for event in told] == ["surfaced"]
    assert outside.rows()[0].remote_url == LIVE_URL


def test_late_news_of_what_was_replaced_in_place_brings_nothing_back(outside: Outside) -> None:
    story = _handed(outside)
    _tapped(outside)
    outside.platform.can_correct = True
    outside.approve_again(story, outside.accounts[:1])
    _change_first(outside, state=State.SUPERSEDED)
    told = heard(outside, PublicationNeedsPerson)
    _tapped(outside, key="2")
    assert outside.rows()[0].state == "superseded"
    assert told == []


def _change_first(outside: Outside, **values: Any) -> None:
    with outside.database.unit() as session:
        first = outside.rows()[0].id
        session.execute(update(Publication).where(Publication.id == first).values(**values))


def _change(outside: Outside, **values: Any) -> None:
    with outside.database.unit() as session:
        session.execute(update(Publication).values(**values))


@pytest.mark.parametrize("path", ["outlet/nobody", "weibo/{uid}"])
def test_an_account_that_does_not_exist_there_is_not_found(outside: Outside, path: str) -> None:
    _waiting(outside)
    address = f"/callbacks/{path.format(uid=outside.accounts[0].uid)}"
    public = app.create_public(outside.newsroom.house).test_client()
    assert public.post(address, data="x").status_code == 404


def test_too_much_is_not_read(outside: Outside) -> None:
    _waiting(outside)
    assert _call_back(outside, "x" * 300_000).status_code == 413


def test_a_notice_out_of_order_does_not_bring_back_what_is_gone(outside: Outside) -> None:
    """The callback of the first success comes after the piece was taken back."""
    task = _waiting(outside)
    _call_back(outside, task, **{"X-Proof": "yes"})
    _change(outside, state=State.GONE)
    _call_back(outside, task, key="2", **{"X-Proof": "yes"})
    assert outside.row().state == "gone"


@pytest.mark.wrong_books("made live without a receipt")
def test_the_address_that_only_the_notice_knows_is_kept(outside: Outside) -> None:
    task = _waiting(outside)
    _change(outside, state=State.LIVE)
    _call_back(outside, task)
    assert outside.row().remote_url == ""
    _call_back(outside, task, key="2", **{"X-Proof": "yes"})
    assert (outside.row().state, outside.row().remote_url) == ("live", LIVE_URL)


def test_what_comes_to_another_account_of_the_application_reaches_its_own(
    outside: Outside,
) -> None:
    """Platforms know one callback address for an application, whatever accounts it has."""
    task = _waiting(outside)
    outside.approve()
    _change_accounts(outside, channel="wechat")
    public = app.create_public(outside.newsroom.house).test_client()
    answer = public.post(
        f"/callbacks/wechat/{outside.accounts[1].uid}?key=1",
        data=task,
        headers={"X-Signature": "good", "X-Proof": "yes"},
    )
    assert answer.status_code == 200
    assert outside.states()[0] == "live"


def _change_accounts(outside: Outside, **values: Any) -> None:
    with outside.database.unit() as session:
        session.execute(update(Account).values(**values))
