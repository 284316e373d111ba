"""The page on which a tip is taken down: told by telephone, at the door or in a letter.

Nothing of it is kept on the device or given again; the code stands on the page that answers, and
the desk never sees again how to reach whoever told it.
"""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, g, render_template

from kitchen.core.errors import Refusal
from kitchen.tips import entering, labels, sending
from kitchen.tips.rules import MOST_FILES, TAKEN_DOWN, May
from kitchen.tips.schemas import EntryIn
from kitchen.tips.sending import Sent
from kitchen.tips.strangers import room
from kitchen.tips.telling import Told
from kitchen.tips.views import keep_nowhere
from kitchen.tips.words import Circumstances
from kitchen.web.face import in_one_unit, unit
from kitchen.web.forms import Form
from kitchen.web.guard import Guard, mark

bp = Blueprint("tip_entry", __name__, url_prefix="/tips/new")
bp.after_request(keep_nowhere)

_ENTERING = Guard(permission=May.TAKE_DOWN, by_hand=True, secret=True)


@bp.get("")
@mark(_ENTERING)
def new() -> Any:
    """The form."""
    return in_one_unit(lambda: _page(Form(EntryIn)))


def _page(form: Form[EntryIn]) -> Response:
    return form.page(
        "tips/new.html",
        labels=labels,
        ways={way: labels.WAYS[way] for way in TAKEN_DOWN},
        lost=form.posted and sending.brought(),
        most_files=MOST_FILES,
        days=room().days,
    )


@bp.post("")
@mark(_ENTERING)
def enter() -> Any:
    """Enter it; what is refused comes back as it was typed."""
    form = Form(EntryIn)
    try:
        sent = entered(form.read())
    except Refusal as refusal:
        form.refuse(refusal)
        return in_one_unit(lambda: _page(form), once=False)
    return in_one_unit(lambda: render_template("tips/entered.html", sent=sent), once=False)


def entered(given: EntryIn) -> Sent:
    """Seal what was given, and file it."""
    told = Told(given.words, given.contact)
    sent = sending.begun(told, sender=f"{g.actor.uid} ")
    if sent.uid:
        heard = Circumstances(place=given.place, event=given.event, named=given.named)
        with unit() as session:
            entering.enter(
                session,
                g.actor,
                sent.code,
                sent.uid,
                told,
                heard,
                given.way,
                sent.files.taken,
            )
    sending.drop_arrivals()
    return sent
