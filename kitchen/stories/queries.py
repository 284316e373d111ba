"""Reads of stories: the lists, one story with all around it, its versions, the pool."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import BindParameter, Select, bindparam, func, select
from sqlalchemy.orm import Session, defer, joinedload, load_only

from kitchen.assignments.models import Assignment, Crew
from kitchen.core.db import fill
from kitchen.core.errors import NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.matrix.models import Account
from kitchen.people.models import Staff, Unit
from kitchen.people.rules import Level
from kitchen.stories.models import Edition, FrozenPost, Story, Target, Version
from kitchen.stories.rules import COUNT_MAX, State
from kitchen.topics.models import Topic

_CENTRE = (Level.MEDIA_CENTRE, Level.SECTION)


def the_story(session: Session, uid: str) -> Story:
    """One story with what stands around it. Raises :class:`NotFound`."""
    story = _one(session, _WITH_ALL_AROUND, uid)
    fill(session, story, _BESIDE)
    return story


def story_to_show(session: Session, uid: str) -> Story:
    """The same, with what was made of it elsewhere."""
    story = the_story(session, uid)
    fill(session, story, _ADOPTIONS)
    return story


def story_to_tell(session: Session, uid: str) -> Story:
    """One story with what a program is told of it. Raises :class:`NotFound`."""
    story = _one(session, _TO_TELL, uid)
    fill(session, story, _BESIDE)
    return story


_BY_UID = select(Story).where(Story.uid == bindparam("uid"))
_WITH_ALL_AROUND = _BY_UID.options(
    joinedload(Story.author),
    joinedload(Story.saved_by),
    joinedload(Story.unit),
    joinedload(Story.topic),
    joinedload(Story.assignment),
    joinedload(Story.adopted_from).joinedload(Story.author),
)
_TO_TELL = _BY_UID.options(
    joinedload(Story.author).load_only(Staff.name),
    joinedload(Story.topic).load_only(Topic.uid),
    joinedload(Story.assignment).load_only(Assignment.uid),
    joinedload(Story.adopted_from).load_only(Story.uid),
)
_THIS: BindParameter[int] = bindparam("of")
_BESIDE = {
    "editions": select(Edition).where(Edition.story_id == _THIS).order_by(Edition.id),
    "targets": select(Target)
    .where(Target.story_id == _THIS)
    .options(joinedload(Target.account))
    .order_by(Target.position, Target.id),
}
_ADOPTIONS = {
    "adoptions": select(Story)
    .where(Story.adopted_from_id == _THIS)
    .options(joinedload(Story.author))
    .order_by(Story.id)
}


def story_to_save(session: Session, uid: str) -> Story:
    """One story alone, held against other writers until this unit ends."""
    return _one(session, _TO_SAVE, uid)


_TO_SAVE = _BY_UID.with_for_update(of=Story)


def story_without_text(session: Session, uid: str) -> Story:
    """One story alone, without its text: for what is asked many times a second."""
    return _one(session, _WITHOUT_TEXT, uid)


_WITHOUT_TEXT = _BY_UID.options(defer(Story.doc))


def _one(session: Session, query: Select[Story], uid: str) -> Story:
    found = session.scalar(query, {"uid": uid})
    if found is None:
        raise NotFound
    return found


def page_of_stories(
    session: Session,
    *,
    state: str | None = None,
    author_id: int | None = None,
    shared: bool = False,
    q: str | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Story]:
    """Stories with what a list tells of them, newest first; ``q`` looks in titles."""
    query = _LISTED
    if state:
        query = query.where(Story.state == state)
    if author_id is not None:
        query = query.where(Story.author_id == author_id)
    if shared:
        query = query.where(Story.shared)
    if q:
        query = query.where(Story.title.contains(q, autoescape=True))
    return newest_first(session, query, Story.id, limit=limit, cursor=cursor)


_LISTED = select(Story).options(
    load_only(
        *(Story.uid, Story.version, Story.created_at, Story.saved_at, Story.title, Story.digest),
        *(Story.state, Story.risk, Story.length, Story.tags, Story.shared, Story.unit_id),
        Story.author_id,
        raiseload=True,
    ),
    joinedload(Story.author).load_only(Staff.name),
)


def crew_of(session: Session, story: Story) -> frozenset[int]:
    """Ids of those on the story's assignment."""
    if story.assignment_id is None:
        return frozenset()
    found = session.scalars(select(Crew.staff_id).where(Crew.assignment_id == story.assignment_id))
    return frozenset(found)


