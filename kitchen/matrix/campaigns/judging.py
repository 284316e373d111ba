"""What is said of accounts before the committee decides: self-checks, opinions, units looked at."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.campaigns.models import Cleanup, CleanupItem, UnitReview
from kitchen.matrix.campaigns.rules import (
    CONDUCT,
    Aspect,
    Dimension,
    Have,
    Proposal,
    Step,
    lacking,
)
from kitchen.matrix.campaigns.targets import demand_target
from kitchen.matrix.events import RegistryChanged
from kitchen.matrix.models import Account
from kitchen.matrix.registry import figures
from kitchen.people.models import Unit

SCORES = (1, 2, 3, 4, 5)


def check(
    session: Session,
    actor: Actor,
    item: CleanupItem,
    haves: Mapping[Have, tuple[bool, str]],
    asked: Proposal,
    *,
    reason: str = "",
    target: Account | None = None,
) -> None:
    """A unit's self-check: the three haves with their evidence, and what it asks for (S4, S6).

    ``haves`` gives for each whether it is there and what shows it. Whoever lacks one asks to be
    closed or merged, or says why the account must stay. Raises :class:`Invalid`,
    :class:`Forbidden`, :class:`WrongState` once the self-check is over.
    """
    _demand_step(item.cleanup, Step.CHECKING, N_("自查已经结束。需要补充，请联系网信办退回自查。"))
    faults: dict[str, str] = {}
    for have in Have:
        yes, evidence = haves.get(have, (False, ""))
        if yes and not evidence.strip():
            faults[f"{have}_evidence"] = N_("答“有”的要写明依据，可再附文件。")
    missing = lacking({have: yes for have, (yes, _) in haves.items()})
    if asked == Proposal.KEEP and not reason.strip():
        faults["reason"] = (
            N_("“三有”缺项还要保留，请说明理由。") if missing else N_("申请保留，请说明理由。")
        )
    if faults:
        raise Invalid(fields=faults)
    changes = {
        "haves": {
            have: {"yes": haves[have][0], "evidence": haves[have][1]}
            for have in Have
            if have in haves
        },
        "asked": asked,
        "asked_because": reason,
        "target_id": demand_target(session, item, asked, target),
        "checked_at": clock.now(session),
        "checked_by_id": actor.id,
    }
    carry_out(session, item, "check", actor, changes=changes, event=RegistryChanged())


def opine(
    session: Session,
    actor: Actor,
    item: CleanupItem,
    dimensions: Mapping[Dimension, tuple[int | None, str]],
    advised: Proposal,
    advice: str,
    *,
    target: Account | None = None,
) -> None:
    """The specialists' opinion on an account, with what was collected about it by now (S7, S9).

    A dimension without a score is one of which nobody could say anything; it is not a zero.
    """
    _demand_step(item.cleanup, Step.OPINING, N_("现在不是专题会审议阶段，不能提意见。"))
    if not advice.strip():
        raise Invalid(fields={"advice": N_("请写明专业意见。")})
    wrong = {
        f"{name}_score": N_("打 1 到 5 分；看不出来就留空。")
        for name, (score, _) in dimensions.items()
        if score is not None and score not in SCORES
    }
    if wrong:
        raise Invalid(fields=wrong)
    changes = {
        "dimensions": {
            name: {"score": score, "note": note} for name, (score, note) in dimensions.items()
        },
        "figures": figures.told(item.account.figures),
        "advised": advised,
        "advice": advice,
        "target_id": demand_target(session, item, advised, target),
        "opined_at": clock.now(session),
        "opined_by_id": actor.id,
    }
    carry_out(session, item, "opine", actor, changes=changes, event=RegistryChanged())


def review_unit(
    session: Session,
    actor: Actor,
    cleanup: Cleanup,
    unit: Unit,
    aspects: Mapping[Aspect, tuple[bool | None, str]],
) -> UnitReview:
    """What was found out about a unit in five aspects (S8); ``None``: not known.

    Violations that there were are told in their note.
    """
    authorize(actor, CONDUCT)
    _demand_step(cleanup, Step.OPINING, N_("现在不是专题会审议阶段，不能核查单位。"))
    violated, note = aspects.get(Aspect.VIOLATIONS, (None, ""))
    if violated and not note.strip():
        raise Invalid(fields={"violations_note": N_("有违规发布的，请写明哪一条、何时。")})
    now = clock.now(session)
    review = session.scalar(
        select(UnitReview).where(UnitReview.cleanup_id == cleanup.id, UnitReview.unit_id == unit.id)
    )
    given: dict[str, Any] = {
        str(name): {"yes": yes, "note": said} for name, (yes, said) in aspects.items()
    }
    if review is None:
        review = UnitReview(cleanup_id=cleanup.id, unit_id=unit.id)
        session.add(review)
    review.aspects, review.by_id, review.at = given, actor.id or 0, now
    session.flush()
    audit.record(session, actor, "review_unit", cleanup, after={"unit": unit.name, **given})
    bus.emit(session, RegistryChanged())
    return review


def _demand_step(cleanup: Cleanup, step: Step, told: str) -> None:
    if cleanup.state != step:
        raise WrongState(told)
