"""Slots for many accounts at once: proposed by a rhythm, mended by hand, then saved as targets."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, Sentence
from kitchen.matrix.models import Account
from kitchen.planning.mobile_first import mobile_order
from kitchen.planning.stagger import NoSlot, Place, Rhythm, stagger
from kitchen.stories import release
from kitchen.stories.models import Story, Target
from kitchen.stories.release import Aim
from kitchen.stories.rules import OPEN
from kitchen.stories.rules import State as StoryState

CLOSE = timedelta(minutes=10)
"""Two pieces on one account less than this apart get in each other's way."""
Key = tuple[str, str]
"""(story's uid, account's uid)"""


@dataclass(frozen=True, slots=True)
class Lot:
    """A story for one account, with the slot that it has now."""

    story: Story
    account: Account
    slot: datetime | None

    @property
    def key(self) -> Key:
        return self.story.uid, self.account.uid


def lots_of(stories: Sequence[Story]) -> list[Lot]:
    """Every target of the stories that can still be planned: story by story, mobile first."""
    return [lot for story in stories if story.state in OPEN for lot in _lots(story)]


def _lots(story: Story) -> list[Lot]:
    order = mobile_order([target.account.channel for target in story.targets])
    targets = [story.targets[place] for place in order]
    return [Lot(story, target.account, target.slot) for target in targets]


def proposed(lots: Sequence[Lot], rhythm: Rhythm) -> dict[Key, datetime]:
    """A slot for each lot by a rhythm; nothing is saved.

    Raises :class:`Invalid` for an account that is silent all through its hours.
    """
    try:
        slots = stagger([_place(lot) for lot in lots], rhythm)
    except NoSlot as none:
        told = Sentence(
            N_("账号“%(name)s”的静默时段盖住了整个发布时段，请放宽时段。"),
            {"name": lots[none.place].account.name},
        )
        raise Invalid(fields={"opens": told}) from none
    return {lot.key: slot for lot, slot in zip(lots, slots, strict=True)}


def _place(lot: Lot) -> Place:
    until = lot.story.embargo
    local = clock.local(until) if until else None
    return Place(lot.account.quiet_from, lot.account.quiet_until, local)


def save_slots(
    session: Session,
    actor: Actor,
    stories: Sequence[Story],
    slots: Mapping[Key, datetime | None],
) -> None:
    """Give the targets of these stories their slots, and the order of mobile-first.

    A target that is not named keeps its slot. Raises what
    :func:`~kitchen.stories.release.set_targets` raises.
    """
    for story in stories:
        if story.state in OPEN and story.targets:
            aims = [Aim(lot.account, slots.get(lot.key, lot.slot)) for lot in _lots(story)]
            release.set_targets(session, actor, story, aims)


def crowded(session: Session, lots: Sequence[Lot], slots: Mapping[Key, datetime]) -> dict[Key, str]:
    """Lots that come close to another piece on the same account, with that piece's title."""
    wanted = [(lot, slots[lot.key]) for lot in lots if lot.key in slots]
    others = _others(session, wanted)
    found: dict[Key, str] = {}
    for number, (lot, slot) in enumerate(wanted):
        beside = [*others, *((it.account.id, at, it.story.title) for it, at in wanted[:number])]
        for account_id, at, title in beside:
            if account_id == lot.account.id and abs(slot - at) < CLOSE:
                found[lot.key] = title
    return found


def _others(
    session: Session, wanted: Sequence[tuple[Lot, datetime]]
) -> list[tuple[int, datetime, str]]:
    """(account id, slot, title) of other stories that are planned around the same time."""
    if not wanted:
        return []
    moments = [slot for _, slot in wanted]
    rows = session.execute(
        select(Target.account_id, Target.slot, Story.title)
        .join(Story, Story.id == Target.story_id)
        .where(
            Target.slot >= min(moments) - CLOSE,
            Target.slot <= max(moments) + CLOSE,
            Target.account_id.in_(sorted({lot.account.id for lot, _ in wanted})),
            Story.id.not_in(sorted({lot.story.id for lot, _ in wanted})),
            Story.state != StoryState.WITHDRAWN,
        )
    )
    return [(account_id, slot, title) for account_id, slot, title in rows if slot is not None]
