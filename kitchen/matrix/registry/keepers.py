"""Who may act for a unit's accounts: its own keepers, and the cyberspace office over all."""

from __future__ import annotations

from kitchen.core.access import Actor, authorize
from kitchen.matrix.registry.rules import FILE, REGISTER


def is_keeper(actor: Actor, unit_id: int) -> bool:
    """Whether the actor may act for the accounts of a unit."""
    return actor.may(REGISTER) or actor.may(FILE, unit_id)


def demand_keeper(actor: Actor, subject: object) -> None:
    """Raise :class:`Forbidden` unless the actor keeps accounts of the subject's unit."""
    if not actor.may(REGISTER):
        authorize(actor, FILE, subject)
