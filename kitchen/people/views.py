"""Pages of people: sign-in, sign-out, one's own settings."""

from __future__ import annotations

from functools import partial
from typing import Any
from urllib.parse import urlsplit

from flask import Blueprint, current_app, g, redirect, request, session, url_for
from flask_login import login_user, logout_user

from kitchen.core.errors import NotSignedIn
from kitchen.people import queries, service
from kitchen.people.schemas import Language, SignIn
from kitchen.people.service import Trial
from kitchen.web import i18n
from kitchen.web.face import g_face, in_one_unit, unit
from kitchen.web.forms import Form
from kitchen.web.guard import anyone, signed_in
from kitchen.web.schema import read

bp = Blueprint("people", __name__)


@bp.route("/login", methods=["GET", "POST"])
@anyone(by_hand=True)
def sign_in() -> Any:
    """Sign in; then go on to where one was headed."""
    trial = None
    if request.method == "POST":
        trial = service.try_password(
            g_face().database,
            request.form.get("username", "").strip(),
            request.form.get("password", "").strip(),
            request.remote_addr or "",
        )
    return in_one_unit(partial(_signed_in, trial), g_face().see_who_comes, once=False)


def _signed_in(trial: Trial | None) -> Any:
    form = Form(SignIn)
    target = _inside(request.args.get("next", ""))
    if trial is None:
        return redirect(target) if g.actor else form.page("people/sign_in.html", next=target)
    with form.attempt():
        form.read()
        try:
            staff = service.check_password(g.session, trial)
        except NotSignedIn as refusal:
            _remember_failure(trial)
            form.refuse(refusal)
        else:
            session.clear()
            login_user(staff)
            service.note_sign_in(g.session, staff)
            return redirect(target)
    return form.page("people/sign_in.html", next=target)


def _remember_failure(trial: Trial) -> None:
    """Count the failure in a unit of its own: the request's unit is undone with the refusal."""
    g.session.rollback()
    with unit() as session:
        service.note_failure(session, trial)


def _inside(target: str) -> str:
    """Only addresses on this desk; anything else leads to the start page."""
    try:
        parts = urlsplit(target)
    except ValueError:
        return "/"
    stranger = parts.scheme or parts.netloc or not target.startswith("/") or "\\" in target
    return "/" if stranger or target.startswith("//") else target


@bp.post("/logout")
@signed_in
def sign_out() -> Any:
    """End this session, here and on our side."""
    logout_user()
    session.clear()
    return redirect(url_for("people.sign_in"))


@bp.post("/language")
@anyone
def language() -> Any:
    """Switch between Chinese and English; staff keep it, passers-by get a cookie."""
    chosen = read(Language).lang
    response = redirect(_inside(request.form.get("next", "/")))
    if g.actor is not None:
        service.speak(g.session, queries.the_staff(g.session, g.actor.uid), chosen)
    response.set_cookie(
        i18n.COOKIE,
        chosen,
        max_age=31_536_000,
        samesite="Lax",
        httponly=True,
        secure=bool(current_app.config["SESSION_COOKIE_SECURE"]),
    )
    return response
