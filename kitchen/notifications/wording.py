"""The words of what leaves the house: what kind, the title for those who may read it, a link.

Reasons, notes, names and sources stay at the desk: a mail or a chat is read on many screens.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core.errors import N_
from kitchen.core.languages import catalogue
from kitchen.notifications.labels import KINDS
from kitchen.notifications.models import Notice
from kitchen.notifications.rules import permission_of
from kitchen.people.queries import actor_of

LONGEST_SUBJECT = 90
WITH_TITLE = N_("%(kind)s：%(title)s")
COUNTED = N_("（%(count)s 次）")
SUBJECT = N_("【中央厨房】%(what)s")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """A subject line, and the text under it."""

    subject: str
    text: str


def outgoing(session: Session, notice: Notice) -> Outgoing:
    """A notice as it may leave the house, in its reader's language."""
    say = catalogue(notice.staff.locale)
    what, title = say.ugettext(KINDS[notice.kind]), _title(session, notice)
    if title:
        what = say.ugettext(WITH_TITLE) % {"kind": what, "title": title}
    if notice.count > 1:
        what += say.ugettext(COUNTED) % {"count": notice.count}
    subject = say.ugettext(SUBJECT) % {"what": what[:LONGEST_SUBJECT]}
    return Outgoing(subject, f"{what}\n{ports.of(session).desk_url}{notice.url}")


def _title(session: Session, notice: Notice) -> str:
    """What it is about, on one line; empty for those who may not read it there."""
    needed = permission_of(notice.url)
    reader = actor_of(session, notice.staff, session.info["roles"])
    if needed is None or not reader.may(needed):
        return ""
    return " ".join(str(notice.params.get("title", notice.params.get("account", ""))).split())
