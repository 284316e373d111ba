"""The edge: repeated requests, guards, headers, and refusals without a trace of the inside."""

from __future__ import annotations

import gzip
import io
import json
import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select, text

from kitchen.app import create_desk
from kitchen.core import audit
from kitchen.core.audit import AuditEntry
from kitchen.core.errors import NotFound
from kitchen.web.face import Face
from kitchen.web.guard import demand_guards
from kitchen.web.models import AnsweredRequest
from tests.fixtures.newsroom import PASSWORD, Door, Newsroom

LEAD = {"title": "青禾大道路口积水", "body": "暴雨后路口积水三十厘米。"}


def test_a_face_with_an_unguarded_route_does_not_start(desk: Face) -> None:
    app = Flask("careless")
    app.add_url_rule("/forgotten", "forgotten", lambda: "open to all")
    with pytest.raises(LookupError, match="guard"):
        demand_guards(app)
    demand_guards(desk)


def test_a_program_that_repeats_its_request_gets_the_first_answer(sign_in: Door) -> None:
    key = {"Idempotency-Key": "one"}
    first = sign_in("reporter").call("POST", "/api/v1/leads", LEAD, headers=key)
    again = sign_in("reporter").call("POST", "/api/v1/leads", LEAD, headers=key)
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.json == again.json
    assert again.headers["Idempotency-Replayed"] == "true"


def test_a_key_that_comes_with_another_request_is_refused(sign_in: Door) -> None:
    key = {"Idempotency-Key": "one"}
    sign_in("reporter").call("POST", "/api/v1/leads", LEAD, headers=key)
    other = {**LEAD, "title": "另一件事"}
    answer = sign_in("reporter").call("POST", "/api/v1/leads", other, headers=key)
    assert (answer.status_code, answer.json["code"]) == (422, "key_reused")


def test_a_refused_request_may_be_mended_under_the_same_key(sign_in: Door) -> None:
    key = {"Idempotency-Key": "one"}
    refused = sign_in("reporter").call("POST", "/api/v1/leads", {"title": "x"}, headers=key)
    mended = sign_in("reporter").call("POST", "/api/v1/leads", LEAD, headers=key)
    assert (refused.status_code, mended.status_code) == (422, 201)


def test_two_people_may_use_the_same_key(sign_in: Door) -> None:
    key = {"Idempotency-Key": "one"}
    one = sign_in("reporter").call("POST", "/api/v1/leads", LEAD, headers=key)
    other = sign_in("editor").call("POST", "/api/v1/leads", LEAD, headers=key)
    assert one.json["uid"] != other.json["uid"]


def _kept(newsroom: Newsroom) -> list[str]:
    with newsroom.database.unit(write=False) as session:
        return [row.body.decode() for row in session.scalars(select(AnsweredRequest))]


def test_a_sources_contact_is_kept_nowhere_and_each_look_is_recorded(
    newsroom: Newsroom, sign_in: Door
) -> None:
    told = {**LEAD, "source": "hotline", "contact": "三号楼的老人 13800000000"}
    lead = sign_in("reporter").call("POST", "/api/v1/leads", told).json["uid"]
    for _ in range(2):
        page = sign_in("editor").post_form(f"/leads/{lead}/contact", {"_key": "one"})
        assert "三号楼的老人" in page.text
        assert page.headers["Cache-Control"] == "no-store"
        assert "Idempotency-Replayed" not in page.headers
    assert not [body for body in _kept(newsroom) if "老人" in body]
    with newsroom.database.unit(write=False) as session:
        looks = select(AuditEntry).where(AuditEntry.action == "read_contact")
        assert len(session.scalars(looks).all()) == 2


@pytest.mark.parametrize(
    ("path", "body", "secret"),
    [
        ("/api/v1/tokens", {"username": "reporter", "password": PASSWORD}, "token"),
        ("/api/v1/calendar", {}, "url"),
    ],
)
def test_a_secret_that_is_given_out_is_kept_nowhere(
    newsroom: Newsroom, sign_in: Door, path: str, body: dict[str, str], secret: str
) -> None:
    given = sign_in("reporter").call("POST", path, body, headers={"Idempotency-Key": "one"})
    assert given.status_code == 201
    assert given.json[secret]
    assert not [kept for kept in _kept(newsroom) if given.json[secret] in kept]


@pytest.mark.parametrize("sign", ["\x00", "\x01", "\x0b", "\x1b", "\x7f", "\r"])
def test_what_nobody_sees_is_not_kept(sign_in: Door, sign: str) -> None:
    told = {**LEAD, "title": f"青禾大道{sign}路口积水"}
    made = sign_in("reporter").call("POST", "/api/v1/leads", told)
    assert made.status_code == 201
    assert made.json["title"] == LEAD["title"]


@pytest.mark.parametrize("path", ["/leads/%00", "/leads?q=%00", "/api/v1/leads/a%00b"])
def test_what_no_database_holds_is_refused_or_not_found(sign_in: Door, path: str) -> None:
    assert sign_in("editor").get(path).status_code in {200, 400, 404}


class _SlowSender(io.RawIOBase):
    """A body during whose sending somebody else writes."""

    def __init__(self, body: bytes, meanwhile: Callable[[], None]) -> None:
        self._body, self._meanwhile = io.BytesIO(body), meanwhile

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int:
        self._meanwhile()
        return self._body.readinto(buffer)


