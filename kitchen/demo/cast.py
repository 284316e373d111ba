"""Who plays: the units of 青禾区 and everybody in them, all invented.

The people are named after the twenty-four solar terms, so that nobody takes them for real ones.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_, NotFound
from kitchen.people import queries
from kitchen.people.models import Staff
from kitchen.people.rules import Level

DISTRICT = "青禾区"
CENTRE = "青禾区融媒体中心"
NEWSDESK = "采编部"
NEW_MEDIA = "新媒体部"


@dataclass(frozen=True, slots=True)
class Body:
    """A unit; ``origin`` is the body from which it was merged into the centre (S52)."""

    name: str
    level: Level
    parent: str = DISTRICT
    origin: str = ""


UNITS = (
    Body(DISTRICT, Level.DISTRICT, parent=""),
    Body(CENTRE, Level.MEDIA_CENTRE),
    Body("总编室", Level.SECTION, CENTRE, "区新闻宣传中心"),
    Body(NEWSDESK, Level.SECTION, CENTRE, "区广播电视台"),
    Body(NEW_MEDIA, Level.SECTION, CENTRE, "区政府网站"),
    Body("技术保障部", Level.SECTION, CENTRE, "区数字服务管理中心"),
    Body("区委网信办", Level.DEPARTMENT),
    Body("区应急管理局", Level.DEPARTMENT),
    Body("区教育局", Level.DEPARTMENT),
    Body("区交通运输局", Level.DEPARTMENT),
    Body("云溪街道", Level.TOWN),
    Body("柳湾街道", Level.TOWN),
    Body("荷塘镇", Level.TOWN),
)
"""Every unit, parents first."""


@dataclass(frozen=True, slots=True)
class Person:
    """A user name, a name, and posts as (unit, role, title); the first post's unit is home."""

    username: str
    name: str
    posts: tuple[tuple[str, str, str], ...]


CAST = (
    Person("reporter", "苏小满", ((NEWSDESK, "reporter", "记者"),)),
    Person("editor", "方立夏", ((NEWSDESK, "editor", "责任编辑"),)),
    Person("committee", "程秋分", ((CENTRE, "committee", "编委、总编室主任"),)),
    Person(
        "chief",
        "顾霜降",
        ((NEWSDESK, "chief", "采编部主任"), (CENTRE, "committee", "编委")),
    ),
    Person("deputy", "孟寒露", ((CENTRE, "deputy", "副主任"),)),
    Person("head", "许立春", ((CENTRE, "head", "主任、总编辑"),)),
    Person("leader", "秦芒种", ((DISTRICT, "leader", "分管区领导"),)),
    Person("operator", "陆处暑", ((CENTRE, "operator", "渠道运营"),)),
    Person(
        "duty",
        "唐冬至",
        ((CENTRE, "duty", "值班编辑"), (DISTRICT, "duty", "全区值班")),
    ),
    Person("inspector", "严大寒", ((DISTRICT, "inspector", "巡查员"),)),
    Person("admin", "金小暑", ((DISTRICT, "admin", "平台管理员"),)),
    Person("reporter2", "林谷雨", ((NEWSDESK, "reporter", "记者"),)),
    Person("photographer", "江惊蛰", ((NEWSDESK, "reporter", "摄影记者"),)),
    Person("reporter3", "乔雨水", ((NEW_MEDIA, "reporter", "新媒体记者"),)),
    Person("correspondent", "何夏至", (("云溪街道", "reporter", "通讯员"),)),
    Person("stringer", "谢大暑", (("柳湾街道", "stringer", "通讯员"),)),
    Person(
        "editor2",
        "叶白露",
        ((NEWSDESK, "editor", "编辑"), (NEW_MEDIA, "editor", "编辑")),
    ),
    Person("committee2", "温小雪", ((CENTRE, "committee", "编委"),)),
    Person("chief2", "沈立秋", ((NEWSDESK, "chief", "采编部副主任"),)),
    Person("cyberspace", "裴春分", ((DISTRICT, "cyberspace", "区委网信办"),)),
    Person("keeper", "柏立冬", (("云溪街道", "keeper", "宣传委员"),)),
    Person("unit_head", "钟大雪", (("云溪街道", "unit_head", "街道主任"),)),
    Person("chief3", "白清明", ((NEW_MEDIA, "chief", "新媒体部主任"),)),
    Person("department", "姚立冬", (("区交通运输局", "department", "问政承办"),)),
)
"""Everybody; the first eleven are the sign-ins on which people and programs rely."""

SIGN_INS = tuple(person.username for person in CAST[:11])
NAMES: Mapping[str, str] = {person.username: person.name for person in CAST}


def member(session: Session, username: str) -> Staff:
    """One of the demo staff. Raises :class:`NotFound` where there is no demo newsroom."""
    found = queries.staff_by_username(session, username)
    if found is None:
        raise NotFound(
            N_("这里没有演示人员“%(username)s”。请先用 kitchen up 启动带演示编辑部的系统。"),
            username=username,
        )
    return found


def actor(session: Session, username: str) -> Actor:
    """One of the demo staff as who acts, with just the rights that the table of roles gives."""
    return queries.actor_of(session, member(session, username), session.info["roles"])


def strangers(session: Session) -> list[str]:
    """User names of everybody who does not belong to the demo newsroom."""
    found = session.scalars(select(Staff.username).order_by(Staff.id))
    return [username for username in found if username not in NAMES]


def is_here(session: Session) -> bool:
    """Whether the demo newsroom's people are on the staff."""
    return queries.staff_by_username(session, SIGN_INS[-1]) is not None
