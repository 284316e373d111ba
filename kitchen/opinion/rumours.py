"""Verbs on rumours (S28): enter, check with sources, judge, answer, measure, close."""

from __future__ import annotations

from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.opinion.events import RumourMoved
from kitchen.opinion.models import FactSource, Item, RumourCase
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rules import May, Rumour, Stand, Step, Verdict
from kitchen.opinion.steps import note
from kitchen.people.queries import desk_for


def enter(
    session: Session,
    actor: Actor,
    *,
    text: str,
    link: str = "",
    place: str = "",
    item: Item | None = None,
    incident: IncidentRoom | None = None,
) -> RumourCase:
    """Somebody came upon what may be a rumour."""
    authorize(actor, May.HANDLE)
    if incident is not None and incident.drill:
        raise WrongState(N_("演练里的内容不能进真实的辟谣流程。"))
    rumour = RumourCase(
        text=text,
        link=link,
        place=place,
        unit_id=desk_for(session, actor.unit_id),
        found_by_id=actor.id,
        incident_id=incident.id if incident else None,
    )
    session.add(rumour)
    session.flush()
    if item is not None:
        item.rumour_id = rumour.id
    note(session, rumour, Step.OPENED, actor=actor)
    audit.record(session, actor, "enter_rumour", rumour, after={"text": rumour.title})
    bus.emit(session, RumourMoved(rumour.id, "enter"))
    return rumour


def check(session: Session, actor: Actor, rumour: RumourCase) -> None:
    """Begin to check the facts."""
    _move(session, actor, rumour, "check", Step.CHECKED)


def add_source(
    session: Session,
    actor: Actor,
    rumour: RumourCase,
    *,
    name: str,
    stand: Stand,
    words: str = "",
    link: str = "",
) -> FactSource:
    """What somebody who should know says about it. Raises :class:`WrongState` once it is judged."""
    authorize(actor, May.HANDLE, rumour)
    if rumour.state not in (Rumour.FOUND, Rumour.CHECKING):
        raise WrongState(N_("已经下了结论；要补充来源，请先重新核实。"))
    source = FactSource(
        rumour=rumour,
        at=clock.now(session),
        name=name,
        link=link,
        stand=stand,
        words=words,
        staff_id=actor.id,
    )
    session.add(source)
    session.flush()
    note(session, rumour, Step.SOURCE, name, actor=actor, link=link)
    told = {"source": name, "stand": str(stand)}
    audit.record(session, actor, "add_source", rumour, after=told)
    return source


def judge(
    session: Session,
    actor: Actor,
    rumour: RumourCase,
    verdict: Verdict,
    finding: str,
    seen: int | None = None,
) -> None:
    """Say whether it is true, by the sources. Raises :class:`Invalid` where there are none.

    Raises :class:`Stale` where a source came in after ``seen``.
    """
    expect_version(rumour, seen, {"state": str(rumour.state), "finding": rumour.finding})
    if verdict != Verdict.UNPROVEN and not rumour.sources:
        raise Invalid(fields={"verdict": N_("还没有来源：先写下谁证实或否认，再下结论。")})
    if not finding.strip():
        raise Invalid(fields={"finding": N_("请写明查到的事实。")})
    changes = {
        "verdict": verdict,
        "finding": finding.strip(),
        "judged_by_id": actor.id,
        "judged_at": clock.now(session),
    }
    event = RumourMoved(rumour.id, "judge")
    carry_out(session, rumour, "judge", actor, note=finding, changes=changes, event=event)
    note(session, rumour, Step.JUDGED, finding.strip(), actor=actor)


def check_again(session: Session, actor: Actor, rumour: RumourCase, reason: str) -> None:
    """The verdict does not hold, or not any more; a statement that was drafted is left aside."""
    _move(
        session,
        actor,
        rumour,
        "check_again",
        Step.REOPENED,
        reason,
        verdict=None,
        story_id=None,
    )


def close(session: Session, actor: Actor, rumour: RumourCase, words: str) -> None:
    """It is over; ``words`` say what came of it."""
    _move(session, actor, rumour, "close", Step.CLOSED, words, outcome=words)


def reopen(session: Session, actor: Actor, rumour: RumourCase, reason: str) -> None:
    """It goes round again."""
    gone = {"outcome": "", "verdict": None, "story_id": None, "answered_at": None}
    _move(session, actor, rumour, "reopen", Step.REOPENED, reason, **gone)


def _move(
    session: Session,
    actor: Actor,
    rumour: RumourCase,
    name: str,
    step: Step,
    words: str = "",
    **changes: object,
) -> None:
    event = RumourMoved(rumour.id, name)
    carry_out(session, rumour, name, actor, note=words, changes=changes, event=event)
    note(session, rumour, step, words, actor=actor)
