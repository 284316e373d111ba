"""The workbench: everything that waits for one person, as one list ordered by when it is due."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from sqlalchemy.orm import Session

from kitchen.assignments import queries as assignments
from kitchen.assignments.rules import May as Assignments
from kitchen.core.access import Actor
from kitchen.core.errors import N_
from kitchen.feedback import queries as feedback
from kitchen.feedback.models import Voice
from kitchen.feedback.rules import May as Feedback
from kitchen.leads import queries as leads
from kitchen.leads.models import Lead
from kitchen.leads.rules import May as Leads
from kitchen.planning import queries as planning
from kitchen.publishing import queries as publishing
from kitchen.publishing.rules import May as Publishing
from kitchen.review import queries as review
from kitchen.stories import queries as stories
from kitchen.topics import queries as topics


@dataclass(frozen=True, slots=True)
class Task:
    """One thing to do: a verb, what it is about, where to do it, by when."""

    verb: str
    title: str
    endpoint: str
    uid: str
    due: datetime | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Bench:
    tasks: Sequence[Task]
    recent_leads: Sequence[Lead] = field(default_factory=list)


def _triage(session: Session, actor: Actor) -> list[Task]:
    if not actor.may(Leads.TRIAGE):
        return []
    page = leads.page_of_leads(session, state="new", limit=10)
    return [
        Task(N_("处理线索"), lead.title, "leads.show", lead.uid, note=lead.place)
        for lead in page.items
    ]


def _own_topics(session: Session, actor: Actor) -> list[Task]:
    returned = topics.own_returned(session, actor.id)
    return [
        Task(N_("完善选题"), topic.title, "topics.show", topic.uid, note=topic.reason)
        for topic in returned
    ]


def _assignments(session: Session, actor: Actor) -> list[Task]:
    return [
        Task(
            N_("答复任务") if assignment.state == "dispatched" else N_("完成任务"),
            assignment.title,
            "assignments.show",
            assignment.uid,
            due=assignment.due_at,
            note=assignment.place,
        )
        for assignment in assignments.asked_of(session, actor.id)
    ]


def _to_dispatch(session: Session, actor: Actor) -> list[Task]:
    if not actor.may(Assignments.DISPATCH):
        return []
    return [
        Task(N_("派发任务"), assignment.title, "assignments.show", assignment.uid)
        for assignment in assignments.to_dispatch(session)
    ]


def _returned_stories(session: Session, actor: Actor) -> list[Task]:
    return [
        Task(N_("修改退回的稿件"), story.title, "stories.show", story.uid)
        for story in stories.returned_to(session, actor.id)
    ]


def _to_review(session: Session, actor: Actor) -> list[Task]:
    return [
        Task(
            N_("审稿"),
            step.round.story_version.title,
            "review.show",
            step.round.uid,
            due=step.due_at,
        )
        for step in review.to_decide(session, actor)
    ]


def _to_settle(session: Session, actor: Actor) -> list[Task]:
    if not actor.may(Publishing.OPERATE):
        return []
    return [
        Task(
            N_("人工发布") if each.state == "awaiting_hand" else N_("核对发布结果"),
            each.story.title,
            "publishing.show",
            each.uid,
            note=each.account.name,
        )
        for each in publishing.for_people(session)
    ]


def _to_follow_up(session: Session, actor: Actor) -> list[Task]:
    return [
        Task(
            N_("发布后续进展"),
            each.story.title,
            "planning.statement",
            each.story.uid,
            due=each.due_at,
            note=each.note,
        )
        for each in planning.follow_ups_of(session, actor.id)
    ]


def _to_answer(session: Session, actor: Actor) -> list[Task]:
    found = feedback.handled_by(session, actor.id) if actor.may(Feedback.HANDLE) else []
    return [_of_voice(N_("答复留言"), each) for each in found]


def _replies_to_review(session: Session, actor: Actor) -> list[Task]:
    found = feedback.reviewed_next(session) if actor.may(Feedback.REVIEW) else []
    return [
        _of_voice(N_("审回复"), each)
        for each in found
        if each.reply is not None
        and each.reply.drafted_by_id != actor.id
        and actor.may(Feedback.REVIEW, each.unit_id)
    ]


def _of_voice(verb: str, voice: Voice) -> Task:
    title, account = voice.text[:40], voice.account.name
    return Task(verb, title, "inbox.show", voice.uid, due=voice.due_at, note=account)


SOURCES: tuple[Callable[[Session, Actor], list[Task]], ...] = (
    _triage,
    _own_topics,
    _assignments,
    _to_dispatch,
    _returned_stories,
    _to_review,
    _to_settle,
    _to_follow_up,
    _to_answer,
    _replies_to_review,
)
"""Who puts work on the bench; every station with something to do has a function here."""


def bench_of(session: Session, actor: Actor) -> Bench:
    """The person's bench: dated work first, earliest first, then the rest as it came."""
    tasks = [task for source in SOURCES for task in source(session, actor)]
    tasks.sort(key=_by_due)
    recent = leads.recent_by(session, actor.id) if actor.id is not None else []
    return Bench(tasks, recent)


def _by_due(task: Task) -> Any:
    return (task.due is None, task.due.timestamp() if task.due else 0)
