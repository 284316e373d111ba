"""Verbs on what the checks found: call it false, take that back, replace it, learn from it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, delete, select
from sqlalchemy.orm import Session

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Duplicate, Invalid, Stale, WrongState
from kitchen.stories import places, service
from kitchen.stories.admission import demand_change
from kitchen.stories.checking import checked
from kitchen.stories.checks.models import FalseAlarm
from kitchen.stories.checks.report import Hit, Level, Where, sentence_around
from kitchen.stories.doc import to_text
from kitchen.stories.events import StorySaved
from kitchen.stories.master import hash_of
from kitchen.stories.models import Story
from kitchen.stories.reprint import LABEL, LABEL_LONGEST
from kitchen.stories.rules import DIGEST_MAX, TITLE_MAX, May
from kitchen.wordlists import service as wordlists
from kitchen.wordlists.rules import Entry, Kind
from kitchen.wordlists.rules import May as Keeps

REASON_LONGEST = 200
_LONGEST = {Where.TITLE: TITLE_MAX, Where.DIGEST: DIGEST_MAX}


def call_false(session: Session, actor: Actor, story: Story, key: str, reason: str) -> FalseAlarm:
    """Say that a hit is none, and why; it stays so as long as its sentence does.

    What must be mended before submission only an editor may call false. Raises
    :class:`Forbidden`, :class:`WrongState`, :class:`Invalid`, :class:`Duplicate`, :class:`Stale`.
    """
    demand_change(session, actor, story)
    if not reason.strip():
        raise Invalid(fields={"reason": N_("请写明为什么是误报。")})
    hit = _hit(session, story, key)
    if hit.level is Level.BLOCK:
        authorize(actor, May.EDIT, story)
    if hit.false:
        raise Duplicate(N_("这一处已经标过误报。"))
    session.execute(delete(FalseAlarm).where(*_marks(story, key)))
    alarm = FalseAlarm(
        story_id=story.id,
        key=key,
        rule=hit.rule,
        level=hit.level,
        quote=hit.quote,
        sentence=sentence_around(_words(story, hit.where), hit.offset, hit.end),
        reason=reason.strip()[:REASON_LONGEST],
        marked_by_id=actor.id,
    )
    session.add(alarm)
    session.flush()
    after = {"rule": alarm.rule, "level": str(alarm.level), "quote": alarm.quote}
    audit.record(session, actor, "call_false", story, after=after, note=alarm.reason)
    return alarm


def call_true(session: Session, actor: Actor, story: Story, key: str) -> None:
    """Take back that a hit was called false; where it was not, nothing happens."""
    demand_change(session, actor, story)
    known = session.scalar(select(FalseAlarm).where(*_marks(story, key)))
    if known is not None:
        session.execute(delete(FalseAlarm).where(*_marks(story, key)))
        audit.record(session, actor, "call_true", story, before={"quote": known.quote})


def _marks(story: Story, key: str) -> tuple[ColumnElement[bool], ...]:
    """One at most; what weighs more by now is marked anew in the place of the old one."""
    return (FalseAlarm.story_id == story.id, FalseAlarm.key == key)


def put_right(session: Session, actor: Actor, story: Story, key: str, seen: int) -> Hit:
    """Write what a hit proposes in place of what it found, as a save of the draft.

    Raises :class:`Stale` where the text went on, :class:`WrongState` where nothing is proposed.
    """
    demand_change(session, actor, story)
    if seen != story.version:
        raise Stale(theirs=service.theirs_of(story), version=story.version)
    hit = _hit(session, story, key)
    if not hit.replacement:
        raise WrongState(N_("这一处没有可以直接替换的说法，请在写稿页里改。"))
    service.save_draft(session, actor, story, _mended(story, hit), seen)
    return hit


def label_reprint(
    session: Session, actor: Actor, story: Story, label: Mapping[str, str], seen: int | None = None
) -> None:
    """Make a piece a reprint with its label; with every field empty it is one's own again."""
    demand_change(session, actor, story)
    if seen is not None and seen != story.version:
        raise Stale(theirs=service.theirs_of(story), version=story.version)
    wanted = {name: label.get(name, "").strip()[:LABEL_LONGEST] for name in LABEL}
    before, after = dict(story.reprint), wanted if any(wanted.values()) else {}
    if before == after:
        return
    story.reprint = after
    story.master_hash = hash_of(story)
    session.flush()
    audit.record(session, actor, "label_reprint", story, before=before, after=after)
    bus.emit(session, StorySaved(story.id, story.uid))


def learn(session: Session, actor: Actor, alarm: FalseAlarm, wording: str, rule: str = "") -> None:
    """Make an exception of a false alarm: ``wording`` is allowed, before one rule or all.

    Raises :class:`Forbidden`, :class:`Invalid` for a wording without the words that were found,
    :class:`Duplicate`, and :class:`WrongState` once somebody settled it.
    """
    if alarm.quote not in wording:
        told = N_("例外说法要包含被标出的词，前后多写几个字。")
        raise Invalid(fields={"word": told})
    entry = Entry(Kind.ALLOWED, wording.strip(), title=rule, note=alarm.reason)
    _see(session, alarm)
    wordlists.add_entry(session, actor, entry, alarm.reason)


def leave(session: Session, actor: Actor, alarm: FalseAlarm) -> None:
    """Make no exception of a false alarm: it stays one in its own text alone."""
    authorize(actor, Keeps.KEEP)
    _see(session, alarm)
    audit.record(session, actor, "leave_alarm", alarm, after={"quote": alarm.quote})


def _see(session: Session, alarm: FalseAlarm) -> None:
    if alarm.seen_at is not None:
        raise WrongState(N_("这条误报已经处理过了。"))
    alarm.seen_at = clock.now(session)
    session.flush()


def _hit(session: Session, story: Story, key: str) -> Hit:
    for hit in checked(session, story).hits:
        if key and hit.key == key:
            return hit
    raise Stale(N_("稿件已经改过，这一处不在了。请重新检查。"), theirs=service.theirs_of(story))


def _words(story: Story, where: Where) -> str:
    return {Where.TITLE: story.title, Where.DIGEST: story.digest}.get(where) or to_text(story.doc)


def _mended(story: Story, hit: Hit) -> dict[str, Any]:
    """The one field of the draft in which the hit lies, with the words replaced."""
    if hit.where is Where.TEXT:
        try:
            return {"doc": places.with_words(story.doc, hit.offset, hit.end, hit.replacement)}
        except LookupError:
            raise WrongState(N_("这一处不能直接替换，请在写稿页里改。")) from None
    words = _words(story, hit.where)
    mended = words[: hit.offset] + hit.replacement + words[hit.end :]
    if len(mended) > _LONGEST[hit.where]:
        raise WrongState(N_("替换后太长了，请在写稿页里改。"))
    return {str(hit.where): mended}
