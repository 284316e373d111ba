"""The desk's side: few may read, every look is noted, two persons open the way to a source."""

from __future__ import annotations

import io
import re

import pytest
from sqlalchemy import select

from kitchen.core import audit
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Forbidden, Invalid, NotFound, WrongState
from kitchen.leads.models import Lead
from kitchen.notifications.models import Notice
from kitchen.petitions.models import Petition
from kitchen.tips import crossing, looking, queries, rewarding, service, telling
from kitchen.tips.models import Tip
from kitchen.tips.rules import LOOK_LASTS, Look, State
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door
from tests.tips.conftest import CONTACT, WORDS, TipDesk

OWN_WORDS = {"title": "化工园疑似夜间排污", "body": "有群众反映化工园附近河水发黑，需要现场核实。"}


def _acts(tips: TipDesk, tip: Tip) -> list[str]:
    with tips.unit() as session:
        return [each.action for each in reversed(audit.history(session, tip))]


@pytest.mark.parametrize(
    ("role", "status"),
    [
        ("duty", 200),
        ("chief", 200),
        ("deputy", 200),
        ("editor", 403),
        ("reporter", 403),
        ("head", 403),
        ("admin", 403),
        ("town_editor", 403),
        ("department", 403),
    ],
)
def test_few_may_read(tips: TipDesk, sign_in: Door, role: str, status: int) -> None:
    uid = tips.find(tips.tell()).uid
    visitor = sign_in(role)
    assert visitor.get("/tips").status_code == status
    answer = visitor.get(f"/tips/{uid}")
    assert answer.status_code == status
    assert (WORDS in answer.text) == (status == 200)
    assert visitor.get(f"/api/v1/tips/{uid}").status_code == status


def test_every_look_is_noted_and_a_list_tells_nothing(tips: TipDesk, sign_in: Door) -> None:
    code = tips.tell(contact=CONTACT)
    tip = tips.find(code)
    duty = sign_in("duty")
    listed = duty.get("/tips")
    assert tip.uid[:6] in listed.text
    assert WORDS[:6] not in listed.text
    assert "有新内容没看" in listed.text
    assert _acts(tips, tip) == []
    for address in (f"/tips/{tip.uid}", f"/api/v1/tips/{tip.uid}"):
        answer = duty.get(address)
        told = answer.get_data(as_text=True) + str(answer.json if answer.is_json else "")
        assert WORDS in told
        assert CONTACT not in told
        assert answer.headers["Cache-Control"] == "no-store"
        assert not re.search(r"\b10:0\d\b", told.partition("谁看过")[0])
    refused = duty.post_form(f"/tips/{tip.uid}/reject", {"reply": ""})
    assert refused.status_code == 422
    assert _acts(tips, tip) == ["read_tip"] * 3
    assert "有新内容没看" not in duty.get("/tips").text


def test_the_desk_asks_and_the_source_answers(tips: TipDesk, sign_in: Door) -> None:
    code = tips.tell()
    tip = tips.find(code)
    duty = sign_in("duty")
    question = "看清车牌了吗？拍一张河边的照片就好。"
    for _ in range(2):
        duty.post_form(f"/tips/{tip.uid}/ask", {"words": question})
    followed = tips.source.post("/tip/follow", data={"code": code}).text
    assert followed.count(question) == 1
    said = {"code": code, "words": "车牌尾号 27，照片在这里。"}
    given = {"files": [(io.BytesIO(encoded(photo(80, 60))), "x.jpg")]}
    answer = tips.source.post("/tip/follow/say", data={**said, **given})
    assert "已收到。" in answer.text
    assert "尾号 27" not in answer.text
    tips.source.post("/tip/follow/say", data=said)
    tips.make_all()
    shown = duty.get(f"/tips/{tip.uid}").text
    assert shown.count("尾号 27") == 1
    (picture,) = re.findall(rf"/tips/{tip.uid}/files/\w+/preview", shown)
    with duty.client.get(picture) as served:
        assert served.mimetype == "image/jpeg"
        assert served.headers["Cache-Control"] == "no-store"
    assert sign_in("editor").get(picture).status_code == 403
    assert duty.get(picture.replace("preview", "original")).status_code == 404


