"""Remarks: anchored to words, carried to newer versions, answered and settled; suggestions."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.notifications.models import Notice
from kitchen.review import remarks
from kitchen.review.models import Remark
from kitchen.stories import service as stories
from kitchen.stories.doc import from_text, to_text
from kitchen.stories.models import Story
from tests.review.conftest import TEXT, Desk, at_once, refused


def remark(review: Desk, story_id: int, name: str = "editor", **details: Any) -> int:
    given = {"words": "请核对", "quote": "二十天", **details}
    with review.newsroom.database.unit() as session:
        round_ = review.round_of(session, story_id)
        words = given.pop("words")
        made = remarks.make(session, review.newsroom.actors[name], round_, words, **given)
        return made.id


def settle(review: Desk, remark_id: int, name: str, verb: str, *more: str) -> None:
    with review.newsroom.database.unit() as session:
        found = session.get_one(Remark, remark_id)
        getattr(remarks, verb)(session, review.newsroom.actors[name], found, *more)


def placed(review: Desk, story_id: int, name: str = "reporter") -> list[remarks.Placed]:
    with review.newsroom.database.unit(write=False) as session:
        story = session.get_one(Story, story_id)
        return remarks.placed(session, review.newsroom.actors[name], story, story)


def write(review: Desk, story_id: int, text: str) -> None:
    with review.newsroom.database.unit() as session:
        story = session.get_one(Story, story_id)
        content = {"doc": from_text(text)}
        stories.save_draft(session, review.newsroom.reporter, story, content, story.version)


def text_of(review: Desk, story_id: int) -> str:
    with review.newsroom.database.unit(write=False) as session:
        return to_text(session.get_one(Story, story_id).doc)


def test_a_remark_stands_by_its_words_and_its_author_hears(review: Desk) -> None:
    story_id = review.hand_in()
    remark(review, story_id)
    (it,) = placed(review, story_id)
    assert it.anchor is not None
    assert TEXT[it.anchor.start : it.anchor.end] == "二十天"
    with review.newsroom.database.unit(write=False) as session:
        told = session.scalars(select(Notice).where(Notice.url.like("%/remarks"))).all()
        assert [notice.staff_id for notice in told] == [review.newsroom.reporter.id]
        assert session.scalar(select(AuditEntry.id).where(AuditEntry.action == "make_remark"))


@pytest.mark.parametrize(
    ("details", "field"),
    [
        ({"quote": "没有的话"}, "quote"),
        ({"words": " "}, "words"),
        ({"quote": "", "replacement": "十八天"}, "quote"),
        ({"replacement": "二十天"}, "replacement"),
    ],
)
def test_a_remark_that_points_nowhere_is_refused(
    review: Desk, details: dict[str, Any], field: str
) -> None:
    story_id = review.hand_in()
    with pytest.raises(Invalid) as refusal:
        remark(review, story_id, **details)
    assert list(refusal.value.fields) == [field]


def test_strangers_to_a_piece_write_no_remarks(review: Desk) -> None:
    story_id = review.hand_in()
    for name in ("second_reporter", "town_editor", "inspector"):
        with pytest.raises(Forbidden):
            remark(review, story_id, name)
    remark(review, story_id, "reporter", quote="", words="我再核一遍")


def test_a_remark_on_a_round_that_is_over_is_refused(review: Desk) -> None:
    story_id = review.hand_in()
    review.return_as("editor", story_id)
    with pytest.raises(WrongState, match="这一轮审核已经结束"):
        remark(review, story_id)


def test_remarks_follow_their_words_and_lost_ones_keep_their_quotation(review: Desk) -> None:
    story_id = review.hand_in()
    kept, lost = remark(review, story_id, quote="大桥昨日"), remark(review, story_id)
    review.return_as("editor", story_id)
    write(review, story_id, "新的导语在前。\n青禾大桥昨日合龙。比计划提前十八天。")
    first, last = placed(review, story_id)
    assert (first.remark.id, last.remark.id) == (kept, lost)
    assert first.anchor is not None
    assert first.anchor.path == "1"
    assert last.anchor is None
    assert last.remark.quote == "二十天"


def test_threads_are_answered_resolved_and_opened_again(review: Desk) -> None:
    story_id = review.hand_in()
    thread = remark(review, story_id)
    settle(review, thread, "reporter", "reply", "按通稿写的")
    settle(review, thread, "editor", "resolve")
    with pytest.raises(WrongState):
        settle(review, thread, "editor", "resolve")
    settle(review, thread, "reporter", "reopen")
    (it,) = placed(review, story_id)
    assert it.remark.state == "open"
    assert [reply.words for reply in it.remark.replies] == ["按通稿写的"]
    with pytest.raises(Forbidden):
        settle(review, thread, "second_reporter", "reply", "插一句")
    with pytest.raises(Invalid):
        settle(review, thread, "reporter", "reply", "  ")


def test_a_suggestion_goes_into_the_draft_in_the_name_of_whoever_accepts(review: Desk) -> None:
    story_id = review.hand_in()
    thread = remark(review, story_id, replacement="十八天")
    with pytest.raises(WrongState):
        settle(review, thread, "reporter", "accept")  # the piece is still with the reviewers
    review.return_as("editor", story_id)
    settle(review, thread, "reporter", "accept")
    assert text_of(review, story_id) == TEXT.replace("二十天", "十八天")
    with review.newsroom.database.unit(write=False) as session:
        story, found = session.get_one(Story, story_id), session.get_one(Remark, thread)
        assert story.saved_by_id == found.settled_by_id == review.newsroom.reporter.id
        assert found.state == "accepted"


def test_a_title_can_be_suggested_as_well(review: Desk) -> None:
    story_id = review.hand_in()
    with review.newsroom.database.unit(write=False) as session:
        title = session.get_one(Story, story_id).title
    thread = remark(review, story_id, quote="桥合龙", replacement="桥贯通")
    review.return_as("editor", story_id)
    settle(review, thread, "reporter", "accept")
    with review.newsroom.database.unit(write=False) as session:
        assert session.get_one(Story, story_id).title == title.replace("桥合龙", "桥贯通")


def test_a_suggestion_for_words_that_changed_is_refused_in_words(review: Desk) -> None:
    story_id = review.hand_in()
    thread = remark(review, story_id, replacement="十八天")
    review.return_as("editor", story_id)
    write(review, story_id, "改写了开头。\n" + TEXT.replace("二十天", "三十天"))
    with pytest.raises(WrongState, match="后来改过") as refusal:
        settle(review, thread, "reporter", "accept")
    assert refusal.value.reason == "words_changed"
    settle(review, thread, "reporter", "refuse", "通稿是三十天")
    (it,) = placed(review, story_id)
    assert (it.remark.state, it.remark.settled_note) == ("refused", "通稿是三十天")


def test_only_whoever_may_write_decides_a_suggestion(review: Desk) -> None:
    story_id = review.hand_in()
    thread = remark(review, story_id, replacement="十八天")
    plain = remark(review, story_id)
    review.return_as("editor", story_id)
    with pytest.raises(Forbidden):
        settle(review, thread, "deputy", "accept")
    with pytest.raises(WrongState):
        settle(review, plain, "reporter", "accept")


def test_a_suggestion_accepted_twice_at_once_is_done_once(review: Desk) -> None:
    story_id = review.hand_in()
    thread = remark(review, story_id, replacement="十八天")
    review.return_as("editor", story_id)
    ends = at_once(
        lambda: settle(review, thread, "reporter", "accept"),
        lambda: settle(review, thread, "editor", "accept"),
    )
    assert len(refused(ends)) == 1
    assert text_of(review, story_id).count("十八天") == 1
