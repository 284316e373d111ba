"""A person's month: points from stories, faults, post and duty; the quota, and the yuan.

What is locked is read as it was written then; everything else is added up as it stands now.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date, datetime, time

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.clock import CENTRE
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.paging import Page, cursor_at, key_of
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import late, queries, versions
from kitchen.evaluation.scores.formula import Weights, amount_of, hundredths
from kitchen.evaluation.scores.models import (
    MonthPay,
    PointsQuota,
    ScoreMonth,
    ScoreShare,
    StoryScore,
)
from kitchen.evaluation.scores.rules import State, month_after
from kitchen.people.models import Post, Staff
from kitchen.people.queries import unit_and_below
from kitchen.roster.models import DutyLine, DutyShift


@dataclass(frozen=True, slots=True)
class Sum:
    """What a person has of a month; points and yuan in hundredths, as in :class:`MonthPay`."""

    stories: int
    shared: int
    carried: int
    fixed: int
    shifts: int
    duty: int
    total: int
    quota: int | None
    amount: int | None


_SUMS = tuple(each.name for each in fields(Sum))


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody and their month."""

    staff: Staff
    sum: Sum


def people(session: Session, month: ScoreMonth, only: int | None = None) -> list[Person]:
    """Everyone who has or owes anything of a month, the most points first.

    ``only``: one person, by id, even if they have nothing.
    """
    if month.state == State.LOCKED:
        return _ordered(_locked(session, month, only))
    weights = versions.weights_of(session, month)
    units = unit_and_below(session, month.unit_id)
    shared = _shared(session, month, only)
    carried = _carried(session, month, only)
    shifts = _shifts(session, month, units, only)
    quotas = _Quotas(queries.quotas_for(session, month.month), units)
    listed = {*shared, *carried, *shifts, *_owing(session, month, quotas, only)}
    staff = queries.names_of(session, sorted({*listed, *_one(only)}))
    return _ordered(
        Person(
            each,
            _sum(
                shared.get(each.id, (0, 0)),
                carried[each.id],
                shifts.get(each.id, 0),
                quotas.of(each) if each.id in listed else None,
                weights,
            ),
        )
        for each in staff.values()
    )


def _one(only: int | None) -> tuple[int, ...]:
    return () if only is None else (only,)


def _ordered(found: Iterable[Person]) -> list[Person]:
    return sorted(found, key=lambda each: (-each.sum.total, each.staff.id))


def _sum(
    shared: tuple[int, int],
    carried: int,
    shifts: int,
    quota: PointsQuota | None,
    weights: Weights,
) -> Sum:
    stories, points = shared
    fixed = quota.fixed if quota else 0
    duty = hundredths(weights["duty_points"] * shifts)
    total = points + carried + fixed + duty
    return Sum(
        stories=stories,
        shared=points,
        carried=carried,
        fixed=fixed,
        shifts=shifts,
        duty=duty,
        total=total,
        quota=quota.quota if quota else None,
        amount=amount_of(total, quota.quota, weights) if quota else None,
    )


def _locked(session: Session, month: ScoreMonth, only: int | None) -> Iterable[Person]:
    query = select(MonthPay).where(MonthPay.month_id == month.id)
    if only is not None:
        query = query.where(MonthPay.staff_id == only)
    for row in session.scalars(query.options(joinedload(MonthPay.staff))):
        yield Person(row.staff, Sum(**{name: getattr(row, name) for name in _SUMS}))


def _shared(session: Session, month: ScoreMonth, only: int | None) -> Mapping[int, tuple[int, int]]:
    """How many stories and which points, by person. Two shares of a story are one story."""
    query = (
        select(
            ScoreShare.staff_id,
            func.count(ScoreShare.score_id.distinct()),
            func.sum(ScoreShare.points),
        )
        .join(StoryScore, StoryScore.id == ScoreShare.score_id)
        .where(StoryScore.month_id == month.id, ScoreShare.staff_id.is_not(None))
        .group_by(ScoreShare.staff_id)
    )
    if only is not None:
        query = query.where(ScoreShare.staff_id == only)
    return {row[0]: (row[1], int(row[2])) for row in session.execute(query) if row[0] is not None}


def _carried(session: Session, month: ScoreMonth, only: int | None) -> Counter[int]:
    """What faults take off beside the month's stories, by person."""
    found: Counter[int] = Counter()
    for charge in late.charges(session, month):
        if only in (None, charge.staff_id):
            found[charge.staff_id] += charge.points
    return found


