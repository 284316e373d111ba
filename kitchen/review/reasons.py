"""The reasons that are offered for a return: kept by the newsroom, counted where they are used."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.db import new_uid
from kitchen.core.errors import N_, Invalid
from kitchen.review.labels import REASONS
from kitchen.review.models import ReasonGiven, ReturnReason, Step
from kitchen.review.rules import May

MOST = 24
WORDS_MOST = 40
"""Characters of one reason: it has to fit on a chip."""


def reasons(session: Session) -> dict[str, str]:
    """The words by key, in order; those of the house until the newsroom writes its own."""
    rows = session.scalars(select(ReturnReason).order_by(ReturnReason.position)).all()
    return {row.key: row.words for row in rows} or {str(key): REASONS[key] for key in REASONS}


def used(session: Session) -> Mapping[str, int]:
    """By key, how many returns were given that reason."""
    counted = session.execute(select(ReasonGiven.key, func.count()).group_by(ReasonGiven.key))
    return Counter({row[0]: row[1] for row in counted})


def sentence_of(session: Session, keys: Sequence[str], note: str) -> str:
    """Chips and words as one sentence, as it is kept and told.

    Raises :class:`Invalid` for a reason that is not offered.
    """
    offered = reasons(session)
    if any(key not in offered for key in keys):
        raise Invalid(fields={"reasons": N_("这个理由已经不在列表里，请重新选。")})
    said = "、".join(offered[key] for key in dict.fromkeys(keys))
    return "：".join(filter(None, [said, note.strip()]))  # noqa: RUF001


def note_given(session: Session, step: Step, keys: Sequence[str]) -> None:
    """Count the reasons with which a step was returned."""
    session.add_all(ReasonGiven(step_id=step.id, key=key) for key in dict.fromkeys(keys))
    session.flush()


def change_reasons(session: Session, actor: Actor, lines: Sequence[str]) -> None:
    """Offer these reasons, in this order. One whose words stay keeps its count.

    Raises :class:`Forbidden`, :class:`Invalid` for none, too many, or one that fits no chip.
    """
    authorize(actor, May.EDIT_ROUTES)
    wanted = list(dict.fromkeys(line.strip() for line in lines if line.strip()))
    if not 1 <= len(wanted) <= MOST:
        raise Invalid(fields={"lines": N_("请写 1 到 24 条理由，一行一条。")})
    if any(len(words) > WORDS_MOST for words in wanted):
        raise Invalid(fields={"lines": N_("每条理由最多 40 个字。")})
    before = reasons(session)
    keys = {words: key for key, words in before.items()}
    session.execute(delete(ReturnReason))
    session.add_all(
        ReturnReason(key=keys.get(words) or new_uid(), words=words, position=position)
        for position, words in enumerate(wanted)
    )
    session.flush()
    audit.record(
        session,
        actor,
        "change_reasons",
        "return-reasons",
        before={"reasons": list(before.values())},
        after={"reasons": wanted},
    )
