"""The pages that lead readers to every account of the matrix (S33), and their state on the desk."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import groupby
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from flask_babel import gettext

from kitchen.core import clock
from kitchen.matrix import grouping, queries
from kitchen.matrix.labels import channels
from kitchen.outlet import clicks, stamp
from kitchen.outlet.readers import blueprint, page
from kitchen.outlet.rules import LATELY, May
from kitchen.outlet.schemas import OfferIn
from kitchen.screens import destinations
from kitchen.screens.destinations import Door
from kitchen.web.face import unit
from kitchen.web.forms import Form
from kitchen.web.guard import anyone, guard

bp = blueprint("links", __name__)
desk = Blueprint("doors", __name__, url_prefix="/outlet")


@bp.get("/links")
@anyone
def index() -> Any:
    """Every account in use that readers can visit, by platform; broken addresses are left out."""
    return page("outlet/links.html", platforms=_by_platform(_open_doors()))


@bp.get("/matrix")
@anyone
def by_unit() -> Any:
    """The same by unit, each with its platform and what it offers."""
    return page("outlet/matrix.html", units=_by_unit(_open_doors()), channels=channels())


def _open_doors() -> list[Door]:
    return [door for door in destinations.doors(g.session) if not door.broken]


@bp.get("/go/<uid>")
@anyone(by_hand=True)
def go(uid: str) -> Any:
    """Lead a reader to an account or a service, and count that somebody went; not who.

    A look ahead by the browser, or at the headers alone, is nobody who went.
    """
    ahead = request.method == "HEAD" or "prefetch" in request.headers.get("Sec-Purpose", "")
    with unit(write=not ahead) as session:
        url = destinations.leads_to(session, uid)
        if not ahead:
            clicks.count(session, uid)
    response = redirect(url)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    return response


@desk.get("/links")
@guard(May.ARRANGE)
def links() -> Any:
    """The same for the desk: how each address answered last, how often it is taken."""
    return render_template(
        "outlet/desk/links.html",
        doors=destinations.doors(g.session),
        taken=clicks.totals(g.session, clock.today(g.session) - LATELY),
    )


@desk.route("/links/<uid>", methods=["GET", "POST"])
@guard(May.ARRANGE)
def offer(uid: str) -> Any:
    """What readers are told that an account offers."""
    account = queries.the_account(g.session, uid)
    known = grouping.offers(g.session, [account.id])
    form = Form(OfferIn, {"offers": known.get(account.id, "")})
    if form.posted:
        with form.attempt():
            grouping.say_offer(g.session, g.actor, account, form.read().offers)
            stamp.count(g.session)
            flash(gettext("已保存，读者马上能看到。"), "ok")
            return redirect(url_for("doors.links"))
    return form.page("outlet/desk/offer.html", account=account)


def _by_platform(doors: Iterable[Door]) -> list[tuple[str, list[Door]]]:
    names = channels()
    by_channel = groupby(doors, key=lambda door: door.account.channel)
    return [(gettext(names.get(channel, channel)), list(those)) for channel, those in by_channel]


def _by_unit(doors: Iterable[Door]) -> list[tuple[str, list[Door]]]:
    """In the order in which the units were entered."""
    found: dict[str, list[Door]] = {}
    for door in sorted(doors, key=lambda door: door.account.unit_id):
        found.setdefault(door.account.unit.name, []).append(door)
    return list(found.items())
