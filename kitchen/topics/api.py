"""The API of topics: propose, change, move, hand over, appeal; the quick line; recurring plans."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.paging import Page
from kitchen.leads import queries as leads
from kitchen.topics import appeals, plans, queries, quick_add, service, stages
from kitchen.topics.rules import May
from kitchen.topics.schemas import (
    AppealIn,
    Keeper,
    Move,
    PlanChange,
    PlanIn,
    PlanOut,
    QuickIn,
    QuickQuery,
    TopicChange,
    TopicIn,
    TopicOut,
    UnderstoodOut,
    plan_out,
    topic_out,
)
from kitchen.web.api import Api, seen_version
from kitchen.web.i18n import say
from kitchen.web.paging import PageQuery

api = Api("topics")


@api.operation("GET", "/topics", May.READ, query=PageQuery, answer=TopicOut, many=True)
def index(query: PageQuery) -> Any:
    """Topics, newest first."""
    page = queries.page_of_topics(g.session, **query.model_dump())
    return Page([topic_out(topic, g.actor, whole=False) for topic in page.items], page.next)


@api.operation("POST", "/topics", May.PROPOSE, body=TopicIn, answer=TopicOut, status=201)
def propose(body: TopicIn) -> Any:
    """Propose a topic from leads, or from an idea."""
    given = body.model_dump(exclude={"leads"})
    sources = [leads.the_lead(g.session, uid) for uid in body.leads]
    return topic_out(service.propose(g.session, g.actor, sources=sources, **given), g.actor)


@api.operation("GET", "/topics/<uid>", May.READ, answer=TopicOut)
def show(uid: str) -> Any:
    """One topic."""
    return topic_out(queries.the_topic(g.session, uid), g.actor)


@api.operation("PUT", "/topics/<uid>", May.PROPOSE, body=TopicChange, answer=TopicOut)
def revise(uid: str, body: TopicChange) -> Any:
    """Change a topic that is not filed, or came back."""
    topic = queries.the_topic(g.session, uid)
    seen = seen_version() or body.version
    service.revise(g.session, g.actor, topic, body.model_dump(exclude={"version"}), seen)
    return topic_out(topic, g.actor)


@api.operation("POST", "/topics/<uid>/file", May.PROPOSE, answer=TopicOut)
def file(uid: str) -> Any:
    """Hand a topic to the committee."""
    topic = queries.the_topic(g.session, uid)
    service.file(g.session, g.actor, topic)
    return topic_out(topic, g.actor)


@api.operation("POST", "/topics/<uid>/withdraw", May.PROPOSE, answer=TopicOut)
def withdraw(uid: str) -> Any:
    """Take a filed topic back."""
    topic = queries.the_topic(g.session, uid)
    service.withdraw(g.session, g.actor, topic)
    return topic_out(topic, g.actor)


@api.operation("POST", "/topics/<uid>/move", May.PROPOSE, body=Move, answer=TopicOut)
def move(uid: str, body: Move) -> Any:
    """Move a topic to another lane of the board."""
    topic = queries.the_topic(g.session, uid)
    stages.move(g.session, g.actor, topic, body.to, seen_version() or body.version)
    return topic_out(topic, g.actor)


@api.operation("POST", "/topics/<uid>/hand", May.PROPOSE, body=Keeper, answer=TopicOut)
def hand(uid: str, body: Keeper) -> Any:
    """Say who sees to a topic, by name, account or pinyin initials."""
    topic = queries.the_topic(g.session, uid)
    stages.hand_to(g.session, g.actor, topic, quick_add.the_person(g.session, body.owner))
    return topic_out(topic, g.actor)


@api.operation("POST", "/topics/<uid>/appeal", May.PROPOSE, body=AppealIn, answer=TopicOut)
def appeal(uid: str, body: AppealIn) -> Any:
    """Ask the committee to decide again."""
    topic = queries.the_topic(g.session, uid)
    appeals.appeal(g.session, g.actor, topic, body.reason)
    return topic_out(topic, g.actor)


@api.operation("GET", "/topics/quick", May.PROPOSE, query=QuickQuery, answer=UnderstoodOut)
def understand(query: QuickQuery) -> Any:
    """What a quick line would make."""
    meant = quick_add.understand(g.session, query.line)
    return UnderstoodOut(
        title=meant.line.title,
        owner=meant.owner.name if meant.owner else "",
        column=meant.column,
        urgent=meant.line.urgent,
        risk=meant.line.risk,
        planned_on=meant.line.planned_on,
        problems=[say(problem) for problem in meant.problems],
    )


@api.operation("POST", "/topics/quick", May.PROPOSE, body=QuickIn, answer=TopicOut, status=201)
def add(body: QuickIn) -> Any:
    """Make a topic from one line."""
    made = quick_add.add(g.session, g.actor, body.line, as_draft=body.as_draft)
    return topic_out(made, g.actor)


@api.operation("GET", "/plans", May.READ, answer=PlanOut, many=True)
def recurring() -> Any:
    """The recurring plans."""
    return Page([plan_out(plan) for plan in queries.plans(g.session)])


@api.operation("POST", "/plans", May.CONVENE, body=PlanIn, answer=PlanOut, status=201)
def lay_down(body: PlanIn) -> Any:
    """A new recurring plan."""
    return plan_out(plans.lay_down(g.session, g.actor, **body.model_dump()))


@api.operation("PUT", "/plans/<uid>", May.CONVENE, body=PlanChange, answer=PlanOut)
def change_plan(uid: str, body: PlanChange) -> Any:
    """Change a recurring plan, or stop it."""
    plan = queries.the_plan(g.session, uid)
    seen = seen_version() or body.version
    plans.change(g.session, g.actor, plan, body.model_dump(exclude={"version"}), seen)
    return plan_out(plan)
