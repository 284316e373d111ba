"""Pages and API of indices, as people and programs meet them."""

from __future__ import annotations

import io
from collections.abc import Callable
from datetime import date

import pytest

from kitchen.evaluation.indices.shipped import SHIPPED
from kitchen.evaluation.indices.windows import Kind, window_of
from kitchen.matrix.registry import xlsx
from tests.evaluation.indices.conftest import WHOLE, Measured
from tests.fixtures.newsroom import Door

WCI = "wci-v14.2b"
WEEK = "kind=week&day=2026-11-18"


@pytest.fixture
def scored(measured: Measured) -> Measured:
    """A week with pieces, one of them unknown, worked out."""
    measured.published("青禾发布", "2026-11-18 08:00", **WHOLE)
    measured.published("云溪街道", "2026-11-18 08:00", **{**WHOLE, "reads": 400})
    measured.published("云溪街道", "2026-11-19 08:00")
    measured.round()
    return measured


def test_an_empty_ranking_says_what_belongs_there(sign_in: Door, measured: Measured) -> None:
    reporter, editor = sign_in("reporter"), sign_in("editor")
    page = reporter.get(f"/insight/indices?{WEEK}")
    assert (page.status_code, "这一期还没有算" in page.text) == (200, True)
    assert "计算这一期" not in page.text
    assert "计算这一期" in editor.get(f"/insight/indices?{WEEK}").text
    assert "还没有过完" in reporter.get("/insight/indices?kind=week&day=2026-11-23").text
    assert "可以合成" in reporter.get(f"/insight/indices?{WEEK}&definition=mcci").text
    assert "还没有录入名次" in reporter.get("/insight/ranks").text
    assert measured.scores() == []


def test_a_ranking_is_read_and_leads_to_every_number(sign_in: Door, scored: Measured) -> None:
    reporter = sign_in("reporter")
    page = reporter.get(f"/insight/indices?{WEEK}").text
    lines = page.partition("<tbody>")[2]
    assert lines.index("青禾发布") < lines.index("云溪街道")
    assert "暂定：1 / 2 篇缺数" in page
    assert "1 篇，数据齐全" in page
    score = scored.score("青禾发布", WCI, "week")
    assert f"/insight/indices/scores/{score.uid}" in page
    steps = reporter.get(f"/insight/indices/scores/{score.uid}").text
    assert f"{score.value:,.2f}" in steps
    assert "ln(10·Zt/d + 1)" in steps
    account = scored.accounts["青禾发布"].uid
    course = reporter.get(f"/insight/indices/accounts/{account}?kind=week").text
    assert "<svg" in course
    assert f"{score.value:,.2f}" in course
    assert reporter.get("/insight/indices/scores/nothing").status_code == 404


@pytest.mark.parametrize("role", ["head", "deputy", "admin"])
def test_who_defines_an_index_has_it_worked_out(
    sign_in: Door, measured: Measured, role: str
) -> None:
    definer = sign_in(role)
    assert "计算这一期" in definer.get(f"/insight/indices?{WEEK}").text
    asked = {"kind": "week", "day": "2026-11-18", "definition": WCI}
    assert definer.post_form("/insight/indices/compute", asked).status_code == 302
    assert len(measured.scores()) == 2
    assert sign_in("reporter").post_form("/insight/indices/compute", asked).status_code == 403


def test_a_mixture_says_what_is_unknown(sign_in: Door, measured: Measured) -> None:
    measured.published("青禾发布", "2026-11-18 08:00", **WHOLE)
    measured.compute(WCI, window_of(Kind.WEEK, date(2026, 11, 18)))
    reporter = sign_in("reporter")
    page = reporter.get(f"/insight/indices?{WEEK}&definition=mcci").text
    assert page.count("有账号没有分值，未知，暂按 0") == 1
    assert page.count("没有账号，计 0") == 5
    units = reporter.get(f"/api/v1/indices?{WEEK}&definition=mcci").json["items"]
    assert [(it["provisional"], it["untold"]) for it in units] == [(True, ["bci"]), (False, [])]


def test_a_free_window_needs_its_ends_and_keeps_what_was_typed(
    sign_in: Door, measured: Measured
) -> None:
    editor = sign_in("editor")
    page = editor.get("/insight/indices?kind=free&day=2026-05-01")
    assert (page.status_code, "自选时段要填" in page.text) == (422, True)
    assert 'value="2026-05-01"' in page.text
    page = editor.get("/insight/indices?kind=free&day=2026-05-05&until=2026-05-01")
    assert "结束日期要在开始日期之后" in page.text
    asked = {"kind": "free", "day": "2026-05-01", "until": "2026-05-05", "definition": WCI}
    done = editor.post_form("/insight/indices/compute", asked)
    assert done.status_code == 302
    assert "until=2026-05-05" in done.headers["Location"]
    assert len(measured.scores(kind="free")) == 2
    early = editor.post_form("/insight/indices/compute", {"definition": WCI, "day": "2026-11-23"})
    assert (early.status_code, "过完才能算" in early.text) == (422, True)
    wrong = editor.post_form("/insight/indices/compute", {"definition": "none", "day": "never"})
    assert (wrong.status_code, "请按 2026-05-01 的样子填日期" in wrong.text) == (422, True)


