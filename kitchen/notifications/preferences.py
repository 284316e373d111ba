"""How a person wants to hear: which kinds by which way, where, and when it is quiet."""

from __future__ import annotations

from collections.abc import Collection
from datetime import time
from typing import Any

from sqlalchemy import delete
from sqlalchemy.orm import Session

from channels import workchat
from kitchen import ports
from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid
from kitchen.notifications import queries
from kitchen.notifications.models import NoticeChoice, NoticeSetting
from kitchen.notifications.rules import Kind, Robot, Way, wants


def own(session: Session, actor: Actor) -> NoticeSetting:
    """The person's setting, or what holds as long as they say nothing; not yet stored."""
    assert actor.id is not None
    return queries.setting_of(session, actor.id) or NoticeSetting.usual(actor.id)


def wanted(session: Session, actor: Actor) -> set[str]:
    """Every "kind:way" that reaches the person."""
    assert actor.id is not None
    choices = queries.choices_of(session, [actor.id]).get(actor.id, {})
    return {f"{kind}:{way}" for kind in Kind for way in Way if wants(kind, way, choices)}


def save(
    session: Session,
    actor: Actor,
    *,
    mail_address: str,
    robot: Robot | None,
    robot_url: str,
    robot_secret: str,
    robot_gone: bool,
    quiet_since: time | None,
    quiet_until: time | None,
    digest_at: time | None,
    chosen: Collection[str],
) -> None:
    """Keep all of it. The robot's address is sealed, and left as it was where none is given.

    Raises :class:`Invalid` for an address that must not be called, or half of the quiet hours.
    """
    if (quiet_since is None) != (quiet_until is None):
        raise Invalid(fields={"quiet_until": N_("静默的开始和结束要一起填，或都不填。")})
    setting = own(session, actor)
    session.add(setting)
    setting.mail_address = mail_address
    setting.quiet_since, setting.quiet_until = quiet_since, quiet_until
    setting.digest_at = digest_at
    if robot_gone:
        setting.robot, setting.robot_sealed = None, ""
    elif robot_url:
        setting.robot = _named(robot)
        setting.robot_sealed = _sealed(session, actor, robot_url, robot_secret)
    _choose(session, setting.staff_id, chosen)
    session.flush()
    after: dict[str, Any] = {"mail": bool(mail_address), "robot": bool(setting.robot_sealed)}
    audit.record(session, actor, "set_notice_setting", "notifications", after=after)


def _named(robot: Robot | None) -> Robot:
    if robot is None:
        raise Invalid(fields={"robot": N_("请选是哪一种工作群。")})
    return robot


def _sealed(session: Session, actor: Actor, url: str, secret: str) -> str:
    outlets = ports.of(session)
    if workchat.fault_of(url, loopback=outlets.at_home):
        raise Invalid(fields={"robot_url": N_("请填公网上 https:// 开头的机器人地址。")})
    return outlets.sealer.seal(actor.uid, {"url": url, "secret": secret})


def _choose(session: Session, staff_id: int, chosen: Collection[str]) -> None:
    """Only what differs from the usual is kept, so that a better default reaches people."""
    session.execute(delete(NoticeChoice).where(NoticeChoice.staff_id == staff_id))
    for kind in Kind:
        for way in Way:
            ticked = f"{kind}:{way}" in chosen
            if ticked != wants(kind, way, {}):
                session.add(NoticeChoice(staff_id=staff_id, kind=kind, way=way, wanted=ticked))
