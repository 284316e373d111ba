"""Reads of the inbox: its pages by key, one message, what asks the same, how much waits."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import ColumnElement, Select, bindparam, func, or_, select
from sqlalchemy.orm import Session, joinedload

from kitchen.core.access import EVERYWHERE, Actor
from kitchen.core.errors import Forbidden, NotFound
from kitchen.core.paging import Page, newest_first
from kitchen.feedback.models import ALERTED, ReplyAttempt, SavedReply, Voice
from kitchen.feedback.rules import Kind, Late, May, State
from kitchen.leads.rules import ALIKE, likeness, shingles
from kitchen.matrix.models import Account

COMPARED = 300
"""Newest waiting messages that one is compared with."""
COUNTED = 100
"""How many are counted for a badge; beyond that it says so."""
VIEWS = ("alert", "overdue", "warned")
"""Views of the inbox besides those of one state: what words mark, what is late."""
_WITH = (
    joinedload(Voice.account),
    joinedload(Voice.assignee),
    joinedload(Voice.publication),
    joinedload(Voice.lead),
    joinedload(Voice.merged_into),
    joinedload(Voice.reply),
)


def the_voice(session: Session, uid: str) -> Voice:
    """One message with its reply and its place. Raises :class:`NotFound`."""
    found = session.scalar(select(Voice).where(Voice.uid == uid).options(*_WITH))
    if found is None:
        raise NotFound
    return found


def the_voice_for(session: Session, actor: Actor, uid: str) -> Voice:
    """The same for a reader. Raises :class:`Forbidden` for a letter to another unit's account."""
    voice = the_voice(session, uid)
    scope = _letters_of(actor)
    if voice.kind == Kind.LETTER and scope != EVERYWHERE and voice.unit_id not in scope:
        raise Forbidden
    return voice


def _letters_of(actor: Actor) -> frozenset[int]:
    """The units whose private letters a person may read: where they answer or review."""
    held = [actor.grants.get(may, frozenset()) for may in (May.HANDLE, May.REVIEW)]
    return EVERYWHERE if EVERYWHERE in held else held[0] | held[1]


def page_of_voices(
    session: Session,
    actor: Actor,
    *,
    state: str | None = None,
    account: Account | None = None,
    kind: str | None = None,
    assignee_id: int | None = None,
    limit: int = 50,
    cursor: str | None = None,
) -> Page[Voice]:
    """Messages that this person may read, newest first; every view goes down an index."""
    query = select(Voice).options(joinedload(Voice.account), joinedload(Voice.assignee))
    query = _of(query, state)
    if (scope := _letters_of(actor)) != EVERYWHERE:
        query = query.where(or_(Voice.kind != Kind.LETTER, Voice.unit_id.in_(sorted(scope))))
    if account is not None:
        query = query.where(Voice.account_id == account.id)
    if kind:
        query = query.where(Voice.kind == kind)
    if assignee_id is not None:
        query = query.where(Voice.assignee_id == assignee_id)
    return newest_first(session, query, Voice.id, limit=limit, cursor=cursor)


def _of(query: Select[Voice], state: str | None) -> Select[Voice]:
    if state == "alert":
        return query.where(ALERTED)
    if state in (Late.OVERDUE, Late.WARNED):
        return query.where(Voice.late == state)
    return query.where(Voice.state == state) if state else query


def waiting(session: Session) -> int:
    """How many nobody handles yet, :data:`COUNTED` at most."""
    return session.scalar(NEW) or 0


def waiting_for(session: Session, staff_id: int | None) -> int:
    """How many this person is to answer, :data:`COUNTED` at most."""
    return session.scalar(_ASSIGNED, {"staff_id": staff_id}) or 0


def to_review(session: Session) -> int:
    """How many replies wait for their reviewer, :data:`COUNTED` at most."""
    return session.scalar(_REVIEWING) or 0


def _number(*which: ColumnElement[bool]) -> Select[int]:
    some = select(Voice.id).where(*which).limit(COUNTED).subquery()
    return select(func.count()).select_from(some)


NEW = _number(Voice.state == State.NEW)
"""Every page of the desk counts; building the statement costs more than running it."""
_ASSIGNED = _number(Voice.assignee_id == bindparam("staff_id"), Voice.state == State.ASSIGNED)
_REVIEWING = _number(Voice.state == State.REVIEWING)


def handled_by(session: Session, staff_id: int | None, limit: int = 10) -> Sequence[Voice]:
    """What a person is to answer."""
    return session.scalars(
        select(Voice)
        .where(Voice.assignee_id == staff_id, Voice.state == State.ASSIGNED)
        .options(joinedload(Voice.account))
        .order_by(Voice.id)
        .limit(limit)
    ).all()


def reviewed_next(session: Session, limit: int = 10) -> Sequence[Voice]:
    """Replies that wait for their reviewer, the oldest message first."""
    return session.scalars(
        select(Voice)
        .where(Voice.state == State.REVIEWING)
        .options(joinedload(Voice.account), joinedload(Voice.reply))
        .order_by(Voice.id)
        .limit(limit)
    ).all()


def alike(session: Session, voice: Voice) -> list[tuple[Voice, float]]:
    """Waiting messages that probably ask the same, likest first."""
    candidates = [
        each
        for state in (State.NEW, State.ASSIGNED)
        for each in session.scalars(
            select(Voice)
            .where(Voice.state == state, Voice.id != voice.id)
            .options(joinedload(Voice.account))
            .order_by(Voice.id.desc())
            .limit(COMPARED)
        )
    ]
    own = shingles("", voice.text)
    scored = [(each, likeness(own, shingles("", each.text))) for each in candidates]
    return sorted((it for it in scored if it[1] >= ALIKE), key=lambda it: -it[1])[:5]


def merged_into(session: Session, voice: Voice) -> Sequence[Voice]:
    """The other askers of the same question."""
    return session.scalars(
        select(Voice)
        .where(Voice.merged_into_id == voice.id)
        .options(joinedload(Voice.account), joinedload(Voice.reply))
        .order_by(Voice.id)
        .limit(50)
    ).all()


def thread_of(session: Session, voice: Voice, limit: int = 20) -> Sequence[Voice]:
    """What else this person wrote us privately, the latest last."""
    found = session.scalars(
        select(Voice)
        .where(
            Voice.account_id == voice.account_id,
            Voice.thread == voice.thread,
            Voice.author == voice.author,
            Voice.id != voice.id,
        )
        .options(joinedload(Voice.reply))
        .order_by(Voice.id.desc())
        .limit(limit)
    ).all()
    return found[::-1]


def attempts(session: Session, reply_id: int) -> Sequence[ReplyAttempt]:
    """Every attempt to send a reply, with how it ended."""
    return session.scalars(
        select(ReplyAttempt).where(ReplyAttempt.reply_id == reply_id).order_by(ReplyAttempt.number)
    ).all()


def saved_replies(session: Session) -> Sequence[SavedReply]:
    return session.scalars(select(SavedReply).order_by(SavedReply.title).limit(200)).all()


def the_saved(session: Session, uid: str) -> SavedReply:
    """One saved reply. Raises :class:`NotFound`."""
    found = session.scalar(select(SavedReply).where(SavedReply.uid == uid))
    if found is None:
        raise NotFound
    return found
