"""Whether a story can go out as it stands: one answer for the desk, submission and release."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

from sqlalchemy.orm import Session

from channels import base
from channels.base import Finding, Form
from channels.registry import channel_class
from kitchen.core import clock
from kitchen.core.errors import N_, Sentence, WrongState
from kitchen.matrix.rules import Condition
from kitchen.media import clearing
from kitchen.media.outgoing import film_form, film_of
from kitchen.media.rules import Making
from kitchen.stories import checking, clearance, labels
from kitchen.stories.checks.report import Report
from kitchen.stories.doc import figures
from kitchen.stories.editions import as_edition, chosen_channels, composed
from kitchen.stories.master import GENERATED_MARK, LABELS, Material, Shelf, material_of
from kitchen.stories.models import Edition, Story, Target
from kitchen.stories.rules import OPEN, AiUse, out_of_turn, release_at

MB = 1_000_000


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing in the way. ``sentence`` is a catalogue id with places for ``params``.

    ``channel`` is empty for what concerns the whole piece; what does not ``block`` is advice.
    """

    code: str
    sentence: str
    params: Mapping[str, Any] = field(default_factory=dict)
    channel: str = ""
    blocks: bool = True

    @property
    def told(self) -> Sentence:
        """The sentence with its places filled, for the edge to say."""
        return Sentence(self.sentence, self.params)


@dataclass(frozen=True, slots=True)
class Readiness:
    """All that stands in the way, and the report of the checks on which it rests."""

    problems: tuple[Problem, ...]
    report: Report

    @property
    def blocking(self) -> tuple[Problem, ...]:
        return tuple(problem for problem in self.problems if problem.blocks)

    @property
    def ready(self) -> bool:
        return not self.blocking

    def of(self, channel: str) -> list[Problem]:
        """What concerns one channel; with an empty key, the whole piece."""
        return [problem for problem in self.problems if problem.channel == channel]


def readiness(session: Session, story: Story, shelf: Shelf | None = None) -> Readiness:
    """What stands in the way of sending this story to its targets now. Reads only."""
    shelf = shelf or Shelf(session)
    report = checking.checked(session, story, shelf)
    found = [Problem(hit.rule, hit.advice, hit.params) for hit in report.blocking]
    found += _targets(session, story)
    editions = {edition.channel: edition for edition in story.editions}
    looks = [
        _looked_at(session, story, channel, editions.get(channel), shelf)
        for channel in chosen_channels(story)
    ]
    against = _rights(session, story, looks)
    for look in looks:
        found += [*look.problems, *against[look.channel], *_beyond_limits(story, look)]
    return Readiness(tuple(found), report)


def _targets(session: Session, story: Story) -> Iterator[Problem]:
    off = {edition.channel for edition in story.editions if not edition.enabled}
    going = [target for target in story.targets if target.account.channel not in off]
    if not going:
        yield Problem("no_target", N_("还没有选择发到哪些账号。"))
    for target in going:
        account = target.account
        told = {"account": account.name}
        if not account.enabled and not target.bound:
            sentence = N_("账号“%(account)s”已停用，请换一个。")
            yield Problem("account_off", sentence, told, account.channel)
        elif not account.sending:
            sentence = N_("账号“%(account)s”暂停发送，签发后会等到恢复。")
            yield Problem("account_halted", sentence, told, account.channel, blocks=False)
        elif account.condition == Condition.LOCKED_OUT:
            sentence = N_("账号“%(account)s”的授权失效，恢复以前发不出去。")
            yield Problem("account_locked_out", sentence, told, account.channel, blocks=False)
        if target.slot is not None and target.slot < clock.now(session):
            sentence = N_("“%(account)s”的发布时间已过，请重新排。")
            blocks = story.state in OPEN
            yield Problem("slot_past", sentence, told, account.channel, blocks)
    yield from _turns(story, going)


def _turns(story: Story, going: Sequence[Target]) -> Iterator[Problem]:
    """Which accounts are to release before the mobile channels that come first (S48)."""
    order = [(it.account.channel, release_at(it.slot, story.embargo)) for it in going]
    for place in out_of_turn(order):
        account = going[place].account
        sentence = N_("“%(account)s”排在移动端首发渠道之前，请核对时间和顺序。")
        told = {"account": account.name}
        yield Problem("out_of_turn", sentence, told, account.channel, blocks=False)


@dataclass(frozen=True, slots=True)
class _Look:
    """What would leave for a channel, where it can be made, and what is wrong before that."""

    channel: str
    files: Material
    problems: Sequence[Problem] = ()
    made: base.Edition | None = None


def _looked_at(
    session: Session, story: Story, channel: str, edition: Edition | None, shelf: Shelf
) -> _Look:
    """An edition that nobody tuned is judged as it will be once it follows the master."""
    files = material_of(session, story, edition.doc if edition else None, shelf)
    if edition is not None and not edition.enabled:
        return _Look(channel, files)
    found: list[Problem] = []
    if edition is None or (edition.stale and not edition.tuned):
        sentence = N_("送审时会按最新的主稿生成。")
        found.append(Problem("to_make", sentence, channel=channel, blocks=False))
        make = partial(composed, session, story, channel, files)
    else:
        if edition.stale:
            sentence = N_("主稿已改，这里有手工改过的内容，请确认保留还是更新。")
            found.append(Problem("stale", sentence, channel=channel))
        found += _gone(edition, files)
        make = partial(as_edition, edition, files)
    if edition is not None and (waiting := _film(edition, files)):
        return _Look(channel, files, [*found, waiting])
    try:
        return _Look(channel, files, found, make())
    except WrongState as unready:
        told = Problem("file_unready", unready.message, unready.params, channel)
        return _Look(channel, files, [*found, told])


