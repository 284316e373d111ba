"""The phone's pages without scripts, what its queue is answered, and what its worker may keep."""

from __future__ import annotations

import io
import json

import pytest

from kitchen.leads.models import Lead
from kitchen.screens.pocket_schemas import headline
from tests.assets.samples import SVG, encoded, photo
from tests.fixtures.newsroom import Door, Newsroom

TEXT = "青禾大道路口积水。暴雨后水深三十厘米，车辆绕行。"


@pytest.mark.parametrize(
    ("text", "title"),
    [
        (TEXT, "青禾大道路口积水"),
        ("！？\n停水了\n三个小区", "停水了"),
        ("一" * 200, "一" * 60),
        ("。。。。。", "。。。。。"),
    ],
)
def test_the_first_sentence_is_the_title(text: str, title: str) -> None:
    assert headline(text) == title


def test_a_lead_goes_off_by_the_plain_form_with_its_pictures(
    sign_in: Door, newsroom: Newsroom
) -> None:
    files = [(io.BytesIO(encoded(photo(240, 160))), "a.jpg"), (io.BytesIO(SVG), "b.svg")]
    answer = sign_in("reporter").post_form("/m/leads/new", {"text": TEXT, "files": files})
    assert (answer.status_code, answer.headers["Location"]) == (302, "/m/")
    page = sign_in("reporter").get("/m/").text
    assert "青禾大道路口积水" in page
    assert "“b.svg”没有收下" in page
    with newsroom.database.unit(write=False) as session:
        assert session.query(Lead).one().body == TEXT


def test_a_refused_form_keeps_what_was_typed(sign_in: Door) -> None:
    answer = sign_in("reporter").post_form("/m/leads/new", {"text": "短", "place": "路口"})
    assert answer.status_code == 422
    assert 'value="路口"' in answer.text
    assert "至少 5 个字" in answer.text


def test_the_queue_is_answered_once_for_each_key(sign_in: Door, newsroom: Newsroom) -> None:
    headers = {"Accept": "application/json", "Idempotency-Key": "a phone's own"}
    reporter = sign_in("reporter")
    first, second = (
        reporter.post_form(
            "/m/leads/new", {"text": TEXT}, headers={**headers, "X-CSRFToken": reporter.token}
        )
        for _ in range(2)
    )
    assert first.status_code == 201
    assert first.json == second.json
    with newsroom.database.unit(write=False) as session:
        assert session.query(Lead).one().uid == first.json["uid"]
    assert ("leads", {}) in newsroom.live.told


def test_the_queue_is_refused_in_words(sign_in: Door) -> None:
    answer = sign_in("reporter").post_form(
        "/m/leads/new", {"text": "短"}, headers={"Accept": "application/json"}
    )
    assert answer.status_code == 422
    assert answer.json["fields"] == {"text": "至少 5 个字。"}


def test_a_stranger_is_told_to_sign_in(sign_in: Door) -> None:
    stranger = sign_in.stranger()
    assert stranger.get("/m/").headers["Location"].startswith("/login?next=")
    asked = stranger.get("/m/session.json", headers={"Accept": "application/json"})
    assert asked.status_code == 401


def test_what_is_kept_for_offline_knows_nobody(sign_in: Door, newsroom: Newsroom) -> None:
    page = sign_in("reporter").get("/m/offline").text
    assert newsroom.reporter.name not in page
    assert newsroom.reporter.username not in page
    assert "csrf" not in page
    assert page == sign_in.stranger().get("/m/offline").text


def test_the_worker_keeps_the_shell_alone(sign_in: Door) -> None:
    script = sign_in.stranger().get("/m/worker.js").text
    shell = json.loads(script.partition("self.SHELL=")[2].partition(";\n")[0])
    assert shell[0] == "/m/offline"
    assert all(address.startswith("/static/dist/") for address in shell[1:])


def test_it_can_be_put_on_the_home_screen(sign_in: Door) -> None:
    told = sign_in.stranger().get("/m/app.webmanifest")
    assert told.mimetype == "application/manifest+json"
    assert told.json["start_url"] == "/m/"
    assert told.json["shortcuts"][0]["url"] == "/m/leads/new"


@pytest.mark.parametrize("place", ["/m/", "/m/tasks", "/m/messages", "/m/me", "/m/leads/new"])
def test_every_page_is_small(sign_in: Door, place: str) -> None:
    answer = sign_in("reporter").get(place)
    assert answer.status_code == 200
    assert len(answer.data) < 20_000
