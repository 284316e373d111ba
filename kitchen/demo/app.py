"""The demo's app: its three blocks with eight columns, and the services it leads to, all invented.

Setting it up again adds what is missing and leaves the rest alone.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.demo.accounts import Place
from kitchen.outlet import catalogue, columns, queries


@dataclass(frozen=True, slots=True)
class Column:
    name: str
    slug: str
    intro: str = ""


BLOCKS: tuple[tuple[Column, tuple[Column, ...]], ...] = (
    (
        Column("青禾印象", "impressions", "看得见的青禾"),
        (
            Column("投资青禾", "invest", "项目、园区和政策"),
            Column("游在青禾", "travel", "去哪儿，怎么玩"),
            Column("青禾田野", "fields", "地里的事"),
        ),
    ),
    (
        Column("青禾文化", "culture", "青禾人的书场、手艺和课堂"),
        (
            Column("青禾书场", "stage", "听书看戏"),
            Column("青禾匠心", "crafts", "手艺人和他们的活计"),
        ),
    ),
    (
        Column("青禾服务", "living", "过日子用得上"),
        (
            Column("青禾出行", "transport", "公交、路况和停车"),
            Column("青禾课堂", "classroom", "上学和进修"),
            Column("健康青禾", "health", "看病、防病"),
        ),
    ),
)
"""Three blocks, eight platforms (S37)."""


@dataclass(frozen=True, slots=True)
class Service:
    name: str
    category: str
    unit: str
    path: str
    note: str = ""


SERVICES = (
    Service(
        "注册办证", "政务服务", "区行政审批局（演示）", "/?service=permits", "营业执照、各类证照"
    ),
    Service("社保办理", "政务服务", "区人社局（演示）", "/?service=insurance", "参保、查询、转移"),
    Service("违章查询", "政务服务", "区交警大队（演示）", "/?service=traffic"),
    Service("水费缴纳", "公共服务", "青禾水务（演示）", "/?service=water"),
    Service("电费缴纳", "公共服务", "青禾供电（演示）", "/?service=power"),
    Service("燃气缴费", "公共服务", "青禾燃气（演示）", "/?service=gas"),
    Service(
        "旧版预约挂号", "公共服务", "区医院（演示）", "/closed/booking", "演示一个打不开的地址"
    ),
)
"""They lead to the platform sandbox; the last one leads nowhere, to show what readers then see."""


def furnish(session: Session, admin: Actor, place: Place) -> int:
    """Set up what is missing; answers how much that was."""
    return _columns(session, admin) + _services(session, admin, place)


def _columns(session: Session, admin: Actor) -> int:
    known = {column.slug: column for column in queries.all_columns(session)}
    before = len(known)
    for at, (block, below) in enumerate(BLOCKS):
        for position, column in enumerate((block, *below)):
            if column.slug not in known:
                known[column.slug] = columns.open_column(
                    session,
                    admin,
                    name=column.name,
                    slug=column.slug,
                    parent=None if column is block else known[block.slug],
                    intro=column.intro,
                    position=at if column is block else position,
                )
    return len(known) - before


def _services(session: Session, admin: Actor, place: Place) -> int:
    known = {entry.service.name for entry in queries.catalogue(session, retired=True)}
    missing = [service for service in SERVICES if service.name not in known]
    for service in missing:
        catalogue.enter_service(
            session,
            admin,
            name=service.name,
            category=service.category,
            url=f"{place.sandbox}{service.path}",
            unit=service.unit,
            note=service.note,
            position=SERVICES.index(service),
        )
    return len(missing)