def test_an_adopted_tip_goes_on_in_the_editors_words_alone(tips: TipDesk, sign_in: Door) -> None:
    code = tips.tell(contact=CONTACT, files=[(io.BytesIO(encoded(photo(80, 60))), "x.jpg")])
    tip = tips.find(code)
    told = {**OWN_WORDS, "reply": "记者今天去现场。"}
    answer = sign_in("duty").post_form(f"/tips/{tip.uid}/adopt", told)
    assert answer.status_code == 302
    with tips.unit() as session:
        lead = session.scalars(select(Lead)).one()
        assert (lead.title, lead.body, lead.source) == (*OWN_WORDS.values(), "public")
        assert lead.contact_sealed == ""
        assert lead.reporter_id == tips.newsroom.duty.id
        crossing.note_reports(session, [lead.id], "夜里的黑水", "http://127.0.0.1:8001/a/x")
    followed = tips.source.get(f"/tip/{code}").text
    for words_told in ("编辑部采用了", "记者今天去现场。", "夜里的黑水"):
        assert words_told in followed
    again = sign_in("duty").post_form(f"/tips/{tip.uid}/adopt", told)
    assert again.status_code == 409
    trail = [f"{it.before}{it.after}{it.note}" for it in _trail(tips)]
    assert not any("记者今天" in it or "13800138000" in it for it in trail)


def _trail(tips: TipDesk) -> list[AuditEntry]:
    with tips.unit() as session:
        return list(session.scalars(select(AuditEntry)))


def test_a_tip_that_is_passed_on_becomes_a_petition_without_its_source(tips: TipDesk) -> None:
    code, duty = tips.tell(contact=CONTACT), tips.newsroom.duty
    tip = tips.do(
        code,
        lambda session, it: service.pass_on(session, duty, it, **OWN_WORDS, why="请主管单位答复"),
    )
    assert tip.state == State.TO_PETITIONS
    with tips.unit() as session:
        petition = session.scalars(select(Petition)).one()
        assert petition.body == OWN_WORDS["body"]
        assert petition.contact_sealed == ""


def test_tips_about_the_same_are_found_and_folded(tips: TipDesk, sign_in: Door) -> None:
    first, second = tips.tell(), tips.tell(words=f"{WORDS}我住对岸。")
    into, tip, duty = tips.find(first), tips.find(second), sign_in("duty")
    assert "可能是同一件事" in duty.get(f"/tips/{tip.uid}").text
    duty.post_form(f"/tips/{tip.uid}/merge", {"into": into.uid})
    assert tips.find(second).merged_into_id == into.id
    assert "一并处理" in tips.source.get(f"/tip/{second}").text
    with tips.unit() as session, pytest.raises(Invalid):
        it = telling.find(session, first)
        service.merge(session, tips.newsroom.duty, it, it)
    with tips.unit() as session, pytest.raises(WrongState):
        merged = telling.find(session, second)
        service.merge(session, tips.newsroom.duty, telling.find(session, first), merged)


def test_a_refusal_needs_words_for_the_source_and_can_be_undone(tips: TipDesk) -> None:
    code, duty = tips.tell(), tips.newsroom.duty
    with pytest.raises(Invalid):
        tips.do(code, lambda session, it: service.reject(session, duty, it, "  "))
    tips.do(code, lambda session, it: service.reject(session, duty, it, "查无此事"))
    tip = tips.do(code, lambda session, it: service.reopen(session, duty, it))
    assert (tip.state, tip.reason_sealed, tip.settled_at) == (State.NEW, "", None)


# --- reaching a source ---


def test_two_persons_open_the_way_to_a_source_for_half_an_hour(
    tips: TipDesk, sign_in: Door
) -> None:
    tip = tips.find(tips.tell(contact=CONTACT))
    duty, chief = sign_in("duty"), sign_in("chief")
    contact = f"/tips/{tip.uid}/contact"
    assert duty.post_form(contact).status_code == 403
    duty.post_form(f"/tips/{tip.uid}/looks", {"reason": "核对合同真伪，要当面看原件"})
    assert duty.post_form(contact).status_code == 403
    assert sign_in("duty").get("/tips/looks").status_code == 403
    page = chief.get("/tips/looks")
    assert "核对合同真伪" in page.text
    (grant,) = re.findall(r"/tips/looks/\w+/grant", page.text)
    assert chief.post_form(grant).status_code == 302
    shown = duty.post_form(contact)
    assert CONTACT in shown.text
    assert shown.headers["Cache-Control"] == "no-store"
    assert chief.post_form(contact).status_code == 403
    tips.later(minutes=LOOK_LASTS.total_seconds() / 60 + 1)
    with tips.unit() as session, pytest.raises(Forbidden):
        looking.reach(session, tips.newsroom.duty, session.merge(tip))
    acts = [each.action for each in _trail(tips)]
    assert acts.count("reach_source") == 1
    assert "ask_to_reach_source" in acts
    assert "grant" in acts
    assert not any(CONTACT in f"{it.before}{it.after}{it.note}" for it in _trail(tips))


