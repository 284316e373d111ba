"""A newsroom with accounts on some channels, pictures, and a story that is worth sending."""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page
from redis import Redis

from kitchen import app
from kitchen.core.access import Actor
from kitchen.core.bus import Reaction
from kitchen.matrix.models import Account
from kitchen.matrix.queries import the_account
from kitchen.media import intake
from kitchen.media import service as media
from kitchen.media.events import ClipMade
from kitchen.people.sessions import COOKIE
from kitchen.ports import Ports
from kitchen.presence import RedisPresence
from kitchen.stories import editions, release, service
from kitchen.stories.release import Aim
from kitchen.web import live
from tests.assets.samples import encoded, photo
from tests.fixtures.newsroom import Door, Newsroom
from tests.fixtures.served import Server
from tests.stories.rooms import Open, enters

CHANNELS = ("outlet", "wechat", "weibo")
Picture = Callable[..., str]
Write = Callable[..., str]


def paragraph(words: str, **marks: Any) -> dict[str, Any]:
    text = {"type": "text", "text": words, **marks}
    return {"type": "paragraph", "content": [text]}


def figure(uid: str, caption: str = "大桥合龙") -> dict[str, Any]:
    attrs = {"asset": uid, "sha256": "a" * 64, "src": f"/media/{uid}/preview", "caption": caption}
    return {"type": "figure", "attrs": {**attrs, "credit": "测试 摄", "alt": ""}}


def document(*blocks: dict[str, Any]) -> dict[str, Any]:
    return {"type": "doc", "content": list(blocks) or [{"type": "paragraph"}]}


@pytest.fixture
def accounts(newsroom: Newsroom) -> dict[str, str]:
    """One account of the centre on each channel, and one that belongs to a town; uids by name."""
    with newsroom.database.unit() as session:
        centre, town = newsroom.units["青禾区融媒体中心"], newsroom.units["云溪街道"]
        rows = [
            *(
                Account(channel=key, name=f"青禾{key}", handle=key, unit_id=centre.id)
                for key in (*CHANNELS, "kuaishou", "douyin", "jpush")
            ),
            Account(channel="weibo", name="云溪街道", handle="yunxi", unit_id=town.id),
        ]
        session.add_all(rows)
        session.flush()
        return {row.handle: row.uid for row in rows}


@pytest.fixture
def picture(newsroom: Newsroom, ports: Ports) -> Picture:
    """``picture(rights=…)`` catalogues a photograph and answers its uid."""
    taken = iter(range(200, 300))

    def entered(actor: Actor | None = None, **said: Any) -> str:
        data = encoded(photo(320, next(taken)))
        received = intake.receive(ports.store, io.BytesIO(data), "大桥.jpg")
        with newsroom.database.unit() as session:
            given = {"credit": "测试 摄", "caption": "大桥合龙", **said}
            return media.catalogue(session, actor or newsroom.reporter, received, **given).uid

    return entered


@pytest.fixture
def alone(newsroom: Newsroom) -> None:
    """Only what follows inside this station, so that a story can be settled without a review."""
    newsroom.database.info["reactions"] = {ClipMade: Reaction(follows=[editions.take_clip])}


@pytest.fixture
def write(newsroom: Newsroom, accounts: dict[str, str], picture: Picture, alone: None) -> Write:
    """``write()`` makes a story of the reporter's that can be sent, and answers its uid."""

    def written(
        actor: Actor | None = None, channels: tuple[str, ...] = CHANNELS, **content: Any
    ) -> str:
        author = actor or newsroom.reporter
        uid = picture()
        with newsroom.database.unit() as session:
            story = service.begin(session, author, title="青禾大桥昨日合龙")
            given = {
                "doc": document(
                    paragraph("青禾大桥昨日合龙，比计划提前二十天。"),
                    figure(uid),
                    paragraph("施工单位介绍，桥面铺装随后开始，年底通车。"),
                ),
                "sources": [{"name": "区交通运输局", "url": "", "note": "电话核实"}],
                "tags": ["大桥"],
                **content,
            }
            service.save_draft(session, author, story, given, story.version)
            aims = [Aim(the_account(session, accounts[key])) for key in channels]
            release.set_targets(session, author, story, aims)
            return story.uid

    return written


@pytest.fixture
def server(newsroom: Newsroom, redis: Redis, redis_url: str) -> Iterator[Server]:
    """A desk whose pages hear each other, over a real Redis."""
    house = newsroom.house
    told = replace(house.ports, live=live.RedisLive(redis), presence=RedisPresence(redis))
    settings = replace(house.settings, redis_url=redis_url)
    running = Server(app.create_desk(app.furnish(settings, house.database, told)), streams=True)
    yield running
    running.stop()


@pytest.fixture
def at(
    server: Server, newsroom: Newsroom, story: str, new_context: Callable[..., BrowserContext]
) -> Open:
    """``at("reporter")`` is a page in which somebody writes; ``script`` runs before its own."""
    door = Door(server.face, newsroom)

    def opened(role: str, script: str = "", **details: Any) -> Page:
        cookie = door(role).client.get_cookie(COOKIE)
        assert cookie is not None
        context = new_context(base_url=server.address, reduced_motion="reduce", **details)
        context.add_cookies([{"name": COOKIE, "value": cookie.value, "url": server.address}])
        context.add_init_script(script)
        page = context.new_page()
        enters(page, story)
        return page

    return opened
