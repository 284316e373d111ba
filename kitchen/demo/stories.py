"""The demo newsroom's first two days, played through the services by those who would do it.

Each scene is one unit of work that is done wholly or not at all, and is skipped once it was done;
a story goes on from wherever it stands. So a start that was interrupted is taken up by the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from kitchen.app import House
from kitchen.assignments import field as in_the_field
from kitchen.assignments import queries as assignments
from kitchen.assignments import service as tasks
from kitchen.assignments.models import Assignment
from kitchen.assignments.rules import Kind, Role
from kitchen.core import clock
from kitchen.core.access import Actor
from kitchen.demo import cast, desk, pictures, pieces, texts
from kitchen.demo.accounts import CHANNELS
from kitchen.demo.desk import Patience, Picture, acting
from kitchen.demo.newsroom import living
from kitchen.demo.pieces import Piece
from kitchen.demo.texts import Note, Pitch, Task, Tip
from kitchen.leads import service as lead_service
from kitchen.leads.models import Lead
from kitchen.matrix import queries as matrix
from kitchen.media import queries as media
from kitchen.media.models import MediaAsset
from kitchen.stories import queries as stories
from kitchen.stories import release, service
from kitchen.stories.doc import from_text
from kitchen.stories.models import Story
from kitchen.stories.release import Aim
from kitchen.topics import meeting as meetings
from kitchen.topics import service as topic_service
from kitchen.topics.models import Meeting, Topic
from kitchen.topics.rules import Decision

YESTERDAY = timedelta(days=-1)
IN_THE_ROOM = ["committee", "committee2", "chief", "deputy", "head"]
ADOPTED_SHARE = 60
"""Percent of the credit that stays with the author of the piece from the pool."""
HERE_TODAY = ["committee", "chief"]
"""Two of the three that a quorum needs: the third is whoever signs in to see it."""


@dataclass(slots=True)
class Days:
    """The house in which it all happens, and the pictures by name once they are drawn."""

    house: House
    patience: Patience
    drawn: dict[str, str] = field(default_factory=dict)


def tell(house: House, patience: Patience | None = None) -> None:
    """Play whatever was not played yet; the workers carry clips and deliveries meanwhile."""
    days = Days(house, patience or Patience())
    for shift, done, scene in _SCENES:
        with living(house.database, shift):
            _play(days, done, scene)
    for piece in pieces.PIECES:
        _bring_on(days, piece)


Scene = Callable[[Session, Days], None]


def _play(days: Days, done: tuple[type[Any], str], scene: Scene) -> None:
    """Play a scene unless the row by which it is known is there."""
    with days.house.database.unit(write=False) as session:
        if _named(session, *done) is not None:
            return
    _draw(days)
    with days.house.database.unit() as session:
        scene(session, days)


def _draw(days: Days) -> None:
    """Bring every picture into the catalogue; the same bytes are entered once."""
    if days.drawn:
        return
    made = [
        Picture(
            pictures.draw(each.scene, each.seed),
            f"{name}.jpg",
            each.title,
            each.caption,
            pictures.CREDIT,
        )
        for name, each in pieces.PICTURES.items()
    ]
    uids = desk.enter(days.house, "photographer", made)
    days.drawn = dict(zip(pieces.PICTURES, uids, strict=True))


def _named(session: Session, kind: type[Any], title: str) -> Any:
    return session.scalar(select(kind).where(kind.title == title).order_by(kind.id).limit(1))


def _yesterday(session: Session, days: Days) -> None:
    """Leads come in, topics are filed, the committee meets, decides and closes."""
    _report(session, texts.YESTERDAYS_LEADS)
    _propose(session, texts.YESTERDAYS_TOPICS)
    _meet(session, IN_THE_ROOM)
    for pitch in texts.YESTERDAYS_TOPICS:
        _decide(session, pitch)
    meetings.close(session, _as(session, "chief"), _meeting(session))
    _send(session, days, texts.TASKS_DONE)


def _today(session: Session, days: Days) -> None:
    """Leads and topics of the day, an agenda that waits for its quorum, tasks under way."""
    _report(session, texts.TODAYS_LEADS)
    _propose(session, texts.TODAYS_TOPICS)
    chair = _as(session, "chief")
    meeting = meetings.convene(session, chair, clock.today(session))
    meetings.call_the_roll(session, chair, meeting, HERE_TODAY)
    _send(session, days, texts.TASKS_RUNNING)


_SCENES: Sequence[tuple[timedelta, tuple[type[Any], str], Scene]] = (
    (YESTERDAY, (Lead, texts.YESTERDAYS_LEADS[0].title), _yesterday),
    (timedelta(), (Lead, texts.TODAYS_LEADS[0].title), _today),
)
"""When each scene plays, and by which row it is known to have been played."""


def _as(session: Session, username: str) -> Actor:
    return cast.actor(session, username)


def _report(session: Session, tips: Iterable[Tip]) -> None:
    for tip in tips:
        lead = lead_service.report(
            session,
            _as(session, tip.by),
            title=tip.title,
            body=tip.body,
            source=tip.source,
            place=tip.place,
            urgency=tip.urgency,
            contact=tip.contact,
        )
        _settle(session, lead, tip)


def _settle(session: Session, lead: Lead, tip: Tip) -> None:
    actor = _as(session, "duty")
    if tip.fate == "merge":
        lead_service.merge(session, actor, lead, _named(session, Lead, tip.reason))
    elif tip.fate == "drop":
        lead_service.drop(session, actor, lead, tip.reason)
    elif tip.fate == "pass_on":
        lead_service.pass_on(session, actor, lead, tip.reason)


def _propose(session: Session, pitches: Iterable[Pitch]) -> None:
    for pitch in pitches:
        topic_service.propose(
            session,
            _as(session, pitch.by),
            sources=[_named(session, Lead, title) for title in pitch.leads],
            title=pitch.title,
            angle=pitch.angle,
            forms=texts.WORDS_AND_PICTURES,
            channels=pitch.channels,
            planned_on=clock.today(session) + timedelta(days=1),
            resources="文字一人，摄影一人",
            risk=pitch.risk,
            as_draft=pitch.draft,
        )


def _meet(session: Session, present: list[str]) -> None:
    chair = _as(session, "chief")
    meeting = meetings.convene(session, chair, clock.today(session))
    meetings.call_the_roll(session, chair, meeting, present)
    meetings.open_meeting(session, chair, meeting)


def _meeting(session: Session) -> Meeting:
    return meetings.convene(session, _as(session, "chief"), clock.today(session))


def _decide(session: Session, pitch: Pitch) -> None:
    if pitch.decision is None:
        return
    meetings.decide(
        session,
        _as(session, "committee"),
        _meeting(session),
        _named(session, Topic, pitch.title),
        pitch.decision,
        reason=pitch.reason,
        merge_into=_named(session, Topic, pitch.into) if pitch.decision is Decision.MERGE else None,
    )


def _send(session: Session, days: Days, plans: Iterable[Task]) -> None:
    for plan in plans:
        topic = _named(session, Topic, plan.topic)
        task = assignments.the_assignment(session, assignments.of_topic(session, topic.id)[0].uid)
        if plan.cancelled:
            tasks.cancel(session, _as(session, "chief"), task, plan.cancelled)
            continue
        _dispatch(session, task, plan)
        _answer(session, task, plan)
        for note in plan.thread:
            _say(session, days, task, note)


def _dispatch(session: Session, task: Assignment, plan: Task) -> None:
    now = clock.now(session)
    tasks.dispatch(
        session,
        _as(session, "chief"),
        task,
        crew=[(cast.member(session, name), Role(role)) for name, role in plan.crew],
        starts_at=now + timedelta(hours=plan.starts),
        due_at=now + timedelta(hours=plan.due),
        place=plan.place,
        kit=["相机", "录音笔"],
        vehicle=plan.vehicle,
    )


def _answer(session: Session, task: Assignment, plan: Task) -> None:
    crew = [_as(session, name) for name, _ in plan.crew]
    if plan.declined:
        tasks.decline(session, crew[0], task, plan.declined)
        return
    if plan.accepted:
        for member in crew:
            tasks.accept(session, member, task)
    if plan.begun:
        in_the_field.set_out(session, crew[-1], task)
    if plan.finished:
        tasks.finish(session, crew[0], task)


def _say(session: Session, days: Days, task: Assignment, note: Note) -> None:
    sent = _pictures(session, days, note.pictures)
    kind = Kind.REQUEST if note.asks else Kind.MATERIAL if sent else Kind.MESSAGE
    tasks.say(session, _as(session, note.by), task, note.text, kind=kind, assets=sent)


def _pictures(session: Session, days: Days, names: Iterable[str]) -> list[MediaAsset]:
    uids = [days.drawn[name] for name in names]
    known: Mapping[str, MediaAsset] = media.assets_by_uid(session, uids)
    return [known[uid] for uid in uids]


def _bring_on(days: Days, piece: Piece) -> None:
    """Bring a piece as far as it is to get, and not a step further than that."""
    with days.house.database.unit(write=False) as session:
        story = _named(session, Story, piece.title)
    uid = story.uid if story is not None else _written(days, piece)
    if not piece.submitted:
        return
    if not desk.was_submitted(days.house, uid):
        _submit(days, piece, uid)
    while (passed := desk.first_round(days.house, uid)) is not None and passed < piece.passes:
        desk.pass_next(days.house, uid)
    if piece.returned and desk.first_round(days.house, uid) == piece.passes:
        desk.send_back(days.house, uid, piece.returned)


def _written(days: Days, piece: Piece) -> str:
    _draw(days)
    with acting(days.house, piece.by) as (session, actor):
        topic = _named(session, Topic, piece.topic) if piece.topic else None
        story = service.begin(session, actor, topic=topic, title=piece.title)
        shown = _pictures(session, days, piece.pictures)
        service.save_draft(session, actor, story, _content(piece, shown), story.version)
        release.set_targets(session, actor, story, _aims(session, piece))
        if piece.shared:
            service.share(session, actor, story, shared=True)
        if piece.adopted_by:
            service.adopt(session, _as(session, piece.adopted_by), story, ADOPTED_SHARE)
        return story.uid


def _submit(days: Days, piece: Piece, uid: str) -> None:
    """Send it for review once its clip is there."""
    days.patience.until(lambda: desk.is_ready(days.house, uid), "竖版短片")
    with acting(days.house, piece.by) as (session, actor):
        release.submit(session, actor, stories.the_story(session, uid), "请审。")


def _content(piece: Piece, shown: Sequence[MediaAsset]) -> dict[str, Any]:
    sources = [{"name": piece.source, "url": "", "note": "电话核实"}] if piece.source else []
    return {
        "digest": piece.digest,
        "doc": desk.illustrated(from_text("\n".join(piece.paragraphs)), shown),
        "tags": list(piece.tags),
        "sources": sources,
        "credits": [
            {"role": "记者", "names": cast.NAMES[piece.by], "share": 80},
            {"role": "编辑", "names": cast.NAMES["editor"], "share": 20},
        ],
        "risk": piece.risk,
        "column": piece.column,
    }


def _aims(session: Session, piece: Piece) -> list[Aim]:
    known = {
        account.channel: account
        for account in matrix.accounts(session)
        if account.channel in CHANNELS
    }
    return [Aim(known[channel]) for channel in piece.channels]
