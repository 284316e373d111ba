"""Pages for bringing a text in: the form, how far a heavy file is, a lead made into a story."""

from __future__ import annotations

from functools import partial
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core.errors import Forbidden, NotFound, NotSignedIn, Refusal
from kitchen.leads import queries as leads
from kitchen.media import labels as media_labels
from kitchen.stories import queries as stories
from kitchen.stories.importing import arriving, queries, reading, service
from kitchen.stories.importing.models import StoryImport
from kitchen.stories.importing.schemas import ImportIn, failure_of, remarks_of
from kitchen.stories.rules import May
from kitchen.web.face import in_one_unit
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.i18n import say

bp = Blueprint("importing", __name__, url_prefix="/stories")


@bp.get("/import")
@guard(May.WRITE)
def new() -> Any:
    """The form: a file or what was pasted, into a new story or one that is there."""
    form = Form(ImportIn, {"into": request.args.get("into", ""), "rights": "own"})
    return _page(form)


def _page(form: Form[ImportIn]) -> Any:
    into = form.values.get("into")
    return form.page(
        "importing/new.html",
        story=stories.the_story(g.session, into) if into else None,
        rights=media_labels.RIGHTS,
        most=reading.MOST_BYTES,
    )


@bp.post("/import")
@guard(May.WRITE, by_hand=True)
def bring_in() -> Any:
    """Read what came, then write it or hand it to a worker; a refused text leaves nothing."""
    try:
        arrival = arriving.receive()
    except (Forbidden, NotFound, NotSignedIn):
        raise
    except Refusal as refusal:
        return in_one_unit(partial(_refused, refusal))
    return in_one_unit(partial(_entered, arrival))


def _refused(refusal: Refusal) -> Any:
    form = Form(ImportIn)
    form.refuse(refusal)
    return _page(form)


def _entered(arrival: arriving.Arrival) -> Any:
    form = Form(ImportIn)
    with form.attempt():
        found = arriving.entered(arrival)
        if isinstance(found, StoryImport):
            return redirect(url_for("importing.show", uid=found.uid))
        flash(gettext("已导入“%(name)s”，请核对后再送审。", name=arrival.name), "ok")
        for remark in arrival.taken.remarks if arrival.taken else ():
            flash(say(remark), "warn")
        return redirect(url_for("writing.edit", uid=found.uid))
    return _page(form)


@bp.get("/import/<uid>")
@guard(May.WRITE)
def show(uid: str) -> Any:
    """How far a heavy file is; once it is done, what became of it."""
    return render_template("importing/show.html", **_about(uid))


@bp.get("/import/<uid>/part")
@guard(May.WRITE)
def part(uid: str) -> Any:
    """The progress alone, for a page that heard of some."""
    return render_template("importing/_progress.html", **_about(uid))


def _about(uid: str) -> dict[str, Any]:
    order = queries.the_import(g.session, uid, g.actor.id)
    return {"order": order, "failure": failure_of(order), "remarks": remarks_of(order)}


@bp.post("/from-lead/<uid>")
@guard(May.WRITE)
def from_lead(uid: str) -> Any:
    """Make a story of a lead that is a piece already."""
    story = service.begin_from_lead(g.session, g.actor, leads.the_lead(g.session, uid))
    flash(gettext("已转成稿件，请核对事实和来源后再送审。"), "ok")
    return redirect(url_for("writing.edit", uid=story.uid))
