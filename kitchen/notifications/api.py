"""The API of notices."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.notifications import preferences, queries, service
from kitchen.notifications.models import Notice
from kitchen.notifications.schemas import NoticeOut, SettingsIn, SettingsOut
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


@api.operation("POST", "/notifications/read", None)
def read_all() -> Any:
    """Mark all as read."""
    service.read_all(g.session, g.actor)


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
