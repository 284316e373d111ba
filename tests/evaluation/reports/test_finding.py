"""Pick-ups found by the house: what is proposed, what is none, and what a run costs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from kitchen.core.clock import CENTRE
from kitchen.evaluation.pickups import finding
from kitchen.evaluation.pickups.rules import Standing, Tier
from kitchen.leads.rules import likeness
from kitchen.matrix.models import Account
from kitchen.publishing.models import Publication
from tests.evaluation.reports.conftest import (
    LATER,
    OUT,
    PAGE,
    TEXT,
    Pressroom,
    gathered,
    pickups,
    reprinted,
)


def test_what_a_feed_tells_is_proposed_and_only_once(watched: Pressroom) -> None:
    gathered(watched, "九里桥正式通车 两岸出行缩短一半", TEXT[:60], said_at=LATER)
    finding.ring_if_due(watched.database)
    assert watched.newsroom.bell.rung == [(finding.BELL, 0)]
    assert finding.look(watched.database) == 1
    found = pickups(watched)[0]
    assert (found.state, found.outlet.name, found.url) == (Standing.PROPOSED, "省里的报", PAGE)
    assert (found.published_on, found.staff_id) == (date(2026, 4, 10), None)
    assert found.likeness is not None
    assert found.likeness >= 60
    assert finding.look(watched.database) == 0
    watched.newsroom.bell.rung.clear()
    finding.ring_if_due(watched.database)
    assert watched.newsroom.bell.rung == []
    gathered(watched, "九里桥正式通车 两岸出行缩短一半 转", TEXT[:60], url=f"{PAGE}#top")
    assert finding.look(watched.database) == 0  # the same page under another number


@pytest.mark.parametrize(
    ("title", "words", "url"),
    [
        ("省里开了一个会", "会议研究了明年的工作。", PAGE),  # nothing of ours
        ("九里桥正式通车", TEXT, "https://elsewhere.example/a"),  # nobody's page
        ("九里桥正式通车", TEXT, "http://127.0.0.1:8001/a/1"),  # our own site
        ("九里桥正式通车", TEXT, "https://platform.example/our-piece"),  # our own account
        ("九里桥正式通车", TEXT, "https://portal.example/our-account/9"),  # below its page
        ("九里桥正式通车", TEXT, f"https://province.example/{'x' * 700}"),  # fits no column
        ("", "", PAGE),
    ],
)
def test_what_is_no_pickup_is_not_proposed(
    watched: Pressroom, title: str, words: str, url: str
) -> None:
    watched.outlet("平台", "platform.example", Tier.COMMERCIAL)
    with watched.database.unit() as session:
        account = session.get_one(Account, watched.accounts["青禾发布"].id)
        account.public_url = "https://portal.example/our-account"
        session.execute(update(Publication).values(remote_url="https://platform.example/our-piece"))
    gathered(watched, title, words, url)
    assert finding.look(watched.database) == 0


def test_only_what_went_out_within_a_month_is_looked_for(watched: Pressroom) -> None:
    watched.at(LATER + timedelta(days=30))
    gathered(watched, "九里桥正式通车", TEXT)
    assert finding.look(watched.database) == 0


def test_a_run_is_bounded_and_goes_on_where_it_stopped(
    watched: Pressroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "ITEMS_AT_ONCE", 2)
    for number in range(3):
        gathered(watched, "九里桥正式通车", TEXT, f"https://province.example/{number}")
    assert [finding.look(watched.database) for _ in range(3)] == [2, 1, 0]


def test_the_original_of_our_own_reprint_is_no_pickup(watched: Pressroom) -> None:
    reprinted(watched)
    gathered(watched, "九里桥正式通车", TEXT, said_at=LATER)
    assert finding.look(watched.database) == 0


@pytest.mark.parametrize(
    ("said_at", "proposed"),
    [
        (OUT - timedelta(minutes=1), 0),
        (OUT + timedelta(minutes=1), 1),
        (datetime(2026, 4, 9, tzinfo=UTC), 1),  # the feed tells the day only
        (datetime(2026, 4, 9, tzinfo=CENTRE), 1),
        (datetime(2026, 4, 8, tzinfo=CENTRE), 0),
    ],
)
def test_what_was_said_before_our_story_was_out_is_no_pickup(
    watched: Pressroom, said_at: datetime, proposed: int
) -> None:
    again = watched.pieces[0].story_id  # it goes out once more, later
    watched.send(again, "青禾微博", OUT + timedelta(hours=5))
    gathered(watched, "九里桥正式通车", TEXT, said_at=said_at)
    assert finding.look(watched.database) == proposed


def test_the_writers_place_is_free_while_items_are_compared(
    watched: Pressroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def compared(own: frozenset[str], other: frozenset[str]) -> float:
        with watched.database.unit() as session:  # a delivery goes on meanwhile
            session.execute(update(Publication).values(priority=1))
        return likeness(own, other)

    monkeypatch.setattr(finding, "likeness", compared)
    gathered(watched, "九里桥正式通车", TEXT)
    assert finding.look(watched.database) == 1


def test_a_run_asks_as_often_for_many_items_as_for_one(
    watched: Pressroom, count_queries: Callable[[], int]
) -> None:
    def cost() -> int:
        before = count_queries()
        finding.look(watched.database)
        return count_queries() - before

    gathered(watched, "省里开了一个会", url=PAGE)
    cost()
    gathered(watched, "省里又开了一个会", url=f"{PAGE}/2")
    one = cost()
    for number in range(20):
        gathered(watched, "省里开了许多会", url=f"{PAGE}/many/{number}")
    assert cost() == one


def test_a_run_that_was_overtaken_proposes_nothing_twice(
    watched: Pressroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    compare = finding.compare

    def slowly(session: Any, items: Any) -> Any:
        found = compare(session, items)
        monkeypatch.setattr(finding, "compare", compare)
        assert finding.look(watched.database) == 1
        return found

    monkeypatch.setattr(finding, "compare", slowly)
    gathered(watched, "九里桥正式通车", TEXT)
    assert finding.look(watched.database) == 0
    assert len(pickups(watched)) == 1
