"""Pages and API of the lists: kept, brought in, confirmed; what was typed stays, others may not."""

from __future__ import annotations

import io

import pytest

from tests.fixtures.newsroom import Door, Newsroom

ENTRY = {"word": "违禁词", "level": "block", "replacement": "合规词", "exceptions": "违禁词典"}
LEADER = {"word": "林示范", "title": "青禾区区长", "rank": "1", "note_of_change": "青委〔2026〕1号"}


def test_an_entry_is_added_changed_and_taken_off(newsroom: Newsroom, sign_in: Door) -> None:
    chief = sign_in("chief")
    assert chief.post_form("/wordlists/banned/new", ENTRY).status_code == 302
    page = chief.get("/wordlists/banned").get_data(as_text=True)
    assert "违禁词" in page
    assert "现在是第 1 版" in page
    (entry,) = chief.call("GET", "/api/v1/wordlists/banned/entries").json["items"]
    assert entry["exceptions"] == ["违禁词典"]
    changed = chief.post_form(f"/wordlists/banned/{entry['uid']}", {**ENTRY, "level": "很坏"})
    assert changed.status_code == 422
    assert "违禁词典" in changed.get_data(as_text=True)
    chief.post_form(f"/wordlists/banned/{entry['uid']}", {**ENTRY, "level": "warn"})
    stale = chief.post_form(f"/wordlists/banned/{entry['uid']}", {**ENTRY, "level": "hint"})
    assert stale.status_code == 409
    (entry,) = chief.call("GET", "/api/v1/wordlists/banned/entries").json["items"]
    assert chief.post_form(f"/wordlists/banned/{entry['uid']}/drop").status_code == 302
    assert "还是空的" in chief.get("/wordlists/banned").get_data(as_text=True)
    sheet = chief.get("/wordlists/banned/sheet.csv?version=1").get_data()
    assert sheet.startswith(b"\xef\xbb\xbf")
    assert "违禁词" in sheet.decode()


def test_readers_of_the_lists_do_not_change_them(sign_in: Door) -> None:
    reporter = sign_in("reporter")
    for path in ("", "/banned", "/person", "/superlative", "/superlative/sheet.csv"):
        assert reporter.get(f"/wordlists{path}").status_code == 200
    assert reporter.get("/wordlists/none").status_code == 404
    assert reporter.get("/wordlists/banned/new").status_code == 403
    assert reporter.post_form("/wordlists/banned/new", ENTRY).status_code == 403
    assert reporter.call("POST", "/api/v1/wordlists/banned/entries", ENTRY).status_code == 403
    assert sign_in("operator").post_form("/wordlists/proposals/x/confirm").status_code == 403


def test_a_sheet_with_broken_rows_tells_them_and_keeps_the_rest(sign_in: Door) -> None:
    chief = sign_in("chief")
    sheet = "词,级别\n违禁词,禁\n<b>坏</b>,很坏\n".encode()
    upload = {"file": (io.BytesIO(sheet), "词表.csv")}
    answer = chief.post_form("/wordlists/banned/sheet", upload)
    page = answer.get_data(as_text=True)
    assert "收下 1 行" in page
    assert "级别只有禁、慎、提示三种" in page
    assert "<b>坏" not in page
    assert "违禁词" in chief.get("/wordlists/banned").get_data(as_text=True)
    none = chief.post_form("/wordlists/banned/sheet", follow_redirects=True)
    assert "请先选择一个 CSV 文件" in none.get_data(as_text=True)
    told = chief.call("POST", "/api/v1/wordlists/banned/sheet", {"csv": sheet.decode()}).json
    assert (told["taken"], told["faults"][0]["row"]) == (1, 3)


def test_leaders_are_proposed_by_one_and_confirmed_by_another(sign_in: Door) -> None:
    chief, deputy = sign_in("chief"), sign_in("deputy")
    assert chief.post_form("/wordlists/person/new", {**LEADER, "title": ""}).status_code == 422
    assert chief.post_form("/wordlists/person/new", LEADER).status_code == 302
    (proposal,) = chief.call("GET", "/api/v1/wordlists/proposals").json["items"]
    assert proposal["added"][0]["word"] == "林示范"
    path = f"/wordlists/proposals/{proposal['uid']}"
    own = chief.post_form(f"{path}/confirm")
    assert own.status_code == 403
    assert "另一位同事" in own.get_data(as_text=True)
    page = deputy.get("/wordlists/person").get_data(as_text=True)
    assert "等人确认的改动" in page
    assert deputy.post_form(f"{path}/confirm").status_code == 302
    assert deputy.call("POST", f"/api/v1{path}/confirm").status_code == 409
    names = deputy.call("GET", "/api/v1/wordlists/person/entries").json["items"]
    assert "林示范" in [it["word"] for it in names]


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_list_says_what_it_is_for(sign_in: Door, language: str) -> None:
    visitor = sign_in("admin")
    visitor.client.set_cookie("lang", language)
    assert visitor.get("/wordlists").status_code == 200
    for kind in ("banned", "superlative", "typo", "phrase", "person", "place", "source", "allowed"):
        assert visitor.get(f"/wordlists/{kind}").status_code == 200
        assert visitor.get(f"/wordlists/{kind}/new").status_code == 200
