"""The API of the watch."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.watch import queries, service
from kitchen.watch.rules import May
from kitchen.watch.schemas import ForeignPostOut, JudgeIn, foreign_post_out
from kitchen.web.api import Api
from kitchen.web.paging import PageQuery

api = Api("watch")


@api.operation("GET", "/foreign_posts", May.READ, query=PageQuery, answer=ForeignPostOut, many=True)
def index(query: PageQuery) -> Any:
    """Posts on our accounts that the house did not put there, newest first."""
    page = queries.page_of_foreign_posts(g.session, **query.model_dump())
    return Page([foreign_post_out(each, g.actor) for each in page.items], page.next)


@api.operation("GET", "/foreign_posts/<uid>", May.READ, answer=ForeignPostOut)
def show(uid: str) -> Any:
    """One of them."""
    return foreign_post_out(queries.the_foreign_post(g.session, uid), g.actor)


@api.operation("POST", "/foreign_posts/<uid>/own", May.JUDGE, body=JudgeIn, answer=ForeignPostOut)
def own(uid: str, body: JudgeIn) -> Any:
    """Say that somebody of ours posted it by hand, and why."""
    post = queries.the_foreign_post(g.session, uid)
    service.own(g.session, g.actor, post, body.note)
    return foreign_post_out(post, g.actor)


@api.operation(
    "POST", "/foreign_posts/<uid>/disown", May.JUDGE, body=JudgeIn, answer=ForeignPostOut
)
def disown(uid: str, body: JudgeIn) -> Any:
    """Say that nobody of ours posted it."""
    post = queries.the_foreign_post(g.session, uid)
    service.disown(g.session, g.actor, post, body.note)
    return foreign_post_out(post, g.actor)
