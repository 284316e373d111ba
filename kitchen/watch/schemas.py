"""What comes in and goes out about foreign posts; forms and the API share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.watch.models import ForeignPost
from kitchen.watch.rules import State
from kitchen.web.schema import Answer, Schema


class JudgeIn(Schema):
    note: str = Field("", max_length=500)


class ForeignPostOut(Answer):
    uid: str
    version: int
    account: str
    remote_id: str
    title: str
    url: str
    posted_at: datetime
    seen_at: datetime
    state: State
    note: str
    judged_by: str | None
    judged_at: datetime | None
    actions: list[str]


_PLAIN = set(ForeignPostOut.model_fields) - {"account", "judged_by", "actions"}


def foreign_post_out(post: ForeignPost, actor: Actor) -> ForeignPostOut:
    """The post as the API shows it."""
    return ForeignPostOut(
        **{name: getattr(post, name) for name in _PLAIN},
        account=post.account.uid,
        judged_by=post.judged_by.name if post.judged_by else None,
        actions=[move.name for move in open_moves(post, actor)],
    )
