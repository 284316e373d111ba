"""改后通过: a reviewer mends the text, passes their level with it, and somebody else goes on.

The reviewer becomes a writer of the piece: their name stands under the new version, and they judge
no later level. What they mended is therefore always judged by another person.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import bus
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.review import rounds
from kitchen.review.events import StoryAmended
from kitchen.review.models import Round, Step
from kitchen.review.rules import RoundState, StepState
from kitchen.stories import release
from kitchen.stories import service as stories
from kitchen.stories.models import Story
from kitchen.stories.retyping import retyped
from kitchen.stories.rules import May as Stories

NOTE = N_("%(name)s改后通过")


def obstacle_to(actor: Actor, round_: Round, step: Step) -> str | None:
    """Why this level cannot be passed with the text mended; ``None``: it can.

    Ask it of somebody who may decide the step.
    """
    if not (actor.may(Stories.EDIT, round_.story.unit_id) and actor.may(Stories.WRITE)):
        return N_("您的岗位只审不改。请批注、提建议或退回。")
    if round_.state != RoundState.OPEN:
        return N_("稿件已经由绿色通道发出。要改，请走更正。")
    others = [each for each in round_.steps if each is not step]
    if any(each.state == StepState.OPEN for each in others):
        return N_("联审还没有结束，现在改会让别的单位白审。")
    if not any(each.state == StepState.WAITING for each in others):
        return N_("这是最后一级，改过的内容必须再有人审。请退回，或只提建议。")
    return None


def amend_and_pass(
    session: Session,
    actor: Actor,
    step: Step,
    title: str,
    lines: str,
    opinion: str,
    seen_hash: str,
) -> None:
    """Pass a level with the text mended: ``lines`` are one block each.

    The round ends, and the next goes on at the following level with the reviewer's version. Raises
    ``Forbidden``, :class:`WrongState`, ``Stale``, and :class:`Invalid` where nothing was
    mended or the mended piece is not fit to be sent.
    """
    round_ = rounds.hold(session, step.round)
    turn = rounds.demand_turn(session, actor, round_, step)
    if told := obstacle_to(actor, round_, step):
        raise WrongState(told)
    rounds.demand_seen(session, round_, seen_hash)
    content = _content(round_.story, title, lines)
    rounds.sign(session, actor, step, "pass", opinion, seen_hash, turn.instead_of)
    rounds.close(session, round_, "amend")
    _hand_in(session, actor, round_.story, content)
    assert actor.id is not None
    bus.emit(session, StoryAmended(round_.story_id, round_.id, actor.id))


def _content(story: Story, title: str, lines: str) -> dict[str, Any]:
    content = {"title": title.strip(), "doc": retyped(story.doc, lines)}
    if content["title"] == story.title and content["doc"] == story.doc:
        raise Invalid(fields={"lines": N_("没有改动。不用改的话，请直接通过。")})
    return content


def _hand_in(session: Session, actor: Actor, story: Story, content: dict[str, Any]) -> None:
    """By the verbs of the writing room, in the reviewer's name; the round is over by now."""
    release.take_back(session, actor, story)
    stories.save_draft(session, actor, story, content, story.version)
    release.submit(session, actor, story, NOTE % {"name": actor.name})
