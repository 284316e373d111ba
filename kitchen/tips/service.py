"""Verbs of the desk: read, name, ask, adopt, turn down, pass on, merge, erase.

What is said to the source is sealed like what the source says; the audit has the act and never the
words. What goes on from a tip is what the editor writes anew, and what was ticked of the bare
pictures and films (:mod:`kitchen.tips.carrying`): nothing of the source goes along.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.db import after_commit
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.core.workflow import carry_out
from kitchen.leads import service as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import Source, Urgency
from kitchen.media.models import MediaAsset
from kitchen.tips import words
from kitchen.tips.models import Tip, TipMessage
from kitchen.tips.rules import TARGETS, May, State


def read(session: Session, actor: Actor, tip: Tip) -> None:
    """Note that somebody reads a tip. Each look is recorded."""
    authorize(actor, May.READ, tip)
    tip.unread = False
    session.flush()
    audit.record(session, actor, "read_tip", tip)


def name(session: Session, actor: Actor, tip: Tip, label: str) -> None:
    """Say what the desk calls it."""
    authorize(actor, May.SORT, tip)
    tip.label = label
    session.flush()
    audit.record(session, actor, "name_tip", tip)


def ask(session: Session, actor: Actor, tip: Tip, question: str) -> None:
    """Say or ask the source something; it is read with the code. The same again does nothing."""
    authorize(actor, May.SORT, tip)
    _demand_key(tip)
    last = tip.messages[-1] if tip.messages else None
    if last and last.staff_id is not None and words.said_in(session, last) == question:
        return
    session.add(
        TipMessage(
            tip_id=tip.id,
            created_at=words.day(session),
            staff_id=actor.id,
            words_sealed=words.seal(session, tip.uid, words.MESSAGE, question),
        )
    )
    session.flush()
    session.refresh(tip, ["messages"])
    audit.record(session, actor, "ask_source", tip)


def adopt(
    session: Session,
    actor: Actor,
    tip: Tip,
    *,
    title: str,
    body: str,
    place: str = "",
    urgency: Urgency = Urgency.NORMAL,
    reply: str = "",
    pictures: Sequence[MediaAsset] = (),
) -> Lead:
    """Make a lead of it, in the editor's own words, shown by ``pictures``; the source is told."""
    said = {"title": title, "body": body, "place": place, "urgency": urgency}
    lead = _lead_of(session, actor, tip, pictures=pictures, **said)
    _settle(session, actor, tip, "adopt", reply, {"lead_id": lead.id})
    return lead


def pass_on(session: Session, actor: Actor, tip: Tip, *, title: str, body: str, why: str) -> Lead:
    """Pass it to the petitions desk, in the editor's own words: somebody needs an answer."""
    lead = _lead_of(session, actor, tip, title=title, body=body)
    _settle(session, actor, tip, "pass_on", "", {"lead_id": lead.id})
    leads.pass_on(session, actor, lead, why)
    return lead


def _lead_of(session: Session, actor: Actor, tip: Tip, **told: Any) -> Lead:
    authorize(actor, May.SORT, tip)
    if tip.state != State.NEW:
        raise WrongState
    return leads.report(session, actor, source=Source.PUBLIC, **told)


def reject(session: Session, actor: Actor, tip: Tip, reply: str) -> None:
    """Leave it, and tell the source why; after some days it is erased."""
    if not reply.strip():
        raise Invalid(fields={"reply": N_("请写明理由，报料人凭查询码看得到。")})
    _settle(session, actor, tip, "reject", reply)


def reopen(session: Session, actor: Actor, tip: Tip) -> None:
    """Undo a refusal."""
    tip.reason_sealed = ""
    carry_out(session, tip, "reopen", actor, changes={"settled_at": None})


def merge(session: Session, actor: Actor, tip: Tip, into: Tip) -> None:
    """Fold a tip into another that tells the same; both stay readable, one is worked on.

    Raises :class:`Invalid` for a tip and itself, :class:`WrongState` for a settled target.
    """
    if tip.id == into.id:
        raise Invalid(fields={"into": N_("不能把报料合并到它自己。")})
    if into.state not in TARGETS:
        raise WrongState(N_("目标报料已经了结，请先重新考虑它。"))
    for follower in tip.merged:
        follower.merged_into_id = into.id
    _settle(session, actor, tip, "merge", "", {"merged_into_id": into.id})


def _settle(
    session: Session,
    actor: Actor,
    tip: Tip,
    move: str,
    reply: str,
    changes: Mapping[str, Any] | None = None,
) -> None:
    authorize(actor, May.SORT, tip)
    if reply:
        tip.reason_sealed = words.seal(session, tip.uid, words.REASON, reply)
    settled = {**(changes or {}), "settled_at": clock.now(session)}
    carry_out(session, tip, move, actor, changes=settled)


def erase(session: Session, actor: Actor, tip: Tip) -> None:
    """Destroy what the source told: its key, its files, its words. That it was there stays.

    The key goes when this is committed; if that is cut off, the sweep does it.
    """
    carry_out(session, tip, "erase", actor, changes={"label": ""})
    gone = [name for file in tip.files for name in (file.sealed_as, *file.shown_as.values())]
    tip.words_sealed = tip.contact_sealed = tip.reason_sealed = tip.circumstances_sealed = ""
    for message in tip.messages:
        message.words_sealed = ""
    for file in tip.files:
        session.delete(file)
    session.flush()
    vault = ports.tips_of(session).vault
    after_commit(session, partial(vault.erase, tip.uid, gone))


def _demand_key(tip: Tip) -> None:
    if tip.state == State.ERASED:
        raise WrongState(N_("这条报料已经销毁。"))
