"""The API of bringing texts in."""

from __future__ import annotations

from typing import Any

from flask import g, jsonify

from kitchen.leads import queries as leads
from kitchen.stories.importing import arriving, queries, service
from kitchen.stories.importing.models import StoryImport
from kitchen.stories.importing.schemas import ImportIn, ImportOut, import_out
from kitchen.stories.rules import May
from kitchen.stories.schemas import StoryOut, story_out
from kitchen.web.api import Api, Endpoint
from kitchen.web.face import in_one_unit
from kitchen.web.guard import Guard, mark
from kitchen.web.i18n import say

api = Api("importing")
_WRITING = Guard(permission=May.WRITE, by_hand=True)


@api.post("/stories/import")
@mark(_WRITING)
def bring_in() -> Any:
    """Bring in a text: a multipart form's `file` (docx, txt, md, html), or `html` as JSON."""
    arrival = arriving.receive()
    return in_one_unit(lambda: _entered(arrival))


def _entered(arrival: arriving.Arrival) -> Any:
    found = arriving.entered(arrival)
    if isinstance(found, StoryImport):
        return jsonify(import_out(found).model_dump(mode="json")), 202
    assert arrival.taken is not None
    count = len(arrival.manuscript.pictures)
    said = [say(each) for each in arrival.taken.remarks]
    made = ImportOut(
        story=found.uid, filename=arrival.name, pictures=count, done=count, remarks=said
    )
    return jsonify(made.model_dump(mode="json")), 201


api.endpoints.append(
    Endpoint(
        "POST",
        "/stories/import",
        "Bring in a text: a multipart form's `file` (docx, txt, md, html), or `html` as JSON.",
        _WRITING,
        ImportIn,
        None,
        ImportOut,
        False,
        201,
        "importing",
    )
)


@api.operation("GET", "/stories/imports/<uid>", May.WRITE, answer=ImportOut)
def show(uid: str) -> Any:
    """How far a heavy file is, and what became of it."""
    return import_out(queries.the_import(g.session, uid, g.actor.id))


@api.operation("POST", "/leads/<uid>/story", May.WRITE, answer=StoryOut, status=201)
def from_lead(uid: str) -> Any:
    """Make a story of a lead that is a piece already."""
    story = service.begin_from_lead(g.session, g.actor, leads.the_lead(g.session, uid))
    return story_out(story, g.actor)
