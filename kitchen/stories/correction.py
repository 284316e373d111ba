"""Correcting what is out: the text is opened again, while what readers see stays as it is.

The newer version climbs the whole review. Once it is approved it takes the older one's place on
every account on which that stands (:mod:`kitchen.publishing.plan`).
"""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.matrix.models import Account
from kitchen.stories import queries, release, service
from kitchen.stories.events import StorySettled
from kitchen.stories.models import Story, Target
from kitchen.stories.rules import Kind

NOTE_MAX = 200
"""Characters of what readers are told."""


def begin(
    session: Session, actor: Actor, story: Story, note: str, reached: Sequence[Account]
) -> None:
    """Open a story that is out for correction. ``note`` tells readers what is put right.

    ``reached`` are the accounts on which it stands or may stand: the correction will go to each of
    them, and as soon as it is approved. Raises :class:`Forbidden`, :class:`WrongState`,
    :class:`Invalid` without a note.
    """
    note = note.strip()
    if len(note) > NOTE_MAX:
        raise Invalid(fields={"note": N_("更正说明最多 200 字。")})
    event = StorySettled(story.id, "correct", note)
    carry_out(session, story, "correct", actor, note=note, event=event)
    story.correction = note
    _bind(story, reached)
    session.flush()


def _bind(story: Story, reached: Sequence[Account]) -> None:
    known = {target.account_id: target for target in story.targets}
    for target in story.targets:
        target.slot = None
    for account in reached:
        target = known.get(account.id) or _joined(story, account)
        target.bound = True


def _joined(story: Story, account: Account) -> Target:
    target = Target(account_id=account.id, account=account, position=len(story.targets))
    story.targets.append(target)
    return target


def drop(session: Session, actor: Actor, story: Story) -> None:
    """Give a correction up: the text is again what was approved.

    What was written for it is kept as a version. Raises :class:`WrongState`.
    """
    approved = queries.latest_version(session, story, Kind.APPROVED)
    if approved is None:
        raise WrongState(N_("找不到签发过的版本，不能放弃更正。"))
    event = StorySettled(story.id, "drop_correction", "")
    carry_out(session, story, "drop_correction", actor, event=event)
    service.go_back(session, actor, story, approved, N_("放弃更正前的内容"))
    release.unbind(story)
    session.flush()
