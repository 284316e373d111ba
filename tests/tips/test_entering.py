"""What is told by telephone: taken down, sealed like any tip, its code read out once."""

from __future__ import annotations

import io
import secrets
from typing import Any

import pytest
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from kitchen.core.audit import AuditEntry
from kitchen.core.errors import Forbidden
from kitchen.tips import entering, looking, service, words
from kitchen.tips.models import Tip
from kitchen.tips.rules import Way
from kitchen.tips.telling import Told
from kitchen.tips.words import Circumstances
from kitchen.web.models import AnsweredRequest
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door
from tests.fixtures.sinks import rows_of
from tests.tips.conftest import CONTACT, WORDS, TipDesk, code_in

PLACE, EVENT = "东门外第三个排水口", "夜间偷排"
CALL = {"way": "phone", "words": WORDS, "place": PLACE, "event": EVENT, "contact": CONTACT}


def _call(tips: TipDesk, sign_in: Door, **changes: Any) -> TestResponse:
    return sign_in("duty").post_form("/tips/new", {**CALL, **changes})


def _count(tips: TipDesk) -> int:
    with tips.unit() as session:
        return session.scalar(select(func.count(Tip.id))) or 0


@pytest.mark.parametrize(
    ("role", "status"),
    [("duty", 200), ("chief", 200), ("deputy", 403), ("editor", 403), ("reporter", 403)],
)
def test_few_may_take_a_tip_down(tips: TipDesk, sign_in: Door, role: str, status: int) -> None:
    visitor = sign_in(role)
    assert visitor.get("/tips/new").status_code == status
    assert visitor.post_form("/tips/new", CALL).status_code == status
    assert visitor.call("POST", "/api/v1/tips", CALL).status_code == (201 if status == 200 else 403)
    offered = visitor.get("/tips")
    assert ("/tips/new" in offered.text) == (status == 200)


def test_a_call_is_taken_down_and_its_source_follows_it(tips: TipDesk, sign_in: Door) -> None:
    answer = _call(tips, sign_in)
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    code = code_in(answer)
    tip, duty = tips.find(code), sign_in("duty")
    assert tip.uid not in answer.text
    shown = duty.get(f"/tips/{tip.uid}").text
    for said in (WORDS, PLACE, EVENT, "电话", "要求匿名", tips.newsroom.duty.name):
        assert said in shown
    assert CONTACT not in shown
    duty.post_form(f"/tips/{tip.uid}/ask", {"words": "看清车牌了吗？"})
    followed = tips.source.post("/tip/follow", data={"code": code}).text
    assert "看清车牌了吗？" in followed
    assert WORDS not in followed
    listed = duty.get("/tips").text
    assert "电话" in listed
    assert PLACE not in listed


def test_what_is_taken_down_is_sealed_as_what_a_source_sends(tips: TipDesk, sign_in: Door) -> None:
    tips.later(minutes=17)
    given = {"files": [(io.BytesIO(encoded(photo(80, 60))), "王老师家.jpg")]}
    code = code_in(_call(tips, sign_in, named="1", **given))
    traces = (WORDS[:6], PLACE, EVENT, "13800138000", "王老师", code, code.replace("-", ""))
    for where, raw in rows_of(tips.newsroom.database):
        for trace in traces:
            assert trace.encode() not in raw, where
    tip = tips.find(code)
    with tips.unit() as session:
        tip = session.merge(tip)
        assert words.told_of(session, tip) == WORDS
        assert words.contact_of(session, tip) == CONTACT
        assert words.circumstances_of(session, tip) == Circumstances(PLACE, EVENT, named=True)
        assert len(tip.words_sealed) == len(tip.circumstances_sealed)
        assert {row.created_at.minute for row in (tip, *tip.files)} == {0}
        assert session.scalar(select(func.count(AnsweredRequest.key))) == 0
        tables = "".join(map(str, session.execute(text("SELECT * FROM notice"))))
        assert tables == ""
    assert tips.newsroom.bell.rung == []
    assert tips.newsroom.live.told == []


def test_the_audit_has_who_entered_one_and_not_which(tips: TipDesk, sign_in: Door) -> None:
    tip = tips.find(code_in(_call(tips, sign_in)))
    assert tip.taken_down_by_id == tips.newsroom.duty.id
    with tips.unit() as session:
        (entry,) = session.scalars(select(AuditEntry)).all()
        assert (entry.action, entry.actor_uid) == ("enter_tip", tips.newsroom.duty.uid)
        assert entry.after == {"way": "phone"}
        assert tip.uid not in f"{entry.subject_uid}{entry.note}{entry.before}"


