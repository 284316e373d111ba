"""The line shown: one real text from a lead to every channel, each step by another person.

Each step is what its person would do on the desk: through the services, with their own rights, in
units of work of their own. Workers carry clip and deliveries meanwhile.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from assets.refusals import REASONS, Refused
from assets.sniff import Family, sniff
from channels.text import fit
from kitchen.app import House
from kitchen.assignments import field as in_the_field
from kitchen.assignments import queries as assignments
from kitchen.assignments import service as tasks
from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import Kind as MessageKind
from kitchen.assignments.rules import Role
from kitchen.core import clock
from kitchen.core.access import authorize
from kitchen.core.errors import N_, Invalid
from kitchen.demo import cast, desk, pictures
from kitchen.demo.accounts import CHANNELS
from kitchen.demo.desk import Patience, Picture, acting
from kitchen.demo.manuscript import Manuscript, bytes_of
from kitchen.leads import queries as leads
from kitchen.leads import service as lead_service
from kitchen.leads.rules import Source
from kitchen.media import queries as media
from kitchen.media.rules import MOST_BYTES
from kitchen.media.rules import Kind as MediaKind
from kitchen.publishing import addresses, hand
from kitchen.publishing import queries as publications
from kitchen.publishing.models import Publication
from kitchen.publishing.rules import AT_REST, State
from kitchen.publishing.rules import May as Publishing
from kitchen.stories import editions, release, service
from kitchen.stories import queries as stories
from kitchen.topics import meeting as meetings
from kitchen.topics import queries as topics
from kitchen.topics import service as topic_service
from kitchen.topics.models import Meeting
from kitchen.topics.rules import Decision, Form, MeetingState, Risk

COMMITTEE = ["committee", "committee2", "chief", "deputy", "head"]
"""Who is in the room when the topic is decided."""
HEADING_MAX = 80
"""What the title of a lead and of a topic may have."""
MEETINGS_AHEAD = 30


@dataclass(frozen=True, slots=True)
class Step:
    """One step of the line: its name, who took it, and how long it took."""

    name: str
    actor: str
    seconds: float


@dataclass(frozen=True, slots=True)
class Delivery:
    """How one delivery stands; ``seconds`` from the approval to its present state."""

    account: str
    channel: str
    state: str
    remote_id: str
    remote_url: str
    seconds: float

    @property
    def done(self) -> bool:
        """Whether it is with its readers, or lies ready for a person's hands."""
        return self.state in {State.LIVE, State.AWAITING_HAND}


@dataclass(frozen=True, slots=True)
class Outcomes:
    """All that the line brought about; :meth:`as_json` is what programs rely on."""

    story: str
    steps: Sequence[Step]
    deliveries: Sequence[Delivery]
    seconds: float

    @property
    def complete(self) -> bool:
        return bool(self.deliveries) and all(each.done for each in self.deliveries)

    def as_json(self) -> dict[str, Any]:
        return asdict(self)


@dataclass(slots=True)
class Line:
    """One piece on its way; what each step makes is known to the next by its uid."""

    house: House
    text: Manuscript
    material: Sequence[Picture]
    origin: str
    """The name of the file from which the text comes."""
    patience: Patience = field(default_factory=Patience)
    lead: str = ""
    topic: str = ""
    assignment: str = ""
    story: str = ""
    assets: list[str] = field(default_factory=list)

    @property
    def heading(self) -> str:
        return fit(self.text.title, HEADING_MAX)


def gathered(
    text: Manuscript, photos: Sequence[Path] = (), films: Sequence[Path] = ()
) -> list[Picture]:
    """The files that go with a text. Where no picture came with it the house makes a title card.

    Raises :class:`Invalid` that names the file which is not what it was given as.
    """
    shown = [_file(path, Family.PICTURE, text.title) for path in photos]
    shown += [Picture(data, name, text.title, credit="来稿附图") for name, data in text.pictures]
    if not shown:
        card = pictures.title_card(text.title)
        shown = [Picture(card, "题图.jpg", text.title, "题图", pictures.CREDIT)]
    return [*shown, *(_file(path, Family.VIDEO, text.title) for path in films)]


