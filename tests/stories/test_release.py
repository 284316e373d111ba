"""Editions, readiness, submission: what is frozen is what stands there, for each account."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy.orm import Session

from channels.base import post_from_json
from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.core.errors import Forbidden, Invalid, Stale, WrongState
from kitchen.matrix.queries import the_account
from kitchen.media import queries as media
from kitchen.media.events import ClipMade
from kitchen.media.models import Rendition
from kitchen.media.rules import FILM, Making
from kitchen.stories import editions, queries, release, service
from kitchen.stories.events import StorySubmitted, StoryTakenBack
from kitchen.stories.models import Edition, Story
from kitchen.stories.readiness import readiness
from kitchen.stories.release import Aim
from kitchen.stories.rules import AiUse, Kind, State
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.conftest import document, paragraph

Write = Callable[..., str]


def edition(story: Story, channel: str) -> Edition:
    return next(it for it in story.editions if it.channel == channel)


def rewrite(session: Session, newsroom: Newsroom, story: Story, **content: Any) -> None:
    service.save_draft(session, newsroom.reporter, story, content, story.version)


def codes(session: Session, story: Story, channel: str = "") -> set[str]:
    return {problem.code for problem in readiness(session, story).of(channel)}


def test_each_channel_makes_its_own_edition(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit(write=False) as session:
        story = queries.the_story(session, uid)
        forms = {it.channel: it.form for it in story.editions}
        assert forms == {"outlet": "article", "wechat": "article", "weibo": "status"}
        article, status = edition(story, "wechat"), edition(story, "weibo")
        assert "<figure data-sha256=" in article.body
        assert article.cover_uid == status.media_uids[0] == article.media_uids[0]
        assert len(status.body) < 140
        assert not article.stale
        assert readiness(session, story).ready


def test_the_figure_of_a_body_is_the_file_that_is_sent(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        version = release.submit(session, newsroom.reporter, story)
        for frozen in queries.posts_of(session, version.id):
            post = post_from_json(frozen.post)
            for medium in post.edition.media:
                if post.edition.form == "article":
                    assert medium.sha256 in post.edition.body
                original = media.by_hash(session, medium.sha256)
                assert original is None  # never the original with what it tells


def test_untouched_editions_follow_the_master_and_tuned_ones_wait(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        wechat = edition(story, "wechat")
        editions.tune_edition(
            session, newsroom.editor, story, wechat, wechat.version, title="大桥合龙了"
        )
        rewrite(session, newsroom, story, title="青禾大桥合龙，年底通车")
        assert wechat.stale
        assert "stale" in codes(session, story, "wechat")
        assert not readiness(session, story).ready
        (found,) = (
            it for it in editions.differences(session, story, wechat) if it.field == "title"
        )
        assert (found.stands, found.fresh, found.tuned) == (
            "大桥合龙了",
            "青禾大桥合龙，年底通车",
            True,
        )
        editions.make_editions(session, newsroom.editor, story)
        assert edition(story, "outlet").title == "青禾大桥合龙，年底通车"
        assert wechat.title == "大桥合龙了"
        editions.refresh_edition(session, newsroom.editor, story, wechat)
        assert wechat.title == "大桥合龙了"
        assert readiness(session, story).ready
        editions.refresh_edition(session, newsroom.editor, story, wechat, all_fields=True)
        assert wechat.title == "青禾大桥合龙，年底通车"
        assert wechat.tuned == []


def test_what_was_tuned_stands_in_the_audit_when_it_is_made_anew(
    newsroom: Newsroom, sign_in: Door, write: Write
) -> None:
    uid = write()
    words = document(paragraph("只给公众号读者的话。"))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        wechat = edition(story, "wechat")
        editions.tune_edition(
            session, newsroom.editor, story, wechat, None, title="旧题", doc=words
        )
    page = sign_in("editor").get(f"/stories/{uid}/editions/wechat").get_data(as_text=True)
    assert page.count('data-opens="start-over"') == page.count('id="start-over"') == 1
    assert page.count(f"/stories/{uid}/editions/wechat/refresh") == 2  # for those without scripts
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        wechat = edition(story, "wechat")
        editions.refresh_edition(session, newsroom.editor, story, wechat, all_fields=True)
        assert wechat.doc is None
    with newsroom.database.unit(write=False) as session:
        story = queries.the_story(session, uid)
        last = audit.history(session, edition(story, "wechat"))[0]
    assert last.action == "refresh_edition"
    assert last.before["title"] == "旧题"
    assert "只给公众号读者的话。" in last.before["body"]
    assert last.before["doc"] == words


def test_an_articles_text_can_be_tuned_for_one_channel(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        wechat = edition(story, "wechat")
        words = document(paragraph("只给公众号读者的话。"))
        editions.tune_edition(session, newsroom.editor, story, wechat, wechat.version, doc=words)
        assert "只给公众号读者的话" in wechat.body
        assert "只给公众号读者的话" not in edition(story, "outlet").body
        rewrite(session, newsroom, story, credits=[{"role": "记者", "names": "新名", "share": 0}])
        editions.refresh_edition(session, newsroom.editor, story, wechat)
        assert "只给公众号读者的话" in wechat.body
        assert "记者：新名" in wechat.body


def test_an_edition_changed_by_another_is_not_written_over(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        weibo = edition(story, "weibo")
        seen = weibo.version
        editions.tune_edition(session, newsroom.editor, story, weibo, seen, body="编辑的话")
        with pytest.raises(Stale) as refused:
            editions.tune_edition(session, newsroom.reporter, story, weibo, seen, body="记者的话")
        assert refused.value.theirs["body"] == "编辑的话"


def test_a_picture_of_another_story_cannot_be_shown(
    newsroom: Newsroom, write: Write, picture: Callable[..., str]
) -> None:
    uid, foreign = write(), picture()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        weibo = edition(story, "weibo")
        for wanted in ({"cover_uid": foreign}, {"media_uids": [foreign]}):
            with pytest.raises(Invalid):
                editions.tune_edition(session, newsroom.editor, story, weibo, None, **wanted)


def test_limits_are_told_in_words_with_numbers(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        wechat = edition(story, "wechat")
        editions.tune_edition(session, newsroom.editor, story, wechat, None, title="长" * 40)
        (problem,) = readiness(session, story).of("wechat")
        assert problem.sentence % problem.params == "标题 40 字，最多 32 字。"
        with pytest.raises(Invalid):
            release.submit(session, newsroom.reporter, story)


def test_a_video_channel_waits_for_the_clip_made_of_the_pictures(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write(channels=("outlet", "kuaishou"))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        assert ("clip", media.assets_by_uid(session, [story.clip_uid])[story.clip_uid].id) in (
            newsroom.bell.rung
        )
        assert codes(session, story, "kuaishou") == {"clip_waiting"}
        rewrite(session, newsroom, story, digest="摘要改了，短片不变")
        assert codes(session, story, "kuaishou") == {"to_make", "clip_waiting"}
        with pytest.raises(Invalid):
            release.submit(session, newsroom.reporter, story)
    with newsroom.database.unit() as session:
        clip = media.the_asset(session, story.clip_uid)
        clip.making, clip.sha256 = Making.DONE, "c" * 64
        clip.width, clip.height, clip.seconds = 1080, 1920, 12.0
        clip.renditions = [
            Rendition(
                preset=FILM, sha256="f" * 64, mime="video/mp4", width=1080, height=1920, size=99
            )
        ]
        session.flush()
        bus.emit(session, ClipMade(clip.id))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        assert edition(story, "kuaishou").media_uids == [story.clip_uid]
        assert readiness(session, story).ready
        version = release.submit(session, newsroom.reporter, story)
        posts = {
            it.channel: post_from_json(it.post) for it in queries.posts_of(session, version.id)
        }
        assert [it.sha256 for it in posts["kuaishou"].edition.media] == ["f" * 64]


def test_a_clip_that_failed_says_why(newsroom: Newsroom, write: Write) -> None:
    uid = write(channels=("kuaishou",))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        clip = media.the_asset(session, story.clip_uid)
        clip.making, clip.failure = Making.FAILED, "图片太小"
        session.flush()
        (problem,) = readiness(session, story).of("kuaishou")
        assert problem.sentence % problem.params == "短片没有做成：图片太小"


def test_a_generated_piece_says_so_everywhere(newsroom: Newsroom, write: Write) -> None:
    uid = write(ai_use=AiUse.GENERATED)
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        assert "【AI生成】" in edition(story, "weibo").body
        assert "由人工智能生成" in edition(story, "wechat").body
        weibo = edition(story, "weibo")
        editions.tune_edition(session, newsroom.editor, story, weibo, None, body="没有标识")
        assert "ai_label" in codes(session, story, "weibo")


@pytest.mark.parametrize(
    ("change", "code"),
    [
        ({"title": ""}, "title_missing"),
        ({"doc": document()}, "text_missing"),
    ],
)
def test_what_must_be_mended_stops_submission(
    newsroom: Newsroom, write: Write, change: dict[str, Any], code: str
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        rewrite(session, newsroom, story, **change)
        with pytest.raises(Invalid) as refused:
            release.submit(session, newsroom.reporter, story)
        assert refused.value.reason == release.NOT_READY
        assert f"story.{code}" in refused.value.fields
        assert story.state == State.DRAFT


def test_pictures_without_rights_stop_submission(
    newsroom: Newsroom, write: Write, picture: Callable[..., str]
) -> None:
    uid, unclear = write(), picture(rights="unknown")
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        service.attach(session, newsroom.reporter, story, media.the_asset(session, unclear))
        with pytest.raises(Invalid) as refused:
            release.submit(session, newsroom.reporter, story)
        assert "story.picture_rights_unknown" in refused.value.fields


def test_submission_freezes_one_post_per_account(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        version = release.submit(session, newsroom.reporter, story, "请审")
        assert story.state == State.IN_REVIEW
        assert (version.kind, version.note) == (Kind.SUBMITTED, "请审")
        assert version.report["counts"]["block"] == 0
        assert StorySubmitted(story.id, version.id) in bus.emitted(session)
    with newsroom.database.unit(write=False) as session:
        story = queries.the_story(session, uid)
        number = queries.latest_version(session, story)
        assert number is not None
        posts = queries.posts_of(session, number.id)
        assert [it.channel for it in posts] == ["outlet", "wechat", "weibo"]
        for frozen in posts:
            post = post_from_json(frozen.post)
            assert post.payload_hash == frozen.payload_hash
            assert post.uid == frozen.uid
            assert post.link == f"http://127.0.0.1:8001/s/{frozen.uid}"
            assert post.extras["canonical"].endswith(posts[0].uid)


def test_while_it_is_reviewed_nobody_changes_it(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        weibo, seen = edition(story, "weibo"), story.version
        for act in (
            lambda: service.save_draft(session, newsroom.editor, story, {"title": "改"}, seen),
            lambda: editions.tune_edition(session, newsroom.editor, story, weibo, None, body="改"),
            lambda: release.set_targets(session, newsroom.editor, story, []),
            lambda: service.name_version(session, newsroom.editor, story, ""),
            lambda: release.submit(session, newsroom.reporter, story),
        ):
            with pytest.raises(WrongState):
                act()


def test_taken_back_mended_and_sent_again_it_has_new_posts(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        first = release.submit(session, newsroom.reporter, story)
        with pytest.raises(Forbidden):
            release.take_back(session, newsroom.second_reporter, story)
        release.take_back(session, newsroom.reporter, story)
        assert StoryTakenBack(story.id, first.id) in bus.emitted(session)
        rewrite(session, newsroom, story, title="青禾大桥合龙")
        second = release.submit(session, newsroom.reporter, story)
        old, new = (queries.posts_of(session, it.id) for it in (first, second))
        assert second.number == first.number + 1
        assert not {it.uid for it in old} & {it.uid for it in new}
        assert post_from_json(new[0].post).edition.title == "青禾大桥合龙"
        assert post_from_json(old[0].post).edition.title == "青禾大桥昨日合龙"


def test_returned_with_a_reason_it_can_be_sent_again(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        with pytest.raises(Invalid):
            release.return_to_author(session, newsroom.editor, story, " ")
        release.return_to_author(session, newsroom.editor, story, "补一个信源")
        assert story.state == State.RETURNED
        assert [it.uid for it in queries.returned_to(session, newsroom.reporter.id)] == [uid]
        rewrite(session, newsroom, story, digest="补了信源")
        release.submit(session, newsroom.reporter, story)
        kinds = [str(it.kind) for it in queries.versions_of(session, story)]
        assert kinds == ["submitted", "returned", "submitted"]


def test_approved_it_lies_in_the_pool_and_withdrawn_no_more(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        with pytest.raises(Forbidden):
            release.approve(session, newsroom.reporter, story)
        release.approve(session, newsroom.deputy, story)
        assert story.shared
        release.publish(session, story)
        assert story.state == State.PUBLISHED
        release.withdraw(session, newsroom.head, story, "事实有误")
        assert not story.shared
        with pytest.raises(WrongState):
            release.publish(session, story)
        with pytest.raises(WrongState):
            service.share(session, newsroom.reporter, story, shared=True)
        story.shared = True  # as it may stand from before
        with pytest.raises(WrongState):
            service.adopt(session, newsroom.second_reporter, story, 50)
        service.share(session, newsroom.reporter, story, shared=False)


def test_with_its_approval_revoked_it_leaves_the_pool(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        release.approve(session, newsroom.deputy, story)
        release.revoke(session, newsroom.deputy, story, "数字有误")
        assert not story.shared


def test_revoked_it_lies_in_the_pool_no_more(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        release.approve(session, newsroom.deputy, story)
        release.revoke(session, newsroom.deputy, story, "事实有误")
        assert not story.shared


def test_the_house_may_settle_what_the_tables_say(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.submit(session, newsroom.reporter, story)
        release.approve(session, HOUSE, story)
        release.revoke(session, HOUSE, story, "签发后改了规矩")
        assert story.state == State.RETURNED


def test_what_the_author_did_not_see_is_not_sent(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        seen = story.version
        service.save_draft(session, newsroom.editor, story, {"title": "编辑改的"}, seen)
        with pytest.raises(Stale):
            release.submit(session, newsroom.reporter, story, seen=seen)


def test_a_channel_that_is_switched_off_is_not_sent(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        off = edition(story, "weibo")
        editions.switch_edition(session, newsroom.reporter, story, off, enabled=False)
        version = release.submit(session, newsroom.reporter, story)
        posts = queries.posts_of(session, version.id)
        assert [it.channel for it in posts] == ["outlet", "wechat"]


def test_with_every_channel_off_there_is_nothing_to_review(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write(channels=("weibo",))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        off = edition(story, "weibo")
        editions.switch_edition(session, newsroom.reporter, story, off, enabled=False)
        with pytest.raises(Invalid) as refused:
            release.submit(session, newsroom.reporter, story)
        assert "story.no_target" in refused.value.fields


def test_a_slot_that_is_past_is_refused(
    newsroom: Newsroom, write: Write, accounts: dict[str, str]
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        account = the_account(session, accounts["weibo"])
        past = clock.now(session) - timedelta(minutes=1)
        with pytest.raises(Invalid):
            release.set_targets(session, newsroom.editor, story, [Aim(account, past)])


def test_slots_and_the_order_of_release_reach_the_posts(
    newsroom: Newsroom, write: Write, accounts: dict[str, str]
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        later = clock.now(session) + timedelta(hours=2)
        weibo, outlet = (the_account(session, accounts[key]) for key in ("weibo", "outlet"))
        release.set_targets(session, newsroom.editor, story, [Aim(outlet), Aim(weibo, later)])
        version = release.submit(session, newsroom.reporter, story)
        posts = queries.posts_of(session, version.id)
        assert [(it.channel, it.not_before) for it in posts] == [
            ("outlet", None),
            ("weibo", later),
        ]
        assert len(story.targets) == 2


def test_a_retired_account_is_refused(
    newsroom: Newsroom, write: Write, accounts: dict[str, str]
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        account = the_account(session, accounts["weibo"])
        account.enabled = False
        session.flush()
        assert "account_off" in codes(session, story, "weibo")
        with pytest.raises(Invalid):
            release.set_targets(session, newsroom.editor, story, [Aim(account)])


def test_a_frozen_post_is_written_once(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        version = release.submit(session, newsroom.reporter, story)
        numbers = version.id
    with pytest.raises(RuntimeError, match="written once"), newsroom.database.unit() as session:
        queries.posts_of(session, numbers)[0].payload_hash = "0" * 64


def test_a_story_without_film_and_pictures_is_told_what_a_video_channel_needs(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write(channels=("kuaishou",), doc=document(paragraph("只有字。")))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        assert "video_missing" in codes(session, story, "kuaishou")
        assert not readiness(session, story).ready
