"""Between leads and petitions, what readers may not see, and a week in figures."""

from __future__ import annotations

import io
from datetime import date, datetime

import pytest
from docx import Document
from sqlalchemy import select

from kitchen.core.clock import CENTRE
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.leads import queries as lead_queries
from kitchen.leads import service as leads
from kitchen.leads.rules import Source
from kitchen.notifications.models import Notice
from kitchen.petitions import (
    asking,
    clusters,
    crossing,
    figures,
    handling,
    published,
    queries,
    service,
    showing,
)
from kitchen.petitions.asking import Question
from kitchen.petitions.clusters import Text
from kitchen.petitions.models import Petition
from kitchen.petitions.rules import Origin, State, Step
from tests.fixtures.newsroom import Door
from tests.petitions.conftest import REPLY, TOWN, TRAFFIC, Office

MONDAY = datetime(2026, 11, 23, 10, tzinfo=CENTRE)
PHONE = "13800138000"


def _lead(office: Office, **details: object) -> str:
    with office.unit() as session:
        return leads.report(
            session,
            office.newsroom.reporter,
            title="老人说路灯坏了没人修",
            body="三号楼的老人说，楼前路灯坏了半年，没有人来修。",
            **details,
        ).uid


def _pass_on(office: Office, uid: str) -> None:
    with office.unit() as session:
        lead = lead_queries.the_lead(session, uid)
        leads.pass_on(session, office.newsroom.duty, lead, "老人要的是把灯修好")


def test_a_lead_that_is_passed_on_becomes_a_petition_and_its_reporter_hears(office: Office) -> None:
    uid = _lead(office, source=Source.HOTLINE, contact=f"{PHONE} 三号楼")
    _pass_on(office, uid)
    with office.unit() as session:
        petition = session.scalars(select(Petition)).one()
        assert (petition.origin, petition.state) == (Origin.LEAD, State.RECEIVED)
        assert petition.code_hash is None
        assert service.read_contact(session, office.newsroom.duty, petition) == f"{PHONE} 三号楼"
        service.refuse(session, office.newsroom.duty, petition, "小区物业自己管")
        told = session.scalars(
            select(Notice.text).where(Notice.staff_id == office.newsroom.reporter.id)
        ).all()
    assert "您报的线索“%(title)s”转问政后没有受理：%(reason)s" in told
    with office.unit() as session:  # passed on once more it is the same petition, considered anew
        leads.reopen(session, office.newsroom.duty, lead_queries.the_lead(session, uid))
    _pass_on(office, uid)
    with office.unit() as session:
        again = session.scalars(select(Petition)).one()
    assert (again.id, again.state) == (petition.id, State.RECEIVED)


def test_a_petition_becomes_a_lead_once_and_hears_what_came_of_it(office: Office) -> None:
    code = office.ask(Question("青禾桥限高杆撞坏", "青禾桥限高杆撞坏三天没人管。", contact=PHONE))
    duty = office.newsroom.duty
    petition = office.do(code, lambda session, it: crossing.to_lead(session, duty, it))
    with pytest.raises(WrongState):
        office.do(code, lambda session, it: crossing.to_lead(session, duty, it))
    with office.unit() as session:
        lead = lead_queries.the_lead(session, petition.lead.uid)
        assert (lead.source, lead.contact_sealed) == (Source.PETITION, "")
        leads.drop(session, duty, lead, "已经报道过")
        steps = queries.steps_of(session, petition, duty)
        assert (Step.LEAD_SETTLED, "编辑部没有采用：已经报道过") in [
            (it.step, it.words) for it in steps
        ]
        crossing.note_reports(session, [lead.id], "限高杆修好了", "https://news.example.cn/a/1")
        crossing.note_reports(session, [lead.id], "限高杆修好了", "https://news.example.cn/a/1")
        way = asking.way_of(session, petition)
    reports = [(it.words, it.link) for it in way if it.step == Step.REPORTED]
    assert reports == [("限高杆修好了", "https://news.example.cn/a/1")]
    assert petition.state == State.RECEIVED  # it goes on