def _file(path: Path, family: Family, title: str) -> Picture:
    data = bytes_of(path, MOST_BYTES)
    try:
        kind = sniff(path)
    except Refused as refused:
        why = REASONS[refused.code] % refused.params
        raise Invalid(N_("“%(name)s”没有收下：%(why)s"), name=path.name, why=why) from refused
    if kind.family is not family:
        wanted = "图片" if family is Family.PICTURE else "视频"
        raise Invalid(N_("“%(name)s”不是%(wanted)s。"), name=path.name, wanted=wanted)
    return Picture(data, path.name, title, fit(title, 60), f"{cast.NAMES['photographer']} 摄")


def run(line: Line) -> Outcomes:
    """Take the piece through all nine steps and wait for its receipts.

    Raises :class:`~kitchen.core.errors.Refusal` where a step is refused or the workers stay away.
    """
    began = time.monotonic()
    steps = [_timed(name, act, line) for name, act in STEPS.items()]
    deliveries = deliveries_of(line.house, line.story)
    return Outcomes(line.story, steps, deliveries, _since(began))


def _timed(name: str, act: Callable[[Line], str], line: Line) -> Step:
    began = time.monotonic()
    return Step(name, act(line), _since(began))


def _since(began: float) -> float:
    return round(time.monotonic() - began, 3)


def _lead(line: Line) -> str:
    """① 线索汇集: the duty desk files what came in."""
    with acting(line.house, "duty") as (session, actor):
        body = fit(line.text.text, 200, ellipsis="…")
        lead = lead_service.report(
            session, actor, title=line.heading, body=body, source=Source.CORRESPONDENT
        )
        line.lead = lead.uid
        return actor.name


def _topic(line: Line) -> str:
    """② 选题申报: a reporter makes a topic of it."""
    with acting(line.house, "reporter2") as (session, actor):
        topic = topic_service.propose(
            session,
            actor,
            sources=[leads.the_lead(session, line.lead)],
            title=line.heading,
            angle=fit(line.text.text, 120, ellipsis="…"),
            forms=[Form.TEXT, Form.PHOTO, Form.VIDEO],
            channels=CHANNELS,
            planned_on=clock.today(session),
            risk=Risk.ROUTINE,
        )
        line.topic = topic.uid
        return actor.name


def _approve(line: Line) -> str:
    """③ 研判审批: the chief convenes and calls the roll, another of the committee decides."""
    with acting(line.house, "chief") as (session, chair):
        meeting = _open_meeting(session, clock.today(session), chair)
        day = meeting.day
        meetings.call_the_roll(session, chair, meeting, COMMITTEE)
        if meeting.state == MeetingState.PLANNED:
            meetings.open_meeting(session, chair, meeting)
    with acting(line.house, "committee") as (session, actor):
        meeting, topic = topics.the_meeting(session, day), topics.the_topic(session, line.topic)
        meetings.decide(session, actor, meeting, topic, Decision.APPROVE, reason="同意，抓紧采写。")
        line.assignment = assignments.of_topic(session, topic.id)[0].uid
        return actor.name


def _open_meeting(session: Session, today: date, chair: Any) -> Meeting:
    """Today's meeting; where that is over, the next one's, as the newsroom would."""
    for ahead in range(MEETINGS_AHEAD):
        meeting = meetings.convene(session, chair, today + timedelta(days=ahead))
        if meeting.state != MeetingState.CLOSED:
            return meeting
    raise Invalid(N_("今后 %(days)d 天的选题会都已散会，演示不能继续。"), days=MEETINGS_AHEAD)


def _assign(line: Line) -> str:
    """④ 任务派发: the chief sends a reporter and a photographer; both accept."""
    with acting(line.house, "chief") as (session, actor):
        now = clock.now(session)
        crew = [
            (cast.member(session, "reporter"), Role.TEXT),
            (cast.member(session, "photographer"), Role.PHOTO),
        ]
        tasks.dispatch(
            session,
            actor,
            _task(session, line),
            crew=crew,
            starts_at=now,
            due_at=now + timedelta(hours=4),
            place="青禾区",
            kit=["相机", "采访本"],
        )
        name = actor.name
    for username in ("reporter", "photographer"):
        with acting(line.house, username) as (session, actor):
            tasks.accept(session, actor, _task(session, line))
    return name


