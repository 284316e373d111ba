"""Account figures by the platforms' own counts: by the day, or as what came since the last look."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any

import pytest

from channels.abilities import NotYet, Numbers
from channels.base import NeedsReauth, Outcome, Receipt, Unavailable
from kitchen.feedback import intake
from kitchen.feedback.intake import Place, Said
from kitchen.feedback.rules import Kind
from kitchen.matrix.models import Account
from kitchen.patrols import measuring
from kitchen.patrols.facts import facts_of
from kitchen.patrols.measuring import mean_reads, of_the_day, so_far
from kitchen.patrols.models import AccountDay, AccountMeasure
from kitchen.patrols.rules import AS_SHIPPED, strikes
from kitchen.patrols.rules import Kind as Finds
from kitchen.ports import QuietBell
from tests.patrols.conftest import Patrolled

SUNDAY = date(2026, 3, 1)
PIECES = [Receipt(Outcome.LIVE, "a"), Receipt(Outcome.LIVE, "b")]


def sofar(piece: str, reads: int | None, likes: int | None = None, **more: Any) -> Numbers:
    return Numbers(piece, reads=reads, likes=likes, **more)


@pytest.mark.parametrize(
    ("numbers", "before", "day"),
    [
        # everything so far: the difference; of a new piece all of it
        ([sofar("a", 90, 9), sofar("b", 10, 1)], {"a": [50, 5]}, (50, 5)),
        # nothing to compare with: unknown, not everything that ever was
        ([sofar("a", 90, 9)], None, (None, None)),
        # what went down, because readers take likes back, is nought
        ([sofar("a", 90, 3)], {"a": [90, 5]}, (0, 0)),
        # counted by the day: the day itself
        ([sofar("a", 7, 1, shares=2, comments=3, day=SUNDAY)], None, (7, 6)),
        # what is not told is unknown
        ([sofar("a", None, 4)], {"a": [None, 1]}, (None, 3)),
        ([sofar("a", 4)], {"a": [1, None]}, (3, None)),
        ([], {}, (None, None)),
    ],
)
def test_a_day_is_what_was_told_of_it_or_the_difference(
    numbers: list[Numbers], before: Any, day: tuple[int | None, int | None]
) -> None:
    assert of_the_day(numbers, before) == day


def test_the_mean_is_of_pieces_that_are_told_of_whole() -> None:
    told = [sofar("a", 100), sofar("b", 51), sofar("c", None), sofar("d", 9, day=SUNDAY)]
    assert (mean_reads(told), mean_reads(told[3:])) == (76, None)
    assert so_far(told) == {"a": [100, None], "b": [51, None], "c": [None, None]}


@dataclass
class Counter:
    """A platform that counts; each of its answers may be an error."""

    follow: list[Any] = field(default_factory=list)
    tell: list[Any] = field(default_factory=list)

    def followers(self, day: date) -> int | None:
        answer = self.follow.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return int(answer)

    def measure(self, receipts: Any, day: date) -> list[Numbers]:
        answer = self.tell.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return list(answer)

    def listed(self, since: Any) -> Any:
        return iter(())


@dataclass
class Measured:
    """A matrix of one account on such a platform."""

    matrix: Patrolled
    platform: Counter
    account_id: int

    def look(self) -> int:
        """Ask about the accounts whose turn has come, with two pieces standing there."""
        with self.matrix.database.unit() as session:
            errands = measuring.claim(session, 8)
        for errand in errands:
            asked = replace(errand, receipts=PIECES)
            counted = asked.go()
            with self.matrix.database.unit() as session:
                asked.end(session, counted)
        return len(errands)

    def day(self, day: date) -> tuple[Any, ...] | None:
        with self.matrix.database.unit(write=False) as session:
            row = session.query(AccountDay).filter_by(day=day).one_or_none()
            return row and (row.followers, row.posts, row.reads, row.interactions)

    def row(self) -> AccountMeasure:
        with self.matrix.database.unit(write=False) as session:
            return session.get_one(AccountMeasure, self.account_id)


@pytest.fixture
def measured(patrolled: Patrolled) -> Measured:
    platform = Counter()
    ports = replace(patrolled.newsroom.ports, open_channel=lambda *_given: platform)
    patrolled.database.info["ports"] = ports
    own, other = patrolled.accounts["青禾发布"].id, patrolled.accounts["云溪街道"].id
    with patrolled.database.unit() as session:
        session.get_one(Account, other).held = False  # its unit runs it: we may not ask
    return Measured(patrolled, platform, own)


def test_a_day_is_asked_once_and_stands_on_the_account(measured: Measured) -> None:
    platform = measured.platform
    platform.follow, platform.tell = [1200], [[sofar("a", 90, 9), sofar("b", 10, 1)]]
    assert (measured.look(), measured.look()) == (1, 0)
    assert measured.day(SUNDAY) == (1200, 0, None, None)
    with measured.matrix.database.unit(write=False) as session:
        account = session.get_one(Account, measured.account_id)
        assert (account.followers, account.posts_30d, account.mean_reads) == (1200, 0, 50)
    measured.matrix.later(days=1)
    platform.follow, platform.tell = [1250], [[sofar("a", 140, 9), sofar("b", 10, 4)]]
    assert measured.look() == 1
    assert measured.day(SUNDAY + timedelta(days=1)) == (1250, 0, 50, 3)


def test_what_is_not_counted_yet_is_asked_again_within_the_hour(measured: Measured) -> None:
    platform = measured.platform
    platform.follow = [NotYet("2026-03-01"), 1200]
    platform.tell = [NotYet("2026-03-01"), [sofar("a", 7, 1, day=SUNDAY)]]
    assert measured.look() == 1
    assert (measured.day(SUNDAY), measured.row().words) == (None, "not_yet")
    measured.matrix.later(minutes=61)
    assert measured.look() == 1
    assert measured.day(SUNDAY) == (1200, 0, 7, 1)
    assert (measured.row().words, measured.row().failures) == ("", 0)


def test_where_followers_are_not_told_the_pieces_still_are(measured: Measured) -> None:
    measured.platform.follow = [NeedsReauth("no permission", code="10014")]
    measured.platform.tell = [[sofar("a", 7, 1, day=SUNDAY)]]
    measured.look()
    assert measured.day(SUNDAY) == (None, 0, 7, 1)
    assert measured.row().words == "no permission"


def test_a_platform_that_says_nothing_is_left_alone_until_tomorrow(measured: Measured) -> None:
    for _ in range(measuring.PATIENCE):
        measured.platform.follow = [Unavailable("busy")]
        measured.platform.tell = [Unavailable("busy")]
        assert measured.look() == 1
        measured.matrix.later(minutes=61)
    assert measured.look() == 0
    assert measured.row().failures == measuring.PATIENCE
    measured.matrix.later(days=1)
    measured.platform.follow, measured.platform.tell = [5], [[]]
    assert measured.look() == 1


def test_a_worker_that_dies_leaves_the_account_to_the_next(measured: Measured) -> None:
    with measured.matrix.database.unit() as session:
        assert len(measuring.claim(session, 8)) == 1
    assert measured.look() == 0
    measured.matrix.later(minutes=11)
    measured.platform.follow, measured.platform.tell = [5], [[]]
    assert measured.look() == 1


def test_the_timetable_rings_while_somebody_is_to_be_asked(measured: Measured) -> None:
    bell = measured.matrix.newsroom.ports.bell
    assert isinstance(bell, QuietBell)
    measuring.ring_if_due(measured.matrix.database)
    assert (measuring.BELL, 0) in bell.rung
    measured.platform.follow, measured.platform.tell = [5], [[]]
    measured.look()
    bell.rung.clear()
    measuring.ring_if_due(measured.matrix.database)
    assert bell.rung == []


def test_bought_followers_show_without_anybody_telling(measured: Measured) -> None:
    platform = measured.platform
    for followers in (1000, 5000):
        platform.follow, platform.tell = [followers], [[sofar("a", 10, 0), sofar("b", 3, 0)]]
        measured.look()
        measured.matrix.later(days=1)
    measured.matrix.round()
    assert Finds.BOUGHT_FOLLOWERS in measured.matrix.kinds()


def test_the_channels_that_count_are_found_by_what_they_can() -> None:
    assert {"wechat", "weibo", "douyin"} <= measuring.able()


def test_messages_that_nobody_answered_in_the_inbox_are_a_fact(patrolled: Patrolled) -> None:
    account = patrolled.accounts["青禾发布"]
    ago = [patrolled.now() - timedelta(hours=hours) for hours in (30, 1)]
    told = [Said(str(n), Kind.LETTER, "读者", "几点开门？", at) for n, at in enumerate(ago)]
    with patrolled.database.unit() as session:
        intake.take_in(session, Place(account.id, account.unit_id, account.channel), told)
        facts = facts_of(session, [account.id], AS_SHIPPED)[account.id]
        assert (facts.waiting, facts.waiting_since) == (2, ago[0])
        assert {each.kind for each in strikes(facts, AS_SHIPPED)} == {Finds.UNANSWERED}


def test_what_nobody_hears_of_stays_unknown(patrolled: Patrolled) -> None:
    account_id = patrolled.accounts["青禾发布"].id
    with patrolled.database.unit(write=False) as session:
        facts = facts_of(session, [account_id], AS_SHIPPED)[account_id]
        assert (facts.waiting, facts.blind) == (None, True)
