"""Verbs of planning: campaigns and their pieces, what follows a statement."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, Duplicate, Invalid, NotFound, Stale, WrongState
from kitchen.people.models import Staff
from kitchen.planning.events import FollowUpDue, FollowUpSet
from kitchen.planning.models import Campaign, FollowUp, Piece
from kitchen.planning.rules import May
from kitchen.stories.models import Story
from kitchen.topics.models import Topic


def begin_campaign(
    session: Session,
    actor: Actor,
    *,
    name: str,
    topic: Topic | None = None,
    starts_at: datetime | None = None,
    plan: str = "",
) -> Campaign:
    """Open a campaign; it belongs to the actor's unit."""
    campaign = Campaign(
        name=name,
        topic=topic,
        unit_id=actor.unit_id,
        starts_at=starts_at,
        plan=plan,
        made_by_id=actor.id,
    )
    authorize(actor, May.PLAN, campaign)
    session.add(campaign)
    session.flush()
    audit.record(session, actor, "begin_campaign", campaign, after=_told(campaign))
    return campaign


def change_campaign(
    session: Session,
    actor: Actor,
    campaign: Campaign,
    seen: int | None,
    *,
    name: str,
    topic: Topic | None,
    starts_at: datetime | None,
    plan: str,
) -> None:
    """Change what is said of a campaign. Raises :class:`Stale` if someone did so after ``seen``."""
    authorize(actor, May.PLAN, campaign)
    before = _told(campaign)
    if seen is not None and seen != campaign.version:
        raise Stale(theirs=before, version=campaign.version)
    campaign.name, campaign.topic, campaign.plan = name, topic, plan
    campaign.starts_at = starts_at
    session.flush()
    audit.record(session, actor, "change_campaign", campaign, before=before, after=_told(campaign))


def _told(campaign: Campaign) -> dict[str, str]:
    starts_at = campaign.starts_at.isoformat() if campaign.starts_at else ""
    return {"name": campaign.name, "starts_at": starts_at, "plan": campaign.plan}


def add_piece(session: Session, actor: Actor, campaign: Campaign, story: Story) -> None:
    """Take a story into a campaign, as its last. Raises :class:`Duplicate` if it is in one."""
    authorize(actor, May.PLAN, campaign)
    if session.scalar(select(Piece.id).where(Piece.story_id == story.id)) is not None:
        raise Duplicate(N_("这篇稿件已经在一个专题里。"))
    last = max((piece.position for piece in campaign.pieces), default=-1)
    campaign.pieces.append(Piece(story=story, position=last + 1))
    session.flush()
    audit.record(session, actor, "add_piece", campaign, after={"story": story.uid})


def remove_piece(session: Session, actor: Actor, campaign: Campaign, story: Story) -> None:
    """Take a story out of a campaign; the story itself stays as it is."""
    authorize(actor, May.PLAN, campaign)
    piece = next((each for each in campaign.pieces if each.story_id == story.id), None)
    if piece is None:
        raise NotFound
    campaign.pieces.remove(piece)
    session.flush()
    audit.record(session, actor, "remove_piece", campaign, before={"story": story.uid})


def set_follow_up(
    session: Session, actor: Actor, story: Story, *, staff: Staff, due_at: datetime, note: str = ""
) -> FollowUp:
    """Have somebody report on a story by a certain time. Raises :class:`Invalid` for the past."""
    authorize(actor, May.PLAN, story)
    if due_at < clock.now(session):
        raise Invalid(fields={"due_at": N_("这个时间已经过了，请重选。")})
    follow_up = FollowUp(story=story, staff=staff, due_at=due_at, note=note)
    session.add(follow_up)
    session.flush()
    told = {"story": story.uid, "staff": staff.name, "due_at": due_at.isoformat()}
    audit.record(session, actor, "set_follow_up", follow_up, after=told, note=note)
    bus.emit(session, FollowUpSet(follow_up.id))
    return follow_up


def finish_follow_up(session: Session, actor: Actor, follow_up: FollowUp) -> None:
    """It was published. Whoever was to do it says so, or whoever plans.

    Raises :class:`Forbidden`, :class:`WrongState` if it was said before.
    """
    if actor.id != follow_up.staff_id:
        authorize(actor, May.PLAN, follow_up.story)
    if follow_up.done_at is not None:
        raise WrongState(N_("这次后续发布已经完成了。"))
    follow_up.done_at, follow_up.done_by_id = clock.now(session), actor.id
    session.flush()
    audit.record(session, actor, "finish_follow_up", follow_up)


def remind(database: Database) -> None:
    """Call each follow-up whose time has come, once. Any number of timetables may do so."""
    with database.unit() as session:
        now = clock.now(session)
        open_still = (FollowUp.done_at.is_(None), FollowUp.reminded_at.is_(None))
        late = select(FollowUp.id).where(FollowUp.due_at <= now, *open_still)
        for follow_up_id in session.scalars(late.order_by(FollowUp.due_at)).all():
            done = session.execute(
                update(FollowUp)
                .where(FollowUp.id == follow_up_id, *open_still)
                .values(reminded_at=now)
            )
            if int(done.rowcount) == 1:  # type: ignore[attr-defined]
                bus.emit(session, FollowUpDue(follow_up_id))
