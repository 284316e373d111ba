"""Rewards: money for a tip, claimed with a code instead of a name.

The code reaches the source sealed, with the desk's other words; whoever brings it gets the money.
"""

from __future__ import annotations

import secrets

from sqlalchemy.orm import Session

from kitchen.core import audit, codes
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, NotFound, WrongState
from kitchen.core.workflow import carry_out
from kitchen.tips import queries, service
from kitchen.tips.models import Tip, TipReward
from kitchen.tips.rules import MOST_REWARD, May, State

TOLD = N_("这条报料奖励 %(yuan)s 元。领取码：%(code)s。凭码到编辑部领取，不问姓名，不登记。")


def offer(session: Session, actor: Actor, tip: Tip, yuan: int) -> TipReward:
    """Offer so many yuan for an adopted tip; the claim code is told to the source alone."""
    authorize(actor, May.SORT, tip)
    if tip.state != State.ADOPTED:
        raise WrongState(N_("采用了的报料才发奖励。"))
    if not 1 <= yuan <= MOST_REWARD:
        raise Invalid(fields={"yuan": N_("请填 1 到 100000 之间的整数。")})
    code = codes.code_for(secrets.token_urlsafe(32), tip.uid)
    reward = TipReward(
        tip_id=tip.id, unit_id=tip.unit_id, yuan=yuan, claim_hash=codes.hash_of(code)
    )
    session.add(reward)
    session.flush()
    audit.record(session, actor, "offer_reward", tip, after={"yuan": yuan})
    service.ask(session, actor, tip, TOLD % {"yuan": yuan, "code": code})
    return reward


def pay(session: Session, actor: Actor, code: str) -> TipReward:
    """Note that whoever brought the code got the money. Raises :class:`NotFound`, and
    :class:`WrongState` for a code that was paid before.
    """
    authorize(actor, May.PAY)
    reward = queries.claimed_by(session, codes.hash_of(code))
    if reward is None:
        raise NotFound(N_("没有这个领取码，请核对。"))
    carry_out(session, reward, "pay", actor, changes={"paid_by_id": actor.id})
    return reward
