"""Verbs of the desk: accept, refuse, merge, hand to a unit, call back, urge, set terms."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, bus
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence, WrongState
from kitchen.core.workflow import carry_out
from kitchen.people.models import Unit
from kitchen.petitions import queries, timing
from kitchen.petitions.events import (
    PetitionChanged,
    PetitionHanded,
    PetitionSettled,
    PetitionUrged,
)
from kitchen.petitions.models import Parameter, Petition, Transfer
from kitchen.petitions.rules import (
    NAMES,
    TARGETS,
    Category,
    Handling,
    May,
    State,
    Step,
    bounds_of,
)
from kitchen.petitions.steps import note
from kitchen.petitions.timing import NO_TERM


def accept(session: Session, actor: Actor, petition: Petition, category: Category) -> None:
    """Take it on; it must be handed to a unit within the same term."""
    changes = {"category": category}
    carry_out(
        session, petition, "accept", actor, changes=changes, event=PetitionChanged(petition.id)
    )
    note(session, petition, Step.ACCEPTED, actor=actor)


def refuse(session: Session, actor: Actor, petition: Petition, reason: str) -> None:
    """Leave it, and say why; its petitioner reads the reason."""
    carry_out(
        session,
        petition,
        "refuse",
        actor,
        note=reason,
        changes={"reason": reason, **NO_TERM},
        event=PetitionSettled(petition.id, "refuse", reason),
    )
    note(session, petition, Step.REFUSED, reason, actor=actor)


def reconsider(session: Session, actor: Actor, petition: Petition) -> None:
    """Undo a refusal; the term begins anew."""
    _receive_anew(session, actor, petition, "reconsider", Step.RECONSIDERED, {"reason": ""})


def part(session: Session, actor: Actor, petition: Petition) -> None:
    """Undo a merger; the term begins anew."""
    _receive_anew(session, actor, petition, "part", Step.PARTED, {"merged_into_id": None})


def _receive_anew(
    session: Session,
    actor: Actor,
    petition: Petition,
    name: str,
    step: Step,
    changes: Mapping[str, object],
) -> None:
    terms = timing.terms(session)
    carry_out(
        session,
        petition,
        name,
        actor,
        changes={**changes, **terms.until(terms.accepting())},
        event=PetitionChanged(petition.id),
    )
    note(session, petition, step, actor=actor)


def merge(session: Session, actor: Actor, petition: Petition, into: Petition) -> None:
    """Fold a petition into another that asks the same: its petitioner reads that one's answer.

    Raises :class:`Invalid` for a petition and itself, :class:`WrongState` for a target that is
    settled without an answer.
    """
    if petition.id == into.id:
        raise Invalid(fields={"into": N_("不能把问题合并到它自己。")})
    if into.state not in TARGETS:
        raise WrongState(N_("目标问题已经不再办理，请换一个。"))
    carry_out(
        session,
        petition,
        "merge",
        actor,
        changes={"merged_into_id": into.id, **NO_TERM},
        event=PetitionSettled(petition.id, "merge", ""),
    )
    note(session, petition, Step.MERGED, actor=actor)
    for follower in petition.merged:
        follower.merged_into_id = into.id
    session.flush()


def hand(session: Session, actor: Actor, petition: Petition, unit: Unit, words: str = "") -> None:
    """Have a unit answer, within its working days."""
    terms = timing.terms(session)
    due = terms.within(terms.set.reply_days)
    carry_out(session, petition, "hand", actor, changes=terms.until(due))
    note(session, petition, Step.HANDED, unit.name, actor=actor)
    _handed(session, petition, unit.id, due, words)


def _handed(session: Session, petition: Petition, unit_id: int, due: datetime, words: str) -> None:
    transfer = Transfer(
        petition_id=petition.id, unit_id=unit_id, round=petition.round, due_at=due, note=words
    )
    session.add(transfer)
    session.flush()
    session.refresh(petition, ["transfers"])
    bus.emit(session, PetitionHanded(transfer.id, words))


def hand_again(session: Session, petition: Petition, unit_id: int, words: str) -> None:
    """The second round: the unit that answered answers once more. Raises :class:`WrongState`."""
    terms = timing.terms(session)
    due = terms.within(terms.set.again_days)
    changes = {"round": petition.round + 1, **terms.until(due)}
    carry_out(session, petition, "ask_again", HOUSE, changes=changes)
    _handed(session, petition, unit_id, due, words)


def call_back(session: Session, actor: Actor, petition: Petition, reason: str) -> None:
    """Take it from its unit, which no longer sees it; to be handed to the right one at once."""
    transfer = queries.the_transfer(petition)
    terms = timing.terms(session)
    carry_out(
        session,
        petition,
        "call_back",
        actor,
        note=reason,
        changes=terms.until(terms.accepting()),
        event=PetitionChanged(petition.id),
    )
    carry_out(session, transfer, "lose", HOUSE, note=reason, changes={"note": reason})
    note(session, petition, Step.CALLED_BACK, reason, actor=actor)


def urge(session: Session, actor: Actor, petition: Petition) -> None:
    """Remind the unit of its term. Raises :class:`WrongState` where nothing is expected of one."""
    authorize(actor, May.SORT, petition)
    transfer = queries.the_transfer(petition)
    if petition.state != State.HANDED or transfer.state != Handling.OPEN:
        raise WrongState
    transfer.urges += 1
    note(session, petition, Step.URGED, actor=actor)
    audit.record(session, actor, "urge", petition, after={"urges": transfer.urges})
    bus.emit(session, PetitionUrged(transfer.id))


def read_contact(session: Session, actor: Actor, petition: Petition) -> str:
    """Who asks, and how to reach them. Each look is recorded."""
    authorize(actor, May.READ_CONTACT, petition)
    audit.record(session, actor, "read_contact", petition)
    opened = ports.of(session).sealer.open(petition.uid, petition.contact_sealed)
    return str(opened.get("contact", ""))


def set_parameters(session: Session, actor: Actor, values: Mapping[str, int]) -> None:
    """Change terms and limits; those that run keep theirs. Raises :class:`Invalid`."""
    authorize(actor, May.SET)
    wrong: dict[str, str | Sentence] = {}
    for name, value in values.items():
        least, most = bounds_of(name)
        if name not in NAMES or not least <= value <= most:
            bounds = {"least": least, "most": most}
            wrong[name] = Sentence(N_("请填 %(least)s 到 %(most)s 之间的整数。"), bounds)
    if wrong:
        raise Invalid(fields=wrong)
    before = timing.parameters(session)
    changed = {name: it for name, it in values.items() if getattr(before, name) != it}
    for name, value in changed.items():
        session.merge(Parameter(name=name, value=value))
    session.flush()
    audit.record(
        session,
        actor,
        "set_petition_terms",
        "petitions",
        before={name: getattr(before, name) for name in changed},
        after=changed,
    )
