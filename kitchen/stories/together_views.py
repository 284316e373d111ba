"""Edges of writing together that are no API: signs of life, and the button beside the credits."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, g, jsonify, render_template, request
from flask_babel import gettext

from kitchen import ports
from kitchen.stories import queries, together
from kitchen.stories.rules import May
from kitchen.stories.showing import around, back
from kitchen.stories.together_schemas import PersonOut, PresenceIn
from kitchen.web.face import unit
from kitchen.web.guard import guard
from kitchen.web.schema import read

bp = Blueprint("together", __name__, url_prefix="/stories")


@bp.post("/<uid>/presence")
@guard(May.WRITE, by_hand=True)
def presence(uid: str) -> Any:
    """Someone is in the story, or leaves it. Writes nothing to the database."""
    given = read(PresenceIn)
    with unit(write=False) as session:
        story = queries.story_without_text(session, uid)
        place, house = story.uid, ports.of(session)
        if given.leaving:
            house.presence.leave(place, given.client)
            news = True
        else:
            news = together.arrive(session, g.actor, story, given.client, given.place())
        head = story.text_version
    if news:
        house.live.tell(f"story:{place}", by=given.client)
    people = [PersonOut.model_validate(it).model_dump() for it in house.presence.who(place)]
    return jsonify(people=people, head=head)


@bp.get("/<uid>/shares")
@guard(May.READ)
def shares(uid: str) -> Any:
    """The proposal, as a part beside the credits or as a page of its own."""
    story = queries.the_story(g.session, uid)
    part = "HX-Request" in request.headers
    return render_template(
        "stories/_shares.html" if part else "stories/shares.html",
        story=story,
        lines=together.proposed_credits(g.session, story),
        **around(story),
    )


@bp.post("/<uid>/shares")
@guard(May.WRITE)
def take_over_shares(uid: str) -> Any:
    """Take the proposed shares over into the credits."""
    story = queries.the_story(g.session, uid)
    together.take_over_shares(g.session, g.actor, story)
    return back("writing.edit", uid, gettext("已按写作量填好份额，还可以再改。"))
