"""The source's own clean-up replayed: 112 generated accounts through import, self-check, opinion,
decision, notice and closing; then each of its figures as the system computes it, beside its words.

What the source leaves open is chosen here and said so: six apps, and ten of the 21 departments
that keep a Weibo account beside WeChat. Units and accounts are invented.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.clock import local
from kitchen.demo.cast import DISTRICT
from kitchen.matrix.campaigns import burdens, closing, deciding, judging, queries, service
from kitchen.matrix.campaigns.burdens import Ledger
from kitchen.matrix.campaigns.models import Cleanup, CleanupItem
from kitchen.matrix.campaigns.rules import (
    Dimension,
    Have,
    Kept,
    Phase,
    Proposal,
    Standpoint,
    Tally,
    Verdict,
    tally,
)
from kitchen.matrix.models import Account
from kitchen.matrix.registry import figures, importing
from kitchen.matrix.registry import queries as registry
from kitchen.matrix.registry.sheets import HEADS
from kitchen.matrix.rules import May
from kitchen.people import service as people
from kitchen.people import units
from kitchen.people.models import Staff
from kitchen.people.rules import Level
from kitchen.people.rules import May as People

TOWN = "云溪街道"
"""Plays the source's 黄河路街道."""
OTHER_TOWNS = ("柳湾街道", "荷塘镇", "石桥镇", "白鹭镇", "榆林镇", "沙洲镇")
FEW_FANS = 23
"""Accounts with hardly a reader and hardly a piece: the source says more than twenty."""


@dataclass(frozen=True, slots=True)
class Plan:
    """An account as it is surveyed, and what becomes of it."""

    unit: str
    level: str
    platform: str
    keeps: bool
    followers: int
    posts_30d: int


def plans() -> list[Plan]:
    """The 112 accounts: 31 kept by 21 departments; 64 WeChat, 11 Weibo and 6 apps to go."""
    kept = [Plan(_department(at), "区直", "微信", True, 6000, 60) for at in range(21)]
    kept += [Plan(_department(at), "区直", "微博", True, 3000, 45) for at in range(10)]
    town = ["微信"] * 5 + ["微博"] * 2 + ["自办 APP"]
    rest = ["微信"] * 59 + ["微博"] * 9 + ["自办 APP"] * 5
    bodies = [(name, "镇街") for name in OTHER_TOWNS]
    bodies += [(_department(at), "区直") for at in range(21, 52)]
    gone = [(TOWN, "镇街", platform) for platform in town]
    gone += [(*bodies[at % len(bodies)], platform) for at, platform in enumerate(rest)]
    return kept + [
        Plan(unit, level, platform, False, *((40, 12) if at < FEW_FANS else (900, 33)))
        for at, (unit, level, platform) in enumerate(gone)
    ]


def _department(at: int) -> str:
    return f"区直第{at + 1}部门"


@dataclass(frozen=True, slots=True)
class Claim:
    """What the source says, what the system computes, and whether both agree."""

    words: str
    stated: str
    computed: str
    agrees: bool
    remark: str = ""


