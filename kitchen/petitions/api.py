"""The API of petitions for desk and units."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import g

from kitchen.core import clock
from kitchen.core.paging import Page
from kitchen.petitions import crossing, figures, handling, queries, service, showing, timing
from kitchen.petitions.figures import Figures
from kitchen.petitions.models import Petition
from kitchen.petitions.rules import May
from kitchen.petitions.schemas import (
    AcceptIn,
    AnswerOut,
    FiguresOut,
    HandIn,
    MergeIn,
    ParametersIn,
    ParametersOut,
    PetitionOut,
    PetitionQuery,
    Reason,
    ReplyIn,
    ShowIn,
    TimeIn,
    TopicOut,
    UnitFiguresOut,
    answer_out,
    petition_out,
)
from kitchen.web.api import Api, seen_version
from kitchen.web.schema import Schema

api = Api("petitions")


def _the(uid: str) -> Petition:
    return queries.the_petition(g.session, g.actor, uid)


@api.operation("GET", "/petitions", May.FOLLOW, query=PetitionQuery, answer=PetitionOut, many=True)
def index(query: PetitionQuery) -> Any:
    """Petitions that one may see, newest first."""
    department = queries.the_department(g.session, query.unit) if query.unit else None
    page = queries.page_of_petitions(
        g.session,
        g.actor,
        states=queries.states_shown().get(query.state or "all", ()),
        category=query.category,
        unit=department.id if department else None,
        late=query.late,
        q=query.q,
        limit=query.limit,
        cursor=query.cursor,
    )
    return Page([petition_out(each, g.actor) for each in page.items], page.next)


@api.operation("GET", "/petitions/<uid>", May.FOLLOW, answer=PetitionOut)
def show(uid: str) -> Any:
    """One petition."""
    return petition_out(_the(uid), g.actor)


@api.operation("POST", "/petitions/<uid>/accept", May.SORT, body=AcceptIn, answer=PetitionOut)
def accept(uid: str, body: AcceptIn) -> Any:
    """Accept a petition in a category."""
    petition = _the(uid)
    service.accept(g.session, g.actor, petition, body.category)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/refuse", May.SORT, body=Reason, answer=PetitionOut)
def refuse(uid: str, body: Reason) -> Any:
    """Refuse a petition, with a reason."""
    petition = _the(uid)
    service.refuse(g.session, g.actor, petition, body.note)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/reconsider", May.SORT, answer=PetitionOut)
def reconsider(uid: str) -> Any:
    """Undo a refusal."""
    petition = _the(uid)
    service.reconsider(g.session, g.actor, petition)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/merge", May.SORT, body=MergeIn, answer=PetitionOut)
def merge(uid: str, body: MergeIn) -> Any:
    """Fold a petition into another that asks the same."""
    petition = _the(uid)
    service.merge(g.session, g.actor, petition, _the(body.into))
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/part", May.SORT, answer=PetitionOut)
def part(uid: str) -> Any:
    """Undo a merger."""
    petition = _the(uid)
    service.part(g.session, g.actor, petition)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/hand", May.SORT, body=HandIn, answer=PetitionOut)
def hand(uid: str, body: HandIn) -> Any:
    """Hand a petition to a unit."""
    petition, department = _the(uid), queries.the_department(g.session, body.unit)
    service.hand(g.session, g.actor, petition, department, body.note)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/call_back", May.SORT, body=Reason, answer=PetitionOut)
def call_back(uid: str, body: Reason) -> Any:
    """Take a petition from its unit."""
    petition = _the(uid)
    service.call_back(g.session, g.actor, petition, body.note)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/urge", May.SORT, answer=PetitionOut)
def urge(uid: str) -> Any:
    """Remind the unit of its term."""
    petition = _the(uid)
    service.urge(g.session, g.actor, petition)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/grant_time", May.SORT, answer=PetitionOut)
def grant_time(uid: str) -> Any:
    """Let the unit have more time."""
    petition = _the(uid)
    handling.grant_time(g.session, g.actor, petition)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/deny_time", May.SORT, body=Reason, answer=PetitionOut)
def deny_time(uid: str, body: Reason) -> Any:
    """Leave the unit's term as it is, with a reason."""
    petition = _the(uid)
    handling.deny_time(g.session, g.actor, petition, body.note)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/reply", May.REPLY, body=ReplyIn, answer=PetitionOut)
