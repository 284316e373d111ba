"""The API of writing together: the editor in the browser speaks it as any program may."""

from __future__ import annotations

from typing import Any

from flask import g, request

from kitchen.core.errors import N_, TooLarge
from kitchen.stories import queries, together
from kitchen.stories.rules import May
from kitchen.stories.schemas import VersionOut, WholeStoryOut, version_out, whole_story_out
from kitchen.stories.together_schemas import (
    BranchIn,
    SharesOut,
    SinceQuery,
    StandingOut,
    StepsIn,
    TakenOut,
    place_of,
)
from kitchen.web.api import Api

api = Api("together")

BODY_MAX = 2_000_000
"""Bytes of steps that are read at once; a text of the longest kind has a tenth of it."""


@api.operation("GET", "/stories/<uid>/steps", May.WRITE, query=SinceQuery, answer=StandingOut)
def standing(uid: str, query: SinceQuery) -> Any:
    """What was written since, by whom; the fields beside the text; who is there."""
    story = queries.story_without_text(g.session, uid)
    return StandingOut.model_validate(together.standing(g.session, g.actor, story, query.since))


@api.operation("POST", "/stories/<uid>/steps", May.WRITE, body=StepsIn, answer=TakenOut)
def take_steps(uid: str, body: StepsIn) -> Any:
    """Add steps to the text; 409 with the missed ones in ``theirs`` where these do not fit."""
    if (request.content_length or 0) > BODY_MAX:
        raise TooLarge(N_("一次改动太多，请分几次粘贴。"))
    story = queries.story_to_save(g.session, uid)
    taken = together.take_steps(g.session, g.actor, story, body.batch())
    if body.cursor is not None:
        place = place_of(story.text_version, body.cursor, taken.place)
        together.arrive(g.session, g.actor, story, body.client, place)
    told = {"version": story.text_version, "story_version": story.version}
    return TakenOut.model_validate({**told, "length": story.length, "steps": taken.news})


@api.operation(
    "POST", "/stories/<uid>/branch", May.WRITE, body=BranchIn, answer=VersionOut, status=201
)
def branch(uid: str, body: BranchIn) -> Any:
    """Keep a text that could not be merged as a version; the draft stays as it is."""
    story = queries.the_story(g.session, uid)
    return version_out(together.branch(g.session, g.actor, story, body.doc, body.note))


@api.operation("GET", "/stories/<uid>/shares", May.READ, answer=SharesOut)
def shares(uid: str) -> Any:
    """The credits with shares proposed by what each wrote; empty without a log."""
    story = queries.the_story(g.session, uid)
    lines = together.proposed_credits(g.session, story) or []
    return SharesOut.model_validate({"credits": lines})


@api.operation("POST", "/stories/<uid>/shares", May.WRITE, answer=WholeStoryOut)
def take_over_shares(uid: str) -> Any:
    """Write the proposed shares into the credits."""
    story = queries.the_story(g.session, uid)
    return whole_story_out(together.take_over_shares(g.session, g.actor, story), g.actor)