def _beyond_limits(story: Story, look: _Look) -> Iterator[Problem]:
    if look.made is not None:
        yield from _film_form(look.channel, look.made, look.files)
        yield from _limits(look.channel, look.made, story)


def _limits(channel: str, made: base.Edition, story: Story) -> Iterator[Problem]:
    """In what the edition breaks the platform's limits, and whether it says what made it."""
    for finding in channel_class(channel).check(made):
        yield _told(channel, finding, story)
    if story.ai_use == AiUse.GENERATED and not _labelled(made.title + made.digest + made.body):
        sentence = N_("内容由人工智能生成，这个版本里却没有标识。请加上“%(mark)s”。")
        yield Problem("ai_label", sentence, {"mark": GENERATED_MARK}, channel)


def _film(edition: Edition, files: Material) -> Problem | None:
    """A clip that is not there yet is waited for; one that failed wants a person."""
    if edition.form != Form.VIDEO or files.film is None or files.film_ready:
        return None
    if files.film.making == Making.FAILED:
        told = {"why": files.film.failure}
        return Problem("clip_failed", N_("短片没有做成：%(why)s"), told, edition.channel)
    sentence = N_("正在用图片制作短片，做好会自动放进来。")
    return Problem("clip_waiting", sentence, channel=edition.channel)


def _film_form(channel: str, made: base.Edition, files: Material) -> Iterator[Problem]:
    """The film would leave as it is, because the channel's form of it is not made yet."""
    film, wanted = files.film, film_form(channel)
    if film is None or film.recipe or not wanted or film_of(film, channel) == wanted:
        return
    if any(medium.mime.startswith("video/") for medium in made.media):
        sentence = N_("这个渠道规格的视频还没有做好，现在送审会发原片。进度在素材页。")
        yield Problem("film_form_to_come", sentence, channel=channel, blocks=False)


def _gone(edition: Edition, files: Material) -> Iterator[Problem]:
    """What was chosen for the channel and is no longer the story's."""
    known = files.by_uid
    for uid in dict.fromkeys([edition.cover_uid, *edition.media_uids]):
        if uid and uid not in known:
            sentence = N_("有一张图片已经不在本稿的素材里，请重新选。")
            yield Problem("file_gone", sentence, channel=edition.channel)


def _rights(
    session: Session, story: Story, looks: Sequence[_Look]
) -> Mapping[str, Sequence[Problem]]:
    """By channel, what may not be shown there, on the days on which the piece goes there.

    What may be shown on none today is told once, for the whole piece, by its check.
    """
    today = clock.today(session)
    made = [(look, look.made) for look in looks if look.made is not None]
    files = list({it.id: it for look, _ in made for it in look.files.every}.values())
    known = {it.id for it in files if it.uid != story.clip_uid and it.obstacle_on(today)}
    shown = clearance.shown_in(session, [each for _, each in made], files)
    wanted = [
        (asset, look.channel, day)
        for (look, _), assets in zip(made, shown, strict=True)
        for asset in assets
        if asset.id not in known
        for day in sorted(_days(story, look.channel, today))
    ]
    told: dict[str, dict[str, Problem]] = {look.channel: {} for look in looks}
    for each in clearing.objections(session, wanted):
        sentence, params = each.told.message, each.told.params
        problem = Problem("rights", sentence, params, each.channel)
        told[each.channel].setdefault(str(each.told), problem)
    return {channel: list(problems.values()) for channel, problems in told.items()}


def _days(story: Story, channel: str, today: date) -> set[date]:
    """The days on which the story goes to the accounts of a channel."""
    slots = [it.slot for it in story.targets if it.account.channel == channel]
    return {clearance.day_of(release_at(slot, story.embargo), today) for slot in slots} or {today}


def _labelled(words: str) -> bool:
    return GENERATED_MARK in words or LABELS[AiUse.GENERATED] in words


def _told(channel: str, finding: Finding, story: Story) -> Problem:
    if finding.problem == base.Problem.VIDEO_MISSING and _pictured(story):
        sentence = N_("没有视频，会用图片做成竖版短片。")
        return Problem("clip_to_come", sentence, channel=channel, blocks=False)
    numbers = {"allowed": finding.allowed, "found": finding.found}
    shown = {
        name: _size(value) if finding.problem in labels.IN_BYTES else f"{value:g}"
        for name, value in numbers.items()
    }
    blocks = finding.problem not in labels.ADVICE_ONLY
    return Problem(finding.problem, labels.FINDINGS[finding.problem], shown, channel, blocks)


def _pictured(story: Story) -> bool:
    return bool(story.attached or figures(story.doc))


def _size(count: float) -> str:
    return f"{count / MB:.1f} MB"
