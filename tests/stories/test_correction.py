"""Correcting in the writing room: what is opened, where it must go, and how it is given up."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
from sqlalchemy.orm import Session

from channels.base import post_from_json
from kitchen.core import clock
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.matrix.queries import the_account
from kitchen.media import queries as media
from kitchen.stories import correction, queries, release, service
from kitchen.stories.doc import figures, to_text
from kitchen.stories.models import Story
from kitchen.stories.release import Aim
from kitchen.stories.rules import Kind, State
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import Picture, Write, document, figure, paragraph

NOTE = "更正合龙日期。"


@pytest.fixture
def published(newsroom: Newsroom, write: Write) -> str:
    """A story that was judged, approved and published."""
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        release.approve(session, newsroom.deputy, story)
        release.publish(session, story)
    return uid


def _begin(session: Session, newsroom: Newsroom, uid: str, account: str = "") -> Story:
    story = queries.the_story(session, uid)
    reached = [target.account for target in story.targets]
    if account:
        reached.append(the_account(session, account))
    correction.begin(session, newsroom.editor, story, NOTE, reached)
    return story


def test_opened_it_can_be_written_and_sent_for_review_again(
    newsroom: Newsroom, published: str
) -> None:
    with newsroom.database.unit() as session:
        story = _begin(session, newsroom, published)
        service.save_draft(session, newsroom.editor, story, {"title": "新标题"}, story.version)
        version = release.submit(session, newsroom.editor, story)
        posts = [post_from_json(it.post) for it in queries.posts_of(session, version.id)]
    assert {post.edition.title for post in posts if post.edition.title} == {"新标题"}
    assert {post.revision for post in posts} == {2}
    assert {post.extras["correction"] for post in posts} == {NOTE}


def test_a_first_publication_says_nothing_of_a_correction(
    newsroom: Newsroom, published: str
) -> None:
    with newsroom.database.unit(write=False) as session:
        story = queries.the_story(session, published)
        submitted = min(version.id for version in queries.versions_of(session, story))
        posts = [post_from_json(it.post) for it in queries.posts_of(session, submitted)]
    assert {post.revision for post in posts} == {1}
    assert not any("correction" in post.extras for post in posts)


def test_taken_back_or_returned_it_is_still_a_correction(
    newsroom: Newsroom, published: str
) -> None:
    with newsroom.database.unit() as session:
        story = _begin(session, newsroom, published)
        release.submit(session, newsroom.editor, story)
        release.take_back(session, newsroom.editor, story)
        assert story.state == State.CORRECTING
        release.submit(session, newsroom.editor, story)
        release.return_to_author(session, newsroom.deputy, story, "日期还不对")
        assert story.state == State.CORRECTING


def test_slots_of_the_first_release_are_forgotten(newsroom: Newsroom, published: str) -> None:
    with newsroom.database.unit() as session:
        story = queries.the_story(session, published)
        story.targets[0].slot = clock.now(session) - timedelta(hours=3)
        _begin(session, newsroom, published)
        assert [target.slot for target in story.targets] == [None] * len(story.targets)


def test_an_account_that_was_dropped_since_comes_back(
    newsroom: Newsroom, published: str, accounts: dict[str, str]
) -> None:
    with newsroom.database.unit() as session:
        story = _begin(session, newsroom, published, accounts["yunxi"])
        assert [it.account.handle for it in story.targets if it.bound][-1] == "yunxi"


def test_a_retired_account_on_which_it_stands_stays_a_target(
    newsroom: Newsroom, published: str
) -> None:
    with newsroom.database.unit() as session:
        story = _begin(session, newsroom, published)
        story.targets[0].account.enabled = False
        aims = [Aim(target.account) for target in story.targets]
        release.set_targets(session, newsroom.editor, story, aims)
        with pytest.raises(Invalid):
            release.set_targets(session, newsroom.editor, story, aims[1:])


def test_given_up_it_reads_as_it_was_approved(newsroom: Newsroom, published: str) -> None:
    with newsroom.database.unit() as session:
        story = _begin(session, newsroom, published)
        service.save_draft(session, newsroom.editor, story, {"title": "新标题"}, story.version)
        correction.drop(session, newsroom.editor, story)
        assert (story.title, story.state) == ("青禾大桥昨日合龙", State.APPROVED)
        assert story.correction == ""


def test_what_was_written_for_it_is_kept_when_it_is_given_up(
    newsroom: Newsroom, published: str, picture: Picture
) -> None:
    own = picture()
    with newsroom.database.unit() as session:
        story = _begin(session, newsroom, published)
        length, (shown,) = story.length, [it.uid for it in figures(story.doc)]
        mended = {"title": "新标题", "doc": document(paragraph("查了三天的更正。"), figure(own))}
        service.save_draft(session, newsroom.editor, story, mended, story.version)
        correction.drop(session, newsroom.editor, story)
        kept = queries.versions_of(session, story)[0]
        assert (kept.kind, kept.title) == (Kind.MANUAL, "新标题")
        assert to_text(kept.doc) == "查了三天的更正。"
        assert story.length == length
        assert [it.uid for it in media.of_subject(session, story, "figure")] == [shown]


def test_a_correction_is_given_up_after_a_question(
    sign_in: Door, newsroom: Newsroom, published: str
) -> None:
    with newsroom.database.unit() as session:
        _begin(session, newsroom, published)
    page = sign_in("editor").get(f"/stories/{published}").get_data(as_text=True)
    scripted = re.sub(r"<noscript>.*?</noscript>", "", page, flags=re.DOTALL)
    form = f'action="/publish/corrections/story/{published}/drop"'
    assert scripted.count(form) == 1
    assert 'id="drop-correction"' in scripted[: scripted.index(form)]


def test_a_revoked_approval_ends_the_correction(newsroom: Newsroom, published: str) -> None:
    with newsroom.database.unit() as session:
        story = _begin(session, newsroom, published)
        release.submit(session, newsroom.editor, story)
        release.approve(session, newsroom.deputy, story)
        release.revoke(session, newsroom.deputy, story, "有误")
        assert (story.state, story.correction) == (State.RETURNED, "")
        assert not any(target.bound for target in story.targets)


def test_refused_to_those_who_do_not_edit_and_in_other_states(
    newsroom: Newsroom, published: str, write: Write
) -> None:
    unfinished = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, published)
        with pytest.raises(Forbidden):
            correction.begin(session, newsroom.inspector, story, NOTE, [])
        with pytest.raises(Invalid):
            correction.begin(session, newsroom.editor, story, "  ", [])
        draft = queries.the_story(session, unfinished)
        with pytest.raises(WrongState):
            correction.begin(session, newsroom.editor, draft, NOTE, [])
        with pytest.raises(WrongState):
            correction.drop(session, newsroom.editor, draft)
