"""Working as the demo staff: one unit of work for one person, and the deeds that scenes share."""

from __future__ import annotations

import io
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.app import House
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Refusal, WrongState
from kitchen.demo import cast
from kitchen.media import intake
from kitchen.media import service as media
from kitchen.media.models import MediaAsset
from kitchen.media.rules import Rights
from kitchen.review import queries as reviews
from kitchen.review import service as review
from kitchen.review.models import Round
from kitchen.review.rules import RoundState, StepState
from kitchen.stories import queries as stories
from kitchen.stories.readiness import readiness
from kitchen.stories.rules import Kind

REVIEWERS: Mapping[str, str] = {
    "editor": "editor2",
    "chief": "chief2",
    "deputy": "deputy",
    "head": "head",
    "leader": "leader",
}
"""Who decides a level, by its role: nobody who writes, edits or dispatches in the demo."""

Pause = Callable[[], object]
"""What is done while one waits: a moment's sleep, or in a test the workers' work."""


class TookTooLong(Refusal):
    """What was waited for did not come in time."""

    code = "took_too_long"


def sleep() -> None:
    time.sleep(0.2)


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to wait for the workers, in seconds, and what to do meanwhile."""

    seconds: float = 120.0
    pause: Pause = sleep

    def until(self, done: Callable[[], object], what: str) -> None:
        """Wait until ``done`` is true. Raises :class:`TookTooLong` that names ``what``."""
        deadline = time.monotonic() + self.seconds
        while not done():
            if time.monotonic() > deadline:
                raise TookTooLong(
                    N_("等了 %(seconds)d 秒，%(what)s还没有完成。请看系统的输出，再试一次。"),
                    seconds=int(self.seconds),
                    what=what,
                )
            self.pause()


@contextmanager
def acting(house: House, username: str) -> Iterator[tuple[Session, Actor]]:
    """One unit of work in the name of one of the demo staff."""
    with house.database.unit() as session:
        yield session, cast.actor(session, username)


@dataclass(frozen=True, slots=True)
class Picture:
    """A file that somebody brings, and what they say about it."""

    data: bytes
    filename: str
    title: str
    caption: str = ""
    credit: str = ""


def enter(house: House, username: str, pictures: Sequence[Picture]) -> list[str]:
    """Bring files into the catalogue in somebody's name; answers their uids, in order.

    Raises :class:`Refusal` that names the file.
    """
    taken = [_received(house, picture) for picture in pictures]
    with acting(house, username) as (session, actor):
        return [
            media.catalogue(
                session,
                actor,
                received,
                title=picture.title[:120],
                caption=(received.caption or picture.caption)[:500],
                credit=(received.credit or picture.credit)[:120],
                rights=Rights.OWN,
            ).uid
            for picture, received in zip(pictures, taken, strict=True)
        ]


def _received(house: House, picture: Picture) -> intake.Intake:
    try:
        return intake.receive(house.ports.store, io.BytesIO(picture.data), picture.filename)
    except Refusal as refusal:
        raise Refusal(
            N_("“%(name)s”没有收下：%(why)s"),
            code=refusal.reason,
            name=picture.filename,
            why=str(refusal),
        ) from refusal


def illustrated(doc: Mapping[str, Any], assets: Sequence[MediaAsset]) -> dict[str, Any]:
    """The text with its pictures spread over it: the first after the first paragraph."""
    blocks = list(doc["content"])
    stride = max(1, len(blocks) // max(1, len(assets)))
    for number, asset in reversed(list(enumerate(assets))):
        blocks.insert(min(1 + number * stride, len(blocks)), _figure(asset))
    return {"type": "doc", "content": blocks}


def _figure(asset: MediaAsset) -> dict[str, Any]:
    attrs = {
        "asset": asset.uid,
        "sha256": asset.sha256,
        "src": f"/media/{asset.uid}/preview",
        "caption": asset.caption,
        "credit": asset.credit,
        "alt": asset.title,
    }
    return {"type": "figure", "attrs": attrs}


def is_ready(house: House, story_uid: str) -> bool:
    """Whether the story can go out as it stands. Raises its problem if waiting will not help."""
    with house.database.unit(write=False) as session:
        found = readiness(session, stories.the_story(session, story_uid))
        for problem in found.blocking:
            if problem.code != "clip_waiting":
                raise WrongState(problem.sentence, code=problem.code, **problem.params)
        return found.ready


def pass_next(house: House, story_uid: str, opinion: str = "同意。") -> str:
    """The level that is open is passed by whoever holds it; answers their name."""
    with house.database.unit(write=False) as session:
        role = _open_step(session, story_uid).role
    with acting(house, REVIEWERS[role]) as (session, actor):
        step = _open_step(session, story_uid)
        seen = review.shown_hash(session, step.round.version_id)
        review.claim(session, actor, step)
        review.pass_(session, actor, step, opinion, seen)
        return actor.name


def send_back(house: House, story_uid: str, reason: str) -> None:
    """The level that is open returns the story to its author."""
    with house.database.unit(write=False) as session:
        role = _open_step(session, story_uid).role
    with acting(house, REVIEWERS[role]) as (session, actor):
        review.return_(session, actor, _open_step(session, story_uid), reason)


def in_review(house: House, story_uid: str) -> bool:
    with house.database.unit(write=False) as session:
        return _open_round(session, story_uid) is not None


def was_submitted(house: House, story_uid: str) -> bool:
    """Whether the story was ever sent for review."""
    with house.database.unit(write=False) as session:
        story = stories.the_story(session, story_uid)
        return stories.latest_version(session, story, Kind.SUBMITTED) is not None


def first_round(house: House, story_uid: str) -> int | None:
    """How many levels were passed in the story's first round; ``None`` once that has ended."""
    with house.database.unit(write=False) as session:
        round_ = _open_round(session, story_uid)
        if round_ is None or round_.number > 1:
            return None
        return sum(step.state == StepState.PASSED for step in round_.steps)


def _open_step(session: Session, story_uid: str) -> Any:
    round_ = _open_round(session, story_uid)
    assert round_ is not None
    return next(step for step in round_.steps if step.state == StepState.OPEN)


def _open_round(session: Session, story_uid: str) -> Round | None:
    story = stories.the_story(session, story_uid)
    found = select(Round.uid).where(Round.story_id == story.id, Round.state == RoundState.OPEN)
    uid = session.scalar(found)
    return reviews.the_round(session, uid) if uid else None
