"""The numbers that a district sets for itself: each with its default, its bounds and its basis."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, NotFound, Sentence
from kitchen.matrix.registry.models import Setting
from kitchen.matrix.registry.rules import REGISTER, Limits


@dataclass(frozen=True, slots=True)
class Parameter:
    """A number, what it is called, in what it is counted, and where it comes from."""

    key: str
    default: int
    least: int
    most: int
    label: str
    unit: str
    basis: str


_DAYS, _WORKING, _PIECES = N_("天"), N_("个工作日"), N_("篇")
_SOURCE = N_("区里的清理整顿做法")

PARAMETERS: Mapping[str, Parameter] = MappingProxyType(
    {
        each.key: each
        for each in (
            Parameter("stale_warn", 7, 1, 90, N_("多久不更新要提醒"), _DAYS, N_("每周至少一更")),
            Parameter(
                "stale_red", 10, 1, 90, N_("多久不更新区里亮红灯"), _DAYS, N_("区县预警做法")
            ),
            Parameter(
                "stale_veto", 14, 1, 180, N_("多久不更新算僵尸账号"), _DAYS, N_("国办单项否决指标")
            ),
            Parameter(
                "low_followers", 100, 0, 1_000_000, N_("粉丝少于多少算低效"), N_("人"), _SOURCE
            ),
            Parameter("low_posts", 1, 0, 100, N_("日均发稿少于多少算低效"), _PIECES, _SOURCE),
            Parameter(
                "filing_days",
                2,
                1,
                30,
                N_("开设、变更、关停后多久内备案"),
                _WORKING,
                N_("各地 2 或 5 个工作日"),
            ),
            Parameter("notice_days", 7, 1, 60, N_("停更公告的期限"), _DAYS, N_("限期一周内")),
            Parameter("check_days", 7, 1, 90, N_("自查的期限"), _DAYS, _SOURCE),
            Parameter("opinion_days", 7, 1, 90, N_("专题会审议的期限"), _DAYS, _SOURCE),
            Parameter("decision_days", 7, 1, 90, N_("常委会审议的期限"), _DAYS, _SOURCE),
            Parameter("kpi_posts", 8, 1, 100, N_("主账号日均发稿目标"), _PIECES, _SOURCE),
            Parameter(
                "kpi_reads", 1000, 1, 10_000_000, N_("主账号篇均阅读目标"), N_("次"), _SOURCE
            ),
        )
    }
)


def values(session: Session) -> Mapping[str, int]:
    """Every parameter as it holds now; asked once in a unit of work."""
    known: Mapping[str, int] | None = session.info.get("matrix_parameters")
    if known is None:
        set_here = {row[0]: row[1] for row in session.execute(select(Setting.key, Setting.value))}
        known = {key: set_here.get(key, each.default) for key, each in PARAMETERS.items()}
        session.info["matrix_parameters"] = known
    return known


def limits(session: Session) -> Limits:
    """From where an account counts as low in use or as a zombie (S2)."""
    held = values(session)
    return Limits(held["low_followers"], held["low_posts"], held["stale_veto"])


def change(session: Session, actor: Actor, key: str, value: int) -> None:
    """Set a parameter from now on. Raises :class:`NotFound`, :class:`Invalid`."""
    authorize(actor, REGISTER)
    asked = PARAMETERS.get(key)
    if asked is None:
        raise NotFound
    if not asked.least <= value <= asked.most:
        told = Sentence(
            N_("请填 %(least)s 到 %(most)s 之间的整数。"),
            {"least": asked.least, "most": asked.most},
        )
        raise Invalid(fields={key: told})
    before = values(session)[key]
    if before == value:
        return
    session.merge(
        Setting(key=key, value=value, changed_at=clock.now(session), changed_by_id=actor.id)
    )
    session.flush()
    session.info.pop("matrix_parameters", None)
    audit.record(
        session, actor, "change_parameter", key, before={"value": before}, after={"value": value}
    )
