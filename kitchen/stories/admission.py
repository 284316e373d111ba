"""Who may change a story now, asked in one place by every verb that changes one."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_, Forbidden, WrongState
from kitchen.stories import queries, rules
from kitchen.stories.models import Story
from kitchen.stories.rules import OPEN, May, State

_CLOSED = {
    "in_review": N_("稿件正在审核，不能改。作者可以先撤回修改。"),
    "approved": N_("稿件已经签发，不能直接改。请先点“更正”，或撤销签发。"),
    "published": N_("稿件已经发布，不能直接改。请先点“更正”。"),
    "withdrawn": N_("稿件已经撤稿，不能再改。"),
}


def may_change(session: Session, actor: Actor, story: Story) -> bool:
    """Whether this person may write in the story, whatever its state."""
    if not actor.may(May.WRITE):
        return False
    edits = actor.may(May.EDIT, story.unit_id)
    if edits or actor.id == story.author_id:
        return True
    crew = queries.crew_of(session, story)
    return rules.may_change(actor.id, story.author_id, crew, edits=edits)


def demand_change(session: Session, actor: Actor, story: Story) -> None:
    """Raise :class:`Forbidden` or :class:`WrongState` unless the story may be changed now."""
    demand_hand(session, actor, story)
    if story.state not in OPEN:
        raise WrongState(_CLOSED[story.state], state=str(story.state))


def demand_hand(session: Session, actor: Actor, story: Story) -> None:
    """Raise :class:`Forbidden` unless this is a story on which the actor works."""
    if not may_change(session, actor, story):
        raise Forbidden(N_("只有作者、任务成员和编辑可以改这篇稿件。"), permission=str(May.WRITE))


def demand_in_circulation(story: Story) -> None:
    """Raise :class:`WrongState` for a piece that was withdrawn: nobody shall make more of it."""
    if story.state == State.WITHDRAWN:
        raise WrongState(N_("稿件已经撤稿，不能再共享。"))
