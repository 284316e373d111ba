"""Taking in what the public wrote: each voice once, whatever the platform repeats.

Voices are known by the platform's ids. What was taken in before is looked at again: it may have
been edited, have come back, or have been answered on the platform by hand.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, cast

from sqlalchemy import Table, select, update
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from channels.abilities import Comment, Letter
from kitchen.core import bus, clock
from kitchen.core.access import HOUSE
from kitchen.core.db import new_uid
from kitchen.core.workflow import carry_out
from kitchen.feedback import service
from kitchen.feedback.clocks import Deadlines, deadlines
from kitchen.feedback.events import VoicesTakenIn
from kitchen.feedback.models import Tally, Voice
from kitchen.feedback.rules import GONE_AFTER, MACHINE, REPLY, Kind, Late, State, Tone
from kitchen.feedback.words import Finder, finder
from kitchen.matrix.models import Account
from kitchen.publishing.events import LettersHeard

GOES = MACHINE.moves["vanish"].sources - {State.SENDING}
"""States in which a message that is listed no more is gone; of one whose reply is under way the
sending itself finds out."""
_LONGEST = 4000
"""Characters of a voice that are kept; no platform takes as many of a comment."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where voices stand: an account, and the piece of ours under which they were written."""

    account_id: int
    unit_id: int
    channel: str
    publication_id: int | None = None
    thread: str = ""


@dataclass(frozen=True, slots=True)
class Said:
    """One voice as the platform tells it."""

    remote_id: str
    kind: Kind
    author: str
    text: str
    at: datetime
    parent: str = ""
    reply: str = ""
    """What our account has answered there already."""


def said_in(comment: Comment) -> Said:
    return Said(
        remote_id=comment.id[:120],
        kind=Kind.FOLLOW if comment.parent else Kind.COMMENT,
        author=comment.author[:120],
        text=comment.text[:_LONGEST],
        at=comment.at,
        parent=comment.parent[:120],
        reply=comment.reply,
    )


def hear(session: Session, event: LettersHeard) -> None:
    """What people wrote to an account privately."""
    account = session.get_one(Account, event.account_id)
    told = [
        Said(it.key[:120], Kind.LETTER, it.sender[:120], _words_of(it), it.at)
        for it in event.letters
    ]
    take_in(session, Place(account.id, account.unit_id, account.channel), told)


def _words_of(letter: Letter) -> str:
    return letter.text[:_LONGEST] or f"[{letter.form}]"


def take_in(session: Session, place: Place, told: Iterable[Said]) -> int:
    """Enter what is new and follow what has changed; how many were new."""
    by_id = {said.remote_id: said for said in told}
    known = {row.remote_id: row for row in _known(session, place, by_id)}
    fresh = [said for key, said in by_id.items() if key not in known]
    entered = _enter(session, place, fresh)
    for key, row in known.items():
        _follow(session, place, row, by_id[key])
    _note_answers(session, [said for said in fresh if said.reply], entered)
    return len(entered)


def _known(session: Session, place: Place, by_id: Mapping[str, Said]) -> Sequence[Any]:
    return session.execute(
        select(Voice.id, Voice.remote_id, Voice.text, Voice.state, Voice.missed).where(
            Voice.account_id == place.account_id,
            Voice.thread == place.thread,
            Voice.remote_id.in_(list(by_id)),
        )
    ).all()


def _enter(session: Session, place: Place, fresh: Sequence[Said]) -> dict[str, int]:
    """Insert voices; the ids of those that nobody else entered meanwhile, by the platform's."""
    if not fresh:
        return {}
    look, times, now = finder(session, place.channel), deadlines(session), clock.now(session)
    rows = {said.remote_id: _row(place, said, look, times, now) for said in fresh}
    table = cast(Table, Voice.__table__)
    adding = _dialect(session).insert(table).on_conflict_do_nothing()
    returning = adding.returning(table.c.remote_id, table.c.id)
    made = session.execute(returning, list(rows.values()))
    entered = {row[0]: row[1] for row in made}
    _count(session, place, [rows[key] for key in entered])
    alarming = [number for key, number in entered.items() if rows[key]["alert"]]
    if entered:
        ids = list(entered.values())
        bus.emit(session, VoicesTakenIn(place.account_id, len(entered), alarming, ids))
    return entered


