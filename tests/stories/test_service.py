"""Writing a story: saving, versions, files, sharing; refused, stale, and at once by two."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.assignments.models import Assignment, Crew
from kitchen.assignments.rules import Role
from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Forbidden, Invalid, NotFound, Stale, WrongState
from kitchen.media import queries as media
from kitchen.stories import queries, release, service
from kitchen.stories.doc import figures, to_text
from kitchen.stories.models import Story, Version
from kitchen.stories.rules import Kind, State
from kitchen.topics.models import Topic
from kitchen.topics.rules import Risk
from tests.fixtures.newsroom import Newsroom
from tests.stories.conftest import document, figure, paragraph

Write = Callable[..., str]


def save(session: Session, actor: Actor, story: Story, words: str, **more: Any) -> None:
    content = {"doc": document(paragraph(words)), **more}
    service.save_draft(session, actor, story, content, story.version)


def versions(session: Session, story: Story) -> list[str]:
    return [str(version.kind) for version in reversed(queries.versions_of(session, story))]


def test_autosave_keeps_one_rolling_draft_and_no_versions(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    for words in ("一。", "一二。", "一二三。"):
        with newsroom.database.unit() as session:
            save(session, newsroom.reporter, queries.the_story(session, uid), words)
    with newsroom.database.unit(write=False) as session:
        story = queries.the_story(session, uid)
        assert to_text(story.doc) == "一二三。"
        assert story.length == 3
        assert versions(session, story) == []
        sittings = [it.action for it in audit.history(session, story)].count("write_story")
        assert sittings <= 1


def test_two_people_save_at_once_and_the_second_gets_both_texts(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit(write=False) as session:
        seen = queries.the_story(session, uid).version
    with newsroom.database.unit() as session:
        story = queries.story_to_save(session, uid)
        mine = {"doc": document(paragraph("编辑先存。")), "title": "编辑的标题"}
        service.save_draft(session, newsroom.editor, story, mine, seen)
    with newsroom.database.unit() as session, pytest.raises(Stale) as refused:
        story = queries.story_to_save(session, uid)
        content = {"doc": document(paragraph("记者后存。"))}
        service.save_draft(session, newsroom.reporter, story, content, seen)
    theirs = refused.value.theirs
    assert theirs["title"] == "编辑的标题"
    assert to_text(theirs["doc"]) == "编辑先存。"
    assert theirs["by"] == newsroom.editor.name
    assert theirs["fields"]["sources"] == "区交通运输局 |  | 电话核实"
    with newsroom.database.unit() as session:
        story = queries.story_to_save(session, uid)
        service.save_draft(
            session, newsroom.reporter, story, content, story.version, keep_theirs=True
        )
        kept = queries.latest_version(session, story)
        assert to_text(story.doc) == "记者后存。"
        assert kept is not None
        assert to_text(kept.doc) == "编辑先存。"
        assert kept.title == "编辑的标题"


def test_of_two_saves_at_the_same_moment_one_is_kept_and_one_is_told(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit(write=False) as session:
        seen = queries.the_story(session, uid).version
    gate = Barrier(2)

    def one(actor: Actor) -> str:
        gate.wait(5)
        try:
            with newsroom.database.unit() as session:
                story = queries.story_to_save(session, uid)
                service.save_draft(session, actor, story, {"title": actor.name}, seen)
        except Stale as refused:
            return f"stale: {refused.theirs['title']}"
        return f"saved: {actor.name}"

    with ThreadPoolExecutor(2) as pool:
        told = sorted(pool.map(one, (newsroom.reporter, newsroom.editor)))
    with newsroom.database.unit(write=False) as session:
        stands = queries.the_story(session, uid).title
    assert told == [f"saved: {stands}", f"stale: {stands}"]


def test_the_crew_of_the_assignment_may_write(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        crew = Crew(staff_id=newsroom.second_reporter.id, role=Role.PHOTO)
        task = Assignment(title="拍大桥", kit=[], crew=[crew], unit_id=newsroom.reporter.unit_id)
        session.add(task)
        session.flush()
        story = service.begin(session, newsroom.reporter, assignment=task, title="大桥")
        save(session, newsroom.second_reporter, story, "同事补充。")
        assert story.saved_by_id == newsroom.second_reporter.id
        with pytest.raises(Forbidden):
            save(session, newsroom.leader, story, "旁人。")


def test_saving_the_same_again_changes_nothing(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        before = story.version
        service.save_draft(session, newsroom.reporter, story, {"doc": story.doc}, before)
        assert story.version == before


@pytest.mark.parametrize("role", ["second_reporter", "leader", "admin", "town_editor"])
def test_others_may_not_write_in_it(newsroom: Newsroom, write: Write, role: str) -> None:
    uid = write()
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        save(session, newsroom.actors[role], queries.the_story(session, uid), "越权。")


def test_a_forged_text_leaves_the_draft_as_it_was(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        story = queries.the_story(session, uid)
        content = {"doc": document({"type": "iframe"}), "title": "改坏了"}
        service.save_draft(session, newsroom.reporter, story, content, story.version)
    with newsroom.database.unit(write=False) as session:
        assert queries.the_story(session, uid).title == "青禾大桥昨日合龙"


def test_a_picture_that_nobody_catalogued_is_refused(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session, pytest.raises(Invalid):
        story = queries.the_story(session, uid)
        content = {"doc": document(paragraph("字"), figure("noSuchPicture"))}
        service.save_draft(session, newsroom.reporter, story, content, story.version)


def test_the_catalogue_knows_which_pictures_stand_in_a_text(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        (placed,) = (it.uid for it in figures(story.doc))
        assert [it.uid for it in media.of_subject(session, story, "figure")] == [placed]
        save(session, newsroom.reporter, story, "没有图了。")
        assert media.of_subject(session, story, "figure") == []


def test_the_committees_risk_may_be_raised_and_not_lowered(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        topic = Topic(
            title="防汛",
            forms=["text"],
            channels=[],
            risk=Risk.IMPORTANT,
            proposer_id=newsroom.reporter.id,
        )
        session.add(topic)
        session.flush()
        story = service.begin(session, newsroom.reporter, topic=topic)
        assert story.risk == Risk.IMPORTANT
        save(session, newsroom.reporter, story, "字", risk=Risk.MAJOR)
        with pytest.raises(Invalid) as refused:
            save(session, newsroom.reporter, story, "字字", risk=Risk.ROUTINE)
        assert "risk" in refused.value.fields


def test_a_topics_channels_become_the_centres_own_accounts(
    newsroom: Newsroom, accounts: dict[str, str]
) -> None:
    with newsroom.database.unit() as session:
        topic = Topic(
            title="大桥", forms=[], channels=["weibo", "outlet"], proposer_id=newsroom.reporter.id
        )
        session.add(topic)
        session.flush()
        story = service.begin(session, newsroom.reporter, topic=topic)
        assert [it.account.handle for it in story.targets] == ["weibo", "outlet"]


def test_a_version_is_written_once(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        version = service.name_version(session, newsroom.reporter, story, "补采访前")
        assert (version.number, version.kind, version.note) == (1, Kind.MANUAL, "补采访前")
    with pytest.raises(RuntimeError, match="written once"), newsroom.database.unit() as session:
        found = queries.the_version(session, queries.the_story(session, uid), 1)
        found.title = "改写历史"
    with pytest.raises(RuntimeError, match="written once"), newsroom.database.unit() as session:
        session.delete(queries.the_version(session, queries.the_story(session, uid), 1))


def test_restoring_keeps_what_stood_before(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        first = service.name_version(session, newsroom.reporter, story, "")
        save(session, newsroom.reporter, story, "全改了。", tags=["新"])
        service.restore(session, newsroom.reporter, story, first)
        assert to_text(story.doc).startswith("青禾大桥昨日合龙")
        assert story.tags == ["大桥"]
        kept = queries.latest_version(session, story)
        assert kept is not None
        assert to_text(kept.doc) == "全改了。"
        assert media.of_subject(session, story, "figure") != []


def test_restoring_tells_the_catalogue_of_attached_files(
    newsroom: Newsroom, write: Write, picture: Callable[..., str]
) -> None:
    uid, first, second = write(), picture(), picture()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        one, two = (media.the_asset(session, it) for it in (first, second))
        service.attach(session, newsroom.reporter, story, one)
        kept = service.name_version(session, newsroom.reporter, story, "")
        service.detach(session, newsroom.reporter, story, one)
        service.attach(session, newsroom.reporter, story, two)
        service.restore(session, newsroom.reporter, story, kept)
        assert story.attached == [first]
        assert [it.uid for it in media.of_subject(session, story, "attached")] == [first]


def test_a_version_of_another_story_cannot_be_restored(newsroom: Newsroom, write: Write) -> None:
    one, other = write(), write()
    with newsroom.database.unit() as session:
        theirs = queries.the_story(session, other)
        foreign = service.name_version(session, newsroom.reporter, theirs, "")
        story = queries.the_story(session, one)
        with pytest.raises(WrongState):
            service.restore(session, newsroom.reporter, story, foreign)
        with pytest.raises(NotFound):
            queries.the_version(session, story, 9)


def test_attached_files_move_the_master_on(
    newsroom: Newsroom, write: Write, picture: Callable[..., str]
) -> None:
    uid, extra = write(), picture()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        before = story.master_hash
        asset = media.the_asset(session, extra)
        for _ in range(2):
            service.attach(session, newsroom.reporter, story, asset)
        assert story.attached == [extra]
        assert story.master_hash != before
        service.detach(session, newsroom.reporter, story, asset)
        assert story.master_hash == before


def test_adopting_keeps_lineage_files_and_credit(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        with pytest.raises(WrongState):
            service.adopt(session, newsroom.second_reporter, story, 50)
        service.share(session, newsroom.reporter, story, shared=True)
        adopted = service.adopt(session, newsroom.second_reporter, story, 40)
        assert adopted.credits == [
            {"role": "原作者", "names": newsroom.reporter.name, "share": 40},
            {"role": "编辑", "names": newsroom.second_reporter.name, "share": 60},
        ]
        own = adopted.uid
    with newsroom.database.unit(write=False) as session:
        mine, theirs = queries.the_story(session, own), queries.the_story(session, uid)
        assert mine.state == State.DRAFT
        assert mine.adopted_from is not None
        assert mine.adopted_from.uid == uid
        assert [it.uid for it in theirs.adoptions] == [own]
        assert mine.doc == theirs.doc
        assert len(media.of_subject(session, mine, "figure")) == 1


@pytest.mark.parametrize("share", [0, 9, 91, 100])
def test_a_share_out_of_bounds_is_refused(newsroom: Newsroom, write: Write, share: int) -> None:
    uid = write()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        service.share(session, newsroom.reporter, story, shared=True)
        with pytest.raises(Invalid):
            service.adopt(session, newsroom.second_editor, story, share)


def test_lists_come_without_texts_and_by_author(newsroom: Newsroom, write: Write) -> None:
    mine, _other = write(), write(newsroom.editor)
    with newsroom.database.unit(write=False) as session:
        page = queries.page_of_stories(session, author_id=newsroom.reporter.id, state="draft")
        assert [story.uid for story in page.items] == [mine]
        assert "doc" not in page.items[0].__dict__
        assert len(queries.page_of_stories(session, limit=1).items) == 1
        assert queries.page_of_stories(session, q="大桥").next is None


def test_nothing_of_a_refused_act_is_left(newsroom: Newsroom, write: Write) -> None:
    uid = write()
    with pytest.raises(Invalid), newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        save(session, newsroom.reporter, story, "会被撤销。", title="")
        release.submit(session, newsroom.reporter, story)
    with newsroom.database.unit(write=False) as session:
        story = queries.the_story(session, uid)
        assert story.state == State.DRAFT
        assert session.scalar(select(func.count()).select_from(Version)) == 0
        acts = session.scalars(select(AuditEntry.action).where(AuditEntry.subject_uid == uid))
        assert "submit" not in set(acts)


def test_a_title_is_one_line_without_blanks_around_it(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        story = service.begin(session, newsroom.reporter, title="通稿 \n（二） ")
        assert story.title == "通稿 （二）"
