"""The services and accounts that the app leads to, and whether their addresses still answer."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select

from channels.http import close_connections
from kitchen.core.errors import Duplicate, Forbidden, Stale
from kitchen.matrix.models import Account
from kitchen.outlet import catalogue, queries
from kitchen.outlet.models import OutletLinkCheck, OutletService
from kitchen.outlet.rules import BROKEN_AFTER, LOOK_AGAIN, LOOK_AGAIN_SOON, answers
from kitchen.screens import destinations
from tests.channels.platform import Answer, Platform, serving
from tests.fixtures.newsroom import Door, Newsroom


@pytest.fixture
def site() -> Iterator[Platform]:
    """Somebody else's web site."""
    with serving() as platform:
        platform.on("/permits", Answer("fine"))
        platform.on("/account", Answer("fine"))
        yield platform
        close_connections()


@pytest.fixture
def service(newsroom: Newsroom, site: Platform) -> OutletService:
    with newsroom.database.unit() as session:
        return catalogue.enter_service(
            session,
            newsroom.operator,
            name="注册办证",
            category="政务服务",
            url=f"{site.url}/permits",
            unit="区行政审批局",
            note="营业执照",
        )


@pytest.fixture
def account(newsroom: Newsroom, site: Platform) -> Account:
    with newsroom.database.unit() as session:
        row = Account(
            channel="wechat",
            name="青禾区政务",
            handle="qinghe",
            unit_id=newsroom.units["青禾区融媒体中心"].id,
            public_url=f"{site.url}/account",
        )
        session.add(row)
    return row


def look(newsroom: Newsroom, times: int = 1) -> None:
    for _ in range(times):
        destinations.look(newsroom.database)
        shift = newsroom.database.info.get("shift", timedelta())
        newsroom.database.info["shift"] = shift + LOOK_AGAIN


def checks(newsroom: Newsroom) -> list[OutletLinkCheck]:
    with newsroom.database.unit(write=False) as session:
        return list(session.scalars(select(OutletLinkCheck)))


@pytest.mark.usefixtures("service")
def test_readers_find_services_by_category(reader: FlaskClient, site: Platform) -> None:
    page = reader.get("/services").text
    assert '<h2 lang="zh-CN">政务服务</h2>' in page
    assert led_to(reader, page) == [f"{site.url}/permits"]
    assert "区行政审批局" in page


def led_to(reader: FlaskClient, page: str) -> list[str]:
    """Where the links of a page lead that lead out of the app; taking one counts."""
    links = re.findall(r'href="(/go/[^"]+)" rel="noopener noreferrer nofollow"', page)
    return [reader.get(link).headers["Location"] for link in links]


def test_nothing_entered_is_said(reader: FlaskClient) -> None:
    assert "还没有登记服务" in reader.get("/services").text
    assert "还没有公开的账号" in reader.get("/links").text


def test_a_service_is_entered_changed_and_retired(
    newsroom: Newsroom, service: OutletService, reader: FlaskClient
) -> None:
    with newsroom.database.unit() as session:
        found = queries.service_by_uid(session, service.uid)
        catalogue.change_service(session, newsroom.operator, found, 1, note="证照")
    assert "证照" in reader.get("/services").text
    with newsroom.database.unit() as session, pytest.raises(Stale):
        found = queries.service_by_uid(session, service.uid)
        catalogue.change_service(session, newsroom.operator, found, 1, note="执照")
    with newsroom.database.unit() as session, pytest.raises(Duplicate):
        catalogue.enter_service(session, newsroom.operator, name="注册办证")
    with newsroom.database.unit() as session, pytest.raises(Forbidden):
        catalogue.enter_service(session, newsroom.reporter, name="别的")
    with newsroom.database.unit() as session:
        found = queries.service_by_uid(session, service.uid)
        catalogue.change_service(session, newsroom.operator, found, None, enabled=False)
    assert "注册办证" not in reader.get("/services").text


