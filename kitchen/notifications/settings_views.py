"""How one wants to hear, and, for administrators, who is called next."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen import ports
from kitchen.core.errors import NotFound
from kitchen.notifications import alarms, labels, preferences, queries
from kitchen.notifications.rules import LINES, LONGEST_LINE, Kind, Rung
from kitchen.notifications.schemas import LineIn, SettingsIn
from kitchen.people.labels import ROLES
from kitchen.people.rules import May
from kitchen.web.forms import Form
from kitchen.web.guard import guard, signed_in
from kitchen.web.schema import read

bp = Blueprint("notice_settings", __name__, url_prefix="/notifications")


@bp.route("/settings", methods=["GET", "POST"])
@signed_in
def mine() -> Any:
    """Kinds by ways, addresses, quiet hours, the digest."""
    setting = preferences.own(g.session, g.actor)
    form = Form(SettingsIn, _start())
    if form.posted:
        with form.attempt():
            given = form.read()
            plain = given.model_dump(exclude={"wants"})
            preferences.save(g.session, g.actor, chosen=set(given.wants), **plain)
            flash(gettext("已保存。"), "ok")
            return redirect(url_for("notice_settings.mine"))
    return form.page(
        "notifications/settings.html",
        has_robot=bool(setting.robot_sealed),
        mail_on=ports.of(g.session).mailer.on,
        labels=labels,
    )


def _start() -> dict[str, Any]:
    setting = preferences.own(g.session, g.actor)
    times = ("quiet_since", "quiet_until", "digest_at")
    return {
        "mail_address": setting.mail_address,
        "robot": setting.robot,
        "wants": preferences.wanted(g.session, g.actor),
        **{name: _typed(getattr(setting, name)) for name in times},
    }


def _typed(moment: Any) -> str:
    return f"{moment:%H:%M}" if moment else ""


@bp.get("/escalation")
@guard(May.ADMINISTER)
def escalation() -> Any:
    """Who is called when nobody answers, and the latest alarms with every step."""
    return render_template(
        "notifications/escalation.html",
        lines={kind: _padded(alarms.line_of(g.session, kind)) for kind in LINES},
        alarms=queries.alarms(g.session),
        roles=ROLES,
        labels=labels,
    )


def _padded(line: tuple[Rung, ...]) -> list[Rung]:
    """The line with empty rungs up to the longest, for the form."""
    return [*line, *(Rung("", 10) for _ in range(LONGEST_LINE - len(line)))]


@bp.post("/escalation/<kind>")
@guard(May.ADMINISTER)
def write_line(kind: str) -> Any:
    """Write another line down."""
    if kind not in LINES:
        raise NotFound
    alarms.write_line(g.session, g.actor, Kind(kind), read(LineIn).line())
    flash(gettext("已保存。"), "ok")
    return redirect(url_for("notice_settings.escalation"))
