"""What a walk came past, compared with what we put there.

Ours and absent, twice: it is gone. There and not ours: a foreign post, for people to judge. What
became of a delivery in doubt is never decided here; that is the reconciler's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

import structlog
from sqlalchemy import delete, or_, select
from sqlalchemy.orm import Session

from channels.abilities import Seen
from channels.base import Outcome, Receipt
from channels.listing import GRACE
from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.matrix.models import Account
from kitchen.publishing import outbox, receipts
from kitchen.publishing.events import PublicationNeedsPerson
from kitchen.publishing.models import Publication
from kitchen.publishing.outbox import LostRace
from kitchen.publishing.rules import IN_DOUBT, PIECES, SETTLED, Source, State
from kitchen.stories.models import FrozenPost
from kitchen.watch.events import ForeignPostFound
from kitchen.watch.models import ForeignPost, Missed
from kitchen.watch.rules import Absence, Verdict, is_foreign, verdict

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Passed:
    """What a walk came past on an account, back to ``since``; it may have broken off."""

    since: datetime
    began_at: datetime
    seen: list[Seen] = field(default_factory=list)
    complete: bool = False
    authoritative: bool = False
    settle_window: timedelta = timedelta()
    words: str = ""
    """Why it broke off, where it did."""

    def there(self, *, gone: bool = False) -> set[str]:
        """The names of what stands there, or of what the platform itself lists as gone."""
        return {
            name
            for seen in self.seen
            if (seen.outcome is Outcome.GONE) == gone
            for name in _names(seen.remote_id, seen.url, seen.link)
        }


class Ours(NamedTuple):
    """Something that we sent to the account, or may have sent, and the link that it carries."""

    publication: Publication
    link: str

    @property
    def names(self) -> frozenset[str]:
        return _names(self.publication.remote_id, self.publication.remote_url, self.link)


def _names(*given: str) -> frozenset[str]:
    """By what a post is known again: its id, its address, the link that it carries."""
    return frozenset(given) - {""}


def compare(session: Session, account_id: int, passed: Passed) -> None:
    """Take in a walk along an account."""
    ours = _ours(session, account_id, passed.since)
    there, taken_down = passed.there(), passed.there(gone=True)
    for each in ours:
        row = each.publication
        if row.state != State.LIVE or row.since < passed.since:
            continue
        if each.names & there:
            session.execute(delete(Missed).where(Missed.publication_id == row.id))
        else:
            _look_in_vain(session, row, passed, told=bool(each.names & taken_down))
    _report_foreign(session, account_id, passed, ours)


def _ours(session: Session, account_id: int, since: datetime) -> Sequence[Ours]:
    """All of ours that a walk back to ``since`` may come past, whatever its state."""
    lately = or_(Publication.since >= since - GRACE, Publication.state.not_in(sorted(SETTLED)))
    found = session.execute(
        select(Publication, FrozenPost.post["link"].as_string())
        .join(FrozenPost, FrozenPost.id == Publication.frozen_post_id)
        .where(Publication.account_id == account_id, Publication.kind.in_(sorted(PIECES)), lately)
    )
    return [Ours(publication, link or "") for publication, link in found]


def _look_in_vain(session: Session, row: Publication, passed: Passed, *, told: bool) -> None:
    """The post was not there. ``told``: the platform itself lists it as gone."""
    missed = session.get(Missed, row.id)
    absence = Absence(
        complete=passed.complete or told,
        authoritative=passed.authoritative or told,
        began_at=passed.began_at,
        live_since=row.since,
        settle_window=passed.settle_window,
        first_missed_at=missed.missed_at if missed else None,
    )
    match verdict(absence):
        case Verdict.MISSED if missed is None:
            session.add(Missed(publication_id=row.id, missed_at=passed.began_at))
        case Verdict.GONE:
            _is_gone(session, row)


def _is_gone(session: Session, row: Publication) -> None:
    hand = outbox.hand_of(row)
    try:
        outbox.shift(session, hand, "vanish", code="not_listed")
    except LostRace:
        log.info("lost_race", publication=row.uid)
        return
    told = Receipt(Outcome.GONE, row.remote_id, row.remote_url)
    receipts.keep(session, hand, told, Source.LISTING)
    bus.emit(session, PublicationNeedsPerson(row.id, row.story_id, State.GONE))


def _report_foreign(
    session: Session, account_id: int, passed: Passed, ours: Sequence[Ours]
) -> None:
    known = frozenset[str]().union(*(each.names for each in ours))
    in_doubt = any(each.publication.state in IN_DOUBT for each in ours)
    account = session.get_one(Account, account_id, with_for_update=True)
    reported = set(
        session.scalars(select(ForeignPost.remote_id).where(ForeignPost.account_id == account_id))
    )
    for seen in passed.seen:
        names = _names(seen.remote_id, seen.url, seen.link)
        if seen.outcome is Outcome.GONE or seen.at < passed.since or seen.remote_id in reported:
            continue
        if is_foreign(names & known, carries_link=bool(seen.link), in_doubt=in_doubt):
            reported.add(seen.remote_id)
            _report(session, account, seen)


def _report(session: Session, account: Account, seen: Seen) -> None:
    found = ForeignPost(
        account_id=account.id,
        unit_id=account.unit_id,
        remote_id=seen.remote_id,
        title=seen.title,
        url=seen.url,
        posted_at=seen.at,
        seen_at=clock.now(session),
    )
    session.add(found)
    session.flush()
    told = {"account": account.name, "remote_id": seen.remote_id, "url": seen.url}
    audit.record(session, HOUSE, "find_foreign_post", found, after=told)
    bus.emit(session, ForeignPostFound(found.id))
