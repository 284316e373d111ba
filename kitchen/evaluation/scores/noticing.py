"""Faults that the house notices by itself, for whoever grades to look at.

It takes a correction that is out for a wrong fact, and a banned word that the patrol found and
nobody called a false alarm for a wrong word.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.core import audit, clock
from kitchen.core.access import HOUSE
from kitchen.evaluation.scores.models import ScoreFault, ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import OPEN, Fault
from kitchen.patrols.models import Finding
from kitchen.patrols.rules import Kind as Wrong
from kitchen.patrols.rules import State as Found
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import Kind, State
from kitchen.stories.models import FrozenPost, Story

LOOKS_BACK = timedelta(days=120)
"""How old what the house takes for a fault may be; each is noted once anyway."""
_UPHELD = (Found.MENDING, Found.MENDED, Found.CLOSED, Found.ESCALATED)
"""Findings that somebody looked at and found to be true."""


@dataclass(frozen=True, slots=True)
class _Seen:
    """What the house takes for a fault, and on which occasion."""

    key: str
    story_id: int
    kind: Fault
    note: str
    url: str


def gather(session: Session, month: ScoreMonth, counted: Sequence[ScoreMonth]) -> int:
    """Note in an open month what went wrong with its stories, and lately with those of months that
    are closed; how much was new. ``counted``: the open months, the earliest first.

    The month must be held, so that it is not closed meanwhile: no other is written to.
    """
    seen = {each.key: each for each in (*_corrections(session), *_banned_words(session))}
    known = set(session.scalars(select(ScoreFault.key).where(ScoreFault.key.in_(seen))))
    new = [each for key, each in seen.items() if key not in known]
    scored = _scored(session, new)
    here = [each for each in new if _falls_in(scored.get(each.story_id), month, counted)]
    for each in here:
        _enter(session, each, month)
    return len(here)


def _falls_in(own: ScoreMonth | None, month: ScoreMonth, counted: Sequence[ScoreMonth]) -> bool:
    """Whether this is the story's ``own`` month while it is open, afterwards the next open one.

    A story without points has none to lose.
    """
    if own is None or own.state in OPEN:
        return own is month
    return month is next((it for it in counted if it.month > own.month), None)


def _scored(session: Session, seen: Sequence[_Seen]) -> Mapping[int, ScoreMonth]:
    """The months of these stories, where they have points."""
    rows = session.execute(
        select(StoryScore.story_id, ScoreMonth)
        .join(ScoreMonth, ScoreMonth.id == StoryScore.month_id)
        .where(StoryScore.story_id.in_([each.story_id for each in seen]))
    )
    return {row[0]: row[1] for row in rows}


def _enter(session: Session, seen: _Seen, month: ScoreMonth) -> None:
    fault = ScoreFault(
        month=month,
        story_id=seen.story_id,
        kind=seen.kind,
        note=seen.note,
        url=seen.url,
        key=seen.key,
    )
    session.add(fault)
    session.flush()
    audit.record(session, HOUSE, "note_fault", fault, after={"kind": seen.kind, "url": seen.url})


def _corrections(session: Session) -> Iterable[_Seen]:
    """Corrections that readers have, one for each version."""
    rows = session.execute(
        select(FrozenPost.version_id, Publication.story_id, Story.uid, Story.correction)
        .join(Publication, Publication.frozen_post_id == FrozenPost.id)
        .join(Story, Story.id == Publication.story_id)
        .where(
            Publication.kind == Kind.CORRECT,
            Publication.state == State.LIVE,
            Publication.since >= clock.now(session) - LOOKS_BACK,
        )
        .distinct()
    )
    for version_id, story_id, uid, words in rows:
        key = f"correction:{version_id}"
        yield _Seen(key, story_id, Fault.FACT, words[:200], f"/stories/{uid}")


def _banned_words(session: Session) -> Iterable[_Seen]:
    """Banned words that stood in our pieces; the finding's key begins with the piece's uid."""
    found = session.execute(
        select(Finding.id, Finding.uid, Finding.key).where(
            Finding.kind == Wrong.SENSITIVE,
            Finding.state.in_(sorted(_UPHELD)),
            Finding.seen_at >= clock.now(session) - LOOKS_BACK,
        )
    ).all()
    pieces = [key.partition(" ")[0] for _, _, key in found]
    rows = session.execute(
        select(Publication.uid, Publication.story_id).where(Publication.uid.in_(pieces))
    )
    stories = {row[0]: row[1] for row in rows}
    for (finding_id, uid, key), piece in zip(found, pieces, strict=True):
        if piece in stories:
            word = key.partition(" ")[2][:200]
            url = f"/matrix/findings/{uid}"
            yield _Seen(f"finding:{finding_id}", stories[piece], Fault.WORDING, word, url)