def test_a_form_that_is_sent_twice_is_one_tip_with_one_code(tips: TipDesk, sign_in: Door) -> None:
    key = secrets.token_hex(8)
    first, second = (code_in(_call(tips, sign_in, _key=key)) for _ in range(2))
    assert first == second
    other = sign_in("chief").post_form("/tips/new", {**CALL, "_key": key})
    assert code_in(other) != first
    assert _count(tips) == 2


def test_what_is_refused_names_its_field_and_stays_as_typed(tips: TipDesk, sign_in: Door) -> None:
    refused = _call(tips, sign_in, words="黑水", way="form", place="长" * 121)
    assert refused.status_code == 422
    for field in ("words", "way", "place"):
        assert f'id="field-{field}-error"' in refused.text
    for typed in (CONTACT, EVENT, "长" * 121):
        assert typed in refused.text
    with_files = _call(tips, sign_in, words="黑水", files=[(io.BytesIO(b"some text"), "a.txt")])
    assert "请重新选择文件" in with_files.text
    assert _count(tips) == 0


def test_the_same_valve_counts_what_the_desk_enters(tips: TipDesk, sign_in: Door) -> None:
    room = tips.room
    tips.newsroom.database.info["tips"] = type(room)(room.vault, room.arrivals, 2, room.days)
    assert tips.send().status_code == 200
    assert _call(tips, sign_in).status_code == 200
    stopped = _call(tips, sign_in)
    assert (stopped.status_code, WORDS in stopped.text) == (429, True)


def test_two_persons_open_the_contact_of_a_caller(tips: TipDesk, sign_in: Door) -> None:
    tip = tips.find(code_in(_call(tips, sign_in)))
    duty, chief = sign_in("duty"), sign_in("chief")
    assert duty.post_form(f"/tips/{tip.uid}/contact").status_code == 403
    uid = duty.call("POST", f"/api/v1/tips/{tip.uid}/looks", {"reason": "要当面核实"}).json["uid"]
    chief.post_form(f"/tips/looks/{uid}/grant")
    assert CONTACT in duty.post_form(f"/tips/{tip.uid}/contact").text
    with tips.unit() as session, pytest.raises(Forbidden):
        looking.reach(session, tips.newsroom.chief, session.merge(tip))


def test_erasing_takes_what_was_heard_along(tips: TipDesk, sign_in: Door) -> None:
    code, chief = code_in(_call(tips, sign_in)), tips.newsroom.chief
    before = tips.find(code)
    erased = tips.do(code, lambda session, tip: service.erase(session, chief, tip))
    assert erased.circumstances_sealed == ""
    with tips.unit() as session:
        assert words.circumstances_of(session, before) is None
    assert PLACE not in sign_in("duty").get(f"/tips/{erased.uid}").text


def test_the_program_interface_enters_one(tips: TipDesk, sign_in: Door) -> None:
    duty, again = sign_in("duty"), {"headers": {"Idempotency-Key": "one call"}}
    first, second = (duty.call("POST", "/api/v1/tips", CALL, **again) for _ in range(2))
    assert first.status_code == 201
    assert set(first.json) == {"code", "files", "refused"}
    assert first.json["code"] == second.json["code"]
    (line,) = duty.call("GET", "/api/v1/tips").json["items"]
    assert line["way"] == "phone"
    told = duty.call("GET", f"/api/v1/tips/{line['uid']}").json
    assert told["heard"] == {"place": PLACE, "event": EVENT, "named": False}
    assert told["taken_down_by"] == tips.newsroom.duty.name
    assert CONTACT not in str(told)
    short = duty.call("POST", "/api/v1/tips", {**CALL, "words": "短"})
    assert (short.status_code, "words" in str(short.json)) == (422, True)
    tips.tell()
    assert duty.call("GET", "/api/v1/tips").json["items"][0]["way"] == "form"


def test_nobody_enters_one_without_the_permission(tips: TipDesk) -> None:
    told, uid = Told(WORDS), "oneTipThatIsNone"
    tips.room.vault.ring.make(uid)
    editor = tips.newsroom.editor
    with tips.unit() as session, pytest.raises(Forbidden):
        entering.enter(session, editor, "code", uid, told, Circumstances(), Way.VISIT)
    with tips.unit() as session:
        assert session.scalar(select(func.count(Tip.id))) == 0
