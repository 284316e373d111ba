"""Pages of the inbox: the list beside one message, its reply, the verbs."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit
from kitchen.core.errors import N_
from kitchen.core.workflow import open_moves
from kitchen.feedback import labels, queries, replying, service
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import Kind, May, State
from kitchen.feedback.schemas import (
    AssignIn,
    InboxQuery,
    IntoIn,
    LeadOfIn,
    PassIn,
    ReasonIn,
    ReplyIn,
)
from kitchen.feedback.words import finder
from kitchen.matrix import queries as matrix
from kitchen.matrix.models import Account
from kitchen.people.queries import staff_over, the_staff
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.schema import read, read_query

bp = Blueprint("inbox", __name__, url_prefix="/inbox")

OFFERED = 100
"""Accounts that the filter offers."""
HANDLERS = ("operator", "duty", "editor", "chief")


@bp.get("")
@guard(May.READ)
def index() -> Any:
    """The list; what nobody handles yet unless something else is asked for."""
    return render_template("inbox/index.html", **listing(), voice=None)


def listing() -> dict[str, Any]:
    """The page of the list that the address asks for."""
    query = read_query(InboxQuery)
    state = query.state or State.NEW
    account = matrix.the_account(g.session, query.account) if query.account else None
    page = queries.page_of_voices(
        g.session,
        g.actor,
        state=None if state == "all" else state,
        account=account,
        kind=query.kind,
        assignee_id=g.actor.id if query.mine else None,
        limit=query.limit,
        cursor=query.cursor,
    )
    asked = query.model_dump(include={"account", "kind", "mine"}, exclude_defaults=True)
    return {
        "page": page,
        "state": state,
        "asked": asked,
        "labels": labels,
        "accounts": _offered(account),
    }


def _offered(chosen: Account | None) -> list[tuple[str, str]]:
    """Accounts to choose from, the chosen one among them; a large matrix is walked by its trend."""
    offered = matrix.page_of_accounts(g.session, limit=OFFERED).items
    more = [chosen] if chosen is not None and chosen not in offered else []
    return [(it.uid, it.name) for it in (*more, *offered)]


@bp.get("/rows")
@guard(May.READ)
def rows() -> Any:
    """The list alone, for a live page that heard of something new."""
    return render_template("inbox/_rows.html", **listing(), voice=None)


@bp.get("/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One message: what it says, who else asks it, the reply, and the verbs."""
    return _shown(queries.the_voice_for(g.session, g.actor, uid), Form(ReplyIn))


def _shown(voice: Voice, form: Form[Any]) -> Any:
    reply = voice.reply
    moves = {it.name for it in open_moves(voice, g.actor) if it.may != May.HOUSE}
    if reply is not None and reply.drafted_by_id == g.actor.id:
        moves.discard("pass")
    asking = reply is not None and reply.state == "asking"
    waits = voice.state in (State.NEW, State.ASSIGNED)
    able = staff_over(g.session, voice.unit_id, *HANDLERS) if "assign" in moves else []
    return form.page(
        "inbox/index.html",
        **listing(),
        voice=voice,
        moves=moves,
        asking=asking and g.actor.may(May.HANDLE, voice.unit_id),
        able=[(it.uid, it.name) for it in able],
        alike=queries.alike(g.session, voice) if waits and "merge" in moves else [],
        merged=queries.merged_into(g.session, voice),
        thread=queries.thread_of(g.session, voice) if voice.kind == Kind.LETTER else [],
        attempts=queries.attempts(g.session, reply.id) if reply is not None else [],
        saved=queries.saved_replies(g.session) if "submit" in moves else [],
        found=finder(g.session, voice.account.channel).found(reply.text) if reply else [],
        history=audit.history(g.session, voice, limit=20),
    )


@bp.post("/<uid>/assign")
@guard(May.HANDLE)
def assign(uid: str) -> Any:
    """Give it to somebody."""
    voice = queries.the_voice(g.session, uid)
    service.assign(g.session, g.actor, voice, the_staff(g.session, read(AssignIn).staff))
    return back(uid, gettext("已分派，办理人会收到通知。"))


