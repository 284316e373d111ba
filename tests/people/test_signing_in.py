"""Signing in and out: fixation, throttling, ends of sessions, tokens, rights at each request."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from flask import Response, request
from flask import session as flask_session
from flask.testing import FlaskClient
from sqlalchemy import delete, select, text, update

from kitchen.core import audit, clock
from kitchen.core.errors import Duplicate, Forbidden
from kitchen.people import queries, service
from kitchen.people.models import ApiToken, FailedAttempt, Post, SignInSession, Staff, Unit
from kitchen.people.rules import (
    ATTEMPTS_KEPT,
    FREE_FROM_HERE,
    IDLE_LIMIT,
    LONGEST_WAIT,
    SESSION_LIMIT,
    TOKEN_LIMIT,
    password_fault,
    wait_after,
)
from kitchen.people.service import HASHER, Trial
from kitchen.people.sessions import COOKIE
from kitchen.web.face import Face
from kitchen.web.guard import anyone
from tests.fixtures.newsroom import PASSWORD, Door, Newsroom


def _token(page: str) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert found
    return found[1]


def _sign_in(
    client: FlaskClient, username: str, password: str, base: dict[str, str] | None = None
) -> int:
    fields = {"username": username, "password": password}
    token = _token(client.get("/login").text)
    data = {**fields, "csrf_token": token}
    return client.post("/login", data=data, environ_overrides=base or {}).status_code


@pytest.mark.parametrize(
    ("password", "fault"),
    [
        ("short", "too_short"),
        ("x" * 129, "too_long"),
        ("reporter and more", "guessable"),
        ("my password is long", "guessable"),
        ("aaaaaaaaaaaaaaaa", "guessable"),
        (PASSWORD, None),
    ],
)
def test_weak_passwords_are_told_apart(password: str, fault: str | None) -> None:
    assert password_fault(password, "reporter") == fault


@pytest.mark.parametrize(
    ("failures", "wait"), [(0, 0), (4, 0), (5, 1), (6, 2), (10, 32), (99, LONGEST_WAIT.seconds)]
)
def test_the_wait_grows_and_ends_somewhere(failures: int, wait: int) -> None:
    assert wait_after(failures) == timedelta(seconds=wait)


def test_signing_in_gives_a_new_session(desk: Face) -> None:
    client = desk.test_client()
    client.get("/login")
    before = client.get_cookie(COOKIE)
    assert _sign_in(client, "reporter", PASSWORD) == 302
    after = client.get_cookie(COOKIE)
    assert before is not None
    assert after is not None
    assert before.value != after.value
    assert client.get("/").status_code == 200


def test_the_cookie_holds_a_token_and_the_database_only_its_hash(sign_in: Door) -> None:
    sign_in("reporter")
    cookie = sign_in("reporter").client.get_cookie(COOKIE)
    assert cookie is not None
    with sign_in.newsroom.database.unit(write=False) as session:
        kept = session.scalars(select(SignInSession.token_hash)).all()
    assert cookie.value not in kept


def test_wrong_name_and_wrong_password_sound_the_same(desk: Face) -> None:
    answers = []
    for username in ("reporter", "nobody"):
        client = desk.test_client()
        fields = {"username": username, "password": "falsch aber lang"}
        token = _token(client.get("/login").text)
        answer = client.post("/login", data={**fields, "csrf_token": token})
        answers.append((answer.status_code, "用户名或密码不对" in answer.text))
    assert answers == [(401, True), (401, True)]


def test_guessing_must_wait_and_others_need_not(desk: Face, newsroom: Newsroom) -> None:
    client = desk.test_client()
    for _ in range(6):
        _sign_in(client, "reporter", "falsch aber lang")
    assert _sign_in(client, "reporter", PASSWORD) == 429
    assert _sign_in(desk.test_client(), "editor", PASSWORD) == 302
    with newsroom.database.unit() as session:
        session.execute(delete(FailedAttempt))
    assert _sign_in(client, "reporter", PASSWORD) == 302


def test_many_names_from_one_address_must_wait_as_well(desk: Face, newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        for number in range(FREE_FROM_HERE):
            service.note_failure(session, Trial(f"nobody{number}", "", "127.0.0.1", "", False))
    assert _sign_in(desk.test_client(), "reporter", PASSWORD) == 429
    elsewhere = {"REMOTE_ADDR": "127.0.0.2"}
    assert _sign_in(desk.test_client(), "reporter", PASSWORD, elsewhere) == 302


def test_failures_of_yesterday_are_forgotten(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        service.note_failure(session, Trial("reporter", "", "127.0.0.1", "", False))
        session.execute(
            update(FailedAttempt).values(last_at=clock.now(session) - ATTEMPTS_KEPT * 2)
        )
        service.sweep_sessions(session)
        assert session.scalars(select(FailedAttempt)).all() == []


def test_a_password_is_tried_while_nobody_has_to_wait_for_it(
    desk: Face, newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    def slow(stored: str, password: str) -> bool:
        with newsroom.database.unit() as session:
            if newsroom.database.engine.dialect.name == "sqlite":
                session.execute(text("PRAGMA busy_timeout = 1"))
            audit.record(session, newsroom.editor, "wrote_meanwhile", "nothing")
        return HASHER.verify(stored, password)

    monkeypatch.setattr(service, "_verify", slow)
    assert _sign_in(desk.test_client(), "reporter", PASSWORD) == 302
    given = {"username": "reporter", "password": PASSWORD}
    assert desk.test_client().post("/api/v1/tokens", json=given).status_code == 201


@pytest.mark.parametrize(("proxies", "seen"), [(0, "10.0.0.1"), (1, "203.0.113.9")])
def test_an_address_is_believed_from_a_proxy_of_ours_only(
    newsroom: Newsroom, proxies: int, seen: str
) -> None:
    settings = replace(newsroom.house.settings, trusted_proxies=proxies)
    face = Face("face", settings, newsroom.database, newsroom.ports)
    face.add_url_rule("/who", view_func=anyone(lambda: request.remote_addr), endpoint="who")
    answer = face.test_client().get(
        "/who",
        headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"},
        environ_base={"REMOTE_ADDR": "10.0.0.1"},
    )
    assert answer.text == seen


def test_a_new_password_ends_what_the_old_one_opened(sign_in: Door) -> None:
    visitor, newsroom = sign_in("reporter"), sign_in.newsroom
    with newsroom.database.unit() as session:
        staff = queries.staff_by_username(session, "reporter")
        service.set_password(session, newsroom.admin, staff, "另一座桥边的另一个小园子 7")
    assert visitor.get("/").status_code == 302
    assert _sign_in(sign_in.desk.test_client(), "reporter", PASSWORD) == 401
    assert _sign_in(sign_in.desk.test_client(), "reporter", "另一座桥边的另一个小园子 7") == 302


def test_who_was_let_go_is_out_everywhere_until_taken_back(sign_in: Door) -> None:
    visitor, newsroom = sign_in("reporter"), sign_in.newsroom

    def carry_out(verb: Callable[..., None]) -> None:
        with newsroom.database.unit() as session:
            verb(session, newsroom.admin, queries.staff_by_username(session, "reporter"))

    carry_out(service.let_go)
    assert visitor.get("/").status_code == 302
    assert _sign_in(sign_in.desk.test_client(), "reporter", PASSWORD) == 401
    carry_out(service.take_back)
    assert _sign_in(sign_in.desk.test_client(), "reporter", PASSWORD) == 302


def test_a_post_given_and_taken_changes_the_next_click(sign_in: Door) -> None:
    visitor, newsroom = sign_in("reporter"), sign_in.newsroom
    centre = newsroom.units["青禾区融媒体中心"]
    refused = visitor.get("/matrix/accounts/new").status_code
    assert refused == 403

    def carry_out(verb: Callable[..., object]) -> None:
        with newsroom.database.unit() as session:
            staff = queries.staff_by_username(session, "reporter")
            verb(session, newsroom.admin, staff, session.get_one(Unit, centre.id), "operator")

    carry_out(service.appoint)
    assert visitor.get("/matrix/accounts/new").status_code == 200
    with pytest.raises(Duplicate):
        carry_out(service.appoint)
    carry_out(service.relieve)
    assert visitor.get("/matrix/accounts/new").status_code == refused


@pytest.mark.parametrize("verb", [service.let_go, service.take_back])
def test_only_who_administers_shuts_out(newsroom: Newsroom, verb: Callable[..., None]) -> None:
    with newsroom.database.unit() as session:
        staff = queries.staff_by_username(session, "editor")
        with pytest.raises(Forbidden):
            verb(session, newsroom.reporter, staff)


@pytest.mark.parametrize(
    "target",
    [
        "https://elsewhere.example/",
        "//elsewhere.example",
        "/\\elsewhere.example",
        "javascript:x",
        "//[",
        "http://[待补]",
    ],
)
def test_signing_in_leads_nowhere_else(desk: Face, target: str) -> None:
    client = desk.test_client()
    token = _token(client.get("/login").text)
    fields = {"username": "reporter", "password": PASSWORD, "csrf_token": token}
    answer = client.post("/login", query_string={"next": target}, data=fields)
    assert answer.headers["Location"] == "/"


def test_signing_out_ends_the_session_on_our_side(sign_in: Door) -> None:
    visitor = sign_in("reporter")
    cookie = visitor.client.get_cookie(COOKIE)
    assert visitor.post_form("/logout").status_code == 302
    assert cookie is not None
    visitor.client.set_cookie(COOKIE, cookie.value)
    assert visitor.get("/").status_code == 302


@pytest.mark.parametrize(
    ("column", "limit"), [("seen_at", IDLE_LIMIT), ("created_at", SESSION_LIMIT)]
)
def test_a_session_ends_by_itself(sign_in: Door, column: str, limit: timedelta) -> None:
    visitor = sign_in("reporter")
    assert visitor.get("/").status_code == 200
    with sign_in.newsroom.database.unit() as session:
        row = session.scalars(select(SignInSession)).one()
        setattr(row, column, getattr(row, column) - limit)
    assert visitor.get("/").status_code == 302


def test_a_session_that_was_ended_elsewhere_is_not_brought_back(sign_in: Door) -> None:
    visitor = sign_in("reporter")
    with sign_in.desk.test_request_context("/", headers={"Cookie": visitor.cookie}):
        kept = flask_session._get_current_object()  # type: ignore[attr-defined]
        assert kept["_user_id"], "it was read while it stood"
        with sign_in.newsroom.database.unit() as session:
            session.execute(delete(SignInSession))
        kept["something"] = "written late"
        sign_in.desk.session_interface.save_session(sign_in.desk, kept, Response())
    assert visitor.get("/").status_code == 302


def test_a_missing_file_does_not_take_the_session_away(desk: Face) -> None:
    client = desk.test_client()
    token = _token(client.get("/login").text)
    assert client.get("/static/dist/gone.js").status_code == 404
    fields = {"username": "reporter", "password": PASSWORD, "csrf_token": token}
    assert client.post("/login", data=fields).status_code == 302


def test_who_left_is_out_at_the_next_click(sign_in: Door) -> None:
    visitor = sign_in("reporter")
    with sign_in.newsroom.database.unit() as session:
        session.execute(update(Staff).where(Staff.username == "reporter").values(active=False))
    assert visitor.get("/").status_code == 302


def test_a_right_that_is_taken_away_is_gone_at_the_next_click(sign_in: Door) -> None:
    visitor = sign_in("chief")
    assert visitor.get("/topics/new").status_code == 200
    with sign_in.newsroom.database.unit() as session:
        staff = session.scalars(select(Staff).where(Staff.username == "chief")).one()
        session.execute(update(Post).where(Post.staff_id == staff.id).values(role="leader"))
    assert visitor.get("/topics/new").status_code == 403


def test_programs_get_a_token_that_ends(desk: Face, newsroom: Newsroom) -> None:
    client = desk.test_client()
    given = client.post("/api/v1/tokens", json={"username": "reporter", "password": PASSWORD})
    assert given.status_code == 201
    bearer = {"Authorization": f"Bearer {given.json['token']}"}
    assert client.get("/api/v1/me", headers=bearer).json["username"] == "reporter"
    with newsroom.database.unit() as session:
        row = session.scalars(select(ApiToken)).one()
        row.expires_at -= TOKEN_LIMIT
    assert client.get("/api/v1/me", headers=bearer).status_code == 401


def test_a_session_without_the_form_token_changes_nothing_by_the_api(sign_in: Door) -> None:
    lead = {"title": "路口积水", "body": "暴雨后路口积水。"}
    answer = sign_in("reporter").client.post("/api/v1/leads", json=lead)
    assert (answer.status_code, answer.json["code"]) == (400, "form_expired")


def test_the_language_is_kept_for_the_person(sign_in: Door) -> None:
    visitor = sign_in("reporter")
    assert 'lang="zh-CN"' in visitor.get("/").text
    answer = visitor.post_form("/language", {"lang": "en", "next": "/leads"})
    assert answer.headers["Location"] == "/leads"
    assert '<html lang="en"' in visitor.get("/").text
