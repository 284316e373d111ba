"""The index follows every kind of change, and nothing that dies in between makes it forget one."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from sqlalchemy import delete, select, update
from sqlalchemy.orm import Session

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.db import Database
from kitchen.core.paging import Page
from kitchen.leads import queries as leads
from kitchen.leads import service as lead_service
from kitchen.media.models import MediaAsset
from kitchen.media.service import describe
from kitchen.people import service as people
from kitchen.people.models import Staff
from kitchen.people.rules import May as People
from kitchen.search import index, queries, rules
from kitchen.search.models import SearchDoc, SearchMark
from kitchen.search.queries import Question
from kitchen.search.rules import Kind
from kitchen.stories import service as stories
from kitchen.stories.models import Story
from kitchen.stories.rules import State
from kitchen.topics import service as topics
from tests.fixtures.newsroom import Newsroom
from tests.search.conftest import add_leads

ADMIN = Actor(id=None, uid="founder", name="建站", grants={People.ADMINISTER: EVERYWHERE})
DOC = {
    "type": "doc",
    "content": [{"type": "paragraph", "content": [{"type": "text", "text": "桥面铺装随后开始。"}]}],
}
Settle = Callable[[], None]


def finds(database: Database, kind: Kind, q: str) -> list[str]:
    """The titles of what is found."""
    with database.unit(write=False) as session:
        found = queries.find(session, list(Kind), Question(rules.words_of(q)), limit=50)
        page = found.pages.get(kind, Page([], None))
        return [it.name for it in page.items]


def report(newsroom: Newsroom, **said: Any) -> str:
    given = {"title": "社区食堂开张", "body": "八十岁以上老人半价。", **said}
    with newsroom.database.unit() as session:
        return lead_service.report(session, newsroom.reporter, **given).uid


def test_a_lead_is_found_as_soon_as_it_is_reported(newsroom: Newsroom) -> None:
    report(newsroom, place="九里桥", contact="王先生 13800000000")
    for q in ("食", "堂开", "老人半价", "九里桥"):
        assert finds(newsroom.database, Kind.LEADS, q) == ["社区食堂开张"]
    for sealed in ("王先生", "13800000000"):
        assert finds(newsroom.database, Kind.LEADS, sealed) == []


def test_what_became_of_a_lead_is_known(newsroom: Newsroom) -> None:
    uid = report(newsroom)
    with newsroom.database.unit() as session:
        lead_service.drop(session, newsroom.editor, leads.the_lead(session, uid), "已经报过")
    assert finds(newsroom.database, Kind.LEADS, "已经报过") == ["社区食堂开张"]
    with newsroom.database.unit(write=False) as session:
        assert (
            session.scalars(select(SearchDoc.state).where(SearchDoc.uid == uid)).one() == "dropped"
        )


def test_a_topic_is_found_by_its_angle_and_after_it_was_renamed(newsroom: Newsroom) -> None:
    said: dict[str, Any] = {
        "forms": ["text"],
        "channels": ["outlet"],
        "planned_on": date(2026, 5, 1),
    }
    with newsroom.database.unit() as session:
        topic = topics.propose(
            session,
            newsroom.reporter,
            sources=[],
            title="夏粮",
            angle="田间地头",
            as_draft=True,
            **said,
        )
        uid = topic.uid
    assert finds(newsroom.database, Kind.TOPICS, "地头") == ["夏粮"]
    with newsroom.database.unit() as session:
        topic = session.scalars(select(type(topic)).filter_by(uid=uid)).one()
        topic.title = "秋收"
    assert finds(newsroom.database, Kind.TOPICS, "夏粮") == []
    assert finds(newsroom.database, Kind.TOPICS, "秋收") == ["秋收"]


def test_a_story_is_taken_up_by_the_timetable(newsroom: Newsroom, settle: Settle) -> None:
    with newsroom.database.unit() as session:
        story = stories.begin(session, newsroom.reporter, title="大桥合龙")
        content = {
            "doc": DOC,
            "digest": "提前二十天",
            "tags": ["重点工程"],
            "sources": [{"name": "区交通运输局", "url": "", "note": "电话核实老李"}],
        }
        stories.save_draft(session, newsroom.reporter, story, content, story.version)
    with newsroom.database.unit(write=False) as session:
        assert index.waiting(session) >= 1
    settle()
    for q in ("合龙", "桥面铺装", "二十天", "重点工程", "交通运输局", "测试reporter"):
        assert finds(newsroom.database, Kind.STORIES, q) == ["大桥合龙"], q
    assert finds(newsroom.database, Kind.STORIES, "老李") == []


def test_a_story_saved_again_is_found_by_what_it_says_now(
    newsroom: Newsroom, settle: Settle
) -> None:
    with newsroom.database.unit() as session:
        story = stories.begin(session, newsroom.reporter, title="大桥合龙")
        uid = story.uid
        for words in ("一稿", "二稿", "三稿"):
            stories.save_draft(session, newsroom.reporter, story, {"digest": words}, story.version)
    settle()
    assert finds(newsroom.database, Kind.STORIES, "三稿") == ["大桥合龙"]
    assert finds(newsroom.database, Kind.STORIES, "一稿") == []
    _set_state(newsroom, uid, State.WITHDRAWN)
    settle()
    with newsroom.database.unit(write=False) as session:
        withdrawn = Question(rules.words_of("大桥"), state="withdrawn")
        assert queries.find(session, [Kind.STORIES], withdrawn).totals == {Kind.STORIES: 1}


def _set_state(newsroom: Newsroom, uid: str, state: State) -> None:
    """As a verdict would leave it."""
    with newsroom.database.unit() as session:
        session.scalars(select(Story).where(Story.uid == uid)).one().state = state


def test_an_asset_is_found_by_what_is_said_of_it_since(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        asset = MediaAsset(kind="picture", filename="IMG_0042.JPG", caption="大桥", sha256="a" * 64)
        asset.uploaded_by_id = newsroom.reporter.id
        session.add(asset)
        session.flush()
        uid = asset.uid
    assert finds(newsroom.database, Kind.ASSETS, "img_00") == ["大桥"]
    with newsroom.database.unit() as session:
        asset = session.scalars(select(MediaAsset).where(MediaAsset.uid == uid)).one()
        describe(session, newsroom.reporter, asset, asset.version, title="合龙的大桥")
    assert finds(newsroom.database, Kind.ASSETS, "合龙") == ["合龙的大桥"]


@pytest.mark.parametrize(
    "q", ["单晓", "shanxiaoyu", "danxiaoyu", "sxy", "DXY", "xiaoyu", "shan xiao"]
)
def test_a_person_is_found_by_pinyin_however_it_is_read(newsroom: Newsroom, q: str) -> None:
    post = (newsroom.units["采编部"], "reporter", "")
    with newsroom.database.unit() as session:
        people.take_on(session, ADMIN, "sxy2", "单晓雨", "九里桥边有个小菜园一二三", [post])
    assert finds(newsroom.database, Kind.PEOPLE, q) == ["单晓雨"]


def test_who_has_left_is_found_no_more(newsroom: Newsroom, settle: Settle) -> None:
    with newsroom.database.unit() as session:
        staff = session.scalars(select(Staff).where(Staff.username == "leader")).one()
        staff.name, staff.initials = "沈一舟", "syz"
    assert finds(newsroom.database, Kind.PEOPLE, "沈一舟") == ["沈一舟"]
    with newsroom.database.unit() as session:
        session.scalars(select(Staff).where(Staff.username == "leader")).one().active = False
    assert finds(newsroom.database, Kind.PEOPLE, "沈一舟") == []


def test_what_is_deleted_is_found_no_more(newsroom: Newsroom) -> None:
    uid = report(newsroom)
    with newsroom.database.unit() as session:
        session.delete(leads.the_lead(session, uid))
    assert finds(newsroom.database, Kind.LEADS, "食堂") == []


def test_a_unit_that_is_undone_leaves_nothing(newsroom: Newsroom) -> None:
    with pytest.raises(ZeroDivisionError), newsroom.database.unit() as session:
        lead_service.report(session, newsroom.reporter, title="没有办成", body="x")
        session.flush()
        raise ZeroDivisionError
    assert finds(newsroom.database, Kind.LEADS, "没有办成") == []
    with newsroom.database.unit(write=False) as session:
        assert index.waiting(session) == 0


def test_a_worker_that_dies_half_way_loses_nothing(
    newsroom: Newsroom, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsroom.database.unit() as session:
        stories.begin(session, newsroom.reporter, title="大桥合龙")

    def dies(*_: object) -> None:
        raise ZeroDivisionError

    with monkeypatch.context() as patched:
        patched.setattr(index, "refresh", dies)
        with pytest.raises(ZeroDivisionError):
            index.catch_up(newsroom.database)
    settle()
    assert finds(newsroom.database, Kind.STORIES, "大桥") == ["大桥合龙"]


def test_a_change_that_comes_while_the_former_is_taken_up_keeps_its_mark(
    newsroom: Newsroom, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    with newsroom.database.unit() as session:
        doc_id = rules.id_of(
            Kind.STORIES, stories.begin(session, newsroom.reporter, title="大桥合龙").id
        )
    really, turns = index.refresh, list[int]()

    def changed_meanwhile(session: Session, doc_ids: set[int]) -> None:
        really(session, doc_ids)
        turns.append(len(doc_ids))
        if len(turns) == 1:
            session.add(SearchMark(doc_id=doc_id))
            session.flush()

    monkeypatch.setattr(index, "refresh", changed_meanwhile)
    settle()
    assert len(turns) == 2


def test_what_no_mark_speaks_of_is_found_by_its_version(newsroom: Newsroom, settle: Settle) -> None:
    def behind(session: Session) -> int:
        return index.stale(session)

    settle_people(newsroom)
    with newsroom.database.unit() as session:
        add_leads(session, [("夜市开张", "公交延时"), ("河长巡查", "")])
        assert behind(session) == 2
    index.mark_what_is_stale(newsroom.database)
    settle()
    with newsroom.database.unit() as session:
        session.execute(
            update(leads.Lead).where(leads.Lead.title == "夜市开张").values(title="早市", version=2)
        )
        session.execute(delete(leads.Lead).where(leads.Lead.title == "河长巡查"))
        assert behind(session) == 2
    index.mark_what_is_stale(newsroom.database)
    settle()
    assert finds(newsroom.database, Kind.LEADS, "市") == ["早市"]
    assert finds(newsroom.database, Kind.LEADS, "河长") == []


def settle_people(newsroom: Newsroom) -> None:
    """The people of the newsroom are in the index before anything is counted."""
    index.mark_what_is_stale(newsroom.database)
    index.catch_up(newsroom.database, 60)


def test_an_index_folded_by_other_rules_is_made_anew(
    newsroom: Newsroom, settle: Settle, monkeypatch: pytest.MonkeyPatch
) -> None:
    report(newsroom)
    settle_people(newsroom)
    with newsroom.database.unit() as session:
        session.execute(update(SearchDoc).values(folding="0/1.0"))
        assert index.stale(session) > 0
    index.mark_what_is_stale(newsroom.database)
    settle()
    assert finds(newsroom.database, Kind.LEADS, "食堂") == ["社区食堂开张"]


def test_a_rebuild_goes_on_where_it_stopped(newsroom: Newsroom, settle: Settle) -> None:
    with newsroom.database.unit() as session:
        add_leads(session, [(f"第{number}条", "夜市") for number in range(50)])
        index.empty(session)
        index.mark_stale(session)
    index.catch_up(newsroom.database, 0)
    with newsroom.database.unit() as session:
        left = index.waiting(session)
        assert 0 < left < 50 + 20
        index.mark_stale(session)
        assert index.waiting(session) == left
    settle()
    with newsroom.database.unit(write=False) as session:
        totals = queries.find(session, [Kind.LEADS], Question(["夜市"])).totals
    assert totals == {Kind.LEADS: 50}
