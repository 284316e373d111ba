"""Who shares in a story's points: proposed from its credits, set by hand until it is published.

Credits that name shares are followed. Where they name none, each role has its weight, and those of
one role part it. Where there are no credits, the log of steps tells who wrote how much.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.attributes import flag_modified

from kitchen.core import audit
from kitchen.core.access import Actor, authorize
from kitchen.core.errors import N_, Forbidden, Invalid, Stale, WrongState
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores.formula import Weights, shares_by_weight
from kitchen.evaluation.scores.holding import hold_score
from kitchen.evaluation.scores.models import ScoreShare, StoryScore
from kitchen.evaluation.scores.rules import OPEN, WHOLE, Role, parted, role_of
from kitchen.evaluation.scores.writing import Lines, lines_by_writing
from kitchen.people.models import Staff
from kitchen.stories.models import Story

_NAMES = re.compile(r"[、，,；;/\s]+")
LONGEST = 40
"""Characters of a name."""


@dataclass(frozen=True, slots=True)
class Named:
    """One person of a story's credits, ``percent`` as it stands there; 0: not said."""

    role: Role
    name: str
    percent: int


def named_in(lines: Iterable[Mapping[str, Any]]) -> list[Named]:
    """The people of some credits one by one; several in one line part its share."""
    found = []
    for line in lines:
        names = [name[:LONGEST] for name in _NAMES.split(str(line["names"])) if name]
        percents = parted(int(line.get("share") or 0), [1] * len(names))
        role = role_of(str(line["role"]))
        found += [Named(role, *each) for each in zip(names, percents, strict=True)]
    return found


def percents_of(named: Sequence[Named], weights: Weights) -> list[int]:
    """Percents that come to :data:`WHOLE`: as said where every share is, else by weight.

    Where some shares are said and others not, these part what is left.
    """
    said = [each.percent for each in named]
    if all(said) or not named:
        return parted(WHOLE, said)
    left = max(WHOLE - sum(said), 0)
    unsaid = [at for at, each in enumerate(named) if not each.percent]
    by_weight = shares_by_weight([named[at].role for at in unsaid], weights)
    parts = parted(left, by_weight if any(by_weight) else [1] * len(unsaid))
    for at, part in zip(unsaid, parts, strict=True):
        said[at] = part
    return said if sum(said) == WHOLE else parted(WHOLE, said)


def propose(session: Session, scores: Sequence[StoryScore], weights: Weights) -> None:
    """Propose the shares of scores that nobody has set by hand."""
    free = [each for each in scores if not each.shares_by_hand]
    written = lines_by_writing(session, free)
    named = {each.id: _named(each.story, written.get(each.id, ())) for each in free}
    people = _People(session, {it.name for found in named.values() for it in found})
    for score in free:
        percents = percents_of(named[score.id], weights)
        _put(score, list(zip(named[score.id], percents, strict=True)), people)


def _named(story: Story, written: Lines) -> list[Named]:
    """Who is named; without any credits those who wrote, at last the author alone."""
    found = named_in(story.credits or written)
    if not found and story.author is not None:
        found = [Named(Role.WRITING, story.author.name, WHOLE)]
    origin = story.adopted_from
    if found and origin is not None and origin.author is not None and story.adopted_share:
        return _with_origin(found, origin.author.name, story.adopted_share)
    return found


def _with_origin(named: Sequence[Named], name: str, share: int) -> list[Named]:
    """The author of the piece that was adopted keeps what was agreed (S56)."""
    others = [each for each in named if each.name != name]
    said = [each.percent for each in others]
    parts = parted(WHOLE - share, said if any(said) else [1] * len(others))
    rest = [Named(it.role, it.name, part) for it, part in zip(others, parts, strict=True)]
    return [Named(Role.WRITING, name, share if rest else WHOLE), *rest]


