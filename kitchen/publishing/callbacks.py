"""What platforms tell us unasked: taken in once, believed as far as its signature reaches.

A callback whose signature covers its very bytes is evidence. Any other is a reason to ask the
platform at once, and proves nothing. Repeated, late and out of order are all the same to it.
"""

from __future__ import annotations

from typing import cast

import structlog
from sqlalchemy import Table, or_, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from channels.abilities import Heard, Notice
from channels.base import Outcome
from kitchen.core import bus, clock
from kitchen.matrix.models import Account
from kitchen.publishing import outbox, receipts
from kitchen.publishing.events import LettersHeard, PublicationsDue
from kitchen.publishing.models import CallbackNotice, Publication
from kitchen.publishing.outbox import LostRace
from kitchen.publishing.rules import NOT_OUT, PIECES, Source, State
from kitchen.publishing.surface import surface

log = structlog.get_logger(__name__)

_SETTLES = frozenset({State.ACCEPTED, State.AWAITING_HAND, State.UNKNOWN, State.NEEDS_HUMAN})
"""Where a proof from outside is taken in; an armed one has its own answer still to come."""
_ASKS = {State.ACCEPTED: "poll", State.UNKNOWN: "reconcile"}
"""Where a mere notice makes us ask, and the bell for it."""


def take_in(session: Session, account: Account, heard: Heard) -> bool:
    """Note every notice of a callback, and let it move what it speaks of.

    Answers whether any spoke of a piece of this account, or was written to it.
    """
    known = bool(heard.letters)
    if known:
        bus.emit(session, LettersHeard(account.id, heard.letters))
    for notice in heard.notices:
        publication = _spoken_of(session, account, notice)
        known = known or publication is not None
        if _noted(session, account, notice, publication) and publication is not None:
            _follow(session, publication, notice)
    return known


def _spoken_of(session: Session, account: Account, notice: Notice) -> Publication | None:
    """The piece that the notice names, locked; by the platform's task or id.

    One that was replaced goes by the id of what replaced it, and is meant only where that is not.
    """
    receipt = notice.receipt
    names = [
        column == value
        for column, value in (
            (Publication.task_id, receipt.task_id),
            (Publication.remote_id, receipt.remote_id),
        )
        if value
    ]
    if not names:
        return None
    return session.scalars(
        select(Publication)
        .where(
            Publication.account_id == account.id,
            Publication.kind.in_(sorted(PIECES)),
            or_(*names),
        )
        .order_by(Publication.state == State.SUPERSEDED, Publication.id.desc())
        .limit(1)
        .with_for_update(of=Publication)
        .execution_options(populate_existing=True)
    ).first()


def _noted(
    session: Session, account: Account, notice: Notice, publication: Publication | None
) -> bool:
    """Whether it is new: platforms repeat a callback until they have read our answer."""
    dialect = sqlite if session.get_bind().dialect.name == "sqlite" else postgresql
    noting = (
        dialect.insert(cast(Table, CallbackNotice.__table__))
        .values(
            account_id=account.id,
            key=notice.key,
            publication_id=publication.id if publication else None,
            outcome=str(notice.receipt.outcome),
            proof=notice.proof,
            received_at=clock.now(session),
        )
        .on_conflict_do_nothing()
        .returning(CallbackNotice.id)
    )
    return session.scalar(noting) is not None


def _follow(session: Session, publication: Publication, notice: Notice) -> None:
    hand, state = outbox.hand_of(publication), State(publication.state)
    url = notice.receipt.remote_url
    try:
        if notice.proof and state in _SETTLES:
            receipts.settle(session, hand, notice.receipt, Source.CALLBACK)
        elif notice.proof and state in NOT_OUT and notice.receipt.outcome is Outcome.LIVE:
            surface(session, publication, notice.receipt)
        elif notice.proof and state == State.LIVE and url and not publication.remote_url:
            outbox.touch(session, hand, state, remote_url=url)
        elif state in _ASKS:
            outbox.touch(session, hand, state, next_at=clock.now(session))
            bus.emit(session, PublicationsDue(publication.story_id, 1, _ASKS[state]))
    except LostRace:
        log.info("lost_race", publication=publication.uid)
