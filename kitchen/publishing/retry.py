"""Retrying a story where it did not arrive, and nowhere else."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_, WrongState
from kitchen.publishing import resolve
from kitchen.publishing.models import Publication
from kitchen.publishing.outcomes import UNSUCCESSFUL, everywhere
from kitchen.publishing.verbs import actions_of
from kitchen.stories.models import Story


@dataclass(frozen=True, slots=True)
class Retried:
    """How many are sent once more, and how many stay as they are."""

    sent: int
    left: int


def retry_unsuccessful(session: Session, actor: Actor, story: Story) -> Retried:
    """Send a story once more to the accounts on which it failed or expired.

    What is live, under way or unclear is not touched, nor an older delivery that a newer one has
    taken the place of. One whose approval no longer stands, or over which the actor has no say, is
    left. Raises :class:`WrongState` if none is sent.
    """
    failed = [it.publication for it in everywhere(session, story) if _unsuccessful(it.publication)]
    if not failed:
        raise WrongState(N_("没有需要重试的：每个账号都已发出，或还在进行。"))
    sent = sum(_retried(session, actor, row) for row in failed)
    if not sent:
        raise WrongState(N_("没有能重试的：签发已撤销或内容已变，或这些账号不归您管。"))
    return Retried(sent, len(failed) - sent)


def retriable(publication: Publication, actor: Actor) -> bool:
    """Whether a retry by this person would try this delivery."""
    allowed = {move.name for move in actions_of(publication, actor)}
    return _unsuccessful(publication) and "try_again" in allowed


def _unsuccessful(publication: Publication) -> bool:
    return publication.state in UNSUCCESSFUL


def _retried(session: Session, actor: Actor, publication: Publication) -> bool:
    if not retriable(publication, actor):
        return False
    try:
        resolve.try_again(session, actor, publication)
    except WrongState:
        return False
    return True
