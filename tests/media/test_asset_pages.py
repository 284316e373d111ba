"""Pages of finding, rights, collections and withdrawal, as a browser and a program meet them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import pytest

from kitchen.core import clock
from kitchen.media import queries, rights_queries, service
from kitchen.media.rules import State
from kitchen.screens import asset_uses
from kitchen.stories import service as stories
from tests.fixtures.newsroom import Door, Newsroom
from tests.media.conftest import Enter

PAGES = ["/assets", "/assets/basket", "/assets/expiring", "/collections", "/collections/new"]


@pytest.mark.parametrize("url", PAGES)
def test_the_pages_are_for_those_who_read_the_catalogue(sign_in: Door, url: str) -> None:
    assert sign_in("reporter").get(url).status_code == 200
    assert sign_in.stranger().get(url).status_code == 302
    assert sign_in("admin").get(url).status_code == 403
    assert sign_in("stringer").get(url).status_code == 403


def test_an_empty_page_teaches_what_belongs_there(sign_in: Door) -> None:
    reporter = sign_in("reporter")
    assert "写上人物、地点和事件" in reporter.get("/assets").text
    assert "还没有专辑" in reporter.get("/collections").text
    assert "篮子是空的" in reporter.get("/assets/basket").text
    assert "没有要到期的授权" in reporter.get("/assets/expiring").text
    assert "没有符合条件的素材" in reporter.get("/assets?q=没有&person=谁").text


def test_facets_narrow_by_links_that_keep_what_was_asked(sign_in: Door, enter: Enter) -> None:
    uid = enter(width=240, title="大桥合龙")
    enter(width=250, title="早市")
    reporter = sign_in("reporter")
    tagged = reporter.post_form(
        f"/assets/{uid}/tags", {"person": "林小满、周远", "place": "九里桥", "event": ""}
    )
    assert tagged.status_code == 302
    page = reporter.get("/assets?kind=picture").text
    assert "kind=picture&amp;person=%E6%9E%97%E5%B0%8F%E6%BB%A1" in page
    narrowed = reporter.get("/assets?kind=picture&person=林小满").text
    assert "大桥合龙" in narrowed
    assert "早市" not in narrowed
    assert "找到 1 件" in narrowed
    assert "/assets?person=%E6%9E%97%E5%B0%8F%E6%BB%A1" in narrowed
    shown = reporter.get(f"/assets/{uid}").text
    assert "周远" in shown
    assert 'value="林小满、周远"' in shown or 'value="周远、林小满"' in shown


@pytest.mark.parametrize(
    "query", ["month=2026-13", "month=x", "kind=sound", "orientation=up", "state=gone", "x=1"]
)
def test_a_question_that_makes_no_sense_is_refused(sign_in: Door, query: str) -> None:
    assert sign_in("reporter").get(f"/assets?{query}").status_code == 422


def test_the_timeline_costs_as_many_queries_whatever_is_shown(
    sign_in: Door, enter: Enter, count_queries: Callable[[], int]
) -> None:
    reporter = sign_in("reporter")
    for width in (240, 250, 260):
        uid = enter(width=width, title="荷塘")
        reporter.post_form(f"/assets/{uid}/tags", {"person": f"某{width}", "place": "荷塘镇"})

    def cost(url: str) -> int:
        before = count_queries()
        assert reporter.get(url).status_code == 200
        return count_queries() - before

    for url in ("/assets", "/assets?place=荷塘镇", "/assets?q=荷塘"):
        join = "&" if "?" in url else "?"
        cost(url)
        assert cost(f"{url}{join}limit=1") == cost(f"{url}{join}limit=3")


def test_a_program_narrows_and_tags(sign_in: Door, enter: Enter) -> None:
    uid = enter(title="大桥合龙")
    reporter = sign_in("reporter")
    body = {"person": ["林小满"], "column": ["烟火青禾"]}
    tagged = reporter.call("PUT", f"/api/v1/assets/{uid}/tags", body)
    assert tagged.json["person"] == ["林小满"]
    kept = reporter.call("PUT", f"/api/v1/assets/{uid}/tags", {"column": []})
    assert kept.json == {"person": ["林小满"], "place": [], "event": [], "column": []}
    for query, count in (("person=林小满", 1), ("person=别人", 0), ("q=林小满", 1)):
        assert len(reporter.get(f"/api/v1/assets?{query}").json["items"]) == count


RIGHT = {
    "basis": "licensed",
    "holder": "青禾摄影协会",
    "consent": "given",
    "territory": "mainland",
    "channels": ["wechat", "weibo"],
    "valid_until": "2031-01-31",
}


def test_a_right_is_written_changed_and_struck_on_its_page(
    sign_in: Door, newsroom: Newsroom, enter: Enter
) -> None:
    uid = enter()
    editor = sign_in("editor")
    assert editor.post_form(f"/assets/{uid}/rights/new", RIGHT).status_code == 302
    page = editor.get(f"/assets/{uid}").text
    assert "青禾摄影协会" in page
    assert "2031-01-31" in page
    assert "授权不包括“对外分享”" in page
    with newsroom.database.unit(write=False) as session:
        (right,) = rights_queries.rights_of(session, queries.the_asset(session, uid))
    url = f"/assets/{uid}/rights/{right.uid}"
    assert "青禾摄影协会" in editor.get(url).text
    wrong = {**RIGHT, "valid_from": "2032-01-01", "version": right.version}
    refused = editor.post_form(url, wrong)
    assert (refused.status_code, "截止日在起始日之前" in refused.text) == (422, True)
    assert editor.post_form(url, {**RIGHT, "channels": ["fax"]}).status_code == 422
    stale = editor.post_form(url, {**RIGHT, "version": 0})
    assert stale.status_code == 409
    assert sign_in("reporter").post_form(url, RIGHT).status_code == 403
    assert editor.post_form(f"{url}/strike").status_code == 302
    assert "版权不明" in editor.get(f"/assets/{uid}").text


def test_a_program_writes_changes_and_strikes_a_right(sign_in: Door, enter: Enter) -> None:
    uid, editor = enter(), sign_in("editor")
    made = editor.call("POST", f"/api/v1/assets/{uid}/rights", RIGHT)
    assert (made.status_code, made.json["channels"]) == (201, ["wechat", "weibo"])
    url = f"/api/v1/assets/{uid}/rights/{made.json['uid']}"
    changed = editor.call("PUT", url, {**RIGHT, "version": 1, "holder": "周远"})
    assert changed.json["holder"] == "周远"
    stale = editor.call("PUT", url, {**RIGHT, "version": 1})
    assert (stale.status_code, stale.json["theirs"]["holder"]) == (409, "周远")
    assert editor.call("DELETE", url).status_code == 204
    assert editor.get(f"/api/v1/assets/{uid}/rights").json["items"] == []


def test_what_ends_soon_is_listed(sign_in: Door, newsroom: Newsroom, enter: Enter) -> None:
    with newsroom.database.unit(write=False) as session:
        today: date = clock.today(session)
    enter(title="快到期的图", rights_until=today + timedelta(days=3))
    page = sign_in("reporter").get("/assets/expiring").text
    assert "快到期的图" in page
    assert "3 天" in page


@pytest.fixture
def shown_in(newsroom: Newsroom) -> Callable[[str], str]:
    """``shown_in(uid)`` begins a story that shows the asset; answers the story's uid."""

    def began(uid: str) -> str:
        with newsroom.database.unit() as session:
            story = stories.begin(session, newsroom.reporter, title="大桥通车")
            asset = queries.the_asset(session, uid)
            service.use(session, newsroom.reporter, asset, story, "figure")
            return story.uid

    return began


