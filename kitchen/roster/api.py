"""The API of duty."""

from __future__ import annotations

from datetime import datetime, time, timedelta
from typing import Any

from flask import g

from kitchen.core import clock
from kitchen.core.clock import CENTRE
from kitchen.core.paging import Page
from kitchen.matrix import queries as matrix
from kitchen.people.models import Staff
from kitchen.people.schemas import StaffOut
from kitchen.roster import queries, service, swapping
from kitchen.roster.given import kept, planned
from kitchen.roster.rules import May
from kitchen.roster.schemas import (
    HandIn,
    LineIn,
    LineOut,
    OnDutyQuery,
    RosterQuery,
    SettingIn,
    SettingOut,
    ShiftIn,
    ShiftOut,
    SwapIn,
    SwapOut,
    line_out,
    shift_out,
)
from kitchen.web.api import Api

api = Api("roster")


@api.operation("GET", "/shifts", May.READ, query=RosterQuery, answer=ShiftOut, many=True)
def index(query: RosterQuery) -> Any:
    """The shifts of two weeks."""
    since = datetime.combine(query.day or clock.today(g.session), time(), CENTRE)
    found = queries.between(g.session, since, since + timedelta(days=14))
    return Page([shift_out(each, g.actor) for each in found])


@api.operation("GET", "/on_duty", May.READ, query=OnDutyQuery, answer=StaffOut, many=True)
def on_duty(query: OnDutyQuery) -> Any:
    """Who is on duty now, of all lines or for one account."""
    now = clock.now(g.session)
    if query.account:
        account = matrix.the_account(g.session, query.account)
        found = queries.on_duty_for(g.session, account, now)
    else:
        standing = [each.on_duty for each in queries.running(g.session, now)]
        found = list(dict.fromkeys(each.id for each in standing if each is not None))
    return Page([g.session.get_one(Staff, each) for each in found])


@api.operation("POST", "/shifts", May.ARRANGE, body=ShiftIn, answer=ShiftOut, status=201)
def plan(body: ShiftIn) -> Any:
    """Write a shift down."""
    return shift_out(service.plan_shift(g.session, g.actor, planned(g.session, body)), g.actor)


@api.operation("GET", "/shifts/<uid>", May.READ, answer=ShiftOut)
def show(uid: str) -> Any:
    """One shift."""
    return shift_out(queries.the_shift(g.session, uid), g.actor)


@api.operation("POST", "/shifts/<uid>/check_in", May.STAND, answer=ShiftOut)
def check_in(uid: str) -> Any:
    """A says that they stand."""
    shift = queries.the_shift(g.session, uid)
    service.check_in(g.session, g.actor, shift)
    return shift_out(shift, g.actor)


@api.operation("POST", "/shifts/<uid>/take_over", May.STAND, answer=ShiftOut)
def take_over(uid: str) -> Any:
    """B stands."""
    shift = queries.the_shift(g.session, uid)
    service.take_over(g.session, g.actor, shift)
    return shift_out(shift, g.actor)


@api.operation("POST", "/shifts/<uid>/step_in", May.ARRANGE, answer=ShiftOut)
def step_in(uid: str) -> Any:
    """Stand where neither of the two answered."""
    shift = queries.the_shift(g.session, uid)
    service.step_in(g.session, g.actor, shift)
    return shift_out(shift, g.actor)


@api.operation("POST", "/shifts/<uid>/cancel", May.ARRANGE, answer=ShiftOut)
def cancel(uid: str) -> Any:
    """Take a planned shift off the roster."""
    shift = queries.the_shift(g.session, uid)
    service.cancel_shift(g.session, g.actor, shift)
    return shift_out(shift, g.actor)


@api.operation("POST", "/shifts/<uid>/hand_over", May.STAND, body=HandIn, answer=ShiftOut)
def hand_over(uid: str, body: HandIn) -> Any:
    """Hand over in writing."""
    shift = queries.the_shift(g.session, uid)
    service.hand_over(g.session, g.actor, shift, body.note)
    return shift_out(shift, g.actor)


@api.operation("POST", "/shifts/<uid>/swap", May.STAND, body=SwapIn, answer=SwapOut, status=201)
def swap(uid: str, body: SwapIn) -> Any:
    """Ask somebody to change seats."""
    shift = queries.the_shift(g.session, uid)
    other = queries.the_shift(g.session, body.shift)
    return swapping.ask(g.session, g.actor, shift, other, body.seat, body.reason)


@api.operation("POST", "/swaps/<uid>/agree", May.STAND, answer=SwapOut)
def agree(uid: str) -> Any:
    """Agree to change seats."""
    found = queries.the_swap(g.session, uid)
    swapping.agree(g.session, g.actor, found)
    return found


@api.operation("POST", "/swaps/<uid>/refuse", May.STAND, answer=SwapOut)
def refuse(uid: str) -> Any:
    """Refuse to change seats."""
    found = queries.the_swap(g.session, uid)
    swapping.refuse(g.session, g.actor, found)
    return found


@api.operation("POST", "/swaps/<uid>/withdraw", May.STAND, answer=SwapOut)
def withdraw(uid: str) -> Any:
    """No longer ask for it."""
    found = queries.the_swap(g.session, uid)
    swapping.withdraw(g.session, g.actor, found)
    return found


@api.operation("GET", "/duty_lines", May.READ, answer=LineOut, many=True)
def lines() -> Any:
    """Where somebody must stand."""
    return Page([line_out(each) for each in queries.lines(g.session, all_of_them=True)])


@api.operation("POST", "/duty_lines", May.ARRANGE, body=LineIn, answer=LineOut, status=201)
def open_line(body: LineIn) -> Any:
    """Say that somebody must stand somewhere."""
    return line_out(service.open_line(g.session, g.actor, kept(g.session, body)))


@api.operation("PUT", "/duty_lines/<uid>", May.ARRANGE, body=LineIn, answer=LineOut)
def change_line(uid: str, body: LineIn) -> Any:
    """All of a line anew."""
    found = queries.the_line(g.session, uid)
    service.change_line(g.session, g.actor, found, kept(g.session, body))
    return line_out(found)


@api.operation("GET", "/duty_setting", May.READ, answer=SettingOut)
def setting() -> Any:
    """How long A and B may be silent, and how far ahead holes are told."""
    return queries.setting(g.session)


@api.operation("PUT", "/duty_setting", May.ARRANGE, body=SettingIn, answer=SettingOut)
def set_setting(body: SettingIn) -> Any:
    """Say otherwise."""
    service.set_setting(g.session, g.actor, **body.model_dump())
    return queries.setting(g.session)
