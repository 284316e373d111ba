"""Who hears of what the public writes: those on duty, who handles it, who reviews, who leads."""

from __future__ import annotations

from typing import Any

from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.errors import N_
from kitchen.feedback.events import ReplyTroubled, VoiceLate, VoiceMoved, VoicesTakenIn
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import Late, ReplyState, State
from kitchen.matrix.models import Account
from kitchen.notifications.rules import Kind
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_over
from kitchen.roster.queries import on_duty_for

_TITLE = 40


def voices_taken_in(session: Session, event: VoicesTakenIn) -> None:
    """Those on duty for the account hear of new messages, and of words that are watched for."""
    account = session.get_one(Account, event.account_id)
    duty = on_duty_for(session, account, clock.now(session))
    if not duty:
        return
    text = N_("%(account)s有新留言。")
    url = f"/inbox?account={account.uid}"
    tell(session, duty, text, url, kind=Kind.VOICE, account=account.name)
    if event.alarming:
        text = N_("%(account)s的新留言里有敏感词，请马上看。")
        url = f"/inbox?account={account.uid}&state=alert"
        tell(session, duty, text, url, kind=Kind.VOICE_LATE, account=account.name)


MOVES = {
    "assign": N_("请您答复留言：“%(title)s”"),
    "return": N_("您写的回复被退回：“%(title)s”，%(reason)s"),
    "answer_there": N_("留言“%(title)s”已经在平台上回复了，不用再办。"),
    "vanish": N_("留言“%(title)s”被删除了，不用再办。"),
}
REVIEWERS = ("editor", "chief", "deputy", "head")


def voice_moved(session: Session, event: VoiceMoved) -> None:
    """Whoever handles it hears what is wanted of them; reviewers, that a reply waits."""
    voice = session.get_one(Voice, event.voice_id)
    if event.name in MOVES:
        _tell(session, [voice.assignee_id], MOVES[event.name], voice, reason=event.reason)
    elif event.name == "submit":
        able = {each.id for each in staff_over(session, voice.unit_id, *REVIEWERS)}
        drafted = voice.reply.drafted_by_id if voice.reply else None
        _tell(session, able - {drafted}, N_("请您审回复：“%(title)s”"), voice)


LATES = {
    Late.WARNED: N_("留言“%(title)s”快到答复时限了，请尽快回复。"),
    Late.OVERDUE: N_("留言“%(title)s”超过答复时限还没有回复，请督办。"),
}


def voice_late(session: Session, event: VoiceLate) -> None:
    """Nearly due: who handles it and who is on duty; overdue: those who lead as well."""
    voice = session.get_one(Voice, event.voice_id)
    heard = {voice.assignee_id, *on_duty_for(session, voice.account, clock.now(session))}
    if event.late == Late.OVERDUE or heard == {None}:
        heard |= {each.id for each in staff_over(session, voice.unit_id, "chief")}
    if voice.state == State.REVIEWING:
        heard |= {each.id for each in staff_over(session, voice.unit_id, *REVIEWERS)}
    _tell(session, heard, LATES[Late(event.late)], voice, kind=Kind.VOICE_LATE)


TROUBLES = {
    ReplyState.REFUSED: N_("给“%(title)s”的回复没有发出去，请看原因。"),
    ReplyState.ASKING: N_("看不出给“%(title)s”的回复发出去没有，请登录账号核对。"),
}


def reply_troubled(session: Session, event: ReplyTroubled) -> None:
    """Whoever wrote the reply hears that it is not out, or that a person must look."""
    voice = session.get_one(Voice, event.voice_id)
    drafted = voice.reply.drafted_by_id if voice.reply else None
    _tell(session, {drafted, voice.assignee_id}, TROUBLES[ReplyState(event.state)], voice)


def _tell(
    session: Session, heard: Any, text: str, voice: Voice, kind: Kind = Kind.VOICE, **more: Any
) -> None:
    title, url = voice.text[:_TITLE], f"/inbox/{voice.uid}"
    tell(session, heard, text, url, kind=kind, unit_id=voice.unit_id, title=title, **more)
