"""Joint activities of a group of accounts (S31, S32): begun, spoken, done part by part, ended.

The first of the source's three kinds says one story on all accounts of the group, and how far it is
follows from their deliveries; in the others each account has a part, and whoever keeps it says when
it is done.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, NotFound, WrongState
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.group_models import AccountGroup
from kitchen.matrix.models import Account
from kitchen.matrix.rules import May as Matrix
from kitchen.planning.joint_models import JointActivity, JointPart
from kitchen.planning.rules import Joint, May
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import PIECES, State
from kitchen.stories import release
from kitchen.stories.models import Story
from kitchen.stories.release import Aim


def begin(
    session: Session,
    actor: Actor,
    group: AccountGroup,
    *,
    kind: Joint,
    name: str,
    plan: str = "",
    due_on: date | None = None,
) -> JointActivity:
    """Begin an activity of the accounts that are in the group now; each has its part."""
    activity = JointActivity(
        kind=kind,
        name=name,
        group=group,
        unit_id=actor.unit_id,
        plan=plan,
        due_on=due_on,
        made_by_id=actor.id,
    )
    authorize(actor, May.PLAN, activity)
    for position, account in enumerate(group.accounts):
        activity.parts.append(JointPart(account=account, position=position))
    session.add(activity)
    session.flush()
    told = {"kind": kind, "name": name, "group": group.name, "accounts": len(activity.parts)}
    audit.record(session, actor, "begin_joint", activity, after=told)
    return activity


def speak(session: Session, actor: Actor, activity: JointActivity, story: Story) -> None:
    """Have all accounts of the activity say this story; those it goes to already stay.

    Raises :class:`WrongState` for an activity of another kind or one that has ended, and what
    :func:`kitchen.stories.release.set_targets` raises.
    """
    authorize(actor, May.PLAN, activity)
    _demand_open(activity)
    if activity.kind != Joint.VOICE:
        raise WrongState(N_("只有“集中发声”才有共同的稿件。"))
    aims = [Aim(target.account, target.slot) for target in story.targets]
    known = {aim.account.id for aim in aims}
    joining = [part.account for part in activity.parts if part.account_id not in known]
    release.set_targets(session, actor, story, [*aims, *(Aim(each) for each in joining)])
    activity.story = story
    session.flush()
    audit.record(session, actor, "speak_together", activity, after={"story": story.uid})


def give_part(
    session: Session, actor: Actor, activity: JointActivity, account: str, task: str
) -> None:
    """Say what an account (by uid) is to do in it."""
    authorize(actor, May.PLAN, activity)
    _demand_open(activity)
    part = the_part(activity, account)
    before, part.task = part.task, task
    session.flush()
    told = {"account": part.account.name, "task": task}
    audit.record(session, actor, "give_part", activity, before={"task": before}, after=told)


def finish_part(
    session: Session, actor: Actor, activity: JointActivity, account: str, result: str
) -> None:
    """An account's part is done: said by whoever keeps the account, or plans the activity.

    Raises :class:`Forbidden`, :class:`Invalid` without a result, :class:`WrongState` when it was
    said before, or where the deliveries say it.
    """
    part = the_part(activity, account)
    if not actor.may(Matrix.MANAGE, part.account.unit_id):
        authorize(actor, May.PLAN, activity)
    _demand_open(activity)
    if activity.kind == Joint.VOICE:
        raise WrongState(N_("集中发声的进度由发布结果算出，不用填。"))
    if part.done_at is not None:
        raise WrongState(N_("这一项已经完成了。"))
    if not result.strip():
        raise Invalid(fields={"result": N_("请写明做成了什么。")})
    part.done_at, part.done_by_id, part.result = clock.now(session), actor.id, result.strip()
    session.flush()
    told = {"account": part.account.name, "result": part.result}
    audit.record(session, actor, "finish_part", activity, after=told)


def end(session: Session, actor: Actor, activity: JointActivity, outcome: str) -> None:
    """The activity is over; ``outcome`` says what came of it."""
    authorize(actor, May.PLAN, activity)
    _demand_open(activity)
    if not outcome.strip():
        raise Invalid(fields={"outcome": N_("请写明结果。")})
    activity.ended_at, activity.outcome = clock.now(session), outcome.strip()
    session.flush()
    audit.record(session, actor, "end_joint", activity, after={"outcome": activity.outcome})


def _demand_open(activity: JointActivity) -> None:
    if activity.ended_at is not None:
        raise WrongState(N_("这项活动已经结束。"))


def the_part(activity: JointActivity, account: str) -> JointPart:
    """The part of an account, by its uid. Raises :class:`NotFound`."""
    found = next((each for each in activity.parts if each.account.uid == account), None)
    if found is None:
        raise NotFound
    return found


_PARTS = selectinload(JointActivity.parts)
_WITH = (
    joinedload(JointActivity.group),
    joinedload(JointActivity.story),
    joinedload(JointActivity.made_by),
    _PARTS.joinedload(JointPart.account).joinedload(Account.unit),
    _PARTS.joinedload(JointPart.done_by),
)


def the_activity(session: Session, uid: str) -> JointActivity:
    """One activity with all its parts. Raises :class:`NotFound`."""
    found = session.scalar(select(JointActivity).where(JointActivity.uid == uid).options(*_WITH))
    if found is None:
        raise NotFound
    return found


def page_of_activities(
    session: Session, *, limit: int = 50, cursor: str | None = None
) -> Page[JointActivity]:
    """Activities, newest first."""
    query = select(JointActivity).options(*_WITH)
    return newest_first(session, query, JointActivity.id, limit=limit, cursor=cursor)


def spoken(session: Session, activities: list[JointActivity]) -> Mapping[tuple[int, int], str]:
    """On which accounts these activities' stories are live: (story, account) to the address."""
    story_ids = [each.story_id for each in activities if each.story_id is not None]
    if not story_ids:
        return {}
    rows = session.execute(
        select(Publication.story_id, Publication.account_id, Publication.remote_url).where(
            Publication.story_id.in_(story_ids),
            Publication.kind.in_(sorted(PIECES)),
            Publication.state == State.LIVE,
        )
    )
    return {(story_id, account_id): url for story_id, account_id, url in rows}


def done(activity: JointActivity, live: Mapping[tuple[int, int], str]) -> int:
    """How many accounts have done their part."""
    if activity.kind == Joint.VOICE:
        return sum((activity.story_id or 0, part.account_id) in live for part in activity.parts)
    return sum(part.done_at is not None for part in activity.parts)
