"""From a lead to a petition and from a petition to a lead, and back with what became of it.

Somebody may need an answer rather than a report (转问政), and a question may be a story for the
district's programmes. Who told it stays sealed on the way.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, bus
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, WrongState
from kitchen.leads import service as leads
from kitchen.leads.events import LeadSettled
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source
from kitchen.media import service as media
from kitchen.media.queries import of_subject as pictures_of
from kitchen.people.queries import desk_for
from kitchen.petitions import queries, service, showing, timing
from kitchen.petitions.asking import PICTURE, seal_contact
from kitchen.petitions.events import PetitionChanged, PetitionFiled
from kitchen.petitions.models import Petition
from kitchen.petitions.rules import May, Origin, State, Step
from kitchen.petitions.steps import note

LEAD_OUTCOMES: Mapping[str, str] = {
    "adopt": N_("编辑部采用，转为选题。"),
    "drop": N_("编辑部没有采用：%(reason)s"),
    "merge": N_("编辑部已与同一件事的线索合并。"),
    "pass_on": N_("编辑部转回问政：%(reason)s"),
}


def follow_lead(session: Session, event: LeadSettled) -> None:
    """A lead was settled: passed on, it becomes a petition; made of one, it says so there."""
    lead = session.get_one(Lead, event.lead_id)
    for petition in queries.whose_lead(session, [lead.id]):
        told = LEAD_OUTCOMES[event.outcome] % {"reason": event.reason}
        note(session, petition, Step.LEAD_SETTLED, told)
        bus.emit(session, PetitionChanged(petition.id))
    if event.outcome == "pass_on" and lead.source != Source.PETITION:
        _take_up(session, lead, event.reason)


def _take_up(session: Session, lead: Lead, reason: str) -> None:
    """Make a petition of a lead; one that was made before is considered anew."""
    former = queries.of_lead(session, lead.id)
    if former is not None:
        if former.state == State.REFUSED:
            service.reconsider(session, HOUSE, former)
        return
    terms = timing.terms(session)
    petition = Petition(
        title=lead.title,
        body=lead.body,
        place=lead.place,
        origin=Origin.LEAD,
        unit_id=desk_for(session, None),
        from_lead_id=lead.id,
        **terms.until(terms.accepting()),
    )
    session.add(petition)
    session.flush()
    opened = ports.of(session).sealer.open(lead.uid, lead.contact_sealed)
    seal_contact(session, petition, str(opened.get("contact", "")))
    for position, picture in enumerate(pictures_of(session, lead, leads.PICTURE)):
        media.use(session, HOUSE, picture, petition, PICTURE, position)
    note(session, petition, Step.FILED, reason)
    audit.record(session, HOUSE, "petition_from_lead", petition, after={"lead": lead.uid})
    bus.emit(session, PetitionFiled(petition.id))


def to_lead(session: Session, actor: Actor, petition: Petition) -> Lead:
    """Make a lead of a petition for the newsroom; the petition goes on. Once.

    Raises :class:`WrongState` where it came from a lead, or has become one.
    """
    authorize(actor, May.SORT, petition)
    if petition.lead_id is not None or petition.from_lead_id is not None:
        raise WrongState(N_("这个问题已经和一条线索相连。"))
    pictures = pictures_of(session, petition, PICTURE)
    lead = leads.report(
        session,
        actor,
        title=petition.title[:60],
        body=petition.body,
        source=Source.PETITION,
        place=petition.place,
        pictures=pictures,
    )
    petition.lead_id = lead.id
    note(session, petition, Step.TO_LEAD, actor=actor)
    audit.record(session, actor, "petition_to_lead", petition, after={"lead": lead.uid})
    bus.emit(session, PetitionChanged(petition.id))
    return lead


def note_reports(session: Session, lead_ids: Collection[int], title: str, url: str) -> None:
    """News came of these leads: the petitions of which they were made lead to it, for their
    petitioners as well; to the same place once.
    """
    for petition in queries.whose_lead(session, lead_ids):
        if queries.leads_to(session, petition, url):
            continue
        note(session, petition, Step.REPORTED, title, link=url)
        showing.note_report(session, petition, title, url)
        bus.emit(session, PetitionChanged(petition.id))
