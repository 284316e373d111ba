"""The API of points."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core.access import authorize
from kitchen.core.errors import Forbidden, NotFound
from kitchen.core.paging import Page
from kitchen.evaluation.rules import May
from kitchen.evaluation.scores import (
    appeals,
    faults,
    late,
    pay,
    queries,
    service,
    sharing,
    versions,
)
from kitchen.evaluation.scores.labels import ROLES
from kitchen.evaluation.scores.models import ScoreMonth, StoryScore
from kitchen.evaluation.scores.rules import SEEN
from kitchen.evaluation.scores.schemas import (
    AnswerIn,
    AppealIn,
    AppealOut,
    ChargeOut,
    FaultIn,
    FaultOut,
    GradeIn,
    MissIn,
    MonthOut,
    NoteIn,
    PersonOut,
    ScoreOut,
    SharesIn,
    appeal_out,
    charge_out,
    fault_out,
    month_out,
    person_out,
    score_out,
)
from kitchen.people import queries as people
from kitchen.web.api import Api, seen_version
from kitchen.web.paging import PageQuery

api = Api("performance")


def _month(name: str) -> ScoreMonth:
    return queries.the_month(g.session, name)


def _score(month: str, uid: str) -> StoryScore:
    """A score that this person may see. Raises :class:`Forbidden`."""
    score = queries.the_score(g.session, _month(month), uid)
    if not service.may_see(g.actor, score):
        raise Forbidden
    return score


def _month_out(month: ScoreMonth) -> MonthOut:
    return month_out(month, g.actor, queries.progress(g.session, month))


def _score_out(score: StoryScore) -> ScoreOut:
    return score_out(score, versions.weights_of(g.session, score.month))


@api.operation("GET", "/performance/months", May.READ, query=PageQuery, answer=MonthOut, many=True)
def months(query: PageQuery) -> Any:
    """Months, newest first."""
    page = queries.page_of_months(g.session, limit=query.limit, cursor=query.cursor)
    return Page([month_out(each, g.actor) for each in page.items], page.next)


@api.operation("GET", "/performance/<month>", May.READ, answer=MonthOut)
def show(month: str) -> Any:
    """One month (2026-05), and how far it is."""
    return _month_out(_month(month))


@api.operation("GET", "/performance/<month>/mine", May.READ, answer=PersonOut)
def mine(month: str) -> Any:
    """My own month, once it is published."""
    found = _month(month)
    if found.state not in SEEN and not g.actor.may(May.SEE_POINTS, found.unit_id):
        raise Forbidden
    own = pay.people(g.session, found, g.actor.id)
    if not own:
        raise NotFound
    return person_out(own[0])


@api.operation(
    "GET",
    "/performance/<month>/mine/faults",
    May.READ,
    query=PageQuery,
    answer=ChargeOut,
    many=True,
)
def my_faults(month: str, query: PageQuery) -> Any:
    """What faults take off me beside my stories, once the month is published."""
    page = late.page_of_own(
        g.session, g.actor, _month(month), limit=query.limit, cursor=query.cursor
    )
    return Page([charge_out(each) for each in page.items], page.next)


@api.operation(
    "GET",
    "/performance/<month>/people",
    May.SEE_POINTS,
    query=PageQuery,
    answer=PersonOut,
    many=True,
)
def ranking(month: str, query: PageQuery) -> Any:
    """Everyone's month, the most points first."""
    page = pay.page_of_people(
        g.session, g.actor, _month(month), limit=query.limit, cursor=query.cursor
    )
    return Page([person_out(each) for each in page.items], page.next)


@api.operation(
    "GET",
    "/performance/<month>/stories",
    May.READ,
    query=PageQuery,
    answer=ScoreOut,
    many=True,
)
def stories(month: str, query: PageQuery) -> Any:
    """A month's stories; of a published one everybody sees those they share in."""
    found = _month(month)
    sees_all = any(g.actor.may(it, found.unit_id) for it in (May.SEE_POINTS, May.GRADE))
    if not sees_all and found.state not in SEEN:
        raise Forbidden
    own = None if sees_all else g.actor.id
    page = queries.page_of_scores(g.session, found, person_id=own, **query.model_dump())
    return Page([score_out(each) for each in page.items], page.next)


@api.operation("GET", "/performance/<month>/stories/<uid>", May.READ, answer=ScoreOut)
def story(month: str, uid: str) -> Any:
    """A story's points with every line of their making."""
    return _score_out(_score(month, uid))


@api.operation(
    "POST", "/performance/<month>/stories/<uid>/grade", May.GRADE, body=GradeIn, answer=ScoreOut
)
def grade(month: str, uid: str, body: GradeIn) -> Any:
    """Grade a story."""
    score = _score(month, uid)
    service.grade(g.session, g.actor, score, body.grade, body.genre, seen_version())
    return _score_out(score)


@api.operation(
    "POST", "/performance/<month>/stories/<uid>/shares", May.GRADE, body=SharesIn, answer=ScoreOut
)
def shares(month: str, uid: str, body: SharesIn) -> Any:
    """Set who shares in a story."""
    score = _score(month, uid)
    named = [
        {"role": ROLES[each.role], "names": each.name, "share": each.percent}
        for each in body.shares
    ]
    sharing.set_by_hand(g.session, g.actor, score, named, seen_version())
    return _score_out(score)


