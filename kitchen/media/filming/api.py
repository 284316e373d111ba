"""The API of films: which forms there are, have some made, call one off."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.media import queries as catalogue
from kitchen.media.filming import queries, service
from kitchen.media.filming.rules import May
from kitchen.media.filming.schemas import WishesIn, WorkOut, WorksOut
from kitchen.media.rules import May as Media
from kitchen.web.api import Api

api = Api("films")


@api.operation("GET", "/assets/<uid>/films", Media.READ, answer=WorksOut)
def index(uid: str) -> Any:
    """Every form of a film, made or on its way."""
    return _told(uid)


@api.operation("POST", "/assets/<uid>/films", May.ASK, body=WishesIn, answer=WorksOut)
def ask(uid: str, body: WishesIn) -> Any:
    """Have forms made, all or none; what is there with the same wishes is not made again."""
    asset = catalogue.the_asset(g.session, uid)
    for preset in body.presets:
        service.request_transcode(g.session, g.actor, asset, preset, **body.placed())
    return _told(uid)


@api.operation("POST", "/assets/<uid>/films/<preset>/cancel", May.ASK, answer=WorkOut)
def cancel(uid: str, preset: str) -> Any:
    """Call a work off; its encoder ends within a second."""
    work = queries.the_work(g.session, uid, preset)
    service.cancel(g.session, g.actor, work)
    return WorkOut.of(work)


@api.operation("POST", "/assets/<uid>/films/<preset>/again", May.ASK, answer=WorkOut)
def again(uid: str, preset: str) -> Any:
    """Have a work made once more with the same wishes."""
    work = queries.the_work(g.session, uid, preset)
    service.make_again(g.session, g.actor, work)
    return WorkOut.of(work)


def _told(uid: str) -> WorksOut:
    works = queries.works_of(g.session, catalogue.the_asset(g.session, uid))
    return WorksOut(items=[WorkOut.of(work) for work in works.values()])
