"""Verbs that lead out of the writing room: targets, submission, and what the review decides."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from channels.base import Form
from channels.registry import channel_class
from kitchen.core import audit, bus, clock
from kitchen.core.access import HOUSE, Actor, authorize
from kitchen.core.errors import N_, Invalid, Sentence, WrongState
from kitchen.core.workflow import carry_out, expect_version
from kitchen.matrix import queries as matrix
from kitchen.matrix.models import Account
from kitchen.matrix.rules import stale
from kitchen.stories import queries
from kitchen.stories.admission import demand_change, demand_hand
from kitchen.stories.editions import make_editions
from kitchen.stories.events import (
    StorySettled,
    StorySubmitted,
    StoryTakenBack,
    TargetsUntried,
)
from kitchen.stories.master import Shelf
from kitchen.stories.models import Story, Target, Version
from kitchen.stories.readiness import readiness
from kitchen.stories.rules import OPEN, Kind, May, State, rank_of
from kitchen.stories.service import theirs_of
from kitchen.stories.versions import freeze, snapshot
from kitchen.topics.rules import gravest

NOT_READY = "not_ready"
"""The code with which a submission is refused that something stands in the way of."""


@dataclass(frozen=True, slots=True)
class Aim:
    """Where a piece shall go, not before when; ``None``: as soon as it is approved."""

    account: Account
    slot: datetime | None = None


def set_targets(session: Session, actor: Actor, story: Story, aims: Sequence[Aim]) -> None:
    """The accounts to which the story goes, in the order of release; editions are made for them.

    Raises :class:`Invalid` for a retired account, or a slot that is past or within the embargo.
    """
    demand_change(session, actor, story)
    _demand_sound(session, story, aims)
    known = {target.account_id: target for target in story.targets}
    before = [target.account.name for target in story.targets]
    story.targets = [_target(known, aim, position) for position, aim in enumerate(aims)]
    session.flush()
    after = {"targets": [aim.account.name for aim in aims]}
    audit.record(session, actor, "set_targets", story, before={"targets": before}, after=after)
    _try_access(session, aims)
    if story.length:
        make_editions(session, actor, story)


def _try_access(session: Session, aims: Sequence[Aim]) -> None:
    """Have the access tried of accounts whose last check is too old to rely on."""
    now = clock.now(session)
    untried = [aim.account.id for aim in aims if stale(aim.account.checked_at, now)]
    if untried:
        bus.emit(session, TargetsUntried(tuple(untried)))


def aim_at_matrix(
    session: Session, actor: Actor, story: Story, slot: datetime | None, units: Collection[int]
) -> None:
    """A statement: every account in use of these units says it at once, each in its own form (S44).

    Push is left out: what rings on every phone is chosen by itself, never in a lot.
    Raises what :func:`set_targets` raises, and :class:`Forbidden` for those who only write.
    """
    authorize(actor, May.EDIT, story)
    accounts = [
        each for each in matrix.accounts(session) if each.unit_id in units and not _rings(each)
    ]
    if not accounts:
        raise Invalid(fields={"unit": N_("这个单位和下级还没有在用的账号。")})
    story.in_unison = True
    accounts.sort(key=lambda account: (rank_of(account.channel), account.id))
    set_targets(session, actor, story, [Aim(account, slot) for account in accounts])


def _rings(account: Account) -> bool:
    return channel_class(account.channel).limits.form is Form.PUSH


def demand_after_embargo(story: Story, moment: datetime | None, field: str) -> None:
    """Refuse a slot within the embargo: :class:`Invalid` at ``field``. ``None`` waits it out."""
    until = story.embargo
    if until is not None and moment is not None and moment < until:
        told = Sentence(
            N_("保密期到 %(until)s 为止，之前不能发。"),
            {"until": f"{clock.local(until):%Y-%m-%d %H:%M}"},
        )
        raise Invalid(fields={field: told})


def set_embargo(
    session: Session, actor: Actor, story: Story, until: datetime | None, note: str = ""
) -> None:
    """Let a story go to no account before ``until``; ``None`` lifts the embargo.

    What was submitted is frozen together with its times: from then on an editor may only shorten
    the embargo. Raises :class:`Forbidden`, :class:`WrongState`, :class:`Invalid` for the past.
    """
    demand_hand(session, actor, story)
    before = story.embargo_until
    if story.state not in OPEN:
        authorize(actor, May.EDIT, story)
        if before is None or (until is not None and until > before):
            raise WrongState(N_("送审以后只能提前或取消保密期。要推迟，请先撤回修改。"))
    if until is not None and until < clock.now(session):
        raise Invalid(fields={"until": N_("这个时间已经过了，请重选。")})
    story.embargo_until = until
    session.flush()
    told = {"embargo_until": until.isoformat() if until else None}
    was = {"embargo_until": before.isoformat() if before else None}
    audit.record(session, actor, "set_embargo", story, before=was, after=told, note=note)


def _demand_sound(session: Session, story: Story, aims: Sequence[Aim]) -> None:
    bound = {target.account_id: target.account.name for target in story.targets if target.bound}
    for aim in aims:
        demand_after_embargo(story, aim.slot, "targets")
        name = aim.account.name
        if not aim.account.enabled and aim.account.id not in bound:
            told = Sentence(N_("账号“%(name)s”已停用，请换一个。"), {"name": name})
            raise Invalid(fields={"targets": told})
        if aim.slot is not None and aim.slot < clock.now(session):
            told = Sentence(N_("“%(name)s”的时间已经过了，请重排。"), {"name": name})
            raise Invalid(fields={"targets": told})
    left_out = [bound[it] for it in bound if it not in {aim.account.id for aim in aims}]
    if left_out:
        told = Sentence(N_("“%(name)s”上已经有这篇稿件，更正必须发到。"), {"name": left_out[0]})
        raise Invalid(fields={"targets": told})


def _target(known: dict[int, Target], aim: Aim, position: int) -> Target:
    target = known.get(aim.account.id) or Target(account_id=aim.account.id, account=aim.account)
    target.slot, target.position = aim.slot, position
    return target


def submit(
    session: Session, actor: Actor, story: Story, note: str = "", *, seen: int | None = None
) -> Version:
    """Send a story for review: it is checked, its posts are frozen, and its text is closed.

    Its class is at least what the committee and its origin demand by now. With ``seen``, only the
    text that the actor saw is sent. Raises :class:`Invalid` with
    everything that stands in the way, :class:`Stale`, :class:`Forbidden`, :class:`WrongState`.
    """
    demand_change(session, actor, story)
    expect_version(story, seen, theirs_of(story))
    _raise_risk(session, actor, story)
    shelf = Shelf(session)
    make_editions(session, actor, story, shelf=shelf)
    state = readiness(session, story, shelf)
    if not state.ready:
        first = state.blocking[0]
        told = {
            f"{problem.channel or 'story'}.{problem.code}": problem.told
            for problem in state.blocking
        }
        raise Invalid(first.sentence, fields=told, code=NOT_READY, **first.params)
    version = snapshot(session, actor, story, Kind.SUBMITTED, note=note, report=state.report)
    freeze(session, story, version, shelf)
    event = StorySubmitted(story.id, version.id)
    carry_out(session, story, "submit", actor, note=note, event=event)
    return version


def _raise_risk(session: Session, actor: Actor, story: Story) -> None:
    """A topic may be judged graver after its story was begun, and an origin after its adoption."""
    before, story.risk = story.risk, gravest([story.risk, story.least_risk])
    if story.risk != before:
        told = {"risk": str(story.risk)}
        audit.record(session, actor, "raise_risk", story, before={"risk": before}, after=told)


def take_back(session: Session, actor: Actor, story: Story) -> None:
    """Take a story out of review to mend it; the posts that were frozen are void with it."""
    demand_hand(session, actor, story)
    _out_of_review(session, actor, story)


def _out_of_review(session: Session, actor: Actor, story: Story) -> None:
    version = queries.latest_version(session, story, Kind.SUBMITTED)
    event = StoryTakenBack(story.id, version.id if version else None)
    to = State.CORRECTING if story.correction else State.DRAFT
    carry_out(session, story, "take_back", actor, to=to, event=event)


def return_to_author(session: Session, actor: Actor, story: Story, reason: str) -> None:
    """The review sends it back; the version that it read is kept with the reason."""
    to = State.CORRECTING if story.correction else State.RETURNED
    _settle(session, actor, story, "return_to_author", reason, to=to)
    snapshot(session, actor, story, Kind.RETURNED, note=reason)


def approve(session: Session, actor: Actor, story: Story) -> None:
    """The review's last pass; from here on the piece lies in the pool as well (S51)."""
    _settle(session, actor, story, "approve", "", changes={"shared": True})
    snapshot(session, actor, story, Kind.APPROVED)


