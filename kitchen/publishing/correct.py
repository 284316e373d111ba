"""Correcting: where a piece stands, by what was sent and received, never by an account list."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, WrongState
from kitchen.matrix.models import Account
from kitchen.publishing import cases, recall
from kitchen.publishing.events import PublicationFailed, PublicationsDue
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import CANNOT_CORRECT, IN_DOUBT, PIECES, Kind, State
from kitchen.publishing.verbs import act
from kitchen.review.models import Approval
from kitchen.stories import correction
from kitchen.stories.models import Story


def begin(session: Session, actor: Actor, story: Story, note: str) -> None:
    """Open a story for correction; see :func:`kitchen.stories.correction.begin`.

    Raises :class:`WrongState` if no reader has it yet and none may have: then it is simply taken
    back.
    """
    reached = accounts_reached(session, story)
    if not reached:
        raise WrongState(N_("这篇稿件还没有发到任何账号，撤销签发后修改即可。"))
    correction.begin(session, actor, story, note, reached)


def drop(session: Session, actor: Actor, story: Story) -> None:
    """Give a correction up; see :func:`kitchen.stories.correction.drop`.

    Raises :class:`WrongState` where no approval holds any more: there is nothing to go back to.
    """
    standing = select(Approval.id).where(
        Approval.story_id == story.id, Approval.revoked_at.is_(None)
    )
    if session.scalar(standing.limit(1)) is None:
        raise WrongState(N_("原来的签发已经撤销，不能恢复。请改好后重新送审。"))
    correction.drop(session, actor, story)


def accounts_reached(session: Session, story: Story) -> Sequence[Account]:
    """The accounts on which a story stands or may stand."""
    reached = select(Publication.account_id).where(
        Publication.story_id == story.id,
        Publication.kind.in_(sorted(PIECES)),
        Publication.state.in_(sorted(IN_DOUBT | {State.LIVE})),
    )
    return session.scalars(
        select(Account).where(Account.id.in_(reached)).order_by(Account.id)
    ).all()


def replace(session: Session, actor: Actor, publication: Publication) -> None:
    """Where a platform edits nothing: take the old one down, and then send the new one.

    The withdrawal and the new sending are planned together; the sending waits for the withdrawal.
    """
    _demand_unsent(publication, "replace")
    changes = {"kind": Kind.PUBLISH, "since": clock.now(session), "code": "", "words": ""}
    due = PublicationsDue(publication.story_id, 1)
    act(session, actor, publication, "replace", changes=changes, event=due)
    cases.decide(session, actor, publication, "replace", None)
    if publication.target is not None and publication.target.state == State.LIVE:
        recall.call_back(session, publication.target)


def leave_as_is(session: Session, actor: Actor, publication: Publication, reason: str) -> None:
    """The old version stays there, and why."""
    _demand_unsent(publication, "leave_as_is")
    changes = {"since": clock.now(session), "code": "left_as_is", "words": reason}
    event = PublicationFailed(publication.id, publication.story_id, "left_as_is", reason)
    act(session, actor, publication, "leave_as_is", note=reason, changes=changes, event=event)
    cases.decide(session, actor, publication, "leave_as_is", None)


def _demand_unsent(publication: Publication, move: str) -> None:
    """Only where nothing was sent for want of means may one choose another way."""
    if publication.code != CANNOT_CORRECT:
        raise WrongState(state=str(publication.state), move=move)
