"""Texts from outside become stories whole or not at all: by page, by API, by a worker."""

from __future__ import annotations

import io
from collections.abc import Iterator
from typing import Any

import pytest
from docx.document import Document
from sqlalchemy import update

from assets import bounded
from assets.store import StoreUnavailable
from kitchen.core.db import Database
from kitchen.core.errors import Forbidden, WrongState
from kitchen.leads import queries as leads
from kitchen.leads import service as lead_service
from kitchen.leads.rules import State as LeadState
from kitchen.media.models import MediaAsset
from kitchen.stories import doc as text
from kitchen.stories.importing import arriving, jobs, taking
from kitchen.stories.importing import queries as importing_queries
from kitchen.stories.importing import service as importing
from kitchen.stories.importing.models import StoryImport
from kitchen.stories.models import Story
from tests.assets.samples import SVG
from tests.fixtures.newsroom import Door, Newsroom, Visitor
from tests.stories.manuscripts import bent, centred, picture, word

HTML = "<h1>藕田开挖</h1><p>清晨，水还凉。</p>"


@pytest.fixture(scope="module", autouse=True)
def no_children_left() -> Iterator[None]:
    yield
    bounded.close()


def manuscript(document: Document) -> None:
    document.add_heading("藕田开挖", 1)
    document.add_paragraph("清晨，水还凉。")
    picture(document)
    centred(document, "图为现场。")


def many_pictures(document: Document) -> None:
    document.add_heading("图片多的稿子", 1)
    for number in range(arriving.FEW + 2):
        picture(document, 90 + number)


def send(visitor: Visitor, data: bytes, name: str = "来稿.docx", **more: Any) -> Any:
    return visitor.post_form("/stories/import", {"file": (io.BytesIO(data), name), **more})


def count(database: Database, model: type) -> int:
    with database.unit(write=False) as session:
        return session.query(model).count()


def the_only_story(database: Database) -> Story:
    with database.unit(write=False) as session:
        return session.query(Story).one()


def test_a_word_file_becomes_a_story_with_its_pictures(sign_in: Door, newsroom: Newsroom) -> None:
    answer = send(sign_in("reporter"), word(manuscript))
    assert answer.status_code == 302
    story = the_only_story(newsroom.database)
    assert answer.headers["Location"] == f"/stories/{story.uid}/edit"
    assert (story.title, text.to_text(story.doc)) == ("藕田开挖", "清晨，水还凉。")
    (figure,) = text.figures(story.doc)
    assert figure.caption == "图为现场。"
    with newsroom.database.unit(write=False) as session:
        asset = session.query(MediaAsset).one()
        assert figure.uid == asset.uid
        assert figure.sha256 != asset.sha256  # the original stays in the house
    assert sign_in("reporter").get(answer.headers["Location"]).status_code == 200


def test_what_is_pasted_is_appended_to_a_story(sign_in: Door, newsroom: Newsroom) -> None:
    send(sign_in("reporter"), word(manuscript))
    story = the_only_story(newsroom.database)
    answer = sign_in("reporter").post_form(
        "/stories/import", {"html": "<h2>后来</h2><p>第二天。</p>", "into": story.uid}
    )
    assert answer.status_code == 302
    after = the_only_story(newsroom.database)
    assert text.to_text(after.doc) == "清晨，水还凉。\n后来\n第二天。"
    assert after.title == "藕田开挖"


def test_a_link_that_may_not_stand_in_a_piece_leaves_its_words(
    sign_in: Door, newsroom: Newsroom
) -> None:
    source = "# 题\n\n[好](https://a.cn) [坏](javascript:alert(1)) [怪](ftp://a)"
    send(sign_in("reporter"), source.encode(), "稿.md")
    story = the_only_story(newsroom.database)
    assert text.links(story.doc) == ["https://a.cn"]
    assert "怪" in text.to_text(story.doc)


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"PK\x03\x04 broken", "坏.docx", "里面的 ZIP 损坏"),
        (b"", "空.txt", "没有文字"),
        (b"%PDF", "报告.pdf", "不是能导入的文稿"),
        (("字" * 60_001).encode(), "太长.txt", "正文太长"),
    ],
)
def test_a_refused_file_says_why_and_leaves_nothing(
    sign_in: Door, newsroom: Newsroom, data: bytes, name: str, said: str
) -> None:
    answer = send(sign_in("reporter"), data, name)
    assert answer.status_code in {413, 422}
    assert said in answer.text
    assert count(newsroom.database, Story) == count(newsroom.database, MediaAsset) == 0


