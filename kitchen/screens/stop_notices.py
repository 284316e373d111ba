"""A stop notice that an account publishes itself goes the way of every story: drafted, reviewed,
delivered; its receipt proves it to the closing.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.text import fit
from kitchen.core.access import HOUSE
from kitchen.matrix.campaigns import closing as closings
from kitchen.matrix.campaigns import papers
from kitchen.matrix.campaigns.models import AccountClosing
from kitchen.matrix.campaigns.rules import Closing
from kitchen.matrix.events import StopNoticeAsked
from kitchen.people import queries as people
from kitchen.people.models import Staff
from kitchen.publishing.events import StoryPublished
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import PIECES, State
from kitchen.stories import release
from kitchen.stories import service as writing
from kitchen.stories.doc import from_text
from kitchen.stories.models import Story

DIGEST = 110


def draft(session: Session, event: StopNoticeAsked) -> None:
    """Write the notice as a story of whoever asked for it, aimed at the account alone."""
    closing = session.get_one(AccountClosing, event.closing_id)
    staff = people.the_staff(session, session.get_one(Staff, event.actor_id).uid)
    actor = people.actor_of(session, staff, session.info["roles"])
    title, text = papers.stop_notice(closing)
    story = writing.begin(session, actor, title=title)
    content = {
        "doc": from_text(text),
        "digest": fit(text, DIGEST),
        "sources": [{"name": closing.account.unit.name, "url": "", "note": closing.basis}],
    }
    writing.save_draft(session, actor, story, content, story.version)
    release.set_targets(session, actor, story, [release.Aim(closing.account)])
    closings.take_story(session, actor, closing, story.uid)


def prove(session: Session, event: StoryPublished) -> None:
    """The notice is out: its receipt is the proof. Without an address a person brings one."""
    story = session.get_one(Story, event.story_id)
    closing = closings.of_story(session, story.uid)
    if closing is None or closing.state != Closing.APPROVED:
        return
    receipt = session.scalar(
        select(Publication)
        .where(
            Publication.story_id == story.id,
            Publication.account_id == closing.account_id,
            Publication.kind.in_(sorted(PIECES)),
            Publication.state == State.LIVE,
        )
        .order_by(Publication.id.desc())
        .limit(1)
    )
    if receipt is not None and receipt.remote_url:
        closings.announce(session, HOUSE, closing, url=receipt.remote_url, at=receipt.since)
