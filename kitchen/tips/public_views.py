"""Tips as the public sends them: plain pages for any phone, without account, cookie or trace.

Where somebody comes from is not looked at, not even for the valve; a code is told once and kept by
nobody; what a source told is not shown again, so that a code which is found out gives little away.
Files come with the form, or before it in pieces, where a script is at hand.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import Response, current_app, g, request
from itsdangerous import BadSignature, TimestampSigner

from assets.store import Absent
from kitchen.core.errors import N_, Invalid, NotFound, Refusal, TooOften
from kitchen.outlet.readers import page
from kitchen.tips import labels, sending, telling, words
from kitchen.tips.models import Tip
from kitchen.tips.rules import LEAST_SECONDS, MOST_FILES, MOST_FORM_AGE, State
from kitchen.tips.schemas import CodeIn, SayIn, TipIn
from kitchen.tips.sending import Sent
from kitchen.tips.strangers import STRANGERS, blueprint, no_room, room, spoken, status
from kitchen.tips.telling import Told
from kitchen.web.face import in_one_unit, unit
from kitchen.web.forms import Form
from kitchen.web.guard import mark

bp = blueprint("tip", __name__, "/tip")


@bp.get("")
@mark(STRANGERS)
@spoken
def index() -> Any:
    """The form."""
    return in_one_unit(partial(_form, Form(TipIn)), once=False)


def _form(form: Form[TipIn], lost: bool = False) -> Response:
    key = request.form.get("_key") or secrets.token_urlsafe(16)
    return page(
        "outlet/tip/new.html",
        _status(form),
        form=form,
        key=key,
        shown=_when_shown(str(form.values.get("shown", ""))),
        lost=lost,
        waiting=_under_way(request.form.getlist("ticket")),
        most_files=MOST_FILES,
        most_bytes=room().arrivals.most,
        days=room().days,
    )


def _under_way(tickets: Sequence[str]) -> list[tuple[str, str]]:
    """The files that came in pieces and wait for their tip: ticket and name."""
    found = []
    for ticket in tickets[:MOST_FILES]:
        try:
            standing = room().arrivals.standing(ticket)
        except Absent:
            continue
        found.append((ticket, standing.name))
    return found


@bp.post("")
@mark(STRANGERS)
@spoken
def send() -> Any:
    """Receive a tip: its files are on the disk, then its row, and only then its code is told."""
    form = Form(TipIn)
    try:
        given = form.read()
        _demand_person(given)
        told = Told(given.words, given.contact)
        sent = sending.begun(told)
    except Refusal as refusal:
        form.refuse(refusal)
        return in_one_unit(partial(_form, form, sending.brought()), once=False)

    def received() -> Response:
        if sent.uid:
            telling.tell(g.session, sent.code, sent.uid, told, sent.files.taken)
        return _receipt(sent)

    response = in_one_unit(received, once=False)
    sending.drop_arrivals()
    return response


def _demand_person(given: TipIn) -> None:
    """Raise :class:`Invalid` for what a program fills in, and for a form that is too old."""
    if given.website:
        raise Invalid(N_("像是程序填的，没有收下。请清空看不见的“网站”一栏再发。"), code="honeypot")
    signer = _signer()
    try:
        _, at = signer.unsign(
            given.shown, max_age=int(MOST_FORM_AGE.total_seconds()), return_timestamp=True
        )
    except BadSignature:
        raise Invalid(N_("页面放得太久，请再按一次“发送”；填写的内容还在。")) from None
    if (signer.timestamp_to_datetime(signer.get_timestamp()) - at).total_seconds() < LEAST_SECONDS:
        raise TooOften(
            N_("发得太快，像是程序。请 %(seconds)s 秒后再按一次“发送”；填写的内容还在。"),
            seconds=LEAST_SECONDS,
        )


def _when_shown(former: str) -> str:
    """When the form was shown first, signed: a page that comes back keeps it while it is good."""
    try:
        _signer().unsign(former, max_age=int(MOST_FORM_AGE.total_seconds()))
    except BadSignature:
        return _signer().sign(b"").decode()
    return former


def _signer() -> TimestampSigner:
    return TimestampSigner(str(current_app.secret_key), salt="tip form")


def _receipt(sent: Sent) -> Response:
    return page(
        "outlet/tip/receipt.html",
        code=sent.code,
        refused=sent.sentences(),
        kept=len(sent.files.taken),
    )


@bp.get("/follow")
@mark(STRANGERS)
@spoken
def follow() -> Any:
    """Where the code is typed."""
    return in_one_unit(partial(_closed, Form(CodeIn)), once=False)


def _closed(form: Form[Any]) -> Response:
    return page("outlet/tip/follow.html", _status(form), form=form)


@bp.post("/follow")
@mark(STRANGERS)
@spoken
def open_() -> Any:
    """What the code opens."""
    form = Form(CodeIn)
    return in_one_unit(partial(_opened, request.form.get("code", ""), form), once=False)


@bp.get("/<code>")
@mark(STRANGERS)
@spoken
def by_address(code: str) -> Any:
    """The same for whoever keeps the code in an address; nothing of ours leads here."""
    return in_one_unit(partial(_opened, code, Form(SayIn)), once=False)


def _opened(
    code: str, form: Form[Any], refused: Sequence[str] = (), said: bool = False
) -> Response:
    try:
        tip = telling.find(g.session, code)
    except NotFound as refusal:
        form = Form(CodeIn, {"code": code})
        form.refuse(refusal)
        return _closed(form)
    return page(
        "outlet/tip/one.html",
        _status(form),
        form=form,
        code=code,
        refused=refused,
        said=said,
        **_shown(tip),
    )


def _shown(tip: Tip) -> dict[str, Any]:
    """What a source sees: what the desk said, and on which days the source said something."""
    return {
        "tip": tip,
        "reason": words.reason_of(g.session, tip),
        "messages": [
            (each, words.said_in(g.session, each) if each.staff_id is not None else "")
            for each in telling.heard(g.session, tip)
        ],
        "may_say": tip.state != State.ERASED,
        "most_files": MOST_FILES,
        "most_bytes": room().arrivals.most,
        "labels": labels,
    }


@bp.post("/follow/say")
@mark(STRANGERS)
@spoken
def say() -> Any:
    """Answer the desk, or add to one's tip."""
    code, form = request.form.get("code", ""), Form(SayIn)
    try:
        given = form.read()
        with unit(write=False) as session:
            tip = telling.find(session, code)
            telling.admit(session, room().most_in_minute)
        if tip.state == State.ERASED:
            return in_one_unit(partial(_opened, code, form), once=False)
        taken, lost = sending.taken_in(tip.uid)
    except NotFound:
        return in_one_unit(partial(_opened, code, form), once=False)
    except OSError as error:
        form.refuse(no_room(error))
        return in_one_unit(partial(_opened, code, form), once=False)
    except Refusal as refusal:
        form.refuse(refusal)
        return in_one_unit(partial(_opened, code, form), once=False)

    def added() -> Response:
        with form.attempt():
            telling.say(g.session, telling.find(g.session, code), given.words, taken.taken)
            form.values = {}
        return _opened(code, form, sending.sentences(taken, lost), said=form.refusal is None)

    response = in_one_unit(added, once=False)
    sending.drop_arrivals()
    return response


def _status(form: Form[Any]) -> int:
    return status(form.refusal) if form.refusal else 200