def test_nothing_chosen_is_said(sign_in: Door) -> None:
    answer = sign_in("reporter").post_form("/stories/import", {"html": " "})
    assert answer.status_code == 422
    assert "请选一个文件，或把内容粘贴在下面" in answer.text


def test_a_picture_that_cannot_be_used_costs_itself_alone(
    sign_in: Door, newsroom: Newsroom
) -> None:
    data = bent(word(manuscript), {"word/media/image1.png": None, "word/media/image1.jpg": SVG})
    answer = send(sign_in("reporter"), data)
    page = sign_in("reporter").get(answer.headers["Location"]).text
    assert "第 1 张图片没有导入" in page
    story = the_only_story(newsroom.database)
    assert text.to_text(story.doc) == "清晨，水还凉。\n图为现场。"  # its caption is not lost


def test_others_may_neither_import_nor_append(sign_in: Door, newsroom: Newsroom) -> None:
    assert send(sign_in("leader"), word(manuscript)).status_code == 403
    send(sign_in("reporter"), word(manuscript))
    into = the_only_story(newsroom.database).uid
    answer = send(sign_in("second_reporter"), word(manuscript), into=into)
    assert answer.status_code == 403
    assert count(newsroom.database, MediaAsset) == 1


def test_a_form_that_is_sent_twice_makes_one_story(sign_in: Door, newsroom: Newsroom) -> None:
    first, second = (send(sign_in("reporter"), word(manuscript), _key="same") for _ in range(2))
    assert first.headers["Location"] == second.headers["Location"]
    assert count(newsroom.database, Story) == 1


def test_by_the_api(sign_in: Door, newsroom: Newsroom) -> None:
    answer = sign_in("reporter").call("POST", "/api/v1/stories/import", {"html": HTML})
    assert answer.status_code == 201
    assert answer.json["story"] == the_only_story(newsroom.database).uid
    refused = sign_in("reporter").call("POST", "/api/v1/stories/import", {"html": "<p> </p>"})
    assert (refused.status_code, refused.json["code"]) == (422, "text_empty")


def test_a_worker_brings_in_many_pictures_and_tells_how_far_it_is(
    sign_in: Door, newsroom: Newsroom
) -> None:
    reporter = sign_in("reporter")
    answer = send(reporter, word(many_pictures))
    uid = answer.headers["Location"].rpartition("/")[2]
    assert count(newsroom.database, Story) == 0
    (rung,) = [number for bell, number in newsroom.bell.rung if bell == importing.BELL]
    assert "第 0 张，共 8 张" in reporter.get(f"/stories/import/{uid}").text
    jobs.carry(newsroom.database, newsroom.ports, rung)
    story = the_only_story(newsroom.database)
    assert len(text.figures(story.doc)) == arriving.FEW + 2
    assert f"/stories/{story.uid}/edit" in reporter.get(f"/stories/import/{uid}").text
    told = [topic for topic, _ in newsroom.live.told if topic == f"import:{uid}"]
    assert len(told) == 2
    jobs.carry(newsroom.database, newsroom.ports, rung)  # a bell that rings twice
    assert count(newsroom.database, Story) == 1
    done = reporter.get(f"/api/v1/stories/imports/{uid}").json
    assert (done["story"], done["done"]) == (story.uid, arriving.FEW + 2)
    assert sign_in("editor").get(f"/stories/import/{uid}").status_code == 404


