"""Whether the addresses that readers are sent to still answer."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.outlet import queries, stamp
from kitchen.outlet.models import OutletLinkCheck
from kitchen.outlet.rules import LOOK_AGAIN_SOON, answers, is_broken, next_look

AT_ONCE = 40


def take(session: Session, urls: Collection[str]) -> list[str]:
    """Take in hand those of the addresses that are due; what is no longer led to is forgotten."""
    now, wanted = clock.now(session), set(filter(None, urls))
    session.execute(delete(OutletLinkCheck).where(OutletLinkCheck.url.not_in(wanted)))
    known = queries.link_checks(session, wanted)
    due = [url for url in sorted(wanted) if url not in known or known[url].due_at <= now][:AT_ONCE]
    for url in due:
        check = known.get(url) or OutletLinkCheck(url=url)
        check.due_at = now + LOOK_AGAIN_SOON
        session.add(check)
    session.flush()
    return due


def is_due(session: Session, urls: Collection[str]) -> bool:
    """Whether any of the addresses should be looked at."""
    now, wanted = clock.now(session), set(filter(None, urls))
    known = queries.link_checks(session, wanted)
    return any(url not in known or known[url].due_at <= now for url in wanted)


def note(session: Session, url: str, status: int, words: str = "") -> None:
    """Write down how the address answered; ``status`` 0 where nothing did."""
    check = session.get(OutletLinkCheck, url)
    if check is None:
        return
    was_broken = is_broken(check.failures or 0)
    check.failures = 0 if answers(status) else (check.failures or 0) + 1
    check.status, check.words, check.checked_at = status, words, clock.now(session)
    check.due_at = clock.now(session) + next_look(check.failures)
    session.flush()
    if is_broken(check.failures) != was_broken:
        stamp.count(session)
