"""Who hears of tips. A tip that comes rings nobody, for its notice would keep the minute: the list
of the desk and its number in the navigation tell, and forget.
"""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.errors import N_
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_over, staff_with_role
from kitchen.tips.events import LookAsked, LookDecided
from kitchen.tips.models import TipLook
from kitchen.tips.rules import Look

APPROVERS = ("chief", "deputy")
DECIDED = {
    Look.GRANTED: N_("联系报料人的申请已同意，半小时内可以看。"),
    Look.DENIED: N_("联系报料人的申请没有同意。"),
}


def look_asked(session: Session, event: LookAsked) -> None:
    """Those who decide hear that somebody asks."""
    look = session.get_one(TipLook, event.look_id)
    if look.unit_id is None:
        heard = staff_with_role(session, *APPROVERS)
    else:
        heard = staff_over(session, look.unit_id, *APPROVERS)
    text = N_("有人申请看报料人的联系方式，请决定。")
    others = [staff.id for staff in heard if staff.id != look.asked_by_id]
    tell(session, others, text, "/tips/looks", kind=Kind.REQUEST, unit_id=look.unit_id)


def look_decided(session: Session, event: LookDecided) -> None:
    """Whoever asked hears the answer."""
    look = session.get_one(TipLook, event.look_id)
    url = f"/tips/{look.tip.uid}"
    tell(session, [look.asked_by_id], DECIDED[Look(look.state)], url, kind=Kind.REQUEST)
