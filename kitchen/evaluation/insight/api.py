"""The API of what worked: a period, a story's check-up, figures by hand, alarms, targets."""

from __future__ import annotations

from typing import Any

from flask import g

from kitchen.core import clock
from kitchen.core.paging import Page
from kitchen.evaluation.figures import period, queries, service, sheets, targets
from kitchen.evaluation.insight.checkup import check_up
from kitchen.evaluation.insight.schemas import (
    AlarmOut,
    AlarmQuery,
    CheckUpOut,
    CountsIn,
    PeriodOut,
    PeriodQuery,
    ReasonIn,
    RowFaultOut,
    SheetIn,
    TakenInOut,
    TargetEdit,
    TargetIn,
    TargetOut,
    alarm_out,
    check_up_out,
    period_out,
    target_out,
    the_period,
)
from kitchen.evaluation.response.queries import response
from kitchen.evaluation.rules import May
from kitchen.stories import queries as stories
from kitchen.web.api import Api, seen_version
from kitchen.web.i18n import say

api = Api("insight")


@api.operation("GET", "/insight", May.READ, query=PeriodQuery, answer=PeriodOut)
def show(query: PeriodQuery) -> Any:
    """What the pieces of a period had gathered at one age, beside the period before."""
    days = the_period(query, clock.today(g.session))
    return period_out(
        period.figures(g.session, days, query.age),
        response(g.session, days),
        period.account_means(g.session, days.until),
        queries.open_alarms(g.session),
    )


@api.operation("GET", "/insight/stories/<uid>", May.READ, answer=CheckUpOut)
def story(uid: str) -> Any:
    """A story's check-up: figures by piece and age, speed, alarms."""
    return _checked(uid)


def _checked(uid: str) -> CheckUpOut:
    return check_up_out(check_up(g.session, stories.the_story(g.session, uid)), g.actor)


@api.operation("POST", "/insight/pieces/<uid>/figures", May.ENTER, body=CountsIn, answer=CheckUpOut)
def enter(uid: str, body: CountsIn) -> Any:
    """Enter figures of a piece (a publication's uid); `null` is not known."""
    piece = queries.the_piece(g.session, uid)
    service.enter(g.session, g.actor, piece, body.age, body.told)
    return _checked(piece.publication.story.uid)


@api.operation("POST", "/insight/figures/sheet", May.ENTER, body=SheetIn, answer=TakenInOut)
def take_in(body: SheetIn) -> Any:
    """A CSV of figures; good rows are kept, the faults of bad rows come back."""
    found = sheets.take_in(g.session, g.actor, body.csv.encode())
    faults = [RowFaultOut(row=it.row, column=it.head, sentence=say(it.told)) for it in found.faults]
    return TakenInOut(kept=found.kept, faults=faults)


@api.operation("GET", "/insight/alarms", May.READ, query=AlarmQuery, answer=AlarmOut, many=True)
def alarms(query: AlarmQuery) -> Any:
    """Missed targets and doubted figures, newest first."""
    page = queries.page_of_alarms(g.session, **query.model_dump(exclude={"q"}))
    return Page([alarm_out(alarm, g.actor) for alarm in page.items], page.next)


@api.operation("POST", "/insight/alarms/<uid>/dismiss", May.ENTER, body=ReasonIn, answer=AlarmOut)
def dismiss(uid: str, body: ReasonIn) -> Any:
    """Nothing is wrong, and why."""
    service.dismiss(g.session, g.actor, queries.the_alarm(g.session, uid), body.note)
    return alarm_out(queries.the_alarm(g.session, uid), g.actor)


@api.operation("POST", "/insight/alarms/<uid>/uphold", May.ENTER, body=ReasonIn, answer=AlarmOut)
def uphold(uid: str, body: ReasonIn) -> Any:
    """Something is wrong indeed, and what."""
    service.uphold(g.session, g.actor, queries.the_alarm(g.session, uid), body.note)
    return alarm_out(queries.the_alarm(g.session, uid), g.actor)


@api.operation("GET", "/insight/targets", May.READ, answer=TargetOut, many=True)
def list_targets() -> Any:
    """The targets that somebody set, all of them; without any, those as shipped hold."""
    return Page([target_out(each) for each in targets.standing(g.session).rows])


@api.operation("POST", "/insight/targets", May.DEFINE, body=TargetIn, answer=TargetOut, status=201)
def add_target(body: TargetIn) -> Any:
    """Set a target where none was set."""
    return target_out(targets.add(g.session, g.actor, **body.model_dump()))


@api.operation("PATCH", "/insight/targets/<uid>", May.DEFINE, body=TargetEdit, answer=TargetOut)
def change_target(uid: str, body: TargetEdit) -> Any:
    """Ask for more or less, sooner or later; by `If-Match` or `version`."""
    target = targets.the_target(g.session, uid)
    seen = body.version if body.version is not None else seen_version()
    targets.change(g.session, g.actor, target, age=body.age, reads=body.reads, seen=seen)
    return target_out(target)


@api.operation("DELETE", "/insight/targets/<uid>", May.DEFINE)
def drop_target(uid: str) -> Any:
    """Take a target away: the next wider one holds again."""
    targets.drop(g.session, g.actor, targets.the_target(g.session, uid))
