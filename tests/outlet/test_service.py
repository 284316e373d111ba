"""Verbs of the outlet: who may register a sender, what a link leads to, what text is kept."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from kitchen import app
from kitchen.core.access import HOUSE
from kitchen.core.errors import Duplicate, Forbidden, NotFound
from kitchen.outlet import queries, service
from kitchen.outlet.models import OutletClient, OutletLink
from kitchen.outlet.rules import Piece
from tests.fixtures.newsroom import Newsroom


def piece(uri: str = "first0001", **changes: object) -> Piece:
    given: dict[str, object] = {"uri": uri, "uid": uri, "revision": 1, "headline": "公园开放"}
    return Piece(**{**given, **changes})  # type: ignore[arg-type]


def a_client(house: app.House) -> OutletClient:
    with house.database.unit() as session:
        key_id, _ = service.register_client(session, HOUSE, "编辑部")
        client = queries.client_by_key(session, key_id)
    assert client is not None
    return client


def test_only_the_administrator_registers_who_may_send(newsroom: Newsroom) -> None:
    with newsroom.database.unit() as session:
        key_id, secret = service.register_client(session, newsroom.admin, "编辑部")
    with newsroom.database.unit() as session:
        stored = session.scalars(select(OutletClient)).one()
        assert stored.key_id == key_id
        assert secret not in stored.secret_sealed
        assert service.secret_of(session, stored) == secret
        with pytest.raises(Forbidden):
            service.register_client(session, newsroom.editor, "另一家")
        with pytest.raises(Duplicate):
            service.register_client(session, newsroom.admin, "编辑部")


def test_links_of_all_channels_lead_to_the_story_once_the_app_shows_it(house: app.House) -> None:
    client = a_client(house)
    with house.database.unit() as session:
        service.link(session, "story-1", ["first0001", "weibo0001"])
        service.link(session, "story-1", ["first0001", "weibo0001", "wechat001"])
        service.link(session, "story-2", ["weibo0002"])
        assert len(session.scalars(select(OutletLink)).all()) == 4
    with house.database.unit() as session:
        with pytest.raises(NotFound):
            queries.target_of(session, "weibo0001")
        item = service.publish(session, client, piece())
    with house.database.unit(write=False) as session:
        for uid in ("first0001", "weibo0001", "wechat001"):
            assert queries.target_of(session, uid).id == item.id
        for uid in ("weibo0002", "never0001"):
            with pytest.raises(NotFound):
                queries.target_of(session, uid)


def test_a_link_prefers_what_readers_can_still_see(house: app.House) -> None:
    client = a_client(house)
    with house.database.unit() as session:
        service.link(session, "story-1", ["first0001", "again0001", "weibo0001"])
        kept = service.publish(session, client, piece("first0001"))
        service.publish(session, client, piece("again0001"))
        service.withdraw(session, client, "again0001", 2, 1)
        assert queries.target_of(session, "weibo0001").id == kept.id


def test_only_clean_text_is_kept(house: app.House) -> None:
    client = a_client(house)
    body = '<p onclick="x()">公园<script>alert(1)</script></p><iframe src="//x"></iframe>'
    with house.database.unit() as session:
        assert service.publish(session, client, piece(body=body)).body_html == "<p>公园</p>"