def _row(place: Place, said: Said, look: Finder, times: Deadlines, now: datetime) -> dict[str, Any]:
    due = times.of(said.at, now)
    return {
        "uid": new_uid(),
        "created_at": now,
        "version": 1,
        "account_id": place.account_id,
        "unit_id": place.unit_id,
        "publication_id": place.publication_id,
        "kind": said.kind,
        "thread": place.thread,
        "remote_id": said.remote_id,
        "parent": said.parent,
        "author": said.author,
        "text": said.text,
        "said_at": said.at,
        "missed": 0,
        **look.marks(said.text),
        "state": State.NEW,
        "due_at": due.due_at,
        "step_at": due.warn_at,
        "late": Late.NO,
        "reason": "",
    }


_SIDES = ("alerts", "negative", "positive")


def _count(session: Session, place: Place, rows: Sequence[Mapping[str, Any]]) -> None:
    """Add to the tallies of the hours in which they were written."""
    counts, alerts = Counter(map(_hour, rows)), Counter(_hour(it) for it in rows if it["alert"])
    tones = Counter((_hour(it), it["tone"]) for it in rows)
    if not counts:
        return
    table = cast(Table, Tally.__table__)
    adding = _dialect(session).insert(table)
    summing = adding.on_conflict_do_update(
        index_elements=[table.c.account_id, table.c.hour],
        set_={
            "count": table.c.count + adding.excluded["count"],
            **{name: table.c[name] + adding.excluded[name] for name in _SIDES},
        },
    )
    added = [
        {
            "account_id": place.account_id,
            "hour": hour,
            "count": many,
            "alerts": alerts[hour],
            "negative": tones[hour, Tone.NEGATIVE],
            "positive": tones[hour, Tone.POSITIVE],
        }
        for hour, many in sorted(counts.items())
    ]
    session.execute(summing, added)


def _hour(row: Mapping[str, Any]) -> datetime:
    moment: datetime = row["said_at"]
    return moment.replace(minute=0, second=0, microsecond=0)


def _dialect(session: Session) -> Any:
    return sqlite if session.get_bind().dialect.name == "sqlite" else postgresql


def _follow(session: Session, place: Place, row: Any, said: Said) -> None:
    """What became of a voice that we know: edited, back again, answered there by hand."""
    if row.text != said.text or row.missed:
        changes: dict[str, Any] = {"missed": 0}
        if row.text != said.text:
            look = finder(session, place.channel)
            edited = {"text": said.text, "edited_at": clock.now(session)}
            changes |= {**edited, **look.marks(said.text)}
        session.execute(
            update(Voice)
            .where(Voice.id == row.id)
            .values(**changes, version=Voice.version + 1)
            .execution_options(synchronize_session=False)
        )
    if row.state == State.GONE:
        move(session, row.id, "come_back")
    elif said.reply and row.state in (State.NEW, State.ASSIGNED):
        move(session, row.id, "answer_there")


def _note_answers(session: Session, told: Sequence[Said], entered: Mapping[str, int]) -> None:
    for said in told:
        if said.remote_id in entered:
            move(session, entered[said.remote_id], "answer_there")


def move(session: Session, voice_id: int, name: str) -> None:
    """A move that follows from what a look found; its deadline ends, or begins again, with it."""
    voice = session.get_one(Voice, voice_id, populate_existing=True)
    if name == "come_back":
        service.house_move(session, voice, name, missed=0, step_at=voice.due_at)
    elif name == "answer_there":
        now = clock.now(session)
        service.house_move(session, voice, name, replied_at=now, step_at=None)
    else:
        vanish(session, voice)


def vanish(session: Session, voice: Voice) -> None:
    """Whoever wrote it took it away: what was to be answered is not."""
    reply = voice.reply
    if reply is not None and reply.state in REPLY.moves["drop"].sources:
        carry_out(session, reply, "drop", HOUSE, changes={"next_at": None})
    service.house_move(session, voice, "vanish", step_at=None)


def miss(session: Session, place: Place, seen: set[str], before: datetime) -> list[int]:
    """Note who was not seen by a whole look that began at ``before``; the ids of those missed
    for the second time, who are taken away.
    """
    standing = session.execute(
        select(Voice.id, Voice.remote_id, Voice.missed).where(
            Voice.account_id == place.account_id,
            Voice.thread == place.thread,
            Voice.created_at < before,
            Voice.state.in_(sorted(GOES)),
        )
    )
    missing = [row for row in standing if row.remote_id not in seen]
    for row in missing:
        session.execute(
            update(Voice)
            .where(Voice.id == row.id)
            .values(missed=Voice.missed + 1, version=Voice.version + 1)
            .execution_options(synchronize_session=False)
        )
    return [row.id for row in missing if row.missed + 1 >= GONE_AFTER]