def _collaborate(line: Line) -> str:
    """⑤ 编采联动: the desk asks, the photographer sends material back while still out there."""
    with acting(line.house, "photographer") as (session, actor):
        in_the_field.set_out(session, actor, _task(session, line))
    with acting(line.house, "editor") as (session, actor):
        ask = "请先回传配图，客户端要做首页大图。"
        tasks.say(session, actor, _task(session, line), ask, kind=MessageKind.REQUEST)
    line.assets = desk.enter(line.house, "photographer", line.material)
    with acting(line.house, "photographer") as (session, actor):
        known = media.assets_by_uid(session, line.assets)
        sent = [known[uid] for uid in dict.fromkeys(line.assets)]
        task = _task(session, line)
        tasks.say(session, actor, task, "材料已回传。", kind=MessageKind.MATERIAL, assets=sent)
        return actor.name


def _submit(line: Line) -> str:
    """⑥ 稿件提交: the reporter writes the piece with all that came back, and hands it in."""
    with acting(line.house, "reporter") as (session, actor):
        task = _task(session, line)
        story = service.begin(session, actor, assignment=task, title=line.text.title)
        known = media.assets_by_uid(session, line.assets)
        files = [known[uid] for uid in dict.fromkeys(line.assets)]
        shown = [asset for asset in files if asset.kind == MediaKind.PICTURE]
        content = {
            "title": line.text.title,
            "digest": fit(line.text.text, 110, ellipsis="…"),
            "doc": desk.illustrated(line.text.doc, shown),
            "sources": [{"name": "通讯员来稿", "url": "", "note": line.origin}],
        }
        service.save_draft(session, actor, story, content, story.version)
        for film in (asset for asset in files if asset.kind == MediaKind.VIDEO):
            service.attach(session, actor, story, film)
        service.name_version(session, actor, story, "交稿")
        tasks.finish(session, actor, task)
        line.story = story.uid
        return actor.name


def _edit(line: Line) -> str:
    """⑦ 编辑统筹: the editor makes every channel's edition, and sends all of it for review.

    Submission freezes the editions, so it comes last: what is judged is what will be sent.
    """
    with acting(line.house, "editor") as (session, actor):
        story = stories.the_story(session, line.story)
        editions.make_editions(session, actor, story)
    line.patience.until(lambda: desk.is_ready(line.house, line.story), "竖版短片")
    with acting(line.house, "editor") as (session, actor):
        story = stories.the_story(session, line.story)
        release.submit(session, actor, story, "各渠道版本已备齐。")
        return actor.name


def _review(line: Line) -> str:
    """⑧ 审核: every level by somebody else; the last one approves."""
    names = []
    while desk.in_review(line.house, line.story):
        names.append(desk.pass_next(line.house, line.story))
    return "、".join(names)


def _publish(line: Line) -> str:
    """⑨ 发布: the operator watches the receipts come in, and takes the packages to carry."""
    line.patience.until(lambda: _at_rest(line), "全部发布")
    for address, post in _to_carry(line):
        hand.pack(address, post)
    return cast.NAMES["operator"]


def _at_rest(line: Line) -> bool:
    with line.house.database.unit(write=False) as session:
        return all(each.state in AT_REST for each in _publications(session, line.story))


def _to_carry(line: Line) -> list[tuple[addresses.Address, dict[str, Any]]]:
    """The hand-offs of the piece, for somebody who may carry them."""
    with acting(line.house, "operator") as (session, actor):
        waiting = [
            each for each in _publications(session, line.story) if each.state == State.AWAITING_HAND
        ]
        for publication in waiting:
            authorize(actor, Publishing.OPERATE, publication)
        return [(addresses.address_of(session, it), it.frozen_post.post) for it in waiting]


STEPS: dict[str, Callable[[Line], str]] = {
    "lead": _lead,
    "topic": _topic,
    "approve": _approve,
    "assign": _assign,
    "collaborate": _collaborate,
    "submit": _submit,
    "edit": _edit,
    "review": _review,
    "publish": _publish,
}
"""The steps in their order; each answers who took it."""


def deliveries_of(house: House, story_uid: str) -> list[Delivery]:
    """Every delivery of the story as it stands now."""
    with house.database.unit(write=False) as session:
        return [
            Delivery(
                account=each.account.name,
                channel=each.channel,
                state=str(each.state),
                remote_id=each.remote_id,
                remote_url=each.remote_url,
                seconds=round((each.since - each.created_at).total_seconds(), 3),
            )
            for each in _publications(session, story_uid)
        ]


def _publications(session: Session, story_uid: str) -> Sequence[Publication]:
    story = stories.the_story(session, story_uid)
    return publications.publications_of_story(session, story.id)


def _task(session: Session, line: Line) -> Assignment:
    return assignments.the_assignment(session, line.assignment)
