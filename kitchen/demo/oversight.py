"""What the demo district's office did before the first day: rules, a patrol, measures.

Accounts that streets and towns run by themselves are on the register; one was left without care
and was spoken to, another is under discussion. Each scene is played once, by those who would do it.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.app import House
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.demo import cast
from kitchen.demo.newsroom import living
from kitchen.matrix import service as accounts
from kitchen.matrix.models import Account
from kitchen.matrix.registry import library
from kitchen.matrix.registry.models import Clause, Regulation
from kitchen.patrols import figures, findings, sampling
from kitchen.patrols.models import Sample
from kitchen.patrols.rules import Kind, Severity
from kitchen.people.models import Unit
from kitchen.sanctions import service as sanctions
from kitchen.sanctions.models import Sanction
from kitchen.sanctions.rules import Cause, Measure

TITLE = "青禾区政务新媒体管理暂行办法"
REGULATION = """第一条 坚持属地管理和谁主办谁负责，主办单位负政务新媒体管理的第一责任。
第二条 单位负责同志负主要领导责任，明确分管领导、责任科室和人员；聘用人员严格政审。
第三条 新开设或关停账号按程序申报，经单位主要负责同志审核同意后报网信办备案。
第四条 信息发布实行三审，重要稿件再审，重大稿件终审，必要时联审。
第五条 实行AB角值班，24小时回复公众留言，发现苗头性倾向性问题及时报告。
第六条 对留言、跟帖、评论实时监测，对涉及本区域本行业的谣言及时澄清。
第七条 对制度不健全、责任不落实、管理不到位的账号，采取约谈、警告、通报批评、责令关停等措施处置。"""
"""Invented, like the district; what real ones say stands behind it."""
MEASURES = "第七条"
BEFORE = timedelta(days=-2)


@dataclass(frozen=True, slots=True)
class Kept:
    """An account that its unit runs by itself, and how long nothing was posted on it, in days."""

    name: str
    handle: str
    channel: str
    unit: str
    followers: int
    silent: int
    principal: str


ACCOUNTS = (
    Kept("云溪发布", "yunxi-fabu", "wechat", "云溪街道", 860, 12, "钟大雪"),
    Kept("柳湾微讯", "liuwan-weixun", "weibo", "柳湾街道", 74, 2, "柳湾街道办事处"),
    Kept("荷塘水乡", "hetang", "wechat", "荷塘镇", 2310, 1, "荷塘镇人民政府"),
    Kept("青禾教育", "qinghe-jiaoyu", "wechat", "区教育局", 15_400, 0, "区教育局"),
)
Scene = Callable[[Session], None]


def watch(house: House) -> None:
    """Play what was not played yet."""
    for done, scene in _SCENES:
        with living(house.database, BEFORE), house.database.unit() as session:
            if session.scalar(select(done).limit(1)) is None:
                scene(session)


def _as(session: Session, username: str) -> Actor:
    return cast.actor(session, username)


def _account(session: Session, name: str) -> Account:
    return session.scalars(select(Account).where(Account.name == name)).one()


def _rules(session: Session) -> None:
    """The office enters the regulation that everything cites."""
    library.publish(
        session,
        _as(session, "cyberspace"),
        title=TITLE,
        text=REGULATION,
        doc_no="青办发〔2026〕7号",
        issued_by="青禾区委办公室",
        in_force_from=clock.today(session) - timedelta(days=120),
    )


def _patrol(session: Session) -> None:
    """Accounts of other units come on the register; the inspector draws a sample and looks."""
    office, inspector = _as(session, "cyberspace"), _as(session, "inspector")
    for each in ACCOUNTS:
        _enter(session, office, inspector, each)
    sample = sampling.draw(session, inspector, size=3, note="每周随机抽查")
    for look in sample.looks[:2]:
        sampling.note_look(session, inspector, look, note="更新正常，留言有答复。")
    found = findings.note_by_hand(
        session,
        inspector,
        _account(session, "柳湾微讯"),
        kind=Kind.ERRORS,
        severity=Severity.WARN,
        words="标题把“九里桥”写成“九里侨”，正文两处标点错误。",
    )
    findings.order(session, inspector, found, "五个工作日内改好，并说明怎么避免再错。")


def _enter(session: Session, office: Actor, inspector: Actor, kept: Kept) -> None:
    unit = session.scalars(select(Unit).where(Unit.name == kept.unit)).one()
    account = accounts.enter_account(
        session,
        office,
        channel=kept.channel,
        name=kept.name,
        handle=kept.handle,
        unit=unit,
        principal=kept.principal,
        supervisor="分管负责同志",
        office="党政办公室",
        keepers="宣传委员",
        batch="首批",
    )
    figures.note_figures(
        session,
        inspector,
        account,
        clock.today(session),
        source="单位报送",
        followers=kept.followers,
        last_post_at=clock.now(session) - timedelta(days=kept.silent),
    )


def _measures(session: Session) -> None:
    """One account was spoken about, served and received; of another a warning is proposed."""
    inspector, leader = _as(session, "inspector"), _as(session, "leader")
    told = findings.note_by_hand(
        session,
        inspector,
        _account(session, "云溪发布"),
        kind=Kind.SLOW,
        severity=Severity.FAIL,
        words="连续十二天没有更新，留言没有人答复。",
    )
    talk = _proposed(session, "云溪发布", Measure.TALK, Cause.NO_DUTY, told)
    sanctions.decide(session, leader, talk, "同意约谈，限期恢复更新。")
    sanctions.serve(session, inspector, talk, "青网信〔2026〕12号")
    sanctions.receive(session, _as(session, "unit_head"), talk)
    again = findings.note_by_hand(
        session,
        inspector,
        _account(session, "柳湾微讯"),
        kind=Kind.SELF_TALK,
        severity=Severity.WARN,
        words="粉丝不足一百，三十天没有一条互动。",
    )
    _proposed(session, "柳湾微讯", Measure.TALK, Cause.NO_CONTROL, again)


def _proposed(
    session: Session, name: str, measure: Measure, cause: Cause, finding: Any
) -> Sanction:
    named = select(Clause).join(Regulation).where(Regulation.title == TITLE)
    clause = session.scalars(named.where(Clause.number == MEASURES)).one()
    return sanctions.propose(
        session,
        _as(session, "inspector"),
        _account(session, name),
        measure=measure,
        cause=cause,
        clause=clause,
        facts="巡查发现后通知主办单位，期限内没有改观。",
        findings=[finding],
    )


_SCENES: Sequence[tuple[type[Any], Scene]] = (
    (Regulation, _rules),
    (Sample, _patrol),
    (Sanction, _measures),
)
"""Each with the table that is empty until it was played."""
