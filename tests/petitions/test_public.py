"""The public's pages without account or script: receipts, codes, floods, hostile words."""

from __future__ import annotations

import io
import re
from datetime import datetime
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, text
from werkzeug.test import TestResponse

from kitchen.core import codes
from kitchen.core.clock import CENTRE
from kitchen.media.queries import of_subject as pictures_of
from kitchen.petitions import asking, handling, service, showing
from kitchen.petitions.models import Petition
from kitchen.web.models import AnsweredRequest, FloodCount
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door
from tests.petitions.conftest import REPLY, Office

NASTY = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7*7 }}"
FORM = {
    "_key": "a key of a form that was shown",
    "title": "湖滨路晚上太黑",
    "body": "湖滨路两侧没有路灯，下晚自习的孩子看不清路。",
    "place": "湖滨路",
}
FAR = {"REMOTE_ADDR": "198.18.7.9"}
NEAR = {"REMOTE_ADDR": "8.8.8.8"}


def _code(answer: TestResponse) -> str:
    found = re.search(r"data-code>([^<]+)<", answer.text)
    assert found is not None, answer.text
    return found[1]


def _send(citizen: FlaskClient, **changes: Any) -> TestResponse:
    address = changes.pop("address", NEAR)
    return citizen.post("/ask/new", data={**FORM, **changes}, environ_base=address)


def _asked(office: Office) -> int:
    with office.unit() as session:
        return session.scalar(select(func.count(Petition.id))) or 0


def test_a_question_gets_its_receipt_and_is_followed(office: Office, citizen: FlaskClient) -> None:
    answer = _send(citizen, contact="139 0000 1111")
    assert answer.status_code == 200
    code = _code(answer)
    one = citizen.post("/ask/follow", data={"code": code.lower().replace("-", " ")})
    assert "已收到，等待受理" in one.text
    assert one.headers["Cache-Control"] == "no-store"
    assert "noindex" in one.headers["X-Robots-Tag"]
    assert not one.headers.getlist("Set-Cookie")
    added = citizen.post("/ask/follow/add", data={"code": code, "words": "学校门口最黑。"})
    assert "学校门口最黑。" in added.text
    citizen.post("/ask/follow/add", data={"code": code, "words": "学校门口最黑。"})
    with office.unit() as session:
        way = [it.words for it in asking.way_of(session, asking.find(session, code))]
    assert way.count("学校门口最黑。") == 1


def test_a_form_that_is_sent_twice_gets_the_same_receipt(
    office: Office, citizen: FlaskClient
) -> None:
    first, second = _send(citizen), _send(citizen)
    assert _code(first) == _code(second)
    assert _asked(office) == 1
    assert _code(_send(citizen, body=f"{FORM['body']}另外还有积水。", seen="1")) != _code(first)
    assert _asked(office) == 2


def test_the_code_is_kept_nowhere(office: Office, citizen: FlaskClient) -> None:
    code = _code(_send(citizen))
    citizen.post("/ask/follow", data={"code": code, "_key": "k"})
    citizen.post("/api/v1/questions/follow", json={"code": code}, headers={"Idempotency-Key": "j"})
    plain = code.replace("-", "")
    with office.unit() as session:
        assert session.scalar(select(func.count(AnsweredRequest.key))) == 0
        for row in session.execute(text("SELECT * FROM petition")):
            assert code not in str(row)
            assert plain not in str(row)
        trail = "".join(str(it) for it in session.execute(text("SELECT * FROM audit_entry")))
    assert plain not in trail.replace("-", "")


@pytest.mark.parametrize("code", ["", "ABCD", "ABCD-EFGH-JKMN-PQRS", "' OR 1=1 --……………", "码" * 16])
def test_a_guessed_code_opens_nothing(office: Office, citizen: FlaskClient, code: str) -> None:
    _send(citizen)
    answer = citizen.post("/ask/follow", data={"code": code}, environ_base=NEAR)
    assert answer.status_code == 404
    assert "没有找到这个查询码" in answer.text
    assert FORM["title"] not in answer.text