def _shifts(
    session: Session, month: ScoreMonth, units: Collection[int], only: int | None
) -> Mapping[int, int]:
    """How many shifts of these units' lines each person stood that began in this month."""
    query = (
        select(DutyShift.stand_id, func.count(DutyShift.id))
        .join(DutyLine, DutyLine.id == DutyShift.line_id)
        .where(
            DutyLine.unit_id.in_(units),
            DutyShift.stand_id.is_not(None),
            DutyShift.starts_at >= _midnight(month.month),
            DutyShift.starts_at < _midnight(month_after(month.month)),
        )
        .group_by(DutyShift.stand_id)
    )
    if only is not None:
        query = query.where(DutyShift.stand_id == only)
    return {row[0]: row[1] for row in session.execute(query) if row[0] is not None}


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time(), CENTRE)


class _Quotas:
    """Who owes how much: one's own quota, else the highest of one's roles in these units.

    A month is the centre's: what somebody does for a town is the town's affair.
    """

    def __init__(self, rows: Iterable[PointsQuota], units: Collection[int]) -> None:
        self._own: dict[int, PointsQuota] = {}
        self._of_role: dict[str, PointsQuota] = {}
        self._units = units
        for row in rows:
            if row.person_id is not None:
                self._own[row.person_id] = row
            else:
                self._of_role[row.role] = row

    def of(self, staff: Staff) -> PointsQuota | None:
        """The quota that holds for a person; ``None`` where nobody set one."""
        roles = {post.role for post in staff.posts if post.unit_id in self._units}
        held = [self._of_role[role] for role in roles if role in self._of_role]
        highest = max(held, key=lambda each: (each.quota, each.id), default=None)
        return self._own.get(staff.id) or highest

    def held(self) -> ColumnElement[bool]:
        """Of whom some quota holds, as a condition on the staff."""
        here = Post.role.in_(sorted(self._of_role)) & Post.unit_id.in_(self._units)
        return Staff.id.in_(sorted(self._own)) | Staff.posts.any(here)


def _owing(session: Session, month: ScoreMonth, quotas: _Quotas, only: int | None) -> Sequence[int]:
    """Who owes points, or has some for the post, even with nothing to show for the month.

    Whoever left, or came when the month was over, is listed only for what they did.
    """
    query = select(Staff.id).where(
        Staff.active, Staff.created_at < _midnight(month_after(month.month)), quotas.held()
    )
    if only is not None:
        query = query.where(Staff.id == only)
    return session.scalars(query).all()


def page_of_people(
    session: Session,
    actor: Actor,
    month: ScoreMonth,
    *,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Person]:
    """A month's people, the most points first; the cursor is a rank. Raises :class:`Forbidden`."""
    authorize(actor, May.SEE_POINTS, month)
    found = people(session, month)
    begin = key_of(cursor) if cursor else 0
    more = begin + limit < len(found)
    return Page(found[begin : begin + limit], cursor_at(begin + limit) if more else None)


def write_down(session: Session, month: ScoreMonth) -> None:
    """Write everyone's month down, as the last act before the lock."""
    for each in people(session, month):
        values = {name: getattr(each.sum, name) for name in _SUMS}
        session.add(MonthPay(month_id=month.id, staff_id=each.staff.id, **values))
    session.flush()


def for_the_pay_office(session: Session, actor: Actor, month: ScoreMonth) -> list[Person]:
    """Everyone's month, for the pay office; that it was taken is recorded.

    Raises :class:`Forbidden`, :class:`WrongState` for a month that is not locked.
    """
    authorize(actor, May.SETTLE, month)
    if month.state != State.LOCKED:
        raise WrongState(N_("锁定以后才能导出绩效表。"))
    found = people(session, month)
    audit.record(session, actor, "export_pay", month, after={"people": len(found)})
    return found


def set_quota(
    session: Session,
    actor: Actor,
    *,
    valid_from: date,
    quota: int,
    fixed: int,
    role: str = "",
    person: Staff | None = None,
    note: str = "",
) -> PointsQuota:
    """Set what a role, or one person, owes a month from then on; both numbers in hundredths.

    Raises :class:`Forbidden`; :class:`Invalid` for both or neither, and for a month that is locked.
    """
    authorize(actor, May.DEFINE)
    if bool(role) == (person is not None):
        raise Invalid(fields={"role": N_("请选一个岗位，或者写一个人，只选一样。")})
    locked = select(ScoreMonth.id).where(
        ScoreMonth.month >= valid_from, ScoreMonth.state == State.LOCKED
    )
    if session.scalar(locked.limit(1)) is not None:
        raise Invalid(fields={"valid_from": N_("这个月已经锁定，请从下个月开始。")})
    row = PointsQuota(
        role=role,
        person_id=person.id if person else None,
        valid_from=valid_from,
        quota=quota,
        fixed=fixed,
        note=note.strip(),
        staff_id=actor.id,
    )
    session.add(row)
    session.flush()
    told = {"role": role, "person": row.person_id, "quota": quota, "fixed": fixed}
    audit.record(session, actor, "set_quota", row, after=told, note=note)
    return row
