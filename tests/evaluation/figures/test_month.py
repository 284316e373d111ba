"""A month through the sandbox: real adapters, a clock that moves, and every figure recomputed.

What the page shows is held against what the platforms themselves say over HTTP, added up here by
other means than the collection's.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from PIL import Image

from channels.base import Channel, Edition, Form
from channels.registry import channel_class
from channels.sandbox.app import create_sandbox
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.demo.accounts import PLANS, Place
from kitchen.evaluation.figures import period
from kitchen.evaluation.figures.models import PieceTurn
from kitchen.evaluation.figures.rules import Age
from kitchen.matrix.models import Account
from kitchen.ports import Ports
from kitchen.sanctions.queries import Period
from kitchen.stories.models import Story
from tests.channels.twins import MemoryFiles, MemoryTokens, medium
from tests.evaluation.figures.conftest import MONDAY, Counted
from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.served import Server
from tests.publishing.conftest import Platform

pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)

OURS = "http://127.0.0.1:8001"
DAYS = 41


def _drawn() -> bytes:
    out = io.BytesIO()
    Image.new("RGB", (90, 60), "teal").save(out, "JPEG")
    return out.getvalue()


COVER = _drawn()


@dataclass
class Street:
    """The platforms, living by the newsroom's clock."""

    url: str
    accounts: dict[str, Any] = field(default_factory=dict)

    def state(self) -> Any:
        return httpx.get(f"{self.url}/__sim__/state").json()

    def weibo(self, remote_ids: list[str]) -> dict[str, tuple[int, ...]]:
        """Likes, shares and comments so far, by Weibo's own counter."""
        query = {
            "ids": ",".join(remote_ids),
            "access_token": self.accounts["weibo"].settings["access_token"],
        }
        told = httpx.get(f"{self.url}/weibo/2/statuses/count.json", params=query).json()
        names = ("attitudes", "reposts", "comments")
        return {str(it["id"]): tuple(int(it[name]) for name in names) for it in told}

    def wechat(self, published: date) -> list[dict[str, Any]]:
        """What WeChat tells of everything that went out on that day."""
        settings = self.accounts["wechat"].settings
        given = {"appid": settings["app_id"], "secret": settings["app_secret"]}
        asked = {"grant_type": "client_credential", **given, "force_refresh": False}
        token = httpx.post(f"{self.url}/wechat/cgi-bin/stable_token", json=asked).json()
        answer = httpx.post(
            f"{self.url}/wechat/datacube/getarticletotaldetail",
            params={"access_token": token["access_token"]},
            json={"begin_date": str(published), "end_date": str(published)},
        )
        rows: list[dict[str, Any]] = answer.json()["list"]
        return rows


@pytest.fixture
def street(database: Database, tmp_path: Path) -> Iterator[Street]:
    server = Server()
    database.info["now"] = MONDAY
    server.face = app = create_sandbox(
        tmp_path / "street", server.address, clock=lambda: database.info["now"].timestamp()
    )
    yield Street(server.address)
    server.stop()
    app.extensions["sandbox"].store.close()


@pytest.fixture
def ports(ports: Ports) -> Ports:
    """Ports that lead to the real adapters; each account keeps its tokens."""
    tokens: dict[str, MemoryTokens] = {}

    def open_channel(key: str, settings: Any, account: str) -> Channel:
        kind = channel_class(key)
        own = tokens.setdefault(account, MemoryTokens())
        return kind(kind.Settings(**settings), MemoryFiles(COVER), own)

    return replace(ports, open_channel=open_channel)


@pytest.fixture
def month(newsroom: Newsroom, platform: Platform, street: Street) -> Counted:
    made = Counted(newsroom, platform)
    for plan in (it for it in PLANS if it.channel in ("weibo", "wechat")):
        found = next(it for it in street.state()["accounts"] if it["channel"] == plan.channel)
        with newsroom.database.unit() as session:
            account = Account(
                channel=plan.channel,
                name=plan.name,
                handle=str(found[plan.identity]),
                unit_id=newsroom.operator.unit_id,
                settings=plan.settings(Place(street.url, OURS), found),
            )
            session.add(account)
        street.accounts[plan.channel] = account
    return made


