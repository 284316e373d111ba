"""Links that lead readers out: counted without a trace; the matrix by unit; matters told."""

from __future__ import annotations

from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, inspect, select

from kitchen.core import clock
from kitchen.core.errors import Forbidden, Invalid
from kitchen.matrix.models import Account
from kitchen.outlet import catalogue, clicks
from kitchen.outlet.models import OutletClicks, OutletService
from tests.fixtures.newsroom import Door, Newsroom


@pytest.fixture
def account(newsroom: Newsroom) -> Account:
    with newsroom.database.unit() as session:
        row = Account(
            channel="wechat",
            name="云溪教育",
            handle="yunxi",
            unit_id=newsroom.units["云溪街道"].id,
            public_url="https://wechat.example/yunxi",
        )
        session.add(row)
    return row


@pytest.fixture
def service(newsroom: Newsroom) -> OutletService:
    with newsroom.database.unit() as session:
        return catalogue.enter_service(
            session,
            newsroom.operator,
            name="社保办理",
            category="政务服务",
            url="https://shebao.example/",
            unit="区人社局",
            note="",
        )


def taken(newsroom: Newsroom) -> dict[str, int]:
    with newsroom.database.unit(write=False) as session:
        return clicks.totals(session, clock.today(session) - timedelta(days=30))


def test_a_link_leads_out_and_is_counted_by_day(
    reader: FlaskClient, newsroom: Newsroom, account: Account, service: OutletService
) -> None:
    for _ in range(3):
        answer = reader.get(f"/go/{account.uid}")
        assert answer.headers["Location"] == "https://wechat.example/yunxi"
    assert reader.get(f"/go/{service.uid}").status_code == 302
    assert taken(newsroom) == {account.uid: 3, service.uid: 1}
    newsroom.database.info["shift"] = timedelta(days=31)
    reader.get(f"/go/{account.uid}")
    assert taken(newsroom) == {account.uid: 1}


def test_nothing_is_kept_of_whoever_went(
    reader: FlaskClient, newsroom: Newsroom, account: Account
) -> None:
    headers = {"User-Agent": "a-browser-to-be-known-by", "Referer": "https://from.example/"}
    answer = reader.get(f"/go/{account.uid}", headers=headers)
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.headers["Referrer-Policy"] == "no-referrer"
    with newsroom.database.unit(write=False) as session:
        columns = {
            each["name"] for each in inspect(session.get_bind()).get_columns("outlet_clicks")
        }
        assert columns == {"uid", "day", "clicks"}
        assert session.scalar(select(func.count()).select_from(OutletClicks)) == 1


def test_a_look_ahead_counts_for_nothing_and_a_strange_link_leads_nowhere(
    reader: FlaskClient, newsroom: Newsroom, account: Account
) -> None:
    assert reader.head(f"/go/{account.uid}").status_code == 302
    reader.get(f"/go/{account.uid}", headers={"Sec-Purpose": "prefetch;anonymous-client-ip"})
    assert taken(newsroom) == {}
    assert reader.get("/go/nobody").status_code == 404
    with newsroom.database.unit() as session:
        session.get_one(Account, account.id).enabled = False
    assert reader.get(f"/go/{account.uid}").status_code == 404
    assert "Disallow: /go/" in reader.get("/robots.txt").text


def test_the_matrix_shows_who_runs_which_account_where_and_what_it_offers(
    reader: FlaskClient, sign_in: Door, account: Account
) -> None:
    page = reader.get("/matrix").text
    assert '<h2 lang="zh-CN">云溪街道</h2>' in page
    assert "微信公众号" in page
    operator, url = sign_in("operator"), f"/outlet/links/{account.uid}"
    assert sign_in("reporter").get(url).status_code == 403
    refused = operator.post_form(url, {"offers": "长" * 201})
    assert (refused.status_code, "长" * 201 in refused.text) == (422, True)
    assert operator.post_form(url, {"offers": "招生入学、政策问答"}).status_code == 302
    assert "招生入学、政策问答" in reader.get("/matrix").text
    assert "招生入学、政策问答" in operator.get("/outlet/links").text
    assert operator.post_form(url, {"offers": ""}).status_code == 302
    assert "招生入学" not in reader.get("/matrix").text
    english = reader.get("/matrix?lang=en").text
    assert "云溪教育" in english


@pytest.mark.usefixtures("account")
def test_an_empty_matrix_says_so(reader: FlaskClient, newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        session.scalars(select(Account)).one().enabled = False
    assert "还没有公开的账号" in reader.get("/matrix").text


def test_what_a_service_handled_is_told_by_month_and_shown_to_readers(
    reader: FlaskClient, sign_in: Door, newsroom: Newsroom, service: OutletService
) -> None:
    with newsroom.database.unit(write=False) as session:
        this_month = clock.today(session).replace(day=1)
    last = this_month - timedelta(days=1)
    operator, url = sign_in("operator"), f"/outlet/services/{service.uid}/handled"
    told = {"month": last.isoformat(), "handled": "1280", "source": "区人社局月报"}
    early = operator.post_form(url, {**told, "month": this_month.isoformat()})
    assert (early.status_code, "1280" in early.text) == (422, True)
    assert operator.post_form(url, told).status_code == 302
    words = f"{last.year}年{last.month}月办件 1,280 件"
    assert words in reader.get("/services").text
    assert "1280" in operator.get("/outlet/services").text.replace(",", "")
    corrected = {**told, "handled": 1300}
    assert operator.call("POST", f"/api/v1{url}", corrected).status_code == 204
    assert f"{last.year}年{last.month}月办件 1,300 件" in reader.get("/services").text
    assert sign_in("reporter").call("POST", f"/api/v1{url}", corrected).status_code == 403
    with newsroom.database.unit() as session:
        with pytest.raises(Forbidden):
            catalogue.tell_handled(session, newsroom.reporter, service, last, 1, "猜的")
        with pytest.raises(Invalid):
            catalogue.tell_handled(session, newsroom.operator, service, this_month, 1, "预估")
