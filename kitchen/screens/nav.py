"""The navigation: what a person may enter, each with how much waits for them there."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

from flask import Flask, g, has_request_context, request, url_for
from sqlalchemy.orm import Session

from kitchen.assignments import queries as assignments
from kitchen.assignments.rules import May as Assignments
from kitchen.core import clock, counting
from kitchen.core.access import Actor
from kitchen.core.counting import Count
from kitchen.core.errors import N_
from kitchen.evaluation.rules import May as Evaluation
from kitchen.evaluation.scores import queries as scores
from kitchen.feedback import queries as feedback
from kitchen.feedback.rules import May as Feedback
from kitchen.leads import queries as leads
from kitchen.leads.rules import May as Leads
from kitchen.matrix.registry import queries as registry
from kitchen.matrix.rules import May as Matrix
from kitchen.media.rules import May as Media
from kitchen.notifications import queries as notices
from kitchen.opinion import queries as opinion
from kitchen.opinion.rules import May as Opinion
from kitchen.outlet.rules import May as Outlet
from kitchen.patrols import queries as patrols
from kitchen.people.rules import May as People
from kitchen.petitions import queries as petitions
from kitchen.petitions.rules import May as Petitions
from kitchen.planning.rules import May as Planning
from kitchen.publishing import queries as publishing
from kitchen.publishing.rules import May as Publishing
from kitchen.review import queries as review
from kitchen.review.rules import May as Review
from kitchen.roster.rules import May as Roster
from kitchen.sanctions import queries as sanctions
from kitchen.screens.modules import MODULES
from kitchen.stories import queries as stories
from kitchen.stories.rules import May as Stories
from kitchen.tips import queries as tips
from kitchen.tips.rules import May as Tips
from kitchen.topics import queries as topics
from kitchen.topics.rules import May as Topics
from kitchen.watch import queries as watch
from kitchen.watch.rules import May as Watch
from kitchen.web.face import unit
from kitchen.web.i18n import words


@dataclass(frozen=True, slots=True)
class Place:
    """A place in the house; ``count`` says how much there waits for this person."""

    key: str
    label: str
    endpoint: str
    icon: str
    may: str | None
    count: Callable[[Session, Actor], Count] | None = None
    rooms: tuple[str, ...] = ()
    """Further blueprints whose pages belong to this place."""


@dataclass(frozen=True, slots=True)
class Section:
    """The places of a module, under its name; those of none stand under no name."""

    label: str
    entries: Sequence[Entry]


@dataclass(frozen=True, slots=True)
class Entry:
    """A place as the template shows it."""

    key: str
    label: str
    url: str
    icon: str
    active: bool
    count: int


PLACES = (
    Place("home", N_("我的工作台"), "screens.workbench", "layout-dashboard", None),
    Place("modules", N_("总览"), "modules.index", "layout-kanban", Leads.READ),
    Place(
        "leads",
        N_("线索"),
        "leads.index",
        "bulb",
        Leads.READ,
        lambda _session, actor: leads.WAITING if actor.may(Leads.TRIAGE) else 0,
        rooms=("feeds",),
    ),
    Place(
        "topics",
        N_("选题"),
        "topics.index",
        "list-check",
        Topics.READ,
        lambda _session, actor: topics.TO_DECIDE if actor.may(Topics.DECIDE) else 0,
        rooms=("meetings", "plans", "results"),
    ),
    Place(
        "assignments",
        N_("任务"),
        "assignments.index",
        "clipboard-check",
        Assignments.READ,
        lambda _session, _actor: assignments.asked_count(),
        rooms=("crew", "calendars"),
    ),
    Place(
        "stories",
        N_("稿件"),
        "stories.index",
        "writing",
        Stories.READ,
        lambda _session, _actor: stories.RETURNED,
        rooms=("writing", "editions", "versions", "wordlists", "alarms"),
    ),
    Place(
        "review",
        N_("审核"),
        "review.index",
        "shield-check",
        Review.REVIEW,
        review.waiting_count,
        rooms=("bench", "review_settings"),
    ),
    Place(
        "publishing",
        N_("发布"),
        "publishing.index",
        "send",
        Publishing.READ,
        lambda session, actor: (
            publishing.waiting_for_people(session) if actor.may(Publishing.OPERATE) else 0
        ),
        rooms=("calendar", "outcomes"),
    ),
    Place("planning", N_("策划"), "planning.index", "calendar", Planning.READ, rooms=("joint",)),
    Place(
        "media",
        N_("媒资"),
        "media.index",
        "photo",
        Media.READ,
        rooms=("media_rights", "collections"),
    ),
    Place(
        "matrix",
        N_("矩阵"),
        "matrix.accounts",
        "building",
        Matrix.READ,
        lambda session, actor: (
            (watch.waiting(session) if actor.may(Watch.JUDGE) else 0)
            + registry.filings_waiting(session, actor)
            + patrols.waiting(session, actor)
            + sanctions.waiting(session, actor)
        ),
        rooms=(
            *("watch", "registry", "filings", "workers", "cleanups", "closings"),
            *("groups", "patrols", "sanctions"),
        ),
    ),
    Place(
        "inbox",
        N_("留言"),
        "inbox.index",
        "message-circle",
        Feedback.READ,
        lambda _session, actor: feedback.NEW if actor.may(Feedback.HANDLE) else 0,
        rooms=("inbox_settings",),
    ),
    Place("units", N_("单位"), "units.index", "users-group", People.READ_UNITS),
    Place("roster", N_("值班"), "roster.index", "user-check", Roster.READ),
    Place(
        "petitions",
        N_("问政"),
        "petitions.index",
        "message-circle",
        Petitions.FOLLOW,
        lambda _session, actor: petitions.waiting_count(actor),
        rooms=("petition_figures",),
    ),
    Place("tips", N_("报料"), "tips.index", "shield-lock", Tips.READ, tips.waiting_for),
    Place(
        "command",
        N_("指挥中心"),
        "events.index",
        "device-tv",
        Opinion.FOLLOW,
        lambda _session, actor: opinion.REPORTED if actor.may(Opinion.HANDLE) else 0,
        rooms=("command", "wall", "opinion", "signs", "rumours", "opinion_settings", "drills"),
    ),
    Place(
        "insight",
        N_("评估"),
        "insight.index",
        "chart-bar",
        Evaluation.READ,
        rooms=("indices", "official_ranks", "pickups", "reports"),
    ),
    Place(
        "performance",
        N_("绩效"),
        "performance.index",
        "trophy",
        Evaluation.READ,
        scores.waiting,
        rooms=("scores", "performance_settings"),
    ),
    Place("portal", N_("投稿"), "portal.index", "news", Leads.CONTRIBUTE),
    Place("app", N_("客户端"), "app_desk.index", "device-mobile", Outlet.ARRANGE, rooms=("doors",)),
)


def init_app(app: Flask) -> None:
    """Give every page of the desk its navigation."""

    @app.context_processor
    def around() -> dict[str, object]:
        actor = g.get("actor") if has_request_context() else None
        if actor is None:
            return {"nav": [], "rail": [], "unread": 0}
        with _reading() as session:
            found, unread = entries(session, actor, request.blueprint or "")
            return {"nav": found, "rail": sections(found), "unread": unread}


@contextmanager
def _reading() -> Iterator[Session]:
    """The request's unit while it is open; else one of its own, as for a page that says no.

    A refusal is told after its unit was undone. To read on that session would begin a transaction
    that nobody ends, and on SQLite keep every writer out.
    """
    if "session" in g:
        yield g.session
        return
    with unit(write=False) as session:
        yield session


def entries(session: Session, actor: Actor, here: str) -> tuple[list[Entry], int]:
    """The places this person may enter, and how many notices they have not read."""
    places = [place for place in PLACES if place.may is None or actor.may(place.may)]
    counts = [place.count(session, actor) if place.count else 0 for place in places]
    given = {"staff_id": actor.id, "moment": clock.now(session)}
    *waiting, unread = counting.told(session, [*counts, notices.UNREAD], given)
    found = [
        Entry(
            key=place.key,
            label=words(place.label),
            url=url_for(place.endpoint),
            icon=place.icon,
            active=here in (place.endpoint.split(".")[0], *place.rooms),
            count=count,
        )
        for place, count in zip(places, waiting, strict=True)
    ]
    return found, unread


def sections(found: Sequence[Entry]) -> list[Section]:
    """The places by module (S50), in the order of the five; first and last what is of none."""
    of = {place: module.key for module in MODULES for place in module.places}
    by_module: dict[str, list[Entry]] = {}
    for entry in found:
        key = "" if entry.key in ("home", "modules") else of.get(entry.key, "house")
        by_module.setdefault(key, []).append(entry)
    named = [
        ("", ""),
        *((it.key, words(it.label)) for it in MODULES),
        ("house", words(N_("统一管理"))),
    ]
    return [Section(label, by_module[key]) for key, label in named if key in by_module]
