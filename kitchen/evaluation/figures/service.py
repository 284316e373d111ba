"""Verbs on figures: note what was told of pieces, enter it by hand, judge what is alarming."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.core.workflow import carry_out
from kitchen.evaluation.figures import alarming
from kitchen.evaluation.figures.models import FiguresAlarm, PieceFigures, PieceTurn
from kitchen.evaluation.figures.rules import FIELDS, Age, AlarmState, Concern, Teller, Told
from kitchen.evaluation.rules import May

News = Mapping[int, Mapping[Age, Told]]
"""What was told, by publication and age."""


def note(session: Session, turns: Sequence[PieceTurn], news: News) -> None:
    """Keep what platforms told of pieces; what a person or a platform told before stays."""
    now = clock.now(session)
    series = _series(session, news)
    for publication_id, ages in news.items():
        for age, told in ages.items():
            row = series[publication_id].get(age)
            if row is None:
                row = _row(session, publication_id, age, now, Teller.PLATFORM)
                series[publication_id][age] = row
            for name in FIELDS:
                if getattr(row, name) is None:
                    setattr(row, name, getattr(told, name))
    _judge(session, turns, series, news)


def enter(
    session: Session,
    actor: Actor,
    turn: PieceTurn,
    age: Age,
    told: Told,
    *,
    teller: Teller = Teller.HAND,
) -> None:
    """Enter what a person read off a platform; what is left out stays as it is.

    Raises :class:`Forbidden`, and :class:`Invalid` for nothing at all, for an age that the piece
    has not reached, and for a figure that the platform itself told.
    """
    authorize(actor, May.ENTER, turn.publication)
    _hold(session, turn)
    now = clock.now(session)
    if not told.known:
        raise Invalid(fields={"reads": N_("请至少填一个数；不知道的留空。")})
    if turn.live_at + age.span > now:
        raise Invalid(fields={"age": N_("这篇发布还没满这个时长，请到时再填。")})
    series = _series(session, {turn.publication_id})
    row = series[turn.publication_id].get(age)
    if row is None:
        row = series[turn.publication_id][age] = _row(
            session, turn.publication_id, age, now, teller
        )
    before = {name: getattr(row, name) for name in FIELDS}
    given = {name: value for name in FIELDS if (value := getattr(told, name)) is not None}
    if row.teller == Teller.PLATFORM:
        _demand_untold(before, given)
    for name, value in given.items():
        setattr(row, name, value)
    row.teller, row.staff_id, row.taken_at = teller, actor.id, now
    audit.record(
        session,
        actor,
        "enter_figures",
        turn.publication,
        before={name: before[name] for name in given},
        after={"age": int(age), **given},
    )
    _judge(session, [turn], series, {turn.publication_id: {age: told}})


def _hold(session: Session, turn: PieceTurn) -> None:
    """Keep others, the collection above all, from the figures of a piece until this unit ends."""
    at = PieceTurn.publication_id == turn.publication_id
    session.execute(select(PieceTurn.publication_id).where(at).with_for_update())


def _demand_untold(before: Mapping[str, int | None], given: Mapping[str, int]) -> None:
    told = {
        name: Sentence(N_("平台自己给出了 %(value)s，不能改；其余的可以补。"), {"value": value})
        for name, value in before.items()
        if value is not None and given.get(name, value) != value
    }
    if told:
        raise Invalid(fields=told)


Series = dict[int, dict[int, PieceFigures]]
"""Rows by publication and age."""


def _series(session: Session, publication_ids: Collection[int]) -> Series:
    found: Series = {publication_id: {} for publication_id in publication_ids}
    rows = select(PieceFigures).where(PieceFigures.publication_id.in_(publication_ids))
    for row in session.scalars(rows):
        found[row.publication_id][row.age] = row
    return found


def _row(
    session: Session, publication_id: int, age: Age, now: datetime, teller: Teller
) -> PieceFigures:
    row = PieceFigures(
        publication_id=publication_id,
        age=int(age),
        taken_at=now,
        teller=teller,
        oddity="",
        **dict.fromkeys(FIELDS),
    )
    session.add(row)
    return row


def _judge(session: Session, turns: Sequence[PieceTurn], series: Series, news: News) -> None:
    session.flush()
    alarming.raise_doubts(session, turns, series)
    alarming.raise_missed(session, turns, series, news)


def dismiss(session: Session, actor: Actor, alarm: FiguresAlarm, reason: str) -> None:
    """Say that nothing is wrong, and why: the figures count without a doubt again."""
    _settle(session, actor, alarm, "dismiss", reason)


def uphold(session: Session, actor: Actor, alarm: FiguresAlarm, reason: str) -> None:
    """Say that something is wrong indeed, and what; figures stay doubted."""
    _settle(session, actor, alarm, "uphold", reason)


def _settle(session: Session, actor: Actor, alarm: FiguresAlarm, name: str, reason: str) -> None:
    changes = {"reason": reason.strip(), "staff_id": None if actor is HOUSE else actor.id}
    carry_out(session, alarm, name, actor, note=reason, changes=changes)
    if alarm.concern == Concern.BELOW_TARGET:
        return
    row = session.get_one(PieceFigures, (alarm.publication_id, alarm.age))
    row.oddity = "" if alarm.state == AlarmState.DISMISSED else alarm.concern
    session.flush()
