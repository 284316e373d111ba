"""Settling by people what the machine cannot: they look at the account and say what they saw."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.base import Outcome, Receipt
from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, Sentence, WrongState
from kitchen.publishing import approvals, cases, ledger, outbox, receipts
from kitchen.publishing.addresses import address_of
from kitchen.publishing.events import PublicationLive, PublicationsDue
from kitchen.publishing.hand import checked_url, testify
from kitchen.publishing.models import Attempt, Publication, Statement
from kitchen.publishing.rules import LIFETIME, PIECES, May, State
from kitchen.publishing.verbs import act, hold
from kitchen.review.models import Approval

WITNESSES = 2
"""How many persons must each have looked before anything may be sent again."""
MINUTE = timedelta(minutes=1)
"""What people type is a whole minute: the first of which all counts begins within the next."""


def confirm(session: Session, actor: Actor, publication: Publication, url: str) -> None:
    """It is there, at ``url``."""
    address = checked_url(session, publication, url)
    changes = {"remote_url": address, "since": clock.now(session), "code": "", "words": ""}
    live = PublicationLive(publication.id, publication.story_id)
    receipts.supersede_target(session, outbox.hand_of(publication))
    act(session, actor, publication, "confirm", changes=changes, event=live)
    cases.decide(session, actor, publication, "confirm", None)
    testify(session, actor, publication, Receipt(Outcome.LIVE, remote_url=address))


def confirm_removed(session: Session, actor: Actor, publication: Publication, note: str) -> None:
    """A person took it down, or saw that it is gone; ``note`` says what remains visible."""
    changes = {"since": clock.now(session), "code": "", "words": note}
    act(session, actor, publication, "confirm_removed", note=note, changes=changes)
    cases.decide(session, actor, publication, "confirm_removed", None)
    testify(session, actor, publication, Receipt(Outcome.GONE, words=note))
    receipts.mark_gone(session, outbox.hand_of(publication))


def say_not_there(
    session: Session, actor: Actor, publication: Publication, looked_at: datetime
) -> bool:
    """A person looked at the account and the piece is not there; ``True`` if it is sent again.

    Raises :class:`Invalid` for a look before the question was put, or before the platform shows
    whatever it took; :class:`Duplicate` for a second statement of the same person: it takes two.
    """
    authorize(actor, May.OPERATE, publication)
    hold(session, publication)
    if publication.state != State.NEEDS_HUMAN or publication.kind not in PIECES:
        raise WrongState(state=str(publication.state), move="send_again")
    _check_look(session, publication, looked_at)
    before = _witnesses(session, publication)
    if actor.id in before:
        raise Duplicate(N_("您已确认过，还需要另一位同事也去账号里看一遍。"))
    _note(session, actor, publication, looked_at)
    if len(before) + 1 < WITNESSES:
        return False
    now = clock.now(session)
    deadline = max(now, publication.not_before or now) + LIFETIME
    changes = {"next_at": now, "since": now, "deadline": deadline, "code": "", "words": ""}
    due = PublicationsDue(publication.story_id, 1)
    act(session, actor, publication, "send_again", changes=changes, event=due)
    cases.decide(session, actor, publication, "send_again", min(before))
    ledger.release(session, outbox.hand_of(publication))
    return True


def _check_look(session: Session, publication: Publication, looked_at: datetime) -> None:
    since = max(publication.since, _shown_since(session, publication))
    if looked_at < since:
        told = N_("%(since)s 以后看的才算数：更早的时候，平台可能还没有显示。请再去账号里看一遍。")
        minute = clock.local(since + MINUTE).strftime("%H:%M")
        raise Invalid(fields={"looked_at": Sentence(told, {"since": minute})})
    if looked_at > clock.now(session):
        raise Invalid(fields={"looked_at": N_("这个时间还没有到。")})


def _shown_since(session: Session, publication: Publication) -> datetime:
    """From when on the platform shows whatever the latest attempt may have left there."""
    ended_at = session.scalar(
        select(func.coalesce(Attempt.ended_at, Attempt.armed_at)).where(
            Attempt.publication_id == publication.id,
            Attempt.attempt_no == publication.attempt_no,
        )
    )
    if ended_at is None:
        return publication.since
    channel = address_of(session, publication).open_for_person()
    return ended_at + channel.abilities.settle_window


def _witnesses(session: Session, publication: Publication) -> set[int]:
    """Who has answered the question as it stands; an older one about the same attempt is over."""
    found = session.scalars(
        select(Statement.staff_id).where(
            Statement.publication_id == publication.id,
            Statement.attempt_no == publication.attempt_no,
            Statement.said_at >= publication.since,
        )
    )
    return set(found)


def _note(session: Session, actor: Actor, publication: Publication, looked_at: datetime) -> None:
    """Keep what was said; it takes the place of what the person said to an older question."""
    about = {"publication_id": publication.id, "attempt_no": publication.attempt_no}
    own = {**about, "staff_id": actor.id}
    said = session.scalar(select(Statement).filter_by(**own)) or Statement(**own)
    said.looked_at, said.said_at = looked_at, clock.now(session)
    session.add(said)
    seen = {"looked_at": looked_at.isoformat()}
    audit.record(session, actor, "say_not_there", publication, after=seen)


def try_again(session: Session, actor: Actor, publication: Publication) -> None:
    """Send once more what the platform refused, because its cause was removed.

    Raises :class:`WrongState` if the approval no longer stands, or a newer version was approved.
    """
    if not approvals.stands(session, publication.id):
        raise WrongState(N_("签发已撤销或内容已变，请重新送审。"))
    if _newer_approved(session, publication):
        raise WrongState(N_("已经签发了更新的版本，旧版不能再发。"))
    now = clock.now(session)
    changes = {
        "since": now,
        "next_at": None,
        "refusals": 0,
        "deadline": now + LIFETIME,
        "code": "",
        "words": "",
    }
    due = PublicationsDue(publication.story_id, 1)
    act(session, actor, publication, "try_again", changes=changes, event=due)


def _newer_approved(session: Session, publication: Publication) -> bool:
    """Whether a later version of the piece is approved for this account."""
    found = select(Approval.id).where(
        Approval.story_id == publication.story_id,
        Approval.account_id == publication.account_id,
        Approval.frozen_post_id > publication.frozen_post_id,
        Approval.revoked_at.is_(None),
    )
    return session.scalar(found) is not None