@pytest.mark.parametrize(
    ("path", "mime", "body"),
    [
        ("/login", "application/x-www-form-urlencoded", b"username=a&password=b"),
        ("/api/v1/leads", "application/json", b'{"title": "x"}'),
    ],
)
def test_a_slow_sender_keeps_nobody_from_writing(
    newsroom: Newsroom, sign_in: Door, path: str, mime: str, body: bytes
) -> None:
    written = 0

    def write() -> None:
        nonlocal written
        with newsroom.database.unit() as session:
            session.execute(text("PRAGMA busy_timeout = 1") if sqlite else select(1))
            audit.record(session, newsroom.editor, "wrote_meanwhile", "nothing")
        written += 1

    sqlite = newsroom.database.engine.dialect.name == "sqlite"
    visitor = sign_in("reporter")
    visitor.client.post(
        path,
        content_type=mime,
        headers={"X-CSRFToken": visitor.token},
        environ_overrides={
            "wsgi.input": io.BufferedReader(_SlowSender(body, write)),
            "CONTENT_LENGTH": str(len(body)),
        },
    )
    assert written


@pytest.mark.parametrize("address", ["https://desk.example", "http://desk.example"])
def test_a_session_travels_in_the_clear_only_where_the_desk_does(
    newsroom: Newsroom, address: str
) -> None:
    settings = replace(newsroom.house.settings, desk_url=address)
    client = create_desk(replace(newsroom.house, settings=settings)).test_client()
    cookie = client.get("/login").headers["Set-Cookie"]
    assert ("Secure" in cookie) == address.startswith("https:")


def test_every_page_forbids_foreign_scripts_and_frames(sign_in: Door) -> None:
    headers = sign_in("reporter").get("/leads").headers
    assert "default-src 'self'" in headers["Content-Security-Policy"]
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize("body", ["", "[]", "{", "null", '"text"', '{"title":'])
def test_a_body_that_is_no_object_is_refused_in_words(sign_in: Door, body: str) -> None:
    visitor = sign_in("reporter")
    answer = visitor.client.post(
        "/api/v1/leads",
        data=body,
        content_type="application/json",
        headers={"X-CSRFToken": visitor.token},
    )
    assert answer.status_code == 422
    assert answer.json["title"]


def test_a_surprise_shows_nothing_of_the_inside(sign_in: Door, desk: Face) -> None:
    def fail(**_given: object) -> None:
        raise RuntimeError("the secret inside")

    desk.config["PROPAGATE_EXCEPTIONS"] = False
    fail.guard = desk.view_functions["leads.index"].guard  # type: ignore[attr-defined]
    desk.view_functions["leads.index"] = fail
    answer = sign_in("reporter").get("/leads")
    assert answer.status_code == 500
    assert "the secret inside" not in answer.text
    assert "编号" in answer.text


def test_a_fragment_that_is_refused_comes_as_a_toast(sign_in: Door) -> None:
    answer = sign_in("reporter").get("/leads/nothing", headers={"HX-Request": "true"})
    assert answer.status_code == 404
    assert answer.headers["HX-Retarget"]
    assert str(NotFound()) in answer.text


@pytest.mark.parametrize("visitor", ["stranger", "reporter"])
def test_an_unknown_address_is_told_in_words(sign_in: Door, visitor: str) -> None:
    client = sign_in.stranger() if visitor == "stranger" else sign_in(visitor).client
    answer = client.get("/nowhere")
    assert answer.status_code == 404
    assert "没有这个页面" in answer.text


def test_the_api_describes_itself(sign_in: Door) -> None:
    document = sign_in.stranger().get("/api/v1/openapi.json").json
    assert document["openapi"].startswith("3.1")
    report = document["paths"]["/api/v1/leads"]["post"]
    assert report["requestBody"]["required"] is True
    assert report["x-permission"] == "leads.report"


def test_every_part_that_the_api_names_is_described_where_it_says(sign_in: Door) -> None:
    text = sign_in.stranger().get("/api/v1/openapi.json").text
    named = set(re.findall(r'"\$ref": ?"([^"]+)"', text))
    described = json.loads(text)["components"]["schemas"]
    assert len(named) > 100
    assert {
        it for it in named if it.removeprefix("#/components/schemas/") not in described
    } == set()


def test_what_is_built_travels_packed_and_a_page_with_a_form_token_does_not(
    sign_in: Door,
) -> None:
    visitor = sign_in("reporter")
    packed = {"Accept-Encoding": "gzip"}
    page = visitor.get("/leads", headers=packed)
    assert "Content-Encoding" not in page.headers
    built = re.findall(r"/static/dist/[\w.-]+\.(?:css|js|svg)", page.text)
    for address in built:
        sent = visitor.get(address, headers=packed, buffered=True)
        plain = visitor.get(address, buffered=True)
        assert sent.headers["Content-Encoding"] == "gzip"
        assert "Content-Encoding" not in plain.headers
        assert gzip.decompress(sent.data) == plain.data
        assert len(sent.data) < len(plain.data)
        assert sent.headers["Vary"] == plain.headers["Vary"] == "Accept-Encoding"
        ranged = {**packed, "Range": "bytes=0-9"}
        part = visitor.get(address, headers=ranged, buffered=True)
        assert (part.status_code, part.data) == (206, plain.data[:10])
    assert len(built) > 3