def test_guessing_is_stopped_by_network_and_forgotten(office: Office, citizen: FlaskClient) -> None:
    office.at(datetime(2026, 11, 23, 10, tzinfo=CENTRE))
    with office.unit() as session:
        service.set_parameters(session, office.newsroom.head, {"most_wrong_codes": 3})
    code = _code(_send(citizen, address=FAR))
    wrong = {"code": "ABCD-EFGH-JKMN-PQRS"}
    told = [citizen.post("/ask/follow", data=wrong, environ_base=NEAR) for _ in range(4)]
    assert [it.status_code for it in told] == [404, 404, 404, 429]
    good = {"code": code}
    assert citizen.post("/ask/follow", data=good, environ_base=NEAR).status_code == 429
    assert citizen.post("/ask/follow", data=good, environ_base=FAR).status_code == 200
    office.later(minutes=10)
    assert citizen.post("/ask/follow", data=good, environ_base=NEAR).status_code == 200


def test_a_flood_is_stopped_with_what_was_typed_kept(office: Office, citizen: FlaskClient) -> None:
    office.at(datetime(2026, 11, 23, 10, 3, tzinfo=CENTRE))
    limits = {"most_from_network": 2, "most_in_window": 3}
    with office.unit() as session:
        service.set_parameters(session, office.newsroom.head, limits)
    answers = [
        _send(citizen, _key=str(number), address=address)
        for number, address in enumerate([NEAR, NEAR, {"REMOTE_ADDR": "8.8.8.77"}, FAR, FAR])
    ]
    assert [it.status_code for it in answers] == [200, 200, 429, 200, 429]
    assert FORM["body"] in answers[2].text
    assert "您所在的网络" in answers[2].text
    assert "现在提问的人太多，请 420 秒后再提交" in answers[4].text
    assert _asked(office) == 3
    with office.unit() as session:
        kept = session.scalars(select(FloodCount)).all()
    assert not any("8.8.8" in f"{it.network}{it.salt}" for it in kept)
    office.later(minutes=10)
    assert _send(citizen, _key="after").status_code == 200
    with office.unit() as session:  # with their window its networks are gone
        assert session.scalar(select(func.count()).where(FloodCount.starts_at > 0)) == 2


def test_what_was_typed_stays_when_the_form_is_refused(citizen: FlaskClient) -> None:
    answer = _send(citizen, title="黑", body="太黑", place="湖滨路东段")
    assert answer.status_code == 422
    assert 'value="湖滨路东段"' in answer.text
    assert "至少 10 个字" in answer.text


def test_similar_answers_are_shown_before_sending(office: Office, citizen: FlaskClient) -> None:
    shown = _show(office, office.ask())
    near = {"title": "青禾大道北段路灯不亮", "body": "青禾大道北段的路灯坏了，晚上走路看不清楚。"}
    first = _send(citizen, **near)
    assert f"/ask/{shown}" in first.text
    assert near["body"] in first.text
    assert _asked(office) == 1
    assert _code(_send(citizen, **near, seen="1"))
    assert _asked(office) == 2


def _show(office: Office, code: str, **changes: Any) -> str:
    """Answer and show a question; answers its public uid."""
    petition = office.answer(code)
    with office.unit() as session:
        drafted = showing.draft(session, petition)
        draft = showing.Draft(
            **{name: changes.get(name, getattr(drafted, name)) for name in drafted.__slots__}
        )
        it = asking.find(session, code)
        return showing.show(session, office.newsroom.deputy, it, draft).uid


def test_the_public_reads_searches_and_no_longer_finds_what_was_withdrawn(
    office: Office, citizen: FlaskClient
) -> None:
    code = office.ask()
    shown = _show(office, code)
    assert REPLY in citizen.get(f"/ask/{shown}").text
    for query in ("", "?q=路灯", "?category=traffic", "?q=更换 路灯&lang=en"):
        assert f"/ask/{shown}" in citizen.get(f"/ask{query}").text
    for query in ("?q=没有这回事", "?category=school"):
        assert f"/ask/{shown}" not in citizen.get(f"/ask{query}").text
    told = citizen.get("/api/v1/answers?q=路灯").json["items"]
    assert [it["uid"] for it in told] == [shown]
    deputy = office.newsroom.deputy
    office.do(code, lambda session, it: showing.withdraw(session, deputy, it, "有误"))
    assert citizen.get(f"/ask/{shown}").status_code == 404
    assert citizen.get("/api/v1/answers?q=路灯").json["items"] == []
    assert f"/ask/{shown}" not in citizen.get("/ask").text


