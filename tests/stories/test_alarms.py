"""What people do about hits: call them false, put them right, and what the report keeps of it."""

from __future__ import annotations

import pytest

from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.outlet import links as looks
from kitchen.screens import destinations
from kitchen.stories import alarms, checking, places, queries, release, service
from kitchen.stories.checks import links
from kitchen.stories.checks.report import Hit, report_from_json
from kitchen.stories.doc import to_text
from kitchen.stories.events import LinksWanted, StorySaved
from kitchen.wordlists import service as wordlists
from kitchen.wordlists.rules import Entry, Kind, Level
from tests.fixtures.newsroom import Newsroom
from tests.stories.conftest import Write, document, figure, paragraph

DOC = document(
    paragraph("  头一段𠮷，己经"),
    {"type": "heading", "attrs": {"level": 2}, "content": [{"type": "text", "text": "小标题"}]},
    figure("uid", ""),
    {
        "type": "paragraph",
        "content": [
            {"type": "text", "text": "前面"},
            {"type": "text", "text": "按", "marks": [{"type": "strong"}]},
            {"type": "text", "text": "装路灯"},
            {"type": "hard_break"},
            {"type": "text", "text": "末行"},
        ],
    },
    paragraph("   "),
    paragraph("收尾"),
)


def test_every_character_has_its_place_in_the_document() -> None:
    text = to_text(DOC)
    known = places.places_of(DOC)
    assert len(known.starts) == len(known.ends) == len(text)
    assert known.of(text.index("头"), text.index("头") + 1) == (3, 4)
    assert known.of(text.index("，"), text.index("，") + 1) == (8, 9)


@pytest.mark.parametrize("words", ["己经", "小标题", "按装", "末行", "收尾", "头一段𠮷"])
def test_words_are_replaced_where_they_stand(words: str) -> None:
    text = to_text(DOC)
    at = text.index(words)
    changed = places.with_words(DOC, at, at + len(words), "换过的")
    assert to_text(changed) == text.replace(words, "换过的")


def test_a_replacement_is_dressed_as_what_stood_there() -> None:
    at = to_text(DOC).index("按")
    changed = places.with_words(DOC, at, at + 2, "安装")
    dressed = [it for it in changed["content"][3]["content"] if it.get("marks")]
    assert [it["text"] for it in dressed] == ["安装"]


def hit_of(newsroom: Newsroom, uid: str, rule: str) -> Hit:
    with newsroom.database.unit(write=False) as session:
        report = checking.checked(session, queries.the_story(session, uid))
        return next(hit for hit in report.hits if hit.rule == rule)


