"""The page of targets and its API: what holds, what is set, and that nothing typed is lost."""

from __future__ import annotations

import re

import pytest

from tests.evaluation.figures.conftest import Counted
from tests.evaluation.insight.conftest import API, words
from tests.fixtures.newsroom import Door


def test_targets_by_page_and_api(week: Counted, sign_in: Door) -> None:
    admin = sign_in("admin")
    wish = {
        "scope": "column",
        "subject": "城市印象",
        "measure": "item",
        "age": "72",
        "reads": "800",
    }
    assert admin.post_form("/insight/targets", wish).status_code == 302
    assert "城市印象" in sign_in("reporter").get("/insight/targets").text
    refused = admin.post_form("/insight/targets", {**wish, "scope": "account"})
    assert refused.status_code == 422
    (target,) = admin.get(f"{API}/targets").get_json()["items"]
    url = f"{API}/targets/{target['uid']}"
    changed = admin.call(
        "PATCH", url, json={"age": 24, "reads": 900}, headers={"If-Match": f'"{target["version"]}"'}
    )
    assert (changed.status_code, changed.get_json()["reads"]) == (200, 900)
    stale = admin.call("PATCH", url, json={"age": 24, "reads": 1, "version": target["version"]})
    assert stale.status_code == 409
    assert sign_in("reporter").call("DELETE", url).status_code == 403
    page = f"/insight/targets/{target['uid']}"
    assert admin.post_form(page, {"age": 24, "reads": 0}).status_code == 422
    assert admin.post_form(page, {"age": 24, "reads": 950}).status_code == 302
    assert admin.post_form(f"{page}/drop").status_code == 302
    added = admin.call("POST", f"{API}/targets", json={"scope": "all", "reads": 5})
    assert added.status_code == 201
    assert admin.call("DELETE", f"{API}/targets/{added.get_json()['uid']}").status_code == 204


def test_the_page_of_targets_says_what_holds_as_shipped(week: Counted, sign_in: Door) -> None:
    page = words(sign_in("admin").get("/insight/targets").text)
    assert re.search(r"所有 没有更细的目标时用这个 篇均阅读 7 天 1,000", page)
    assert re.search(r"所有专题 没有更细的目标时用这个 单条阅读 7 天 2,000", page)
    assert re.search(r"所有 没有更细的目标时用这个 单条阅读 — 不设目标", page)


def test_a_target_for_all_campaigns_is_set_and_taken_away_on_the_page(
    week: Counted, sign_in: Door
) -> None:
    admin = sign_in("admin")
    wish = {"scope": "campaign", "subject": "", "measure": "item", "age": "72", "reads": "1500"}
    assert admin.post_form("/insight/targets", wish).status_code == 302
    page = admin.get("/insight/targets").text
    assert "所有专题 没有更细的目标时用这个 单条阅读 72 小时 1,500" in words(page)
    (target,) = admin.get(f"{API}/targets").get_json()["items"]
    assert f"/insight/targets/{target['uid']}/drop" in page


def test_a_target_that_stands_already_says_so_and_keeps_what_was_typed(
    week: Counted, sign_in: Door
) -> None:
    admin = sign_in("admin")
    wish = {
        "scope": "column",
        "subject": "城市印象",
        "measure": "item",
        "age": "72",
        "reads": "800",
    }
    assert admin.post_form("/insight/targets", wish).status_code == 302
    refused = admin.post_form("/insight/targets", {**wish, "reads": "931"})
    assert refused.status_code == 409
    assert "这里已经有一个目标了" in refused.text
    assert 'value="931"' in refused.text


@pytest.mark.parametrize(("version", "reads", "status"), [("0", "932", 409), ("1", "0", 422)])
def test_a_change_that_is_refused_keeps_what_was_typed(
    week: Counted, sign_in: Door, version: str, reads: str, status: int
) -> None:
    admin = sign_in("admin")
    for subject in ("城市印象", "城市文化"):
        wish = {"scope": "column", "subject": subject, "measure": "item", "age": 24, "reads": 800}
        assert admin.call("POST", f"{API}/targets", json=wish).status_code == 201
    first, second = admin.get(f"{API}/targets").get_json()["items"]
    change = {"age": "72", "reads": reads, "version": version}
    refused = admin.post_form(f"/insight/targets/{first['uid']}", change)
    assert refused.status_code == status
    fields = dict(re.findall(r'id="(?:field-)?reads-?(\w*)"[^>]*? value="(\d+)"', refused.text))
    assert fields == {first["uid"]: reads, second["uid"]: "800"}
    chosen = re.search(rf'id="age-{first["uid"]}".*?</select>', refused.text, re.DOTALL)
    assert chosen is not None
    assert '<option value="72" selected>' in chosen[0]
    assert "800" in words(refused.text)  # what stands is shown beside it