def test_the_desk_keeps_the_catalogue(sign_in: Door) -> None:
    operator = sign_in("operator")
    given = {
        "name": "社保",
        "category": "政务服务",
        "unit": "区人社局",
        "url": "javascript:alert(1)",
    }
    refused = operator.post_form("/outlet/services/new", given)
    assert (refused.status_code, "格式不对" in refused.text) == (422, True)
    given["url"] = "https://shebao.example.cn/"
    assert operator.post_form("/outlet/services/new", given).status_code == 302
    assert "还没有检查" in operator.get("/outlet/services").text
    made = operator.get("/api/v1/outlet/services").json["items"][0]
    url = f"/outlet/services/{made['uid']}"
    changed = {**given, "name": "社保办理", "version": "1", "enabled": "1"}
    assert operator.post_form(url, changed).status_code == 302
    assert operator.post_form(url, changed).status_code == 409
    body = {**given, "name": "社保", "enabled": True, "version": 2}
    put = operator.call("PUT", f"/api/v1{url}", body)
    assert (put.status_code, put.json["name"]) == (200, "社保")
    denied = sign_in("reporter").call("POST", "/api/v1/outlet/services", given)
    assert denied.status_code == 403


@pytest.mark.usefixtures("account")
def test_readers_find_every_account_in_use_by_platform(
    newsroom: Newsroom, reader: FlaskClient, site: Platform
) -> None:
    page = reader.get("/links").text
    assert led_to(reader, page) == [f"{site.url}/account"]
    assert "青禾区政务" in page
    assert "微信公众号" in page
    with newsroom.database.unit() as session:
        session.scalars(select(Account)).one().enabled = False
    with newsroom.database.unit(write=False) as session:
        assert destinations.doors(session) == []


@pytest.mark.usefixtures("service", "account")
def test_every_address_is_looked_at_and_not_again_before_long(
    newsroom: Newsroom, site: Platform
) -> None:
    destinations.look(newsroom.database)
    destinations.look(newsroom.database)
    assert sorted(request.path for request in site.requests) == ["/account", "/permits"]
    assert {(check.status, check.failures) for check in checks(newsroom)} == {(200, 0)}


@pytest.mark.usefixtures("service", "account")
def test_what_stays_away_is_marked_for_readers_and_comes_back_by_itself(
    newsroom: Newsroom, site: Platform, reader: FlaskClient, sign_in: Door
) -> None:
    site.on("/permits", Answer("", 404))
    site.on("/account", Answer("", 500))
    look(newsroom, BROKEN_AFTER - 1)
    assert led_to(reader, reader.get("/services").text) == [f"{site.url}/permits"]
    assert "刚才没打开" in sign_in("operator").get("/outlet/services").text
    look(newsroom)
    services, links = reader.get("/services").text, reader.get("/links").text
    assert led_to(reader, services) == []
    assert "这个网站暂时打不开" in services
    assert "青禾区政务" not in links
    sign_in.visitors.clear()  # hours have passed, and with them the sign-in
    assert "打不开" in sign_in("operator").get("/outlet/services").text
    assert "打不开" in sign_in("operator").get("/outlet/links").text
    site.on("/permits", Answer("fine"))
    site.on("/account", Answer("fine"))
    look(newsroom)
    assert led_to(reader, reader.get("/services").text) == [f"{site.url}/permits"]
    assert "青禾区政务" in reader.get("/links").text


def test_what_is_no_longer_led_to_is_no_longer_looked_at(
    newsroom: Newsroom, service: OutletService
) -> None:
    look(newsroom)
    assert len(checks(newsroom)) == 1
    with newsroom.database.unit() as session:
        found = queries.service_by_uid(session, service.uid)
        catalogue.change_service(session, newsroom.operator, found, None, enabled=False)
    look(newsroom)
    assert checks(newsroom) == []


@pytest.mark.usefixtures("service")
def test_the_timetable_rings_only_when_there_is_something_to_look_at(newsroom: Newsroom) -> None:
    newsroom.bell.rung.clear()
    destinations.ring(newsroom.database)
    assert newsroom.bell.rung == [("links", 0)]
    destinations.look(newsroom.database)
    newsroom.bell.rung.clear()
    destinations.ring(newsroom.database)
    assert newsroom.bell.rung == []


def test_a_first_failure_is_looked_at_again_soon(
    newsroom: Newsroom, service: OutletService, site: Platform
) -> None:
    site.on("/permits", Answer("", 503))
    destinations.look(newsroom.database)
    newsroom.database.info["shift"] = LOOK_AGAIN_SOON + timedelta(seconds=5)
    destinations.look(newsroom.database)
    assert [check.failures for check in checks(newsroom)] == [2]
    assert service.url == checks(newsroom)[0].url


@pytest.mark.parametrize(
    ("status", "there"),
    [(200, True), (302, True), (401, True), (403, True), (404, False), (410, False), (503, False)],
)
def test_a_page_that_asks_to_sign_in_is_there(status: int, there: bool) -> None:
    assert answers(status) is there
