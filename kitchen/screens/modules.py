"""The five modules of a central kitchen (S50): 信息汇聚、策划采编、媒资管理、渠道分发、评估评价.

A module groups places of the navigation, and has figures that lead to the lists behind them. A
figure is shown to whoever may enter its list; a module without any is not shown.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from kitchen.assignments import queries as assignments
from kitchen.assignments.rules import May as Assignments
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.evaluation.figures import queries as evaluation
from kitchen.evaluation.rules import May as Evaluation
from kitchen.evaluation.scores import queries as scores
from kitchen.feedback import monitor
from kitchen.feedback import queries as feedback
from kitchen.feedback.rules import May as Feedback
from kitchen.leads import queries as leads
from kitchen.leads.rules import May as Leads
from kitchen.matrix.models import Account
from kitchen.matrix.rules import May as Matrix
from kitchen.media.models import MediaAsset
from kitchen.media.rules import May as Media
from kitchen.petitions import queries as petitions
from kitchen.petitions.rules import May as Petitions
from kitchen.planning import queries as planning
from kitchen.planning.rules import May as Planning
from kitchen.publishing import queries as publishing
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import May as Publishing
from kitchen.publishing.rules import State as Sent
from kitchen.review import queries as review
from kitchen.review.rules import May as Review
from kitchen.stories.models import Story
from kitchen.stories.rules import OPEN as WRITTEN
from kitchen.stories.rules import May as Stories
from kitchen.tips import queries as tips
from kitchen.tips.rules import May as Tips
from kitchen.topics import queries as topics
from kitchen.topics.rules import May as Topics

Count = Callable[[Session, Actor], int | None]
UNDER_WAY = (Sent.HELD, Sent.READY, Sent.CLAIMED, Sent.ARMED, Sent.ACCEPTED, Sent.BACKOFF)
"""Pieces that are on their way to readers, or wait for their slot."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A number and the list that it counts; ``count`` answers ``None`` where nothing is counted."""

    label: str
    endpoint: str
    may: str
    count: Count
    alarming: bool = False
    """Whether anything but nought wants somebody's attention."""


@dataclass(frozen=True, slots=True)
class Module:
    """One of the five: the places of the navigation that belong to it, and its figures."""

    key: str
    label: str
    places: tuple[str, ...]
    figures: tuple[Figure, ...]


def _today(session: Session) -> datetime:
    return datetime.combine(clock.today(session), time(), clock.CENTRE)


def _written(session: Session, _actor: Actor) -> int:
    states = Story.state.in_(sorted(WRITTEN))
    return session.scalar(select(func.count()).select_from(Story).where(states)) or 0


def _new_assets(session: Session, _actor: Actor) -> int:
    born = MediaAsset.created_at >= _today(session)
    return session.scalar(select(func.count()).select_from(MediaAsset).where(born)) or 0


def _under_way(session: Session, _actor: Actor) -> int:
    states = Publication.state.in_(UNDER_WAY)
    return session.scalar(select(func.count()).select_from(Publication).where(states)) or 0


def _accounts(session: Session, _actor: Actor) -> int:
    return session.scalar(select(func.count()).select_from(Account).where(Account.in_use)) or 0


def _not_mobile_first(session: Session, _actor: Actor) -> int:
    releases = planning.releases_on(session, clock.today(session))
    return sum(not each.first.kept for each in releases)


MODULES = (
    Module(
        "gather",
        N_("信息汇聚"),
        ("leads", "inbox", "petitions", "tips", "portal"),
        (
            Figure(
                N_("待处理的线索"), "leads.index", Leads.READ, lambda it, _actor: leads.waiting(it)
            ),
            Figure(
                N_("待答复的留言"),
                "inbox.index",
                Feedback.READ,
                lambda it, _actor: feedback.waiting(it),
            ),
            Figure(N_("等我办的问政"), "petitions.index", Petitions.FOLLOW, petitions.waiting_for),
            Figure(N_("等我看的报料"), "tips.index", Tips.READ, tips.waiting_for),
        ),
    ),
    Module(
        "produce",
        N_("策划采编"),
        ("topics", "planning", "assignments", "stories", "review"),
        (
            Figure(
                N_("待研判的选题"), "topics.index", Topics.READ, lambda it, _a: topics.to_decide(it)
            ),
            Figure(
                N_("逾期的任务"),
                "assignments.index",
                Assignments.READ,
                lambda it, _actor: len(assignments.overdue(it)),
                alarming=True,
            ),
            Figure(N_("在写的稿件"), "stories.index", Stories.READ, _written),
            Figure(N_("等我审的稿件"), "review.index", Review.REVIEW, review.count_to_decide),
        ),
    ),
    Module(
        "media",
        N_("媒资管理"),
        ("media",),
        (Figure(N_("今天入库的素材"), "media.index", Media.READ, _new_assets),),
    ),
    Module(
        "distribute",
        N_("渠道分发"),
        ("publishing", "matrix", "app"),
        (
            Figure(N_("正在发布"), "publishing.index", Publishing.READ, _under_way),
            Figure(
                N_("等人处理的发布"),
                "publishing.index",
                Publishing.OPERATE,
                lambda it, _actor: publishing.waiting_for_people(it),
                alarming=True,
            ),
            Figure(N_("在用的账号"), "matrix.accounts", Matrix.READ, _accounts),
        ),
    ),
    Module(
        "evaluate",
        N_("评估评价"),
        ("insight", "performance"),
        (
            Figure(
                N_("待查看的数据提醒"),
                "insight.alarms",
                Evaluation.READ,
                lambda it, _actor: evaluation.open_alarms(it),
                alarming=True,
            ),
            Figure(
                N_("今天没有移动端首发的"),
                "planning.mobile_first",
                Planning.READ,
                _not_mobile_first,
                alarming=True,
            ),
            Figure(
                N_("今天收到的留言和评论"),
                "inbox_settings.trend",
                Feedback.READ,
                lambda it, _actor: monitor.trend(it, days=1)[-1].count,
            ),
            Figure(
                N_("我上次公布的稿分"), "performance.index", Evaluation.READ, scores.latest_points
            ),
            Figure(
                N_("等我答复的稿分申诉"),
                "scores.appeal_list",
                Evaluation.GRADE,
                scores.waiting,
                alarming=True,
            ),
            Figure(N_("品牌和阅读"), "registry.brands", Matrix.READ, lambda _it, _actor: None),
        ),
    ),
)
"""The five, in the order of the source."""


@dataclass(frozen=True, slots=True)
class Counted:
    """A figure as it stands now; ``value`` is ``None`` where the list speaks for itself."""

    label: str
    endpoint: str
    value: int | None
    alarming: bool


@dataclass(frozen=True, slots=True)
class Shown:
    key: str
    label: str
    figures: Sequence[Counted]


def overview(session: Session, actor: Actor) -> list[Shown]:
    """The modules as this person may see them."""
    found = []
    for module in MODULES:
        figures = [
            Counted(each.label, each.endpoint, value, each.alarming and bool(value))
            for each in module.figures
            if actor.may(each.may)
            for value in [each.count(session, actor)]
        ]
        if figures:
            found.append(Shown(module.key, module.label, figures))
    return found
