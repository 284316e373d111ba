"""Nobody judges words of their own, by whatever way they came into the piece."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden
from kitchen.review import queries
from kitchen.review.reviewers import possible_reviewers, writers_of
from kitchen.stories import editions, release, service, together
from kitchen.stories.doc import from_text
from kitchen.stories.models import Story
from kitchen.stories.queries import the_story, the_version
from kitchen.stories.together import Batch
from tests.review.conftest import Desk

Deed = Callable[[Session, Actor, Story], object]


def _types_a_word(session: Session, actor: Actor, story: Story) -> None:
    words = {"content": [{"type": "text", "text": "目前，"}]}
    step = {"stepType": "replace", "from": 1, "to": 1, "slice": words}
    together.take_steps(session, actor, story, Batch(story.text_version, "c1", 1, [step]))


def _saves(**content: Any) -> Deed:
    return lambda session, actor, story: service.save_draft(
        session, actor, story, content, story.version
    )


def _saves_a_field(session: Session, actor: Actor, story: Story) -> None:
    service.save_fields(session, actor, story, {"digest": "今天合龙"}, {"digest": story.digest})


def _brings_back(session: Session, actor: Actor, story: Story) -> None:
    service.restore(session, actor, story, the_version(session, story, 1))


def _tunes(session: Session, actor: Actor, story: Story) -> None:
    (edition,) = story.editions
    editions.tune_edition(session, actor, story, edition, None, title="大桥合龙了")


def _tunes_the_text(session: Session, actor: Actor, story: Story) -> None:
    (edition,) = story.editions
    doc = {**story.doc, "content": [*from_text("读者请看。")["content"], *story.doc["content"]]}
    editions.tune_edition(session, actor, story, edition, None, doc=doc)


def _chooses(session: Session, actor: Actor, story: Story) -> None:
    (edition,) = story.editions
    service.save_draft(session, actor, story, {"column": "现场"}, story.version)
    editions.tune_edition(session, actor, story, edition, None, tags=["大桥"])


def _judged(review: Desk, uid: str, deed: Deed, then: Deed | None = None) -> int:
    """The editor does something to the reporter's draft, who then hands it in."""
    reporter, editor = review.newsroom.reporter, review.newsroom.editor
    with review.newsroom.database.unit() as session:
        story = the_story(session, uid)
        service.name_version(session, reporter, story, "初稿")
        service.save_draft(session, reporter, story, {"tags": ["桥"]}, story.version)
        editions.make_editions(session, reporter, story)
        deed(session, editor, story)
    with review.newsroom.database.unit() as session:
        story = the_story(session, uid)
        if then:
            then(session, reporter, story)
        release.submit(session, reporter, story)
        return story.id


def _waits(review: Desk, story_id: int, name: str) -> tuple[bool, bool]:
    """Whether it lies in the person's queue, and whether they are among those who may judge it."""
    actor = review.newsroom.actors[name]
    with review.newsroom.database.unit(write=False) as session:
        step = review.open_step(session, story_id)
        queue = {it.id for it in queries.to_decide(session, actor)}
        assert queries.count_to_decide(session, actor) == len(queue)
        able = {staff.id for staff in possible_reviewers(session, step)}
    return step.id in queue, actor.id in able


@pytest.mark.parametrize(
    "deed",
    [
        _types_a_word,
        _saves(doc=from_text("青禾大桥今天合龙。")),
        _saves(title="青禾大桥今天合龙"),
        _saves_a_field,
        _brings_back,
        _tunes,
        _tunes_the_text,
    ],
)
def test_whoever_wrote_in_it_judges_no_level_of_it(review: Desk, written: str, deed: Deed) -> None:
    story_id = _judged(review, written, deed)
    assert _waits(review, story_id, "editor") == (False, False)
    with pytest.raises(Forbidden) as refusal:
        review.pass_as("editor", story_id)
    assert refusal.value.reason == "own_story"
    assert _waits(review, story_id, "second_editor") == (True, True)
    review.pass_as("second_editor", story_id)


def test_a_later_save_of_somebody_else_does_not_hide_the_writer(review: Desk, written: str) -> None:
    deed = _saves(title="青禾大桥今天合龙")
    story_id = _judged(review, written, deed, _saves(digest="今天"))
    assert _waits(review, story_id, "editor") == (False, False)


def test_who_chose_and_wrote_nothing_judges_it(review: Desk, written: str) -> None:
    story_id = _judged(review, written, _chooses)
    assert _waits(review, story_id, "editor") == (True, True)
    review.pass_as("editor", story_id)


def test_a_rewriting_after_the_return_is_judged_by_another(review: Desk, written: str) -> None:
    story_id = _judged(review, written, lambda *_: None)
    review.climb(story_id, "editor")
    review.return_as("chief", story_id)
    with review.newsroom.database.unit() as session:
        story = the_story(session, written)
        _saves(doc=from_text("部门重写的一段。"))(session, review.newsroom.chief, story)
        release.submit(session, review.newsroom.reporter, story)
    review.pass_as("editor", story_id)
    assert _waits(review, story_id, "chief") == (False, False)


def test_an_adopted_piece_keeps_the_writers_of_its_origins(review: Desk, written: str) -> None:
    newsroom = review.newsroom
    with newsroom.database.unit() as session:
        story = the_story(session, written)
        _saves(title="青禾大桥今天合龙")(session, newsroom.editor, story)
        service.share(session, newsroom.reporter, story, shared=True)
        second = service.adopt(session, newsroom.second_reporter, story, 50)
        service.share(session, newsroom.second_reporter, second, shared=True)
        third = service.adopt(session, newsroom.chief, second, 50)
        release.set_targets(
            session,
            newsroom.chief,
            third,
            [release.Aim(target.account) for target in story.targets],
        )
        release.submit(session, newsroom.chief, third)
        writers = writers_of(session, review.round_of(session, third.id))
        story_id = third.id
    wrote = ("reporter", "second_reporter", "editor", "chief")
    assert writers == {newsroom.actors[name].id for name in wrote}
    assert _waits(review, story_id, "editor") == (False, False)
