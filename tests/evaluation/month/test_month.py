"""A month of the newsroom through the sandbox: every figure of every page, recomputed.

The month is carried once. Each page is then visited, and what it shows is held against the ledger
of the platforms; a page that is not among them has a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

import pytest
from flask import Flask

from kitchen import app
from tests.evaluation.month import (
    elsewhere,
    overview,
    points,
    programs,
    rankings,
    registered,
    reporting,
)
from tests.evaluation.month.ledger import Ledger
from tests.evaluation.month.life import Month
from tests.evaluation.month.visiting import Held, Visit
from tests.fixtures.books import demand_right_books

pytestmark = pytest.mark.xdist_group("a month")

Look = Callable[[Visit, Ledger], Held]

HELD: dict[str, Look] = {
    "insight.index": overview.overview,
    "insight.story": overview.check_ups,
    "insight.alarms": overview.alarm_list,
    "insight.alarm": overview.alarm_cards,
    "insight.sheet": overview.wanting,
    "indices.index": rankings.rankings,
    "indices.sheet": rankings.sheets,
    "indices.account": rankings.courses,
    "indices.score": rankings.scores,
    "reports.show": reporting.pages,
    "reports.paper": reporting.papers,
    "reports.manifold": reporting.manifold,
    "open_figures.as_json": reporting.opened,
    "open_figures.as_csv": reporting.opened,
    "performance.index": points.mine,
    "performance.show": points.everybody,
    "scores.show": points.score_cards,
    "scores.grading": points.grading,
    "matrix.show": registered.accounts,
    "matrix.accounts": registered.register,
    "registry.brands": registered.brands,
    "modules.index": overview.modules,
    "registry.register": elsewhere.sheets,
    "closings.item": elsewhere.cleaned,
    "events.show": elsewhere.rooms,
}
"""By endpoint, how what it shows is held against the ledger."""
TOLD: dict[str, Look] = {
    "insight_api.show": programs.period,
    "insight_api.story": programs.check_up,
    "insight_api.alarms": programs.alarms,
    "indices_api.ranking": programs.ranking,
    "indices_api.course": programs.course,
    "indices_api.score": programs.score,
    "performance_api.stories": programs.stories,
    "performance_api.story": programs.story,
    "performance_api.ranking": programs.people,
    "performance_api.mine": programs.mine,
    "performance_api.show": programs.settled,
    "reports_api.figures": programs.report,
    "reports_api.show": programs.edition,
    "reports_api.manifold": programs.manifold,
    "registry_api.show_figures": programs.account,
    "registry_api.brands": programs.brand,
    "matrix_api.index": programs.register,
    "matrix_api.show": programs.entry,
    "search_api.modules": programs.modules,
    "cleanups_api.items": elsewhere.judged,
    "incidents_api.after_action": elsewhere.reaches,
}
"""The same for programs."""
SENT: dict[str, Look] = {"performance.export": elsewhere.pay}
"""The same for what a form brings."""
MORE: dict[str, Look] = {"reports.show of a unit": reporting.of_a_unit}

ENTERED = "what people enter: the form, the targets, the parameters of the house"
WORDS = "formulas and settings in words; no figure that was collected"
NOT_COLLECTED = {
    "insight.goals": ENTERED,
    "insight.take_in": ENTERED,
    "indices.definitions": WORDS,
    "indices.definition": WORDS,
    "indices.revise": WORDS,
    "indices.compose": WORDS,
    "official_ranks.index": "places on the lists of others, which people enter",
    "official_ranks.take_in": ENTERED,
    "official_ranks.empty": "an empty sheet",
    "reports.index": "which editions there are",
    "reports.schedules": ENTERED,
    "reports.schedule": ENTERED,
    "reports.open_data": ENTERED,
    "open_figures.schema": "the shape of the open figures",
    "pickups.index": "what other outlets took up, found in feeds and confirmed by people",
    "pickups.new": ENTERED,
    "pickups.of_story": "what other outlets took up of a story",
    "pickups.outlets": ENTERED,
    "pickups.outlet": ENTERED,
    "scores.appeal_list": "what people say of their points, in words",
    "scores.fault_list": "faults that people noted",
    "performance_settings.formula": WORDS,
    "performance_settings.quotas": ENTERED,
}
"""Pages of evaluation that show no collected figure, and what they show."""
NOT_COLLECTED_TOLD = {
    "insight_api.list_targets": ENTERED,
    "indices_api.definitions": WORDS,
    "indices_api.definition": WORDS,
    "indices_api.official_ranks": "places on the lists of others, which people enter",
    "reports_api.index": "which editions there are",
    "reports_api.letters": "what became of the letters of an edition",
    "reports_api.schedules": ENTERED,
    "reports_api.open_data": ENTERED,
    "pickups_api.index": "what other outlets took up, found in feeds and confirmed by people",
    "pickups_api.outlets": ENTERED,
    "performance_api.months": "which months there are, and how far each is",
    "performance_api.appeal_list": "what people say of their points, in words",
    "performance_api.fault_list": "faults that people noted",
    "performance_api.my_faults": "faults that people noted",
    "performance_settings_api.formula": WORDS,
    "performance_settings_api.quotas": ENTERED,
}
"""The same for programs."""
STATIONS = (
    *("insight", "indices", "official_ranks", "pickups", "reports", "open_figures"),
    *("performance", "scores", "performance_settings"),
)
APIS = tuple(f"{it}_api" for it in STATIONS)


@pytest.fixture(scope="module")
def ledger(month: Month) -> Ledger:
    return Ledger(month)


@pytest.mark.parametrize("endpoint", [*HELD, *TOLD, *SENT])
def test_a_page_shows_what_the_platforms_say(month: Month, ledger: Ledger, endpoint: str) -> None:
    visit = Visit(month)
    held = list({**HELD, **TOLD, **SENT}[endpoint](visit, ledger))
    assert held
    assert endpoint in visit.seen
    for shown, told in held:
        assert shown == told


@pytest.mark.parametrize("look", MORE.values(), ids=MORE)
def test_another_view_shows_the_same(month: Month, ledger: Ledger, look: Look) -> None:
    held = list(look(Visit(month), ledger))
    assert held
    for shown, told in held:
        assert shown == told


def test_no_page_of_evaluation_is_forgotten(month: Month) -> None:
    faces = month.door.desk, app.create_public(month.newsroom.house)
    shown = {endpoint for face in faces for endpoint in _seen(face, STATIONS)}
    assert shown == _of(STATIONS, HELD) | NOT_COLLECTED.keys()
    assert not HELD.keys() & NOT_COLLECTED.keys()


def test_nothing_that_programs_are_told_of_evaluation_is_forgotten(month: Month) -> None:
    shown = _seen(month.door.desk, APIS)
    assert shown == _of(APIS, TOLD) | NOT_COLLECTED_TOLD.keys()
    assert not TOLD.keys() & NOT_COLLECTED_TOLD.keys()


def _seen(face: Flask, stations: Sequence[str]) -> set[str]:
    """What can be looked at of these stations."""
    rules = [it.endpoint for it in face.url_map.iter_rules() if "GET" in (it.methods or ())]
    return _of(stations, rules)


def _of(stations: Sequence[str], endpoints: Iterable[str]) -> set[str]:
    return {it for it in endpoints if it.partition(".")[0] in stations}


def test_everything_went_out_once_and_the_books_are_right(month: Month, ledger: Ledger) -> None:
    assert month.states() == ["live"] * len(ledger.pieces)
    demand_right_books(month.database)
