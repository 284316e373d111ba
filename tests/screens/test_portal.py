"""Correspondents see their own pieces and what became of each, and nothing else of the newsroom."""

from __future__ import annotations

import io
from collections.abc import Callable
from typing import Any

import pytest
from sqlalchemy import update
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.leads import queries as leads
from kitchen.leads import service as lead_service
from kitchen.leads.models import Lead
from kitchen.matrix.models import Account
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Rights
from kitchen.people import queries as people
from kitchen.people.models import Post, Staff
from kitchen.publishing.models import Publication
from kitchen.publishing.outcomes import Place
from kitchen.roles import ROLES
from kitchen.screens import portal
from kitchen.screens.portal import Stage
from kitchen.stories.importing import service as importing
from kitchen.stories.models import Story
from kitchen.topics import service as topics
from kitchen.topics.models import Topic
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door, Newsroom
from tests.stories.manuscripts import centred, picture, word

PIECE = {"title": "楼道里的议事角", "body": "一张旧餐桌，六把椅子，邻里的事坐下来谈。"}


@pytest.fixture
def town_stringer(newsroom: Newsroom) -> Actor:
    """A correspondent of a town; the newsroom's other one belongs to the centre."""
    return _taken_on(newsroom, "town_stringer", "stringer")


def _taken_on(newsroom: Newsroom, username: str, role: str) -> Actor:
    with newsroom.database.unit() as session:
        unit = session.merge(newsroom.units["云溪街道"], load=False)
        post = Post(unit_id=unit.id, role=role, title="")
        session.add(Staff(username=username, name=username, password_hash="", posts=[post]))
        session.flush()
        staff = people.staff_by_username(session, username)
        assert staff is not None
        newsroom.actors[username] = people.actor_of(session, staff, ROLES)
    return newsroom.actors[username]


def contribute(newsroom: Newsroom, actor: Actor, title: str = PIECE["title"]) -> str:
    with newsroom.database.unit() as session:
        return lead_service.contribute(session, actor, title=title, body=PIECE["body"]).uid


def test_a_correspondent_comes_to_the_portal_and_nowhere_else(sign_in: Door) -> None:
    stringer = sign_in("stringer")
    assert stringer.get("/").headers["Location"] == "/portal"
    assert "还没有投过稿" in stringer.get("/portal").text
    for place in ("/leads", "/topics", "/stories", "/assets", "/review", "/publish", "/leads/new"):
        assert stringer.get(place).status_code == 403, place
    api = stringer.call("GET", "/api/v1/leads")
    assert api.status_code == 403
    assert stringer.call("POST", "/files/tus", headers={"Upload-Length": "9"}).status_code == 403


def test_the_rest_of_the_staff_have_no_portal(sign_in: Door) -> None:
    assert sign_in("reporter").get("/portal").status_code == 403


def test_a_piece_is_sent_with_files_and_reaches_the_desk(sign_in: Door, newsroom: Newsroom) -> None:
    files = [(io.BytesIO(encoded(photo(240, 160))), "议事角.jpg")]
    answer = sign_in("stringer").post_form("/portal/new", {**PIECE, "files": files})
    assert answer.status_code == 302
    page = sign_in("stringer").get(answer.headers["Location"]).text
    assert "已收到" in page
    assert "议事角.jpg" in page
    uid = answer.headers["Location"].rpartition("/")[2]
    desk = sign_in("editor").get(f"/leads/{uid}").text
    assert "通讯员" in desk
    assert "转成稿件" in desk
    with newsroom.database.unit(write=False) as session:
        assert session.query(MediaAsset).one().rights == Rights.SUPPLIED


def test_a_word_file_is_a_piece_by_itself(sign_in: Door, newsroom: Newsroom) -> None:
    def write(document: Any) -> None:
        document.add_heading("楼道里的议事角", 1)
        document.add_paragraph("一张旧餐桌，六把椅子。")
        picture(document)
        centred(document, "图为议事角。")

    document = (io.BytesIO(word(write)), "来稿.docx")
    answer = sign_in("stringer").post_form("/portal/new", {"document": document})
    assert answer.status_code == 302
    with newsroom.database.unit(write=False) as session:
        lead = session.query(Lead).one()
        assert (lead.title, lead.body) == ("楼道里的议事角", "一张旧餐桌，六把椅子。\n图为议事角。")
        assert session.query(MediaAsset).count() == 1


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"title": "议事角"}, "请填写|至少 5 个字"),
        ({"document": b"PK broken"}, "里面的 ZIP 损坏"),
    ],
)
def test_a_refused_piece_says_why_and_keeps_what_was_typed(
    sign_in: Door, newsroom: Newsroom, fields: dict[str, Any], said: str
) -> None:
    if "document" in fields:
        fields = {"document": (io.BytesIO(fields["document"]), "坏.docx")}
    answer = sign_in("stringer").post_form("/portal/new", {**fields, "place": "云溪街道"})
    assert answer.status_code == 422
    assert any(each in answer.text for each in said.split("|"))
    assert 'value="云溪街道"' in answer.text
    with newsroom.database.unit(write=False) as session:
        assert session.query(Lead).count() == 0


def test_anothers_piece_is_not_there(
    sign_in: Door, newsroom: Newsroom, town_stringer: Actor
) -> None:
    theirs = contribute(newsroom, town_stringer, "镇上的事")
    mine = contribute(newsroom, newsroom.stringer)
    stringer = sign_in("stringer")
    assert stringer.get(f"/portal/{theirs}").status_code == 404
    assert stringer.get(f"/api/v1/portal/pieces/{theirs}").status_code == 404
    assert [it["uid"] for it in stringer.get("/api/v1/portal/pieces").json["items"]] == [mine]
    assert "镇上的事" not in stringer.get("/portal").text


