"""Samples: accounts drawn at random for people to look at, in a way that anybody can repeat."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Invalid, WrongState
from kitchen.matrix.models import Account
from kitchen.patrols import findings
from kitchen.patrols.models import Finding, Sample, SampleLook
from kitchen.patrols.queries import over
from kitchen.patrols.rules import METHOD, SAMPLE_MOST, Kind, May, Severity, drawn


def draw(session: Session, actor: Actor, *, size: int, channel: str = "", note: str = "") -> Sample:
    """Draw so many accounts in use of the units that the actor inspects, or of one platform there.

    Raises :class:`Forbidden`, :class:`Invalid` for a size out of bounds or where there is nothing
    to draw of.
    """
    authorize(actor, May.INSPECT)
    if not 1 <= size <= SAMPLE_MOST:
        raise Invalid(fields={"size": N_("一次抽 1 到 500 个账号。")})
    mine = over(Account.unit_id, actor.grants[May.INSPECT])
    query = select(Account.uid, Account.id).where(Account.in_use, mine).order_by(Account.uid)
    if channel:
        query = query.where(Account.channel == channel)
    ids = {row.uid: row.id for row in session.execute(query)}
    if not ids:
        raise Invalid(fields={"channel": N_("这个范围里没有在用的账号。")})
    seed = secrets.token_hex(16)
    sample = Sample(
        seed=seed,
        method=METHOD,
        channel=channel,
        population=len(ids),
        population_sha256=hashlib.sha256("\n".join(sorted(ids)).encode()).hexdigest(),
        note=note,
        drawn_by_id=actor.id,
    )
    for position, uid in enumerate(drawn(seed, list(ids), size)):
        sample.looks.append(SampleLook(account_id=ids[uid], position=position))
    session.add(sample)
    session.flush()
    told = {"seed": seed, "method": METHOD, "population": len(ids), "size": len(sample.looks)}
    audit.record(session, actor, "draw_sample", sample, after=told, note=note)
    return sample


def note_look(
    session: Session,
    actor: Actor,
    look: SampleLook,
    *,
    note: str = "",
    kind: Kind | None = None,
    severity: Severity = Severity.WARN,
    url: str = "",
) -> Finding | None:
    """Somebody looked at an account of a sample: nothing is wrong, or ``kind`` is, and is noted.

    Raises :class:`Forbidden`, :class:`WrongState` where somebody has looked before.
    """
    authorize(actor, May.INSPECT, look.account)
    if look.looked_at is not None:
        raise WrongState(N_("这个账号已经有人查过了。"))
    found = None
    if kind is not None:
        found = findings.note_by_hand(
            session, actor, look.account, kind=kind, severity=severity, words=note, url=url
        )
    look.looked_at, look.looked_by_id, look.note = clock.now(session), actor.id, note
    look.finding = found
    session.flush()
    told = {"account": look.account.uid, "finding": found.uid if found else ""}
    audit.record(session, actor, "look_at_sample", look.sample, after=told, note=note)
    return found