def returned_to(session: Session, staff_id: int | None, limit: int = 10) -> Sequence[Story]:
    """What came back to its author and waits to be mended."""
    return session.scalars(
        select(Story)
        .where(Story.author_id == staff_id, Story.state == State.RETURNED)
        .options(defer(Story.doc))
        .order_by(Story.id.desc())
        .limit(limit)
    ).all()


def count_returned(session: Session, staff_id: int | None) -> int:
    """How much came back to its author."""
    return session.scalar(RETURNED, {"staff_id": staff_id}) or 0


RETURNED = (
    select(func.count())
    .select_from(Story)
    .where(Story.author_id == bindparam("staff_id"), Story.state == State.RETURNED)
)
"""Every page of the desk counts; building the statement costs more than running it."""


def of_topic(session: Session, topic_id: int) -> Sequence[Story]:
    """The stories of one topic, without their texts."""
    return _beside(session, Story.topic_id == topic_id)


def of_assignment(session: Session, assignment_id: int) -> Sequence[Story]:
    """The stories of one assignment, without their texts."""
    return _beside(session, Story.assignment_id == assignment_id)


def _beside(session: Session, condition: Any) -> Sequence[Story]:
    return session.scalars(
        select(Story)
        .where(condition)
        .options(defer(Story.doc), joinedload(Story.author))
        .order_by(Story.id)
    ).all()


def versions_of(session: Session, story: Story) -> Sequence[Version]:
    """All versions without their texts, newest first."""
    return session.scalars(
        select(Version)
        .where(Version.story_id == story.id)
        .options(defer(Version.doc), joinedload(Version.made_by))
        .order_by(Version.number.desc())
    ).all()


def the_version(session: Session, story: Story, number: int) -> Version:
    """One version by its number. Raises :class:`NotFound`."""
    if number > COUNT_MAX:
        raise NotFound
    found = session.scalar(
        select(Version)
        .where(Version.story_id == story.id, Version.number == number)
        .options(joinedload(Version.made_by))
    )
    if found is None:
        raise NotFound
    return found


def latest_version(session: Session, story: Story, *kinds: str) -> Version | None:
    """The newest version, of one of these kinds where any are given."""
    query = select(Version).where(Version.story_id == story.id)
    if kinds:
        query = query.where(Version.kind.in_(kinds))
    return session.scalar(query.order_by(Version.number.desc()).limit(1))


def posts_of(session: Session, version_id: int, *, whole: bool = True) -> Sequence[FrozenPost]:
    """What every account will be sent of a version, in the order of release; not ``whole``: where
    its hash will do.
    """
    return session.scalars(_POSTS[whole], {"version_id": version_id}).all()


_WHOLE_POSTS = (
    select(FrozenPost)
    .where(FrozenPost.version_id == bindparam("version_id"))
    .options(joinedload(FrozenPost.account))
    .order_by(FrozenPost.position, FrozenPost.id)
)
_POSTS = {True: _WHOLE_POSTS, False: _WHOLE_POSTS.options(defer(FrozenPost.post))}


def the_edition(session: Session, story: Story, channel: str) -> Edition:
    """The story's edition for one channel. Raises :class:`NotFound`."""
    found = session.scalar(
        select(Edition).where(Edition.story_id == story.id, Edition.channel == channel)
    )
    if found is None:
        raise NotFound
    return found


def accounts(session: Session) -> Sequence[Account]:
    """Every account that is in use, the centre's own first."""
    own = Unit.level.in_(_CENTRE)
    return session.scalars(
        select(Account)
        .join(Unit, Unit.id == Account.unit_id)
        .where(Account.enabled)
        .options(joinedload(Account.unit))
        .order_by(own.desc(), Account.id)
    ).all()


def own_accounts(session: Session, channels: Sequence[str]) -> list[Account]:
    """The centre's accounts on these channels, in the order of the channels."""
    found = [
        account
        for account in accounts(session)
        if account.unit.level in _CENTRE and account.channel in channels
    ]
    return sorted(found, key=lambda account: channels.index(account.channel))
