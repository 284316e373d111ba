"""Eight ways in which newsroom systems lose, double or betray a piece; none of them is open here.

They were found by reading what the best of them do; each test is named after its hole.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, text, update

from channels.base import Rejected, Unavailable
from kitchen.core.errors import Refusal, WrongState
from kitchen.matrix import service as matrix
from kitchen.matrix.models import Account
from kitchen.people.models import Unit
from kitchen.publishing import jobs, queries, receipts, resolve, sweep
from kitchen.publishing.models import Attempt, Publication, ReceiptRow
from tests.fixtures.dying import Killed, Nth, dying
from tests.publishing.conftest import Outside, Platform

SECRET = "canary-7f3a-of-the-account"  # noqa: S105 - it must be found nowhere


def test_in_progress_black_hole(outside: Outside) -> None:
    """A worker dies in mid-send: its rows are taken up again, whatever they were called."""
    outside.approve(accounts=3)
    with pytest.raises(Killed), dying(Nth(14)):
        outside.carry()
    assert {"armed", "claimed"} & set(outside.states())
    outside.recover()
    assert outside.states() == ["live"] * 3
    assert sorted(outside.platform.copies.values()) == [1] * 3


def test_resurrection_after_kill(outside: Outside) -> None:
    """What waits for another try when the approval is taken back never goes out any more."""
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, Unavailable("busy"))
    outside.carry()
    assert outside.states() == ["backoff"]
    outside.revoke(story)
    outside.recover()
    assert outside.states() == ["cancelled"]
    assert outside.platform.copies.total() == 0


def test_duplicate_delivery(outside: Outside, monkeypatch: pytest.MonkeyPatch) -> None:
    """The piece is out, and writing that down fails: it is looked up, not sent again."""
    outside.approve()
    monkeypatch.setattr(receipts, "keep", _no_disk)
    outside.carry()
    assert outside.states() == ["armed"]
    monkeypatch.undo()
    outside.recover()
    assert outside.states() == ["live"]
    assert (outside.platform.copies.total(), outside.platform.calls["publish"]) == (1, 1)


def _no_disk(*_given: Any, **_more: Any) -> None:
    raise OSError("no space left on device")


def test_silent_channel_loss(outside: Outside) -> None:
    """One account cannot even be opened: its row says so, and the others are out."""
    outside.approve(accounts=3)
    bad = outside.accounts[1].uid
    outside.platform.prepares[bad] = [KeyError("no such formatter")] * 20
    outside.carry()
    outside.recover()
    assert outside.states() == ["live", "held", "live"]
    assert (outside.rows()[1].hold_reason, outside.rows()[1].code) == ("circuit", "internal")


def test_stale_resend(outside: Outside) -> None:
    """A version that failed cannot be sent again once a newer one is out."""
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, Rejected("quota"))
    outside.carry()
    outside.approve_again(story, outside.accounts)
    outside.carry()
    assert outside.states()[1] == "live"
    _try_again(outside, outside.rows()[0].uid)
    outside.recover()
    assert outside.platform.copies.total() == 1


def _try_again(outside: Outside, uid: str) -> None:
    try:
        with outside.database.unit() as session:
            row = queries.the_publication(session, uid)
            resolve.try_again(session, outside.newsroom.operator, row)
    except Refusal:
        return


def test_stale_resend_of_what_was_revoked(outside: Outside) -> None:
    story = outside.approve()
    outside.platform.play(outside.accounts[0].uid, Rejected("quota"))
    outside.carry()
    outside.revoke(story)
    with pytest.raises(WrongState), outside.database.unit() as session:
        row = queries.the_publication(session, outside.row().uid)
        resolve.try_again(session, outside.newsroom.operator, row)


def test_head_of_line_blocking(outside: Outside) -> None:
    """The first of an account's pieces fails again and again; the others pass it by."""
    outside.approve()
    account = outside.accounts[0]
    outside.platform.play(account.uid, *[Unavailable("busy", retry_after=timedelta(hours=1))] * 2)
    outside.carry()
    for _ in range(3):
        outside.approve()
    with outside.database.unit() as session:
        session.execute(update(Publication).values(account_id=account.id))
    outside.platform.plays.clear()
    outside.carry()
    assert outside.states() == ["backoff", "live", "live", "live"]


def test_recipients_forgotten(outside: Outside) -> None:
    """A year later, accounts renamed, retired and shut up: the recall reaches every one of them."""
    story = outside.approve(accounts=3)
    outside.carry()
    outside.later(days=365)
    sweep.sweep(outside.database)
    with outside.database.unit() as session:
        session.execute(update(Account).values(enabled=False, sending=False))
        for number, account in enumerate(session.query(Account)):
            account.name, account.handle = f"改名{number}", f"renamed-{number}"
    outside.revoke(story)
    jobs.carry_recalls(outside.database)
    assert outside.states() == ["gone"] * 3 + ["removed"] * 3
    assert outside.platform.copies.total() == 0


def test_secrets_copied_into_queue_rows(outside: Outside) -> None:
    """The account's secret stands in no row of delivery, in no audit entry and in no job."""
    with outside.database.unit() as session:
        account = matrix.register_account(
            session,
            outside.newsroom.admin,
            channel="outlet",
            name="青禾客户端",
            handle="app",
            unit=session.get_one(Unit, outside.newsroom.operator.unit_id),
            settings={"base_url": "http://127.0.0.1:1", "key_id": "key", "secret": SECRET},
        )
    outside.accounts.append(account)
    story = outside.approve()
    outside.carry()
    outside.approve_again(story, [account])
    outside.platform.play(account.uid, Rejected("no"), Platform.put)
    outside.carry()
    outside.recover()
    with outside.database.unit(write=False) as session:
        assert session.query(Attempt).count() >= 2
        assert session.query(ReceiptRow).count() >= 1
        tables = set(inspect(session.get_bind()).get_table_names())
        if session.get_bind().dialect.name == "sqlite":
            # these hold no text; the tables that they are made of are looked through
            tables -= {"search_index", "search_index_title"}
        for table in tables:
            for row in session.execute(text(f"select * from {table}")):  # noqa: S608
                assert SECRET not in str(tuple(row)), table
    assert SECRET not in str(outside.newsroom.bell.rung)