def reply(uid: str, body: ReplyIn) -> Any:
    """Answer for the unit; ``version`` is that of the transfer."""
    petition = _the(uid)
    handling.reply(g.session, g.actor, petition, body.reply, body.version)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/retract", May.REPLY, answer=PetitionOut)
def retract(uid: str) -> Any:
    """Take a reply back before it is reviewed."""
    petition = _the(uid)
    handling.retract(g.session, g.actor, petition)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/send_back", May.REPLY, body=Reason, answer=PetitionOut)
def send_back(uid: str, body: Reason) -> Any:
    """Give a petition back: another unit is to answer."""
    petition = _the(uid)
    handling.send_back(g.session, g.actor, petition, body.note)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/ask_for_time", May.REPLY, body=TimeIn, answer=PetitionOut)
def ask_for_time(uid: str, body: TimeIn) -> Any:
    """Ask for more working days."""
    petition = _the(uid)
    handling.ask_for_time(g.session, g.actor, petition, body.days, body.note)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/pass_reply", May.REVIEW, answer=PetitionOut)
def pass_reply(uid: str) -> Any:
    """Let the petitioner read the reply."""
    petition = _the(uid)
    handling.pass_reply(g.session, g.actor, petition)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/rework", May.REVIEW, body=Reason, answer=PetitionOut)
def rework(uid: str, body: Reason) -> Any:
    """Send a reply back to its unit, with what is missing."""
    petition = _the(uid)
    handling.rework(g.session, g.actor, petition, body.note)
    return petition_out(petition, g.actor)


@api.operation("POST", "/petitions/<uid>/to_lead", May.SORT, answer=PetitionOut)
def to_lead(uid: str) -> Any:
    """Make a lead of a petition; the petition goes on."""
    petition = _the(uid)
    crossing.to_lead(g.session, g.actor, petition)
    return petition_out(petition, g.actor)


@api.operation("PUT", "/petitions/<uid>/public", May.REVIEW, body=ShowIn, answer=AnswerOut)
def public(uid: str, body: ShowIn) -> Any:
    """Show a question with its answer to readers, or change what is shown."""
    given = body.model_dump()
    sure, seen = given.pop("sure"), given.pop("version") or seen_version()
    draft = showing.Draft(**given)
    return answer_out(showing.show(g.session, g.actor, _the(uid), draft, sure=sure, seen=seen))


@api.operation("POST", "/petitions/<uid>/withdraw", May.REVIEW, body=Reason, answer=PetitionOut)
def withdraw(uid: str, body: Reason) -> Any:
    """Show a question no longer."""
    petition = _the(uid)
    showing.withdraw(g.session, g.actor, petition, body.note)
    return petition_out(petition, g.actor)


class WeekQuery(Schema):
    day: date | None = None


@api.operation("GET", "/petition-weeks", May.READ, query=WeekQuery, answer=FiguresOut)
def week(query: WeekQuery) -> Any:
    """The figures of the week in which a day lies; of the one that runs without a day."""
    day = query.day or clock.today(g.session)
    return figures_out(figures.figures_of(g.session, g.actor, figures.week_of(day)))


def figures_out(found: Figures) -> FiguresOut:
    """The figures of a time as the API shows them."""
    names = ("received", "received_before", "rated", "mean")
    return FiguresOut(
        begins=found.span.begins,
        ends=found.span.ends,
        steps=dict(found.steps),
        categories={str(category or ""): count for category, count in found.categories},
        units=[UnitFiguresOut.model_validate(each) for each in found.units],
        topics=[
            TopicOut(
                terms=list(topic.terms),
                count=len(topic.texts),
                before=topic.before,
                titles=[text.title for text in topic.texts],
            )
            for topic in found.topics
        ],
        **{name: getattr(found, name) for name in names},
    )


@api.operation("GET", "/petition-terms", May.READ, answer=ParametersOut)
def terms() -> Any:
    """Every term and limit in force."""
    return timing.parameters(g.session)


@api.operation("PUT", "/petition-terms", May.SET, body=ParametersIn, answer=ParametersOut)
def set_terms(body: Schema) -> Any:
    """Change terms and limits."""
    service.set_parameters(g.session, g.actor, body.model_dump())
    return timing.parameters(g.session)
