"""What goes along from a tip into the lead that is made of it: bare pictures and films alone.

The desk ticks what goes along. It is what the desk itself saw, painted anew or copied into a fresh
container, and never an original; it comes into the catalogue as an upload of the editor's, with a
name that tells its kind. No row leads from it to the file of the tip. From here on it is the
newsroom's: when the tip is erased, it stays.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

from sqlalchemy.orm import Session

from assets.erasable import Erased
from assets.store import Absent
from kitchen.core import audit, bus
from kitchen.core.access import Actor, authorize
from kitchen.core.db import Database
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.leads import service as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source
from kitchen.media import intake
from kitchen.media.events import ShapesOutdated
from kitchen.media.intake import Intake
from kitchen.ports import Ports, TipRoom
from kitchen.tips import queries, service
from kitchen.tips.making import MOST_FILM
from kitchen.tips.models import Tip, TipFile
from kitchen.tips.rules import Family, May, Showing, State

BARE = {Family.PICTURE: "preview", Family.FILM: "film"}
"""As what the bare bytes of a file lie in the vault."""
GENERATED = 1
"""What the catalogue says of a file that says of itself that a machine made it."""


@dataclass(frozen=True, slots=True)
class _Bare:
    """The bytes that the desk saw of a file, sealed."""

    form: str
    sha256: str
    generated: bool


def may_go_along(file: TipFile) -> bool:
    """Whether there is something bare of it; words and what is withheld stay."""
    return file.showing == Showing.SHOWN and BARE.get(Family(file.family), "") in file.shown_as


def taken_out(database: Database, actor: Actor, uid: str, wanted: Sequence[str]) -> list[Intake]:
    """Put the bare versions of these files of a tip into the stores, in the tip's order; no unit
    of work is open meanwhile.

    Raises :class:`NotFound`, :class:`Forbidden`, :class:`WrongState` for a settled tip, and
    :class:`Invalid` for what has nothing bare.
    """
    if not wanted:
        return []
    with database.unit(write=False) as session:
        bare = _chosen(actor, queries.the_tip(session, actor, uid), set(wanted))
    room: TipRoom = database.info["tips"]
    house: Ports = database.info["ports"]
    try:
        return [_taken_in(house, room, uid, each) for each in bare]
    except (Erased, Absent):
        raise Invalid(fields={"along": N_("有附件打不开了，请去掉再试。")}) from None


def _chosen(actor: Actor, tip: Tip, wanted: set[str]) -> list[_Bare]:
    authorize(actor, May.SORT, tip)
    if tip.state != State.NEW:
        raise WrongState
    chosen = [file for file in tip.files if file.uid in wanted and may_go_along(file)]
    if len(chosen) != len(wanted):
        raise Invalid(fields={"along": N_("只有做好了可看版本的图片和视频能带进线索。")})
    forms = [(BARE[Family(file.family)], file) for file in chosen]
    return [_Bare(form, file.shown_as[form], file.generated) for form, file in forms]


def _taken_in(house: Ports, room: TipRoom, owner: str, bare: _Bare) -> Intake:
    with room.vault.open(owner, bare.form, bare.sha256) as clear:
        taken = intake.receive(house.store, clear, "file", limit=2 * MOST_FILM, vault=house.sealed)
    return replace(taken, aigc=GENERATED) if bare.generated else taken


def adopt(session: Session, actor: Actor, tip: Tip, taken: Sequence[Intake], **told: Any) -> Lead:
    """Make a lead of the tip (see :func:`service.adopt`), shown by what was taken out of it."""
    pictures = leads.enter_pictures(session, actor, taken, Source.PUBLIC)
    for picture in pictures:
        if picture.aigc:
            bus.emit(session, ShapesOutdated(picture.id))
    if pictures:
        audit.record(session, actor, "take_along", tip, after={"files": len(pictures)})
    return service.adopt(session, actor, tip, pictures=pictures, **told)
