"""Remarks on words of a piece: threads that are answered and settled, and suggestions.

A remark points into the version on which it was made and stays there; where its words stand in a
newer text is worked out each time, so that none is ever lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload, selectinload

from kitchen.core import audit, bus, clock
from kitchen.core.access import Actor
from kitchen.core.errors import N_, Forbidden, Invalid, NotFound, Sentence, WrongState
from kitchen.core.workflow import carry_out
from kitchen.review import rounds
from kitchen.review.events import RemarkMade
from kitchen.review.models import Remark, Round
from kitchen.review.rules import UNDER_WAY, May, RemarkState
from kitchen.stories import anchors, passages
from kitchen.stories import service as writing
from kitchen.stories.admission import may_change
from kitchen.stories.anchors import Anchor
from kitchen.stories.models import Story, Version
from kitchen.stories.passages import passages_of

WORDS_MOST = 1000
QUOTE_MOST = 300


@dataclass(frozen=True, slots=True)
class Placed:
    """A thread, and where its words stand in the text that is being looked at."""

    remark: Remark
    anchor: Anchor | None
    """``None``: the words are gone, or it speaks of the whole piece (then ``quote`` is empty)."""
    may_decide: bool
    """Whether the reader may accept or refuse what it suggests."""


def takes_part(session: Session, actor: Actor, story: Story) -> bool:
    """Whether the person works on the piece or judges it, and so may write remarks."""
    judges = actor.may(May.REVIEW, story.unit_id) or actor.may(May.PROOFREAD, story.unit_id)
    return judges or may_change(session, actor, story) or _invited(session, actor, story)


def _invited(session: Session, actor: Actor, story: Story) -> bool:
    latest = select(Round).where(Round.story_id == story.id).order_by(Round.number.desc()).limit(1)
    round_ = session.scalar(latest)
    steps = round_.steps if round_ else []
    return any(each.joint and actor.may(May.REVIEW, each.unit_id) for each in steps)


def make(
    session: Session,
    actor: Actor,
    round_: Round,
    words: str,
    *,
    quote: str = "",
    nth: int = 0,
    replacement: str | None = None,
) -> Remark:
    """Say something about words of the version under review; with ``replacement``, suggest it.

    ``quote`` is copied from the text, ``nth`` counts from nought which occurrence is meant; without
    a quote the whole piece is meant. Raises :class:`Invalid` at the field that is wrong,
    :class:`Forbidden`, :class:`WrongState` once the round is over.
    """
    round_ = rounds.lock(session, round_.id)
    _demand_part(session, actor, round_.story)
    if round_.state not in UNDER_WAY:
        raise WrongState(N_("这一轮审核已经结束，批注没有加上。请到最新的一轮再写。"))
    if not words.strip() and replacement is None:
        raise Invalid(fields={"words": N_("请写下批注，或填上建议改成什么。")})
    anchor = _anchor(round_.story_version, quote, nth, replacement)
    assert actor.id is not None
    remark = Remark(
        story_id=round_.story_id,
        version_id=round_.version_id,
        staff_id=actor.id,
        words=words.strip(),
        path=anchor.path,
        start=anchor.start,
        end=anchor.end,
        quote=anchor.quote,
        replacement=replacement,
        state=RemarkState.OPEN,
    )
    return _kept(session, actor, remark, "make_remark")


def _anchor(version: Version, quote: str, nth: int, replacement: str | None) -> Anchor:
    if not quote:
        if replacement is not None:
            raise Invalid(fields={"quote": N_("请先选中或填写要改的原话。")})
        return Anchor("", 0, 0, "")
    text = passages_of(version)
    anchor = anchors.found(text, quote, nth)
    if anchor is None:
        told = N_("这一版里找不到“%(quote)s”。请从正文里复制原话，一次只选一段里的。")
        raise Invalid(fields={"quote": Sentence(told, {"quote": quote[:40]})})
    if replacement is not None:
        if replacement == quote:
            raise Invalid(fields={"replacement": N_("建议和原话一样，请改一改。")})
        if next(it for it in text if it.path == anchor.path).attrs is not None:
            raise Invalid(fields={"quote": N_("图片说明不能按建议自动替换，请写成批注。")})
    return anchor


def reply(session: Session, actor: Actor, remark: Remark, words: str) -> Remark:
    """Answer a remark; an answer to an answer belongs to the same thread.

    Raises :class:`Invalid` for empty words, :class:`Forbidden`.
    """
    _demand_part(session, actor, session.get_one(Story, remark.story_id))
    if not words.strip():
        raise Invalid(fields={"words": N_("请写下回复。")})
    assert actor.id is not None
    answer = Remark(
        story_id=remark.story_id,
        version_id=remark.version_id,
        parent_id=remark.parent_id or remark.id,
        staff_id=actor.id,
        words=words.strip(),
        state=RemarkState.OPEN,
    )
    return _kept(session, actor, answer, "answer_remark")


def _kept(session: Session, actor: Actor, remark: Remark, act: str) -> Remark:
    session.add(remark)
    session.flush()
    told = {"quote": remark.quote, "words": remark.words, "replacement": remark.replacement}
    audit.record(session, actor, act, remark, after=told)
    bus.emit(session, RemarkMade(remark.id))
    return remark


def resolve(session: Session, actor: Actor, remark: Remark) -> None:
    """Nothing is left to do about it. Raises :class:`Forbidden`, :class:`WrongState`."""
    _settle(session, actor, remark, "resolve")


def reopen(session: Session, actor: Actor, remark: Remark) -> None:
    """There is something left to do after all. Raises :class:`Forbidden`, :class:`WrongState`."""
    _settle(session, actor, remark, "reopen")


def refuse(session: Session, actor: Actor, remark: Remark, note: str = "") -> None:
    """Leave the words as they are; whoever may write in the piece may, with or without a reason.

    Raises :class:`Forbidden`, :class:`WrongState` for what is no suggestion or was settled.
    """
    story = _held(session, actor, remark)
    _demand_suggestion(session, actor, remark, story)
    _move(session, actor, remark, "refuse", note)


def accept(session: Session, actor: Actor, remark: Remark) -> None:
    """Put the suggested words into the draft, as an edit in the name of whoever accepts.

    Raises :class:`Forbidden`, and :class:`WrongState` where the piece is closed, the words have
    changed since, or somebody settled the suggestion first.
    """
    story = _held(session, actor, remark)
    replacement = _demand_suggestion(session, actor, remark, story)
    version = session.get_one(Version, remark.version_id)
    (there,) = anchors.carried([_of(remark)], passages_of(version), passages_of(story))
    if there is None or not there.sure:
        sentence = N_("“%(quote)s”后来改过，不能自动替换。请在正文里手工修改。")
        raise WrongState(sentence, code="words_changed", quote=remark.quote[:40])
    content = _replaced(story, there, replacement)
    writing.save_draft(session, actor, story, content, story.version)
    _move(session, actor, remark, "accept", "")


def _replaced(story: Story, there: Anchor, replacement: str) -> dict[str, Any]:
    if there.path in {passages.TITLE, passages.DIGEST}:
        words: str = getattr(story, there.path)
        return {there.path: words[: there.start] + replacement + words[there.end :]}
    doc = passages.replaced(story.doc, there.path, there.start, there.end, replacement)
    return {"doc": doc}


def _held(session: Session, actor: Actor, remark: Remark) -> Story:
    """The story, locked before its remark, both read afresh."""
    story = session.get_one(Story, remark.story_id)
    session.refresh(story, with_for_update=True)
    session.refresh(remark, ["state", "version"], with_for_update=True)
    _demand_part(session, actor, story)
    return story


def _demand_suggestion(session: Session, actor: Actor, remark: Remark, story: Story) -> str:
    if not may_change(session, actor, story):
        raise Forbidden(N_("建议由作者或编辑决定采不采纳。"))
    if remark.replacement is None:
        raise WrongState(N_("这是批注，没有可以采纳的建议。"))
    if remark.state != RemarkState.OPEN:
        raise WrongState(N_("这条建议已经有人处理过了。"), state=str(remark.state))
    return remark.replacement


def _settle(session: Session, actor: Actor, remark: Remark, name: str) -> None:
    _held(session, actor, remark)
    if remark.parent_id is not None:
        raise WrongState(N_("请对整条批注操作，回复不能单独处理。"))
    _move(session, actor, remark, name, "")


def _move(session: Session, actor: Actor, remark: Remark, name: str, note: str) -> None:
    done = name != "reopen"
    changes = {
        "settled_by_id": actor.id if done else None,
        "settled_at": clock.fresh(session) if done else None,
        "settled_note": note.strip(),
    }
    event = RemarkMade(remark.id)
    carry_out(session, remark, name, actor, note=note, changes=changes, event=event)


def _demand_part(session: Session, actor: Actor, story: Story) -> None:
    if not takes_part(session, actor, story):
        raise Forbidden(N_("只有参与采写或审校这篇稿件的人可以批注。"), permission=str(May.REVIEW))


def the_remark(session: Session, uid: str) -> Remark:
    """One by its name. Raises :class:`NotFound`."""
    found = session.scalar(select(Remark).where(Remark.uid == uid))
    if found is None:
        raise NotFound
    return found


def count_open(session: Session, story: Story) -> int:
    """How many threads of a story are still to be settled."""
    return len(session.scalars(_threads(story).where(Remark.state == RemarkState.OPEN)).all())


def _threads(story: Story) -> Any:
    return select(Remark).where(Remark.story_id == story.id, Remark.parent_id.is_(None))


def placed(session: Session, actor: Actor, story: Story, text: Story | Version) -> list[Placed]:
    """Every thread of a story with its place in ``text``: in reading order, the lost ones last."""
    found = session.scalars(
        _threads(story)
        .options(
            joinedload(Remark.staff),
            joinedload(Remark.settled_by),
            joinedload(Remark.story_version),
            selectinload(Remark.replies).joinedload(Remark.staff),
        )
        .order_by(Remark.id)
        .execution_options(populate_existing=True)
    ).all()
    places = _places(found, text)
    hand = bool(found) and may_change(session, actor, story)
    shown = [Placed(it, places.get(it.id), hand and it.replacement is not None) for it in found]
    order = {passage.path: at for at, passage in enumerate(passages_of(text))}

    def turn(it: Placed) -> tuple[int, int, int]:
        there = it.anchor
        return (order[there.path], there.start, it.remark.id) if there else (len(order), 0, 0)

    return sorted(shown, key=turn)


def _places(found: Sequence[Remark], text: Story | Version) -> dict[int, Anchor | None]:
    """By id, where the words stand; each older version is compared once."""
    by_version: defaultdict[Version, list[Remark]] = defaultdict(list)
    for remark in found:
        if remark.quote:
            by_version[remark.story_version].append(remark)
    after = passages_of(text) if by_version else []
    places: dict[int, Anchor | None] = {}
    for version, those in by_version.items():
        there = anchors.carried([_of(it) for it in those], passages_of(version), after)
        places |= {it.id: anchor for it, anchor in zip(those, there, strict=True)}
    return places


def _of(remark: Remark) -> Anchor:
    return Anchor(remark.path, remark.start, remark.end, remark.quote)
