"""The API of notices."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.errors import NotFound, Sentence
from kitchen.core.paging import Page
from kitchen.notifications import alarms, preferences, queries, service
from kitchen.notifications.models import Alarm, Notice
from kitchen.notifications.rules import LINES, Kind
from kitchen.notifications.schemas import (
    AlarmOut,
    LineIn,
    LineOut,
    NoticeOut,
    RungOut,
    SeenIn,
    SettingsIn,
    SettingsOut,
)
from kitchen.people.rules import May
from kitchen.web.api import Api
from kitchen.web.i18n import say
from kitchen.web.paging import PageQuery

api = Api("notifications")


@api.operation("GET", "/notifications", None, query=PageQuery, answer=NoticeOut, many=True)
def index(query: PageQuery) -> Any:
    """One's own notices, newest first."""
    page = queries.page_of_notices(g.session, g.actor.id, limit=query.limit, cursor=query.cursor)
    return Page([_shown(notice) for notice in page.items], page.next)


def _shown(notice: Notice) -> NoticeOut:
    plain = set(NoticeOut.model_fields) - {"text"}
    fields = {name: getattr(notice, name) for name in plain}
    return NoticeOut(text=say(notice.sentence), **fields)


@api.operation("POST", "/notifications/read", None, body=SeenIn)
def read_all(body: SeenIn) -> Any:
    """Mark all as read, or what was shown; an alarm that nobody has answered stays."""
    service.read_all(g.session, g.actor, body.newest, body.seen)


@api.operation("POST", "/notifications/<uid>/read", None)
def read(uid: str) -> Any:
    """Mark one as read."""
    service.read(g.session, g.actor, uid)


@api.operation("POST", "/notifications/<uid>/snooze", None)
def snooze(uid: str) -> Any:
    """Put one away for half an hour."""
    service.snooze(g.session, g.actor, uid)


@api.operation("GET", "/notifications/settings", None, answer=SettingsOut)
def settings() -> Any:
    """How one wants to hear; the robot's address is never told."""
    setting = preferences.own(g.session, g.actor)
    plain = set(SettingsOut.model_fields) - {"wants"}
    wanted = sorted(preferences.wanted(g.session, g.actor))
    return SettingsOut(wants=wanted, **{name: getattr(setting, name) for name in plain})


@api.operation("PUT", "/notifications/settings", None, body=SettingsIn, answer=SettingsOut)
def save(body: SettingsIn) -> Any:
    """Say how one wants to hear."""
    plain = body.model_dump(exclude={"wants"})
    preferences.save(g.session, g.actor, chosen=set(body.wants), **plain)
    return settings()


@api.operation("GET", "/escalation", May.ADMINISTER, answer=LineOut, many=True)
def lines() -> Any:
    """For each kind of alarm, who is called one after the other."""
    return Page([_line(kind) for kind in LINES])


@api.operation("PUT", "/escalation/<kind>", May.ADMINISTER, body=LineIn, answer=LineOut)
def write_line(kind: str, body: LineIn) -> Any:
    """Write another line down; an empty one brings the usual line back."""
    if kind not in LINES:
        raise NotFound
    alarms.write_line(g.session, g.actor, Kind(kind), body.line())
    return _line(Kind(kind))


def _line(kind: Kind) -> LineOut:
    rungs = alarms.line_of(g.session, kind)
    return LineOut(kind=kind, line=[RungOut.model_validate(rung) for rung in rungs])


@api.operation("GET", "/alarms", May.ADMINISTER, answer=AlarmOut, many=True)
def latest_alarms() -> Any:
    """The latest alarms, newest first, with every rung that was called."""
    return Page([_told(alarm) for alarm in queries.alarms(g.session)])


def _told(alarm: Alarm) -> AlarmOut:
    plain = set(AlarmOut.model_fields) - {"text", "closed_by"}
    return AlarmOut(
        text=say(Sentence(alarm.text, alarm.params)),
        closed_by=alarm.closed_by.name if alarm.closed_by else None,
        **{name: getattr(alarm, name) for name in plain},
    )