def test_a_head_sees_the_pieces_of_their_unit_alone(
    sign_in: Door, newsroom: Newsroom, town_stringer: Actor
) -> None:
    _taken_on(newsroom, "town_head", "stringer_head")
    town, centre = contribute(newsroom, town_stringer), contribute(newsroom, newsroom.stringer)
    head = sign_in("town_head")
    assert [it["uid"] for it in head.get("/api/v1/portal/pieces").json["items"]] == [town]
    assert head.get(f"/portal/{centre}").status_code == 404


def test_a_reporters_lead_is_no_piece(sign_in: Door, newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        uid = lead_service.report(session, newsroom.reporter, **PIECE).uid
    assert sign_in("stringer").get(f"/portal/{uid}").status_code == 404


def stage_of(newsroom: Newsroom, uid: str) -> portal.Piece:
    with newsroom.database.unit(write=False) as session:
        return portal.the_piece(session, newsroom.stringer, uid)


Step = Callable[[Session, Newsroom, Lead], object]


def _topic(session: Session, newsroom: Newsroom, lead: Lead) -> Topic:
    return topics.propose(
        session,
        newsroom.editor,
        sources=[lead],
        title=lead.title,
        angle="",
        forms=["text"],
        channels=["outlet"],
        planned_on=None,
    )


def _rejected(session: Session, newsroom: Newsroom, lead: Lead) -> None:
    topic = _topic(session, newsroom, lead)
    session.execute(
        update(Topic).where(Topic.id == topic.id).values(state="rejected", reason="已报")
    )


def _written(state: str) -> Step:
    def step(session: Session, newsroom: Newsroom, lead: Lead) -> None:
        story = importing.begin_from_lead(session, newsroom.editor, lead)
        session.execute(update(Story).where(Story.id == story.id).values(state=state))

    return step


def _merged(session: Session, newsroom: Newsroom, lead: Lead) -> None:
    other = lead_service.report(session, newsroom.reporter, **PIECE)
    lead_service.merge(session, newsroom.editor, lead, other)
    importing.begin_from_lead(session, newsroom.editor, other)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@pytest.mark.parametrize(
    ("step", "stage", "reason"),
    [
        (lambda *_: None, Stage.RECEIVED, ""),
        (lambda s, n, it: lead_service.drop(s, n.editor, it, "旧闻"), Stage.NOT_USED, "旧闻"),
        (
            lambda s, n, it: lead_service.pass_on(s, n.editor, it, "待答复"),
            Stage.PASSED_ON,
            "待答复",
        ),
        (_topic, Stage.TAKEN_UP, ""),
        (_rejected, Stage.NOT_USED, "已报"),
        (_merged, Stage.WRITING, ""),
        (_written("draft"), Stage.WRITING, ""),
        (_written("returned"), Stage.WRITING, ""),
        (_written("in_review"), Stage.IN_REVIEW, ""),
        (_written("approved"), Stage.APPROVED, ""),
        (_written("published"), Stage.PUBLISHED, ""),
        (_written("withdrawn"), Stage.WITHDRAWN, ""),
    ],
)
def test_what_became_of_a_piece(newsroom: Newsroom, step: Step, stage: Stage, reason: str) -> None:
    uid = contribute(newsroom, newsroom.stringer)
    with newsroom.database.unit() as session:
        step(session, newsroom, leads.the_lead(session, uid))
    found = stage_of(newsroom, uid)
    assert (found.stage, found.reason) == (stage, reason)


def test_where_it_is_out_each_channel_has_its_link(
    newsroom: Newsroom, sign_in: Door, monkeypatch: pytest.MonkeyPatch
) -> None:
    uid = contribute(newsroom, newsroom.stringer)
    with newsroom.database.unit() as session:
        _written("approved")(session, newsroom, leads.the_lead(session, uid))
    account = Account(name="青禾发布", channel="wechat")
    out = Publication(
        account=account, channel="wechat", state="live", remote_url="https://mp.example/s/1"
    )
    monkeypatch.setattr(portal, "everywhere", lambda _session, _story: [Place(out)])
    page = sign_in("stringer").get(f"/portal/{uid}").text
    assert "https://mp.example/s/1" in page
    assert "青禾发布" in page
    assert "已发布" in page


def test_months_are_counted(newsroom: Newsroom, sign_in: Door) -> None:
    uids = [contribute(newsroom, newsroom.stringer, f"第{n}篇") for n in range(3)]
    with newsroom.database.unit() as session:
        _written("published")(session, newsroom, leads.the_lead(session, uids[0]))
        _topic(session, newsroom, leads.the_lead(session, uids[1]))
    (month,) = sign_in("stringer").get("/api/v1/portal/months").json["items"]
    assert (month["sent"], month["adopted"], month["published"]) == (3, 2, 1)


def test_a_correspondent_is_told_where_they_may_read_it(newsroom: Newsroom, sign_in: Door) -> None:
    uid = contribute(newsroom, newsroom.stringer)
    with newsroom.database.unit() as session:
        lead_service.drop(session, newsroom.editor, leads.the_lead(session, uid), "旧闻")
    page = sign_in("stringer").get("/notifications").text
    assert f"/portal/{uid}" in page
    assert "旧闻" in page


def test_by_the_api(sign_in: Door) -> None:
    sent = sign_in("stringer").call("POST", "/api/v1/portal/pieces", PIECE)
    assert (sent.status_code, sent.json["stage"]) == (201, "received")
    assert sign_in("editor").call("POST", "/api/v1/portal/pieces", PIECE).status_code == 403
