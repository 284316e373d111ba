"""Keys of walls: a screen hangs day and night, sees the wall, and nothing else."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient

from kitchen.core import clock
from kitchen.core.errors import Forbidden, WrongState
from kitchen.people.rules import SESSION_LIMIT
from kitchen.screens import wall_keys
from kitchen.screens.models import WallKey
from tests.fixtures.newsroom import Door, Newsroom


@pytest.fixture
def screen(sign_in: Door) -> FlaskClient:
    """A browser in which nobody is signed in."""
    return sign_in.stranger()


def given(newsroom: Newsroom, name: str = "指挥大厅", lang: str = "zh") -> tuple[str, str]:
    """A key's uid and its token."""
    with newsroom.database.unit() as session:
        key, token = wall_keys.give(session, newsroom.head, name=name, lang=lang)
        return key.uid, token


def later(newsroom: Newsroom, by: timedelta) -> None:
    with newsroom.database.unit(write=False) as session:
        newsroom.database.info["now"] = clock.now(session) + by


def row(newsroom: Newsroom, uid: str) -> WallKey:
    with newsroom.database.unit(write=False) as session:
        return wall_keys.the_key(session, uid)


def test_a_screen_with_a_key_shows_the_wall_longer_than_any_session(
    newsroom: Newsroom, screen: FlaskClient
) -> None:
    uid, token = given(newsroom)
    assert screen.get("/command/wall").status_code == 302  # to the sign-in
    begun = screen.get(f"/command/wall/open?key={token}")
    assert begun.location == "/command/wall?kiosk=1"
    assert (begun.headers["Cache-Control"], begun.headers["Referrer-Policy"]) == (
        "no-store",
        "no-referrer",
    )
    cookie = next(it for it in begun.headers.getlist("Set-Cookie") if it.startswith("kitchen_wall"))
    assert "HttpOnly" in cookie
    assert "Path=/command/wall" in cookie
    assert "采编" in screen.get("/command/wall?kiosk=1").text
    assert token not in screen.get("/command/wall?kiosk=1").text
    later(newsroom, SESSION_LIMIT + timedelta(days=3))
    assert "采编" in screen.get("/command/wall/part?scene=ops").text
    seen = row(newsroom, uid).seen_at
    with newsroom.database.unit(write=False) as session:
        assert seen == clock.now(session)


@pytest.mark.parametrize(
    "path", ["/command", "/command/wall/keys", "/stories", "/events", "/api/v1/command"]
)
def test_a_key_opens_the_wall_and_nothing_else(
    newsroom: Newsroom, screen: FlaskClient, path: str
) -> None:
    _, token = given(newsroom)
    screen.get(f"/command/wall/open?key={token}")
    assert screen.get(path).status_code in (302, 401)


def test_what_was_taken_back_opens_nothing_at_the_next_look(
    newsroom: Newsroom, screen: FlaskClient, sign_in: Door
) -> None:
    uid, token = given(newsroom)
    screen.get(f"/command/wall/open?key={token}")
    head = sign_in("head")
    told = head.post_form(f"/command/wall/keys/{uid}/take_back", follow_redirects=True).text
    assert "钥匙已收回" in told
    assert screen.get("/command/wall/part?scene=ops").status_code != 200
    assert screen.get(f"/command/wall/open?key={token}").status_code == 404
    first = row(newsroom, uid).taken_back_at
    later(newsroom, timedelta(hours=1))
    head.post_form(f"/command/wall/keys/{uid}/take_back")
    assert row(newsroom, uid).taken_back_at == first


@pytest.mark.parametrize("token", ["", "x", "中" * 20, "0" * 64])
def test_no_other_token_opens(newsroom: Newsroom, screen: FlaskClient, token: str) -> None:
    given(newsroom)
    assert screen.get("/command/wall/open", query_string={"key": token}).status_code == 404
    screen.set_cookie("kitchen_wall", "x" * 32, path="/command/wall")
    assert screen.get("/command/wall/part").status_code != 200


def test_who_may_not_read_opinion_is_let_in_by_the_key_of_the_screen(
    newsroom: Newsroom, sign_in: Door
) -> None:
    _, token = given(newsroom)
    reporter = sign_in("reporter")
    assert reporter.get("/command/wall").status_code == 403
    reporter.get(f"/command/wall/open?key={token}")
    assert reporter.get("/command/wall").status_code == 200
    assert reporter.get("/command").status_code == 403


def test_a_screen_speaks_the_language_that_its_key_was_given_in(
    newsroom: Newsroom, screen: FlaskClient
) -> None:
    _, token = given(newsroom, lang="en")
    screen.get(f"/command/wall/open?key={token}")
    assert "Leads to triage" in screen.get("/command/wall?kiosk=1").text


def test_a_key_is_given_and_shown_once(newsroom: Newsroom, sign_in: Door) -> None:
    head = sign_in("head")
    assert "还没有大屏钥匙" in head.get("/command/wall/keys").text
    refused = head.post_form("/command/wall/keys", {"name": " ", "lang": "xx"})
    assert refused.status_code == 422
    made = head.post_form("/command/wall/keys", {"name": "一楼大厅", "lang": "zh"})
    assert made.headers["Cache-Control"] == "no-store"
    assert "/command/wall/open?key=" in made.text
    listed = head.get("/command/wall/keys").text
    assert "一楼大厅" in listed
    assert "open?key=" not in listed
    for who in ("reporter", "editor"):
        assert sign_in(who).get("/command/wall/keys").status_code == 403


def test_the_same_by_the_api(newsroom: Newsroom, screen: FlaskClient, sign_in: Door) -> None:
    head = sign_in("head")
    made = head.call("POST", "/api/v1/wall_keys", json={"name": "二楼", "lang": "en"})
    assert made.status_code == 201
    path = made.json["url"].partition("/command")[2]
    assert screen.get(f"/command{path}").status_code == 302
    uid = made.json["uid"]
    assert "url" not in head.get("/api/v1/wall_keys").json["items"][0]
    back = head.call("POST", f"/api/v1/wall_keys/{uid}/take_back")
    assert back.json["taken_back_at"]
    assert screen.get(f"/command{path}").status_code == 404
    assert sign_in("reporter").get("/api/v1/wall_keys").status_code == 403


def test_only_so_many_hold_at_once(newsroom: Newsroom, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wall_keys, "KEYS_MOST", 1)
    uid, _ = given(newsroom)
    with pytest.raises(WrongState):
        given(newsroom)
    with newsroom.database.unit() as session:
        wall_keys.take_back(session, newsroom.head, wall_keys.the_key(session, uid))
    given(newsroom)


def test_who_may_not_set_gives_none(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        wall_keys.give(session, newsroom.editor, name="x", lang="zh")