def revoke(session: Session, actor: Actor, story: Story, reason: str) -> None:
    """Undo an approval, and what followed from it: what went out is called back, so that nothing
    is left to correct, and nobody finds the piece in the pool.

    A correction that is being written or judged becomes an ordinary draft by it.
    """
    if story.state == State.IN_REVIEW:
        _out_of_review(session, HOUSE, story)
    _settle(session, actor, story, "revoke", reason, changes={"shared": False})
    unbind(story)


def publish(session: Session, story: Story) -> None:
    """The first reader can see it; told by the house once a channel says so."""
    _settle(session, HOUSE, story, "publish", "")
    snapshot(session, HOUSE, story, Kind.PUBLISHED)


def withdraw(session: Session, actor: Actor, story: Story, reason: str) -> None:
    """Taken out of circulation, and out of the pool."""
    _settle(session, actor, story, "withdraw", reason, changes={"shared": False})


def unbind(story: Story) -> None:
    """The story is no correction any more."""
    story.correction = ""
    for target in story.targets:
        target.bound = False


def _settle(
    session: Session,
    actor: Actor,
    story: Story,
    name: str,
    reason: str,
    to: str | None = None,
    changes: Mapping[str, object] | None = None,
) -> None:
    event = StorySettled(story.id, name, reason)
    carry_out(session, story, name, actor, note=reason, to=to, changes=changes, event=event)
