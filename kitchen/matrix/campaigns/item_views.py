"""Pages of one account in a campaign, and of its closing."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import SimpleNamespace
from typing import Any

from flask import Blueprint, flash, g, redirect, render_template, url_for
from flask_babel import gettext

from kitchen.core import audit, clock
from kitchen.core.errors import N_, Invalid, NotFound
from kitchen.core.workflow import open_moves
from kitchen.matrix import labels as words
from kitchen.matrix import queries as matrix
from kitchen.matrix.campaigns import burdens, closing, deciding, judging, labels, papers, queries
from kitchen.matrix.campaigns.models import AccountClosing, CleanupItem
from kitchen.matrix.campaigns.schemas import (
    BurdenIn,
    CheckIn,
    ClosingMoveIn,
    DecisionIn,
    OpinionIn,
)
from kitchen.matrix.models import Account
from kitchen.matrix.registry import evidence, figures
from kitchen.matrix.registry.keepers import is_keeper
from kitchen.matrix.rules import May
from kitchen.web.forms import Form
from kitchen.web.guard import guard
from kitchen.web.paging import PageQuery
from kitchen.web.schema import read_query

bp = Blueprint("closings", __name__, url_prefix="/matrix")


@bp.get("/cleanups/items/<uid>")
@guard(May.READ)
def item(uid: str) -> Any:
    """An account: what its unit says, what is advised and decided, what it costs."""
    return render_template("cleanups/item.html", **_item(uid))


@bp.post("/cleanups/items/<uid>/check")
@guard(May.FILE)
def check(uid: str) -> Any:
    """The unit's self-check."""

    def act(found: CleanupItem, given: CheckIn) -> None:
        target = the_target(given.target)
        judging.check(
            g.session,
            g.actor,
            found,
            given.haves,
            given.asked,
            reason=given.reason,
            target=target,
        )

    return _attempt(uid, "check", CheckIn, act, gettext("自查已提交。期限内还可以改。"))


@bp.post("/cleanups/items/<uid>/opine")
@guard(May.CONDUCT)
def opine(uid: str) -> Any:
    """The specialists' opinion."""

    def act(found: CleanupItem, given: OpinionIn) -> None:
        target = the_target(given.target)
        judging.opine(
            g.session,
            g.actor,
            found,
            given.dimensions,
            given.advised,
            given.advice,
            target=target,
        )

    return _attempt(uid, "opine", OpinionIn, act, gettext("专业意见已记录。"))


@bp.post("/cleanups/items/<uid>/decide")
@guard(May.CONDUCT)
def decide(uid: str) -> Any:
    """The committee's decision."""

    def act(found: CleanupItem, given: DecisionIn) -> None:
        deciding.decide(
            g.session,
            g.actor,
            found,
            given.decision,
            reason=given.reason,
            kept_as=given.kept_as,
            target=the_target(given.target),
        )

    return _attempt(uid, "decide", DecisionIn, act, gettext("决定已记录，通知下发前可以撤销。"))


@bp.post("/cleanups/items/<uid>/reconsider")
@guard(May.CONDUCT)
def reconsider(uid: str) -> Any:
    """Take the decision back."""
    deciding.reconsider(g.session, g.actor, queries.the_item(g.session, uid))
    flash(gettext("决定已撤销。"), "ok")
    return redirect(url_for("closings.item", uid=uid))


@bp.post("/cleanups/items/<uid>/burden")
@guard(May.FILE)
def burden(uid: str) -> Any:
    """What the account costs its unit."""

    def act(found: CleanupItem, given: BurdenIn) -> None:
        values = given.model_dump()
        phase = values.pop("phase")
        burdens.declare(g.session, g.actor, found.cleanup, found.account, phase, **values)

    return _attempt(uid, "burden", BurdenIn, act, gettext("负担已登记。"))


def the_target(uid: str | None) -> Account | None:
    """The account that shall take another in."""
    return matrix.the_account(g.session, uid) if uid else None


def _attempt(uid: str, name: str, model: Any, act: Callable[[Any, Any], None], told: str) -> Any:
    """Do what one of the page's forms asks; refused, the page comes back with it."""
    form = Form(model)
    with form.attempt():
        act(queries.the_item(g.session, uid), form.read())
        flash(told, "ok")
        return redirect(url_for("closings.item", uid=uid))
    return form.page("cleanups/item.html", **_item(uid, {name: form}))


