"""The API of corrections."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.publishing import correct, queries
from kitchen.publishing.rules import May
from kitchen.publishing.schemas import PublicationOut, ReasonIn, publication_out
from kitchen.stories import queries as stories
from kitchen.stories.rules import May as Stories
from kitchen.stories.schemas import StoryOut, story_out
from kitchen.web.api import Api

api = Api("corrections")


@api.operation("POST", "/stories/<uid>/correct", Stories.EDIT, body=ReasonIn, answer=StoryOut)
def begin(uid: str, body: ReasonIn) -> Any:
    """Open a story that is out for correction; the note is told to readers."""
    story = stories.the_story(g.session, uid)
    correct.begin(g.session, g.actor, story, body.note)
    return story_out(story, g.actor)


@api.operation("POST", "/stories/<uid>/drop_correction", Stories.EDIT, answer=StoryOut)
def drop(uid: str) -> Any:
    """Give a correction up; the text is again what was approved."""
    story = stories.the_story(g.session, uid)
    correct.drop(g.session, g.actor, story)
    return story_out(story, g.actor)


@api.operation("POST", "/publications/<uid>/replace", May.OPERATE, answer=PublicationOut)
def replace(uid: str) -> Any:
    """Where a platform edits nothing: take the old one down, then send the new one."""
    publication = queries.the_publication(g.session, uid)
    correct.replace(g.session, g.actor, publication)
    return publication_out(publication, g.actor)


@api.operation(
    "POST", "/publications/<uid>/leave_as_is", May.OPERATE, body=ReasonIn, answer=PublicationOut
)
def leave_as_is(uid: str, body: ReasonIn) -> Any:
    """Say why the old version stays on this account."""
    publication = queries.the_publication(g.session, uid)
    correct.leave_as_is(g.session, g.actor, publication, body.note)
    return publication_out(publication, g.actor)
