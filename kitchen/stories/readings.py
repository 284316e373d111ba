"""Who had which version before their eyes, so that next time only what is new need be read."""

from __future__ import annotations

from typing import cast

from sqlalchemy import Table, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.stories.models import Reading, Story, Version


def note(session: Session, actor: Actor, version: Version) -> None:
    """The person has read this version; once more does nothing, nor from two tabs at once."""
    read = {"staff_id": actor.id, "version_id": version.id, "story_id": version.story_id}
    noting = _NOTING[session.get_bind().dialect.name]
    session.execute(noting, {**read, "read_at": clock.now(session)})


_NOTING = {
    name: dialect.insert(cast(Table, Reading.__table__)).on_conflict_do_nothing()
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}


def last_read(
    session: Session, actor: Actor, story: Story, before: Version | None = None
) -> Version | None:
    """The newest version of the story that the person read, older than ``before`` if given."""
    query = (
        select(Version)
        .join(Reading, Reading.version_id == Version.id)
        .where(Reading.staff_id == actor.id, Version.story_id == story.id)
        .order_by(Version.id.desc())
        .limit(1)
    )
    if before is not None:
        query = query.where(Version.id < before.id)
    return session.scalar(query)
