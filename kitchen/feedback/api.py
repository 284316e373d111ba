"""The API of the inbox."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.feedback import clocks, monitor, queries, replying, service
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import May
from kitchen.feedback.schemas import (
    AssignIn,
    ClockIn,
    ClockOut,
    DayOut,
    InboxQuery,
    IntoIn,
    LeadOfIn,
    PassIn,
    ReasonIn,
    ReplyIn,
    SavedIn,
    SavedOut,
    TrendQuery,
    VoiceOut,
    VoiceRowOut,
    row_out,
    voice_out,
)
from kitchen.matrix import queries as matrix
from kitchen.people.queries import the_staff
from kitchen.web.api import Api

api = Api("inbox")


def _voice(uid: str) -> Voice:
    return queries.the_voice(g.session, uid)


@api.operation("GET", "/voices", May.READ, query=InboxQuery, answer=VoiceRowOut, many=True)
def index(query: InboxQuery) -> Any:
    """What the public wrote to our accounts, newest first."""
    page = queries.page_of_voices(
        g.session,
        g.actor,
        state=None if query.state == "all" else query.state,
        account=matrix.the_account(g.session, query.account) if query.account else None,
        kind=query.kind,
        assignee_id=g.actor.id if query.mine else None,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page([row_out(voice) for voice in page.items], page.next)


@api.operation("GET", "/voices/<uid>", May.READ, answer=VoiceOut)
def show(uid: str) -> Any:
    """One message, with its reply."""
    return voice_out(queries.the_voice_for(g.session, g.actor, uid), g.actor)


@api.operation("POST", "/voices/<uid>/assign", May.HANDLE, body=AssignIn, answer=VoiceOut)
def assign(uid: str, body: AssignIn) -> Any:
    """Give it to somebody."""
    voice = _voice(uid)
    service.assign(g.session, g.actor, voice, the_staff(g.session, body.staff))
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/draft", May.HANDLE, body=ReplyIn, answer=VoiceOut)
def draft(uid: str, body: ReplyIn) -> Any:
    """Keep what was written so far."""
    voice = _voice(uid)
    replying.draft(g.session, g.actor, voice, body.text)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/submit", May.HANDLE, body=ReplyIn, answer=VoiceOut)
def submit(uid: str, body: ReplyIn) -> Any:
    """Hand a reply to its reviewer."""
    voice = _voice(uid)
    replying.submit(g.session, g.actor, voice, body.text)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/take_back", May.HANDLE, answer=VoiceOut)
def take_back(uid: str) -> Any:
    """Take the reply from its reviewer."""
    voice = _voice(uid)
    replying.take_back(g.session, g.actor, voice)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/pass", May.REVIEW, body=PassIn, answer=VoiceOut)
def pass_(uid: str, body: PassIn) -> Any:
    """Pass the reply that was read; it leaves for the platform."""
    voice = _voice(uid)
    replying.pass_(g.session, g.actor, voice, body.seen)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/return", May.REVIEW, body=ReasonIn, answer=VoiceOut)
def return_(uid: str, body: ReasonIn) -> Any:
    """Send the reply back, with a reason."""
    voice = _voice(uid)
    replying.return_(g.session, g.actor, voice, body.note)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/close", May.HANDLE, body=ReasonIn, answer=VoiceOut)
def close(uid: str, body: ReasonIn) -> Any:
    """It needs no answer; say why."""
    voice = _voice(uid)
    service.close(g.session, g.actor, voice, body.note)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/reopen", May.HANDLE, answer=VoiceOut)
def reopen(uid: str) -> Any:
    """Undo a closing or a merging."""
    voice = _voice(uid)
    service.reopen(g.session, g.actor, voice)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/merge", May.HANDLE, body=IntoIn, answer=VoiceOut)
def merge(uid: str, body: IntoIn) -> Any:
    """It asks the same as another: one answer for both."""
    voice = _voice(uid)
    service.merge(g.session, g.actor, voice, _voice(body.into))
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/lead", May.HANDLE, body=LeadOfIn, answer=VoiceOut)
def lead(uid: str, body: LeadOfIn) -> Any:
    """File a lead of it."""
    voice = _voice(uid)
    service.make_lead(g.session, g.actor, voice, body.title)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/say_sent", May.HANDLE, body=ReasonIn, answer=VoiceOut)
def say_sent(uid: str, body: ReasonIn) -> Any:
    """Say, after a look at the account, that the reply is there."""
    voice = _voice(uid)
    replying.say_sent(g.session, g.actor, voice, body.note)
    return voice_out(voice, g.actor)


@api.operation("POST", "/voices/<uid>/say_unsent", May.HANDLE, body=ReasonIn, answer=VoiceOut)
def say_unsent(uid: str, body: ReasonIn) -> Any:
    """Say, after a look at the account, that the reply is not there."""
    voice = _voice(uid)
    replying.say_unsent(g.session, g.actor, voice, body.note)
    return voice_out(voice, g.actor)


@api.operation("GET", "/voice_trend", May.READ, query=TrendQuery, answer=DayOut, many=True)
def trend(query: TrendQuery) -> Any:
    """How much came in on each of the latest days, and how much with words that are watched."""
    account = matrix.the_account(g.session, query.account) if query.account else None
    return Page(monitor.trend(g.session, account))


@api.operation("GET", "/inbox_clock", May.READ, answer=ClockOut)
def clock() -> Any:
    """How the rule of 24 hours is read."""
    return clocks.clock_of(g.session)


@api.operation("PUT", "/inbox_clock", May.ARRANGE, body=ClockIn, answer=ClockOut)
def set_clock(body: ClockIn) -> Any:
    """Read it otherwise from now on."""
    clocks.set_clock(g.session, g.actor, body.clock)
    return body.clock


@api.operation("GET", "/saved_replies", May.HANDLE, answer=SavedOut, many=True)
def saved() -> Any:
    """Words that are often needed."""
    return Page(queries.saved_replies(g.session))


@api.operation("POST", "/saved_replies", May.HANDLE, body=SavedIn, answer=SavedOut, status=201)
def save(body: SavedIn) -> Any:
    """Keep words under a title."""
    return service.save_reply(g.session, g.actor, body.title, body.text)


@api.operation("DELETE", "/saved_replies/<uid>", May.HANDLE)
def drop_saved(uid: str) -> None:
    """They are needed no more."""
    service.drop_saved(g.session, g.actor, queries.the_saved(g.session, uid))
