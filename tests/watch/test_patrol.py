"""Walks along accounts: what is gone, what is foreign, and what proves nothing."""

from __future__ import annotations

from typing import Any

import pytest

from channels.base import Abilities, Listing, Outcome, Receipt
from kitchen.core.access import Actor
from kitchen.core.errors import Forbidden, Invalid, WrongState
from kitchen.publishing.models import ReceiptRow
from kitchen.watch import queries, service
from kitchen.watch.models import ForeignPost, Missed, Walk
from tests.fixtures.newsroom import Door
from tests.publishing.conftest import Platform, accepted, after
from tests.watch.conftest import Watched


def foreign(watched: Watched) -> list[ForeignPost]:
    with watched.database.unit(write=False) as session:
        return list(queries.page_of_foreign_posts(session).items)


def test_a_live_post_that_stands_there_stays_live(watched: Watched) -> None:
    watched.publish()
    for _ in range(4):
        watched.walk(minutes=31)
    assert watched.states() == ["live"]
    assert foreign(watched) == []


def test_two_looks_in_vain_prove_that_it_is_gone_and_raise_the_alarm(watched: Watched) -> None:
    watched.publish(shown=False)
    watched.walk(minutes=31)
    assert watched.states() == ["live"]
    watched.walk(minutes=31)
    assert watched.states() == ["gone"]
    assert len(watched.told("不见了")) == 1
    with watched.database.unit(write=False) as session:
        newest = session.query(ReceiptRow).order_by(ReceiptRow.id.desc()).first()
        assert newest is not None
        assert (newest.source, newest.outcome) == ("listing", "gone")
    watched.walk(minutes=31)
    assert len(watched.told("不见了")) == 1


def test_what_comes_back_between_two_looks_is_not_gone(watched: Watched) -> None:
    watched.publish(shown=False)
    watched.walk(minutes=31)
    watched.show()
    watched.walk(minutes=31)
    watched.clear()
    watched.walk(minutes=31)
    assert watched.states() == ["live"]
    with watched.database.unit(write=False) as session:
        assert session.query(Missed).count() == 1


def test_a_second_look_too_soon_proves_nothing(watched: Watched) -> None:
    watched.publish(shown=False)
    watched.shelf.breaks_after = 0
    watched.walk(minutes=31)
    watched.shelf.breaks_after = None
    watched.walk(minutes=31)
    with watched.database.unit() as session:
        session.query(Walk).delete()
    watched.walk(minutes=1)
    assert watched.states() == ["live"]


@pytest.mark.parametrize("worth", ["broken", "lagging"])
def test_a_list_that_breaks_off_or_lags_proves_no_absence(
    watched: Watched, platform: Platform, worth: str
) -> None:
    watched.publish(shown=False)
    if worth == "broken":
        watched.shelf.breaks_after = 0
    else:
        platform.abilities = Abilities(Listing.LAGGING)
    for _ in range(3):
        watched.walk(minutes=31)
    assert watched.states() == ["live"]


def test_what_the_platform_itself_lists_as_gone_is_gone_though_the_list_lags(
    watched: Watched, platform: Platform
) -> None:
    watched.publish(shown=False)
    platform.abilities = Abilities(Listing.LAGGING)
    watched.show(outcome=Outcome.GONE)
    watched.walk(minutes=31)
    watched.walk(minutes=31)
    assert watched.states() == ["gone"]
    assert foreign(watched) == []


def test_after_a_day_the_account_is_walked_daily_and_after_a_week_nothing_is_missed(
    watched: Watched,
) -> None:
    watched.publish()
    watched.walk(minutes=1)
    watched.walk(hours=25)
    walks = len(watched.shelf.asked_since)
    watched.walk(minutes=31)
    assert len(watched.shelf.asked_since) == walks
    watched.clear()
    watched.walk(days=7)
    watched.walk(days=2)
    assert watched.states() == ["live"]


def test_what_we_did_not_put_there_is_reported_once(watched: Watched) -> None:
    watched.publish()
    watched.put("x-1", url="https://platform.example/x-1")
    watched.walk(minutes=1)
    watched.walk(minutes=31)
    (found,) = foreign(watched)
    assert (found.remote_id, found.title, found.state) == ("x-1", "低价出售", "open")
    told = watched.told("不是由系统发出")
    assert {each.staff_id for each in told} == {
        watched.newsroom.operator.id,
        watched.newsroom.duty.id,
        watched.newsroom.admin.id,
    }


