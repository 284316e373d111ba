"""The API of groups of accounts."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.matrix import grouping, queries
from kitchen.matrix.group_schemas import GroupIn, GroupOut, group_out
from kitchen.matrix.rules import May
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("account_groups")


@api.operation("GET", "/account_groups", May.READ, query=PageQuery, answer=GroupOut, many=True)
def index(query: PageQuery) -> Any:
    """Groups of accounts, newest first."""
    page = grouping.page_of_groups(g.session, limit=query.limit, cursor=query.cursor)
    return Page([group_out(each) for each in page.items], page.next)


def given(body: GroupIn) -> dict[str, Any]:
    """What a body says, with the accounts that it names."""
    return {
        "name": body.name,
        "note": body.note,
        "lead": queries.the_account(g.session, body.lead),
        "followers": grouping.the_accounts(g.session, body.followers),
    }


@api.operation("POST", "/account_groups", May.MANAGE, body=GroupIn, answer=GroupOut, status=201)
def form_group(body: GroupIn) -> Any:
    """Put accounts together under one that leads."""
    return group_out(grouping.form_group(g.session, g.actor, **given(body)))


@api.operation("GET", "/account_groups/<uid>", May.READ, answer=GroupOut)
def show(uid: str) -> Any:
    """One group."""
    return group_out(grouping.the_group(g.session, uid))


@api.operation("PUT", "/account_groups/<uid>", May.MANAGE, body=GroupIn, answer=GroupOut)
def change(uid: str, body: GroupIn) -> Any:
    """Change a group; `If-Match` or `version` is the one that was seen."""
    group = grouping.the_group(g.session, uid)
    seen = body.version if body.version is not None else seen_version()
    grouping.change_group(g.session, g.actor, group, seen, **given(body))
    return group_out(group)
