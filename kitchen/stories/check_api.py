"""The API of checks."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.stories import alarms, checking, queries
from kitchen.stories.check_schemas import ReasonIn, ReportOut, ReprintIn, SeenIn, report_out
from kitchen.stories.models import Story
from kitchen.stories.rules import May
from kitchen.web.api import Api
from kitchen.web.i18n import say

api = Api("checks")


@api.operation("GET", "/stories/<uid>/checks", May.READ, answer=ReportOut)
def report(uid: str) -> Any:
    """What the machine finds in the draft, each hit with its place in the document."""
    return _report(queries.the_story(g.session, uid))


@api.operation(
    "POST", "/stories/<uid>/checks/<key>/false", May.WRITE, body=ReasonIn, answer=ReportOut
)
def call_false(uid: str, key: str, body: ReasonIn) -> Any:
    """Say that a hit is none, and why."""
    story = queries.the_story(g.session, uid)
    alarms.call_false(g.session, g.actor, story, key, body.reason)
    return _report(story)


@api.operation("DELETE", "/stories/<uid>/checks/<key>/false", May.WRITE, answer=ReportOut)
def call_true(uid: str, key: str) -> Any:
    """Take that back."""
    story = queries.the_story(g.session, uid)
    alarms.call_true(g.session, g.actor, story, key)
    return _report(story)


@api.operation(
    "POST", "/stories/<uid>/checks/<key>/replace", May.WRITE, body=SeenIn, answer=ReportOut
)
def put_right(uid: str, key: str, body: SeenIn) -> Any:
    """Write what a hit proposes in place of what it found."""
    story = queries.story_to_save(g.session, uid)
    alarms.put_right(g.session, g.actor, story, key, body.version)
    return _report(story)


@api.operation("PUT", "/stories/<uid>/reprint", May.WRITE, body=ReprintIn, answer=ReportOut)
def label_reprint(uid: str, body: ReprintIn) -> Any:
    """Label a reprint; with every field empty the piece is one's own again."""
    story = queries.the_story(g.session, uid)
    alarms.label_reprint(g.session, g.actor, story, body.label(), body.version)
    return _report(story)


def _report(story: Story) -> ReportOut:
    return report_out(story, checking.checked(g.session, story), say)
