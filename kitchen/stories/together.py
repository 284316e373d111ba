"""Several people in one story at once: the server puts the steps of all of them in one order.

Steps on an older text are moved over what was missed, and their editor is told both. Where they do
not simply fit any more, it is told only what it missed, and puts its own on top by itself. Nobody
waits for anybody, and nothing is written over.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from prosemirror.transform import Step
from sqlalchemy.orm import Session

from kitchen import ports
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Invalid, Stale, TooLarge
from kitchen.stories import authorship, moving, service, step_log, steps, versions
from kitchen.stories import doc as text
from kitchen.stories.admission import demand_change, demand_hand
from kitchen.stories.models import Story, Version
from kitchen.stories.moving import Moved
from kitchen.stories.rules import OPEN, Kind
from kitchen.stories.together_models import StoryStep

COLOURS = 7
"""How many colours of writers there are; more people than that share them."""
NOWHERE = {"version": 0, "anchor": 0, "head": 0}
"""The place of someone whose caret nobody has heard of yet."""
BATCH_MAX = 500
"""Steps that are taken at once."""
WINDOW = 200
"""Missed steps over which a batch is moved: what ten writers put in within some ten seconds."""


@dataclass(frozen=True, slots=True)
class Batch:
    """Steps of one open editor, made on the text of ``version``; ``first`` is its own count.

    ``movable``: the editor takes its own steps from the answer, as they were moved. Else steps on
    an older text are never taken.
    """

    version: int
    client: str
    first: int
    steps: Sequence[Mapping[str, Any]]
    movable: bool = False


@dataclass(frozen=True, slots=True)
class Taken:
    """A batch that stands. ``news`` is empty where its editor had missed nothing; else it has what
    was missed and then the batch's own steps as they were moved, each as :func:`news` tells it.
    """

    news: Sequence[Mapping[str, Any]] = ()
    moved: Moved | None = None

    def place(self, place: int) -> int:
        """Where a place in the editor's own text is in the one that stands."""
        return self.moved.place(place) if self.moved else place


def take_steps(session: Session, actor: Actor, story: Story, batch: Batch) -> Taken:
    """Add steps to the text; the story must be held against other writers.

    Raises :class:`Stale` with the steps that were missed (its own among them, when only the answer
    was lost), :class:`Invalid` for what is no step on this text, :class:`Forbidden`,
    :class:`WrongState`.
    """
    demand_change(session, actor, story)
    own = step_log.last_of_client(session, story, batch.client)
    if own is not None and own.staff_id != actor.id:
        raise Invalid(N_("这个编辑器是别人打开的，没有保存。请刷新页面。"))
    if own is not None and batch.first <= own.sequence:
        raise _behind(session, story, batch)
    given = [steps.read(it) for it in batch.steps]
    if batch.version != story.text_version:
        return _take_moved(session, actor, story, batch, given)
    _add(session, actor, story, batch, given, steps.applied(story.doc, given))
    return Taken()


def _take_moved(
    session: Session, actor: Actor, story: Story, batch: Batch, given: Sequence[Step]
) -> Taken:
    """Add steps to a text that is newer than theirs. Raises :class:`Stale` where they do not fit:
    whether something is wrong with them shows when their editor has put them on top itself.
    """
    if not (batch.movable and 0 < story.text_version - batch.version <= WINDOW):
        raise _behind(session, story, batch)
    missed = step_log.since(session, story, batch.version)
    moved = moving.moved(given, [steps.read(it.step) for it in missed])
    if moved is None:
        raise _behind(session, story, batch)
    try:
        doc = steps.applied(story.doc, moved.steps)
    except (Invalid, TooLarge) as error:
        raise _behind(session, story, batch) from error
    kept = _add(session, actor, story, batch, moved.steps, doc)
    own = [{"step": it, "client": batch.client, "by": actor.name} for it in kept]
    return Taken([*map(_told, missed), *own], moved)


