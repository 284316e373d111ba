"""A push on the desk: made of the piece, tuned, previewed as a lock screen, frozen for review."""

from __future__ import annotations

import pytest

from assets.presets import PRESETS
from channels.base import Form, Problem, post_from_json
from channels.registry import channel_classes
from kitchen.stories import labels, queries, release
from kitchen.stories.readiness import readiness
from kitchen.stories.shapes import shapes_of
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import Write


@pytest.mark.parametrize("form", Form)
def test_every_form_has_a_name(form: Form) -> None:
    assert labels.FORMS[form]


@pytest.mark.parametrize("problem", Problem)
def test_every_finding_has_a_sentence(problem: Problem) -> None:
    assert labels.FINDINGS[problem]


@pytest.mark.parametrize("key", channel_classes())
def test_every_channel_has_shapes_that_exist(key: str) -> None:
    shapes = shapes_of(key)
    assert {shapes.picture, shapes.cover} <= set(PRESETS)


def test_a_push_is_made_of_headline_and_digest(newsroom: Newsroom, write: Write) -> None:
    uid = write(channels=("outlet", "jpush"))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        push = queries.the_edition(session, story, "jpush")
        assert (push.form, push.title) == ("push", "青禾大桥昨日合龙")
        assert push.body.startswith("青禾大桥昨日合龙")
        assert (push.cover_uid, push.media_uids, push.tags) == ("", [], [])
        assert readiness(session, story).ready
        version = release.submit(session, newsroom.reporter, story)
        (frozen,) = [it for it in queries.posts_of(session, version.id) if it.channel == "jpush"]
        assert post_from_json(frozen.post).edition.form is Form.PUSH


def test_a_push_is_tuned_and_shown_as_a_lock_screen(sign_in: Door, write: Write) -> None:
    uid = write(channels=("jpush",))
    reporter = sign_in("reporter")
    page = reporter.get(f"/stories/{uid}/editions/jpush").get_data(as_text=True)
    assert 'name="body"' in page
    assert 'name="cover_uid"' not in page
    assert 'name="tags"' not in page
    version = page.split('name="version" value="')[1].split('"')[0]
    typed = {"title": "大桥合龙", "body": "年底通车", "version": version}
    assert reporter.post_form(f"/stories/{uid}/editions/jpush", typed).status_code == 302
    shown = reporter.get(f"/stories/{uid}/preview/jpush").get_data(as_text=True)
    assert "大桥合龙" in shown
    assert "年底通车" in shown
    assert "推送" in reporter.get(f"/stories/{uid}/editions").get_data(as_text=True)


def test_an_empty_push_is_told_on_the_page(sign_in: Door, write: Write) -> None:
    uid = write(channels=("jpush",))
    reporter = sign_in("reporter")
    page = reporter.get(f"/stories/{uid}/editions/jpush").get_data(as_text=True)
    version = page.split('name="version" value="')[1].split('"')[0]
    reporter.post_form(
        f"/stories/{uid}/editions/jpush", {"title": "题", "body": " ", "version": version}
    )
    page = reporter.get(f"/stories/{uid}/editions/jpush").get_data(as_text=True)
    assert "正文还是空的" in page
