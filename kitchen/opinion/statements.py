"""From a verdict or an agreed line to a statement, and back with its receipts (S28, S43, S44).

A statement is a story like any other: written, reviewed and sent on the one line, aimed at the
whole matrix. Of a drill no story is ever made.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from channels.text import fit
from kitchen.core import audit, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.opinion.events import RoomChanged, RumourMoved
from kitchen.opinion.models import RumourCase
from kitchen.opinion.room_models import IncidentRoom
from kitchen.opinion.rooms import changed, demand_running, stop_clocks
from kitchen.opinion.rules import CLARIFIED, ClockName, May, Rumour, Step
from kitchen.opinion.steps import note
from kitchen.people.queries import units_below
from kitchen.publishing.events import PublicationLive
from kitchen.publishing.models import Publication, ReceiptRow
from kitchen.publishing.rules import PIECES, State
from kitchen.stories import release
from kitchen.stories import service as writing
from kitchen.stories.doc import from_text
from kitchen.stories.models import Story
from kitchen.stories.rules import May as Stories
from kitchen.topics.rules import Risk

TITLE, DIGEST = 30, 110
DRILL_SAYS_NOTHING = N_("这是演练：演练的任何内容都不能成为稿件，也不能发到平台。")


def draft_clarification(session: Session, actor: Actor, rumour: RumourCase) -> Story:
    """The statement against a rumour, with what was found and who says so.

    Raises :class:`WrongState` where the verdict asks for none.
    """
    if rumour.verdict not in CLARIFIED:
        raise WrongState(N_("只有不实或部分不实的，才需要澄清。"))
    said = fit(" ".join(rumour.text.split()), TITLE)
    sources = [{"name": each.name, "url": each.link, "note": each.words} for each in rumour.sources]
    story = _draft(session, actor, f"关于“{said}”的情况说明", rumour.finding, sources)
    event = RumourMoved(rumour.id, "answer")
    carry_out(session, rumour, "answer", actor, changes={"story_id": story.id}, event=event)
    rumour.story = story
    note(session, rumour, Step.STATEMENT, story.title, actor=actor, link=f"/stories/{story.uid}")
    return story


def draft_statement(session: Session, actor: Actor, room: IncidentRoom) -> Story:
    """The statement on an incident, from its agreed line.

    Raises :class:`WrongState` for a drill, without an agreed line, or where there is one already.
    """
    authorize(actor, May.HANDLE, room)
    _demand_real(room)
    demand_running(room)
    if room.line is None:
        raise WrongState(N_("还没有审定的口径。"))
    if room.story_id is not None:
        raise WrongState(N_("已经有对外声明了。"))
    story = _draft(session, actor, f"{room.title}情况通报", room.line.text, [])
    _bind(session, actor, room, story)
    return story


def attach_story(session: Session, actor: Actor, room: IncidentRoom, story: Story) -> None:
    """A story written elsewhere is the statement. Raises :class:`WrongState` for a drill."""
    authorize(actor, May.HANDLE, room)
    _demand_real(room)
    demand_running(room)
    if room.story_id is not None and room.answered_at is not None:
        raise WrongState(N_("声明已经发布，后续请用“后续发布”。"))
    _bind(session, actor, room, story)
    first = first_live(session, story.id)
    if first is not None:
        _answered(session, room, first)


def _demand_real(room: IncidentRoom) -> None:
    if room.drill:
        raise WrongState(DRILL_SAYS_NOTHING)


def _draft(
    session: Session, actor: Actor, title: str, text: str, sources: list[dict[str, str]]
) -> Story:
    authorize(actor, Stories.WRITE)
    story = writing.begin(session, actor, title=title)
    content = {
        "doc": from_text(text),
        "digest": fit(text, DIGEST),
        "sources": sources,
        "risk": Risk.IMPORTANT,
    }
    writing.save_draft(session, actor, story, content, story.version)
    if actor.may(Stories.EDIT, story.unit_id):
        try:
            units = units_below(session, None)
            release.aim_at_matrix(session, actor, story, None, units)
        except Invalid:
            story.in_unison = True  # no account is in use yet: whoever writes it chooses
            session.flush()
    return story


def _bind(session: Session, actor: Actor, room: IncidentRoom, story: Story) -> None:
    room.story_id, room.story = story.id, story
    note(session, room, Step.STATEMENT, story.title, actor=actor, link=f"/stories/{story.uid}")
    audit.record(session, actor, "bind_statement", room, after={"story": story.uid})
    changed(session, room)


def follow(session: Session, event: PublicationLive) -> None:
    """A statement is out on a first account: rumour and incident are answered, clocks stop."""
    rumours = select(RumourCase).where(
        RumourCase.story_id == event.story_id, RumourCase.state == Rumour.ANSWERING
    )
    rooms = select(IncidentRoom).where(
        IncidentRoom.story_id == event.story_id, IncidentRoom.answered_at.is_(None)
    )
    if not session.scalar(select(or_(rumours.exists(), rooms.exists()))):
        return  # as of nearly every piece, a thousand of them where a statement is out already
    now = first_live(session, event.story_id) or clock.now(session)
    for rumour in session.scalars(rumours):
        told = RumourMoved(rumour.id, "speak")
        carry_out(session, rumour, "speak", HOUSE, changes={"answered_at": now}, event=told)
        note(session, rumour, Step.SPOKE)
    for room in session.scalars(rooms):
        _answered(session, room, now)


def play(session: Session, actor: Actor, room: IncidentRoom) -> None:
    """In a drill the agreed line counts as said; nothing leaves the room.

    Raises :class:`WrongState` for what is no drill, or without an agreed line.
    """
    authorize(actor, May.HANDLE, room)
    demand_running(room)
    if not room.drill:
        raise WrongState(N_("这不是演练，请起草对外声明。"))
    if room.line is None:
        raise WrongState(N_("还没有审定的口径。"))
    if room.answered_at is not None:
        raise WrongState(N_("已经发过声了。"))
    audit.record(session, actor, "play_statement", room)
    _answered(session, room, clock.now(session), actor)


def _answered(session: Session, room: IncidentRoom, at: datetime, actor: Actor = HOUSE) -> None:
    if room.answered_at is None:
        room.answered_at = at
    stop_clocks(room, at, ClockName.FIRST, ClockName.REPLY)
    if room.state in room.machine.moves["answer"].sources:
        carry_out(session, room, "answer", HOUSE, event=RoomChanged(room.id))
    note(session, room, Step.SPOKE, actor=actor)


def first_live(session: Session, story_id: int) -> datetime | None:
    """When the first reader could see it, by the receipts."""
    return session.scalar(
        select(func.min(ReceiptRow.observed_at))
        .join(Publication, Publication.id == ReceiptRow.publication_id)
        .where(
            Publication.story_id == story_id,
            Publication.kind.in_(sorted(PIECES)),
            ReceiptRow.outcome == State.LIVE,
        )
    )
