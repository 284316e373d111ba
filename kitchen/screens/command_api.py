"""API of the command centre: the numbers of desk and wall, and the keys of walls."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, url_for

from kitchen.core.paging import Page
from kitchen.opinion.room_schemas import BriefOut
from kitchen.opinion.rules import May
from kitchen.screens import command, wall_keys
from kitchen.screens.command import Tile
from kitchen.screens.models import WallKey
from kitchen.screens.wall_schemas import NewWallKeyOut, WallKeyIn, WallKeyOut
from kitchen.screens.wall_views import address_of
from kitchen.web.api import Api
from kitchen.web.schema import Answer

api = Api("command")


class NumberOut(Answer):
    name: str
    """The place whose list is behind it, and what is asked of that."""
    value: int
    url: str


class BoardOut(Answer):
    made_at: datetime
    work: list[NumberOut]
    reach: list[NumberOut]
    public: list[NumberOut]
    out_today: dict[str, int]
    incidents: list[BriefOut]
    duty: list[str]


@api.operation("GET", "/command", May.READ, answer=BoardOut)
def board() -> Any:
    """The work as it stands: each number with the address of the list behind it."""
    found = command.board(g.session)
    return BoardOut(
        made_at=found.made_at,
        work=[_number(each) for each in found.work],
        reach=[_number(each) for each in found.reach],
        public=[_number(each) for each in found.public],
        out_today=dict(found.out_today),
        incidents=[BriefOut.model_validate(each) for each in found.incidents],
        duty=[each.on_duty.name for each in found.duty if each.on_duty],
    )


def _number(tile: Tile) -> NumberOut:
    args: dict[str, Any] = dict(tile.args)
    url = url_for(tile.endpoint, **args)
    return NumberOut(name=tile.label, value=tile.value, url=url)


@api.operation("GET", "/wall_keys", May.SET, answer=WallKeyOut, many=True)
def keys() -> Any:
    """Which screens have a key to the wall, and which had."""
    return Page([_key(each) for each in wall_keys.all_keys(g.session)])


@api.operation(
    "POST", "/wall_keys", May.SET, body=WallKeyIn, answer=NewWallKeyOut, status=201, secret=True
)
def give_key(body: WallKeyIn) -> Any:
    """Give one screen a key; its address is told this once."""
    key, token = wall_keys.give(g.session, g.actor, **body.model_dump())
    return NewWallKeyOut(**_key(key).model_dump(), url=address_of(token))


@api.operation("POST", "/wall_keys/<uid>/take_back", May.SET, answer=WallKeyOut)
def take_back_key(uid: str) -> Any:
    """Let the screen show nothing from its next look on."""
    key = wall_keys.the_key(g.session, uid)
    wall_keys.take_back(g.session, g.actor, key)
    return _key(key)


def _key(key: WallKey) -> WallKeyOut:
    return WallKeyOut(
        uid=key.uid,
        name=key.name,
        lang=key.lang,
        given_by=key.given_by.name,
        created_at=key.created_at,
        seen_at=key.seen_at,
        taken_back_at=key.taken_back_at,
    )
