"""Verbs on replies: drafted by one, passed by another, and only then on their way.

No reply leaves without its reviewer, and the reviewer is never who wrote it.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from channels.abilities import BoundsReplies
from channels.registry import channel_classes
from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, Sentence, Stale, WrongState
from kitchen.core.workflow import carry_out
from kitchen.feedback import service
from kitchen.feedback.events import ReplyDue
from kitchen.feedback.models import Reply, Voice
from kitchen.feedback.rules import REPLY_MOST, May, ReplyState, State
from kitchen.feedback.words import finder

_OPEN = {State.NEW, State.ASSIGNED}
_MENDED = {ReplyState.DRAFT, ReplyState.REFUSED, ReplyState.DROPPED}


def draft(session: Session, actor: Actor, voice: Voice, text: str) -> Reply:
    """Keep what was written so far. Raises :class:`WrongState` once it is with its reviewer."""
    authorize(actor, May.HANDLE, voice)
    if voice.state not in _OPEN or (voice.reply and voice.reply.state not in _MENDED):
        raise WrongState(N_("回复已经送审或发出，不能再改。"))
    reply = voice.reply
    if reply is None:
        reply = Reply(voice=voice, unit_id=voice.unit_id, account_id=voice.account_id)
        session.add(reply)
    assert actor.id is not None
    reply.text, reply.drafted_by_id = text, actor.id
    session.flush()
    session.expire(reply, ["drafted_by"])
    audit.record(session, actor, "draft_reply", reply)
    return reply


def submit(session: Session, actor: Actor, voice: Voice, text: str) -> Reply:
    """Hand a reply to its reviewer.

    Raises :class:`Invalid` for one that is empty, too long for a platform, or holds a word that
    must not go out.
    """
    _demand_fit(session, voice, text)
    reply = draft(session, actor, voice, text)
    _move(session, actor, reply, "submit", code="", words="")
    service.move(session, actor, voice, "submit", assignee_id=voice.assignee_id or actor.id)
    session.expire(voice, ["assignee"])
    return reply


def take_back(session: Session, actor: Actor, voice: Voice) -> None:
    """Take it from its reviewer, to go on writing."""
    _move(session, actor, _reply_of(voice), "take_back")
    service.move(session, actor, voice, "take_back")


def return_(session: Session, actor: Actor, voice: Voice, note: str) -> None:
    """The reviewer sends it back, and says why."""
    _move(session, actor, _reply_of(voice), "return", note)
    service.move(session, actor, voice, "return", note, reason=note)


def pass_(session: Session, actor: Actor, voice: Voice, seen: int) -> None:
    """The reviewer passes it: it leaves for every asker of the same question.

    ``seen`` is the version of the reply that was read. Raises :class:`Forbidden` for who wrote it,
    :class:`Stale` if it is another one now, :class:`Invalid` for a word that was banned since.
    """
    reply = _reply_of(voice)
    if reply.drafted_by_id == actor.id:
        raise Forbidden(N_("自己写的回复要请别人审。"))
    if reply.version != seen:
        raise Stale(theirs={"text": reply.text}, version=reply.version)
    _demand_fit(session, voice, reply.text)
    _pass(session, actor, reply)
    service.move(session, actor, voice, "pass", reason="")
    for other in _merged_into(session, voice):
        along = _like(session, other, reply)
        _move(session, actor, along, "submit")
        _pass(session, actor, along)
        service.move(session, actor, other, "send_along")


def _pass(session: Session, actor: Actor, reply: Reply) -> None:
    now = clock.now(session)
    passed: dict[str, Any] = {
        "reviewed_by_id": actor.id,
        "reviewed_at": now,
        "next_at": now,
        "looks": 0,
    }
    _move(session, actor, reply, "pass", **passed)
    session.expire(reply, ["reviewed_by"])
    bus.emit(session, ReplyDue(reply.id))


def _like(session: Session, voice: Voice, reply: Reply) -> Reply:
    """The same words for another asker of the same."""
    along = voice.reply or Reply(voice=voice, unit_id=voice.unit_id, account_id=voice.account_id)
    along.text, along.drafted_by_id = reply.text, reply.drafted_by_id
    session.add(along)
    session.flush()
    return along


def _merged_into(session: Session, voice: Voice) -> list[Voice]:
    query = select(Voice).where(Voice.merged_into_id == voice.id, Voice.state == State.MERGED)
    return list(session.scalars(query.order_by(Voice.id)))


def say_sent(session: Session, actor: Actor, voice: Voice, note: str) -> None:
    """A person looked at the account: the reply is there."""
    reply, now = _reply_of(voice), clock.now(session)
    _move(session, actor, reply, "say_sent", note, sent_at=now, next_at=None)
    finish(session, actor, voice)


def say_unsent(session: Session, actor: Actor, voice: Voice, note: str) -> None:
    """A person looked at the account: the reply is not there, and may be written anew."""
    _move(session, actor, _reply_of(voice), "say_unsent", note, next_at=None)
    fail(session, voice, note)


def finish(session: Session, actor: Actor, voice: Voice) -> None:
    """Whoever asked has their answer."""
    now = clock.now(session)
    audit.record(session, actor, "answered", voice)
    service.house_move(session, voice, "arrive", replied_at=now, step_at=None)


def fail(session: Session, voice: Voice, words: str) -> None:
    """The answer did not go out: whoever wrote it must do something."""
    service.house_move(session, voice, "fail", words, reason=words)


def _demand_fit(session: Session, voice: Voice, text: str) -> None:
    if not text.strip():
        raise Invalid(fields={"text": N_("请填写回复。")})
    over = max(_overrun(each, text) for each in [voice, *_merged_into(session, voice)])
    if over > 0:
        told = Sentence(N_("这个平台放不下，请删去 %(n)s 个字。"), {"n": over})
        raise Invalid(fields={"text": told})
    banned = finder(session, voice.account.channel).forbidden(text)
    if banned:
        told = Sentence(N_("回复里有禁用词“%(word)s”，请改掉。"), {"word": banned[0]})
        raise Invalid(fields={"text": told})


def _overrun(voice: Voice, text: str) -> int:
    kind = channel_classes()[voice.account.channel]
    if issubclass(kind, BoundsReplies):
        return kind.reply_overrun(text)
    return max(0, len(text) - REPLY_MOST)


def _reply_of(voice: Voice) -> Reply:
    if voice.reply is None:
        raise WrongState(N_("还没有写回复。"))
    return voice.reply


def _move(
    session: Session, actor: Actor, reply: Reply, name: str, note: str = "", **changes: Any
) -> None:
    carry_out(session, reply, name, actor, note=note, changes=changes)