def test_a_ranking_is_taken_along_as_a_sheet_that_no_program_takes_for_formulas(
    sign_in: Door, scored: Measured
) -> None:
    scored.opened("=HYPERLINK(0)")
    scored.compute(WCI, scored.score("青禾发布", WCI, "week").window)
    reporter = sign_in("reporter")
    told = reporter.get(f"/insight/indices/ranking.csv?{WEEK}")
    lines = told.data.decode("utf-8-sig").splitlines()
    assert lines[0].startswith("名次,上期名次,账号,单位,指数")
    assert lines[1].startswith("1,1,青禾发布") or lines[1].startswith("1,,青禾发布")
    assert any(",'=HYPERLINK(0)," in line for line in lines)
    book = reporter.get(f"/insight/indices/ranking.xlsx?{WEEK}").data
    rows = list(xlsx.read(book, 50))
    assert float(rows[1][4]) == round(scored.score("青禾发布", WCI, "week").value, 2)
    assert reporter.get("/insight/indices/ranking.pdf").status_code == 404
    mixed = reporter.get(f"/insight/indices/ranking.csv?{WEEK}&definition=mcci").data
    assert "青禾区融媒体中心" in mixed.decode("utf-8-sig")


def test_a_page_costs_the_same_however_many_accounts_there_are(
    sign_in: Door, scored: Measured, count_queries: Callable[[], int]
) -> None:
    reporter = sign_in("reporter")

    def cost(url: str) -> int:
        before = count_queries()
        assert reporter.get(url).status_code == 200
        return count_queries() - before

    pages = [f"/insight/indices?{WEEK}", f"/insight/indices?{WEEK}&definition=mcci"]
    few = [cost(url) for url in pages for _ in range(2)][1::2]
    for number in range(12):
        scored.opened(f"账号{number}", unit="采编部")
    scored.compute(WCI, scored.score("青禾发布", WCI, "week").window)
    assert [cost(url) for url in pages] == few


def test_formulas_are_read_by_all_and_entered_by_who_may(sign_in: Door, measured: Measured) -> None:
    listed = sign_in("reporter").get("/insight/indices/definitions").text
    assert all(definition.title in listed for definition in SHIPPED.values())
    assert "另出一版" not in sign_in("reporter").get(f"/insight/indices/definitions/{WCI}").text
    address = "/insight/indices/definitions/bci-simple/revise"
    assert sign_in("reporter").get(address).status_code == 403
    chief = sign_in(_definer(measured))
    assert "权重" in chief.get(address).text
    typed = {
        "base": "bci-simple",
        "edition": "V2",
        "weights": ["0.3", "1", "0.8", "0.4", "0.4", "0.2"],
        "factor": "160",
        "valid_from": "2027-01-03",
        "source": "编委会",
    }
    refused = chief.post_form(address, typed)
    assert (refused.status_code, "加起来要等于 1" in refused.text) == (422, True)
    assert 'value="0.3"' in refused.text
    typed["weights"][2] = "0.7"
    made = chief.post_form(address, typed)
    assert made.headers["Location"].endswith("/definitions/bci-simple-v2")
    assert "0.3 ×" in chief.get(made.headers["Location"]).text
    mixture = {
        "family": "group",
        "edition": "V1",
        "title": "集团综合",
        "indices": [WCI, "bci"],
        "weights": ["0.8", "0.2"],
        "valid_from": "2027-01-03",
        "source": "集团通知",
    }
    offered = chief.get("/insight/indices/mixtures/new").text
    assert f'value="{WCI}"' in offered
    assert 'value="bci-simple-v2"' in offered
    assert 'value="wci-v13.0"' not in offered
    wrong = chief.post_form("/insight/indices/mixtures/new", {**mixture, "weights": ["0.8"] * 3})
    assert (wrong.status_code, "每项指数填一个权重" in wrong.text) == (422, True)
    assert chief.post_form("/insight/indices/mixtures/new", mixture).status_code == 302


def _definer(measured: Measured) -> str:
    return next(
        role for role, it in measured.newsroom.actors.items() if it.may("evaluation.define")
    )


def test_an_account_without_a_formula_says_so(sign_in: Door, measured: Measured) -> None:
    account = measured.opened("青禾头条", "toutiao")
    page = sign_in("reporter").get(f"/insight/indices/accounts/{account.uid}")
    assert (page.status_code, "这个平台还没有公式" in page.text) == (200, True)


