"""The API of joint activities."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.matrix import grouping
from kitchen.planning import joint
from kitchen.planning.joint_models import JointActivity
from kitchen.planning.joint_schemas import (
    EndIn,
    JointIn,
    JointOut,
    PartDoneIn,
    PartIn,
    SpeakIn,
    joint_out,
)
from kitchen.planning.rules import May
from kitchen.stories import queries as stories
from kitchen.web.api import Api
from kitchen.web.paging import PageQuery

api = Api("joint_activities")


def _out(activity: JointActivity) -> JointOut:
    return joint_out(activity, joint.spoken(g.session, [activity]))


@api.operation("GET", "/joint_activities", May.READ, query=PageQuery, answer=JointOut, many=True)
def index(query: PageQuery) -> Any:
    """Joint activities, newest first."""
    page = joint.page_of_activities(g.session, limit=query.limit, cursor=query.cursor)
    live = joint.spoken(g.session, list(page.items))
    return Page([joint_out(each, live) for each in page.items], page.next)


@api.operation("POST", "/joint_activities", May.PLAN, body=JointIn, answer=JointOut, status=201)
def begin(body: JointIn) -> Any:
    """Begin an activity of a group of accounts."""
    group = grouping.the_group(g.session, body.group)
    given = body.model_dump(exclude={"group"})
    return _out(joint.begin(g.session, g.actor, group, **given))


@api.operation("GET", "/joint_activities/<uid>", May.READ, answer=JointOut)
def show(uid: str) -> Any:
    """One joint activity, and who has done their part."""
    return _out(joint.the_activity(g.session, uid))


@api.operation("POST", "/joint_activities/<uid>/story", May.PLAN, body=SpeakIn, answer=JointOut)
def speak(uid: str, body: SpeakIn) -> Any:
    """Have all its accounts say this story."""
    activity = joint.the_activity(g.session, uid)
    joint.speak(g.session, g.actor, activity, stories.the_story(g.session, body.story))
    return _out(activity)


@api.operation("POST", "/joint_activities/<uid>/parts", May.PLAN, body=PartIn, answer=JointOut)
def give_part(uid: str, body: PartIn) -> Any:
    """Say what an account is to do in it."""
    activity = joint.the_activity(g.session, uid)
    joint.give_part(g.session, g.actor, activity, body.account, body.task)
    return _out(activity)


@api.operation(
    "POST", "/joint_activities/<uid>/parts/done", May.READ, body=PartDoneIn, answer=JointOut
)
def finish_part(uid: str, body: PartDoneIn) -> Any:
    """Say that an account has done its part."""
    activity = joint.the_activity(g.session, uid)
    joint.finish_part(g.session, g.actor, activity, body.account, body.result)
    return _out(activity)


@api.operation("POST", "/joint_activities/<uid>/end", May.PLAN, body=EndIn, answer=JointOut)
def end(uid: str, body: EndIn) -> Any:
    """End it, and say what came of it."""
    activity = joint.the_activity(g.session, uid)
    joint.end(g.session, g.actor, activity, body.outcome)
    return _out(activity)
