"""Verbs on what the public wrote: assign, close, merge, reopen, make a lead of it."""

from __future__ import annotations

from typing import Any

from sqlalchemy import update
from sqlalchemy.orm import Session

from kitchen.core import audit
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.feedback.events import VoiceMoved
from kitchen.feedback.models import SavedReply, Voice
from kitchen.feedback.rules import WAITING, May
from kitchen.leads import service as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source
from kitchen.people.models import Staff


def move(
    session: Session, actor: Actor, voice: Voice, name: str, note: str = "", **changes: Any
) -> None:
    """A move of a person's; whoever waits for it hears of it."""
    event = VoiceMoved(voice.id, name, note)
    carry_out(session, voice, name, actor, note=note, changes=changes, event=event)


def assign(session: Session, actor: Actor, voice: Voice, staff: Staff) -> None:
    """Give it to somebody, or take it oneself. Raises :class:`Invalid` for who has left."""
    if not staff.active:
        raise Invalid(fields={"staff": N_("这个人已经离岗，请换人。")})
    move(session, actor, voice, "assign", assignee_id=staff.id)
    session.expire(voice, ["assignee"])


def close(session: Session, actor: Actor, voice: Voice, note: str) -> None:
    """It needs no answer; say why."""
    move(session, actor, voice, "close", note, reason=note, step_at=None)


def reopen(session: Session, actor: Actor, voice: Voice) -> None:
    """Undo a closing or a merging; its deadline is what it was."""
    step_at = voice.due_at
    move(session, actor, voice, "reopen", reason="", merged_into_id=None, step_at=step_at)


def merge(session: Session, actor: Actor, voice: Voice, into: Voice) -> None:
    """It asks the same as ``into``: one answer is written and passed, each gets it, and it is due
    when the first of them is.

    Raises :class:`Invalid` for itself, :class:`WrongState` for one that nobody waits on any more.
    """
    if voice.id == into.id:
        raise Invalid(fields={"into": N_("不能把留言合并到它自己。")})
    authorize(actor, May.HANDLE, into)
    if into.state not in WAITING or into.merged_into_id is not None:
        raise WrongState(N_("那条留言已经办结，请先重新办理它。"))
    if voice.due_at < into.due_at:
        into.due_at, into.step_at = voice.due_at, voice.step_at
    move(session, actor, voice, "merge", merged_into_id=into.id, step_at=None)
    session.execute(
        update(Voice)
        .where(Voice.merged_into_id == voice.id)
        .values(merged_into_id=into.id, version=Voice.version + 1)
    )


def make_lead(session: Session, actor: Actor, voice: Voice, title: str) -> Lead:
    """File a lead of it; who wrote it is sealed. It still wants its answer.

    Raises :class:`Duplicate` where there is one already.
    """
    authorize(actor, May.HANDLE, voice)
    if voice.lead_id is not None:
        raise Duplicate(N_("这条留言已经转成线索。"))
    contact = f"{voice.account.name} / {voice.author}"
    lead = leads.report(
        session, actor, title=title, body=voice.text, source=Source.PUBLIC, contact=contact
    )
    voice.lead_id, voice.lead = lead.id, lead
    session.flush()
    audit.record(session, actor, "make_lead", voice, after={"lead": lead.uid})
    return lead


def save_reply(session: Session, actor: Actor, title: str, text: str) -> SavedReply:
    """Keep words that are often needed, under a title; the same title anew replaces them."""
    authorize(actor, May.HANDLE)
    found = session.query(SavedReply).filter_by(title=title).one_or_none()
    kept = found or SavedReply(title=title)
    kept.text, kept.made_by_id = text, actor.id
    session.add(kept)
    session.flush()
    audit.record(session, actor, "save_reply", kept, after={"title": title})
    return kept


def drop_saved(session: Session, actor: Actor, kept: SavedReply) -> None:
    authorize(actor, May.HANDLE)
    audit.record(session, actor, "drop_saved_reply", kept, before={"title": kept.title})
    session.delete(kept)
    session.flush()


def house_move(session: Session, voice: Voice, name: str, note: str = "", **changes: Any) -> None:
    """A move that follows from what a platform did."""
    move(session, HOUSE, voice, name, note, **changes)
