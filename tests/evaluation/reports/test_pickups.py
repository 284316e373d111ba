"""Pick-ups: found in gathered feeds, entered by hand, judged by a person, told to the writers."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import update

from kitchen.core.errors import Duplicate, Forbidden, Invalid, Stale, WrongState
from kitchen.evaluation.pickups import finding, queries, service
from kitchen.evaluation.pickups.models import PickUp
from kitchen.evaluation.pickups.rules import Standing, Tier, endings_of, host_of, page_of
from kitchen.leads.feed_models import LeadFeed, LeadFeedItem
from kitchen.leads.feed_rules import key_of
from kitchen.matrix.models import Account
from kitchen.notifications.models import Notice
from kitchen.publishing.models import Publication
from kitchen.stories.models import Story, Writer
from tests.evaluation.reports.conftest import LATER, Pressroom
from tests.fixtures.newsroom import Door

TEXT = "九里桥今天上午十点正式通车，全长三百二十米，双向四车道，两岸居民出行时间缩短一半以上。"
PAGE = "https://news.province.example/a/1"


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


@pytest.fixture
def watched(pressroom: Pressroom) -> Pressroom:
    """One story that went out yesterday; a provincial paper and a portal are watched."""
    story = pressroom.write("九里桥正式通车", digest=TEXT[:40], text=TEXT)
    pressroom.send(story, "青禾发布", LATER - timedelta(days=1))
    pressroom.outlet("省里的报", "province.example", Tier.PROVINCE)
    pressroom.outlet("一家门户", "portal.example", Tier.COMMERCIAL)
    return pressroom


def gathered(
    room: Pressroom, title: str, words: str = "", url: str = PAGE, said_at: datetime | None = None
) -> None:
    """A feed told this."""
    with room.database.unit() as session:
        feed = session.query(LeadFeed).first()
        if feed is None:
            feed = LeadFeed(
                name="省里的报", url="https://province.example/rss", every=30, next_at=LATER
            )
            session.add(feed)
        session.add(
            LeadFeedItem(
                feed=feed,
                guid_key=key_of(url + title),
                url_key=key_of(url),
                title=title,
                words=words,
                url=url,
                said_at=said_at,
            )
        )


def pickups(room: Pressroom) -> list[PickUp]:
    with room.database.unit(write=False) as session:
        return list(queries.page_of_pickups(session).items)[::-1]


def story_of(room: Pressroom, session: Any) -> Story:
    found = session.get_one(Story, room.pieces[0].story_id)
    assert isinstance(found, Story)
    return found


def entered(
    room: Pressroom, url: str = PAGE, on: date = date(2026, 4, 9), by: str = "editor"
) -> str:
    with room.database.unit() as session:
        actor = room.newsroom.actors[by]
        story = story_of(room, session)
        return service.enter(session, actor, story, url=url, published_on=on).uid


# --- found by the house ---


def test_what_a_feed_tells_is_proposed_and_only_once(watched: Pressroom) -> None:
    gathered(watched, "九里桥正式通车 两岸出行缩短一半", TEXT[:60], said_at=LATER)
    finding.ring_if_due(watched.database)
    assert watched.newsroom.bell.rung == [(finding.BELL, 0)]
    assert finding.look(watched.database) == 1
    found = pickups(watched)[0]
    assert (found.state, found.outlet.name, found.url) == (Standing.PROPOSED, "省里的报", PAGE)
    assert (found.published_on, found.staff_id) == (date(2026, 4, 10), None)
    assert found.likeness is not None
    assert found.likeness >= 60
    assert finding.look(watched.database) == 0
    watched.newsroom.bell.rung.clear()
    finding.ring_if_due(watched.database)
    assert watched.newsroom.bell.rung == []
    gathered(watched, "九里桥正式通车 两岸出行缩短一半 转", TEXT[:60], url=f"{PAGE}#top")
    assert finding.look(watched.database) == 0  # the same page under another number


@pytest.mark.parametrize(
    ("title", "words", "url"),
    [
        ("省里开了一个会", "会议研究了明年的工作。", PAGE),  # nothing of ours
        ("九里桥正式通车", TEXT, "https://elsewhere.example/a"),  # nobody's page
        ("九里桥正式通车", TEXT, "http://127.0.0.1:8001/a/1"),  # our own site
        ("九里桥正式通车", TEXT, "https://platform.example/our-piece"),  # our own account
        ("九里桥正式通车", TEXT, "https://portal.example/our-account/9"),  # below its page
        ("九里桥正式通车", TEXT, f"https://province.example/{'x' * 700}"),  # fits no column
        ("", "", PAGE),
    ],
)
def test_what_is_no_pickup_is_not_proposed(
    watched: Pressroom, title: str, words: str, url: str
) -> None:
    watched.outlet("平台", "platform.example", Tier.COMMERCIAL)
    with watched.database.unit() as session:
        account = session.get_one(Account, watched.accounts["青禾发布"].id)
        account.public_url = "https://portal.example/our-account"
        session.execute(update(Publication).values(remote_url="https://platform.example/our-piece"))
    gathered(watched, title, words, url)
    assert finding.look(watched.database) == 0


def test_only_what_went_out_within_a_month_is_looked_for(watched: Pressroom) -> None:
    watched.at(LATER + timedelta(days=30))
    gathered(watched, "九里桥正式通车", TEXT)
    assert finding.look(watched.database) == 0


def test_a_run_is_bounded_and_goes_on_where_it_stopped(
    watched: Pressroom, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(finding, "ITEMS_AT_ONCE", 2)
    for number in range(3):
        gathered(watched, "九里桥正式通车", TEXT, f"https://province.example/{number}")
    assert [finding.look(watched.database) for _ in range(3)] == [2, 1, 0]


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
    ],
)
def test_what_cannot_be_entered(watched: Pressroom, url: str, on: date, field: str) -> None:
    with pytest.raises(Invalid) as refused:
        entered(watched, url, on)
    assert list(refused.value.fields) == [field]


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
    assert editor.post_form(f"/insight/pickups/{uid}/confirm").status_code == 302
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
    assert editor.post_form(page, change).status_code == 409


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
