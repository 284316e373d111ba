"""Pages of planning: campaigns, slots for many accounts at once, statements, mobile-first."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from channels.registry import channel_classes
from kitchen.core import clock
from kitchen.core.errors import Invalid, Stale
from kitchen.people.queries import all_staff, the_staff
from kitchen.planning import labels, queries, service, slots
from kitchen.planning.models import Campaign
from kitchen.planning.rules import May
from kitchen.planning.schemas import (
    CampaignIn,
    DayQuery,
    FollowUpIn,
    PieceIn,
    RhythmIn,
    SlotsIn,
)
from kitchen.planning.slots import Key
from kitchen.stories import queries as stories
from kitchen.stories.models import Story
from kitchen.stories.rules import May as Stories
from kitchen.topics import queries as topics
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say
from kitchen.web.paging import PageQuery
from kitchen.web.schema import check, read, read_query

bp = Blueprint("planning", __name__, url_prefix="/planning")


@bp.app_context_processor
def around() -> dict[str, Any]:
    """What ``planning/_on_story.html`` needs, so that any page of a story may include it."""
    return {"release_of": _release_of, "release_labels": labels}


def _release_of(story: Story) -> queries.Release | None:
    return queries.release_of(g.session, story.id)


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The campaigns, newest first."""
    query = read_query(PageQuery)
    page = queries.page_of_campaigns(g.session, **query.model_dump(exclude={"state"}))
    return render_template("planning/index.html", page=page, query=query)


@bp.route("/campaigns/new", methods=["GET", "POST"])
@guard(May.PLAN)
def new() -> Any:
    """Open a campaign."""
    form = Form(CampaignIn)
    if form.posted:
        with form.attempt():
            campaign = service.begin_campaign(g.session, g.actor, **_content(form.read()))
            flash(gettext("专题已建立，现在把稿件放进来。"), "ok")
            return redirect(url_for("planning.show", uid=campaign.uid))
    return form.page("planning/new.html", topics=_topics())


def _content(given: CampaignIn) -> dict[str, Any]:
    topic = topics.the_topic(g.session, given.topic) if given.topic else None
    return {**given.model_dump(exclude={"topic", "version"}), "topic": topic}


def _topics() -> list[tuple[str, str]]:
    page = topics.page_of_topics(g.session, limit=50)
    return [(topic.uid, topic.title) for topic in page.items]


@bp.route("/campaigns/<uid>", methods=["GET", "POST"])
@guard(May.READ)
def show(uid: str) -> Any:
    """One campaign: what is said of it, its pieces, what may join it."""
    campaign = queries.the_campaign(g.session, uid)
    form = Form(CampaignIn, _as_typed(campaign))
    if form.posted:
        with form.attempt():
            given = form.read()
            service.change_campaign(g.session, g.actor, campaign, given.version, **_content(given))
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("planning.show", uid=uid))
        campaign = queries.the_campaign(g.session, uid)
    if isinstance(form.refusal, Stale):
        form.values["version"] = campaign.version
    return form.page(
        "planning/show.html",
        campaign=campaign,
        may_plan=g.actor.may(May.PLAN, campaign.unit_id),
        free=queries.stories_without_campaign(g.session),
        topics=_topics(),
    )


def _as_typed(campaign: Campaign) -> dict[str, Any]:
    return {
        "name": campaign.name,
        "topic": campaign.topic.uid if campaign.topic else "",
        "starts_at": typed(campaign.starts_at),
        "plan": campaign.plan,
        "version": campaign.version,
    }


def typed(moment: datetime | None) -> str:
    """A moment as the field for it takes it: the newsroom's wall clock."""
    return f"{clock.local(moment):%Y-%m-%dT%H:%M}" if moment else ""


@bp.post("/campaigns/<uid>/pieces")
@guard(May.PLAN)
def add_piece(uid: str) -> Any:
    """Take a story into a campaign."""
    campaign = queries.the_campaign(g.session, uid)
    story = stories.the_story(g.session, read(PieceIn).story)
    service.add_piece(g.session, g.actor, campaign, story)
    return _told(gettext("已放进专题。"), "planning.show", uid=uid)


@bp.post("/campaigns/<uid>/pieces/remove")
@guard(May.PLAN)
def remove_piece(uid: str) -> Any:
    """Take a story out of a campaign."""
    campaign = queries.the_campaign(g.session, uid)
    story = stories.the_story(g.session, read(PieceIn).story)
    service.remove_piece(g.session, g.actor, campaign, story)
    return _told(gettext("已移出专题。"), "planning.show", uid=uid)