def test_a_withdrawal_shows_what_uses_it_first_and_is_taken_back(
    sign_in: Door, newsroom: Newsroom, enter: Enter, shown_in: Callable[[str], str]
) -> None:
    uid = enter(title="旧照")
    story = shown_in(uid)
    chief, url = sign_in("chief"), f"/assets/{uid}/withdraw"
    page = chief.get(url).text
    assert f"/stories/{story}" in page
    assert "还没有发出" in page
    refused = chief.post_form(url, {"note": ""})
    assert (refused.status_code, "请写明理由" in refused.text) == (422, True)
    assert sign_in("reporter").get(url).status_code == 403
    assert chief.post_form(url, {"note": "当事人要求"}).status_code == 302
    shown = chief.get(f"/assets/{uid}").text
    assert "素材已撤下，不能再用" in shown
    assert "恢复使用" in shown
    assert f'data-uid="{uid}"' not in sign_in("reporter").get("/assets/picker").text
    assert chief.post_form(url, {"note": "再来"}).status_code == 409
    assert chief.post_form(f"/assets/{uid}/restore").status_code == 302
    assert f'data-uid="{uid}"' in sign_in("reporter").get("/assets/picker").text


def test_a_program_withdraws_and_restores(sign_in: Door, enter: Enter) -> None:
    uid, chief = enter(), sign_in("chief")
    url = f"/api/v1/assets/{uid}"
    assert chief.call("POST", f"{url}/withdraw", {}).status_code == 422
    gone = chief.call("POST", f"{url}/withdraw", {"note": "当事人要求"})
    assert gone.json["state"] == State.WITHDRAWN
    assert sign_in("editor").call("POST", f"{url}/restore").status_code == 403
    assert chief.call("POST", f"{url}/restore").json["state"] == State.AVAILABLE