def _add(
    session: Session,
    actor: Actor,
    story: Story,
    batch: Batch,
    given: Sequence[Step],
    doc: dict[str, Any],
) -> list[dict[str, Any]]:
    """Write the steps down, and the text that they make. Answers them as they are kept."""
    kept = [dict(step.to_json()) for step in given]
    entry = step_log.Entry(kept, batch.client, batch.first)
    service.write(session, actor, story, {"doc": doc}, entry=entry)
    return kept


def _behind(session: Session, story: Story, batch: Batch) -> Stale:
    told = news(session, story, batch.version)
    return Stale(N_("别人刚写了几处，正在合并。"), theirs=told, version=story.version)


def news(session: Session, story: Story, since: int) -> dict[str, Any]:
    """The steps after ``since``, and the version to which they lead. ``head`` may be further on.

    A ``head`` before ``since`` says that the database was put back: the editor begins afresh.
    """
    missed = step_log.since(session, story, since)
    return {
        "head": story.text_version,
        "version": missed[-1].number if missed else min(since, story.text_version),
        "steps": [_told(it) for it in missed],
    }


def _told(it: StoryStep) -> dict[str, Any]:
    return {"step": it.step, "client": it.client, "by": it.staff.name if it.staff else ""}


def standing(session: Session, actor: Actor, story: Story, since: int) -> dict[str, Any]:
    """All that an open editor wants to know: the news, the fields beside the text, who is there."""
    demand_hand(session, actor, story)
    return {
        **news(session, story, since),
        "story_version": story.version,
        "fields": service.form_of(story),
        "open": story.state in OPEN,
        "people": ports.of(session).presence.who(story.uid),
    }


def branch(
    session: Session, actor: Actor, story: Story, doc: Mapping[str, Any], note: str
) -> Version:
    """Keep a text that could not be merged as a version of its own; the draft stays as it is.

    This may be done whatever the story's state: what somebody typed is not lost to a closed door.
    """
    demand_hand(session, actor, story)
    words = note or N_("没能并进正文的内容")
    return versions.snapshot(
        session, actor, story, Kind.MANUAL, note=words, doc=text.checked(dict(doc))
    )


def arrive(
    session: Session, actor: Actor, story: Story, client: str, place: Mapping[str, int]
) -> bool:
    """Note that someone is in the story, and where; whether that is news to the others.

    ``place`` has ``version``, ``anchor`` and ``head``, or nothing: the former place stays.
    """
    demand_hand(session, actor, story)
    presence = ports.of(session).presence
    people = presence.who(story.uid)
    former = next((it for it in people if it["client"] == client), None)
    stood = {name: former[name] for name in NOWHERE} if former else NOWHERE
    told = {"name": actor.name, "colour": _colour(people, former), **stood, **place}
    presence.enter(story.uid, client, told)
    return former is None or any(former[name] != value for name, value in told.items())


def _colour(people: Sequence[Mapping[str, Any]], former: Mapping[str, Any] | None) -> int:
    """The colour a person has, else the first that nobody has."""
    if former is not None:
        return int(former["colour"])
    taken = {person["colour"] for person in people}
    return next((it for it in range(COLOURS) if it not in taken), len(people) % COLOURS)


def proposed_credits(session: Session, story: Story) -> list[dict[str, Any]] | None:
    """The credits with shares by what stands of each person's writing; ``None`` without a log.

    What stood before the log began is the author's, or of the piece that was adopted.
    """
    log = step_log.newest_first(session, story)
    written = authorship.written_by(
        story.doc, ((it.step, it.staff.name if it.staff else "") for it in log)
    )
    before = written.pop(None, 0)
    if before and story.author and story.adopted_from_id is None:
        written[story.author.name] = written.get(story.author.name, 0) + before
    by_name = {name: count for name, count in written.items() if name}
    return authorship.proposed(story.credits, by_name) if log and by_name else None


def take_over_shares(session: Session, actor: Actor, story: Story) -> Story:
    """Write the proposed shares into the credits. Raises :class:`Invalid` without a proposal."""
    demand_change(session, actor, story)
    proposal = proposed_credits(session, story)
    if proposal is None:
        raise Invalid(N_("还没有可以据此建议份额的写作记录。"))
    service.write(session, actor, story, {"credits": proposal})
    return story