@pytest.mark.parametrize(
    ("field", "words", "sure"),
    [
        ("reply", "请联系张三，13912345678。", False),
        ("question", "我的身份证号是11010519491231002X。", True),  # never, whatever is ticked
        ("reply", "请找这个号码：138-0013-8000 问。", True),  # the petitioner's own
        ("title", "１３８００１３８０００没人接", True),  # in full width as well
        ("place", "荷塘家园3号楼2单元501室", False),
    ],
)
def test_nobodys_data_is_shown(office: Office, field: str, words: str, sure: bool) -> None:
    code = office.ask(Question("路灯不亮了", f"路灯坏了一个月，我的电话{PHONE}。", contact=PHONE))
    petition = office.answer(code)
    with office.unit() as session:
        drafted = showing.draft(session, petition)
        assert PHONE not in drafted.question
        told = {name: getattr(drafted, name) for name in drafted.__slots__}
        wanted = showing.Draft(**{**told, field: words})
        with pytest.raises(Invalid) as refused:
            showing.show(session, office.newsroom.deputy, petition, wanted, sure=sure)
        assert set(refused.value.fields) == {field}


def test_a_public_number_is_shown_when_somebody_says_so(office: Office) -> None:
    code = office.ask()
    petition = office.answer(code, "请拨打值班手机13912345678，全天有人接。")
    with office.unit() as session:
        wanted = showing.Draft("路灯不亮", "路灯坏了。", "请拨打值班手机13912345678。")
        with pytest.raises(Forbidden):
            showing.show(session, office.newsroom.duty, petition, wanted, sure=True)
        shown = showing.show(session, office.newsroom.deputy, petition, wanted, sure=True)
        assert published.the_answer(session, shown.uid).reply.endswith("13912345678。")


def test_what_its_petitioner_keeps_private_is_not_shown(office: Office) -> None:
    code = office.ask(
        Question("孩子在学校受欺负", "孩子在学校受欺负，老师不管。", may_publish=False)
    )
    petition = office.answer(code)
    with office.unit() as session, pytest.raises(WrongState, match="不同意公开"):
        showing.show(session, office.newsroom.deputy, petition, showing.draft(session, petition))


TEXTS = [
    Text("1", "湖滨路公交站取消了", "希望恢复湖滨路公交站。"),
    Text("2", "湖滨路公交站什么时候恢复", "老人坐车不方便。"),
    Text("3", "公交站太远", "湖滨路公交站撤了，要走一公里。"),
    Text("4", "小区停水三天", "荷塘家园停水三天，没有通知。"),
    Text("5", "荷塘家园又停水", "又停水了。"),
    Text("6", "想问入学政策", "孩子明年上学。"),
]


def test_topics_are_the_terms_that_texts_share() -> None:
    topics = clusters.topics_of(TEXTS, 2, earlier=[TEXTS[3]])
    told = {topic.name: [text.key for text in topic.texts] for topic in topics}
    assert told == {"湖滨路公交站": ["1", "2", "3"], "荷塘家园": ["4", "5"]}
    assert [topic.before for topic in topics] == [0, 1]
    assert "停水" in topics[1].terms
    assert clusters.topics_of(TEXTS, 4) == []
    assert clusters.topics_of([], 2) == []
    assert "荷塘家园" not in {it.name for it in clusters.topics_of(TEXTS, 2, unsaid={"荷塘家园"})}


def test_the_order_of_the_texts_changes_no_topic() -> None:
    forth, back = clusters.topics_of(TEXTS, 2), clusters.topics_of(TEXTS[::-1], 2)
    assert [it.terms for it in forth] == [it.terms for it in back]


