"""Who acts, and whether they may: permissions by role, over a unit and all that lies below it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from kitchen.core.errors import Forbidden

EVERYWHERE = frozenset({0})
"""The scope of a permission that holds over every unit."""


@dataclass(frozen=True, slots=True)
class Actor:
    """The person (or the house itself) in whose name a service acts.

    ``grants`` maps a permission to the ids of the units over which it is held (a unit's own id and
    those below it, already spread out), or to :data:`EVERYWHERE`.
    """

    id: int | None
    uid: str
    name: str
    unit_id: int | None = None
    unit_name: str = ""
    username: str = ""
    locale: str = "zh"
    grants: Mapping[str, frozenset[int]] = field(default_factory=dict)

    def may(self, permission: str, unit_id: int | None = None) -> bool:
        """Whether the permission is held; with ``unit_id``, whether it is held over that unit."""
        scope = self.grants.get(permission)
        if scope is None:
            return False
        return unit_id is None or scope == EVERYWHERE or unit_id in scope


HOUSE = Actor(id=None, uid="house", name="系统")
"""The house acting by itself: reactions and periodic jobs. Holds no permission."""


def authorize(actor: Actor, permission: str, subject: object | None = None) -> None:
    """Raise :class:`Forbidden` unless the actor holds the permission over the subject's unit."""
    unit_id = getattr(subject, "unit_id", None)
    if not actor.may(permission, unit_id):
        raise Forbidden(permission=permission)