def _told(words: str, endpoint: str, **where: Any) -> Any:
    flash(words, "ok")
    return redirect(url_for(endpoint, **where))


@bp.route("/campaigns/<uid>/slots", methods=["GET", "POST"])
@guard(May.PLAN)
def campaign_slots(uid: str) -> Any:
    """Slots for all pieces of a campaign: proposed, mended, saved."""
    campaign = queries.the_campaign(g.session, uid)
    pieces = [piece.story for piece in campaign.pieces]
    return _slots(pieces, campaign.name, url_for("planning.show", uid=uid))


@bp.route("/stories/<uid>/slots", methods=["GET", "POST"])
@guard(Stories.WRITE)
def story_slots(uid: str) -> Any:
    """Slots for all accounts of one story."""
    story = stories.the_story(g.session, uid)
    return _slots([story], story.title, url_for("editions.index", uid=uid))


def _slots(chosen: Sequence[Story], title: str, way_back: str) -> Any:
    """The proposal in editable fields; what is sent back is saved as it was mended."""
    errors: dict[str, str] = {}
    lots = slots.lots_of(chosen)
    shown: dict[Key, datetime] = {lot.key: lot.slot for lot in lots if lot.slot}
    try:
        if request.method == "POST":
            given = check(SlotsIn, {"slots": _typed_slots(lots)})
            shown = {key: slot for key, slot in given.by_key.items() if slot}
            slots.save_slots(g.session, g.actor, chosen, given.by_key)
            flash(gettext("时间已保存。"), "ok")
            return redirect(way_back)
        if request.args.get("start"):
            shown = slots.proposed(lots, read_query(RhythmIn).rhythm)
    except Invalid as refusal:
        g.session.rollback()
        errors = {name: say(told) for name, told in refusal.fields.items()}
    page = render_template(
        "planning/slots.html",
        title=title,
        way_back=way_back,
        lots=lots,
        shown=shown,
        beside=slots.crowded(g.session, lots, shown),
        errors=errors,
        typed=typed,
        asked=request.args,
        channels=channel_classes(),
    )
    return page, 422 if errors else 200


def _typed_slots(lots: Sequence[slots.Lot]) -> list[dict[str, str]]:
    """The fields of all lots; an empty one takes the slot away."""
    return [
        {"story": story, "account": account, **({"slot": slot} if slot else {})}
        for story, account in (lot.key for lot in lots)
        if (slot := request.form.get(f"slot-{story}-{account}")) is not None
    ]


@bp.get("/statements")
@guard(May.READ)
def statements() -> Any:
    """Statements of the whole matrix, on how many accounts each is live, what is overdue."""
    return render_template(
        "planning/statements.html",
        statements=queries.statements(g.session),
        overdue=queries.overdue(g.session, clock.now(g.session)),
    )


@bp.route("/statements/<uid>", methods=["GET", "POST"])
@guard(May.READ)
def statement(uid: str) -> Any:
    """One statement, and what is to follow it."""
    story = stories.the_story(g.session, uid)
    form = Form(FollowUpIn)
    if form.posted:
        with form.attempt():
            given = form.read()
            staff = the_staff(g.session, given.staff or g.actor.uid)
            service.set_follow_up(
                g.session, g.actor, story, staff=staff, due_at=given.due_at, note=given.note
            )
            return _told(gettext("后续发布已安排。"), "planning.statement", uid=uid)
        story = stories.the_story(g.session, uid)
    return form.page(
        "planning/statement.html",
        statement=queries.statement_of(g.session, story),
        staff=[(each.uid, each.name) for each in all_staff(g.session)],
        may_plan=g.actor.may(May.PLAN, story.unit_id),
    )


@bp.post("/follow_ups/<uid>/done")
@guard(May.READ)
def finish_follow_up(uid: str) -> Any:
    """It was published."""
    follow_up = queries.the_follow_up(g.session, uid)
    service.finish_follow_up(g.session, g.actor, follow_up)
    return _told(gettext("已记下完成。"), "planning.statement", uid=follow_up.story.uid)


@bp.get("/mobile_first")
@guard(May.READ)
def mobile_first() -> Any:
    """How the pieces of a day came out, and whether the mobile channels were first."""
    today = clock.today(g.session)
    day = read_query(DayQuery).day or today
    return render_template(
        "planning/mobile_first.html",
        day=day,
        before=day - timedelta(days=1),
        after=day + timedelta(days=1) if day < today else None,
        releases=queries.releases_on(g.session, day),
        channels=channel_classes(),
        labels=labels,
    )
