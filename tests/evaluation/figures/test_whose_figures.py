"""Whose a figure is: what a platform told goes before what a person read, whoever came first."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from kitchen.core import audit
from kitchen.core.errors import Invalid
from kitchen.evaluation.figures import queries
from kitchen.evaluation.figures.rules import Age, Teller, Told
from kitchen.stories.models import Story
from tests.evaluation.figures.conftest import MONDAY, Counted
from tests.evaluation.figures.test_by_hand import enter, sheet, take_in


def told(counted: Counted, **counts: int) -> Story:
    """A story of which the platform told so much when it was an hour old."""
    story = counted.publish(counted.account())
    counted.tell(story, **counts)
    counted.later(hours=1)
    counted.collect()
    return story


def entries(counted: Counted, story: Story) -> list[audit.AuditEntry]:
    """What the audit says of the figures of the story's piece, the newest first."""
    with counted.database.unit(write=False) as session:
        piece = queries.the_piece(session, counted.piece(story))
        found = audit.history(session, piece.publication)
        return [entry for entry in found if entry.action.endswith("_figures")]


def test_what_the_platform_told_stays_its_own_after_a_person_filled_a_gap(
    counted: Counted,
) -> None:
    story = told(counted, reads=500)
    operator = counted.newsroom.operator
    enter(counted, operator, story, Age.HOUR, Told(watching=1))
    with pytest.raises(Invalid) as refused:
        enter(counted, operator, story, Age.HOUR, Told(reads=50_000, watching=2))
    assert set(refused.value.fields) == {"reads"}
    enter(counted, operator, story, Age.HOUR, Told(watching=2))
    assert counted.figures(story) == {1: (500, None, 2, None, None)}


def test_it_is_the_platforms_too_where_a_person_began_the_row(counted: Counted) -> None:
    story = counted.publish(counted.account())
    operator = counted.newsroom.operator
    counted.later(hours=1)
    enter(counted, operator, story, Age.HOUR, Told(comments=3))
    counted.tell(story, likes=30)
    counted.collect()
    with pytest.raises(Invalid) as refused:
        enter(counted, operator, story, Age.HOUR, Told(likes=300))
    assert set(refused.value.fields) == {"likes"}
    enter(counted, operator, story, Age.HOUR, Told(comments=4))
    assert counted.figures(story) == {1: (None, 30, None, None, 4)}


def test_what_the_platform_tells_takes_the_place_of_what_was_entered_before(
    counted: Counted,
) -> None:
    story = counted.publish(counted.account())
    counted.later(hours=1)
    enter(counted, counted.newsroom.operator, story, Age.HOUR, Told(reads=50_000, likes=2))
    counted.later(minutes=5)
    counted.tell(story, reads=500, likes=2)
    counted.collect()
    assert counted.figures(story) == {1: (500, 2, None, None, None)}
    row = counted.row(story, 1)
    assert (row.teller, row.staff_id, row.taken_at) == (Teller.PLATFORM, None, counted.now())
    replaced, entered = entries(counted, story)
    assert (replaced.action, entered.action) == ("replace_figures", "enter_figures")
    assert replaced.actor_uid == "house"
    assert (replaced.before, replaced.after) == ({"reads": 50_000}, {"age": 1, "reads": 500})


def test_days_told_late_mend_their_sum_beside_what_a_person_filled_in(counted: Counted) -> None:
    story, tuesday = counted.publish(counted.account("wechat")), date(2026, 3, 3)
    monday, operator = tuesday - timedelta(days=1), counted.newsroom.operator
    days: dict[date, dict[str, int | None]] = {
        monday: {"reads": 500, "likes": None},
        tuesday: {"reads": 250, "likes": 5},
    }
    counted.counters.days[counted.remote(story)] = days
    counted.later(days=2)
    counted.collect()
    enter(counted, operator, story, Age.DAY, Told(watching=7))
    days[monday] = {"reads": 600, "likes": 20}
    days |= {tuesday + timedelta(days=number): {"reads": 0, "likes": 0} for number in (1, 2)}
    counted.later(days=2)
    counted.collect()
    assert counted.figures(story)[24] == (850, 25, 7, None, None)
    with pytest.raises(Invalid) as refused:
        enter(counted, operator, story, Age.DAY, Told(likes=26))
    assert set(refused.value.fields) == {"likes"}


def test_a_row_is_the_persons_as_long_as_any_of_it_is(counted: Counted) -> None:
    story = counted.publish(counted.account())
    counted.later(hours=1)
    enter(counted, counted.newsroom.operator, story, Age.HOUR, Told(reads=400, watching=2))
    counted.tell(story, reads=500)
    counted.collect()
    assert counted.figures(story) == {1: (500, None, 2, None, None)}
    row = counted.row(story, 1)
    assert (row.teller, row.staff_id) == (Teller.HAND, counted.newsroom.operator.id)


def test_what_is_entered_again_unchanged_leaves_no_trace(counted: Counted) -> None:
    story = counted.publish(counted.account("shandian"))
    counted.later(days=1)
    entered_at = counted.now()
    enter(counted, counted.newsroom.operator, story, Age.DAY, Told(reads=1200))
    counted.later(hours=1)
    enter(counted, counted.newsroom.editor, story, Age.DAY, Told(reads=1200))
    assert take_in(counted, sheet(f"{counted.piece(story)},24,1200,,,,")).kept == [2]
    row = counted.row(story, 24)
    assert (row.teller, row.staff_id) == (Teller.HAND, counted.newsroom.operator.id)
    assert row.taken_at == entered_at
    assert len(entries(counted, story)) == 1


def test_of_what_is_entered_again_the_audit_keeps_what_changed(counted: Counted) -> None:
    story = counted.publish(counted.account("shandian"))
    counted.later(days=1)
    enter(counted, counted.newsroom.operator, story, Age.DAY, Told(reads=1200, likes=9))
    enter(counted, counted.newsroom.operator, story, Age.DAY, Told(reads=1300, likes=9))
    newest = entries(counted, story)[0]
    assert (newest.before, newest.after) == ({"reads": 1200}, {"age": 24, "reads": 1300})


def test_a_gap_that_is_filled_later_does_not_move_the_platforms_reading(
    counted: Counted,
) -> None:
    story = told(counted, reads=500)
    counted.at(MONDAY + timedelta(days=5))
    enter(counted, counted.newsroom.operator, story, Age.HOUR, Told(comments=2))
    assert counted.row(story, 1).taken_at == MONDAY + timedelta(hours=1)


def test_what_is_entered_at_night_was_not_read_at_night(counted: Counted) -> None:
    story = counted.publish(counted.account("shandian"))
    counted.at(MONDAY + timedelta(hours=14, minutes=30))  # half past midnight
    for age, reads in ((Age.HOUR, 300), (Age.SIX_HOURS, 1500)):
        enter(counted, counted.newsroom.operator, story, age, Told(reads=reads))
    assert counted.concerns() == []