def test_a_false_alarm_is_kept_with_its_reason_as_long_as_the_sentence_stays(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write(channels=("outlet",), doc=document(paragraph("这是最先进的设备。另一句话。")))
    key = hit_of(newsroom, uid, "superlative").key
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        with pytest.raises(Invalid):
            alarms.call_false(session, newsroom.reporter, story, key, " ")
        alarms.call_false(session, newsroom.reporter, story, key, "引自验收报告")
        with pytest.raises(Duplicate):
            alarms.call_false(session, newsroom.reporter, story, key, "再标一次")
        with pytest.raises(Forbidden):
            alarms.call_false(session, newsroom.second_reporter, story, key, "不是我的稿")
        version = release.submit(session, newsroom.reporter, story)
        report = report_from_json(version.report)
    kept = next(hit for hit in report.hits if hit.rule == "superlative")
    assert dict(kept.false) == {"reason": "引自验收报告", "by": newsroom.reporter.name}
    assert report.lists["superlative"] == 0
    assert len(report.text_hash) == 64
    assert report.count("warn") == len(report.open)
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        release.take_back(session, newsroom.reporter, story)
        doc = document(paragraph("这是最先进的设备！另一句话改了。"))
        service.save_draft(session, newsroom.reporter, story, {"doc": doc}, story.version)
    assert not hit_of(newsroom, uid, "superlative").false


def test_what_must_be_mended_only_an_editor_calls_false(newsroom: Newsroom, write: Write) -> None:
    with newsroom.database.unit() as session:
        entry = Entry(Kind.BANNED, "违禁词", Level.FORBID)
        wordlists.add_entry(session, newsroom.chief, entry)
    uid = write(channels=("outlet",), doc=document(paragraph("文中有违禁词一个。")))
    key = hit_of(newsroom, uid, "banned").key
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        with pytest.raises(Invalid) as refused:
            release.submit(session, newsroom.reporter, story)
        assert "story.banned" in refused.value.fields
        session.rollback()
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        with pytest.raises(Forbidden):
            alarms.call_false(session, newsroom.reporter, story, key, "引文")
        alarms.call_false(session, newsroom.editor, story, key, "引用原文")
        version = release.submit(session, newsroom.reporter, story)
        assert report_from_json(version.report).lists["banned"] == 1


def test_a_mark_ends_where_the_word_weighs_more(newsroom: Newsroom, write: Write) -> None:
    def list_it(level: Level) -> None:
        with newsroom.database.unit() as session:
            entry = Entry(Kind.BANNED, "慎用词", level)
            wordlists.take_in(session, newsroom.chief, Kind.BANNED, [entry])

    list_it(Level.CARE)
    uid = write(channels=("outlet",), doc=document(paragraph("文中有慎用词一个。")))
    key = hit_of(newsroom, uid, "banned").key
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        alarms.call_false(session, newsroom.reporter, story, key, "引文")
    list_it(Level.NOTE)
    assert hit_of(newsroom, uid, "banned").false
    list_it(Level.FORBID)
    assert not hit_of(newsroom, uid, "banned").false
    with pytest.raises(Forbidden), newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        alarms.call_false(session, newsroom.reporter, story, key, "引文")
    with pytest.raises(Invalid), newsroom.database.unit() as session:
        release.submit(session, newsroom.reporter, queries.the_story(session, uid))
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        alarms.call_false(session, newsroom.editor, story, key, "引用原文")
        release.submit(session, newsroom.reporter, story)


def test_a_hit_is_put_right_by_one_save(newsroom: Newsroom, write: Write) -> None:
    uid = write(title="大桥己经合龙", doc=document(paragraph("路灯按装好了，己经亮灯。")))
    for rule in ("typo", "typo", "typo"):
        hit = hit_of(newsroom, uid, rule)
        with newsroom.database.unit() as session:
            story = queries.the_story(session, uid)
            with pytest.raises(Stale):
                alarms.put_right(session, newsroom.reporter, story, hit.key, story.version - 1)
            alarms.put_right(session, newsroom.reporter, story, hit.key, story.version)
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        assert story.title == "大桥已经合龙"
        assert to_text(story.doc) == "路灯安装好了，已经亮灯。"
        with pytest.raises(Stale):
            alarms.put_right(session, newsroom.reporter, story, hit.key, story.version)


def test_nothing_is_put_right_where_nothing_is_proposed(newsroom: Newsroom, write: Write) -> None:
    uid = write(doc=document(paragraph("这是最先进的设备。")))
    hit = hit_of(newsroom, uid, "superlative")
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        with pytest.raises(WrongState):
            alarms.put_right(session, newsroom.reporter, story, hit.key, story.version)


def test_the_keepers_learn_from_a_false_alarm_once(newsroom: Newsroom, write: Write) -> None:
    uid = write(doc=document(paragraph("他获得最先进奖。")))
    key = hit_of(newsroom, uid, "superlative").key
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        alarms.call_false(session, newsroom.reporter, story, key, "奖项名称")
    with newsroom.database.unit() as session:
        (alarm,) = checking.unseen_alarms(session)
        with pytest.raises(Invalid):
            alarms.learn(session, newsroom.chief, alarm, "别的说法")
        with pytest.raises(Forbidden):
            alarms.leave(session, newsroom.reporter, alarm)
        alarms.learn(session, newsroom.chief, alarm, "最先进奖", "superlative")
        with pytest.raises(WrongState):
            alarms.leave(session, newsroom.chief, alarm)
    other = write(doc=document(paragraph("最先进奖揭晓，最先进的设备到了。")))
    with newsroom.database.unit(write=False) as session:
        report = checking.checked(session, queries.the_story(session, other))
        assert [hit.offset for hit in report.hits if hit.rule == "superlative"] == [7]


def test_a_reprint_carries_its_label_to_readers_and_into_the_version(
    newsroom: Newsroom, write: Write
) -> None:
    uid = write()
    label = {"source": "示例市日报社", "author": "丙", "title": "青禾大桥昨日合龙", "editor": "林"}
    with newsroom.database.unit() as session:
        story = queries.the_story(session, uid)
        alarms.label_reprint(session, newsroom.reporter, story, label, story.version)
        version = release.submit(session, newsroom.reporter, story)
        posts = {post.channel: str(post.post) for post in queries.posts_of(session, version.id)}
    assert version.fields["reprint"] == label
    assert "转载来源：示例市日报社" in posts["wechat"]
    assert "原作者：丙" in posts["wechat"]


def test_addresses_of_a_text_are_looked_at_in_the_background(
    newsroom: Newsroom, write: Write
) -> None:
    link = {"type": "link", "attrs": {"href": "https://a.example/gone"}}
    uid = write(doc=document(paragraph("看这里", marks=[link])))
    with newsroom.database.unit() as session:
        saved = StorySaved(queries.the_story(session, uid).id, uid)
        links.note(session, saved)
        links.note(session, saved)
        assert session.info["events"].count(LinksWanted()) == 1
        assert "https://a.example/gone" in destinations.addresses(session)
        assert links.dead(session, ["https://a.example/gone"]) == []
        looks.take(session, destinations.addresses(session))
        looks.note(session, "https://a.example/gone", 404)
    assert hit_of(newsroom, uid, "link_dead").params["status"] == 404
