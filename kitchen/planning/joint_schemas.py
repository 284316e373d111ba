"""What comes in and goes out about joint activities; forms and the API share it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from pydantic import Field

from kitchen.planning import joint
from kitchen.planning.joint_models import JointActivity, JointPart
from kitchen.planning.rules import Joint
from kitchen.web.schema import Answer, Schema


class JointIn(Schema):
    """A joint activity; ``group`` is the uid of a group of accounts."""

    kind: Joint
    name: str = Field(min_length=2, max_length=80)
    group: str = Field(min_length=1, max_length=22)
    plan: str = Field("", max_length=2000)
    due_on: date | None = None


class SpeakIn(Schema):
    """A story by its uid."""

    story: str = Field(min_length=1, max_length=22)


class PartIn(Schema):
    """What an account (by uid) is to do."""

    account: str = Field(min_length=1, max_length=22)
    task: str = Field(min_length=1, max_length=300)


class PartDoneIn(Schema):
    account: str = Field(min_length=1, max_length=22)
    result: str = Field("", max_length=500)


class EndIn(Schema):
    outcome: str = Field("", max_length=2000)


class PartOut(Answer):
    account: str
    name: str
    unit: str
    task: str
    done: bool
    result: str


class JointOut(Answer):
    uid: str
    version: int
    created_at: datetime
    kind: Joint
    name: str
    group: str
    plan: str
    due_on: date | None
    story: str | None
    ended_at: datetime | None
    outcome: str
    done: int
    parts: list[PartOut]


def joint_out(activity: JointActivity, live: Mapping[tuple[int, int], str]) -> JointOut:
    """The activity as the API shows it."""
    return JointOut(
        uid=activity.uid,
        version=activity.version,
        created_at=activity.created_at,
        kind=activity.kind,
        name=activity.name,
        group=activity.group.uid,
        plan=activity.plan,
        due_on=activity.due_on,
        story=activity.story.uid if activity.story else None,
        ended_at=activity.ended_at,
        outcome=activity.outcome,
        done=joint.done(activity, live),
        parts=[_part_out(activity, part, live) for part in activity.parts],
    )


def _part_out(
    activity: JointActivity, part: JointPart, live: Mapping[tuple[int, int], str]
) -> PartOut:
    url = live.get((activity.story_id or 0, part.account_id))
    return PartOut(
        account=part.account.uid,
        name=part.account.name,
        unit=part.account.unit.name,
        task=part.task,
        done=part.done_at is not None or url is not None,
        result=part.result or url or "",
    )
