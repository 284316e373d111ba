"""What the last pass brings about, and its undoing: approvals, one per frozen post."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.review.events import ApprovalRevoked, StoryApproved
from kitchen.review.models import Approval, Round
from kitchen.review.rules import May
from kitchen.stories import clearance, release
from kitchen.stories.models import FrozenPost, Story
from kitchen.stories.queries import posts_of
from kitchen.stories.rules import May as Stories
from kitchen.stories.rules import State
from kitchen.topics.rules import gravest


def approve(session: Session, actor: Actor, round_: Round) -> list[Approval]:
    """Approve every post of the round's version as the very bytes that were shown.

    Approvals, the story's move and what follows from them stand together or not at all. Raises
    :class:`WrongState`, also where the rights of something that is shown do not cover it.
    """
    posts = posts_of(session, round_.version_id, whole=False)
    if not posts:
        raise WrongState(N_("这一版没有选发布账号，不能签发。请退回作者补选。"))
    if gravest([round_.risk, round_.story.least_risk]) != round_.risk:
        raise WrongState(N_("送审以后等级调高了，这一轮级数不够。请退回作者重新送审。"))
    clearance.demand(session, posts)
    assert actor.id is not None
    approvals = [_approval(post, actor.id, session) for post in posts]
    session.add_all(approvals)
    session.flush()
    shown = {"version": round_.story_version.number, "posts": [it.payload_hash for it in posts]}
    audit.record(session, actor, "approve_posts", round_, after=shown)
    release.approve(session, in_whose_name(actor, round_.story), round_.story)
    bus.emit(session, StoryApproved(round_.story_id, round_.version_id, round_.id))
    return approvals


def _approval(post: FrozenPost, approver_id: int, session: Session) -> Approval:
    return Approval(
        frozen_post_id=post.id,
        story_id=post.story_id,
        version_id=post.version_id,
        account_id=post.account_id,
        payload_hash=post.payload_hash,
        approver_id=approver_id,
        decided_at=clock.now(session),
    )


def in_whose_name(actor: Actor, story: Story) -> Actor:
    """A verdict moves the story; reviewers invited from other units cannot, so the house does."""
    return actor if actor.may(Stories.DECIDE, story.unit_id) else HOUSE


def revoke(session: Session, actor: Actor, story: Story, reason: str) -> None:
    """Take an approval back: nothing more goes out, and what may have gone out is called back.

    The approvals are locked before anything else, as arming does, so that of a revocation and a
    sending exactly one comes first. An approved story returns to its author, and so does one that
    is being corrected; a published one is withdrawn. Raises :class:`Forbidden`, :class:`Invalid`
    without a reason, :class:`WrongState`.
    """
    authorize(actor, May.REVOKE, story)
    if not reason.strip():
        raise Invalid(fields={"note": N_("请写明理由。")})
    approvals = _held(session, story)
    if not approvals:
        raise WrongState(N_("这篇稿件没有有效的签发，不用撤销。"))
    moment = clock.fresh(session)
    for approval in approvals:
        approval.revoked_at, approval.revoked_by_id = moment, actor.id
    session.flush()
    shown = {"posts": [it.payload_hash for it in approvals]}
    audit.record(session, actor, "revoke_approval", story, before=shown, note=reason)
    for version_id in sorted({approval.version_id for approval in approvals}):
        bus.emit(session, ApprovalRevoked(story.id, version_id))
    _move_back(session, actor, story, reason)


def _held(session: Session, story: Story) -> Sequence[Approval]:
    """The approvals that hold, locked until this unit ends."""
    return session.scalars(
        select(Approval)
        .where(Approval.story_id == story.id, Approval.revoked_at.is_(None))
        .order_by(Approval.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()


def _move_back(session: Session, actor: Actor, story: Story, reason: str) -> None:
    session.refresh(story, ["state", "version"], with_for_update=True)
    hand = in_whose_name(actor, story)
    if story.state == State.PUBLISHED:
        release.withdraw(session, hand, story, reason)
    elif story.state == State.APPROVED or story.correction:
        release.revoke(session, hand, story, reason)