def test_a_foreign_post_is_seen_though_the_list_breaks_off_behind_it(watched: Watched) -> None:
    watched.publish()
    watched.put("x-1")
    watched.shelf.breaks_after = 1
    watched.walk(minutes=1)
    assert [each.remote_id for each in foreign(watched)] == ["x-1"]


def test_what_stood_there_before_the_account_was_ours_is_nobodys_business(
    watched: Watched,
) -> None:
    watched.publish()
    with watched.database.unit(write=False) as session:
        old = session.merge(watched.accounts[0], load=False).created_at
    watched.put("x-0", at=old.replace(year=old.year - 1))
    watched.walk(minutes=1)
    assert foreign(watched) == []


@pytest.mark.parametrize("play", [after, accepted])
def test_what_is_still_in_doubt_is_ours_by_its_link_or_left_for_later(
    watched: Watched, platform: Platform, play: Any
) -> None:
    watched.approve()
    platform.play(watched.accounts[0].uid, play)
    platform.polls = [Outcome.ACCEPTED] * 20
    watched.carry()
    (row,) = watched.rows()
    with watched.database.unit(write=False) as session:
        link = session.merge(row, load=False).frozen_post.post["link"]
    watched.put("id-1", link=link)
    watched.put("x-1")
    watched.put("x-2", link="https://elsewhere.example/")
    watched.walk(minutes=1)
    assert [each.remote_id for each in foreign(watched)] == ["x-2"]
    assert watched.states() == [str(row.state)]


def test_what_was_published_by_hand_is_known_by_its_address(
    watched: Watched, platform: Platform
) -> None:
    address = "https://platform.example/by-hand"
    watched.approve()
    platform.play(watched.accounts[0].uid, lambda *_: Receipt(Outcome.LIVE, "", address))
    watched.carry()
    watched.put("17", url=address)
    watched.walk(minutes=1)
    assert foreign(watched) == []


def judge(watched: Watched, actor: Actor, verb: Any, *words: str) -> None:
    with watched.database.unit() as session:
        (found,) = queries.page_of_foreign_posts(session).items
        verb(session, actor, found, *words)


def test_a_person_says_whose_it_is_and_why(watched: Watched) -> None:
    watched.publish()
    watched.put("x-1")
    watched.walk(minutes=1)
    with pytest.raises(Forbidden):
        judge(watched, watched.newsroom.reporter, service.own, "小林手工发的")
    with pytest.raises(Invalid):
        judge(watched, watched.newsroom.operator, service.own, " ")
    judge(watched, watched.newsroom.operator, service.own, "小林手工发的")
    (found,) = foreign(watched)
    assert (found.state, found.note) == ("ours", "小林手工发的")
    assert found.judged_by_id == watched.newsroom.operator.id
    with pytest.raises(WrongState):
        judge(watched, watched.newsroom.operator, service.disown)


def test_the_page_offers_to_stop_the_account_once_it_is_disowned(
    watched: Watched, sign_in: Door
) -> None:
    watched.publish()
    watched.put("x-1", url="https://platform.example/x-1")
    watched.walk(minutes=1)
    operator = sign_in("operator")
    (found,) = foreign(watched)
    assert "低价出售" in operator.get("/matrix/patrol").text
    page = operator.get(f"/matrix/patrol/{found.uid}").text
    assert "不是我们发的" in page
    assert "立即停发" not in page
    refused = operator.post_form(f"/matrix/patrol/{found.uid}/own")
    assert refused.status_code == 422
    assert operator.post_form(f"/matrix/patrol/{found.uid}/disown").status_code == 302
    assert "立即停发" in operator.get(f"/matrix/patrol/{found.uid}").text
    stop = {"on": "0", "note": "账号可能被盗"}
    operator.post_form(f"/matrix/accounts/{watched.accounts[0].uid}/sending", stop)
    assert "立即停发" not in operator.get(f"/matrix/patrol/{found.uid}").text


def test_the_api_lists_and_judges(watched: Watched, sign_in: Door) -> None:
    watched.publish()
    watched.put("x-1")
    watched.walk(minutes=1)
    (found,) = sign_in("inspector").get("/api/v1/foreign_posts").json["items"]
    assert found["actions"] == []
    assert (
        sign_in("inspector")
        .call("POST", f"/api/v1/foreign_posts/{found['uid']}/disown")
        .status_code
        == 403
    )
    answer = sign_in("duty").call("POST", f"/api/v1/foreign_posts/{found['uid']}/disown", {})
    assert answer.json["state"] == "alien"
    assert sign_in("duty").get(f"/api/v1/foreign_posts/{found['uid']}").json["judged_by"]