def test_nobody_agrees_with_themselves(tips: TipDesk) -> None:
    code, chief = tips.tell(contact=CONTACT), tips.newsroom.chief
    with tips.unit() as session:
        look = looking.ask(session, chief, telling.find(session, code), "要当面核实")
        assert looking.ask(session, chief, look.tip, "再申请一次").id == look.id
        uid = look.uid
    with tips.unit() as session, pytest.raises(Forbidden):
        looking.grant(session, chief, queries.the_look(session, chief, uid))
    with tips.unit() as session:
        found = queries.the_look(session, tips.newsroom.deputy, uid)
        looking.deny(session, tips.newsroom.deputy, found)
        assert found.state == Look.DENIED
    with tips.unit() as session, pytest.raises(Forbidden):
        looking.reach(session, chief, telling.find(session, code))


def test_a_wish_rings_those_who_decide_and_tells_nothing_of_the_source(tips: TipDesk) -> None:
    code = tips.tell(contact=CONTACT)
    tips.do(code, lambda s, tip: service.name(s, tips.newsroom.duty, tip, "河边"))
    tips.do(code, lambda s, tip: looking.ask(s, tips.newsroom.duty, tip, "要当面核实"))
    with tips.unit() as session:
        told = session.scalars(select(Notice)).all()
        assert {it.staff_id for it in told} == {tips.newsroom.chief.id, tips.newsroom.deputy.id}
        assert not any(WORDS[:4] in f"{it.text}{it.params}" for it in told)


# --- rewards ---


def test_a_reward_is_paid_to_whoever_brings_its_code_and_once(tips: TipDesk, sign_in: Door) -> None:
    code, duty = tips.tell(), tips.newsroom.duty
    with tips.unit() as session, pytest.raises(WrongState):
        rewarding.offer(session, duty, telling.find(session, code), 200)
    tips.do(code, lambda session, it: service.adopt(session, duty, it, **OWN_WORDS))
    uid = tips.find(code).uid
    assert sign_in("duty").post_form(f"/tips/{uid}/rewards", {"yuan": "0"}).status_code == 422
    sign_in("duty").post_form(f"/tips/{uid}/rewards", {"yuan": "200"})
    followed = tips.source.get(f"/tip/{code}").text
    found = re.search(r"领取码：([2-9A-Z-]{19})", followed)
    assert found
    deputy = sign_in("deputy")
    assert deputy.post_form("/tips/claims", {"code": "AAAA-AAAA-AAAA-AAAA"}).status_code == 404
    assert deputy.post_form("/tips/claims", {"code": found[1].lower()}).status_code == 302
    assert deputy.post_form("/tips/claims", {"code": found[1]}).status_code == 409
    with tips.unit() as session, pytest.raises(Forbidden):
        rewarding.pay(session, duty, found[1])


def test_the_program_interface_does_what_the_pages_do(tips: TipDesk, sign_in: Door) -> None:
    code = tips.tell(contact=CONTACT)
    duty, chief = sign_in("duty"), sign_in("chief")
    (line,) = duty.call("GET", "/api/v1/tips").json["items"]
    assert "words" not in line
    at = f"/api/v1/tips/{line['uid']}"
    assert duty.call("GET", at).json["words"] == WORDS
    assert duty.call("PUT", f"{at}/label", {"label": "河边"}).json["label"] == "河边"
    assert duty.call("POST", f"{at}/ask", {"words": "几点？"}).status_code == 200
    look = duty.call("POST", f"{at}/looks", {"reason": "要当面核实"}).json
    assert duty.call("POST", f"{at}/contact").status_code == 403
    assert duty.call("POST", f"/api/v1/tip-looks/{look['uid']}/grant").status_code == 403
    (asked,) = chief.call("GET", "/api/v1/tip-looks").json["items"]
    chief.call("POST", f"/api/v1/tip-looks/{asked['uid']}/grant")
    assert duty.call("POST", f"{at}/contact").json["contact"] == CONTACT
    adopted = duty.call("POST", f"{at}/adopt", OWN_WORDS).json
    assert adopted["state"] == "adopted"
    assert adopted["lead"]
    assert duty.call("POST", f"{at}/rewards", {"yuan": 100}).status_code == 201
    assert duty.call("POST", f"{at}/erase").status_code == 403
    assert chief.call("POST", f"{at}/erase").json["state"] == "erased"
    assert duty.call("GET", at).json["words"] == ""
    assert tips.find(code).words_sealed == ""
    with tips.unit() as session, pytest.raises(NotFound):
        queries.the_tip(session, tips.newsroom.editor, line["uid"])
