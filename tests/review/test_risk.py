"""How high a piece must climb cannot be got round, whenever it is judged graver."""

from __future__ import annotations

import pytest
from sqlalchemy.orm import Session

from kitchen.core.errors import Invalid, WrongState
from kitchen.review import amending, lane, service
from kitchen.stories import release
from kitchen.stories import service as stories
from kitchen.stories.models import Story
from kitchen.stories.queries import the_story, the_version
from kitchen.stories.release import Aim
from kitchen.stories.retyping import lines_of
from kitchen.topics.models import Topic
from kitchen.topics.rules import Risk
from tests.review.conftest import Desk


def _topic(review: Desk, session: Session, risk: Risk = Risk.ROUTINE) -> Topic:
    proposer = review.newsroom.reporter.id
    told = {"title": "大桥合龙", "forms": ["text"], "channels": ["outlet"]}
    topic = Topic(**told, risk=risk, proposer_id=proposer)
    session.add(topic)
    session.flush()
    return topic


def _levels(review: Desk, story_id: int) -> int:
    with review.newsroom.database.unit(write=False) as session:
        return len(review.round_of(session, story_id).steps)


def _submit(review: Desk, uid: str) -> int:
    with review.newsroom.database.unit() as session:
        story = the_story(session, uid)
        release.submit(session, review.newsroom.reporter, story)
        return story.id


def test_a_topic_that_was_judged_graver_later_raises_its_piece(review: Desk, written: str) -> None:
    with review.newsroom.database.unit() as session:
        topic = _topic(review, session)
        the_story(session, written).topic = topic
    with review.newsroom.database.unit() as session:
        session.get_one(Topic, topic.id).risk = Risk.MAJOR
    story_id = _submit(review, written)
    assert _levels(review, story_id) == 5
    with review.newsroom.database.unit(write=False) as session:
        assert session.get_one(Story, story_id).risk == Risk.MAJOR


def test_judged_graver_while_it_is_reviewed_it_is_not_approved(review: Desk) -> None:
    story_id = review.hand_in()
    with review.newsroom.database.unit() as session:
        session.get_one(Story, story_id).topic = _topic(review, session, Risk.MAJOR)
    review.climb(story_id, "editor", "chief")
    with pytest.raises(WrongState, match="重新送审"):
        review.pass_as("deputy", story_id)
    with pytest.raises(WrongState, match="重新送审"), review.newsroom.database.unit() as session:
        round_ = review.round_of(session, story_id)
        seen = service.shown_hash(session, round_.version_id)
        lane.release_early(session, review.newsroom.head, round_, "地震", seen)
    review.return_as("deputy", story_id, "等级不够")


def test_an_adopted_piece_is_at_least_as_grave_as_its_origin(review: Desk, written: str) -> None:
    newsroom = review.newsroom
    with newsroom.database.unit() as session:
        story = the_story(session, written)
        stories.save_draft(session, newsroom.editor, story, {"risk": Risk.MAJOR}, story.version)
        stories.share(session, newsroom.reporter, story, shared=True)
        adopted = stories.adopt(session, newsroom.second_reporter, story, 50)
        aims = [Aim(target.account) for target in story.targets]
        release.set_targets(session, newsroom.second_reporter, adopted, aims)
        for name in ("second_reporter", "editor"):
            actor = newsroom.actors[name]
            with pytest.raises(Invalid) as refusal:
                stories.save_draft(session, actor, adopted, {"risk": Risk.ROUTINE}, adopted.version)
            assert list(refusal.value.fields) == ["risk"]
        adopted.risk = Risk.ROUTINE
    with newsroom.database.unit() as session:
        adopted = session.get_one(Story, adopted.id)
        release.submit(session, newsroom.second_reporter, adopted)
    assert _levels(review, adopted.id) == 5


def test_what_the_desk_raised_only_the_desk_lowers(review: Desk, written: str) -> None:
    reporter, editor = review.newsroom.reporter, review.newsroom.editor
    with review.newsroom.database.unit() as session:
        story = the_story(session, written)
        stories.name_version(session, reporter, story, "初稿")
        stories.save_draft(session, editor, story, {"risk": Risk.IMPORTANT}, story.version)
        assert stories.open_risks(reporter, story) == [Risk.IMPORTANT, Risk.MAJOR]
        with pytest.raises(Invalid, match="编辑"):
            stories.save_draft(session, reporter, story, {"risk": Risk.ROUTINE}, story.version)
        stories.restore(session, reporter, story, the_version(session, story, 1))
        assert story.risk == Risk.IMPORTANT
        stories.save_draft(session, editor, story, {"risk": Risk.ROUTINE}, story.version)
        assert story.risk == Risk.ROUTINE


def test_a_piece_that_was_mended_after_it_grew_graver_climbs_from_the_first_level(
    review: Desk, written: str
) -> None:
    story_id = _submit(review, written)
    with review.newsroom.database.unit() as session:
        session.get_one(Story, story_id).topic = _topic(review, session, Risk.MAJOR)
    with review.newsroom.database.unit() as session:
        step = review.open_step(session, story_id)
        version = step.round.story_version
        seen = service.shown_hash(session, step.round.version_id)
        lines = lines_of(version.doc).replace("二十", "十八")
        editor = review.newsroom.editor
        amending.amend_and_pass(session, editor, step, version.title, lines, "改了天数", seen)
    with review.newsroom.database.unit(write=False) as session:
        steps = review.round_of(session, story_id).steps
        assert [str(step.state) for step in steps] == ["open", *["waiting"] * 4]