def test_hostile_words_are_words_everywhere(
    office: Office, citizen: FlaskClient, sign_in: Door
) -> None:
    code = _code(_send(citizen, title=NASTY[:60], body=NASTY * 3, place=NASTY[:80]))
    citizen.post("/ask/follow/add", data={"code": code, "words": NASTY})
    uid = office.answer(code, NASTY).uid
    pages = [
        citizen.post("/ask/follow/rate", data={"code": code, "score": 1, "words": NASTY}).text,
        citizen.post("/ask/follow/again", data={"code": code, "words": NASTY}).text,
        citizen.get(f"/ask?q={NASTY[:40]}").text,
        sign_in("duty").get(f"/petitions/{uid}").text,
        sign_in("duty").get("/petitions").text,
        sign_in("duty").get("/petitions/weeks").text,
        _send(citizen, title=NASTY[:3], body=NASTY).text,
    ]
    office.reply(code, NASTY)
    office.do(code, lambda session, it: handling.pass_reply(session, office.newsroom.deputy, it))
    with office.unit() as session:
        petition = asking.find(session, code)
        shown = showing.show(
            session, office.newsroom.deputy, petition, showing.draft(session, petition)
        )
    pages += [citizen.get(f"/ask/{shown.uid}").text, citizen.get("/ask").text]
    pages.append(sign_in("deputy").get(f"/petitions/{uid}/public").text)
    for page in pages:
        assert "<script>alert" not in page
        assert "<img src=x" not in page
        assert "49" not in re.findall(r"onerror=alert\(1\)(?:&gt;|>)(\d+)", page)
    document = sign_in("duty").get("/petitions/weeks/2026-11-27/digest.docx")
    assert document.status_code == 200


def test_pictures_come_bounded_and_sealed(
    office: Office, citizen: FlaskClient, sign_in: Door
) -> None:
    good = (io.BytesIO(encoded(photo(240, 160))), "王老师家门口.jpg")
    bad = (io.BytesIO(b"%PDF-1.7 not a picture"), "x.jpg")
    answer = _send(citizen, pictures=[good, bad])
    code = _code(answer)
    assert "这些图片没有收下" in answer.text
    with office.unit() as session:
        petition = asking.find(session, code)
        (asset,) = pictures_of(session, petition, asking.PICTURE)
        assert asset.sealed_as
        assert "王老师" not in asset.filename
    address = f"/petitions/{petition.uid}/pictures/{asset.uid}/thumb"
    with sign_in("duty").get(address) as served:
        assert served.status_code == 200
    assert sign_in("clerk").get(address).status_code == 404
    many = [(io.BytesIO(encoded(photo(40, 40))), f"{each}.jpg") for each in range(5)]
    assert _send(citizen, _key="many", pictures=many).status_code == 422
    uid = _show(office, code)
    assert citizen.get(f"/ask/{uid}/pictures/{asset.uid}").status_code == 404
    code = codes.grouped(code.replace("-", ""))
    with office.unit() as session:
        petition = asking.find(session, code)
        draft = showing.Draft("湖滨路太黑", "湖滨路没有路灯。", REPLY, "", [asset.uid])
        showing.show(session, office.newsroom.deputy, petition, draft)
    with citizen.get(f"/ask/{uid}/pictures/{asset.uid}") as served:
        assert served.mimetype.startswith("image/")


def test_a_program_asks_follows_and_rates(office: Office, citizen: FlaskClient) -> None:
    asked = {name: FORM[name] for name in ("title", "body", "place")}
    twice = [
        citizen.post("/api/v1/questions", json=asked, headers={"Idempotency-Key": "one"})
        for _ in range(2)
    ]
    assert [it.status_code for it in twice] == [201, 201]
    code = twice[0].json["code"]
    assert twice[1].json["code"] == code
    office.answer(code)
    told = citizen.post("/api/v1/questions/follow", json={"code": code}).json
    assert told["state"] == "answered"
    assert not told["may_ask_again"]
    rated = citizen.post("/api/v1/questions/rate", json={"code": code, "score": 1}).json
    assert rated["may_ask_again"]
    refused = citizen.post("/api/v1/questions/rate", json={"code": code, "score": 6})
    assert refused.status_code == 422
    assert refused.mimetype == "application/problem+json"
    again = citizen.post("/api/v1/questions/again", json={"code": code, "words": "还是黑"}).json
    assert (again["state"], again["round"]) == ("handed", 2)


def test_the_pages_speak_english_without_a_cookie(office: Office, citizen: FlaskClient) -> None:
    page = citizen.get("/ask/new?lang=en")
    assert '<html lang="en"' in page.text
    assert 'action="/ask/new?lang=en"' in page.text
    refused = citizen.post("/ask/new?lang=en", data={"title": "x"})
    assert '<html lang="en"' in refused.text
    assert not page.headers.getlist("Set-Cookie")
