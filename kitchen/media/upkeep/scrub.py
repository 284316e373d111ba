"""The scrub: every kept byte is read and hashed anew, every name that rows hold is looked for.

It goes by the order of the names, a slice at a time, and goes on where it stopped. Names are spread
evenly by their nature, so that list and rows can be compared piece by piece.
"""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Final

import structlog
from sqlalchemy.orm import Session

from assets.store import Absent, Keeper, Kept
from kitchen.core import clock
from kitchen.core.db import Database
from kitchen.core.errors import N_
from kitchen.media.upkeep.models import StoreFinding, StoreRound
from kitchen.media.upkeep.queries import open_findings
from kitchen.media.upkeep.roots import Root, named_between
from kitchen.notifications.service import tell
from kitchen.people.queries import staff_with_role

log = structlog.get_logger(__name__)

PIECE: Final = 200
"""Names between two notes of how far it is."""
LAST: Final = "g"
"""Behind every name."""
DAMAGED, MISSING = "damaged", "missing"
FOUND = N_(
    "素材库巡检：%(damaged)s 个文件已损坏，%(missing)s 个文件不见了。"
    "请用 kitchen media findings 看是哪些，尽快从备份恢复。"
)


@dataclass(slots=True)
class Scrubbed:
    """What a slice of the scrub came past. ``ended`` says whether the round is complete."""

    files: int = 0
    size: int = 0
    damaged: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    ended: bool = False


def scrub(
    database: Database,
    name: str,
    store: Keeper,
    roots: Sequence[Root],
    *,
    seconds: float | None = None,
    told: Callable[[Scrubbed], object] = lambda so_far: None,
) -> Scrubbed:
    """Go through the store called ``name``, for ``seconds`` or to the end; bad finds are told.

    Raises :class:`StoreUnavailable`: what was looked at until then stays noted.
    """
    began, so_far = time.monotonic(), Scrubbed()
    after = _set_out(database, name)
    while True:
        after = _piece(database, name, store, roots, after, so_far)
        told(so_far)
        if so_far.ended or (seconds is not None and time.monotonic() - began >= seconds):
            break
    _tell(database, name)
    _look_back(database, name, store)
    log.info(
        "store_scrubbed",
        store=name,
        files=so_far.files,
        size=so_far.size,
        damaged=len(so_far.damaged),
        missing=len(so_far.missing),
        ended=so_far.ended,
    )
    return so_far


def _set_out(database: Database, name: str) -> str:
    """Where to go on; a round that ended is followed by a new one."""
    with database.unit() as session:
        found = session.get(StoreRound, round_of(name))
        if found is None or found.ended_at is not None:
            found = session.merge(StoreRound(name=round_of(name), begun_at=clock.now(session)))
            found.after, found.ended_at, found.files, found.size = "", None, 0, 0
        return found.after


def _piece(
    database: Database,
    name: str,
    store: Keeper,
    roots: Sequence[Root],
    after: str,
    so_far: Scrubbed,
) -> str:
    """Look at the names that follow, and note it; answers the last of them."""
    kept = list(islice(store.names(after), PIECE))
    last = kept[-1].sha256 if len(kept) == PIECE else LAST
    with database.unit(write=False) as session:
        named = named_between(session, roots, after, last, PIECE)
    if len(named) >= PIECE:  # many are missing in a row: no further than all of them are known
        last = min(last, sorted(named)[PIECE - 1])
    kept = [each for each in kept if each.sha256 <= last]
    damaged = [each.sha256 for each in kept if not _sound(store, each)]
    unlisted = {each for each in named if each <= last} - {each.sha256 for each in kept}
    missing = sorted(each for each in unlisted if not store.has(each))
    for each in damaged:
        store.quarantine(each)
    so_far.files += len(kept)
    so_far.size += sum(each.size for each in kept)
    so_far.damaged += damaged
    so_far.missing += missing
    so_far.ended = last == LAST
    with database.unit() as session:
        _note(session, name, damaged, missing)
        here = session.get_one(StoreRound, round_of(name))
        here.after = "" if so_far.ended else last
        here.ended_at = clock.now(session) if so_far.ended else None
        here.files += len(kept)
        here.size += sum(each.size for each in kept)
    return last


def _sound(store: Keeper, kept: Kept) -> bool:
    try:
        return store.is_sound(kept.sha256)
    except Absent:
        return True  # it was taken away in this moment; a row that names it will tell


def _note(session: Session, name: str, damaged: Sequence[str], missing: Sequence[str]) -> None:
    """Write finds down; one that is known stays as it was found first."""
    for kind, names in ((DAMAGED, damaged), (MISSING, missing)):
        for sha256 in names:
            known = session.get(StoreFinding, (name, sha256))
            if known is not None and known.healed_at is None:
                continue
            finding = StoreFinding(store=name, sha256=sha256, kind=kind, told=False)
            finding.found_at, finding.healed_at = clock.now(session), None
            session.merge(finding)
            log.error("store_finding", store=name, kind=kind, sha256=sha256)


def _tell(database: Database, name: str) -> None:
    """Tell the administrators of what was found since they were told, also before a kill."""
    with database.unit() as session:
        untold = [each for each in open_findings(session, name) if not each.told]
        if not untold:
            return
        kinds = Counter(each.kind for each in untold)
        admins = [each.id for each in staff_with_role(session, "admin")]
        damaged, missing = kinds[DAMAGED], kinds[MISSING]
        tell(session, admins, FOUND, "/notifications", damaged=damaged, missing=missing)
        for each in untold:
            each.told = True


def _look_back(database: Database, name: str, store: Keeper) -> None:
    """Finds whose bytes are back, and whole, are healed."""
    with database.unit(write=False) as session:
        waiting = [each.sha256 for each in open_findings(session, name)]
    healed = [each for each in waiting if _is_back(store, each)]
    with database.unit() as session:
        for sha256 in healed:
            session.get_one(StoreFinding, (name, sha256)).healed_at = clock.now(session)


def _is_back(store: Keeper, sha256: str) -> bool:
    try:
        return store.is_sound(sha256)
    except Absent:
        return False


def round_of(name: str) -> str:
    """Under which a store's scrub is noted."""
    return f"scrub_{name}"
