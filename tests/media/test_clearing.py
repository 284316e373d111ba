"""Whether assets may be shown, asked one by one and by the database: the answers are the same."""

from __future__ import annotations

from datetime import date, timedelta
from itertools import product
from typing import Any

from sqlalchemy import Date, literal, select
from sqlalchemy.orm import Session

from kitchen.core.db import Database
from kitchen.media import clearing
from kitchen.media.models import MediaAsset
from kitchen.media.rights_models import MediaRight
from kitchen.media.rights_rules import Consent, Territory
from kitchen.media.rules import Kind, Rights, State

TODAY = date(2026, 5, 1)
DAY = timedelta(days=1)
CHANNELS = ("wechat", "weibo")
DAYS = (TODAY - DAY, TODAY, TODAY + DAY)
LICENSED = {"basis": Rights.LICENSED}
IN_SHORT: tuple[dict[str, Any], ...] = (
    {},
    {"rights": Rights.UNKNOWN},
    {"rights_until": TODAY},
    {"state": State.WITHDRAWN},
    {"state": State.SETTLED},
)
WRITTEN: tuple[list[dict[str, Any]], ...] = (
    [LICENSED],
    [{"basis": Rights.UNKNOWN}],
    [{**LICENSED, "consent": Consent.MISSING}],
    [{**LICENSED, "consent": Consent.GIVEN, "valid_until": TODAY}],
    [{**LICENSED, "valid_from": TODAY}],
    [{**LICENSED, "channels": ["wechat", "douyin"]}],
    [{**LICENSED, "territory": Territory.PROVINCE}],
    [{**LICENSED, "territory": Territory.MAINLAND}],
    [
        {**LICENSED, "channels": ["wechat"], "valid_until": TODAY - DAY},
        {**LICENSED, "channels": ["weibo"], "valid_until": TODAY},
    ],
)
"""Rights that were written down; they count whatever the asset says in short."""


def _assets(session: Session) -> list[MediaAsset]:
    cases = [(said, []) for said in IN_SHORT] + [({}, rights) for rights in WRITTEN]
    cases.append(({"rights": Rights.UNKNOWN}, [LICENSED]))
    assets = []
    for number, (said, rights) in enumerate(cases):
        asset = MediaAsset(kind=Kind.PICTURE, sha256=str(number), **said)
        session.add(asset)
        session.flush()
        session.add_all(MediaRight(asset_id=asset.id, **right) for right in rights)
        assets.append(asset)
    session.flush()
    return assets


def test_the_database_says_of_every_right_channel_and_day_what_the_rule_says(
    database: Database,
) -> None:
    with database.unit() as session:
        assets, refused = _assets(session), 0
        for channel, day in product(CHANNELS, DAYS):
            against = clearing.uncovered(literal(channel), literal(day, Date))
            found = set(session.scalars(select(MediaAsset.id).where(against)))
            wanted = [(asset, channel, day) for asset in assets]
            told = {it.asset.id for it in clearing.objections(session, wanted)}
            assert found == told, (channel, day)
            refused += len(found)
        assert 0 < refused < len(assets) * len(CHANNELS) * len(DAYS)


def test_what_was_withdrawn_tells_nothing_else_and_every_objection_names_the_remedy(
    database: Database,
) -> None:
    with database.unit() as session:
        gone = MediaAsset(
            kind=Kind.PICTURE, title="旧照", state=State.WITHDRAWN, rights=Rights.UNKNOWN
        )
        ended = MediaAsset(
            kind=Kind.PICTURE, sha256="1", title="桥", source="通讯站", rights_until=TODAY - DAY
        )
        session.add_all([gone, ended])
        session.flush()
        wanted = [(gone, "weibo", TODAY), (ended, "wechat", TODAY)]
        first, second = (str(it.told) for it in clearing.objections(session, wanted))
        assert first == "“旧照”不能发到微博。素材已撤下，不能再用：请换一张。"
        assert "“桥”不能发到" in second
        assert "授权已于 2026-04-30 到期：请与通讯站续期后改日期，或换一张。" in second
