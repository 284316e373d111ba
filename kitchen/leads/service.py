"""Verbs on leads: report, adopt, drop, pass on, merge, reopen."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, bus
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.leads import queries
from kitchen.leads.events import LeadIllustrated, LeadReported, LeadSettled
from kitchen.leads.models import Lead
from kitchen.leads.rules import May, Source, State, Urgency, is_protected
from kitchen.media import sealing
from kitchen.media import service as media
from kitchen.media.intake import Intake
from kitchen.media.models import MediaAsset
from kitchen.media.queries import of_subject as pictures_of
from kitchen.media.rules import Rights
from kitchen.people.queries import desk_for

PICTURE = "picture"
"""As what a lead shows an asset."""


def report(
    session: Session,
    actor: Actor,
    *,
    title: str,
    body: str,
    source: Source = Source.REPORTER,
    place: str = "",
    happened_at: datetime | None = None,
    urgency: Urgency = Urgency.NORMAL,
    contact: str = "",
    pictures: Sequence[MediaAsset] = (),
) -> Lead:
    """File a lead, shown by ``pictures`` in their order. ``contact`` (who told it, and how to
    reach them) is sealed before it is kept.
    """
    authorize(actor, May.REPORT)
    lead = Lead(
        title=title,
        body=body,
        source=source,
        place=place,
        happened_at=happened_at,
        urgency=urgency,
    )
    return _filed(session, actor, lead, contact, pictures)


def enter_pictures(
    session: Session, actor: Actor, taken: Sequence[Intake], source: Source
) -> list[MediaAsset]:
    """Enter what came with a lead into the catalogue, which everybody may look at.

    A file from outside may name who took it, in its name, its words or its signature: all that
    stays with the original.
    """
    own = source is Source.REPORTER
    return [
        media.catalogue(
            session,
            actor,
            each if own else each.from_a_source(),
            rights=Rights.OWN if own else Rights.SUPPLIED,
        )
        for each in taken
    ]


def contribute(
    session: Session,
    actor: Actor,
    *,
    title: str,
    body: str,
    place: str = "",
    contact: str = "",
    pictures: Sequence[MediaAsset] = (),
) -> Lead:
    """File a piece of a unit's correspondent; they follow on the portal what becomes of it."""
    authorize(actor, May.CONTRIBUTE)
    lead = Lead(
        title=title, body=body, source=Source.CORRESPONDENT, place=place, urgency=Urgency.NORMAL
    )
    return _filed(session, actor, lead, contact, pictures)


def report_from_feed(
    session: Session, actor: Actor, *, title: str, body: str, unit_id: int | None
) -> Lead:
    """File a lead of what a feed told, for the desk that the feed belongs to.

    Who may is asked by :mod:`kitchen.leads.feeds`; the house files by itself what is wanted so.
    """
    lead = Lead(title=title, body=body, source=Source.FEED, urgency=Urgency.NORMAL)
    _filed(session, actor, lead, "", ())
    lead.unit_id = unit_id
    session.flush()
    return lead


def _filed(
    session: Session, actor: Actor, lead: Lead, contact: str, pictures: Sequence[MediaAsset]
) -> Lead:
    lead.reporter_id, lead.unit_id = actor.id, desk_for(session, actor.unit_id)
    session.add(lead)
    session.flush()
    if contact:
        lead.contact_sealed = ports.of(session).sealer.seal(lead.uid, {"contact": contact})
    for position, picture in enumerate(pictures):
        media.use(session, HOUSE, picture, lead, PICTURE, position)
        if is_protected(lead.source, lead.contact_sealed):
            sealing.want(session, actor, picture)
    after = {"title": lead.title, "source": lead.source}
    audit.record(session, actor, "report_lead", lead, after=after)
    bus.emit(session, LeadReported(lead.id, breaking=lead.urgency is Urgency.BREAKING))
    return lead


def illustrate(session: Session, actor: Actor, lead: Lead, asset: MediaAsset) -> None:
    """Put a picture or film to a lead that was filed before; again does nothing.

    Only whoever reported it may, and whoever sorts leads. Raises :class:`Forbidden`.
    """
    if actor.id is None or actor.id != lead.reporter_id:
        authorize(actor, May.TRIAGE, lead)
    shown = pictures_of(session, lead, PICTURE)
    if asset.id in {each.id for each in shown}:
        return
    media.use(session, HOUSE, asset, lead, PICTURE, len(shown))
    if is_protected(lead.source, lead.contact_sealed):
        sealing.want(session, actor, asset)
    audit.record(session, actor, "illustrate_lead", lead, after={"asset": asset.uid})
    bus.emit(session, LeadIllustrated(lead.id))


def adopt(session: Session, actor: Actor, lead: Lead) -> None:
    """Take a lead up; a topic is made from it (``topics.service.propose``)."""
    _settle(session, actor, lead, "adopt", "")


def drop(session: Session, actor: Actor, lead: Lead, reason: str) -> None:
    """Leave a lead, and say why; whoever reported it will read the reason."""
    _settle(session, actor, lead, "drop", reason)


def pass_on(session: Session, actor: Actor, lead: Lead, reason: str) -> None:
    """Pass a lead to the petitions desk: someone needs an answer rather than a report."""
    _settle(session, actor, lead, "pass_on", reason)


def reopen(session: Session, actor: Actor, lead: Lead) -> None:
    """Undo a drop or a hand-over."""
    carry_out(session, lead, "reopen", actor, changes={"reason": ""})


def merge(session: Session, actor: Actor, lead: Lead, into: Lead) -> None:
    """Fold ``lead`` into ``into``: both texts stay, one is worked on.

    Raises :class:`Invalid` for a lead and itself, :class:`WrongState` for a settled target.
    """
    if lead.id == into.id:
        raise Invalid(fields={"into": N_("不能把线索合并到它自己。")})
    if into.state not in {State.NEW, State.ADOPTED}:
        raise WrongState(N_("目标线索已经了结，请先重新考虑它。"))
    outcome = LeadSettled(lead.id, "merge", "")
    changes = {"merged_into_id": into.id}
    carry_out(session, lead, "merge", actor, changes=changes, event=outcome)
    for follower in queries.merged_into(session, lead):
        follower.merged_into_id = into.id


def read_contact(session: Session, actor: Actor, lead: Lead) -> str:
    """Who told it. Each look is recorded."""
    authorize(actor, May.READ_CONTACT, lead)
    audit.record(session, actor, "read_contact", lead)
    opened = ports.of(session).sealer.open(lead.uid, lead.contact_sealed)
    return str(opened.get("contact", ""))


def _settle(session: Session, actor: Actor, lead: Lead, name: str, reason: str) -> None:
    outcome = LeadSettled(lead.id, name, reason)
    carry_out(session, lead, name, actor, note=reason, changes={"reason": reason}, event=outcome)
