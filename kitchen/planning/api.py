"""The API of planning."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core import clock
from kitchen.core.paging import Page
from kitchen.people.queries import the_staff
from kitchen.planning import queries, service, slots
from kitchen.planning.rules import May
from kitchen.planning.schemas import (
    CampaignIn,
    CampaignOut,
    DayQuery,
    FollowUpIn,
    FollowUpOut,
    LotOut,
    PieceIn,
    ReleaseOut,
    RhythmIn,
    SlotsIn,
    StatementOut,
    campaign_out,
    follow_up_out,
    lot_out,
    release_out,
    statement_out,
)
from kitchen.stories import queries as stories
from kitchen.stories.models import Story
from kitchen.stories.rules import May as Stories
from kitchen.topics import queries as topics
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("planning")


@api.operation("GET", "/campaigns", May.READ, query=PageQuery, answer=CampaignOut, many=True)
def index(query: PageQuery) -> Any:
    """Campaigns, newest first."""
    page = queries.page_of_campaigns(g.session, **query.model_dump(exclude={"state"}))
    return Page([campaign_out(each) for each in page.items], page.next)


@api.operation("POST", "/campaigns", May.PLAN, body=CampaignIn, answer=CampaignOut, status=201)
def begin(body: CampaignIn) -> Any:
    """Open a campaign."""
    return campaign_out(service.begin_campaign(g.session, g.actor, **_content(body)))


def _content(body: CampaignIn) -> dict[str, Any]:
    topic = topics.the_topic(g.session, body.topic) if body.topic else None
    return {**body.model_dump(exclude={"topic", "version"}), "topic": topic}


@api.operation("GET", "/campaigns/<uid>", May.READ, answer=CampaignOut)
def show(uid: str) -> Any:
    """One campaign with its pieces."""
    return campaign_out(queries.the_campaign(g.session, uid))


@api.operation("PUT", "/campaigns/<uid>", May.PLAN, body=CampaignIn, answer=CampaignOut)
def change(uid: str, body: CampaignIn) -> Any:
    """Change what is said of it; `If-Match` or `version` is the one that was seen."""
    campaign = queries.the_campaign(g.session, uid)
    seen = body.version if body.version is not None else seen_version()
    service.change_campaign(g.session, g.actor, campaign, seen, **_content(body))
    return campaign_out(campaign)


@api.operation("POST", "/campaigns/<uid>/pieces", May.PLAN, body=PieceIn, answer=CampaignOut)
def add_piece(uid: str, body: PieceIn) -> Any:
    """Take a story into it."""
    campaign = queries.the_campaign(g.session, uid)
    service.add_piece(g.session, g.actor, campaign, stories.the_story(g.session, body.story))
    return campaign_out(campaign)


@api.operation("DELETE", "/campaigns/<uid>/pieces/<story>", May.PLAN, answer=CampaignOut)
def remove_piece(uid: str, story: str) -> Any:
    """Take a story out of it."""
    campaign = queries.the_campaign(g.session, uid)
    service.remove_piece(g.session, g.actor, campaign, stories.the_story(g.session, story))
    return campaign_out(campaign)


@api.operation(
    "POST", "/campaigns/<uid>/proposal", May.PLAN, body=RhythmIn, answer=LotOut, many=True
)
def propose_for_campaign(uid: str, body: RhythmIn) -> Any:
    """Slots for all its pieces by a rhythm; nothing is saved."""
    return _proposed(_pieces(uid), body)


@api.operation("PUT", "/campaigns/<uid>/slots", May.PLAN, body=SlotsIn, answer=LotOut, many=True)
def save_campaign_slots(uid: str, body: SlotsIn) -> Any:
    """Give its pieces their slots."""
    return _saved(_pieces(uid), body)


@api.operation(
    "POST", "/stories/<uid>/proposal", Stories.WRITE, body=RhythmIn, answer=LotOut, many=True
)
def propose_for_story(uid: str, body: RhythmIn) -> Any:
    """Slots for all accounts of a story by a rhythm; nothing is saved."""
    return _proposed([stories.the_story(g.session, uid)], body)


@api.operation("PUT", "/stories/<uid>/slots", Stories.WRITE, body=SlotsIn, answer=LotOut, many=True)
def save_story_slots(uid: str, body: SlotsIn) -> Any:
    """Give the accounts of a story their slots."""
    return _saved([stories.the_story(g.session, uid)], body)


def _pieces(uid: str) -> list[Story]:
    return [piece.story for piece in queries.the_campaign(g.session, uid).pieces]


def _proposed(chosen: list[Story], body: RhythmIn) -> Any:
    lots = slots.lots_of(chosen)
    proposal = slots.proposed(lots, body.rhythm)
    beside = slots.crowded(g.session, lots, proposal)
    return Page([lot_out(lot, proposal, beside) for lot in lots])


def _saved(chosen: list[Story], body: SlotsIn) -> Any:
    slots.save_slots(g.session, g.actor, chosen, body.by_key)
    return Page([lot_out(lot, {}, {}) for lot in slots.lots_of(chosen)])


@api.operation("GET", "/statements", May.READ, answer=StatementOut, many=True)
def statements() -> Any:
    """Statements of the whole matrix: on how many accounts each is live, and what follows."""
    return Page([statement_out(each) for each in queries.statements(g.session)])


@api.operation(
    "POST",
    "/stories/<uid>/follow_ups",
    May.PLAN,
    body=FollowUpIn,
    answer=FollowUpOut,
    status=201,
)
def set_follow_up(uid: str, body: FollowUpIn) -> Any:
    """Have somebody report on a story by a certain time."""
    staff = the_staff(g.session, body.staff or g.actor.uid)
    story = stories.the_story(g.session, uid)
    made = service.set_follow_up(
        g.session, g.actor, story, staff=staff, due_at=body.due_at, note=body.note
    )
    return follow_up_out(made)


@api.operation("GET", "/follow_ups", May.READ, answer=FollowUpOut, many=True)
def overdue() -> Any:
    """Follow-ups that are overdue, the oldest first."""
    late = queries.overdue(g.session, clock.now(g.session))
    return Page([follow_up_out(each) for each in late])


@api.operation("POST", "/follow_ups/<uid>/done", May.READ, answer=FollowUpOut)
def finish_follow_up(uid: str) -> Any:
    """Say that it was published; for whoever was to do it, and for those who plan."""
    follow_up = queries.the_follow_up(g.session, uid)
    service.finish_follow_up(g.session, g.actor, follow_up)
    return follow_up_out(follow_up)


@api.operation("GET", "/releases", May.READ, query=DayQuery, answer=ReleaseOut, many=True)
def releases(query: DayQuery) -> Any:
    """How the pieces of a day came out, and whether the mobile channels were first."""
    day = query.day or clock.today(g.session)
    return Page([release_out(each) for each in queries.releases_on(g.session, day)])