def _item(uid: str, typed: Mapping[str, Any] | None = None) -> dict[str, Any]:
    found = queries.the_item(g.session, uid)
    keeper = is_keeper(g.actor, found.unit_id)
    reads = keeper or g.actor.may(May.CONDUCT)
    target = found.target.uid if found.target else ""
    haves = {
        f"{have}_{part}": value
        for have, said in found.haves.items()
        for part, value in said.items()
    }
    scores = {
        f"{each}_{part}": value
        for each, said in found.dimensions.items()
        for part, value in said.items()
    }
    starts = {
        "check": {**haves, "asked": found.asked, "reason": found.asked_because, "target": target},
        "opine": {
            **scores,
            "advised": found.advised or found.asked,
            "advice": found.advice,
            "target": target,
        },
        "decide": {"decision": found.advised, "kept_as": found.kept_as, "target": target},
        "burden": {},
    }
    return {
        "item": found,
        "forms": {name: _idle(start) for name, start in starts.items()} | dict(typed or {}),
        "keeper": keeper,
        "moves": {move.name for move in open_moves(found, g.actor)},
        "targets": queries.possible_targets(g.session, found.account),
        "review": queries.unit_reviews(g.session, found.cleanup).get(found.unit_id),
        "closing": queries.closing_of(g.session, found),
        "evidence": evidence.of(g.session, [uid])[uid] if reads else [],
        "health": figures.health(g.session, found.account),
        "history": audit.history(g.session, found, 20),
        "labels": labels,
        "words": words,
        "platforms": words.platforms(),
    }


def _idle(start: Mapping[str, Any]) -> SimpleNamespace:
    """A form of the page that nobody has submitted."""
    return SimpleNamespace(values=dict(start), errors={}, message="", refusal=None)


@bp.get("/closings")
@guard(May.READ)
def index() -> Any:
    """Closings, newest first; with ``state`` those that stand so."""
    query = read_query(PageQuery)
    page = queries.page_of_closings(g.session, **query.model_dump(exclude={"q"}))
    return render_template("cleanups/closings.html", page=page, query=query, labels=labels)


@bp.get("/closings/<uid>")
@guard(May.READ)
def show(uid: str) -> Any:
    """One closing: its four states, its proof, and what is to be done next."""
    return render_template("cleanups/closing.html", form=None, **_closing(uid))


def acts() -> Mapping[str, Callable[[AccountClosing, ClosingMoveIn], None]]:
    """Every move of a closing, by its name."""
    session, actor = g.session, g.actor
    return {
        "ask_house": lambda it, _given: closing.ask_house(session, actor, it),
        "announce": _announce,
        "correct_announcement": lambda it, _given: closing.correct_announcement(session, actor, it),
        "force": lambda it, given: closing.force(session, actor, it, given.note),
        "cancel_on_platform": lambda it, _given: closing.cancel_on_platform(session, actor, it),
        "file_closing": lambda it, given: closing.file_closing(session, actor, it, given.report_no),
        "call_off": lambda it, given: closing.call_off(session, actor, it, given.note),
    }


def _announce(found: AccountClosing, given: ClosingMoveIn) -> None:
    at = given.at
    if at is None:
        raise Invalid(fields={"at": N_("请填写公告的发布时间。")})
    if at.tzinfo is None:
        at = at.replace(tzinfo=clock.CENTRE)
    closing.announce(g.session, g.actor, found, url=given.url, at=at)


@bp.post("/closings/<uid>/<move>")
@guard(May.FILE)
def act(uid: str, move: str) -> Any:
    """Take a closing on. The service says who may."""
    known = acts()
    if move not in known:
        raise NotFound
    form = Form(ClosingMoveIn)
    with form.attempt():
        known[move](queries.the_closing(g.session, uid), form.read())
        flash(gettext(labels.CLOSING_MOVED[move]), "ok")
        return redirect(url_for("closings.show", uid=uid))
    return form.page("cleanups/closing.html", **_closing(uid))


def _closing(uid: str) -> dict[str, Any]:
    found = queries.the_closing(g.session, uid)
    reads = is_keeper(g.actor, found.unit_id) or g.actor.may(May.CONDUCT)
    return {
        "closing": found,
        "moves": {move.name: move for move in open_moves(found, g.actor)},
        "notice": papers.stop_notice(found),
        "reads": reads,
        "evidence": evidence.of(g.session, [uid])[uid] if reads else [],
        "late": clock.now(g.session) > found.due_at,
        "history": audit.history(g.session, found, 20),
        "labels": labels,
        "platforms": words.platforms(),
    }
