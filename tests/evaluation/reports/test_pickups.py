"""Pick-ups: entered by hand, judged by a person, told to the writers."""

from __future__ import annotations

import re
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import date
from threading import Barrier

import pytest
from sqlalchemy.orm.exc import StaleDataError

from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.evaluation.pickups import finding, queries, service
from kitchen.evaluation.pickups.rules import Standing, Tier, endings_of, host_of, page_of
from kitchen.notifications.models import Notice
from kitchen.stories.models import Writer
from tests.evaluation.reports.conftest import (
    PAGE,
    TEXT,
    Pressroom,
    gathered,
    pickups,
    reprinted,
    story_of,
)
from tests.fixtures.newsroom import Door


@pytest.mark.parametrize(
    ("url", "host", "first"),
    [
        ("https://www.province.example/a", "province.example", "province.example"),
        ("http://NEWS.Province.Example:8080/", "news.province.example", "news.province.example"),
        ("nonsense", "", ""),
        ("http://[broken", "", ""),
    ],
)
def test_an_outlet_is_known_by_any_ending_of_its_host(url: str, host: str, first: str) -> None:
    assert host_of(url) == host
    assert endings_of(host)[0] == first
    assert endings_of("a.b.example") == ["a.b.example", "b.example"]
    assert page_of("https://a.example/x#top") == "https://a.example/x"


def entered(
    room: Pressroom, url: str = PAGE, on: date = date(2026, 4, 9), by: str = "editor"
) -> str:
    with room.database.unit() as session:
        actor = room.newsroom.actors[by]
        story = story_of(room, session)
        return service.enter(session, actor, story, url=url, published_on=on).uid


# --- entered and judged by people ---


def test_what_a_person_enters_is_certain_and_the_writers_hear_of_it(watched: Pressroom) -> None:
    with watched.database.unit() as session:
        story_id = watched.pieces[0].story_id
        session.add(Writer(story_id=story_id, staff_id=watched.newsroom.second_reporter.id))
    entered(watched)
    assert [it.state for it in pickups(watched)] == [Standing.CONFIRMED]
    with watched.database.unit(write=False) as session:
        told = {it.staff_id: it.params for it in session.query(Notice)}
    assert set(told) == {watched.newsroom.reporter.id, watched.newsroom.second_reporter.id}
    assert told[watched.newsroom.reporter.id or 0] == {
        "title": "九里桥正式通车",
        "outlet": "省里的报",
    }


def test_a_portal_is_told_to_nobody(watched: Pressroom) -> None:
    entered(watched, "https://portal.example/a")
    with watched.database.unit(write=False) as session:
        assert session.query(Notice).count() == 0


def test_the_same_page_is_a_pickup_of_a_story_once(watched: Pressroom) -> None:
    entered(watched)
    with pytest.raises(Duplicate, match="已经登记过"):
        entered(watched, f"{PAGE}#comments")