@api.operation(
    "POST",
    "/performance/<month>/stories/<uid>/appeals",
    May.READ,
    body=AppealIn,
    answer=AppealOut,
    status=201,
)
def appeal(month: str, uid: str, body: AppealIn) -> Any:
    """Appeal against a story's points, once."""
    made = appeals.make(g.session, g.actor, _score(month, uid), body.reason)
    return appeal_out(queries.the_appeal(g.session, made.uid), g.actor)


@api.operation(
    "POST",
    "/performance/<month>/stories/<uid>/faults",
    May.GRADE,
    body=FaultIn,
    answer=FaultOut,
    status=201,
)
def blame(month: str, uid: str, body: FaultIn) -> Any:
    """Note a fault of a story; of a published one it counts in the next open month."""
    noted = faults.note(
        g.session, g.actor, _score(month, uid), body.kind, words=body.note, url=body.url
    )
    return fault_out(queries.the_fault(g.session, noted.uid))


@api.operation(
    "GET", "/performance/<month>/faults", May.GRADE, query=PageQuery, answer=FaultOut, many=True
)
def fault_list(month: str, query: PageQuery) -> Any:
    """What takes points off in a month, newest first."""
    found = _month(month)
    authorize(g.actor, May.GRADE, found)
    page = queries.page_of_faults(g.session, found, limit=query.limit, cursor=query.cursor)
    return Page([fault_out(each) for each in page.items], page.next)


@api.operation(
    "POST",
    "/performance/<month>/faults",
    May.GRADE,
    body=MissIn,
    answer=FaultOut,
    status=201,
)
def miss(month: str, body: MissIn) -> Any:
    """Note news that a person should have brought."""
    person = people.the_staff(g.session, body.person)
    noted = faults.miss(g.session, g.actor, _month(month), person, words=body.note, url=body.url)
    return fault_out(queries.the_fault(g.session, noted.uid))


@api.operation("POST", "/performance/faults/<uid>/strike", May.GRADE, body=NoteIn, answer=FaultOut)
def strike(uid: str, body: NoteIn) -> Any:
    """A fault was none after all."""
    fault = queries.the_fault(g.session, uid)
    faults.strike(g.session, g.actor, fault, body.note)
    return fault_out(fault)


@api.operation(
    "GET", "/performance/appeals", May.GRADE, query=PageQuery, answer=AppealOut, many=True
)
def appeal_list(query: PageQuery) -> Any:
    """Appeals, newest first."""
    page = queries.page_of_appeals(
        g.session, g.actor, state=query.state, limit=query.limit, cursor=query.cursor
    )
    return Page([appeal_out(each, g.actor) for each in page.items], page.next)


@api.operation(
    "POST", "/performance/appeals/<uid>/grant", May.GRADE, body=AnswerIn, answer=AppealOut
)
def grant(uid: str, body: AnswerIn) -> Any:
    """Grant an appeal: another grade, or faults that are struck."""
    found = queries.the_appeal(g.session, uid)
    struck = [queries.the_fault(g.session, each) for each in body.strike]
    appeals.grant(g.session, g.actor, found, body.note, grade=body.grade, struck=struck)
    return appeal_out(queries.the_appeal(g.session, uid), g.actor)


@api.operation(
    "POST", "/performance/appeals/<uid>/refuse", May.GRADE, body=NoteIn, answer=AppealOut
)
def refuse(uid: str, body: NoteIn) -> Any:
    """Refuse an appeal."""
    appeals.refuse(g.session, g.actor, queries.the_appeal(g.session, uid), body.note)
    return appeal_out(queries.the_appeal(g.session, uid), g.actor)


@api.operation("POST", "/performance/<month>/count", May.GRADE, answer=MonthOut)
def count(month: str) -> Any:
    """Have an open month counted now."""
    found = _month(month)
    service.count(g.session, g.actor, found)
    return _month_out(found)


@api.operation("POST", "/performance/<month>/finish", May.GRADE, body=NoteIn, answer=MonthOut)
def finish(month: str, body: NoteIn) -> Any:
    """Grading is over."""
    found = _month(month)
    service.finish(g.session, g.actor, found, body.note)
    return _month_out(found)


@api.operation("POST", "/performance/<month>/reopen", May.GRADE, body=NoteIn, answer=MonthOut)
def reopen(month: str, body: NoteIn) -> Any:
    """Back to grading, and why."""
    found = _month(month)
    service.reopen(g.session, g.actor, found, body.note)
    return _month_out(found)


@api.operation("POST", "/performance/<month>/publish", May.SETTLE, body=NoteIn, answer=MonthOut)
def publish(month: str, body: NoteIn) -> Any:
    """Show everyone their own points."""
    found = _month(month)
    service.publish(g.session, g.actor, found, body.note)
    return _month_out(found)


@api.operation("POST", "/performance/<month>/lock", May.SETTLE, body=NoteIn, answer=MonthOut)
def lock(month: str, body: NoteIn) -> Any:
    """Close a month for good."""
    found = _month(month)
    service.lock(g.session, g.actor, found, body.note)
    return _month_out(found)