def test_a_week_in_figures(office: Office, sign_in: Door) -> None:
    """Two units: one in time and liked, one late and given back; every figure counted."""
    office.at(MONDAY)
    good, late, back = office.ask(), office.ask(), office.ask()
    office.answer(good)
    office.do(good, lambda session, it: asking.rate(session, it, 5, ""))
    office.hand(late, TRAFFIC)
    office.hand(back)
    office.do(back, lambda session, it: handling.send_back(session, office.clerk, it, "不归我们"))
    office.at(datetime(2026, 12, 1, 9, tzinfo=CENTRE))
    with office.unit() as session:
        week = figures.week_of(date(2026, 11, 29))
        found = figures.figures_of(session, office.newsroom.duty, week)
        assert (found.received, found.received_before, found.mean) == (3, 0, 5.0)
        assert found.steps["answered"] == 1
        units = {it.unit: it for it in found.units}
        town = units[TOWN]
        assert (town.handed, town.answered, town.on_time, town.late, town.returned) == (
            2,
            1,
            1,
            0,
            1,
        )
        assert (town.rated, town.mean, town.share_on_time) == (1, 5.0, 1.0)
        assert (units[TRAFFIC].handed, units[TRAFFIC].late) == (1, 0)  # due on the day after
        after = figures.figures_of(
            session, office.newsroom.duty, figures.week_of(date(2026, 12, 1))
        )
        assert {it.unit: it.late for it in after.units} == {TRAFFIC: 1}
        none = figures.figures_of(session, office.clerk, week)
        assert none.received == 1  # a unit counts its own: one was given back
    duty = sign_in("duty")
    document = duty.get("/petitions/weeks/2026-11-29/digest.docx")
    words = "\n".join(it.text for it in Document(io.BytesIO(document.data)).paragraphs)
    assert "收到问题 3 个，上一周 0 个。" in words
    assert f"{TOWN}：交办 2，答复 1，按时 1，超时 0，退回 1，满意度 5.00 分（1 人）" in words
    assert "青禾大道" in words  # what three people ask about
    told = duty.get("/api/v1/petition-weeks?day=2026-11-29").json
    assert told["received"] == 3
    assert duty.get("/petitions/weeks/2026-11-29").status_code == 200
    assert duty.get("/petitions/weeks/yesterday").status_code == 404
    assert sign_in("clerk").get("/petitions/weeks").status_code == 403


def test_the_desk_works_on_its_pages_and_by_its_api(office: Office, sign_in: Door) -> None:
    code = office.ask()
    with office.unit() as session:
        uid = asking.find(session, code).uid
    duty, clerk, deputy = (sign_in(role) for role in ("duty", "clerk", "deputy"))
    unit = office.newsroom.units[TOWN].uid
    assert clerk.get(f"/petitions/{uid}").status_code == 404
    assert duty.post_form(f"/petitions/{uid}/accept", {"category": "traffic"}).status_code == 302
    answer = duty.call("POST", f"/api/v1/petitions/{uid}/hand", {"unit": unit, "note": "抓紧"})
    assert answer.json["state"] == "handed"
    page = clerk.get(f"/petitions/{uid}")
    assert "抓紧" in page.text
    assert "看联系方式" not in page.text
    short = clerk.post_form(f"/petitions/{uid}/reply", {"reply": "马上修"})
    assert short.status_code == 422
    assert "马上修" in short.text
    version = {"version": answer.json["transfer"]["version"]}
    first = clerk.post_form(f"/petitions/{uid}/reply", {"reply": REPLY, **version})
    assert first.status_code == 302
    assert "pass_reply" in deputy.get(f"/api/v1/petitions/{uid}").json["actions"]
    assert duty.call("POST", f"/api/v1/petitions/{uid}/pass_reply").status_code == 403
    assert deputy.post_form(f"/petitions/{uid}/pass_reply").status_code == 302
    page = deputy.get(f"/petitions/{uid}/public")
    assert REPLY in page.text
    given = {"title": "路灯不亮", "question": "路灯坏了。", "reply": REPLY, "place": "青禾大道"}
    assert deputy.post_form(f"/petitions/{uid}/public", given).status_code == 302
    assert deputy.call("PUT", f"/api/v1/petitions/{uid}/public", given).json["title"] == "路灯不亮"
    found = deputy.get("/api/v1/search?kind=answers&q=路灯").json["items"]
    assert deputy.get(f"/petitions/published/{found[0]['uid']}").status_code == 302
    for address in ("", "?state=all&category=traffic&late=1", f"?unit={unit}", "?state=nonsense"):
        assert duty.get(f"/petitions{address}").status_code == 200
    head = sign_in("head")
    assert "工作日" in head.get("/petitions/terms").text