def test_a_worker_that_dies_half_way_leaves_nothing_and_another_begins_anew(
    sign_in: Door, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(sign_in("reporter"), word(many_pictures))
    rung = newsroom.bell.rung[-1][1]
    whole = taking.take_in

    def dies(*_args: Any) -> Any:
        raise SystemExit

    monkeypatch.setattr(taking, "take_in", dies)
    with pytest.raises(SystemExit):
        jobs.carry(newsroom.database, newsroom.ports, rung)
    assert count(newsroom.database, Story) == count(newsroom.database, MediaAsset) == 0
    monkeypatch.setattr(taking, "take_in", whole)
    jobs.carry(newsroom.database, newsroom.ports, rung)  # too early: the other may still live
    assert count(newsroom.database, Story) == 0
    with newsroom.database.unit() as session:
        session.query(StoryImport).one().begun_at = None
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 1
    jobs.carry(newsroom.database, newsroom.ports, rung)
    assert count(newsroom.database, Story) == 1


def test_a_file_that_vanished_is_said(sign_in: Door, newsroom: Newsroom) -> None:
    reporter = sign_in("reporter")
    uid = send(reporter, word(many_pictures)).headers["Location"].rpartition("/")[2]
    with newsroom.database.unit(write=False) as session:
        order = session.query(StoryImport).one()
    newsroom.ports.store.delete(order.sha256)
    jobs.carry(newsroom.database, newsroom.ports, order.id)
    assert "文件不在了" in reporter.get(f"/stories/import/{uid}").text


def _away(*_args: Any) -> Any:
    raise StoreUnavailable("nobody there")


def test_what_was_brought_in_stands_though_the_store_cannot_forget_the_file(
    sign_in: Door, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = sign_in("reporter")
    uid = send(reporter, word(many_pictures)).headers["Location"].rpartition("/")[2]
    monkeypatch.setattr(newsroom.ports.store, "delete", _away)
    jobs.carry(newsroom.database, newsroom.ports, newsroom.bell.rung[-1][1])
    story = the_only_story(newsroom.database)
    assert f"/stories/{story.uid}/edit" in reporter.get(f"/stories/import/{uid}").text
    told = [topic for topic, _ in newsroom.live.told if topic == f"import:{uid}"]
    assert len(told) == 2  # the page that waits hears of the end
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 0


def test_a_file_waits_for_a_store_that_is_away_as_often_as_it_is(
    sign_in: Door, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    send(sign_in("reporter"), word(many_pictures))
    rung = newsroom.bell.rung[-1][1]
    with monkeypatch.context() as outage:
        for verb in ("path", "open", "put", "delete"):
            outage.setattr(newsroom.ports.store, verb, _away)
        for _ in range(importing_queries.MOST_ATTEMPTS + 1):
            jobs.carry(newsroom.database, newsroom.ports, rung)
    assert jobs.ring_for_waiting(newsroom.database, newsroom.ports) == 1
    jobs.carry(newsroom.database, newsroom.ports, rung)
    assert count(newsroom.database, Story) == 1


def test_a_story_that_was_submitted_meanwhile_takes_nothing_up(
    newsroom: Newsroom, sign_in: Door
) -> None:
    send(sign_in("reporter"), word(manuscript))
    into = the_only_story(newsroom.database).uid
    uid = send(sign_in("reporter"), word(many_pictures), into=into).headers["Location"][-22:]
    with newsroom.database.unit() as session:
        session.execute(update(Story).values(state="in_review"))
    jobs.carry(newsroom.database, newsroom.ports, newsroom.bell.rung[-1][1])
    assert "正在审核" in sign_in("reporter").get(f"/stories/import/{uid}").text


def test_a_correspondents_lead_becomes_a_story_in_their_name(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        lead = lead_service.contribute(
            session, newsroom.stringer, title="议事角", body="楼道里有一张桌子。\n坐下来谈。"
        )
        story = importing.begin_from_lead(session, newsroom.editor, lead)
        assert text.to_text(story.doc) == "楼道里有一张桌子。\n坐下来谈。"
        assert story.credits[0]["names"] == newsroom.stringer.name
        assert lead.state == LeadState.ADOPTED
        uid = lead.uid
    with newsroom.database.unit() as session, pytest.raises(WrongState):
        importing.begin_from_lead(session, newsroom.editor, leads.the_lead(session, uid))
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        importing.begin_from_lead(session, newsroom.leader, leads.the_lead(session, uid))
