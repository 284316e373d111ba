"""API of the command centre: the numbers of desk and wall."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask import g, url_for

from kitchen.opinion.room_schemas import BriefOut
from kitchen.opinion.rules import May
from kitchen.screens import command
from kitchen.screens.command import Tile
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
