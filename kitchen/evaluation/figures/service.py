"""Verbs on figures: note what was told of pieces, enter it by hand, judge what is alarming."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.core.workflow import carry_out
from kitchen.evaluation.figures import alarming
from kitchen.evaluation.figures.models import FiguresAlarm, PieceFigures, PieceTurn
from kitchen.evaluation.figures.platforms import tells_days
from kitchen.evaluation.figures.rules import FIELDS, Age, Concern, Teller, Told
from kitchen.evaluation.rules import May

News = Mapping[int, Mapping[Age, Told]]
"""What was told, by publication and age."""
Series = dict[int, dict[int, PieceFigures]]
"""Rows by publication and age."""


def note(session: Session, turns: Sequence[PieceTurn], news: News) -> None:
    """Keep what platforms told of pieces.

    What the platform told before stays; where it tells single days, each look adds them up anew,
    and a sum of fewer of them gives way. What a person entered gives way too, and is found in the
    audit.
    """
    now = clock.now(session)
    series = _series(session, news)
    for turn in turns:
        for age, told in news[turn.publication_id].items():
            row = series[turn.publication_id].get(age)
            if row is None:
                row = _row(session, turn.publication_id, age, now, Teller.PLATFORM)
                series[turn.publication_id][age] = row
            _note(session, turn, row, told, now)
    _judge(session, turns, series, news)


def _note(session: Session, turn: PieceTurn, row: PieceFigures, told: Told, now: datetime) -> None:
    own, anew = set(row.by_platform), tells_days(turn.channel)
    news = {
        name: value
        for name, value in _known(told).items()
        if name not in own or (anew and value != getattr(row, name))
    }
    if not news:
        return
    entered = {name: getattr(row, name) for name in news if name not in own}
    replaced = {name: it for name, it in entered.items() if it is not None and it != news[name]}
    if anew or not own:
        row.taken_at = now
    _set(row, news)
    row.by_platform = [*row.by_platform, *entered]
    if all(getattr(row, name) is None for name in FIELDS if name not in row.by_platform):
        row.teller, row.staff_id = Teller.PLATFORM, None
    if replaced:
        after = {"age": row.age, **{name: news[name] for name in replaced}}
        audit.record(
            session, HOUSE, "replace_figures", turn.publication, before=replaced, after=after
        )


def _known(told: Told) -> dict[str, int]:
    return {name: value for name in FIELDS if (value := getattr(told, name)) is not None}


def _set(row: PieceFigures, values: Mapping[str, int]) -> None:
    for name, value in values.items():
        setattr(row, name, value)


def enter(session: Session, actor: Actor, turn: PieceTurn, age: Age, told: Told) -> None:
    """Enter what a person read off a platform; what is left out stays as it is.

    Raises :class:`Forbidden`, and :class:`Invalid` for nothing at all, for an age that the piece
    has not reached, and for a figure that the platform itself told.
    """
    authorize(actor, May.ENTER, turn.publication)
    entering = begin(session, actor, [turn], Teller.HAND)
    entering.enter(turn, age, told)
    entering.judge()


@dataclass(frozen=True, slots=True)
class Entering:
    """What a person enters of some pieces: held, read and judged together, however much it is."""

    session: Session
    actor: Actor
    teller: Teller
    series: Series
    changed: dict[PieceTurn, set[Age]] = field(default_factory=dict)

    def enter(self, turn: PieceTurn, age: Age, told: Told) -> None:
        """Enter one look; it raises as :func:`enter` does, and what changes nothing leaves no
        trace.
        """
        authorize(self.actor, May.ENTER, turn.publication)
        given, now = _known(told), clock.now(self.session)
        if not given:
            raise Invalid(fields={"reads": N_("请至少填一个数；不知道的留空。")})
        if turn.live_at + age.span > now:
            raise Invalid(fields={"age": N_("这篇发布还没满这个时长，请到时再填。")})
        row = self.series[turn.publication_id].get(age)
        news = {name: it for name, it in given.items() if row is None or getattr(row, name) != it}
        if row is not None:
            _demand_untold(row, news)
        if news:
            self._keep(turn, age, news)

    def _keep(self, turn: PieceTurn, age: Age, news: Mapping[str, int]) -> None:
        rows, now = self.series[turn.publication_id], clock.now(self.session)
        row = rows.get(age)
        if row is None:
            row = rows[age] = _row(self.session, turn.publication_id, age, now, self.teller)
        before = {name: getattr(row, name) for name in news}
        _set(row, news)
        row.teller, row.staff_id = self.teller, self.actor.id
        if not row.by_platform:
            row.taken_at = now
        after = {"age": int(age), **news}
        audit.record(
            self.session,
            self.actor,
            "enter_figures",
            turn.publication,
            before=before,
            after=after,
        )
        self.changed.setdefault(turn, set()).add(age)

    def judge(self) -> None:
        """Judge what is alarming about the pieces of which anything is new; once all is entered."""
        if self.changed:
            news = {turn.publication_id: ages for turn, ages in self.changed.items()}
            _judge(self.session, list(self.changed), self.series, news)


def begin(session: Session, actor: Actor, turns: Iterable[PieceTurn], teller: Teller) -> Entering:
    """Begin to enter figures of these pieces; those of others are left alone."""
    own = {it.publication_id for it in turns if actor.may(May.ENTER, it.publication.unit_id)}
    _hold(session, own)
    return Entering(session, actor, teller, _series(session, own))


def _hold(session: Session, publication_ids: Collection[int]) -> None:
    """Keep others, the collection above all, from the figures of pieces until this unit ends.

    In one order, so that two who hold many wait for each other and not both for ever.
    """
    held = (
        select(PieceTurn.publication_id)
        .where(PieceTurn.publication_id.in_(publication_ids))
        .order_by(PieceTurn.publication_id)
    )
    session.execute(held.with_for_update()).all()


def _demand_untold(row: PieceFigures, news: Mapping[str, int]) -> None:
    told = {
        name: Sentence(
            N_("平台自己给出了 %(value)s，不能改；其余的可以补。"), {"value": getattr(row, name)}
        )
        for name in news
        if name in row.by_platform
    }
    if told:
        raise Invalid(fields=told)


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
        by_platform=[],
        **dict.fromkeys(FIELDS),
    )
    session.add(row)
    return row


def _judge(
    session: Session,
    turns: Sequence[PieceTurn],
    series: Series,
    news: Mapping[int, Collection[Age]],
) -> None:
    session.flush()
    alarming.raise_doubts(session, turns, series)
    alarming.raise_missed(session, turns, series, news)


def dismiss(session: Session, actor: Actor, alarm: FiguresAlarm, reason: str) -> None:
    """Say that nothing is wrong, and why: the figures count without this doubt again."""
    _settle(session, actor, alarm, "dismiss", reason)


def uphold(session: Session, actor: Actor, alarm: FiguresAlarm, reason: str) -> None:
    """Say that something is wrong indeed, and what; figures stay doubted."""
    _settle(session, actor, alarm, "uphold", reason)


def _settle(session: Session, actor: Actor, alarm: FiguresAlarm, name: str, reason: str) -> None:
    changes = {"reason": reason.strip(), "staff_id": None if actor is HOUSE else actor.id}
    carry_out(session, alarm, name, actor, note=reason, changes=changes)
    if alarm.concern == Concern.BELOW_TARGET:
        return
    _hold(session, {alarm.publication_id})
    turn = session.get_one(PieceTurn, alarm.publication_id)
    alarming.weigh_again(session, turn, _series(session, {alarm.publication_id}), alarm.age)