@bp.post("/<uid>/take")
@guard(May.HANDLE)
def take(uid: str) -> Any:
    """Handle it oneself."""
    voice = queries.the_voice(g.session, uid)
    service.assign(g.session, g.actor, voice, the_staff(g.session, g.actor.uid))
    return back(uid, gettext("这条由您办理。"))


@bp.post("/<uid>/draft")
@guard(May.HANDLE)
def draft(uid: str) -> Any:
    """Keep what was written so far."""
    return _write(uid, replying.draft, gettext("草稿已保存。"))


@bp.post("/<uid>/submit")
@guard(May.HANDLE)
def submit(uid: str) -> Any:
    """Hand the reply to its reviewer."""
    return _write(uid, replying.submit, gettext("已送审，审过才会发出。"))


def _write(uid: str, verb: Any, told: str) -> Any:
    form = Form(ReplyIn)
    with form.attempt():
        verb(g.session, g.actor, queries.the_voice(g.session, uid), form.read().text)
        return back(uid, told)
    return _shown(queries.the_voice(g.session, uid), form)


@bp.post("/<uid>/pass")
@guard(May.REVIEW)
def pass_(uid: str) -> Any:
    """Pass the reply: it leaves for the platform."""
    voice = queries.the_voice(g.session, uid)
    replying.pass_(g.session, g.actor, voice, read(PassIn).seen)
    return back(uid, gettext("已通过，正在发到平台。"))


@bp.post("/<uid>/return")
@guard(May.REVIEW)
def return_(uid: str) -> Any:
    """Send the reply back, with a reason."""
    voice = queries.the_voice(g.session, uid)
    replying.return_(g.session, g.actor, voice, read(ReasonIn).note)
    return back(uid, gettext("已退回，写的人会看到理由。"))


@bp.post("/<uid>/take_back")
@guard(May.HANDLE)
def take_back(uid: str) -> Any:
    """Take the reply from its reviewer, to go on writing."""
    replying.take_back(g.session, g.actor, queries.the_voice(g.session, uid))
    return back(uid, gettext("已撤回，可以再改。"))


@bp.post("/<uid>/close")
@guard(May.HANDLE)
def close(uid: str) -> Any:
    """It needs no answer."""
    service.close(g.session, g.actor, queries.the_voice(g.session, uid), read(ReasonIn).note)
    return back(uid, gettext("已标为不用回复。"))


@bp.post("/<uid>/reopen")
@guard(May.HANDLE)
def reopen(uid: str) -> Any:
    """Undo a closing or a merging."""
    service.reopen(g.session, g.actor, queries.the_voice(g.session, uid))
    return back(uid, gettext("已恢复为待分派。"))


@bp.post("/<uid>/merge")
@guard(May.HANDLE)
def merge(uid: str) -> Any:
    """It asks the same as another."""
    into = queries.the_voice(g.session, read(IntoIn).into)
    service.merge(g.session, g.actor, queries.the_voice(g.session, uid), into)
    return back(into.uid, gettext("已合并，回复一次，每位提问的人都会收到。"))


@bp.post("/<uid>/lead")
@guard(May.HANDLE)
def lead(uid: str) -> Any:
    """File a lead of it."""
    voice = queries.the_voice(g.session, uid)
    service.make_lead(g.session, g.actor, voice, read(LeadOfIn).title)
    return back(uid, gettext("已转成线索，留言仍要答复。"))


SAID = {"say_sent": replying.say_sent, "say_unsent": replying.say_unsent}
TOLD = {
    "say_sent": N_("已记下：回复发出去了。"),
    "say_unsent": N_("已记下：回复没有发出，可以重写。"),
}


@bp.post("/<uid>/<any(say_sent, say_unsent):name>")
@guard(May.HANDLE)
def say(uid: str, name: str) -> Any:
    """Say, after a look at the account, whether the reply is there."""
    SAID[name](g.session, g.actor, queries.the_voice(g.session, uid), read(ReasonIn).note)
    return back(uid, gettext(TOLD[name]))


def back(uid: str, told: str) -> Any:
    """To the message, with a word about what was done."""
    flash(told, "ok")
    return redirect(url_for("inbox.show", uid=uid))
