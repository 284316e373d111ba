"""Verbs on foreign posts: a person says whose they are."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.workflow import carry_out
from kitchen.watch.events import ForeignPostJudged
from kitchen.watch.models import ForeignPost


def own(session: Session, actor: Actor, post: ForeignPost, note: str) -> None:
    """Somebody of ours posted it by hand; ``note`` says who and why.

    Raises :class:`Forbidden`, :class:`Invalid` without a reason, :class:`WrongState`.
    """
    _judge(session, actor, post, "own", note)


def disown(session: Session, actor: Actor, post: ForeignPost, note: str = "") -> None:
    """Nobody of ours did; whoever says so will want to stop the account and renew its access."""
    _judge(session, actor, post, "disown", note)


def _judge(session: Session, actor: Actor, post: ForeignPost, name: str, note: str) -> None:
    changes = {"note": note.strip(), "judged_by_id": actor.id, "judged_at": clock.now(session)}
    event = ForeignPostJudged(post.id)
    carry_out(session, post, name, actor, note=note, changes=changes, event=event)
