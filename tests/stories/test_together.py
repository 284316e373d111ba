"""Writing together: the order of steps, what is refused, and what stands beside the text."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from threading import Barrier
from typing import Any

import pytest
from prosemirror.transform import Transform
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, Stale, TooLarge, WrongState
from kitchen.stories import correction, queries, release, service, step_log, together
from kitchen.stories.doc import to_text
from kitchen.stories.events import StorySaved
from kitchen.stories.models import Story
from kitchen.stories.together import WINDOW, Batch, Taken
from kitchen.stories.together_models import StoryStep
from tests.fixtures.newsroom import Newsroom
from tests.stories.conftest import document, figure, paragraph
from tests.stories.writers import Writer, node_of, words

Write = Callable[..., str]
FORGED = [
    {},
    {"stepType": "erase"},
    {"stepType": "replace"},
    {"stepType": "replace", "from": "1", "to": 2},
    {"stepType": "replace", "from": -3, "to": 2},
    {"stepType": "replace", "from": 9, "to": 2},
    {"stepType": "replace", "from": 1, "to": 9_999_999},
    {"stepType": "replace", "from": 1, "to": 1, "slice": {"content": [{"type": "video"}]}},
    {"stepType": "replace", "from": 1, "to": 1, "slice": {"content": "words"}},
    {
        "stepType": "replace",
        "from": 0,
        "to": 0,
        "slice": {"content": [{"type": "text", "text": "x"}]},
    },
    {"stepType": "replaceAround", "from": 0, "to": 5, "gapFrom": 4, "gapTo": 1, "insert": 0},
    {"stepType": "addMark", "from": 1, "to": 3, "mark": {"type": "blink"}},
    {"stepType": "attr", "pos": 0, "attr": "onclick", "value": "alert(1)"},
    {"stepType": "markSet", "steps": [{"stepType": "replace", "from": 1, "to": 3}]},
]


def inserted(words: str, at: int = 1, **marks: Any) -> dict[str, Any]:
    content = [{"type": "text", "text": words, **marks}]
    return {"stepType": "replace", "from": at, "to": at, "slice": {"content": content}}


@pytest.fixture
def story(newsroom: Newsroom, write: Write) -> str:
    """A story that says 大桥合龙。"""
    return write(channels=("weibo",), doc=document(paragraph("大桥合龙。")))


class Desk:
    """The server as an editor in the browser meets it, without HTTP."""

    def __init__(self, newsroom: Newsroom, uid: str) -> None:
        self.newsroom, self.uid = newsroom, uid

    def open(self, client: str) -> Writer:
        with self.newsroom.database.unit(write=False) as session:
            found = queries.the_story(session, self.uid)
            return Writer.opened(client, found.doc, found.text_version)

    def take(self, actor: Actor, batch: Batch) -> Taken:
        with self.newsroom.database.unit() as session:
            found = queries.story_to_save(session, self.uid)
            return together.take_steps(session, actor, found, batch)

    def send(self, actor: Actor, writer: Writer) -> None:
        """Send until everything is there."""
        while writer.waiting:
            batch = writer.batch()
            try:
                taken = self.take(actor, batch)
            except Stale as stale:
                writer.hear(stale.theirs)
            else:
                writer.landed(len(batch.steps), taken.news)

    def hear(self, writer: Writer) -> None:
        with self.newsroom.database.unit(write=False) as session:
            found = queries.story_without_text(session, self.uid)
            writer.hear(together.news(session, found, writer.version))

    @property
    def text(self) -> str:
        return to_text(self.stored().doc)

    def stored(self) -> Story:
        with self.newsroom.database.unit(write=False) as session:
            return queries.the_story(session, self.uid)


@pytest.fixture
def desk_of(newsroom: Newsroom, story: str) -> Desk:
    return Desk(newsroom, story)


def test_steps_on_the_newest_text_become_the_draft(newsroom: Newsroom, desk_of: Desk) -> None:
    writer = desk_of.open("a" * 8)
    before = desk_of.stored()
    writer.type("年底通车。")
    desk_of.send(newsroom.reporter, writer)
    after = desk_of.stored()
    assert to_text(after.doc) == "大桥合龙。年底通车。" == writer.text
    assert after.text_version == before.text_version + 1
    assert after.length == 8
    assert after.master_hash != before.master_hash
    assert after.saved_by_id == newsroom.reporter.id


def test_who_is_behind_is_told_what_was_missed_and_what_theirs_became(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    first, second = desk_of.open("a" * 8), desk_of.open("b" * 8)
    first.type("甲", at=1)
    second.type("乙", at=3)
    desk_of.send(newsroom.reporter, first)
    taken = desk_of.take(newsroom.editor, second.batch())
    assert [(it["client"], it["by"]) for it in taken.news] == [
        ("a" * 8, newsroom.reporter.name),
        ("b" * 8, newsroom.editor.name),
    ]
    assert taken.news[1]["step"] == inserted("乙", at=4)
    assert taken.place(4) == 5
    second.landed(1, taken.news)
    desk_of.hear(first)
    assert second.waiting == []
    assert first.text == second.text == desk_of.text == "甲大桥乙合龙。"


def test_who_does_not_take_moved_steps_is_told_only_what_was_missed(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    first, second = desk_of.open("a" * 8), desk_of.open("b" * 8)
    first.type("甲")
    second.type("乙", at=1)
    desk_of.send(newsroom.reporter, first)
    with pytest.raises(Stale) as stale:
        desk_of.take(newsroom.editor, replace(second.batch(), movable=False))
    missed = stale.value.theirs["steps"]
    assert [(it["client"], it["by"]) for it in missed] == [("a" * 8, newsroom.reporter.name)]
    desk_of.send(newsroom.editor, second)
    desk_of.hear(first)
    assert first.text == second.text == desk_of.text == "乙大桥合龙。甲"


def test_a_batch_that_came_after_all_is_found_in_the_order(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    """It was moved, and nobody heard of it; meanwhile others wrote on, and so did its writer."""
    first, second = desk_of.open("a" * 8), desk_of.open("b" * 8)
    first.type("甲", at=1)
    second.type("乙")
    desk_of.send(newsroom.reporter, first)
    batch = second.batch()
    desk_of.take(newsroom.editor, batch)  # the answer is lost
    first.type("丙", at=1)
    desk_of.send(newsroom.reporter, first)
    second.type("丁")
    with pytest.raises(Stale) as stale:
        desk_of.take(newsroom.editor, batch)
    second.hear(stale.value.theirs)
    assert [it.step.to_json() for it in second.waiting] == [inserted("丁", at=9)]
    desk_of.send(newsroom.editor, second)
    assert second.text == desk_of.text == "丙甲大桥合龙。乙丁"


@pytest.mark.parametrize(
    ("mine", "theirs"),
    [
        ((1, 4), "新"),  # takes along what others wrote
        (None, ""),  # was about words that are gone
    ],
)
def test_what_does_not_simply_fit_is_left_to_its_editor(
    newsroom: Newsroom, desk_of: Desk, mine: tuple[int, int] | None, theirs: str
) -> None:
    first, second = desk_of.open("a" * 8), desk_of.open("b" * 8)
    if mine:
        second.do(Transform(second.doc).delete(*mine))
        first.type(theirs, at=2)
    else:
        second.type("乙", at=2)
        first.do(Transform(first.doc).delete(1, 4))
    desk_of.send(newsroom.reporter, first)
    before = desk_of.text
    with pytest.raises(Stale) as stale:
        desk_of.take(newsroom.editor, second.batch())
    assert desk_of.text == before
    second.hear(stale.value.theirs)
    assert len(second.branches) == 1
    desk_of.send(newsroom.editor, second)
    assert second.text == desk_of.text


def test_a_forged_step_is_no_better_for_coming_late(newsroom: Newsroom, desk_of: Desk) -> None:
    old = desk_of.stored().text_version
    writer = desk_of.open("a" * 8)
    writer.type("甲")
    desk_of.send(newsroom.reporter, writer)
    for step in FORGED:
        with pytest.raises((Invalid, Stale)):
            desk_of.take(newsroom.editor, Batch(old, "b" * 8, 1, [step], movable=True))
    link = {"type": "link", "attrs": {"href": "javascript:alert(1)"}}
    for step in (inserted("点我", marks=[link]), inserted("长" * 60_000)):
        with pytest.raises(Stale):
            desk_of.take(newsroom.editor, Batch(old, "b" * 8, 1, [step], movable=True))
    assert desk_of.text == "大桥合龙。甲"


def test_nothing_is_moved_over_more_than_the_window_nor_back_from_the_future(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    old = desk_of.stored().text_version
    many = [inserted("多") for _ in range(WINDOW)]
    desk_of.take(newsroom.reporter, Batch(old, "a" * 8, 1, many))
    desk_of.take(newsroom.editor, Batch(old, "b" * 8, 1, [inserted("赶上")], movable=True))
    assert desk_of.text == "多" * WINDOW + "赶上大桥合龙。"
    for version in (old, desk_of.stored().text_version + 1):
        with pytest.raises(Stale):
            desk_of.take(
                newsroom.editor, Batch(version, "c" * 8, 1, [inserted("迟")], movable=True)
            )


def test_what_is_sent_twice_stands_once(newsroom: Newsroom, desk_of: Desk) -> None:
    writer, other = desk_of.open("a" * 8), desk_of.open("b" * 8)
    writer.type("一次")
    batch = writer.batch()
    desk_of.take(newsroom.reporter, batch)  # the answer is lost
    other.type("旁人", at=1)
    desk_of.send(newsroom.editor, other)
    for version in (batch.version, desk_of.stored().text_version):
        again = Batch(version, batch.client, batch.first, batch.steps)
        with pytest.raises(Stale):
            desk_of.take(newsroom.reporter, again)
    desk_of.send(newsroom.reporter, writer)
    assert writer.waiting == []
    assert writer.text == desk_of.text == "旁人大桥合龙。一次"


def test_another_persons_editor_is_not_written_for(newsroom: Newsroom, desk_of: Desk) -> None:
    writer = desk_of.open("a" * 8)
    writer.type("甲")
    desk_of.send(newsroom.reporter, writer)
    writer.type("乙")
    with pytest.raises(Invalid, match="别人打开的"):
        desk_of.take(newsroom.editor, writer.batch())


@pytest.mark.parametrize("step", FORGED)
def test_a_forged_step_is_refused_and_nothing_changes(
    newsroom: Newsroom, desk_of: Desk, step: dict[str, Any]
) -> None:
    before = desk_of.stored()
    with pytest.raises(Invalid) as refused:
        desk_of.take(newsroom.reporter, Batch(before.text_version, "a" * 8, 1, [step]))
    assert refused.value.reason in {"bad_step", "bad_text"}
    after = desk_of.stored()
    assert (after.doc, after.text_version, after.version) == (
        *(before.doc, before.text_version, before.version),
    )


@pytest.mark.parametrize(
    "step",
    [
        inserted("点我", marks=[{"type": "link", "attrs": {"href": "javascript:alert(1)"}}]),
        inserted("零\x00字节"),
        {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [figure("不是素材")]}},
        {"stepType": "replace", "from": 0, "to": 0, "slice": {"content": [figure("unknown1")]}},
    ],
)
def test_a_text_that_may_not_be_kept_is_refused_by_steps_too(
    newsroom: Newsroom, desk_of: Desk, step: dict[str, Any]
) -> None:
    with pytest.raises(Invalid):
        desk_of.take(newsroom.reporter, Batch(desk_of.stored().text_version, "a" * 8, 1, [step]))
    assert desk_of.text == "大桥合龙。"


def test_a_text_grows_no_longer_by_steps_than_by_saves(newsroom: Newsroom, desk_of: Desk) -> None:
    with pytest.raises(TooLarge):
        desk_of.take(
            newsroom.reporter,
            Batch(desk_of.stored().text_version, "a" * 8, 1, [inserted("长" * 60_000)]),
        )


def test_a_bad_step_and_its_undoing_pass_together(newsroom: Newsroom, desk_of: Desk) -> None:
    bad = inserted("点我", marks=[{"type": "link", "attrs": {"href": "javascript:x"}}])
    undone = {"stepType": "replace", "from": 1, "to": 3}
    batch = Batch(desk_of.stored().text_version, "a" * 8, 1, [bad, undone, inserted("好")])
    desk_of.take(newsroom.reporter, batch)
    assert desk_of.text == "好大桥合龙。"


def test_a_closed_story_takes_no_steps_but_keeps_a_branch(
    newsroom: Newsroom, desk_of: Desk, database: object
) -> None:
    writer = desk_of.open("a" * 8)
    writer.type("断网时写的。")
    with newsroom.database.unit() as session:
        found = queries.the_story(session, desk_of.uid)
        release.submit(session, newsroom.reporter, found, "")
    with pytest.raises(WrongState):
        desk_of.take(newsroom.reporter, writer.batch())
    with newsroom.database.unit() as session:
        found = queries.the_story(session, desk_of.uid)
        doc = writer.doc.to_json()
        kept = together.branch(session, newsroom.reporter, found, doc, "")
        assert (to_text(kept.doc), kept.number) == ("大桥合龙。断网时写的。", 2)
        assert kept.master_hash != found.master_hash
    assert desk_of.text == "大桥合龙。"


def test_only_who_may_change_the_story_writes_listens_and_branches(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    stranger = newsroom.second_reporter
    writer = desk_of.open("a" * 8)
    writer.type("混进来")
    with pytest.raises(Forbidden):
        desk_of.take(stranger, writer.batch())
    with newsroom.database.unit() as session:
        found = queries.the_story(session, desk_of.uid)
        for act in (
            lambda: together.standing(session, stranger, found, 0),
            lambda: together.branch(session, stranger, found, found.doc, ""),
            lambda: together.arrive(session, stranger, found, "a" * 8, {}),
            lambda: together.take_over_shares(session, stranger, found),
        ):
            with pytest.raises(Forbidden):
                act()


def test_of_steps_at_the_same_moment_one_is_first_and_all_stand(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    gate = Barrier(2)

    def one(told: tuple[Actor, str, str]) -> Writer:
        actor, client, typed = told
        writer = desk_of.open(client)
        writer.type(typed)
        gate.wait(5)
        desk_of.send(actor, writer)
        return writer

    with ThreadPoolExecutor(2) as pool:
        writers = list(
            pool.map(
                one, [(newsroom.reporter, "a" * 8, "甲甲"), (newsroom.editor, "b" * 8, "乙乙")]
            )
        )
    for writer in writers:
        desk_of.hear(writer)
    assert {writer.text for writer in writers} == {desk_of.text}
    assert desk_of.text in {"大桥合龙。甲甲乙乙", "大桥合龙。乙乙甲甲"}
    with newsroom.database.unit(write=False) as session:
        numbers = session.scalars(select(StoryStep.number).order_by(StoryStep.number)).all()
        assert list(numbers[-2:]) == [numbers[-1] - 1, numbers[-1]]


def test_a_save_of_the_whole_text_reaches_open_editors_as_a_step(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    writer = desk_of.open("a" * 8)
    writer.type("我写的。")
    with newsroom.database.unit() as session:
        found = queries.story_to_save(session, desk_of.uid)
        content = {"doc": document(paragraph("大桥昨日合龙。"), paragraph("第二段。"))}
        service.save_draft(session, newsroom.editor, found, content, found.version)
    desk_of.send(newsroom.reporter, writer)
    assert writer.text == desk_of.text == "大桥昨日合龙。\n第二段。我写的。"


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("大桥合龙。", "大桥合龙了。"),
        ("甲乙丙", "甲丙"),
        ("𠮷祥", "𠮾祥"),
        ("哈哈哈", "哈哈"),
        ("一", ""),
    ],
)
def test_the_step_between_two_texts_is_narrow_and_true(
    newsroom: Newsroom, desk_of: Desk, old: str, new: str
) -> None:
    for text in (old, new):
        with newsroom.database.unit() as session:
            found = queries.story_to_save(session, desk_of.uid)
            blocks = [paragraph(text)] if text else []
            service.save_draft(
                session, newsroom.reporter, found, {"doc": document(*blocks)}, found.version
            )
    writer = Writer.opened("c" * 8, document(paragraph("大桥合龙。")), 0)
    with newsroom.database.unit(write=False) as session:
        found = queries.the_story(session, desk_of.uid)
        log = step_log.since(session, found, 0)
        writer = Writer.opened("c" * 8, document(), 0)
        writer.hear(together.news(session, found, 0))
    assert log
    assert words(writer.doc) == words(node_of(desk_of.stored().doc))


def test_a_restored_version_reaches_open_editors(newsroom: Newsroom, desk_of: Desk) -> None:
    with newsroom.database.unit() as session:
        found = queries.the_story(session, desk_of.uid)
        kept = service.name_version(session, newsroom.reporter, found, "旧").number
    writer = desk_of.open("a" * 8)
    writer.type("又写了一段。")
    desk_of.send(newsroom.reporter, writer)
    with newsroom.database.unit() as session:
        found = queries.the_story(session, desk_of.uid)
        version = queries.the_version(session, found, kept)
        service.restore(session, newsroom.editor, found, version)
    desk_of.hear(writer)
    assert writer.text == desk_of.text == "大桥合龙。"


def test_a_dropped_correction_reaches_open_editors(newsroom: Newsroom, desk_of: Desk) -> None:
    with newsroom.database.unit() as session:
        found = queries.the_story(session, desk_of.uid)
        release.submit(session, newsroom.reporter, found, "")
        release.approve(session, newsroom.deputy, found)
        correction.begin(session, newsroom.editor, found, "改一处。", [])
    writer = desk_of.open("a" * 8)
    writer.type("更正。")
    desk_of.send(newsroom.editor, writer)
    with newsroom.database.unit() as session:
        correction.drop(session, newsroom.editor, queries.the_story(session, desk_of.uid))
    desk_of.hear(writer)
    assert writer.text == desk_of.text == "大桥合龙。"


def test_text_and_fields_are_in_nobodys_way(newsroom: Newsroom, desk_of: Desk) -> None:
    seen = service.form_of(desk_of.stored())
    writer = desk_of.open("a" * 8)
    writer.type("写正文。")
    desk_of.send(newsroom.reporter, writer)

    def fill(actor: Actor, content: dict[str, Any], before: dict[str, Any]) -> None:
        with newsroom.database.unit() as session:
            found = queries.story_to_save(session, desk_of.uid)
            service.save_fields(session, actor, found, content, before)

    fill(newsroom.editor, {"digest": "编辑的摘要"}, {"digest": seen["digest"]})
    fill(newsroom.reporter, {"title": "记者的标题"}, {"title": seen["title"]})
    fill(
        newsroom.reporter, {"title": "记者的标题"}, {"title": seen["title"]}
    )  # the answer was lost
    with pytest.raises(Stale) as stale:
        fill(newsroom.editor, {"title": "编辑的标题"}, {"title": seen["title"]})
    assert stale.value.theirs["fields"]["title"] == "记者的标题"
    with pytest.raises(Invalid):
        fill(newsroom.editor, {"doc": document()}, {"doc": document()})
    stands = desk_of.stored()
    assert (stands.title, stands.digest, to_text(stands.doc)) == (
        *("记者的标题", "编辑的摘要", "大桥合龙。写正文。"),
    )


def test_open_pages_hear_of_steps(newsroom: Newsroom, desk_of: Desk) -> None:
    writer = desk_of.open("a" * 8)
    writer.type("甲")
    with newsroom.database.unit() as session:
        found = queries.story_to_save(session, desk_of.uid)
        together.take_steps(session, newsroom.reporter, found, writer.batch())
        assert StorySaved(found.id, desk_of.uid, by="a" * 8) in session.info["events"]


def test_two_who_write_in_turn_sit_down_once_each(newsroom: Newsroom, desk_of: Desk) -> None:
    first, second = desk_of.open("a" * 8), desk_of.open("b" * 8)
    for typed in "一二三":
        for actor, writer in ((newsroom.reporter, first), (newsroom.editor, second)):
            writer.type(typed)
            desk_of.send(actor, writer)
    with newsroom.database.unit(write=False) as session:
        history = audit.history(session, queries.the_story(session, desk_of.uid))
        who = sorted(it.actor_name for it in history if it.action == "write_story")
    assert who.count(newsroom.editor.name) == 1
    assert who.count(newsroom.reporter.name) <= 1


def test_a_database_that_was_put_back_says_so(newsroom: Newsroom, desk_of: Desk) -> None:
    with newsroom.database.unit(write=False) as session:
        found = queries.the_story(session, desk_of.uid)
        told = together.news(session, found, found.text_version + 7)
    assert told["head"] < found.text_version + 7
    assert told["steps"] == []
    with pytest.raises(Stale):
        desk_of.take(newsroom.reporter, Batch(found.text_version + 7, "a" * 8, 1, [inserted("甲")]))


def test_shares_follow_what_stands_of_each_persons_writing(
    newsroom: Newsroom, desk_of: Desk
) -> None:
    reporter, editor = newsroom.reporter, newsroom.editor
    first, second = desk_of.open("a" * 8), desk_of.open("b" * 8)
    first.type("记者写了十个字都留下了")
    desk_of.send(reporter, first)
    second.type("编辑写五字")
    second.type("又删掉的不算")
    desk_of.send(editor, second)
    end = second.doc.content.size - 1
    batch = Batch(second.version, "b" * 8, 3, [{"stepType": "replace", "from": end - 6, "to": end}])
    desk_of.take(editor, batch)
    with newsroom.database.unit() as session:
        found = queries.the_story(session, desk_of.uid)
        found.credits = [
            {"role": "记者", "names": reporter.name, "share": 100},
            {"role": "摄影", "names": "测试摄影", "share": 20},
        ]
        proposal = together.proposed_credits(session, found)
        assert proposal == [
            {"role": "记者", "names": reporter.name, "share": 60},
            {"role": "摄影", "names": "测试摄影", "share": 20},
            {"role": "记者", "names": editor.name, "share": 20},
        ]
        together.take_over_shares(session, editor, found)
        assert found.credits == proposal


def test_without_a_log_nothing_is_proposed(newsroom: Newsroom, alone: None) -> None:
    with newsroom.database.unit() as session:
        empty = service.begin(session, newsroom.reporter, title="空")
        assert together.proposed_credits(session, empty) is None
        with pytest.raises(Invalid):
            together.take_over_shares(session, newsroom.reporter, empty)


def test_everyone_gets_a_colour_and_leaves_again(newsroom: Newsroom, desk_of: Desk) -> None:
    presence = newsroom.ports.presence
    with newsroom.database.unit(write=False) as session:
        found = queries.the_story(session, desk_of.uid)
        come = [
            together.arrive(session, actor, found, client, {})
            for actor, client in ((newsroom.reporter, "a" * 8), (newsroom.editor, "b" * 8))
        ]
        again = together.arrive(session, newsroom.editor, found, "b" * 8, {})
        moved = {"version": 1, "anchor": 2, "head": 3}
        told = together.arrive(session, newsroom.editor, found, "b" * 8, moved)
        beat = together.arrive(session, newsroom.editor, found, "b" * 8, {})
    assert (come, again, told, beat) == ([True, True], False, True, False)
    people = presence.who(desk_of.uid)
    assert [it["colour"] for it in people] == [0, 1]
    assert people[1]["head"] == 3
    presence.leave(desk_of.uid, "a" * 8)
    assert [it["name"] for it in presence.who(desk_of.uid)] == [newsroom.editor.name]
