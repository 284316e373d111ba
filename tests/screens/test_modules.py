"""The five modules (S50): every place in at most one, every figure leads to its list."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from kitchen.screens import nav
from kitchen.screens.modules import MODULES
from tests.fixtures.newsroom import Door

FIVE = ["信息汇聚", "策划采编", "媒资管理", "渠道分发", "评估评价"]


def test_the_modules_are_the_five_and_their_places_exist_once() -> None:
    assert [each.label for each in MODULES] == FIVE
    places = Counter(place for module in MODULES for place in module.places)
    assert set(places.values()) == {1}
    assert set(places) <= {place.key for place in nav.PLACES}


def test_each_figure_leads_to_its_list(sign_in: Door) -> None:
    editor = sign_in("editor")
    page = editor.get("/modules").text
    inside = page[page.index("<main") :]
    assert re.findall(r"<h2>(.+?)</h2>", inside) == FIVE
    links = re.findall(r'class="kpi[^>]*href="([^"]+)"', inside)
    assert len(links) >= 10
    for link in dict.fromkeys(links):
        assert editor.get(link).status_code == 200, link


def test_the_rail_names_the_modules_of_places_one_may_enter(sign_in: Door) -> None:
    def named(role: str) -> list[str]:
        return re.findall(r'class="rail__module"[^>]*>(.+?)</p>', sign_in(role).get("/me").text)

    assert named("editor") == [*FIVE, "统一管理"]
    assert named("stringer") == ["信息汇聚"]


def test_a_lead_is_counted_at_once_and_programs_see_the_same(sign_in: Door) -> None:
    editor = sign_in("editor")

    def waiting() -> Any:
        (gather, *_rest) = editor.call("GET", "/api/v1/modules").json["items"]
        return gather["figures"][0]

    assert waiting() == {"label": "待处理的线索", "value": 0}
    lead = {"title": "荷塘开挖", "body": "三百亩藕田今天开始采挖。"}
    assert editor.call("POST", "/api/v1/leads", lead).status_code == 201
    assert waiting()["value"] == 1


@pytest.mark.parametrize("role", ["stringer", "department", "admin"])
def test_whoever_has_nothing_there_does_not_enter(sign_in: Door, role: str) -> None:
    assert sign_in(role).get("/modules").status_code == 403
