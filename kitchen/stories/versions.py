"""Versions and frozen posts: what is written once, so that everybody judges the same bytes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from channels.base import Post
from kitchen import ports
from kitchen.core import audit
from kitchen.core.access import Actor
from kitchen.core.db import new_uid
from kitchen.stories import clearance, step_log
from kitchen.stories.checks.report import Report
from kitchen.stories.editions import as_edition
from kitchen.stories.master import Shelf, fields_of, hash_of, material_of
from kitchen.stories.models import FrozenPost, Story, Target, Version
from kitchen.stories.rules import Kind, release_at
from kitchen.topics.rules import gravest


def snapshot(
    session: Session,
    actor: Actor,
    story: Story,
    kind: Kind,
    *,
    note: str = "",
    report: Report | None = None,
    doc: Mapping[str, Any] | None = None,
) -> Version:
    """Keep the story as it stands, under the next number; with ``doc`` for its text if given."""
    version = Version(
        story_id=story.id,
        number=_next_number(session, story),
        kind=kind,
        title=story.title,
        fields=fields_of(story),
        doc=doc or story.doc,
        master_hash=hash_of(story, doc) if doc else story.master_hash,
        report=report.as_json() if report else {},
        made_by_id=actor.id,
        note=note,
    )
    session.add(version)
    session.flush()
    after = {"number": version.number, "kind": str(kind), "master_hash": version.master_hash}
    audit.record(session, actor, "keep_version", story, after=after, note=note)
    return version


def _next_number(session: Session, story: Story) -> int:
    last = session.scalar(select(func.max(Version.number)).where(Version.story_id == story.id))
    return (last or 0) + 1


def put_back(session: Session, actor: Actor, story: Story, version: Version) -> None:
    """Make the draft what the version holds; nothing of the draft is kept but a higher class."""
    risk = gravest([story.risk, story.least_risk, version.fields["risk"]])
    step_log.rewrite(session, actor, story, version.doc)
    story.title = version.title
    for name, value in {**version.fields, "risk": risk}.items():
        setattr(story, name, value)
    story.master_hash = hash_of(story)


def freeze(session: Session, story: Story, version: Version, shelf: Shelf) -> list[FrozenPost]:
    """One post per target whose channel carries the piece: exactly what will be sent."""
    editions = {each.channel: each for each in story.editions if each.enabled}
    targets = [target for target in story.targets if target.account.channel in editions]
    going = [key for key in editions if any(it.account.channel == key for it in targets)]
    files = {key: material_of(session, story, editions[key].doc, shelf) for key in going}
    ready = {key: as_edition(editions[key], files[key]) for key in going}
    uids = {target.id: new_uid() for target in targets}
    extras = _extras(session, story, targets, uids)
    before = _frozen_before(session, story)
    posts = [
        _frozen(
            version,
            target,
            Post(
                uid=uids[target.id],
                edition=ready[target.account.channel],
                link=_link(session, uids[target.id]),
                revision=before[target.account_id] + 1,
                extras=extras,
            ),
        )
        for target in targets
    ]
    session.add_all(posts)
    session.flush()
    known = list({asset.id: asset for key in going for asset in files[key].every}.values())
    shown = clearance.shown_in(session, ready.values(), known)
    by_channel = dict(zip(ready, shown, strict=True))
    clearance.note(session, posts, [by_channel[post.channel] for post in posts])
    return posts


def _frozen_before(session: Session, story: Story) -> Counter[int]:
    """By account, how many posts of the story were frozen for it: revisions only ever grow."""
    counted = session.execute(
        select(FrozenPost.account_id, func.count())
        .where(FrozenPost.story_id == story.id)
        .group_by(FrozenPost.account_id)
    )
    return Counter({row[0]: row[1] for row in counted})


def _extras(
    session: Session, story: Story, targets: list[Target], uids: dict[int, str]
) -> dict[str, Any]:
    """``canonical``: its lasting address in our own app, where it goes there, and its ``column``.

    ``correction``: what this version puts right, told to readers where the channel has a place.
    """
    extras = {"correction": story.correction} if story.correction else {}
    own = next((it for it in targets if it.account.channel == "outlet"), None)
    if own is None:
        return extras
    column = {"column": story.column} if story.column else {}
    return {**extras, "canonical": _link(session, uids[own.id]), **column}


def _frozen(version: Version, target: Target, post: Post) -> FrozenPost:
    return FrozenPost(
        uid=post.uid,
        version_id=version.id,
        story_id=version.story_id,
        account_id=target.account_id,
        channel=target.account.channel,
        post=post.as_json(),
        payload_hash=post.payload_hash,
        not_before=release_at(target.slot, target.story.embargo),
        position=target.position,
    )


def _link(session: Session, uid: str) -> str:
    return f"{ports.of(session).public_url}/s/{uid}"
