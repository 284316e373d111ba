"""How a work stands with its maker: begun by one worker at a time, ended by nobody but that one.

All of it happens behind a fence: the number with which a worker began. A work that was called
off, asked for anew or taken up by another has another number or another state, and whatever its
former worker still does is without effect.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy.orm import Session

from assets.pictures import Rendition as Made
from assets.presets import SHARED as STILL
from kitchen.core import clock
from kitchen.core.access import HOUSE
from kitchen.core.errors import N_
from kitchen.core.workflow import carry_out
from kitchen.media import shaping
from kitchen.media.filming import queries
from kitchen.media.filming.models import FilmWork
from kitchen.media.filming.rules import LEASE, MOST_ATTEMPTS, PROXY, SHARED, STRIP, State
from kitchen.media.models import MediaAsset

INTERRUPTED = N_("制作时多次中断，已停止。请再试一次；还不行请联系管理员。")

NAMED_NOWHERE = frozenset({STRIP, PROXY, SHARED, STILL.name})
"""What the desk and share links show under its form: no post and no reader names its bytes."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was made and lies in the store; the first is the work itself."""

    renditions: Sequence[Made]
    seconds: float = 0.0
    facts: Mapping[str, Any] = field(default_factory=dict)
    recipe: str = ""


def begin(session: Session, work: FilmWork) -> bool:
    """Take a work up, if nobody has it; one that was begun too often has failed instead."""
    if not queries.is_free(work, session):
        return False
    if work.attempts >= MOST_ATTEMPTS:
        fail(session, work, INTERRUPTED, {})
        return False
    changes = {
        "fence": work.fence + 1,
        "attempts": work.attempts + 1,
        "percent": 0,
        "leased_until": clock.fresh(session) + LEASE,
    }
    carry_out(session, work, "begin", HOUSE, changes=changes)
    return True


def holds(work: FilmWork, fence: int) -> bool:
    """Whether the worker that began with this number may still write."""
    return work.state == State.MAKING and work.fence == fence


def finish(session: Session, work: FilmWork, outcome: Outcome) -> None:
    """Enter what was made: in the work, and as renditions of its film."""
    itself = outcome.renditions[0]
    changes = {
        "sha256": itself.sha256,
        "size": itself.size,
        "width": itself.width,
        "height": itself.height,
        "seconds": outcome.seconds,
        "facts": dict(outcome.facts),
        "recipe": outcome.recipe,
        "percent": 100,
        "leased_until": None,
    }
    _enter(session, work.asset, outcome)
    carry_out(session, work, "finish", HOUSE, changes=changes)


def as_made(work: FilmWork, preset: str) -> Made:
    """What one work came to, under the name of another form."""
    return Made(preset, work.sha256, "video/mp4", work.width, work.height, work.size)


def fail(session: Session, work: FilmWork, sentence: str, params: Mapping[str, Any]) -> None:
    """Let a work be seen as failed, with a sentence (a catalogue id) that says what helps."""
    changes = {"failure": sentence, "failure_params": dict(params), "leased_until": None}
    carry_out(session, work, "fail", HOUSE, changes=changes)


def put_back(session: Session, work: FilmWork) -> None:
    """Leave a work to the next worker, because this one was told to stop; it counts as no try."""
    changes = {"attempts": work.attempts - 1, "percent": 0, "leased_until": None}
    carry_out(session, work, "put_back", HOUSE, changes=changes)


def _enter(session: Session, asset: MediaAsset, outcome: Outcome) -> None:
    """What was made as renditions; bytes that are named nowhere give way to the new ones."""
    made = {each.preset for each in outcome.renditions}
    for row in [each for each in asset.renditions if each.preset in NAMED_NOWHERE & made]:
        asset.renditions.remove(row)
    session.flush()  # the names are free before others take them
    shaping.replace(session, asset, outcome.renditions)
    itself = outcome.renditions[0].preset
    next(each for each in asset.renditions if each.preset == itself).seconds = outcome.seconds
    session.flush()