class _People:
    """The staff by name or sign-in name, active or not: whoever left keeps their points."""

    def __init__(self, session: Session, names: Collection[str]) -> None:
        self._by_name: dict[str, list[Staff]] = {}
        rows = session.scalars(
            select(Staff)
            .where(or_(Staff.name.in_(names), Staff.username.in_(names)))
            .order_by(Staff.id)
        )
        for staff in rows:
            self._by_name.setdefault(staff.name, []).append(staff)
            self._by_name.setdefault(staff.username, []).append(staff)

    def named(self, name: str, author_id: int | None) -> Staff | None:
        """Who bears the name; of several the author, else nobody: a person must say who."""
        found = self._by_name.get(name, [])
        if len({staff.id for staff in found}) == 1:
            return found[0]
        return next((staff for staff in found if staff.id == author_id), None)


def _put(score: StoryScore, lines: Sequence[tuple[Named, int]], people: _People) -> None:
    """Make these the score's shares; rows that need no change stay as they are."""
    for position, (named, percent) in enumerate(lines):
        if position == len(score.shares):
            score.shares.append(ScoreShare(position=position, points=0))
        share = score.shares[position]
        staff = people.named(named.name, score.story.author_id)
        share.role, share.percent = named.role, percent
        share.name = staff.name if staff else named.name
        share.staff_id = staff.id if staff else None
    del score.shares[len(lines) :]


def part_points(score: StoryScore) -> None:
    """Give each share its points, so that they come to the story's to the cent."""
    parts = parted(score.points, [share.percent for share in score.shares])
    for share, points in zip(score.shares, parts, strict=True):
        share.points = points


def set_by_hand(
    session: Session,
    actor: Actor,
    score: StoryScore,
    lines: Sequence[Mapping[str, Any]],
    seen: int | None = None,
) -> None:
    """Set who shares, as lines of ``{"role", "names", "share"}``, until the month is published.

    Raises :class:`Invalid` unless they come to 100 and are all others', :class:`Forbidden` for
    whoever shares, :class:`Stale` where somebody changed it since ``seen``.
    """
    authorize(actor, May.GRADE, score)
    hold_score(session, score)
    if score.month.state not in OPEN:
        raise WrongState(N_("已经公布，分摊不能再改。对分数有意见请申诉。"))
    demand_no_share(actor, score)
    demand_version(score, seen)
    named = named_in(lines)
    if not named or sum(each.percent for each in named) != WHOLE:
        raise Invalid(fields={"shares": N_("份额合计要正好是 100%%，每行写一个角色。")})
    before = {"shares": [_told(share) for share in score.shares]}
    people = _People(session, {each.name for each in named})
    _demand_others(actor, [people.named(it.name, score.story.author_id) for it in named])
    _put(score, [(each, each.percent) for each in named], people)
    score.shares_by_hand = True
    flag_modified(score, "shares_by_hand")  # its version counts changes of the shares too
    part_points(score)
    session.flush()
    after = {"shares": [_told(share) for share in score.shares]}
    audit.record(session, actor, "set_shares", score, before=before, after=after)


def _demand_others(actor: Actor, named: Iterable[Staff | None]) -> None:
    """Nobody gives themselves a share. Raises :class:`Invalid`, so that what was typed stays."""
    if any(staff is not None and staff.id == actor.id for staff in named):
        raise Invalid(fields={"shares": N_("不能给自己记份额。这里有您的，请别的编委来改。")})


def demand_version(score: StoryScore, seen: int | None) -> None:
    """Raise :class:`Stale`, with what stands now, if somebody acts on an older version."""
    if seen is not None and seen != score.version:
        shares = [_told(share) for share in score.shares]
        theirs = {"grade": score.grade, "genre": score.genre, "shares": shares}
        raise Stale(theirs=theirs, version=score.version)


def _told(share: ScoreShare) -> str:
    return f"{share.name} {share.percent}%"


def shares_in(actor: Actor, score: StoryScore) -> bool:
    """Whether somebody has a share in a story, or wrote it."""
    sharing = {share.staff_id for share in score.shares} | {score.story.author_id}
    return actor.id is not None and actor.id in sharing


def demand_no_share(actor: Actor, score: StoryScore) -> None:
    """Whoever shares in a story says nothing of its worth. Raises :class:`Forbidden`."""
    if shares_in(actor, score):
        raise Forbidden(N_("参与了这篇稿件的人不能给它评级、改分摊、记差错或答复申诉。"))
