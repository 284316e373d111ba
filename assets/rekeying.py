"""Changing the key of the house under which the owners' keys of a ring lie.

It goes on where it was cut off, and while the house works: first the new key stands before the
old one in the file, then each owner's key is wrapped anew, and only when none is left under an old
one, looked at while nobody else holds the ring, the old ones are overwritten.
"""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

from assets.erasable import Erased, KeyRing
from assets.house_keys import finish, new_key
from assets.store import Damaged


@dataclass(slots=True)
class Rekeyed:
    """How far it is."""

    wrapped: int = 0
    before: int = 0
    """Keys that lay under the newest key already."""
    damaged: list[str] = field(default_factory=list)
    """Owners whose keys no key of the house unwraps."""
    former_gone: bool = False
    """Whether no other key of the house is left in the file."""


def rekey(ring: KeyRing) -> Iterator[Rekeyed]:
    """Wrap all keys under a new key of the house and let go of the old ones; tells after each.

    Where the keys of the house are in no file of ours, the first of them is the new one, and
    whoever put it there takes the others away. While a key is damaged, nothing is let go of.
    Raises :class:`~assets.erasable.NoLocks` where nobody can hold the ring alone; nothing was
    changed then.
    """
    _begin(ring)
    done = Rekeyed()
    for owner, _ in ring.owners():
        with ring.held(fcntl.LOCK_EX):
            _wrap(ring, owner, done)
        yield done
    with ring.held(fcntl.LOCK_EX):
        done.damaged.clear()
        late = Rekeyed(damaged=done.damaged)
        for owner, _ in ring.owners():
            _wrap(ring, owner, late)
        done.wrapped += late.wrapped
        if not done.damaged:
            _let_go(ring)
            done.former_gone = len(ring.house.listed()) == 1
    yield done


def _begin(ring: KeyRing) -> None:
    """Put a new key before the one that is there; where there are several, it has begun, and where
    the last step was cut off, it had all but ended.
    """
    house = ring.house
    if house.place is None:
        return
    with ring.held(fcntl.LOCK_EX):
        was_changed, keys = finish(house.place), house.listed()
        if len(keys) == 1 and not was_changed:
            house.write([new_key(), *keys])


def _wrap(ring: KeyRing, owner: str, done: Rekeyed) -> None:
    with suppress(Erased):  # meanwhile
        try:
            if ring.wrap_anew(owner):
                done.wrapped += 1
            else:
                done.before += 1
        except Damaged:
            done.damaged.append(owner)


def _let_go(ring: KeyRing) -> None:
    house = ring.house
    if house.place is not None and len(keys := house.listed()) > 1:
        house.write(keys[:1])
