"""Checking an account's credentials from an edge: read, ask the platform, write down.

The platform is asked while no unit of work is open, for it may take its time.
"""

from __future__ import annotations

from flask import g

from kitchen.core.access import authorize
from kitchen.matrix import probing, queries, service, upkeep
from kitchen.matrix.models import Account
from kitchen.matrix.probing import Outcome
from kitchen.matrix.rules import May
from kitchen.web.face import g_face, unit


def check_account(uid: str) -> tuple[Account, Outcome]:
    """Try the credentials of an account in the visitor's name. Raises :class:`Forbidden`."""
    with unit(write=False) as session:
        account = queries.the_account(session, uid)
        authorize(g.actor, May.MANAGE, account)
        settings = service.settings_of(session, account)
    outcome = probing.try_out(g_face().ports.open_channel, account.channel, settings, uid)
    with unit() as session:
        account = queries.the_account(session, uid)
        service.note_check(session, g.actor, account, outcome.check, outcome.words)
        upkeep.note_end_of_access(session, account, outcome.until)
    return account, outcome
