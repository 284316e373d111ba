"""How a clip stands with its maker: taken up by one worker at a time, made, or failed in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy.orm import Session

from assets.pictures import Rendition
from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE
from kitchen.core.errors import N_
from kitchen.media import queries, rules
from kitchen.media.events import ClipFailed, ClipMade
from kitchen.media.models import ClipOrder, MediaAsset
from kitchen.media.rules import FILM, Making
from kitchen.media.service import rows_of

INTERRUPTED = N_("制作视频时多次中断，已停止。请再试一次，或换几张图片。")


@dataclass(frozen=True, slots=True)
class Film:
    """A clip whose bytes are in the store: itself first, then its poster in every shape."""

    seconds: float
    renditions: Sequence[Rendition]


def begin(session: Session, order: ClipOrder) -> bool:
    """Take a clip up, if nobody has it; one that was begun too often has failed instead."""
    clip = order.asset
    if not rules.may_begin(clip.making, order.begun_at, clock.now(session)):
        return False
    if order.attempts >= rules.MOST_ATTEMPTS:
        fail(session, clip, INTERRUPTED)
        return False
    clip.making = Making.MAKING
    order.begun_at, order.percent = clock.now(session), 0
    order.attempts += 1
    session.flush()
    return True


def put_back(session: Session, clip: MediaAsset) -> None:
    """Let it wait for the next ring: nothing is wrong with it, the store cannot be asked now."""
    order = queries.order_of(session, clip.id)
    assert order is not None
    clip.making, order.attempts = Making.QUEUED, order.attempts - 1


def finish(session: Session, clip: MediaAsset, film: Film) -> None:
    """Enter what was made; a second worker that made the same finds it entered."""
    if clip.making == Making.DONE:
        return
    itself = next(each for each in film.renditions if each.preset == FILM)
    clip.sha256, clip.size, clip.mime = itself.sha256, itself.size, itself.mime
    clip.width, clip.height, clip.seconds = itself.width, itself.height, film.seconds
    clip.renditions = rows_of(film.renditions)
    clip.making, clip.failure = Making.DONE, ""
    session.flush()
    audit.record(session, HOUSE, "make_clip", clip, after={"sha256": clip.sha256})
    bus.emit(session, ClipMade(clip.id))


def fail(session: Session, clip: MediaAsset, sentence: str) -> None:
    """Let a clip be seen as failed, with a sentence (a catalogue id) that says what helps."""
    if clip.making == Making.DONE:
        return
    clip.making, clip.failure = Making.FAILED, sentence
    session.flush()
    audit.record(session, HOUSE, "fail_clip", clip, note=sentence)
    bus.emit(session, ClipFailed(clip.id))
