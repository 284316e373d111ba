"""What comes in and goes out about leads; the form and the API share it."""

from __future__ import annotations

from datetime import datetime

from pydantic import Field

from kitchen.core.access import Actor
from kitchen.core.workflow import open_moves
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source, State, Urgency
from kitchen.web.moments import CentreTime
from kitchen.web.paging import PageQuery
from kitchen.web.schema import Answer, Schema


class LeadIn(Schema):
    title: str = Field(min_length=2, max_length=60)
    body: str = Field(min_length=5, max_length=5000)
    source: Source = Source.REPORTER
    place: str = Field("", max_length=80)
    happened_at: CentreTime | None = None
    urgency: Urgency = Urgency.NORMAL
    contact: str = Field("", max_length=200)


class Reason(Schema):
    note: str = Field("", max_length=500)


class MergeIn(Schema):
    into: str = Field(min_length=1, max_length=22)


class PictureIn(Schema):
    asset: str = Field(min_length=1, max_length=22)


class LeadQuery(PageQuery):
    source: Source | None = None


class LeadOut(Answer):
    uid: str
    version: int
    created_at: datetime
    title: str
    body: str
    source: Source
    place: str
    happened_at: datetime | None
    urgency: Urgency
    state: State
    reason: str
    reporter: str | None
    merged_into: str | None
    actions: list[str]


def lead_out(lead: Lead, actor: Actor) -> LeadOut:
    """The lead as the API shows it to this actor; never with its contact."""
    return LeadOut(
        reporter=lead.reporter.name if lead.reporter else None,
        merged_into=lead.merged_into.uid if lead.merged_into else None,
        actions=[move.name for move in open_moves(lead, actor)],
        **{name: getattr(lead, name) for name in _PLAIN},
    )


_PLAIN = set(LeadOut.model_fields) - {"reporter", "merged_into", "actions"}
