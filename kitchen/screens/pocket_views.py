"""The phone in the field (``/m/``): today's list, and a lead that goes off at once.

Everything works as plain pages. With scripts a lead is put on the phone first and sent from there,
words before pictures (``frontend/src/pocket.js``), and without a network the worker shows a page
that knows nobody: it holds no name, no token and nothing that anybody wrote.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import (
    Blueprint,
    Response,
    current_app,
    flash,
    g,
    jsonify,
    redirect,
    render_template,
    request,
    url_for,
)
from flask_babel import gettext
from flask_wtf.csrf import generate_csrf

from kitchen.leads import labels, service
from kitchen.leads.rules import May
from kitchen.media import service as media
from kitchen.media import uploads
from kitchen.media.uploads import Received
from kitchen.notifications import queries as notices
from kitchen.people import queries as people
from kitchen.screens import workbench
from kitchen.screens.pocket_schemas import PocketLeadIn
from kitchen.web.errors import wants_json
from kitchen.web.face import in_one_unit
from kitchen.web.forms import Form
from kitchen.web.guard import anyone, guard, signed_in

bp = Blueprint("pocket", __name__, url_prefix="/m")

SHELL = ("core.css", "pocket.js", "sprite.svg", "mark.svg")
WORKER = "pocket-worker.js"
SHOWN = 20


@bp.get("/")
@signed_in
def today() -> Any:
    """What I must do, what became of my leads, what was told to me."""
    bench = workbench.bench_of(g.session, g.actor)
    page = notices.page_of_notices(g.session, g.actor.id, limit=5)
    return render_template(
        "pocket/today.html", bench=bench, notices=page.items, labels=labels, shown=SHOWN
    )


@bp.get("/tasks")
@signed_in
def tasks() -> Any:
    """All that I must do, by when."""
    bench = workbench.bench_of(g.session, g.actor)
    return render_template("pocket/tasks.html", bench=bench)


@bp.get("/messages")
@signed_in
def messages() -> Any:
    """What was told to me, latest first."""
    cursor = request.args.get("cursor")
    page = notices.page_of_notices(g.session, g.actor.id, limit=SHOWN, cursor=cursor)
    return render_template("pocket/messages.html", page=page)


@bp.get("/me")
@signed_in
def me() -> Any:
    """Who I am here, what waits on this phone, and the way out."""
    return render_template("pocket/me.html", staff=people.the_staff(g.session, g.actor.uid))


@bp.get("/leads/new")
@guard(May.REPORT)
def new() -> Any:
    """The form that opens first: one field for the words, one for pictures."""
    return _page(Form(PocketLeadIn))


def _page(form: Form[PocketLeadIn], received: Received | None = None) -> Any:
    refused = received.sentences() if received else []
    return form.page("pocket/capture.html", labels=labels, refused=refused)


@bp.post("/leads/new")
@guard(May.REPORT, by_hand=True)
def report() -> Any:
    """Report a lead: words alone from the phone's queue, words and pictures from the plain form."""
    received = uploads.receive(request.files.getlist("files"))
    return in_one_unit(lambda: _reported(received))


def _reported(received: Received) -> Any:
    form = Form(PocketLeadIn)
    if wants_json():
        lead = service.report(g.session, g.actor, **form.read().as_lead())
        return jsonify(uid=lead.uid, title=lead.title), 201
    with form.attempt():
        given = form.read().as_lead()
        pictures = [media.catalogue(g.session, g.actor, each) for each in received.taken]
        service.report(g.session, g.actor, pictures=pictures, **given)
        received.tell()
        flash(gettext("线索已报送，值班编辑会尽快处理。"), "ok")
        return redirect(url_for("pocket.today"))
    return _page(form, received)


@bp.get("/session.json")
@signed_in
def session() -> Any:
    """Who is signed in, and the token with which the queue may speak for them."""
    return jsonify(username=g.actor.username, token=generate_csrf())


@bp.get("/offline")
@anyone
def offline() -> Any:
    """What stands in place of every page without a network: the form, and nobody's name."""
    return render_template("pocket/offline.html", labels=labels, form=None)


@bp.get("/worker.js")
@anyone
def worker() -> Any:
    """The worker, told which files make the shell; another build makes it another worker."""
    asset = current_app.jinja_env.globals["asset"]
    shell = [url_for("pocket.offline"), *(asset(name) for name in SHELL)]  # type: ignore[operator]
    assert current_app.static_folder is not None
    built = Path(current_app.static_folder) / "dist" / Path(asset(WORKER)).name  # type: ignore[operator]
    script = f"self.SHELL={json.dumps(shell)};\n{built.read_text()}"
    return Response(script, mimetype="text/javascript")


@bp.get("/app.webmanifest")
@anyone
def manifest() -> Any:
    """How the desk stands on a phone's home screen."""
    asset = current_app.jinja_env.globals["asset"]
    mark = {"src": asset("mark.svg"), "sizes": "any", "type": "image/svg+xml"}  # type: ignore[operator]
    response = jsonify(
        {
            "name": gettext("融媒体中央厨房"),
            "short_name": gettext("中央厨房"),
            "lang": "zh-CN",
            "start_url": url_for("pocket.today"),
            "scope": "/",
            "display": "standalone",
            "background_color": "#F5F6F8",
            "theme_color": "#B3261E",
            "icons": [mark, {**mark, "purpose": "maskable"}],
            "shortcuts": [{"name": gettext("报线索"), "url": url_for("pocket.new")}],
        }
    )
    response.mimetype = "application/manifest+json"
    return response
