"""The command centre: numbers from the real work, each with its list; one answer for all."""

from __future__ import annotations

import re
import threading
import time

import pytest
from sqlalchemy import update

from kitchen.leads import service as leads
from kitchen.leads.rules import Source
from kitchen.opinion import drills, rooms, signs
from kitchen.opinion.rules import Grade
from kitchen.people.models import Staff
from kitchen.screens import command
from kitchen.screens.command import SCENES, Shared
from tests.fixtures.newsroom import Door, Newsroom


def fill(newsroom: Newsroom) -> str:
    """A lead, a sign, an incident and a drill; answers the incident's uid."""
    with newsroom.database.unit() as session:
        leads.report(
            session, newsroom.reporter, title="九里桥堵车", body="堵了", source=Source.REPORTER
        )
        signs.report(session, newsroom.reporter, title="自来水有味", grade=Grade.ROUTINE)
        drills.begin(session, newsroom.duty, "fire", 600)
        room = rooms.open_room(session, newsroom.duty, title="柳湾起火", grade=Grade.MAJOR)
        return room.uid


def test_every_number_leads_to_its_list(newsroom: Newsroom, sign_in: Door) -> None:
    fill(newsroom)
    with newsroom.database.unit(write=False) as session:
        board = command.board(session)
    tiles = {tile.label: tile.value for tile in (*board.work, *board.reach, *board.public)}
    assert (tiles["待处理线索"], tiles["待签收苗头"], tiles["进行中事件"]) == (1, 1, 1)
    editor = sign_in("editor")
    page = editor.get("/command").text
    links = re.findall(r'class="kpi[^"]*" href="([^"]+)"', page)
    assert len(links) == len(tiles)
    for link in links:
        assert editor.get(link.replace("&amp;", "&")).status_code == 200
    told = editor.get("/api/v1/command").json
    assert {it["name"]: it["value"] for it in told["public"]}["进行中事件"] == 1


@pytest.mark.parametrize("scene", SCENES)
def test_scenes_of_the_wall(newsroom: Newsroom, sign_in: Door, scene: str) -> None:
    uid = fill(newsroom)
    editor = sign_in("editor")
    page = editor.get(f"/command/wall?scene={scene}&event={uid}&kiosk=1")
    assert page.status_code == 200
    assert "数据没有更新" in page.text
    part = editor.get(f"/command/wall/part?scene={scene}&event={uid}").text
    assert part.lstrip().startswith('<div id="wall"')
    assert "柳湾起火" in part  # its own scene, or the line at the foot of the others
    if scene == "event":
        assert "首次权威发布" in part
    assert "csrf" not in part


def test_a_drill_is_a_drill_on_the_wall_too(newsroom: Newsroom, sign_in: Door) -> None:
    with newsroom.database.unit() as session:
        drill = drills.begin(session, newsroom.duty, "fire", 600)
        uid = drill.incident.uid
    part = sign_in("editor").get(f"/command/wall/part?scene=event&event={uid}").text
    assert '<p class="wall__mark">演练</p>' in part


def test_who_does_not_read_opinion_sees_no_wall(sign_in: Door) -> None:
    assert sign_in("reporter").get("/command").status_code == 403
    assert sign_in("reporter").get("/command/wall").status_code == 403
    assert sign_in("editor").get("/command/wall?scene=none").status_code == 404


def test_in_english(newsroom: Newsroom, sign_in: Door) -> None:
    fill(newsroom)
    editor = sign_in("editor")
    with newsroom.database.unit() as session:
        session.execute(update(Staff).values(locale="en"))
    page = editor.get("/command/wall?scene=ops").text
    assert "Leads to triage" in page
    assert "待处理线索" not in page


def test_one_makes_it_for_all_who_look_at_once() -> None:
    made: list[int] = []
    shared, ready = Shared(seconds=60), threading.Barrier(8)

    def make() -> str:
        made.append(1)
        time.sleep(0.05)
        return "the wall"

    def look() -> None:
        ready.wait()
        assert shared.get("ops", make) == "the wall"

    viewers = [threading.Thread(target=look) for _ in range(8)]
    for viewer in viewers:
        viewer.start()
    for viewer in viewers:
        viewer.join()
    assert len(made) == 1


def test_what_failed_is_made_again_and_what_is_old_as_well() -> None:
    shared, made = Shared(seconds=0), iter(["first", "second"])
    with pytest.raises(ZeroDivisionError):
        shared.get("ops", lambda: str(1 / 0))
    assert shared.get("ops", lambda: next(made)) == "first"
    assert shared.get("ops", lambda: next(made)) == "second"


def test_it_keeps_no_more_than_it_should() -> None:
    shared = Shared(seconds=60, most=4)
    for number in range(40):
        assert shared.get(number, lambda: "text") == "text"
    assert len(shared._made) <= 6


def test_more_work_asks_the_database_no_more_often(
    newsroom: Newsroom, statements: list[str]
) -> None:
    def asked() -> int:
        before = len(statements)
        with newsroom.database.unit(write=False) as session:
            command.board(session)
        return len(statements) - before

    fill(newsroom)
    few = asked()
    for _ in range(3):
        with newsroom.database.unit() as session:
            signs.report(session, newsroom.reporter, title="又有人说", grade=Grade.LARGER)
            rooms.open_room(session, newsroom.duty, title="又一件事", grade=Grade.ROUTINE)
    assert asked() == few
