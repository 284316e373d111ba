"""What a platform rations: booked before it is spent, and freed only by proof."""

from __future__ import annotations

from datetime import datetime, timedelta
from threading import Barrier, Thread
from typing import Any

import pytest

from channels.abilities import Quota, Window
from channels.base import Edition, Form, Rejected, Spent, Unavailable
from kitchen.core import clock
from kitchen.publishing import jobs, ledger, outbox
from kitchen.publishing.models import Circuit, Publication, QuotaEntry
from tests.publishing.conftest import Outside, Recalling, after, before

ONE_A_DAY = Quota(Window.DAY, 1)


@pytest.fixture(autouse=True)
def rationed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every account of the platform may post once a day."""
    monkeypatch.setattr(Recalling, "quota", property(lambda self: ONE_A_DAY), raising=False)


def _for_one_account(outside: Outside, stories: int) -> None:
    outside.approve()
    for _ in range(stories - 1):
        outside.approve_for(outside.accounts[:1], _edition())


def _edition() -> Edition:
    return Edition(Form.ARTICLE, "荷塘整治完成")


@pytest.mark.parametrize(
    ("window", "local", "key", "end"),
    [
        (Window.DAY, "2026-11-26T00:00", "2026-11-26", "2026-11-27"),
        (Window.DAY, "2026-12-31T23:59", "2026-12-31", "2027-01-01"),
        (Window.MONTH, "2026-02-28T12:00", "2026-02", "2026-03-01"),
        (Window.MONTH, "2026-12-01T00:00", "2026-12", "2027-01-01"),
        (Window.MONTH, "2028-01-31T23:59", "2028-01", "2028-02-01"),
    ],
)
def test_windows_end_at_the_newsrooms_midnight(
    window: Window, local: str, key: str, end: str
) -> None:
    moment = datetime.fromisoformat(local).replace(tzinfo=clock.CENTRE)
    assert ledger.window_key(window, moment) == key
    assert ledger.window_end(window, moment) == datetime.fromisoformat(end).replace(
        tzinfo=clock.CENTRE
    )


def test_the_second_post_of_a_day_waits_for_the_next(outside: Outside) -> None:
    _for_one_account(outside, 2)
    outside.carry()
    assert outside.states() == ["live", "held"]
    waiting = outside.rows()[1]
    assert waiting.hold_reason == "quota"
    assert waiting.next_at is not None
    assert clock.local(waiting.next_at).strftime("%H:%M") == "00:00"
    outside.recover(2)
    assert outside.platform.copies.total() == 1


@pytest.mark.parametrize(
    ("play", "entries"),
    [(Rejected("no"), 0), (Unavailable("busy", retry_after=timedelta(hours=9)), 0), (before, 1)],
    ids=["refused", "not accepted", "unclear"],
)
def test_only_a_proof_of_not_being_executed_gives_a_place_back(
    outside: Outside, play: Any, entries: int
) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, play)
    outside.carry()
    assert _booked(outside) == entries


def test_what_was_looked_for_and_is_not_there_may_use_its_place_again(outside: Outside) -> None:
    outside.approve()
    outside.platform.play(outside.accounts[0].uid, before)
    outside.carry()
    outside.recover(3)
    assert outside.states() == ["live"]
    assert _booked(outside) == 1


def test_what_may_have_gone_out_keeps_its_place(outside: Outside) -> None:
    _for_one_account(outside, 2)
    outside.platform.play(outside.accounts[0].uid, after)
    outside.platform.finds.extend([RuntimeError("cannot be told")] * 9)
    outside.carry()
    jobs.carry_due(outside.database)
    assert outside.platform.copies.total() == 1


@pytest.mark.parametrize("where", ["plays", "prepares"])
def test_what_the_platform_counts_by_the_day_waits_for_midnight(
    outside: Outside, where: str
) -> None:
    """However often the platform says so, it is no refusal of the piece and no failure."""
    outside.approve()
    used_up = [Spent("quota", code="45009", retry_after=timedelta(hours=1)) for _ in range(2)]
    getattr(outside.platform, where)[outside.accounts[0].uid] = used_up
    outside.carry()
    row = outside.row()
    assert (row.state, row.hold_reason, row.code, row.refusals) == ("held", "quota", "45009", 0)
    assert row.next_at is not None
    assert clock.local(row.next_at).strftime("%H:%M") == "00:05"
    assert _booked(outside) == 0
    with outside.database.unit(write=False) as session:
        assert session.query(Circuit).count() == 0


def test_a_withdrawal_does_not_wait_for_midnight(outside: Outside) -> None:
    story = outside.approve()
    outside.carry()
    outside.revoke(story)
    outside.platform.recalls.append(Spent("quota", code="45009"))
    jobs.carry_recalls(outside.database)
    assert (outside.rows()[1].state, outside.rows()[1].code) == ("needs_human", "45009")


def _booked(outside: Outside) -> int:
    with outside.database.unit(write=False) as session:
        return session.query(QuotaEntry).count()


def test_of_many_who_want_the_last_place_one_gets_it(outside: Outside) -> None:
    outside.approve(accounts=8)
    with outside.database.unit(write=False) as session:
        rows = session.query(Publication).order_by(Publication.id).all()
        account = rows[0].account_id
        hands = [outbox.hand_of(row) for row in rows]
    start, got = Barrier(len(hands)), []

    def want(hand: outbox.Hand) -> None:
        start.wait()
        with outside.database.unit() as session:
            mine = outbox.Hand(hand.id, hand.uid, hand.story_id, account, hand.kind, hand.fence)
            got.append(ledger.book(session, mine, ONE_A_DAY))

    threads = [Thread(target=want, args=(hand,)) for hand in hands]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(got) == [False] * 7 + [True]


def test_a_place_is_counted_in_its_own_window(outside: Outside) -> None:
    outside.approve()
    outside.carry()
    with outside.database.unit(write=False) as session:
        today = clock.today(session)
        assert ledger.spent_by(session, Window.DAY, today) == {outside.accounts[0].id: 1}
        assert ledger.spent_by(session, Window.DAY, today + timedelta(days=1)) == {}
