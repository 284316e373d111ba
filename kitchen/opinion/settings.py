"""Terms, limits and the chain: what the desk set, and what holds until it sets something."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.opinion.models import OpinionSetting
from kitchen.opinion.rules import CHAIN, CHAIN_MOST, NAMES, May, Parameters, bounds_of

_CHAIN = "chain"
Chain = Sequence[tuple[str, ...]]


def parameters(session: Session) -> Parameters:
    """The terms and limits in force."""
    return Parameters(
        **{name: int(value) for name, value in _set(session).items() if name in NAMES}
    )


def chain(session: Session) -> Chain:
    """The roles that hear of a sign, step by step."""
    told = _set(session)
    steps = [told[key] for at in range(CHAIN_MOST) if (key := f"{_CHAIN}_{at}") in told]
    return _steps(steps or CHAIN)


def _steps(words: Sequence[str]) -> Chain:
    parted = (tuple(role.strip() for role in step.split(",") if role.strip()) for step in words)
    return [step for step in parted if step]


def _set(session: Session) -> Mapping[str, str]:
    return {each.name: each.value for each in session.scalars(select(OpinionSetting))}


def set_parameters(
    session: Session,
    actor: Actor,
    values: Mapping[str, int],
    steps: Sequence[str],
    known: Collection[str],
) -> None:
    """Change terms, limits and the chain; clocks that run keep theirs.

    ``steps`` are roles parted by commas; ``known`` are the roles that there are. Raises
    :class:`Invalid`, :class:`Forbidden`.
    """
    authorize(actor, May.SET)
    wrong: dict[str, str | Sentence] = {}
    for name, value in values.items():
        least, most = bounds_of(name)
        if name not in NAMES or not least <= value <= most:
            bounds = {"least": least, "most": most}
            wrong[name] = Sentence(N_("请填 %(least)s 到 %(most)s 之间的整数。"), bounds)
    asked = _steps(steps)
    if not asked or len(asked) > CHAIN_MOST or {it for step in asked for it in step} - set(known):
        wrong[_CHAIN] = N_("每一步选至少一个岗位，最多六步。")
    if wrong:
        raise Invalid(fields=wrong)
    before = {**_told(parameters(session)), _CHAIN: str(chain(session))}
    for name, value in values.items():
        session.merge(OpinionSetting(name=name, value=str(value)))
    for at in range(CHAIN_MOST):
        key = f"{_CHAIN}_{at}"
        row = session.get(OpinionSetting, key)
        if at < len(asked):
            session.merge(OpinionSetting(name=key, value=",".join(asked[at])))
        elif row is not None:
            session.delete(row)
    session.flush()
    after = {**_told(parameters(session)), _CHAIN: str(chain(session))}
    changed = [name for name, value in after.items() if before[name] != value]
    audit.record(
        session,
        actor,
        "set_opinion_terms",
        "opinion",
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )


def _told(held: Parameters) -> dict[str, int | str]:
    return {name: getattr(held, name) for name in NAMES}