def written_for(channel: str, number: int) -> Edition:
    if channel == "weibo":
        return Edition(Form.STATUS, body=f"荷塘村第{number}盏路灯亮了")
    return Edition(
        Form.ARTICLE,
        title=f"荷塘村第{number}盏路灯亮了",
        digest="一共六盏。",
        body="<p>一共六盏。</p>",
        cover=medium(COVER),
    )


def out(month: Counted, account: Account, number: int) -> Story:
    """A story goes out there, and the platform says so."""
    story = month.approve_for([account], written_for(account.channel, number))
    month.carry()
    month.recover(2)
    return story


def test_a_month_of_figures_is_what_the_platforms_say(
    month: Counted, street: Street, sign_in: Door
) -> None:
    pieces: dict[int, list[Story]] = {}
    weibo: dict[tuple[int, int], tuple[int, ...]] = {}
    for hour in range(DAYS * 24):
        month.at(MONDAY + timedelta(hours=hour))
        if hour in (0, 30, 200):
            month.recover(1)
            pieces[hour] = [
                out(month, account, hour + number)
                for number, account in enumerate(street.accounts.values())
            ]
            month.at(MONDAY + timedelta(hours=hour, minutes=59))
        elif _due(month):
            month.collect()
            _look(month, street, weibo)
    rows = {row.id: row for row in month.rows()}
    assert {row.state for row in rows.values()} == {"live"}
    told = {
        (row.id, age): figures
        for stories in pieces.values()
        for story in stories
        for row in rows.values()
        if row.story_id == story.id
        for age, figures in month.figures(story).items()
    }
    assert told == {**_of_weibo(weibo), **_of_wechat(month, street)}
    assert len(told) == 3 * 6 + 3 * 4
    _the_page_says_the_same(month, sign_in, told)


def _due(month: Counted) -> bool:
    with month.database.unit(write=False) as session:
        due = session.query(PieceTurn).filter(PieceTurn.next_at <= clock.now(session))
        return due.first() is not None


def _look(month: Counted, street: Street, seen: dict[tuple[int, int], tuple[int, ...]]) -> None:
    """What Weibo's counter shows at this very moment, for pieces that have just reached an age."""
    for row in month.rows():
        if row.channel != "weibo":
            continue
        alive = month.now() - row.since
        past = [age for age in Age if age.span <= alive]
        if past and (row.id, int(past[-1])) not in seen:
            seen[row.id, int(past[-1])] = street.weibo([row.remote_id])[row.remote_id]


def _of_weibo(seen: dict[tuple[int, int], tuple[int, ...]]) -> dict[Any, Any]:
    return {
        key: (None, likes, None, shares, comments)
        for key, (likes, shares, comments) in seen.items()
    }


def _of_wechat(month: Counted, street: Street) -> dict[Any, Any]:
    """Days added up by hand, from what the platform tells at the end of it all."""
    found: dict[Any, Any] = {}
    for row in month.rows():
        if row.channel != "wechat":
            continue
        born = clock.local(row.since)
        (article,) = (
            it for it in street.wechat(born.date()) if it["content_url"] == row.remote_url
        )
        for age in (24, 72, 168, 720):
            until = (born + timedelta(hours=age)).date()
            days = [
                day
                for day in article["detail_list"]
                if datetime.fromisoformat(day["stat_date"]).date() <= until
            ]
            names = ("read_user", "like_user", "zaikan_user", "share_user", "comment_count")
            found[row.id, age] = tuple(sum(day[name] for day in days) for name in names)
    return found


def _the_page_says_the_same(month: Counted, sign_in: Door, told: dict[Any, Any]) -> None:
    since, until = MONDAY.date(), (MONDAY + timedelta(days=DAYS)).date()
    rows = {row.id: row.channel for row in month.rows()}
    with month.database.unit(write=False) as session:
        sums = {
            age: {
                it.channel: (it.known, it.reads, it.likes)
                for it in period.by_channel(session, Period(since, until), age)
            }
            for age in (Age.DAY, Age.WEEK, Age.MONTH)
        }
    for age, channels in sums.items():
        for channel, shown in channels.items():
            mine = [it for (row, at), it in told.items() if at == age and rows[row] == channel]
            reads = [it[0] for it in mine if it[0] is not None]
            assert shown == (len(reads), sum(reads) if reads else None, sum(it[1] for it in mine))
    page = sign_in("reporter").get(f"/insight?since={since}&until={until}&age=720").text
    assert f"{sums[Age.MONTH]['wechat'][1]:,}" in page