@dataclass(frozen=True, slots=True)
class Replayed:
    """The campaign as it stands at its end."""

    cleanup: Cleanup
    points: Sequence[Standpoint]
    ledger: Ledger
    low: int
    """Accounts below both limits when the campaign began."""

    def claims(self) -> list[Claim]:
        """Every figure of the source about its clean-up, computed."""
        board = queries.dashboard(self.points)
        none = Tally()
        wechat = board.by_platform.get("wechat", none)
        weibo = board.by_platform.get("weibo", none)
        apps = board.by_platform.get("app", none)
        both = wechat.total + weibo.total
        town = tally(it for it in self.points if it.unit == TOWN)
        gone = wechat.gone + weibo.gone
        first, whole = gone / board.total.total, board.total.share or 0.0
        if_one_each = board.total.total - len(board.retained)
        hours = self.ledger.minutes_before / 60
        people = max((it.before.people for it in self.ledger.lines), default=0)
        reads = max((it.before.mean_reads or 0 for it in self.ledger.lines), default=0)
        return [
            Claim(
                "登记备案微博、微信、手机APP等",
                "112",
                str(board.total.total),
                board.total.total == 112,
            ),
            Claim(
                "各类政务微信、微博账号",
                "112",
                str(both),
                both == 112,
                "原文另一处说 112 个里含手机 APP，两说不能同时成立",
            ),
            Claim("关注量不足百且日均发稿不到1条", "20多个", str(self.low), 20 < self.low < 30),
            Claim("首批关停政务微信", "64", str(wechat.gone), wechat.gone == 64),
            Claim("首批关停政务微博", "11", str(weibo.gone), weibo.gone == 11),
            Claim(
                "自办新闻信息类APP全部停办",
                "全部",
                f"{apps.gone}/{apps.total}",
                apps.total > 0 and apps.gone == apps.total,
                "原文没有给出 APP 的数目",
            ),
            Claim(
                "关停数量超过总量的70%（微信加微博）",
                ">70%",
                f"{first:.2%}",
                first > 0.7,
                "64+11=75，不到 70%",
            ),
            Claim(
                "关停数量超过总量的70%（连同APP）",
                ">70%",
                f"{whole:.2%}",
                whole > 0.7,
                "要有 4 个以上 APP 关停才超过 70%",
            ),
            Claim("保留的区直部门", "21", str(len(board.retained)), len(board.retained) == 21),
            Claim(
                "除21个部门外一律关停",
                str(if_one_each),
                str(board.total.gone),
                board.total.gone == if_one_each,
                f"21 是部门数，实际保留 {board.total.kept} 个账号",
            ),
            Claim("一个街道关停的账号", "8", str(town.gone), town.gone == 8),
            Claim("运维人员", "2", str(people), people == 2),
            Claim("每人每天三四个小时", "6–8", f"{hours:g}", 6 <= hours <= 8, "两人合计，小时"),
            Claim("每条信息百十人看", "100–199", str(reads), 100 <= reads < 200),
        ]


def office(session: Session) -> Actor:
    """The one who carries all of it out: founded with a district when there is none."""
    founder = Actor(id=None, uid="replay", name="复盘", grants={People.ADMINISTER: EVERYWHERE})
    district = units.found(session, founder, DISTRICT, Level.DISTRICT, None)
    staff: Staff = people.take_on(
        session,
        founder,
        "replay",
        "复盘经办",
        "复盘清理整顿用的口令一二三",
        [(district, "cyberspace", "")],
    )
    granted = (People.ADMINISTER, May.REGISTER, May.CONDUCT, May.FILE, May.READ)
    return Actor(
        id=staff.id,
        uid=staff.uid,
        name=staff.name,
        unit_id=district.id,
        unit_name=district.name,
        grants=dict.fromkeys(granted, EVERYWHERE),
    )


def replay(session: Session, actor: Actor) -> Replayed:
    """Take the 112 accounts through the whole campaign, by the services and nothing else."""
    known = plans()
    importing.take_in(session, actor, _sheet(session, known))
    keeps = {_handle(at): plan.keeps for at, plan in enumerate(known)}
    accounts = registry.whole_register(session)
    low = sum(_is_low(session, account) for account in accounts)
    check, opinion, decision = service.deadlines(session)
    cleanup = service.open_campaign(
        session,
        actor,
        name="复盘：首批清理整顿",
        batch="首批",
        check_due=check,
        opinion_due=opinion,
        decision_due=decision,
    )
    items = list(service.items_of(session, cleanup))
    for item in items:
        _check(session, actor, item, keeps=keeps[item.account.handle])
    _declare(session, actor, cleanup, accounts)
    service.call_experts(session, actor, cleanup)
    for item in items:
        _opine(session, actor, item)
    service.lay_before(session, actor, cleanup)
    deciding.record_meeting(
        session,
        actor,
        cleanup,
        meeting_no="常委会（复盘）",
        meeting_on=clock.today(session),
        decision_doc="会议纪要（复盘）",
    )
    for item in items:
        _decide(session, actor, item)
    deciding.issue_notice(session, actor, cleanup, "复盘〔1〕号")
    for item in items:
        if item.state != Verdict.KEPT:
            _close(session, actor, item)
    deciding.finish(session, actor, cleanup)
    points = queries.standpoints(session, cleanup)
    return Replayed(cleanup, points, burdens.ledger(session, cleanup), low)


