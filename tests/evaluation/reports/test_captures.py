"""One capture, many pieces: what counts as one, however often it was adopted."""

from __future__ import annotations

from kitchen.evaluation.reports.captures import most_manifold
from kitchen.evaluation.reports.scope import scope_of
from kitchen.stories.models import Story
from kitchen.topics.models import Topic
from tests.evaluation.reports.conftest import WEEK, Pressroom
from tests.evaluation.reports.test_figures import read, rows


def test_one_capture_many_pieces(busy_week: Pressroom) -> None:
    with busy_week.database.unit() as session:
        topic = Topic(
            title="九里桥", proposer_id=busy_week.newsroom.reporter.id, forms=[], channels=[]
        )
        session.add(topic)
        session.flush()
        origin = session.get_one(Story, busy_week.pieces[0].story_id)
        second = session.get_one(Story, busy_week.pieces[2].story_id)
        third = session.get_one(Story, busy_week.pieces[3].story_id)
        origin.topic_id = second.topic_id = topic.id
        third.adopted_from_id = origin.id
    found = rows(read(busy_week)["lineage"].table("ratio"))
    assert found["captures"] == (1,)
    assert (found["stories"], found["channels"], found["pieces"]) == ((3,), (2,), (4,))
    assert found["ratio"] == (4.0,)
    with busy_week.database.unit(write=False) as session:
        listed = most_manifold(session, scope_of(session, WEEK, None))
    assert [(it.title, it.kind, it.stories, it.pieces) for it in listed] == [
        ("九里桥", "topic", 3, 4)
    ]


def test_adopted_from_what_was_adopted_is_still_the_first_capture(busy_week: Pressroom) -> None:
    with busy_week.database.unit() as session:
        topics = [
            Topic(title=title, proposer_id=busy_week.newsroom.reporter.id, forms=[], channels=[])
            for title in ("九里桥", "桥边书屋")
        ]
        session.add_all(topics)
        session.flush()
        first, second, third = (
            session.get_one(Story, busy_week.pieces[at].story_id) for at in (0, 2, 3)
        )
        first.topic_id, second.adopted_from_id, third.adopted_from_id = (
            topics[0].id,
            first.id,
            second.id,
        )
        third.topic_id = topics[1].id  # whoever adopted it gave it a topic of their own
    found = rows(read(busy_week)["lineage"].table("ratio"))
    assert (found["captures"], found["pieces"], found["ratio"]) == ((1,), (4,), (4.0,))
    with busy_week.database.unit(write=False) as session:
        listed = most_manifold(session, scope_of(session, WEEK, None))
    assert [(it.title, it.stories, it.pieces) for it in listed] == [("九里桥", 3, 4)]


def test_the_first_of_a_line_counts_even_if_it_went_out_in_another_week(
    busy_week: Pressroom,
) -> None:
    with busy_week.database.unit() as session:
        before = session.get_one(Story, busy_week.pieces[-1].story_id)
        second, third = (session.get_one(Story, busy_week.pieces[at].story_id) for at in (2, 3))
        second.adopted_from_id, third.adopted_from_id = before.id, second.id
    with busy_week.database.unit(write=False) as session:
        listed = most_manifold(session, scope_of(session, WEEK, None))
    assert [(it.title, it.kind, it.pieces) for it in listed] == [
        ("九里桥通车", "story", 2),
        ("上一周的稿件", "story", 2),
    ]


def test_captures_without_a_topic_are_the_stories_themselves(busy_week: Pressroom) -> None:
    with busy_week.database.unit(write=False) as session:
        listed = most_manifold(session, scope_of(session, WEEK, None))
    assert [(it.title, it.kind, it.pieces) for it in listed] == [
        ("九里桥通车", "story", 2),
        ("荷塘整治完成", "story", 1),
        ("云溪街道办起书屋", "story", 1),
    ]
