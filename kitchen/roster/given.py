"""What was filled in about duty, with the rows that it names; forms and the API share it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_, Invalid
from kitchen.matrix import queries as matrix
from kitchen.people.models import Staff
from kitchen.people.queries import staff_by_uid
from kitchen.roster import queries
from kitchen.roster.schemas import LineIn, ShiftIn
from kitchen.roster.service import Kept, Planned


def planned(session: Session, given: ShiftIn) -> Planned:
    """A shift to be planned. Raises :class:`Invalid` for who is not on the staff."""
    line = queries.the_line(session, given.line)
    a = _person(session, "a", given.a)
    b = _person(session, "b", given.b) if given.b else None
    return Planned(line, given.day, a, b, given.begins, given.ends)


def _person(session: Session, field: str, uid: str) -> Staff:
    found = staff_by_uid(session, uid)
    if found is None:
        raise Invalid(fields={field: N_("没有这个人，请从给出的选项里选。")})
    return found


def kept(session: Session, given: LineIn) -> Kept:
    """A line to be kept. Raises :class:`Invalid` for a unit that there is not."""
    return Kept(
        name=given.name,
        unit=matrix.the_unit(session, given.unit),
        begins=given.begins,
        ends=given.ends,
        days=given.days,
        account=matrix.the_account(session, given.account) if given.account else None,
        active=given.active,
    )