def _sheet(session: Session, known: Sequence[Plan]) -> bytes:
    yesterday = local(clock.now(session) - timedelta(days=1)).date().isoformat()
    heads = ["name", "channel", "handle", "unit", "level", "batch"]
    heads += ["followers", "posts_30d", "last_post_at"]
    lines = [",".join(HEADS[name] for name in heads)]
    for at, plan in enumerate(known):
        cells = [f"{plan.unit}发布{at + 1}", plan.platform, _handle(at), plan.unit, plan.level]
        cells += ["2019年5月摸底", str(plan.followers), str(plan.posts_30d), yesterday]
        lines.append(",".join(cells))
    return "\n".join(lines).encode()


def _handle(at: int) -> str:
    return f"replay-{at + 1:03}"


def _is_low(session: Session, account: Account) -> bool:
    """Below both limits, as the source counts; the flag itself asks for either."""
    known = figures.health(session, account)
    few = (account.figures.followers or 0) < 100 and (account.figures.per_day or 0) < 1
    return few and known == "low"


def _check(session: Session, actor: Actor, item: CleanupItem, *, keeps: bool) -> None:
    evidence = "见部门职责和专人专岗文件" if keeps else ""
    judging.check(
        session,
        actor,
        item,
        dict.fromkeys(Have, (keeps, evidence)),
        Proposal.KEEP if keeps else Proposal.CLOSE,
        reason="面向群众办事，确需保留" if keeps else "不符合三有原则",
    )


def _declare(session: Session, actor: Actor, cleanup: Cleanup, accounts: Sequence[Account]) -> None:
    """The street's two people and their three to four hours, all of it for WeChat."""
    own = next(it for it in accounts if it.unit.name == TOWN and it.channel == "wechat")
    burdens.declare(
        session, actor, cleanup, own, Phase.BEFORE, people=2, minutes=210, mean_reads=110
    )


def _opine(session: Session, actor: Actor, item: CleanupItem) -> None:
    assert item.asked is not None
    score = 4 if item.asked == Proposal.KEEP else 1
    scores: dict[Dimension, tuple[int | None, str]] = dict.fromkeys(Dimension, (score, ""))
    advice = "同意单位申请"
    judging.opine(session, actor, item, scores, Proposal(item.asked), advice)


def _decide(session: Session, actor: Actor, item: CleanupItem) -> None:
    assert item.advised is not None
    kept_as = Kept.LIVELIHOOD if item.advised == Proposal.KEEP else None
    deciding.decide(session, actor, item, Proposal(item.advised), kept_as=kept_as)


def _close(session: Session, actor: Actor, item: CleanupItem) -> None:
    found = queries.closing_of(session, item)
    assert found is not None
    url = f"https://example.org/stop/{item.account.handle}"
    closing.announce(session, actor, found, url=url, at=clock.now(session))
    closing.cancel_on_platform(session, actor, found)
    closing.file_closing(session, actor, found, f"复盘-{item.account.handle}")


def told(claims: Sequence[Claim]) -> Iterator[str]:
    """The comparison, a line each."""
    for claim in claims:
        mark = "一致" if claim.agrees else "不一致"
        remark = f"（{claim.remark}）" if claim.remark else ""
        yield f"{mark}  {claim.words}：原文 {claim.stated}，算得 {claim.computed}{remark}"