def test_every_story_that_shows_an_asset_is_listed_once(
    newsroom: Newsroom, enter: Enter, shown_in: Callable[[str], str]
) -> None:
    uid = enter()
    first, second = shown_in(uid), shown_in(uid)
    with newsroom.database.unit() as session:
        asset = queries.the_asset(session, uid)
        found = asset_uses.uses_of(session, asset)
        assert [each.story.uid for each in found] == [second, first]
        service.use(session, newsroom.reporter, asset, found[0].story, "attached")
        assert len(asset_uses.uses_of(session, asset)) == 2


def _mark(uids: list[str], **more: Any) -> dict[str, Any]:
    return {"asset": uids, **more}


def test_marked_assets_go_into_the_basket_and_come_first_in_the_picker(
    sign_in: Door, enter: Enter
) -> None:
    uids = [enter(width=240 + at) for at in range(3)]
    reporter = sign_in("reporter")
    put = reporter.post_form("/assets/basket?kind=picture", _mark(uids[:1]))
    assert (put.status_code, put.headers["Location"]) == (302, "/assets?kind=picture")
    page = reporter.get("/assets/basket").text
    assert uids[0] in page
    assert uids[1] not in page
    assert "篮子 1" in reporter.get("/assets").text
    json = {"Accept": "application/json"}
    items = reporter.get("/assets/picker", headers=json).json["items"]
    assert [item["asset"] for item in items] == [uids[0], uids[2], uids[1]]
    others = sign_in("editor").get("/assets/picker", headers=json).json["items"]
    assert [item["asset"] for item in others] == [uids[2], uids[1], uids[0]]
    assert reporter.post_form("/assets/basket", _mark(["nothing"])).status_code == 422
    assert reporter.post_form("/assets/basket", {}).status_code == 422
    assert reporter.post_form("/assets/basket/out", {"asset": uids[0]}).status_code == 302
    assert "篮子是空的" in reporter.get("/assets/basket").text


def test_a_collection_is_begun_filled_ordered_renamed_and_given_up(
    sign_in: Door, enter: Enter
) -> None:
    uids = [enter(width=240, title="甲图"), enter(width=250, title="乙图")]
    reporter = sign_in("reporter")
    assert reporter.post_form("/collections/new", {"name": "", "whose": "mine"}).status_code == 422
    made = reporter.post_form("/collections/new", {"name": "荷花节", "whose": "unit"})
    home = made.headers["Location"]
    uid = home.rpartition("/")[2]
    assert "专辑还是空的" in reporter.get(home).text
    put = reporter.post_form("/collections/put", _mark(uids, collection=uid))
    assert put.headers["Location"] == home
    page = sign_in("second_reporter").get(home).text
    assert page.index("甲图") < page.index("乙图")
    moved = {"asset": uids[1], "by": "-1"}
    assert reporter.post_form(f"{home}/move", moved).status_code == 302
    page = reporter.get(home).text
    assert page.index("乙图") < page.index("甲图")
    assert sign_in("town_editor").post_form(f"{home}/move", moved).status_code == 403
    assert reporter.post_form(home, {"name": "荷花节二", "whose": "mine"}).status_code == 302
    assert "荷花节二" in reporter.get("/collections").text
    assert reporter.post_form(f"{home}/out", {"asset": uids[0]}).status_code == 302
    assert "甲图" not in reporter.get(home).text
    shared = sign_in("editor").post_form(f"{home}/shares", {"days": "3"})
    assert shared.status_code == 200
    assert reporter.post_form(f"{home}/close").status_code == 302
    assert reporter.get(home).status_code == 404


def test_a_program_gathers(sign_in: Door, enter: Enter) -> None:
    uid, reporter = enter(), sign_in("reporter")
    made = reporter.call("POST", "/api/v1/collections", {"name": "荷花节"})
    assert made.status_code == 201
    url = f"/api/v1/collections/{made.json['uid']}/assets"
    assert reporter.call("POST", url, {"asset": [uid]}).status_code == 200
    assert [item["uid"] for item in reporter.get(url).json["items"]] == [uid]
    assert sign_in("editor").get(url).status_code == 404
    assert len(reporter.get("/api/v1/collections").json["items"]) == 1
    assert sign_in("editor").get("/api/v1/collections").json["items"] == []


def test_a_claim_is_made_on_the_page_by_another_unit(sign_in: Door, enter: Enter) -> None:
    uid = enter()
    url = f"/assets/{uid}/adopt"
    assert "认领到本单位" not in sign_in("reporter").get(f"/assets/{uid}").text
    town = sign_in("town_editor")
    assert "认领到本单位" in town.get(f"/assets/{uid}").text
    assert town.post_form(url, {"share": "99"}).status_code == 422
    assert town.post_form(url, {"share": "70"}).status_code == 302
    assert "认领到本单位" not in town.get(f"/assets/{uid}").text
    assert town.call("POST", f"/api/v1{url}", {"share": 70}).status_code == 409