@pytest.mark.parametrize(
    ("url", "on", "field"),
    [
        ("https://elsewhere.example/a", date(2026, 4, 9), "url"),
        ("http://127.0.0.1:8001/a/1", date(2026, 4, 9), "url"),
        (PAGE, date(2026, 4, 11), "published_on"),
        (PAGE, date(2026, 4, 8), "published_on"),  # the day before it was out
        (PAGE, date(2014, 4, 9), "published_on"),
    ],
)
def test_what_cannot_be_entered(watched: Pressroom, url: str, on: date, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        entered(watched, url, on)
    assert list(refused.value.fields) == [field]


def test_nobody_carries_a_story_that_is_not_out(watched: Pressroom) -> None:
    watched.pieces[0] = replace(watched.pieces[0], story_id=watched.write("还没发的稿件"))
    with pytest.raises(Invalid) as refused:
        entered(watched)
    assert list(refused.value.fields) == ["story"]


def test_a_page_with_what_we_reprinted_cannot_be_entered(watched: Pressroom) -> None:
    reprinted(watched)
    with pytest.raises(Invalid) as refused:
        entered(watched)
    assert list(refused.value.fields) == ["story"]


def test_who_may_judge_over_whose_stories(watched: Pressroom) -> None:
    for role in ("reporter", "town_editor"):
        with pytest.raises(Forbidden):
            entered(watched, by=role)
    gathered(watched, "九里桥正式通车", TEXT)
    finding.look(watched.database)
    uid = pickups(watched)[0].uid
    with pytest.raises(Forbidden), watched.database.unit() as session:
        service.confirm(session, watched.newsroom.town_editor, queries.the_pickup(session, uid))


def test_a_guess_is_confirmed_refused_and_taken_up_again(watched: Pressroom) -> None:
    gathered(watched, "九里桥正式通车", TEXT)
    finding.look(watched.database)
    uid, editor = pickups(watched)[0].uid, watched.newsroom.editor

    def judged(verb: Callable[..., None]) -> str:
        with watched.database.unit() as session:
            verb(session, editor, queries.the_pickup(session, uid))
        return str(pickups(watched)[0].state)

    assert judged(service.refuse) == "refused"
    with pytest.raises(WrongState):
        judged(service.refuse)
    assert judged(service.confirm) == "confirmed"
    assert pickups(watched)[0].staff_id == editor.id
    assert judged(service.refuse) == "refused"


@pytest.mark.parametrize("other", [service.confirm, service.refuse])
def test_of_two_who_judge_at_once_one_is_told(
    watched: Pressroom, other: Callable[..., None]
) -> None:
    gathered(watched, "九里桥正式通车", TEXT)
    finding.look(watched.database)
    shown = pickups(watched)[0]
    gate = Barrier(2)

    def judged(verb: Callable[..., None]) -> str:
        gate.wait(5)
        try:
            with watched.database.unit() as session:
                pickup = queries.the_pickup(session, shown.uid)
                verb(session, watched.newsroom.editor, pickup, shown.version)
        except (Stale, StaleDataError):
            return "told"
        return str(pickup.state)

    with ThreadPoolExecutor(2) as pool:
        outcome = sorted(pool.map(judged, (service.confirm, other)))
    assert outcome == [str(pickups(watched)[0].state), "told"]
    with watched.database.unit(write=False) as session:
        told = session.query(Notice).count()
    assert told == (1 if outcome[0] == "confirmed" else 0)


def test_outlets_are_kept_by_domain(watched: Pressroom) -> None:
    editor = watched.newsroom.editor
    with watched.database.unit() as session:
        given = {"name": "市里的报", "domain": "https://www.City.Example/x", "tier": Tier.CITY}
        outlet = service.add_outlet(session, editor, **given)
        assert (outlet.domain, outlet.active) == ("city.example", True)
    for wrong in ({"domain": "nonsense"}, {"domain": "127.0.0.1"}):
        with pytest.raises(Invalid), watched.database.unit() as session:
            service.add_outlet(session, editor, **{**given, **wrong})
    with pytest.raises(Duplicate), watched.database.unit() as session:
        service.add_outlet(session, editor, **{**given, "name": "另一家"})
    with pytest.raises(Forbidden), watched.database.unit() as session:
        service.add_outlet(session, watched.newsroom.reporter, **given)
    with watched.database.unit() as session:
        row = queries.the_outlet(session, outlet.uid)
        service.change_outlet(session, editor, row, 1, **{**given, "active": False})
    with pytest.raises(Stale), watched.database.unit() as session:
        row = queries.the_outlet(session, outlet.uid)
        service.change_outlet(session, editor, row, 1, **{**given, "active": True})
    with pytest.raises(Invalid, match="标红"):
        entered(watched, "https://city.example/a")  # it is watched no more


# --- pages and programs ---


def test_the_pages_of_pickups(sign_in: Door, watched: Pressroom) -> None:
    reporter, editor = sign_in("reporter"), sign_in("editor")
    assert "还没有转载" in reporter.get("/insight/pickups").text
    with watched.database.unit(write=False) as session:
        story = story_of(watched, session).uid
    assert "还没有人转载" in reporter.get(f"/insight/pickups/stories/{story}").text
    gathered(watched, "九里桥正式通车", TEXT)
    finding.look(watched.database)
    page = "/insight/pickups?state=proposed&tier=province&days=30&q=九里桥"
    assert "相似" in reporter.get(page).text
    assert "确认转载" not in reporter.get(page).text
    assert "没有符合条件的转载" in reporter.get("/insight/pickups?tier=central").text
    assert 'data-key="y"' in editor.get(page).text
    uid = pickups(watched)[0].uid
    assert reporter.post_form(f"/insight/pickups/{uid}/confirm").status_code == 403
    assert editor.post_form(f"/insight/pickups/{uid}/nonsense").status_code == 404
    stale = editor.post_form(f"/insight/pickups/{uid}/confirm", {"version": "7"})
    assert stale.status_code == 409
    assert editor.post_form(f"/insight/pickups/{uid}/confirm", {"version": "1"}).status_code == 302
    assert editor.post_form(f"/insight/pickups/{uid}/confirm").status_code == 409
    assert "省里的报" in reporter.get(f"/stories/{story}").text
    assert "省里的报" in reporter.get(f"/insight/pickups/stories/{story}").text
    typed = {"story": f"http://x/stories/{story}", "url": "没有网址", "published_on": "2026-04-09"}
    refused = editor.post_form("/insight/pickups/new", typed)
    assert (refused.status_code, "没有网址" in refused.text) == (422, True)
    refused = editor.post_form("/insight/pickups/new", {**typed, "url": PAGE, "story": "nobody"})
    assert (refused.status_code, "请粘贴稿件页的网址" in refused.text) == (422, True)
    assert editor.post_form("/insight/pickups/new", {**typed, "url": PAGE}).status_code == 409
    second = {**typed, "url": "https://portal.example/b"}
    assert editor.post_form("/insight/pickups/new", second).status_code == 302


def test_the_page_of_outlets(sign_in: Door, pressroom: Pressroom) -> None:
    reporter, editor = sign_in("reporter"), sign_in("editor")
    assert "名录还是空的" in reporter.get("/insight/pickups/outlets").text
    given = {"name": "市里的报", "domain": "city.example", "tier": "city", "active": "1"}
    assert reporter.post_form("/insight/pickups/outlets", given).status_code == 403
    refused = editor.post_form("/insight/pickups/outlets", {**given, "domain": "x"})
    assert (refused.status_code, "请填网站的域名" in refused.text) == (422, True)
    assert editor.post_form("/insight/pickups/outlets", given).status_code == 302
    uid = editor.get("/api/v1/pickup_outlets").json["items"][0]["uid"]
    page = f"/insight/pickups/outlets/{uid}"
    change = {**given, "tier": "province", "version": "1"}
    assert "市里的报" in editor.get(page).text
    assert editor.post_form(page, change).status_code == 302
    refused = editor.post_form(page, {**change, "name": "市里的晚报"})
    assert (refused.status_code, 'value="市里的晚报"' in refused.text) == (409, True)
    shown = re.search(r'name="version" value="(\d+)"', refused.text)
    assert shown
    again = {**change, "name": "市里的晚报", "version": shown[1]}
    assert editor.post_form(page, again).status_code == 302
    assert "关注中" in editor.get("/insight/pickups/outlets").text


def test_a_program_does_the_same(sign_in: Door, watched: Pressroom) -> None:
    editor = sign_in("editor")
    with watched.database.unit(write=False) as session:
        story = story_of(watched, session).uid
    given = {"story": story, "url": PAGE, "published_on": "2026-04-09"}
    assert sign_in("reporter").call("POST", "/api/v1/pickups", given).status_code == 403
    made = editor.call("POST", "/api/v1/pickups", given)
    assert (made.status_code, made.json["state"], made.json["tier"]) == (
        201,
        "confirmed",
        "province",
    )
    assert editor.call("POST", "/api/v1/pickups", given).status_code == 409
    assert editor.call("POST", "/api/v1/pickups", {**given, "story": "nobody"}).status_code == 404
    url = f"/api/v1/pickups/{made.json['uid']}"
    refused = editor.call("POST", f"{url}/refuse")
    assert (refused.json["state"], refused.json["actions"]) == ("refused", ["confirm"])
    assert editor.call("POST", f"{url}/confirm").json["by"] == "测试editor"
    listed = sign_in("reporter").get(f"/api/v1/pickups?state=confirmed&story={story}").json
    assert [it["uid"] for it in listed["items"]] == [made.json["uid"]]
    outlet = {"name": "市里的报", "domain": "city.example", "tier": "city"}
    added = editor.call("POST", "/api/v1/pickup_outlets", outlet)
    assert added.status_code == 201
    put = f"/api/v1/pickup_outlets/{added.json['uid']}"
    changed = {**outlet, "tier": "province"}
    answer = editor.call("PUT", put, changed, headers={"If-Match": '"1"'})
    assert answer.json["tier"] == "province"
    assert editor.call("PUT", put, changed, headers={"If-Match": '"1"'}).status_code == 409


def test_the_list_costs_the_same_for_one_pickup_and_for_many(
    sign_in: Door, watched: Pressroom, count_queries: Callable[[], int]
) -> None:
    editor = sign_in("editor")

    def cost() -> int:
        before = count_queries()
        assert editor.get("/insight/pickups").status_code == 200
        return count_queries() - before

    entered(watched)
    cost()
    one = cost()
    for number in range(20):
        entered(watched, f"https://province.example/{number}")
    assert cost() == one