def test_places_on_lists_are_kept_apart_from_ours(sign_in: Door, scored: Measured) -> None:
    editor = sign_in("editor")
    account = scored.accounts["青禾发布"]
    typed = {"account": account.uid, "list_name": "全省周榜", "week": "2026-11-18", "rank": "0"}
    refused = editor.post_form("/insight/ranks", typed)
    assert (refused.status_code, "不能小于 1" in refused.text) == (422, True)
    assert "全省周榜" in refused.text
    assert editor.post_form("/insight/ranks", {**typed, "rank": "12"}).status_code == 302
    denied = sign_in("reporter").post_form("/insight/ranks", {**typed, "rank": "12"})
    assert denied.status_code == 403
    page = editor.get(f"/insight/indices/accounts/{account.uid}").text
    assert "第 12 名" in page
    assert "不是本系统算的" in page
    listed = editor.get("/insight/ranks?q=全省").text
    assert "青禾发布" in listed
    sheet = io.BytesIO("榜单,平台,账号名,周,名次\n市榜,微信,青禾发布,2026-11-18,x\n".encode())
    taken = editor.post_form("/insight/ranks/import", {"file": (sheet, "ranks.csv")})
    assert (taken.status_code, "请填整数" in taken.text) == (200, True)
    assert editor.post_form("/insight/ranks/import", {}).status_code == 422
    assert editor.get("/insight/ranks/empty.xlsx").status_code == 200
    uid = editor.get("/api/v1/official_ranks").json["items"][0]["uid"]
    town = sign_in("town_editor")
    shown = town.get("/insight/ranks").text
    assert f"/insight/ranks/{uid}/drop" not in shown
    assert f'value="{scored.accounts["云溪街道"].uid}"' in shown
    assert f'value="{account.uid}"' not in shown
    assert town.post_form("/insight/ranks", {**typed, "rank": "1"}).status_code == 403
    assert town.post_form(f"/insight/ranks/{uid}/drop").status_code == 403
    theirs = f"/insight/indices/accounts/{scored.accounts['青禾微博'].uid}"
    assert "录入名次" in editor.get(theirs).text
    assert "录入名次" not in town.get(theirs).text
    assert editor.post_form(f"/insight/ranks/{uid}/drop").status_code == 302
    assert editor.get("/api/v1/official_ranks").json["items"] == []


def test_a_program_does_the_same(sign_in: Door, scored: Measured) -> None:
    reporter, editor = sign_in("reporter"), sign_in("editor")
    url = f"/api/v1/indices?{WEEK}&definition={WCI}"
    first = reporter.get(f"{url}&limit=1").json
    assert (first["items"][0]["rank"], first["items"][0]["name"]) == (1, "青禾发布")
    second = reporter.get(f"{url}&limit=1&cursor={first['next']}").json
    assert second["items"][0]["provisional"] is True
    score = first["items"][0]["scores"][WCI]
    working = reporter.get(f"/api/v1/index_scores/{score}").json
    assert working["value"] == pytest.approx(working["score"]["value"], abs=1e-9)
    assert working["value"] == pytest.approx(
        working["total"] ** working["power"] * working["factor"]
    )
    assert reporter.get("/api/v1/indices").status_code == 422
    assert reporter.get("/api/v1/indices?definition=none").status_code == 422
    account = scored.accounts["青禾发布"].uid
    course = reporter.get(f"/api/v1/accounts/{account}/indices?kind=week&definition={WCI}").json
    assert {it["first_day"] for it in course["items"]} >= {"2026-11-15"}
    units = reporter.get(f"/api/v1/indices?{WEEK}&definition=mcci").json["items"]
    assert units[0]["account"] is None
    assert units[0]["untold"] == []
    asked = {"kind": "month", "day": "2026-10-05", "definition": WCI}
    assert reporter.call("POST", "/api/v1/indices", asked).status_code == 403
    assert editor.call("POST", "/api/v1/indices", asked).json == {"accounts": 2}
    assert sign_in("deputy").call("POST", "/api/v1/indices", asked).json == {"accounts": 2}
    known = reporter.get("/api/v1/index_definitions").json["items"]
    assert {it["name"] for it in known} == set(SHIPPED)
    assert reporter.get(f"/api/v1/index_definitions/{WCI}").json["body"]["power"] == 2
    made = {"base": "bci", "edition": "V2", "weights": [1], "factor": 1}
    made |= {"valid_from": "2027-01-03", "source": "x"}
    assert editor.call("POST", "/api/v1/index_definitions", made).status_code == 403
    chief = sign_in(_definer(scored))
    refused = chief.call("POST", "/api/v1/index_definitions", made)
    assert (refused.status_code, "weights" in refused.json["fields"]) == (422, True)
    mixed = {"family": "g", "edition": "V1", "title": "综合", "indices": [WCI, "bci"]}
    mixed |= {"weights": [0.5, 0.5], "valid_from": "2027-01-03", "source": "x"}
    assert chief.call("POST", "/api/v1/index_mixtures", mixed).status_code == 201
    place = {"account": account, "list_name": "榜", "week": "2026-11-18", "rank": 3}
    entered = editor.call("POST", "/api/v1/official_ranks", place)
    assert (entered.status_code, entered.json["week"]) == (201, "2026-11-15")
    sheet = editor.call("POST", "/api/v1/official_ranks/sheet", {"csv": "榜单,平台\n"})
    assert sheet.status_code == 422
    uid = entered.json["uid"]
    assert reporter.call("DELETE", f"/api/v1/official_ranks/{uid}").status_code == 403
    assert editor.call("DELETE", f"/api/v1/official_ranks/{uid}").status_code == 204
