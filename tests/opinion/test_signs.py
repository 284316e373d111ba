"""Early signs (S26): up the chain until somebody acknowledges them, then to their end."""

from __future__ import annotations

from datetime import timedelta

import pytest

from kitchen.core.errors import Forbidden, Invalid, NotFound, WrongState
from kitchen.opinion import queries, settings, signs
from kitchen.opinion.rules import CHAIN, NAMES, Grade, Parameters, Sign
from kitchen.roles import ROLES
from tests.fixtures.newsroom import Door
from tests.opinion.conftest import NOON, Watchroom

REPORTED, UNHEARD = "舆情苗头：“%(title)s”，请签收。", "舆情苗头没人签收：“%(title)s”，请您处理。"


@pytest.mark.parametrize(
    ("grade", "minutes"), [(Grade.ROUTINE, 60), (Grade.LARGER, 30), (Grade.MAJOR, 15)]
)
def test_the_graver_the_sooner_somebody_must_acknowledge(
    watchroom: Watchroom, grade: Grade, minutes: int
) -> None:
    uid = watchroom.sign(grade)
    with watchroom.database.unit(write=False) as session:
        sign = queries.the_sign(session, watchroom.duty, uid)
    assert sign.due_at == NOON + timedelta(minutes=minutes)
    assert watchroom.heard("duty") == [REPORTED]
    assert watchroom.heard("deputy") == []


def test_it_climbs_the_chain_once_a_step_and_stops_when_somebody_takes_it_up(
    watchroom: Watchroom,
) -> None:
    uid = watchroom.sign(Grade.MAJOR)
    assert signs.escalate(watchroom.database) == 0
    watchroom.later(minutes=16)
    assert signs.escalate(watchroom.database) == 1
    assert signs.escalate(watchroom.database) == 0
    assert (watchroom.heard("deputy"), watchroom.heard("head")) == ([UNHEARD], [])
    watchroom.later(minutes=16)
    signs.escalate(watchroom.database)
    assert watchroom.heard("head") == [UNHEARD]
    sign = watchroom.on_sign(uid, signs.acknowledge, "head")
    assert (sign.state, sign.calls, sign.call_at) == (Sign.ACKNOWLEDGED, 2, None)
    watchroom.later(days=1)
    assert signs.escalate(watchroom.database) == 0
    assert "您报的苗头“%(title)s”已签收。" in watchroom.heard("reporter")


def test_at_the_end_of_the_chain_it_waits_where_it_is(watchroom: Watchroom) -> None:
    uid = watchroom.sign()
    for _ in range(6):
        watchroom.later(hours=2)
        signs.escalate(watchroom.database)
    with watchroom.database.unit(write=False) as session:
        sign = queries.the_sign(session, watchroom.duty, uid)
    assert (sign.calls, sign.call_at, sign.state) == (len(CHAIN) - 1, None, Sign.REPORTED)


def test_to_its_end_and_back(watchroom: Watchroom) -> None:
    uid = watchroom.sign()
    with pytest.raises(WrongState):
        watchroom.on_sign(uid, signs.close, "duty", "没有事")
    watchroom.on_sign(uid, signs.acknowledge, "duty")
    with pytest.raises(WrongState):
        watchroom.on_sign(uid, signs.acknowledge, "chief")
    with pytest.raises(Invalid):
        watchroom.on_sign(uid, signs.act, "duty", " ")
    watchroom.on_sign(uid, signs.act, "duty", "联系水务局")
    assert watchroom.on_sign(uid, signs.close, "duty", "水质正常").state == Sign.CLOSED
    assert watchroom.on_sign(uid, signs.reopen, "duty", "又有人说").state == Sign.ACTING


def test_whoever_reports_sees_their_own_and_handles_none(watchroom: Watchroom) -> None:
    uid = watchroom.sign(reporter="keeper")
    with pytest.raises(Forbidden):
        watchroom.on_sign(uid, signs.acknowledge, "keeper")
    with watchroom.database.unit(write=False) as session, pytest.raises(NotFound):
        queries.the_sign(session, watchroom.reporter, uid)


def test_the_chain_is_the_centres_own(watchroom: Watchroom) -> None:
    whole = {name: getattr(Parameters(), name) for name in NAMES}
    with watchroom.database.unit() as session:
        with pytest.raises(Forbidden):
            settings.set_parameters(session, watchroom.duty, whole, ["duty"], ROLES)
        for steps in ([], ["nobody"]):
            with pytest.raises(Invalid):
                settings.set_parameters(session, watchroom.head, whole, steps, ROLES)
        with pytest.raises(Invalid):
            settings.set_parameters(
                session, watchroom.head, {**whole, "warn_percent": 100}, ["duty"], ROLES
            )
        settings.set_parameters(
            session, watchroom.head, {**whole, "routine_minutes": 5}, ["editor", "head"], ROLES
        )
    watchroom.sign()
    assert (watchroom.heard("duty"), watchroom.heard("editor")) == ([], [REPORTED])
    watchroom.later(minutes=6)
    signs.escalate(watchroom.database)
    assert watchroom.heard("head") == [UNHEARD]


def test_pages_of_signs(watchroom: Watchroom, sign_in: Door) -> None:
    reporter, duty, head = sign_in("reporter"), sign_in("duty"), sign_in("head")
    refused = reporter.post_form("/opinion/signs/new", {"title": "味", "body": "群里在说"})
    assert refused.status_code == 422
    assert "群里在说" in refused.text
    done = reporter.post_form("/opinion/signs/new", {"title": "自来水有味", "grade": "larger"})
    at = done.location
    assert "待签收" in duty.get("/opinion/signs").text
    assert reporter.post_form(f"{at}/acknowledge").status_code == 403
    assert duty.post_form(f"{at}/acknowledge").status_code == 302
    assert duty.post_form(f"{at}/acknowledge").status_code == 409
    assert duty.post_form(f"{at}/act", {"note": "联系水务局"}).status_code == 302
    assert "联系水务局" in reporter.get(at).text
    shown = head.get("/opinion/settings").text
    assert "苗头上报第 1 步" in shown
    whole = {name: str(getattr(Parameters(), name)) for name in NAMES}
    saved = head.post_form("/opinion/settings", {**whole, "chain_0": ["duty", "chief"]})
    assert saved.status_code == 302
    wrong = head.post_form("/opinion/settings", {**whole, "keep_days": "0", "chain_0": "duty"})
    assert wrong.status_code == 422
